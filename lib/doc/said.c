#include <string.h>

#include "base/err.h"
#include "doc/maker.h"
#include "rec/jx.h"
#include "rec/rec.h"

void
maker_error(struct rec *r, struct err *e)
{
	/* Codes are static strings, so what a child says is looked up. */
	static const char *const codes[] = { "pdf.encrypted", "pdf.damaged", "document.damaged",
		"document.pages", "document.type", "document.empty", "document.timeout",
		"page.image", "page.size", "page.large", "page.render", "page.timeout",
		"page.notext", "io.read", "io.write", "disk.full", "mem.limit", "work.gone",
		"proc.exec", "proc.fork", "proc.timeout", "jail.unavailable", "jail.broken" };
	static const char *const classes[] = { "validation", "transient", "permanent" };
	jv error = rec_get(r, "error");
	jv class = jv_invalid(), code = jv_invalid(), msg = jv_invalid();
	size_t i;

	if (jv_get_kind(error) == JV_KIND_OBJECT) {
		class = jx_get(&error, "class");
		code = jx_get(&error, "code");
		msg = jx_get(&error, "message");
	}
	err_set(e, ERR_PERMANENT, "page.image", "%s", jx_cstr(&msg) ? jx_cstr(&msg) : "?");
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		if (jx_cstr(&code) && !strcmp(codes[i], jx_cstr(&code)))
			e->code = codes[i];
	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (jx_cstr(&class) && !strcmp(classes[i], jx_cstr(&class)))
			e->class =
			    (enum err_class[]){ ERR_VALIDATION, ERR_TRANSIENT, ERR_PERMANENT }[i];
	if (!strncmp(e->code, "jail.", 5) || !strcmp(e->code, "proc.exec"))
		e->class = ERR_FATAL;
	jv_free(error);
	jv_free(class);
	jv_free(code);
	jv_free(msg);
}

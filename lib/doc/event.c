#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "doc/event.h"
#include "doc/maker.h"
#include "doc/taken.h"
#include "md/layout.h"
#include "md/mark.h"
#include "md/text.h"
#include "proc/relay.h"
#include "rec/rec.h"

bool
event_layout(struct rec *r, const struct taken *t, jv *layout, jv *regions)
{
	struct layout l;
	struct err e;
	bool good = true;

	*layout = rec_get(r, "layout");
	*regions = rec_get(r, "regions");
	if (layout_read(&l, jv_copy(*layout), jv_copy(*regions), &e) < 0)
		return false;
	for (size_t i = 0; good && i < l.regions; i++)
		good = l.region[i].x1 <= t->width && l.region[i].y1 <= t->height;
	layout_release(&l);
	return good;
}

const char *
event_markdown(struct rec *r, bool made, struct buf *md, struct err *e)
{
	size_t len;
	const char *text = rec_bytes(r, made ? "markdown" : "text", &len);

	if (!text)
		return NULL;
	if ((made ? mark_break(md, text, len) : md_joined(md, text, len)) == 0 &&
	    buf_addc(md, '\0') == 0)
		return md->p;
	err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE, "its text exceeds %d bytes", MAKER_TEXT_MAX);
	return NULL;
}

bool
event_error(struct rec *r, const char *malformed, struct err *e)
{
	const char *said = rec_str(r, "error");

	if (!rec_has(r, "error"))
		return false;
	(void)relay_get(said ? said : "", said ? strlen(said) : 0, malformed, e);
	return true;
}

#include <sys/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/ask.h"
#include "model/body.h"
#include "model/profile.h"
#include "rec/jx.h"

enum { FORM_MAX = 1 << 20 };

/* What none says of a page. */
#define PAGE_NAME "image.png"
#define PAGE_MIME "image/png"

void
ask_new(struct ask *a, const struct profile *p)
{
	unsigned char raw[ASK_BOUNDARY / 2];

	*a = (struct ask){ .type = "application/json" };
	if (!p->converts)
		return;
	if (getrandom(raw, sizeof(raw), 0) != (ssize_t)sizeof(raw))
		abort();
	digest_hex(a->boundary, raw, sizeof(raw));
	snprintf(a->type, sizeof(a->type), "multipart/form-data; boundary=%s", a->boundary);
}

/* As browsers write names there (WHATWG HTML, 4.10.22.7). */
static void
form_name(struct buf *form, const char *name)
{
	for (; *name; name++)
		switch (*name) {
		case '"':
			buf_adds(form, "%22");
			break;
		case '\r':
			buf_adds(form, "%0D");
			break;
		case '\n':
			buf_adds(form, "%0A");
			break;
		default:
			buf_add(form, name, 1);
		}
}

static void
form_part(struct buf *form, const char *boundary, const char *name)
{
	buf_adds(form, "--");
	buf_adds(form, boundary);
	buf_adds(form, "\r\nContent-Disposition: form-data; name=\"");
	form_name(form, name);
	buf_adds(form, "\"");
}

/* The profile's own fields: texts as they are, other values as JSON. */
static void
form_fields(struct buf *form, const char *boundary, const struct profile *p)
{
	jv convert = jx_get(&p->all, "convert"), fields = jx_get(&convert, "form");

	if (jv_get_kind(fields) == JV_KIND_OBJECT)
		jv_object_foreach(fields, name, value)
		{
			jv text = jv_get_kind(value) == JV_KIND_STRING
			    ? value
			    : jv_dump_string(value, JV_PRINT_SORTED);

			form_part(form, boundary, jv_string_value(name));
			buf_adds(form, "\r\n\r\n");
			buf_adds(form, jv_string_value(text));
			buf_adds(form, "\r\n");
			jv_free(text);
			jv_free(name);
		}
	jv_free(fields);
	jv_free(convert);
}

static void
form_body(const char *boundary, const struct profile *p, const struct profile_page *page,
    struct body *b)
{
	struct buf form = BUF_INIT(FORM_MAX);

	form_fields(&form, boundary, p);
	form_part(&form, boundary, p->file);
	buf_adds(&form, "; filename=\"");
	form_name(&form, page->name ? page->name : PAGE_NAME);
	buf_adds(&form, "\"\r\nContent-Type: ");
	form_name(&form, page->mime ? page->mime : PAGE_MIME); /* it may be a record's */
	buf_adds(&form, "\r\n\r\n");
	b->head = mem_printf("%.*s", (int)form.len, form.p);
	b->tail = mem_printf("\r\n--%s--\r\n", boundary);
	b->plain = true;
	buf_release(&form);
}

void
ask_body(const struct ask *a, const struct profile *p, const struct profile_page *page,
    struct body *b)
{
	b->plain = false;
	if (p->converts)
		form_body(a ? a->boundary : "-", p, page, b);
	else
		profile_request(p, page, &b->head, &b->tail);
}

/* What stands there, or invalid. */
static jv
at_path(jv v, const char *path)
{
	while (*path && jv_get_kind(v) == JV_KIND_OBJECT) {
		const size_t n = strcspn(path, ".");

		v = jv_object_get(v, jv_string_sized(path, (int)n));
		path += n + (path[n] == '.');
	}
	if (!*path)
		return v;
	jv_free(v);
	return jv_invalid();
}

static int
converted(const struct profile *p, struct answered *a, const char *json, size_t len, struct err *e)
{
	*a = (struct answered){ .all = answer_json(json, len), .joined = jv_invalid(), .text = "" };
	a->joined = at_path(jv_copy(a->all), p->answer);
	if (jv_get_kind(a->joined) == JV_KIND_STRING) {
		a->text = jv_string_value(a->joined);
		a->len = (size_t)jv_string_length_bytes(jv_copy(a->joined));
		a->finish = "stop";
		return 0;
	}
	answer_release(a);
	return err_set(e, ERR_TRANSIENT, CODE_OCR_ANSWER,
	    "the server's answer is no JSON object with a text as its %s", p->answer);
}

int
ask_answer(const struct profile *p, struct answered *a, const char *json, size_t len, struct err *e)
{
	return p->converts ? converted(p, a, json, len, e) : answer_read(a, json, len, e);
}

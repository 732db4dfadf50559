/*
 * record: any line is a record, whose text comes out as it went in, or an error.
 *
 * What jx takes, libjq takes too; setting a member and deleting it leaves the
 * others' bytes alone.
 */
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "fuzz/fuzz.h"
#include "rec/jx.h"
#include "rec/rec.h"

static void
write_out(const struct rec *r, struct buf *out)
{
	struct err e;

	out->len = 0;
	HOLDS(rec_write(r, out, REC_LINE_MAX, &e) == 0);
	HOLDS(out->len > 0 && out->p[out->len - 1] == '\n');
}

/* What was written is a record, and one that is written so again. */
static void
settles(const struct buf *text)
{
	struct buf again = BUF_INIT(REC_LINE_MAX);
	struct err e;
	struct rec *r = rec_parse(text->p, text->len - 1, &e);

	HOLDS(r && !rec_changed(r));
	write_out(r, &again);
	HOLDS(again.len == text->len && !memcmp(again.p, text->p, text->len));
	buf_release(&again);
	rec_free(r);
}

static void
change(struct rec *r, struct buf *out)
{
	struct err why;
	const char *s;

	rec_set_str(r, "rel", "a\"\\\n\xc3\xa9");
	rec_set_int(r, "page", -7);
	err_set(&why, ERR_TRANSIENT, "proc.died", "it \xff died");
	rec_set_error(r, "fuzz", &why);
	s = rec_str(r, "rel");
	HOLDS(s && !strcmp(s, "a\"\\\n\xc3\xa9"));
	HOLDS(rec_int(r, "page", 0) == -7 && rec_has(r, "error") && rec_changed(r));
	write_out(r, out);
	settles(out);
	rec_del(r, "rel");
	rec_del(r, "error");
	HOLDS(!rec_has(r, "rel") && !rec_str(r, "rel") && !rec_has(r, "error"));
	write_out(r, out);
	settles(out);
}

static void
look(struct rec *r)
{
	static const char *const names[] = { "v", "kind", "uri", "rel", "page", "error", "" };
	struct err e;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		jv v = rec_get(r, names[i]);

		HOLDS(rec_has(r, names[i]) == jv_is_valid(v));
		jv_free(v);
		(void)rec_str(r, names[i]);
		(void)rec_need(r, names[i], &e);
		(void)rec_int(r, names[i], 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf out = BUF_INIT(REC_LINE_MAX);
	char *line = fuzz_string(data, size);
	struct jx_members m = { 0 };
	struct err e;
	struct rec *r = rec_parse(line, size, &e), *copy;
	bool taken = jx_scan(line, size, &m, &e) == 0;

	HOLDS(!r == !taken);
	if (taken) {
		jv whole = jv_parse_sized(line, (int)size);

		HOLDS(jv_get_kind(whole) == JV_KIND_OBJECT);
		jv_free(whole);
	}
	if (r) {
		look(r);
		write_out(r, &out);
		settles(&out);
		copy = rec_clone(r);
		change(copy, &out);
		rec_free(copy);
		rec_free(r);
	}
	free(m.v);
	free(line);
	buf_release(&out);
	return 0;
}

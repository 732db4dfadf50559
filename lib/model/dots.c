#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/blocks.h"
#include "model/boxes.h"
#include "model/dots.h"
#include "rec/jx.h"
#include "rec/rec.h"

/* Behind the object at s; NULL where the text ends in it, and *quoted says: in a string. */
static const char *
object_end(const char *s, const char *end, bool *quoted)
{
	long depth = 0;

	for (*quoted = false; s < end; s++) {
		if (*s == '"') {
			*quoted = !*quoted;
		} else if (*quoted) {
			s += *s == '\\';
		} else {
			depth += (*s == '{') - (*s == '}');
			if (depth == 0)
				return s + 1;
		}
	}
	return NULL;
}

static void
add_box(const struct rec *r, struct boxes *boxes, const char *label)
{
	jv list = rec_get(r, "bbox");
	long v[4];
	int i = 0;

	if (jv_get_kind(list) == JV_KIND_ARRAY && jv_array_length(jv_copy(list)) == 4) {
		for (; i < 4; i++) {
			jv n = jv_array_get(jv_copy(list), i);
			const double d = jv_get_kind(n) == JV_KIND_NUMBER ? jv_number_value(n) : -1;

			v[i] = d >= 0 && d < 1e6 ? (long)d : -1;
			jv_free(n);
			if (v[i] < 0)
				break;
		}
	}
	jv_free(list);
	if (i == 4)
		boxes_add(boxes, label, strlen(label), v);
}

/* The object, in which no string holds a NUL, which ends one: U+0001 goes later, too. */
static struct rec *
parse_block(const char *s, size_t n)
{
	char *copy = mem_copy(s, n);
	struct rec *r;
	struct err e;

	for (size_t i = 0; i + 6 <= n; i++) {
		if (copy[i] != '\\')
			continue;
		if (memcmp(copy + i, "\\u0000", 6) == 0)
			copy[i + 5] = '1';
		i++;
	}
	r = rec_parse(copy, n, &e);
	free(copy);
	return r;
}

/* One object: 1, 0 where it is none, -1 where out is full. */
static int
add_block(struct buf *out, struct boxes *boxes, const char *s, size_t n)
{
	struct rec *r = parse_block(s, n);
	const char *label, *text;
	size_t len;
	int full = 0;

	if (!r)
		return 0;
	label = rec_str(r, "category");
	text = rec_bytes(r, "text", &len);
	if (label)
		add_box(r, boxes, label);
	if (text)
		full = blocks_add(out, label ? label : "", text, text + len);
	rec_free(r);
	return full < 0 ? -1 : 1;
}

/* The object that the text's end has cut: it is ended here. */
static int
add_cut(struct buf *out, struct boxes *boxes, const char *s, const char *end, bool quoted)
{
	struct buf all = BUF_INIT((size_t)(end - s) + 8);
	int r = 0;

	/* Half an escape is no string's end: up to six bytes of one go. */
	for (int i = 0; r == 0 && quoted && i <= 6 && end - s > i; i++) {
		all.len = 0;
		if (buf_add(&all, s, (size_t)(end - s - i)) == 0 && buf_adds(&all, "\"}") == 0)
			r = add_block(out, boxes, all.p, all.len);
	}
	buf_release(&all);
	return r;
}

int
dots_text(struct buf *out, struct boxes *boxes, const char *s, const char *end)
{
	const char *p = s < end && *s == '[' ? memchr(s, '{', (size_t)(end - s)) : NULL, *behind;
	bool quoted, any = false;
	int r = 0;

	while (p && r >= 0) {
		behind = object_end(p, end, &quoted);
		r = behind ? add_block(out, boxes, p, (size_t)(behind - p))
			   : add_cut(out, boxes, p, end, quoted);
		any = any || r > 0;
		p = behind ? memchr(behind, '{', (size_t)(end - behind)) : NULL;
	}
	if (r < 0)
		return -1;
	return any ? 0 : buf_add(out, s, (size_t)(end - s));
}

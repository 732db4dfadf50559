#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ocr/gaps.h"

enum { SIGNS_MAX = 1500 }; /* of a text: more is no few lines */

#define SAME_LEAST 0.7 /* share of the text's that the reading has */

/* A letter or a digit. */
struct sign {
	uint32_t as; /* what it may be taken for */
	size_t at, len;
	long with; /* which of the other's it is; -1: none */
};

struct signs {
	const char *s;
	size_t n;
	struct sign *v;
	size_t count;
};

static uint32_t
look_of(uint32_t c)
{
	c = utf8_base(c);
	c = c < 0x80 ? (uint32_t)tolower((int)c) : c;
	switch (c) {
	case '1':
	case 'i':
		return 'l';
	case '0':
		return 'o';
	case '5':
		return 's';
	case '8':
		return 'b';
	case '2':
		return 'z';
	default:
		return c;
	}
}

static bool
is_letter_sign(uint32_t c)
{
	if (c < 0x80)
		return isalnum((int)c);
	return c >= 0xc0 && (c < 0x2000 || c >= 0x2c00);
}

/* False where there are too many. */
static bool
signs_take(struct signs *t, const char *s, size_t n)
{
	uint32_t c;

	*t = (struct signs){ s, n, mem_new(SIGNS_MAX, sizeof(*t->v)), 0 };
	for (size_t i = 0, len; i < n; i += len) {
		len = utf8_get(s + i, n - i, &c);
		if (len == 0) {
			len = 1;
			continue;
		}
		if (!is_letter_sign(c))
			continue;
		if (t->count == SIGNS_MAX)
			return false;
		t->v[t->count++] = (struct sign){ look_of(c), i, len, -1 };
	}
	return true;
}

/* Lay them beside each other: the most that can be the same, in order; how many. */
static size_t
signs_pair(struct signs *a, struct signs *b)
{
	const size_t wide = b->count + 1;
	uint16_t *most = mem_new((a->count + 1) * wide, sizeof(*most));
	size_t i, k, same = 0;

	for (i = a->count; i-- > 0;)
		for (k = b->count; k-- > 0;) {
			const uint16_t down = most[(i + 1) * wide + k], on = most[i * wide + k + 1];
			const bool is = a->v[i].as == b->v[k].as;

			most[i * wide + k] = is ? (uint16_t)(most[(i + 1) * wide + k + 1] + 1)
			    : down > on         ? down
						: on;
		}
	for (i = k = 0; i < a->count && k < b->count;)
		if (a->v[i].as == b->v[k].as) {
			a->v[i].with = (long)k;
			b->v[k++].with = (long)i++;
			same++;
		} else if (most[(i + 1) * wide + k] >= most[i * wide + k + 1]) {
			i++;
		} else {
			k++;
		}
	free(most);
	return same;
}

/* How many letters the reading has where the text has none, and none that are others. */
static size_t
signs_more(const struct signs *a, const struct signs *b)
{
	size_t more = 0, i = 0, k = 0;

	while (k < b->count) {
		size_t here = 0, there = 0;

		for (; k < b->count && b->v[k].with < 0; k++)
			there++;
		for (; i < a->count && a->v[i].with < 0; i++)
			here++;
		more += there > here ? there - here : 0;
		i++;
		k++;
	}
	return more;
}

/* Whether an underscore, and nothing else but blanks, is between a sign and the next. */
static bool
is_underscored(const struct signs *t, size_t i)
{
	bool found = false;

	for (size_t at = t->v[i].at + t->v[i].len; at < t->v[i + 1].at; at++) {
		if (t->s[at] != '_' && t->s[at] != ' ')
			return false;
		found |= t->s[at] == '_';
	}
	return found;
}

static bool
is_blank_or_none(const struct signs *t, size_t i)
{
	const size_t at = t->v[i].at + t->v[i].len, next = t->v[i + 1].at;

	return at == next || (at + 1 == next && t->s[at] == ' ');
}

/* The text, with underscores that the reading has between the same letters. */
static void
say_text_of(struct buf *out, const struct signs *text, const struct signs *reading)
{
	size_t from = 0;

	for (size_t i = 0; i + 1 < text->count; i++) {
		const long k = text->v[i].with;

		if (k < 0 || text->v[i + 1].with != k + 1 || !is_blank_or_none(text, i) ||
		    !is_underscored(reading, (size_t)k))
			continue;
		(void)buf_add(out, text->s + from, text->v[i].at + text->v[i].len - from);
		(void)buf_addc(out, '_');
		from = text->v[i + 1].at;
	}
	(void)buf_add(out, text->s + from, text->n - from);
}

/* The reading, with the text's letters for those that are the same. */
static void
say_reading_of(struct buf *out, const struct signs *text, const struct signs *reading)
{
	size_t from = 0;

	for (size_t k = 0; k < reading->count; k++) {
		const struct sign *b = &reading->v[k];

		if (b->with < 0)
			continue;
		(void)buf_add(out, reading->s + from, b->at - from);
		(void)buf_add(out, text->s + text->v[b->with].at, text->v[b->with].len);
		from = b->at + b->len;
	}
	(void)buf_add(out, reading->s + from, reading->n - from);
}

enum gaps
gaps_fill(struct buf *out, const char *text, size_t n, const char *reading, size_t nreading)
{
	struct signs a, b = { 0 };
	enum gaps is = GAPS_UNKNOWN;

	if (signs_take(&a, text, n) && signs_take(&b, reading, nreading) && a.count > 0 &&
	    (double)signs_pair(&a, &b) >= SAME_LEAST * (double)a.count) {
		is = signs_more(&a, &b) > 0 ? GAPS_SOME : GAPS_NONE;
		if (is == GAPS_NONE)
			say_text_of(out, &a, &b);
		else
			say_reading_of(out, &a, &b);
	}
	free(a.v);
	free(b.v);
	return is;
}

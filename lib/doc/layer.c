#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "doc/bidi.h"
#include "doc/columns.h"
#include "doc/layer.h"
#include "doc/linegap.h"
#include "doc/rows.h"
#include "doc/spaced.h"
#include "doc/textline.h"
#include "doc/turned.h"
#include "md/lineend.h"
#include "pdf/words.h"

/*
 * Of a word's height: what is nearer to the next is one word with it.  pdftotext
 * ends a word where the direction changes, also without a blank.
 */
static const double TOUCH = 0.1;

enum { AROUND = 8 }; /* lines of a block that tell how another is read */

static bool
touches(const struct pdf_word *a, const struct pdf_word *b)
{
	return b->x - (a->x + a->w) < TOUCH * b->h;
}

/* A page's lines as they become text. */
struct flow {
	const char *bytes; /* of its words */
	bool from_right;
	struct buf drawn; /* a line, as it stands */
	bool *close;      /* whether a word of it and the next are one */
	const struct turned *turned;
};

/* The line's characters as they stand, from left to right. */
static int
line_as_drawn(const struct textline *l, const char *bytes, struct buf *out)
{
	size_t i;

	out->len = 0;
	for (i = 0; i < l->n; i++)
		if (buf_adds(out, bytes + l->w[i]->at) < 0 ||
		    (i + 1 < l->n && !touches(l->w[i], l->w[i + 1]) && buf_addc(out, ' ') < 0))
			return -1;
	return 0;
}

static int
line_of_words(struct flow *f, const struct textline *l, struct buf *out)
{
	size_t i;

	spaced_find(f->close, l, f->bytes);
	for (i = 0; i < l->n; i++)
		if (buf_adds(out, f->bytes + l->w[i]->at) < 0 ||
		    (i + 1 < l->n && !f->close[i] && buf_addc(out, ' ') < 0))
			return -1;
	return 0;
}

static bool
right_to_left(const struct textline *l, const char *bytes)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (bidi_concerns(bytes + l->w[i]->at, strlen(bytes + l->w[i]->at)))
			return l->upright;
	return false;
}

static bool
page_from_right(const struct pdf_words *words)
{
	long balance = 0;
	size_t i;

	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden)
			balance += bidi_balance(words->bytes.p + words->v[i].at,
			    strlen(words->bytes.p + words->v[i].at));
	return balance > 0;
}

/* Whether l is of the block of that other; *ends: of the letters at its ends, as bidi_ends(). */
static bool
line_ends(struct flow *f, const struct textline *l, const struct textline *of, int *ends)
{
	if (l->w[0]->flow != of->w[0]->flow || l->w[0]->block != of->w[0]->block ||
	    line_as_drawn(l, f->bytes, &f->drawn) < 0)
		return false;
	*ends = bidi_ends(f->drawn.p, f->drawn.len);
	return true;
}

/* Whether a line is read from right to left that does not say so itself: as those around it. */
static bool
from_right_around(struct flow *f, const struct textlines *lines, size_t i)
{
	int ends, some[2] = { 0, 0 };
	size_t k;

	for (k = i; k > 0 && i - k < AROUND; k--) {
		if (!line_ends(f, &lines->v[k - 1], &lines->v[i], &ends))
			break;
		some[ends > 0] += ends != 0;
	}
	for (k = i + 1; k < lines->n && k - i <= AROUND; k++) {
		if (!line_ends(f, &lines->v[k], &lines->v[i], &ends))
			break;
		some[ends > 0] += ends != 0;
	}
	return (some[0] > 0) == (some[1] > 0) ? f->from_right : some[1] > 0;
}

/* Line i as it is read. */
static int
line_text(struct flow *f, const struct textlines *lines, size_t i, struct buf *out)
{
	const struct textline *l = &lines->v[i];
	bool from_right;

	if (!right_to_left(l, f->bytes))
		return line_of_words(f, l, out);
	from_right = from_right_around(f, lines, i);
	if (line_as_drawn(l, f->bytes, &f->drawn) < 0)
		return -1;
	return bidi_logical(out, f->drawn.p, f->drawn.len, from_right);
}

static int
each_line(struct flow *f, const struct textlines *lines, layer_fn *fn, void *arg)
{
	enum linegap *gap = mem_new(lines->n + 1, sizeof(*gap));
	struct buf text = BUF_INIT(f->drawn.max);
	size_t i;
	int r = 0;

	linegaps(gap, lines, f->bytes, f->from_right);
	for (i = 0; r == 0 && i < lines->n; i++) {
		struct textline *l = &lines->v[i];

		text.len = 0;
		r = line_text(f, lines, i, &text);
		turned_back(f->turned, l);
		if (r == 0)
			r = fn(arg,
			    &(struct layer_line){ text.p, text.len,
				i > 0 ? gap[i - 1] : LINEGAP_NONE, l->x0, l->y0, l->x1, l->y1, l->w,
				l->n });
	}
	buf_release(&text);
	free(gap);
	return r;
}

int
layer_each(const struct pdf_words *words, layer_fn *fn, void *arg)
{
	struct turned turned;
	struct flow f = { words->bytes.p, page_from_right(words), BUF_INIT(2 * words->bytes.max),
		mem_new(words->n + 1, sizeof(*f.close)), &turned };
	struct textlines lines;
	int r;

	turned_init(&turned, words);
	textlines_make(&lines, &turned.words);
	turned_sort(&turned, &lines);
	columns_order(&lines, f.from_right);
	rows_join(&lines, f.bytes, f.from_right);
	r = each_line(&f, &lines, fn, arg);
	textlines_release(&lines);
	turned_release(&turned);
	buf_release(&f.drawn);
	free(f.close);
	return r;
}

struct appending {
	struct buf *out;
	bool some; /* lines were */
};

static int
append_line(void *arg, const struct layer_line *l)
{
	static const char *const separators[] = { [LINEGAP_NONE] = "\n",
		[LINEGAP_LINE] = LINEEND_MARK "\n",
		[LINEGAP_PARAGRAPH] = "\n\n" };
	struct appending *a = arg;

	if (a->some && buf_adds(a->out, separators[l->gap]) < 0)
		return -1;
	a->some = true;
	return buf_add(a->out, l->text, l->len);
}

int
layer_text(const struct pdf_words *words, struct buf *out)
{
	struct appending a = { out, false };

	return layer_each(words, append_line, &a);
}

static long
word_characters(const char *s)
{
	size_t left = strlen(s), len;
	long n = 0;

	for (; left > 0; s += len, left -= len) {
		len = utf8_len(s, left);
		len = len ? len : 1;
		n += len > 1 || (unsigned char)*s > ' ';
	}
	return n;
}

long
layer_characters(const struct pdf_words *words)
{
	long n = 0;
	size_t i;

	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden)
			n += word_characters(words->bytes.p + words->v[i].at);
	return n;
}

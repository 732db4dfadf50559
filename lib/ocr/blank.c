#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ocr/blank.h"
#include "ocr/lines.h"
#include "ocr/tess.h"

enum { ROWS_LEAST = 3 }; /* that go on so, one below the other */

#define BLANK 1.15 /* heights of the higher line: as wide is a blank at most, */
#define LETTER 1.6 /* or so many of its letters, in type of one width */
#define MOST 0.8   /* of the lines of a column, that go on so, */
#define FARTHER 3  /* and how many blanks off the others, as "8." above "10." */

struct rows {
	struct ocr_lines lines;
	size_t *next; /* the line that goes on with each; SIZE_MAX: none */
	bool *forth;  /* it goes where that stands, which has more lines below it */
};

static int
higher(const struct ocr_line *a, const struct ocr_line *b)
{
	return ocrline_height(a) > ocrline_height(b) ? ocrline_height(a) : ocrline_height(b);
}

/* Characters. */
static size_t
letters_wide(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* What is still a blank between the two. */
static double
widest_blank(const struct ocr_line *a, const struct ocr_line *b)
{
	const double letters = (double)(letters_wide(a->text) + letters_wide(b->text));
	const double width = a->x1 - a->x0 + b->x1 - b->x0;

	return fmax(BLANK * higher(a, b), LETTER * width / fmax(1, letters));
}

/* The line a blank behind line i, or so many. */
static size_t
blank_behind(const struct ocr_lines *lines, size_t i, double blanks)
{
	const struct ocr_line *at = &lines->v[i];
	size_t best = SIZE_MAX;
	int least = INT_MAX;

	for (size_t k = 0; k < lines->n; k++) {
		const struct ocr_line *l = &lines->v[k];
		const int gap = l->x0 - at->x1;

		if (k == i || !l->text || !ocrline_level(at, l) || gap < -ocrline_height(at) / 4 ||
		    gap > blanks * widest_blank(at, l) || gap >= least)
			continue;
		least = gap;
		best = k;
	}
	return best;
}

/* The end of the column that begins with line i, and how many of its lines go on. */
static size_t
ragged_end(const struct rows *r, size_t i, size_t *go)
{
	*go = r->next[i] != SIZE_MAX;
	for (i++; i < r->lines.n; i++) {
		if (!ocrline_under(&r->lines.v[i - 1], &r->lines.v[i]))
			break;
		*go += r->next[i] != SIZE_MAX;
	}
	return i;
}

/* Two lines do not go on with the same. */
static bool
go_on_apart(const struct rows *r, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		for (size_t k = from; k < i; k++)
			if (r->next[i] != SIZE_MAX && r->next[i] == r->next[k])
				return false;
	return true;
}

/*
 * Whether what goes on with lines of the column has others between it, as entries of a
 * list below their first lines, more than there are lines that do not go on.
 */
static bool
has_others(const struct rows *r, size_t from, size_t to)
{
	size_t first = SIZE_MAX, last = 0, n = 0, alone = 0, text = 0;

	for (size_t i = from; i < to; i++) {
		const size_t k = r->next[i];

		alone += k == SIZE_MAX;
		if (k == SIZE_MAX)
			continue;
		n++;
		first = k < first ? k : first;
		last = k > last ? k : last;
	}
	for (size_t k = first; n > 0 && k <= last; k++)
		text += (k < from || k >= to) && r->lines.v[k].text;
	return text > n + alone;
}

/* What goes on of a column of which most does; the rest does farther off, or not. */
static bool
choose_column(struct rows *r, size_t from, size_t to, size_t go)
{
	const bool is = go >= ROWS_LEAST && (double)go >= MOST * (double)(to - from) &&
	    go_on_apart(r, from, to);
	const bool forth = is && has_others(r, from, to);

	for (size_t i = from; i < to; i++)
		if (!is)
			r->next[i] = SIZE_MAX;
		else if (r->next[i] == SIZE_MAX)
			r->next[i] = blank_behind(&r->lines, i, FARTHER);
	for (size_t i = from; is && i < to; i++)
		r->forth[i] = forth;
	return is;
}

static bool
choose_columns(struct rows *r)
{
	bool any = false;
	size_t to, go;

	for (size_t i = 0; i < r->lines.n; i = to) {
		to = ragged_end(r, i, &go);
		any |= choose_column(r, i, to, go);
	}
	return any;
}

/*
 * Put b behind a, where a stands, or (forth) b.  A number whose mark was read with what
 * it numbers has it back.
 */
static void
join_words(struct ocr_line *a, struct ocr_line *b, bool forth)
{
	const size_t n = strlen(a->text);
	const bool number = n > 0 && strspn(a->text, "0123456789") == n;
	const bool marked = strncmp(b->text, ". ", 2) == 0 || strncmp(b->text, ") ", 2) == 0;
	char *text;

	ocrlines_join(forth ? b : a, forth ? a : b, forth);
	text = forth ? b->text : a->text;
	if (number && marked)
		memmove(text + n, text + n + 1, strlen(text + n));
}

/* Join what goes on with line i, from the last column back: where the row stands then. */
static size_t
join_row(struct rows *r, size_t i)
{
	size_t k = r->next[i];

	if (k == SIZE_MAX)
		return i;
	r->next[i] = SIZE_MAX;
	k = join_row(r, k);
	if (k == i || !r->lines.v[i].text || !r->lines.v[k].text)
		return i;
	join_words(&r->lines.v[i], &r->lines.v[k], r->forth[i]);
	return r->forth[i] ? k : i;
}

void
blank_join(struct tess_page *page)
{
	struct rows r;

	if (!ocrlines_take(&r.lines, page))
		return;
	r.next = mem_new(r.lines.n + 1, sizeof(*r.next));
	r.forth = mem_new(r.lines.n + 1, sizeof(*r.forth));
	for (size_t i = 0; i < r.lines.n; i++)
		r.next[i] = blank_behind(&r.lines, i, 1);
	if (choose_columns(&r)) {
		for (size_t i = 0; i < r.lines.n; i++)
			join_row(&r, i);
		ocrlines_give(&r.lines, page);
	}
	free(r.next);
	free(r.forth);
	ocrlines_release(&r.lines);
}

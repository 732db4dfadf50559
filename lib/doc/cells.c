#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "doc/cells.h"
#include "doc/textline.h"
#include "pdf/words.h"

enum { UNIT_LETTERS = 3 }; /* of a number: what it is of */

/* Of the height of letters. */
static const double CELL_GAP = 1; /* between two cells */
static const double LEVEL = 0.25; /* what the heights of a row's cells differ by */

/* What characters a cell has. */
struct signs {
	size_t digits, letters, dots, others;
};

static bool
is_roman(const char *s)
{
	return *s && s[strspn(s, "ivxl")] == '\0';
}

static void
count_signs(struct signs *signs, const char *s)
{
	size_t left = strlen(s), len;
	uint32_t c;

	for (; left > 0; s += len, left -= len) {
		len = utf8_get(s, left, &c);
		len = len ? len : 1;
		if (c >= '0' && c <= '9')
			signs->digits++;
		else if ((c | 32) - 'a' < 26 || (c >= 0xc0 && (c < 0x2000 || c > 0x20cf)))
			signs->letters++;
		else if (c == '.' || c == 0xb7 || c == 0x2026)
			signs->dots++;
		else
			signs->others++;
	}
}

static void
judge_cell(struct cell *cell, const struct textline *l, const char *bytes)
{
	struct signs s = { 0 };
	size_t i;

	for (i = 0; i < cell->n; i++)
		count_signs(&s, bytes + l->w[cell->from + i]->at);
	cell->leader = s.dots > 3 && s.dots > s.digits + s.others;
	cell->number = cell->n <= 4 && !cell->leader &&
	    ((s.digits && (s.letters <= s.digits || s.letters <= UNIT_LETTERS)) ||
		(cell->n == 1 && is_roman(bytes + l->w[cell->from]->at)));
}

double
cell_height(const struct cell *c)
{
	return c->y1 - c->y0;
}

/* Cut line i into cells at v; how many. */
static size_t
cut_cells(struct cell *v, const struct textlines *lines, size_t line, const char *bytes)
{
	const struct textline *l = &lines->v[line];
	size_t i, n = 0;

	for (i = 0; i < l->n; i++) {
		const struct pdf_word *w = l->w[i];

		if (i == 0 || w->x - v[n - 1].x1 > CELL_GAP * w->h)
			v[n++] = (struct cell){ .line = line,
				.from = i,
				.x0 = w->x,
				.y0 = w->y,
				.x1 = w->x + w->w,
				.y1 = w->y + w->h,
				.column = -1,
				.above = -1 };
		v[n - 1].n++;
		v[n - 1].x1 = fmax(v[n - 1].x1, w->x + w->w);
	}
	for (i = 0; i < n; i++)
		judge_cell(&v[i], l, bytes);
	return n;
}

struct cell *
cells_new(const struct textlines *lines, const char *bytes, size_t *n)
{
	size_t i, words = 0;
	struct cell *v;

	for (i = 0; i < lines->n; i++)
		words += lines->v[i].n;
	v = mem_new(words + 1, sizeof(*v));
	*n = 0;
	for (i = 0; i < lines->n; i++)
		if (lines->v[i].upright)
			*n += cut_cells(v + *n, lines, i, bytes);
	for (i = 0; i < *n; i++)
		v[i].order = i;
	return v;
}

static int
by_middle(const void *a, const void *b)
{
	const struct cell *l = a, *r = b;
	const double diff = l->y0 + l->y1 - r->y0 - r->y1;

	return diff == 0 ? (l->order > r->order) - (l->order < r->order) : diff > 0 ? 1 : -1;
}

static int
by_band(const void *a, const void *b)
{
	const struct cell *l = a, *r = b;

	if (l->band != r->band)
		return l->band > r->band ? 1 : -1;
	if (l->x0 == r->x0)
		return (l->order > r->order) - (l->order < r->order);
	return l->x0 > r->x0 ? 1 : -1;
}

static void
flip_cells(struct cell *v, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const double x0 = v[i].x0;

		v[i].x0 = -v[i].x1;
		v[i].x1 = -x0;
	}
}

void
cells_sort(struct cell *v, size_t n, bool from_right)
{
	size_t i, band = 0;
	double mid = -HUGE_VAL;

	if (from_right)
		flip_cells(v, n);
	qsort(v, n, sizeof(*v), by_middle);
	for (i = 0; i < n; i++) {
		const double here = (v[i].y0 + v[i].y1) / 2;

		if (here - mid > LEVEL * cell_height(&v[i])) {
			mid = here;
			band++;
		}
		v[i].band = band;
	}
	qsort(v, n, sizeof(*v), by_band);
}

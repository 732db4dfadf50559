#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/cut.h"
#include "ocr/ink.h"
#include "ocr/mend.h"
#include "ocr/parts.h"

enum {
	GAP_LEAST = 2, /* rows of the small page: fewer may be those of an i's dot */
	LINES = 4,     /* heights of letters that two bands share where they have to */
	SHARED_LEAST = 48,
	WIDE = 5 /* halves of the height of letters */
};

/* A part of the page, seen small. */
struct sight {
	struct ink ink;
	struct parts parts;
	uint32_t *rows; /* how many parts that may be of letters are in each */
	uint32_t n;     /* rows */
};

/* Whether it is a rule, a frame or a picture. */
static bool
is_no_letter(const struct part *p, const struct ink *k)
{
	return p->row < 0 &&
	    ((p->x1 - p->x0) * 2 > (int)k->width || (p->y1 - p->y0) * 4 > (int)k->height);
}

static int
count_rows(struct sight *s, const struct image *im, struct err *e)
{
	int r;

	ink_release(&s->ink);
	parts_release(&s->parts);
	r = ink_take(&s->ink, im, e);
	if (r == 0)
		r = parts_find(&s->parts, &s->ink, e);
	if (r < 0)
		return -1;
	if (!s->rows)
		s->rows = calloc((size_t)s->ink.height + 1, sizeof(*s->rows));
	if (!s->rows) {
		err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to cut a page");
		return -1;
	}
	s->n = s->ink.height;
	for (size_t i = 0; i < s->parts.n; i++) {
		const struct part *p = &s->parts.v[i];

		for (int y = p->y0; y < p->y1 && !is_no_letter(p, &s->ink); y++)
			s->rows[y]++;
	}
	/* What is below was not looked at. */
	for (uint32_t y = s->parts.crowded ? (uint32_t)s->parts.v[s->parts.n - 1].y0 : s->n;
	     y < s->n; y++)
		s->rows[y]++;
	return 0;
}

/* Letters are dark; or bright, where the paper is dark. */
static int
see(struct sight *s, struct image *im, struct err *e)
{
	double gloom;
	int r = count_rows(s, im, e);

	gloom = r == 0 ? ink_gloom(&s->ink) : 0;
	if (gloom < 0.2)
		return r;
	mend_invert(im);
	if (gloom > 0.8)
		memset(s->rows, 0, s->n * sizeof(*s->rows));
	return count_rows(s, im, e);
}

/* Rows without letters that follow each other. */
struct gap {
	uint32_t top, n;
};

static int
by_length(const void *a, const void *b)
{
	const struct gap *x = a, *y = b;

	return (x->n > y->n) - (x->n < y->n);
}

/* All of them, of which there are at most rows / 2 + 1. */
static size_t
find_gaps(struct gap *gaps, const uint32_t *rows, uint32_t n)
{
	size_t found = 0;

	for (uint32_t y = 0; y < n; y++) {
		if (rows[y] > 0)
			continue;
		if (y == 0 || rows[y - 1] > 0)
			gaps[found++] = (struct gap){ y, 0 };
		gaps[found - 1].n++;
	}
	return found;
}

static uint32_t
least_of(const uint32_t *rows, uint32_t n)
{
	uint32_t best = n / 2;

	for (uint32_t y = 0; y < n; y++)
		if (rows[y] < rows[best])
			best = y;
	return best;
}

/* Wider than others are, or than any line spacing makes it. */
static bool
is_wide(const struct gap *best, const struct gap *usual, const struct parts *p)
{
	return best == usual || best->n * 2 > usual->n * 3 ||
	    best->n * 2 >= WIDE * (uint32_t)p->size;
}

/* In rows of what is seen; gaps is room for all there may be. */
static void
choose(struct cut *cut, const struct sight *s, struct gap *gaps)
{
	const size_t found = find_gaps(gaps, s->rows, s->n);
	const struct gap *best = found > 0 ? &gaps[found - 1] : NULL;

	qsort(gaps, found, sizeof(*gaps), by_length);
	if (best && best->n >= GAP_LEAST)
		*cut = (struct cut){ .row = best->top + best->n / 2,
			.apart = is_wide(best, &gaps[found / 2], &s->parts) };
	else
		*cut = (struct cut){ .row = least_of(s->rows, s->n),
			.shared = LINES * (uint32_t)s->parts.size + 1 };
}

static int
settle(struct cut *cut, const struct sight *s, struct err *e)
{
	struct gap *gaps = calloc((size_t)s->n / 2 + 1, sizeof(*gaps));

	if (!gaps)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to cut a page");
	choose(cut, s, gaps);
	free(gaps);
	cut->row *= s->ink.factor;
	cut->shared *= s->ink.factor;
	if (cut->shared > 0 && cut->shared < SHARED_LEAST)
		cut->shared = SHARED_LEAST;
	return 0;
}

int
cut_find(struct cut *cut, const struct image *im, uint32_t from, uint32_t to, struct err *e)
{
	struct image window = { .width = im->width, .height = to - from };
	struct sight s = { .n = 0 };
	int r = mend_cut(&window, im, 0, from, e);

	if (r == 0)
		r = see(&s, &window, e);
	if (r == 0)
		r = settle(cut, &s, e);
	if (r == 0)
		cut->row += from;
	image_release(&window);
	free(s.rows);
	parts_release(&s.parts);
	ink_release(&s.ink);
	return r;
}

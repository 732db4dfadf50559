#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ocr/cover.h"
#include "ocr/ink.h"
#include "ocr/parts.h"
#include "ocr/stray.h"
#include "ocr/tess.h"

enum {
	ROW_LEAST = 7,     /* letters on a level, */
	BOXES = 4,         /* so many heights apart, at most */
	LEAN_LEAST = 8,    /* of one that leans: things stand so by chance */
	WHITE_LEAST = 3,   /* of a row of white ones */
	LOOSE_MOST = 1500, /* parts that are in no row: more are a picture's */
	BOXES_MOST = 40
};

#define FLAT 0.07   /* tangent: less leans no more than parts bear, */
#define STEEP 1.2   /* and more runs down */
#define OFF 0.3     /* heights of a letter that one may stand off the line */
#define REACH 2.6   /* and that the next is away, at most, across a blank */
#define VARIED 0.15 /* of the mean: by so much areas of letters differ */
#define FILLED 0.5  /* of what is around a dark box */

/* Letters that no word has. */
struct loose {
	struct part *v;
	size_t n;
	bool crowded;
};

static bool
is_covered_by(const uint8_t *seen, const struct ink *k, const struct part *p)
{
	return seen[(size_t)((p->y0 + p->y1) / 2) * k->width + (size_t)((p->x0 + p->x1) / 2)] != 0;
}

/* As high as the page's letters, and with as much ink. */
static bool
may_be_stray(const struct part *p, int size)
{
	const int w = p->x1 - p->x0, h = p->y1 - p->y0;

	return 5 * h >= 4 * size && h <= 4 * size && 2 * w <= 3 * h + 4 && 6 * w >= h &&
	    6 * p->area >= (uint32_t)(w * h);
}

/* Sums of what letters have. */
struct sums {
	double n, area, squares;
};

static void
sums_add(struct sums *s, const struct part *p)
{
	s->n++;
	s->area += p->area;
	s->squares += (double)p->area * p->area;
}

static bool
is_varied(const struct sums *s)
{
	const double mean = s->area / s->n;

	return s->squares / s->n - mean * mean > VARIED * VARIED * mean * mean;
}

static double
x_of(const struct part *p)
{
	return (p->x0 + p->x1) / 2.0;
}

static double
y_of(const struct part *p)
{
	return (p->y0 + p->y1) / 2.0;
}

static bool
are_as_high(const struct part *a, const struct part *b)
{
	const int ha = a->y1 - a->y0, hb = b->y1 - b->y0;

	return 2 * ha <= 3 * hb && 2 * hb <= 3 * ha;
}

/* The next letter of the line that begins with a and runs so; NULL: none. */
static const struct part *
next_on(const struct loose *l, const struct part *a, const struct part *last, double slope)
{
	const double h = last->y1 - last->y0, down = sqrt(1 + slope * slope);
	const struct part *best = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct part *p = &l->v[i];
		const double dx = x_of(p) - x_of(last);
		const double off = (y_of(p) - y_of(a) - slope * (x_of(p) - x_of(a))) / down;

		if (dx * down < h / 4 || dx * down > REACH * h || fabs(off) > OFF * h ||
		    !are_as_high(last, p))
			continue;
		if (!best || x_of(p) < x_of(best))
			best = p;
	}
	return best;
}

/* Whether a line of letters leans that begins with a and b. */
static bool
is_leaning(const struct loose *l, const struct part *a, const struct part *b)
{
	const struct part *last = b;
	double slope = (y_of(b) - y_of(a)) / (x_of(b) - x_of(a));
	struct sums s = { 0 };

	sums_add(&s, a);
	for (; last && s.n < LEAN_LEAST; last = next_on(l, a, last, slope)) {
		sums_add(&s, last);
		slope = (y_of(last) - y_of(a)) / (x_of(last) - x_of(a));
	}
	return s.n >= LEAN_LEAST && fabs(slope) >= FLAT && fabs(slope) <= STEEP && is_varied(&s);
}

static bool
has_leaning_row(const struct loose *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct part *a = &l->v[i];
		const double h = a->y1 - a->y0;

		for (size_t j = 0; j < l->n; j++) {
			const double dx = x_of(&l->v[j]) - x_of(a), dy = y_of(&l->v[j]) - y_of(a);

			if (dx < h / 4 || hypot(dx, dy) > REACH / 2 * h || fabs(dy) > STEEP * dx ||
			    !are_as_high(a, &l->v[j]))
				continue;
			if (is_leaning(l, a, &l->v[j]))
				return true;
		}
	}
	return false;
}

/* The next letter on a level, as far away as in boxes of a form; NULL: none. */
static const struct part *
next_in_boxes(const struct loose *l, const struct part *a)
{
	const int h = a->y1 - a->y0, tell = 1 + h / 10;
	const struct part *best = NULL;

	for (size_t i = 0; i < l->n; i++) {
		const struct part *p = &l->v[i];

		if (p->x0 >= a->x1 && p->x0 - a->x1 <= BOXES * h && abs(p->y0 - a->y0) <= tell &&
		    abs(p->y1 - a->y1) <= tell && (!best || p->x0 < best->x0))
			best = p;
	}
	return best;
}

static bool
has_boxed_row(const struct loose *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct sums s = { 0 };

		for (const struct part *p = &l->v[i]; p && s.n < ROW_LEAST; p = next_in_boxes(l, p))
			sums_add(&s, p);
		if (s.n >= ROW_LEAST && is_varied(&s))
			return true;
	}
	return false;
}

/* Letters that no word has, those in rows only if they are asked for. */
static void
take_loose(struct loose *l, const struct ink *k, const struct parts *p, const uint8_t *seen,
    bool rows)
{
	l->n = 0;
	l->crowded = false;
	for (size_t i = 0; !l->crowded && i < p->n; i++) {
		const struct part *q = &p->v[i];

		if ((q->row >= 0 && !rows) || !may_be_stray(q, p->size) ||
		    is_covered_by(seen, k, q))
			continue;
		l->crowded = l->n == LOOSE_MOST;
		if (!l->crowded)
			l->v[l->n++] = *q;
	}
}

static bool
has_loose_row(const struct ink *k, const struct parts *p, const uint8_t *seen)
{
	struct loose l = { malloc(LOOSE_MOST * sizeof(*l.v)), 0, false };
	bool found = false;

	if (l.v) {
		take_loose(&l, k, p, seen, true);
		found = !l.crowded && l.n >= ROW_LEAST && has_boxed_row(&l);
	}
	if (l.v && !found) {
		take_loose(&l, k, p, seen, false);
		found = !l.crowded && l.n >= LEAN_LEAST && has_leaning_row(&l);
	}
	free(l.v);
	return found;
}

/* A dark box or a round one, large enough for letters. */
static bool
is_box(const struct part *p, int size)
{
	const int w = p->x1 - p->x0, h = p->y1 - p->y0;

	return w >= 3 * size && 2 * h >= 3 * size &&
	    (double)p->area >= FILLED * (double)w * (double)h;
}

/* What is light in it and in no word, as if it were ink. */
static void
mark_white(struct ink *white, const struct ink *k, const struct part *p, const uint8_t *seen)
{
	for (int y = p->y0; y < p->y1; y++)
		for (int x = p->x0; x < p->x1; x++) {
			const size_t at = (size_t)y * k->width + (size_t)x;

			white->dark[at] = !k->dark[at] && !seen[at];
		}
}

/* Letters stand even in a row, with the box around them. */
static bool
has_white_row(const struct parts *p, int size)
{
	struct sums *row = calloc(p->n + 1, sizeof(*row));
	bool found = false;

	for (size_t i = 0; row && i < p->n; i++)
		if (p->v[i].row >= 0 && may_be_stray(&p->v[i], size))
			sums_add(&row[p->v[i].row], &p->v[i]);
	for (size_t i = 0; row && !found && i < p->n; i++)
		found = row[i].n >= WHITE_LEAST && is_varied(&row[i]);
	free(row);
	return found;
}

static bool
has_white(const struct ink *k, const struct parts *p, const uint8_t *seen)
{
	struct ink white = *k;
	struct parts parts = { 0 };
	struct err e;
	bool found = false;
	int boxes = 0;

	white.dark = NULL;
	for (size_t i = 0; i < p->n && boxes < BOXES_MOST; i++) {
		if (!is_box(&p->v[i], p->size))
			continue;
		boxes++;
		if (!white.dark)
			white.dark = calloc(k->width, k->height);
		if (white.dark)
			mark_white(&white, k, &p->v[i], seen);
	}
	if (white.dark && parts_find(&parts, &white, &e) == 0)
		found = has_white_row(&parts, p->size);
	parts_release(&parts);
	free(white.dark);
	return found;
}

bool
stray_is_there(const struct ink *k, const struct parts *p, const struct tess_page *page)
{
	uint8_t *seen = p->size > 0 && !p->crowded ? cover_new(k, page, p->size) : NULL;
	const bool found = seen && (has_loose_row(k, p, seen) || has_white(k, p, seen));

	free(seen);
	return found;
}

#include <stdbool.h>
#include <stdlib.h>

#include "md/layout.h"
#include "ocr/beside.h"

enum {
	LINES_LEAST = 3, /* of a column, */
	HIGH_LEAST = 4,  /* and how many would stand beside a region that is one */
	WIDE_LEAST = 40, /* hundredths of the lines' width: less are notes in a margin */
	GAP_MOST = 3     /* heights of a line from one to the next of a column */
};

/* Lines beside a column of regions, on one side. */
struct neighbours {
	long first, last; /* in reading order */
	size_t n;
	long x0, x1, high; /* high: of all together */
};

static bool
share_width(const struct layout_box *a, const struct layout_box *b)
{
	return a->x0 < b->x1 && b->x0 < a->x1;
}

static long
middle(const struct layout_box *b)
{
	return (b->y0 + b->y1) / 2;
}

/* The nearest lines above and below that a box would touch; -1: none. */
static void
lines_around(const struct layout *l, const struct layout_box *r, long around[2])
{
	around[0] = around[1] = -1;
	for (size_t i = 0; i < l->n; i++) {
		const long mid = middle(&l->v[i].box);
		long *side = &around[mid > middle(r)];

		if (!share_width(&l->v[i].box, r))
			continue;
		if (*side < 0 || labs(mid - middle(r)) < labs(middle(&l->v[*side].box) - middle(r)))
			*side = (long)i;
	}
}

/* The region with those above and below it, between the same lines. */
static struct layout_box
column_of(const struct layout *l, size_t region, const long around[2])
{
	struct layout_box all = l->region[region];

	for (size_t i = 0; i < l->regions; i++) {
		const struct layout_box *b = &l->region[i];

		if (!share_width(b, &l->region[region]) ||
		    (around[0] >= 0 && middle(b) < middle(&l->v[around[0]].box)) ||
		    (around[1] >= 0 && middle(b) > middle(&l->v[around[1]].box)))
			continue;
		all.x0 = b->x0 < all.x0 ? b->x0 : all.x0;
		all.y0 = b->y0 < all.y0 ? b->y0 : all.y0;
		all.x1 = b->x1 > all.x1 ? b->x1 : all.x1;
		all.y1 = b->y1 > all.y1 ? b->y1 : all.y1;
	}
	return all;
}

/* Those before it from left to right, or those behind it. */
static struct neighbours
find_neighbours(const struct layout *l, const struct layout_box *column, bool before)
{
	struct neighbours f = { .n = 0 };

	for (size_t i = 0; i < l->n; i++) {
		const struct layout_box *b = &l->v[i].box;

		if (middle(b) < column->y0 || middle(b) > column->y1 ||
		    (before ? b->x1 > column->x0 : b->x0 < column->x1))
			continue;
		f.first = f.n ? f.first : (long)i;
		f.last = (long)i;
		f.x0 = f.n && f.x0 < b->x0 ? f.x0 : b->x0;
		f.x1 = f.n && f.x1 > b->x1 ? f.x1 : b->x1;
		f.high += b->y1 - b->y0;
		f.n++;
	}
	return f;
}

static bool
are_columns_beside(const struct neighbours *f, const struct layout_box *column)
{
	return f->n >= LINES_LEAST &&
	    (column->y1 - column->y0) * (long)f->n >= HIGH_LEAST * f->high &&
	    100 * (column->x1 - column->x0) >= WIDE_LEAST * (f->x1 - f->x0);
}

/* Whether a line is of the regions' column, and not of what is beside it. */
static bool
is_own(const struct layout *l, long i, const struct neighbours *f)
{
	return i >= 0 &&
	    !share_width(&l->v[i].box, &(struct layout_box){ .x0 = f->x0, .x1 = f->x1 });
}

/* Whether line b is below a in the column that stands beside the regions. */
static bool
runs_on(const struct layout *l, long a, long b, const struct layout_box *column)
{
	const struct layout_box *p = &l->v[a].box, *q = &l->v[b].box;

	return share_width(p, q) && !share_width(q, column) && !share_width(p, column) &&
	    middle(q) > middle(p) && q->y0 - p->y1 < GAP_MOST * (p->y1 - p->y0);
}

static long
behind_neighbours(const struct layout *l, const struct neighbours *f,
    const struct layout_box *column)
{
	long i = f->last;

	while ((size_t)i + 1 < l->n && runs_on(l, i, i + 1, column))
		i++;
	return i;
}

static long
before_neighbours(const struct layout *l, const struct neighbours *f,
    const struct layout_box *column)
{
	long i = f->first;

	while (i > 0 && runs_on(l, i - 1, i, column))
		i--;
	return i - 1;
}

long
beside_line(const struct layout *l, size_t region)
{
	long around[2];
	struct layout_box column;
	struct neighbours f;
	bool before = true;

	lines_around(l, &l->region[region], around);
	column = column_of(l, region, around);
	f = find_neighbours(l, &column, before);
	if (f.n < LINES_LEAST) {
		before = false;
		f = find_neighbours(l, &column, before);
	}
	if (!are_columns_beside(&f, &column) || is_own(l, around[0], &f))
		return BESIDE_NOT;
	if (is_own(l, around[1], &f))
		return around[1] - 1;
	return before ? behind_neighbours(l, &f, &column) : before_neighbours(l, &f, &column);
}

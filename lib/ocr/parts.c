#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ocr/ink.h"
#include "ocr/parts.h"

enum {
	LABELS_MAX = 4 * PARTS_MAX,
	HEIGHT_MIN = 3,   /* of a letter, pixels of the small page */
	HEIGHT_MAX = 120, /* and of a letter */
	ROW_MIN = 4,      /* parts of a row, */
	CELL = 32         /* pixels: what is near is looked for in cells */
};

/* A piece of a row of pixels that is dark. */
struct run {
	int x0, x1, label;
};

struct runs {
	struct run *v;
	size_t n;
};

/* Parts while they grow: row is the label that stands for it. */
struct growth {
	struct part *v;
	size_t n, cap;
};

static int
root_of(struct part *v, int i)
{
	while (v[i].row != i) {
		v[i].row = v[v[i].row].row;
		i = v[i].row;
	}
	return i;
}

/* The lower index stands for both, so that it is an earlier one's. */
static int
unite(struct part *v, int a, int b)
{
	a = root_of(v, a);
	b = root_of(v, b);
	if (a < b)
		v[b].row = a;
	else
		v[a].row = b;
	return a < b ? a : b;
}

static int
new_label(struct growth *g)
{
	struct part *v;

	if (g->n == g->cap) {
		if (g->cap >= LABELS_MAX)
			return -1;
		v = reallocarray(g->v, g->cap * 2, sizeof(*v));
		if (!v)
			return -1;
		g->v = v;
		g->cap *= 2;
	}
	g->v[g->n] = (struct part){ INT_MAX, INT_MAX, 0, 0, (int)g->n, 0 };
	return (int)g->n++;
}

static void
widen(struct part *p, const struct part *by)
{
	p->x0 = by->x0 < p->x0 ? by->x0 : p->x0;
	p->y0 = by->y0 < p->y0 ? by->y0 : p->y0;
	p->x1 = by->x1 > p->x1 ? by->x1 : p->x1;
	p->y1 = by->y1 > p->y1 ? by->y1 : p->y1;
	p->area += by->area;
}

/* Give a run the label of what it touches above; *from is the first that it may touch. */
static int
label_run(struct growth *g, struct run *run, const struct runs *above, size_t *from)
{
	int label = -1;

	while (*from < above->n && above->v[*from].x1 < run->x0)
		(*from)++;
	for (size_t i = *from; i < above->n && above->v[i].x0 <= run->x1; i++)
		label = label < 0 ? root_of(g->v, above->v[i].label)
				  : unite(g->v, label, above->v[i].label);
	if (label < 0)
		label = new_label(g);
	run->label = label;
	return label;
}

static int
label_row(struct growth *g, const struct ink *k, uint32_t y, struct runs *now,
    const struct runs *above)
{
	const uint8_t *row = k->dark + (size_t)y * k->width, *end = row + k->width, *p = row, *q;
	size_t from = 0;

	now->n = 0;
	while (p < end && (p = memchr(p, 1, (size_t)(end - p)))) {
		struct run *run = &now->v[now->n++];

		q = memchr(p, 0, (size_t)(end - p));
		q = q ? q : end;
		*run = (struct run){ (int)(p - row), (int)(q - row), -1 };
		if (label_run(g, run, above, &from) < 0)
			return -1;
		widen(&g->v[run->label],
		    &(struct part){ run->x0, (int)y, run->x1, (int)y + 1, 0, (uint32_t)(q - p) });
		p = q;
	}
	return 0;
}

/* Labels of one part become it; false: there are more than PARTS_MAX. */
static bool
settle_labels(struct growth *g)
{
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		const int root = root_of(g->v, (int)i);

		if (root != (int)i)
			widen(&g->v[root], &g->v[i]);
	}
	for (size_t i = 0; i < g->n && n < PARTS_MAX; i++)
		if (g->v[i].row == (int)i) {
			g->v[n] = g->v[i];
			g->v[n++].row = -1;
		}
	g->n = n;
	return n < PARTS_MAX;
}

static int
find_parts(struct parts *p, const struct ink *k)
{
	const size_t most = k->width / 2 + 1;
	struct runs a = { calloc(most, sizeof(struct run)), 0 },
		    b = { calloc(most, sizeof(struct run)), 0 };
	struct growth g = { malloc(4096 * sizeof(*g.v)), 0, 4096 };
	int r = a.v && b.v && g.v ? 0 : -1;

	for (uint32_t y = 0; r == 0 && y < k->height; y++) {
		struct runs *now = y % 2 ? &b : &a, *above = y % 2 ? &a : &b;

		if (label_row(&g, k, y, now, above) < 0) {
			p->crowded = true;
			break;
		}
	}
	if (r == 0 && !settle_labels(&g))
		p->crowded = true;
	free(a.v);
	free(b.v);
	p->v = g.v;
	p->n = r == 0 ? g.n : 0;
	return r;
}

static bool
is_letter(const struct part *p)
{
	const int w = p->x1 - p->x0, h = p->y1 - p->y0;

	return h >= HEIGHT_MIN && h <= HEIGHT_MAX && w <= 10 * h && w >= 1 &&
	    p->area * 12 >= (uint32_t)(w * h);
}

/* Whether b is a letter right of a, in the same line. */
static bool
is_next(const struct part *a, const struct part *b)
{
	const int ha = a->y1 - a->y0, hb = b->y1 - b->y0;
	const int small = ha < hb ? ha : hb, large = ha < hb ? hb : ha;
	const int top = a->y0 > b->y0 ? a->y0 : b->y0, bottom = a->y1 < b->y1 ? a->y1 : b->y1;

	return large * 5 <= small * 11 && (bottom - top) * 2 >= small &&
	    b->x0 - a->x1 <= large + large / 2 && b->x0 > a->x0 && b->x1 > a->x1;
}

/* Parts by the cells that their left edges are in. */
struct cells {
	uint32_t across, down;
	int *first; /* of each cell; -1: none */
	int *next;  /* of each part */
};

static int
fill_cells(struct cells *c, const struct parts *p, const struct ink *k)
{
	c->across = k->width / CELL + 1;
	c->down = k->height / CELL + 1;
	c->first = malloc((size_t)c->across * c->down * sizeof(int));
	c->next = calloc(p->n + 1, sizeof(int));
	if (!c->first || !c->next)
		return -1;
	memset(c->first, 0xff, (size_t)c->across * c->down * sizeof(int));
	for (size_t i = 0; i < p->n; i++) {
		const struct part *q = &p->v[i];
		const size_t cell =
		    (size_t)((q->y0 + q->y1) / 2 / CELL) * c->across + (size_t)(q->x0 / CELL);

		if (!is_letter(q))
			continue;
		c->next[i] = c->first[cell];
		c->first[cell] = (int)i;
	}
	return 0;
}

/* The nearest letter right of part i; -1: none. */
static int
find_next(const struct parts *p, const struct cells *c, int i)
{
	const struct part *a = &p->v[i];
	const int h = a->y1 - a->y0, reach = h * 4;
	const int left = a->x0 / CELL, right = (a->x1 + reach) / CELL;
	const int top = a->y0 > h ? (a->y0 - h) / CELL : 0, bottom = (a->y1 + h) / CELL;
	int best = -1;

	for (int y = top; y <= bottom && y < (int)c->down; y++)
		for (int x = left; x <= right && x < (int)c->across; x++)
			for (int j = c->first[(size_t)y * c->across + (size_t)x]; j >= 0;
			     j = c->next[j])
				if (j != i && is_next(a, &p->v[j]) &&
				    (best < 0 || p->v[j].x0 < p->v[best].x0))
					best = j;
	return best;
}

/* What a row has: parts, and how many stand even with the next one. */
struct tally {
	int parts, even;
};

/* Letters of a line have their heads or their feet in common with the next one. */
static bool
is_even(const struct part *a, const struct part *b)
{
	const int ha = a->y1 - a->y0, hb = b->y1 - b->y0, tell = (ha > hb ? ha : hb) / 6;

	return abs(a->y0 - b->y0) <= tell || abs(a->y1 - b->y1) <= tell;
}

/* Rows of too few parts, or uneven ones, are none; the others' are counted by height. */
static void
settle_rows(struct parts *p, const int *next, struct tally *row)
{
	uint32_t count[HEIGHT_MAX + 1] = { 0 };
	size_t sum = 0, wide = 0;
	int h = 0;

	for (size_t i = 0; i < p->n; i++)
		p->v[i].row = root_of(p->v, (int)i);
	for (size_t i = 0; i < p->n; i++) {
		row[p->v[i].row].parts++;
		row[p->v[i].row].even += next[i] >= 0 && is_even(&p->v[i], &p->v[next[i]]);
	}
	for (size_t i = 0; i < p->n; i++) {
		const struct tally *of = &row[p->v[i].row];

		p->near += of->parts >= ROW_MIN;
		if (of->parts < ROW_MIN || of->even * 4 < of->parts * 3 - 4) {
			p->v[i].row = -1;
			continue;
		}
		count[p->v[i].y1 - p->v[i].y0]++;
		p->texts++;
		wide += (size_t)(p->v[i].x1 - p->v[i].x0);
	}
	while (p->texts && h < HEIGHT_MAX && (sum += count[h]) * 2 <= p->texts)
		h++;
	p->size = h;
	p->widths = h ? wide / (size_t)h : 0;
}

static int
find_rows(struct parts *p, const struct ink *k)
{
	struct cells c = { 0 };
	struct tally *row = calloc(p->n + 1, sizeof(*row));
	int *next = calloc(p->n + 1, sizeof(*next)), r = fill_cells(&c, p, k);

	if (!row || !next)
		r = -1;
	for (size_t i = 0; i < p->n; i++)
		p->v[i].row = (int)i;
	for (size_t i = 0; r == 0 && i < p->n; i++) {
		next[i] = is_letter(&p->v[i]) ? find_next(p, &c, (int)i) : -1;
		if (next[i] >= 0)
			(void)unite(p->v, (int)i, next[i]);
	}
	if (r == 0)
		settle_rows(p, next, row);
	free(c.first);
	free(c.next);
	free(row);
	free(next);
	return r;
}

int
parts_find(struct parts *p, const struct ink *k, struct err *e)
{
	*p = (struct parts){ 0 };
	if (find_parts(p, k) == 0 && find_rows(p, k) == 0)
		return 0;
	parts_release(p);
	return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to look at a page");
}

uint32_t
parts_window(const struct parts *parts, bool columns, uint32_t side, uint32_t length)
{
	uint32_t *count = calloc((size_t)side + 1, sizeof(*count)), end = 0, last = 0;
	uint64_t sum = 0, most = 0;

	if (!count)
		return 0;
	for (size_t i = 0; i < parts->n; i++) {
		const struct part *p = &parts->v[i];
		const int longer = p->y1 - p->y0 > p->x1 - p->x0 ? p->y1 - p->y0 : p->x1 - p->x0;

		if (longer >= 4 && longer <= 100)
			count[columns ? (p->x0 + p->x1) / 2 : (p->y0 + p->y1) / 2]++;
	}
	for (uint32_t i = 0; i < side; i++) {
		sum += count[i];
		sum -= i >= length ? count[i - length] : 0;
		if (sum > most) {
			most = sum;
			end = last = i;
		} else if (sum == most && last + 1 == i) {
			last = i;
		}
	}
	free(count);
	/* In the middle of the ends that are as good: no letter is cut. */
	end += (last - end) / 2;
	return end < length ? 0 : end - length + 1;
}

void
parts_release(struct parts *p)
{
	free(p->v);
	*p = (struct parts){ 0 };
}

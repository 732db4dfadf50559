#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "doc/columns.h"
#include "doc/textline.h"
#include "pdf/words.h"

enum {
	BINS = 400,       /* that a page's width is looked at in */
	SIDE_LEAST = 4,   /* lines of a column */
	COLUMNS_DEEP = 3, /* columns in columns in columns */
	PIECES_LEAST = 8, /* of a page that is looked at */
	LEVEL_LOOK = 32,  /* pieces that may be as high as one */
	ROW_LINES = 5     /* of a table's row, at most */
};

/* Of a line's height. */
static const double SPLIT = 0.4;        /* between words that may stand in two columns */
static const double GUTTER_LEAST = 0.6; /* its width */
static const double BROAD = 4;          /* white across both columns */
static const double PROSE_WIDTH = 8;    /* of running text, at least */
/* Of the height of all text. */
static const double CROSSED_MOST = 0.3, SIDE_HEIGHT = 0.25;
static const double SLACK = 0.05;            /* across a gutter more than where it has least */
static const double PROSE_FILL = 0.55;       /* of its column that running text fills */
static const double DISPLACED = 0.1;         /* of a column's lines: as many may be in disorder */
static const double ALIKE = 0.45;            /* of the wider column's width */
static const double TORN = 0.3;              /* or, of notes beside a text, torn ones */
static const double BAND = 1.4, APART = 1.8; /* of the distance of lines: between rows; headers */

enum side { SIDE_FIRST, SIDE_SECOND, SIDE_BOTH };

/* Words of a line that follow each other closely. */
struct piece {
	const struct pdf_word *w; /* its first */
	size_t line, from, n;     /* which words of it */
	double x0, y0, x1, y1;
	enum side side;
	size_t section, order; /* above which spanning line; of pdftotext's */
};

/* Pieces that are looked at together, and what was found. */
struct cols {
	struct piece *v;
	size_t n;
	double em, x0, x1, text; /* text: the height of all of it */
	double gutter;           /* its middle */
	double pitch;            /* from line to line */
	bool from_right, aside;  /* aside: but one side is running text */
};

static int
by_order(const void *a, const void *b)
{
	const struct piece *l = a, *r = b;

	return (l->order > r->order) - (l->order < r->order);
}

static int
by_height(const void *a, const void *b)
{
	const struct piece *l = a, *r = b;

	return l->y0 == r->y0 ? by_order(a, b) : (l->y0 > r->y0) - (l->y0 < r->y0);
}

static int
by_group(const void *a, const void *b)
{
	const struct piece *l = a, *r = b;

	if (l->section != r->section)
		return l->section > r->section ? 1 : -1;
	if (l->side != r->side)
		return l->side > r->side ? 1 : -1;
	return by_order(a, b);
}

static int
by_number(const void *a, const void *b)
{
	const double *l = a, *r = b;

	return (*l > *r) - (*l < *r);
}

/* The bounds, the height of the text and that of a line.  The pieces are sorted by height. */
static void
measure_pieces(struct cols *c)
{
	double end = -HUGE_VAL, *h = mem_new(c->n, sizeof(*h));
	size_t i;

	qsort(c->v, c->n, sizeof(*c->v), by_height);
	c->x0 = HUGE_VAL;
	c->x1 = -HUGE_VAL;
	c->text = 0;
	for (i = 0; i < c->n; i++) {
		const struct piece *p = &c->v[i];

		c->x0 = fmin(c->x0, p->x0);
		c->x1 = fmax(c->x1, p->x1);
		if (p->y1 > end) {
			c->text += p->y1 - fmax(p->y0, end);
			end = p->y1;
		}
		h[i] = p->y1 - p->y0;
	}
	qsort(h, c->n, sizeof(*h), by_number);
	c->em = h[c->n / 2];
	free(h);
}

static int
bin_of(const struct cols *c, double x)
{
	int i = (int)((x - c->x0) / (c->x1 - c->x0) * BINS);

	return i < 0 ? 0 : i >= BINS ? BINS - 1 : i;
}

/* How much of the text's height is covered in each bin. */
static void
cover(const struct cols *c, double bins[BINS])
{
	size_t i;
	int k;

	memset(bins, 0, BINS * sizeof(*bins));
	for (i = 0; i < c->n; i++)
		for (k = bin_of(c, c->v[i].x0); k <= bin_of(c, c->v[i].x1); k++)
			bins[k] += c->v[i].y1 - c->v[i].y0;
}

/* On which side of the gutter; a piece of both goes across it. */
static enum side
side_of(const struct cols *c, const struct piece *p)
{
	if (p->x0 < c->gutter && p->x1 > c->gutter)
		return SIDE_BOTH;
	return (p->x1 <= c->gutter) == !c->from_right ? SIDE_FIRST : SIDE_SECOND;
}

/* What one side has. */
struct side_facts {
	size_t n; /* rows: the words of a line may be far from each other */
	double height, width, x0, x1;
};

static struct side_facts
facts_of(const struct cols *c, enum side side)
{
	struct side_facts f = { 0, 0, 0, HUGE_VAL, -HUGE_VAL };
	double row = -HUGE_VAL;
	size_t i;

	for (i = 0; i < c->n; i++) {
		const struct piece *p = &c->v[i];

		if (p->side != side)
			continue;
		if (p->y0 - row > c->em / 3) {
			row = p->y0;
			f.n++;
			f.height += p->y1 - p->y0;
		}
		f.width += p->x1 - p->x0;
		f.x0 = fmin(f.x0, p->x0);
		f.x1 = fmax(f.x1, p->x1);
	}
	return f;
}

static bool
is_prose(const struct cols *c, const struct side_facts *f)
{
	double width = f->width / (double)f->n;

	return f->n >= SIDE_LEAST && width >= PROSE_WIDTH * c->em &&
	    width >= PROSE_FILL * (f->x1 - f->x0);
}

/* The share of a side's lines that stand as high as one of the other. */
static double
aligned(const struct cols *c, enum side side)
{
	size_t i, j, n = 0, level = 0;

	for (i = 0; i < c->n; i++) {
		bool found = false;

		if (c->v[i].side != side)
			continue;
		for (j = i > LEVEL_LOOK ? i - LEVEL_LOOK : 0; j < c->n && j < i + LEVEL_LOOK; j++)
			found |= c->v[j].side != side && fabs(c->v[j].y0 - c->v[i].y0) < c->em / 6;
		n++;
		level += found;
	}
	return n ? (double)level / (double)n : 1;
}

/* The usual distance of a side's lines; sorted by height. */
static double
pitch_of(const struct cols *c, enum side side)
{
	double *d = mem_new(c->n, sizeof(*d)), last = -HUGE_VAL, pitch;
	size_t i, n = 0;

	for (i = 0; i < c->n; i++) {
		if (c->v[i].side != side || c->v[i].y0 - last < c->em / 3)
			continue;
		if (last > -HUGE_VAL)
			d[n++] = c->v[i].y0 - last;
		last = c->v[i].y0;
	}
	qsort(d, n, sizeof(*d), by_number);
	pitch = n ? d[n / 2] : 1.2 * c->em;
	free(d);
	return pitch;
}

/* Whether white runs across both sides so often that the text between is rows of a table. */
static bool
are_rows(const struct cols *c)
{
	size_t i, bands = 1, both = 0;
	bool side[3] = { false, false, false };

	for (i = 0; i < c->n; i++) {
		if (i > 0 && c->v[i].y0 - c->v[i - 1].y0 > BAND * c->pitch) {
			both += side[SIDE_FIRST] && side[SIDE_SECOND];
			bands++;
			memset(side, 0, sizeof(side));
		}
		side[c->v[i].side] = true;
	}
	both += side[SIDE_FIRST] && side[SIDE_SECOND];
	return bands > 2 && 3 * both >= 2 * bands && c->n <= (size_t)2 * ROW_LINES * bands;
}

/* Columns are as wide as each other, more or less: notes in a margin are not. */
static bool
are_alike(const struct side_facts *a, const struct side_facts *b)
{
	double l = a->x1 - a->x0, r = b->x1 - b->x0;

	return fmin(l, r) > ALIKE * fmax(l, r);
}

/* Whether what is on both sides of the gutter is columns. */
static bool
are_columns(struct cols *c)
{
	struct side_facts a, b;
	bool first, second;
	size_t i;

	for (i = 0; i < c->n; i++)
		c->v[i].side = side_of(c, &c->v[i]);
	a = facts_of(c, SIDE_FIRST);
	b = facts_of(c, SIDE_SECOND);
	if (a.n < SIDE_LEAST || b.n < SIDE_LEAST || a.height < SIDE_HEIGHT * c->text ||
	    b.height < SIDE_HEIGHT * c->text)
		return false;
	first = is_prose(c, &a);
	second = is_prose(c, &b);
	c->aside = !first || !second || !are_alike(&a, &b);
	c->pitch = pitch_of(c, first ? SIDE_FIRST : SIDE_SECOND);
	if (first && second)
		return !are_rows(c);
	return (first || second) && aligned(c, first ? SIDE_SECOND : SIDE_FIRST) < 0.5;
}

/* The widest run of bins from..to that at most high is in; *to: where it ends. */
static int
widest(const double bins[BINS], int from, int *to, double high)
{
	int best = from, end = from, last = *to, i, k;

	for (i = from; i < last; i = k) {
		for (k = i; k < last && bins[k] <= high;)
			k++;
		if (k - i > end - best) {
			best = i;
			end = k;
		}
		k += k == i;
	}
	*to = end;
	return best;
}

/* A strip of bins from *k on that little crosses; *k is where it ends. */
static bool
next_strip(struct cols *c, const double bins[BINS], int *k)
{
	double width = (c->x1 - c->x0) / BINS, most = CROSSED_MOST * c->text, least = HUGE_VAL;
	int from, to;

	while (*k < BINS && bins[*k] > most)
		++*k;
	for (from = *k; *k < BINS && bins[*k] <= most; ++*k)
		least = fmin(least, bins[*k]);
	if (from == 0 || *k >= BINS)
		return false;
	to = *k;
	from = widest(bins, from, &to, least + SLACK * c->text);
	if ((to - from + 2) * width < GUTTER_LEAST * c->em)
		return false;
	from = widest(bins, from, &to, least);
	c->gutter = c->x0 + (from + to) * width / 2;
	return true;
}

static bool
find_gutter(struct cols *c)
{
	double bins[BINS];
	int k = 0;

	measure_pieces(c);
	if (!(c->x1 - c->x0 > 2 * PROSE_WIDTH * c->em) || !(c->em > 0))
		return false;
	cover(c, bins);
	while (k < BINS)
		if (next_strip(c, bins, &k) && are_columns(c))
			return true;
	return false;
}

/* Headers and footers: pieces far from the rest, which stay first and last. */
static void
set_apart(struct cols *c)
{
	size_t i, k;

	for (i = 1; i < c->n && i <= 3; i++)
		if (c->v[i].y0 - c->v[i - 1].y0 > APART * c->pitch)
			for (k = 0; k < i; k++)
				c->v[k].side = SIDE_BOTH;
	for (i = c->n - 1; i > 0 && c->n - i <= 3; i--)
		if (c->v[i].y0 - c->v[i - 1].y0 > APART * c->pitch)
			for (k = i; k < c->n; k++)
				c->v[k].side = SIDE_BOTH;
}

/* Sections are what lies between lines that go across, or between broad white. */
static void
number_sections(struct cols *c)
{
	double end = HUGE_VAL;
	size_t i, section = 0;

	for (i = 0; i < c->n; i++) {
		section += c->v[i].y0 - end > BROAD * c->em;
		c->v[i].section = section;
		section += c->v[i].side == SIDE_BOTH;
		end = i == 0 ? c->v[i].y1 : fmax(end, c->v[i].y1);
	}
}

static bool
is_same_block(const struct pdf_word *a, const struct pdf_word *b)
{
	return a->flow == b->flow && a->block == b->block;
}

/*
 * Whether pdftotext's order goes back from the second column to the first, or
 * blocks of it are torn by the gutter.  Notes beside a text are where it says.
 */
static bool
in_disorder(struct cols *c)
{
	size_t i, n[3] = { 0 }, displaced = 0, torn = 0, second = 0;

	qsort(c->v, c->n, sizeof(*c->v), by_order);
	for (i = 0; i < c->n; i++) {
		const struct piece *p = &c->v[i];

		torn += i > 0 && p->side != p[-1].side && is_same_block(p->w, p[-1].w);
		n[p->side]++;
		if (p->side == SIDE_SECOND)
			second = p->section + 1;
		displaced += p->side == SIDE_FIRST && second == p->section + 1;
	}
	if (!c->aside)
		return displaced > 1 && (double)displaced > DISPLACED * (double)n[SIDE_FIRST];
	return torn > 2 &&
	    (double)torn > TORN * fmin((double)n[SIDE_FIRST], (double)n[SIDE_SECOND]);
}

static bool arrange(struct piece *v, size_t n, bool from_right, int deep);

/* The columns within columns. */
static bool
arrange_groups(struct piece *v, size_t n, bool from_right, int deep)
{
	bool changed = false;
	size_t i, k;

	for (i = 0; i < n; i = k) {
		const struct piece was = v[i];

		for (k = i + 1; k < n && v[k].side == was.side && v[k].section == was.section;)
			k++;
		if (was.side != SIDE_BOTH)
			changed |= arrange(v + i, k - i, from_right, deep);
	}
	return changed;
}

/* Put the pieces in order, and say whether that is another. */
static bool
arrange(struct piece *v, size_t n, bool from_right, int deep)
{
	struct cols c = { .v = v, .n = n, .from_right = from_right };
	bool changed = false;

	if (n >= PIECES_LEAST && deep < COLUMNS_DEEP && find_gutter(&c)) {
		set_apart(&c);
		number_sections(&c);
		changed = in_disorder(&c);
		qsort(v, n, sizeof(*v), by_group);
		changed |= arrange_groups(v, n, from_right, deep + 1);
	}
	if (!changed)
		qsort(v, n, sizeof(*v), by_order);
	return changed;
}

static size_t
pieces_of(const struct textline *l, size_t line, struct piece *v)
{
	size_t i, n = 0;

	for (i = 0; i < l->n; i++) {
		const struct pdf_word *w = l->w[i];

		if (i == 0 || w->x - v[n - 1].x1 > SPLIT * w->h)
			v[n++] = (struct piece){ w, line, i, 0, w->x, w->y, w->x + w->w,
				w->y + w->h, SIDE_BOTH, 0, 0 };
		v[n - 1].n++;
		v[n - 1].x1 = fmax(v[n - 1].x1, w->x + w->w);
		v[n - 1].y0 = fmin(v[n - 1].y0, w->y);
		v[n - 1].y1 = fmax(v[n - 1].y1, w->y + w->h);
	}
	return n;
}

/* Whether piece q goes on where p ends. */
static bool
follows(const struct piece *p, const struct piece *q)
{
	return p->line == q->line && p->from + p->n == q->from;
}

/* The lines that the pieces are, and those that are in no column. */
static void
lines_of_pieces(struct textlines *lines, const struct piece *v, size_t n)
{
	struct textline *was = mem_new(lines->n + 1, sizeof(*was));
	size_t i, k, words, nwas = lines->n;

	memcpy(was, lines->v, lines->n * sizeof(*was));
	lines->n = 0;
	for (i = 0; i < n; i = k) {
		words = v[i].n;
		for (k = i + 1; k < n && follows(&v[k - 1], &v[k]); k++)
			words += v[k].n;
		lines->v[lines->n++] = textline_of(was[v[i].line].w + v[i].from, words);
	}
	for (i = 0; i < nwas; i++)
		if (!was[i].upright)
			lines->v[lines->n++] = was[i];
	free(was);
}

void
columns_order(struct textlines *lines, bool from_right)
{
	size_t i, n = 0, words = 0;
	struct piece *v;

	for (i = 0; i < lines->n; i++)
		words += lines->v[i].n;
	v = mem_new(words + 1, sizeof(*v));
	for (i = 0; i < lines->n; i++)
		if (lines->v[i].upright)
			n += pieces_of(&lines->v[i], i, v + n);
	for (i = 0; i < n; i++)
		v[i].order = i;
	if (n >= PIECES_LEAST && arrange(v, n, from_right, 0))
		lines_of_pieces(lines, v, n);
	free(v);
}

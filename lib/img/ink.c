#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "img/image.h"
#include "img/ink.h"

enum {
	SPREAD = 12, /* gray values under a word: covered ones have 0, the palest full stop 25 */
	FLAT = 2,    /* of what is painted over words, in one color */
	COLOR_SPREAD = 64, /* of one color: letters that can be seen, and no traces of JPEG */
	CONTRAST = 36,     /* from the mean around it, of a pixel that is dark ink, */
	WHITENESS = 95,    /* of one that is light: paper between letters stands out, too, */
	LIGHTER = 50,      /* or of one where that mean is no more than */
	GROUND = 155,      /* which is no paper's */
	AROUND = 10,       /* pixels on each side, of which that mean is */
	PAPER = 250,       /* nothing darker: nothing is there */
	TALL = 48,         /* pixels, of what can still be letters */
	PIECES = 20000,    /* of ink on a page; what is more is a picture's */
	LINE_LEAST = 3,    /* ems that make a line */
	LOW = 4,           /* pixels: less is no line of one or two pieces */
	MARGIN = 1         /* pixels around a known box */
};

enum { DARK = 1, LIGHT }; /* kinds of ink */

static const double FILL_LEAST = 0.3; /* of what is around letters: they have .35 to .8 */

static void
clip(const struct image *im, struct ink_box *b)
{
	b->x0 = b->x0 < 0 ? 0 : b->x0;
	b->y0 = b->y0 < 0 ? 0 : b->y0;
	b->x1 = b->x1 > (long)im->width ? (long)im->width : b->x1;
	b->y1 = b->y1 > (long)im->height ? (long)im->height : b->y1;
}

static int
ink_spread(const struct image *im, const struct ink_box *box)
{
	int low = 255, high = 0;
	struct ink_box b = *box;

	clip(im, &b);
	for (long y = b.y0; y < b.y1; y++)
		for (long x = b.x0; x < b.x1; x++) {
			int v = im->px[(size_t)y * im->width + (size_t)x];

			low = v < low ? v : low;
			high = v > high ? v : high;
		}
	return high - low;
}

bool
ink_under(const struct image *im, const struct ink_box *box)
{
	return ink_spread(im, box) >= SPREAD;
}

bool
ink_under_color(const struct image *im, const struct ink_box *box)
{
	for (int i = 0; i < image_planes(im); i++) {
		const struct image plane = image_plane(im, i);

		if (ink_spread(&plane, box) >= COLOR_SPREAD)
			return true;
	}
	return false;
}

/* The values of a column of the rows y0..y1, and of what is known of others. */
static bool
column_is_flat(const struct image *im, long x, const struct ink_box *b, int *low, int *high)
{
	int l = *low, h = *high;

	for (long y = b->y0; y < b->y1; y++) {
		int v = im->px[(size_t)y * im->width + (size_t)x];

		l = v < l ? v : l;
		h = v > h ? v : h;
	}
	if (h - l > FLAT)
		return false;
	*low = l;
	*high = h;
	return true;
}

bool
ink_flat(const struct image *im, const struct ink_box *box, struct ink_box *flat)
{
	const long high = box->y1 - box->y0;
	struct ink_box b = { box->x0, box->y0 + (high + 2) / 4, box->x1, box->y1 - (high + 2) / 4 };
	int least = 255, most = 0;
	long from;

	*flat = (struct ink_box){ box->x0, box->y0, box->x0, box->y1 };
	clip(im, &b);
	for (long x = from = b.x0; x < b.x1 && b.y0 < b.y1; x++) {
		if (!column_is_flat(im, x, &b, &least, &most)) {
			least = 255;
			most = 0;
			from = column_is_flat(im, x, &b, &least, &most) ? x : x + 1;
		}
		if (x + 1 - from > flat->x1 - flat->x0) {
			flat->x0 = from;
			flat->x1 = x + 1;
		}
	}
	return flat->x1 > flat->x0;
}

bool
ink_none(const struct image *im)
{
	const size_t n = image_area(im);
	const uint8_t *red = im->px, *green = red, *blue = red;

	if (im->colour) {
		green += n;
		blue = green + n;
	}
	for (size_t i = 0; i < n; i++)
		if (image_luma(red[i], green[i], blue[i]) < PAPER)
			return false;
	return true;
}

double
ink_ems(const struct ink_box *b, size_t n)
{
	double ems = 0;

	for (size_t i = 0; i < n; i++)
		if (b[i].y1 > b[i].y0)
			ems += (double)(b[i].x1 - b[i].x0) / ((double)(b[i].y1 - b[i].y0) * 2 / 3);
	return ems;
}

static long
lesser(long a, long b)
{
	return a < b ? a : b;
}

/* What surrounds the pixels of one row: sums of columns, and of their squares. */
struct around {
	const struct image *im;
	int *column; /* sums of the rows around this one, AROUND zeros on either side */
	int *sum;    /* of the square around each pixel */
	long rows;
};

/* The columns of the row y; they were those of the row before, if there is one. */
static void
around_row(struct around *a, long y)
{
	const long w = a->im->width, h = a->im->height;
	const long from = y == 0 ? 0 : y + AROUND, to = lesser(y + AROUND + 1, h);
	int *column = a->column + AROUND + 1;

	for (long r = from; r < to; r++, a->rows++)
		for (long x = 0; x < w; x++)
			column[x] += a->im->px[r * w + x];
	if (y <= AROUND)
		return;
	a->rows--;
	for (long x = 0; x < w; x++)
		column[x] -= a->im->px[(y - AROUND - 1) * w + x];
}

static void
around_sum(struct around *a)
{
	const long w = a->im->width;
	const int *column = a->column;
	int sum = 0;

	for (long x = 0; x < 2L * AROUND + 1; x++)
		sum += column[x];
	for (long x = 0; x < w; x++) {
		sum += column[x + 2L * AROUND + 1] - column[x];
		a->sum[x] = sum;
	}
}

/* Not divided by their number, which would cost most of the time. */
static uint8_t
ink_at(int v, int sum, int n)
{
	if (sum >= (v + CONTRAST + 1) * n)
		return DARK;
	return sum < (v - WHITENESS) * n || (sum < (v - LIGHTER) * n && sum <= GROUND * n) ? LIGHT
											   : 0;
}

/* The kinds of ink that the pixels of row y are, by the means around them; 0: none. */
static void
ink_row(const struct around *a, long y, uint8_t *map)
{
	const long w = a->im->width, rows = a->rows;
	const uint8_t *px = a->im->px + y * w;
	const int whole = (int)((2L * AROUND + 1) * rows);
	long x = 0;

	for (; x < lesser(AROUND, w); x++)
		map[x] = ink_at(px[x], a->sum[x], (int)(lesser(x + AROUND + 1, w) * rows));
	for (; x < w - AROUND; x++)
		map[x] = ink_at(px[x], a->sum[x], whole);
	for (; x < w; x++)
		map[x] = ink_at(px[x], a->sum[x], (int)((w - x + AROUND) * rows));
}

/* A map of the ink: DARK, LIGHT, or 0: none or known. */
static uint8_t *
ink_map(const struct image *im)
{
	const size_t w = im->width;
	struct around a = { im, mem_new(w + 2UL * AROUND + 2, sizeof(int)), mem_new(w, sizeof(int)),
		0 };
	uint8_t *map = mem_new(w * im->height, 1);

	for (long y = 0; y < (long)im->height; y++) {
		around_row(&a, y);
		around_sum(&a);
		ink_row(&a, y, map + (size_t)y * w);
	}
	free(a.column);
	free(a.sum);
	return map;
}

static void
forget(const struct image *im, uint8_t *map, const struct ink_box *known, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ink_box b = { known[i].x0 - MARGIN, known[i].y0 - MARGIN,
			known[i].x1 + MARGIN, known[i].y1 + MARGIN };

		clip(im, &b);
		for (long y = b.y0; y < b.y1 && b.x0 < b.x1; y++)
			memset(map + (size_t)y * im->width + (size_t)b.x0, 0,
			    (size_t)(b.x1 - b.x0));
	}
}

/* A piece of connected ink of one kind. */
struct piece {
	struct ink_box b;
	long area;
};

struct fill {
	const struct image *im;
	uint8_t *map;
	uint32_t *todo; /* pixels of the piece whose neighbours are not known */
	size_t n;
};

/* Take the piece that the pixel belongs to off the map. */
static struct piece
take_piece(struct fill *f, long x, long y)
{
	long w = f->im->width, h = f->im->height;
	struct piece p = { { x, y, x + 1, y + 1 }, 0 };
	uint8_t kind = f->map[y * w + x];

	f->map[y * w + x] = 0;
	f->todo[f->n++] = (uint32_t)(y * w + x);
	while (f->n > 0) {
		long at = f->todo[--f->n], px = at % w, py = at / w;

		p.area++;
		p.b.x0 = px < p.b.x0 ? px : p.b.x0;
		p.b.x1 = px >= p.b.x1 ? px + 1 : p.b.x1;
		p.b.y0 = py < p.b.y0 ? py : p.b.y0;
		p.b.y1 = py >= p.b.y1 ? py + 1 : p.b.y1;
		for (long ny = py > 0 ? py - 1 : 0; ny <= py + 1 && ny < h; ny++)
			for (long nx = px > 0 ? px - 1 : 0; nx <= px + 1 && nx < w; nx++)
				if (f->map[ny * w + nx] == kind) {
					f->map[ny * w + nx] = 0;
					f->todo[f->n++] = (uint32_t)(ny * w + nx);
				}
	}
	return p;
}

/* Letters, or words whose letters touch: no rule, no block, no speck. */
static bool
may_be_text(const struct piece *p)
{
	long w = p->b.x1 - p->b.x0, h = p->b.y1 - p->b.y0;

	return h >= 2 && h <= TALL && w <= 25 * h && p->area >= 3 && 10 * p->area >= w * h &&
	    (p->area * 100 <= w * h * 92 || w < 8);
}

/* A bar shows its rim alone, since it is its own surroundings: its inside is as dark. */
static bool
is_solid(const struct image *im, const struct piece *p, uint8_t kind)
{
	long n = 0;

	if (p->b.y1 - p->b.y0 < AROUND)
		return false;
	for (long y = p->b.y0; y < p->b.y1; y++)
		for (long x = p->b.x0; x < p->b.x1; x++)
			n += (im->px[y * (long)im->width + x] < 128) == (kind == DARK);
	return n * 100 >= 85 * (p->b.x1 - p->b.x0) * (p->b.y1 - p->b.y0);
}

static size_t
all_pieces(const struct image *im, uint8_t *map, struct piece *v)
{
	size_t area = (size_t)im->width * im->height, n = 0;
	struct fill f = { im, map, mem_new(area, sizeof(*f.todo)), 0 };

	for (size_t i = 0; i < area && n < PIECES; i++)
		if (map[i]) {
			uint8_t kind = map[i];

			v[n] = take_piece(&f, (long)(i % im->width), (long)(i / im->width));
			n += may_be_text(&v[n]) && !is_solid(im, &v[n], kind);
		}
	free(f.todo);
	return n;
}

static int
by_place(const void *a, const void *b)
{
	const struct piece *p = a, *q = b;

	return p->b.x0 != q->b.x0 ? (p->b.x0 > q->b.x0) - (p->b.x0 < q->b.x0)
				  : (p->b.y0 > q->b.y0) - (p->b.y0 < q->b.y0);
}

/* A line that grows to the right. */
struct growing {
	struct ink_box b, last; /* all of it; its last piece */
	double heights, widths; /* sums */
	double inked;           /* of the widths, as far as ink fills them */
	long n, level;          /* pieces; those that stand on the same line as the one before */
};

static bool
joins(const struct growing *g, const struct piece *p)
{
	long gh = g->last.y1 - g->last.y0, h = p->b.y1 - p->b.y0;
	double mean = g->heights / (double)g->n;
	long top = g->b.y0 > p->b.y0 ? g->b.y0 : p->b.y0;
	long end = g->b.y1 < p->b.y1 ? g->b.y1 : p->b.y1;

	return p->b.x0 - g->b.x1 <= 2 * (gh > h ? gh : h) + 2 &&
	    2 * (end - top) >= (gh < h ? gh : h) && (double)h <= 2.5 * mean + 2 &&
	    mean <= 2.5 * (double)h + 4;
}

static void
grow(struct growing *g, const struct piece *p)
{
	long h = p->b.y1 - p->b.y0, off = labs(p->b.y1 - g->last.y1);

	g->level += g->n > 0 && off <= 1 + h / 4;
	if (g->n++ == 0)
		g->b = p->b;
	g->b.y0 = p->b.y0 < g->b.y0 ? p->b.y0 : g->b.y0;
	g->b.y1 = p->b.y1 > g->b.y1 ? p->b.y1 : g->b.y1;
	g->b.x1 = p->b.x1 > g->b.x1 ? p->b.x1 : g->b.x1;
	g->heights += (double)h;
	g->widths += (double)(p->b.x1 - p->b.x0);
	g->inked += (double)p->area / (double)h;
	g->last = p->b;
}

/*
 * Enough letters, of one height, on one line.  Frames, arrows and plots have less
 * ink in their boxes than letters; bars of fractions and dashes are low, and few.
 */
static bool
looks_like_line(const struct growing *g)
{
	double mean = g->heights / (double)g->n;

	if (g->inked < FILL_LEAST * g->widths || (g->n <= 2 && mean < LOW))
		return false;
	return g->widths >= LINE_LEAST * mean && (double)(g->b.y1 - g->b.y0) <= 2.5 * mean + 2 &&
	    (g->n < 3 || 2 * g->level >= g->n - 1);
}

static void
keep_lines(struct ink_lines *out, const struct growing *g, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double mean = g[i].heights / (double)g[i].n;

		if (!looks_like_line(&g[i]))
			continue;
		if (out->n == INK_LINES_MAX) {
			out->cut = true;
			break;
		}
		out->v[out->n++] = (struct ink_line){ g[i].b, mean, g[i].widths / mean };
		out->ems += g[i].widths / mean;
	}
}

/* Lines that end too far to the left for any piece that is still to come. */
static size_t
still_open(const struct growing *g, size_t *open, size_t n, long x)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++)
		if (x - g[open[i]].b.x1 <= 2 * TALL + 2)
			open[kept++] = open[i];
	return kept;
}

/* Each piece goes to the line that it continues, or begins one; of how many. */
static size_t
all_lines(const struct piece *v, size_t n, struct growing *g)
{
	size_t *open = mem_new(n + 1, sizeof(*open)), nopen = 0, lines = 0, i, k;

	for (i = 0; i < n; i++) {
		if (i % 64 == 0)
			nopen = still_open(g, open, nopen, v[i].b.x0);
		for (k = nopen; k > 0 && !joins(&g[open[k - 1]], &v[i]); k--)
			;
		if (k == 0) {
			open[nopen++] = lines++;
			k = nopen;
		}
		grow(&g[open[k - 1]], &v[i]);
	}
	free(open);
	return lines;
}

void
ink_lines(const struct image *im, const struct ink_box *known, size_t n, struct ink_lines *out)
{
	uint8_t *map = ink_map(im);
	struct piece *v = mem_new(PIECES + 1, sizeof(*v));
	struct growing *g;
	size_t pieces;

	forget(im, map, known, n);
	pieces = all_pieces(im, map, v);
	free(map);
	qsort(v, pieces, sizeof(*v), by_place);
	g = mem_new(pieces + 1, sizeof(*g));
	*out = (struct ink_lines){ .v = mem_new(INK_LINES_MAX, sizeof(*out->v)),
		.cut = pieces == PIECES };
	keep_lines(out, g, all_lines(v, pieces, g));
	/* Some hundred pages' are kept together. */
	out->v = mem_resize(out->v, out->n + 1, sizeof(*out->v));
	free(g);
	free(v);
}

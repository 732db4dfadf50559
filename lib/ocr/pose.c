#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ocr/parts.h"
#include "ocr/pose.h"

enum {
	POINTS_MAX = 1500,
	LETTERS_MIN = 24, /* to tell anything of a page */
	BINS_MAX = 65536,
	ROW_LETTERS = 8, /* of a row that tells feet from heads */
	ROW_MOST = 400,  /* letters of it that are looked at */
	MARKS_MIN = 16,  /* rising or hanging ones that tell */
	STEPS = 4,       /* of a degree, at first, */
	FINE = 20,       /* and then */
	SWEEP = 2 * POSE_LEAN_MAX * STEPS + 1
};

/* Where a letter stands: along the lines, and across. */
struct point {
	float along, across;
};

struct cloud {
	struct point v[POINTS_MAX];
	size_t n;
	float bin; /* pixels */
	uint16_t bins[BINS_MAX];
	size_t used;
	float least; /* across, at the first bin */
};

/* What a sweep over the angles found. */
struct swept {
	double angle; /* degrees, of the best */
	double best, level, middle;
};

enum edge { BOTTOM, LEFT, RIGHT };

static bool
is_usual(const struct part *p, int size)
{
	const int w = p->x1 - p->x0, h = p->y1 - p->y0;

	return w >= 2 && h >= 2 && w <= 3 * size && h <= 3 * size && w + h >= size;
}

/* The middle of the sides of what could be letters: of the longer one of each. */
static int
usual_size(const struct parts *p)
{
	enum { MOST = 100 };
	uint32_t count[MOST + 1] = { 0 };
	size_t sum = 0, n = 0;
	int side = 0;

	for (size_t i = 0; i < p->n; i++) {
		const int w = p->v[i].x1 - p->v[i].x0, h = p->v[i].y1 - p->v[i].y0;
		const int longer = w > h ? w : h;

		if (longer >= 4 && longer <= MOST) {
			count[longer]++;
			n++;
		}
	}
	while (n && side < MOST && (sum += count[side]) * 2 <= n)
		side++;
	return side;
}

static struct point
foot(const struct part *p, enum edge edge)
{
	const float x = (float)(p->x0 + p->x1) / 2, y = (float)(p->y0 + p->y1) / 2;

	switch (edge) {
	case BOTTOM:
		return (struct point){ x, (float)p->y1 };
	case LEFT:
		return (struct point){ y, -(float)p->x0 };
	default:
		return (struct point){ y, -(float)p->x1 };
	}
}

static void
gather(struct cloud *c, const struct parts *p, int size, enum edge edge)
{
	size_t n = 0, step, k = 0;

	for (size_t i = 0; i < p->n; i++)
		n += is_usual(&p->v[i], size);
	step = n / POINTS_MAX + 1;
	c->n = 0;
	c->bin = size >= 8 ? (float)size / 4 : 2;
	for (size_t i = 0; i < p->n && c->n < POINTS_MAX; i++)
		if (is_usual(&p->v[i], size) && k++ % step == 0)
			c->v[c->n++] = foot(&p->v[i], edge);
}

/* Readies the bins for all angles of a sweep. */
static void
spread(struct cloud *c)
{
	const float tilt = 0.37F; /* tan 20 */
	float low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < c->n; i++) {
		const float lean = fabsf(c->v[i].along) * tilt, at = c->v[i].across;

		low = fminf(low, at - lean);
		high = fmaxf(high, at + lean);
	}
	c->least = low;
	c->used = c->n ? (size_t)((high - low) / c->bin) + 2 : 0;
	if (c->used > BINS_MAX) {
		c->bin *= (float)c->used / (BINS_MAX - 2);
		c->used = BINS_MAX;
	}
}

/* How much the points fall on the same places, seen along lines of that angle. */
static double
energy(struct cloud *c, double degrees)
{
	const float t = (float)tan(degrees * M_PI / 180), scale = 1 / c->bin;
	uint64_t sum = 0;

	memset(c->bins, 0, c->used * sizeof(*c->bins));
	for (size_t i = 0; i < c->n; i++)
		c->bins[(size_t)((c->v[i].across - c->v[i].along * t - c->least) * scale)]++;
	for (size_t i = 0; i < c->used; i++)
		sum += (uint64_t)c->bins[i] * c->bins[i];
	return (double)sum;
}

static int
by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
sweep(struct cloud *c, struct swept *s)
{
	double v[SWEEP];

	spread(c);
	*s = (struct swept){ .best = -1 };
	for (int i = 0; i < SWEEP; i++) {
		const double angle = (double)i / STEPS - POSE_LEAN_MAX;

		v[i] = energy(c, angle);
		if (v[i] > s->best) {
			s->best = v[i];
			s->angle = angle;
		}
	}
	s->level = v[SWEEP / 2];
	qsort(v, SWEEP, sizeof(*v), by_value);
	s->middle = v[SWEEP / 2];
}

/* The angle to a twentieth of a degree; the sharpness stays that of the sweep. */
static void
refine(struct cloud *c, struct swept *s)
{
	const double about = s->angle;
	double best = -1;

	c->bin = 1;
	spread(c);
	for (int i = -FINE / STEPS; i <= FINE / STEPS; i++) {
		const double angle = about + (double)i / FINE;
		double v;

		if (fabs(angle) > POSE_LEAN_MAX)
			continue;
		v = energy(c, angle);
		if (v > best) {
			best = v;
			s->angle = angle;
		}
	}
}

static double
peak(const struct swept *s)
{
	return s->middle > 0 ? s->best / s->middle : 0;
}

static int
by_int(const void *a, const void *b)
{
	const int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

static int
middle_of(const int *v, size_t n)
{
	int sorted[ROW_MOST];

	memcpy(sorted, v, n * sizeof(*v));
	qsort(sorted, n, sizeof(*sorted), by_int);
	return sorted[n / 2];
}

/* Heads and feet of a row's letters, leaning or not. */
struct marks {
	long rising, hanging;
};

static void
add_row(struct marks *m, const int *top, const int *bottom, size_t n)
{
	const int head = middle_of(top, n), base = middle_of(bottom, n);
	const int tell = (base - head) / 5 > 1 ? (base - head) / 5 : 1;

	for (size_t i = 0; i < n; i++) {
		const bool rises = top[i]<head - tell, hangs = bottom[i]> base + tell;

		if (rises != hangs) {
			m->rising += rises;
			m->hanging += hangs;
		}
	}
}

/* A letter's row and its place in parts. */
struct member {
	int row, part;
};

static int
by_row(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	return x->row != y->row ? (x->row > y->row) - (x->row < y->row)
				: (x->part > y->part) - (x->part < y->part);
}

static size_t
members_of(struct member *v, const struct parts *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].row >= 0)
			v[n++] = (struct member){ p->v[i].row, (int)i };
	qsort(v, n, sizeof(*v), by_row);
	return n;
}

static struct marks
count_marks(const struct member *v, size_t n, const struct parts *p, double t)
{
	int top[ROW_MOST], bottom[ROW_MOST];
	struct marks m = { 0 };
	size_t i = 0;

	while (i < n) {
		const int row = v[i].row;
		size_t k = 0;

		for (; i < n && v[i].row == row; i++) {
			const struct part *q = &p->v[v[i].part];
			const int back = (int)lround((q->x0 + q->x1) / 2.0 * t);

			if (k == ROW_MOST)
				continue;
			top[k] = q->y0 - back;
			bottom[k++] = q->y1 - back;
		}
		if (k >= ROW_LETTERS)
			add_row(&m, top, bottom, k);
	}
	return m;
}

static int
which_way_up(const struct parts *p, double lean)
{
	struct member *v = malloc((p->n + 1) * sizeof(*v));
	struct marks m;

	if (!v)
		return 0;
	m = count_marks(v, members_of(v, p), p, tan(lean * M_PI / 180));
	free(v);
	if (m.rising + m.hanging < MARKS_MIN)
		return 0;
	if (m.rising > 2 * m.hanging)
		return 1;
	return m.hanging * 2 > m.rising * 3 ? -1 : 0;
}

/* The better of the two sides that feet may be on. */
static void
sweep_sideways(struct cloud *c, const struct parts *p, int size, struct swept *best)
{
	struct swept s;

	gather(c, p, size, RIGHT);
	sweep(c, &s);
	gather(c, p, size, LEFT);
	sweep(c, best);
	if (peak(&s) > peak(best)) {
		*best = s;
		gather(c, p, size, RIGHT);
		spread(c);
	}
}

void
pose_find(struct pose *pose, const struct parts *p)
{
	const int size = usual_size(p);
	struct cloud *c = malloc(sizeof(*c));
	struct swept along, across;

	*pose = (struct pose){ .size = size };
	if (!c)
		return;
	sweep_sideways(c, p, size, &across);
	if (c->n >= LETTERS_MIN)
		refine(c, &across);
	gather(c, p, size, BOTTOM);
	sweep(c, &along);
	if (c->n >= LETTERS_MIN) {
		refine(c, &along);
		pose->sideways = peak(&across) > 1.3 * peak(&along);
		if (pose->sideways)
			along = across;
		pose->known = peak(&along) >= 1.3;
		pose->lean = along.angle;
		pose->sharp = along.level > 0 ? along.best / along.level : 1;
		if (!pose->sideways)
			pose->up = which_way_up(p, pose->lean);
	}
	free(c);
}

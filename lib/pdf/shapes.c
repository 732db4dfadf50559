#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "img/image.h"
#include "pdf/faces.h"
#include "pdf/shapes.h"

enum {
	GRID = PDF_FACE_GRID,
	CELLS = GRID * GRID,
	SHAPES_MOST = 4096,
	DARK = 96, /* of 255: paper's noise is not */
	FEW = 3,   /* letters that look like others: fewer are a fancy of the font, */
	SHARE = 6, /* as are less than one in so many */
	PAIR = 2   /* and digits, and letters with accents */
};

static const double STRETCH = 0.12; /* what a letter that is e times as wide is unlike, */
static const double STRETCH_MOST = 1;
static const double LIKE = 0.2;     /* of 1: it looks like that letter, */
static const double CLEARLY = 0.06; /* more than like what it is said to be */
static const double SURE = 0.16;    /* the same, of a single one */
static const double SURELY = 0.1;

/* Letters that are no more than a stroke or a ring. */
#define SIMPLE "0OoDUVvCc1lIiJjLTtfrn9"

struct shape {
	struct pdf_glyph glyph;
	uint8_t px[CELLS];
	double wide; /* the logarithm of its proportions */
	/* what was found out */
	long like;  /* which character it looks like; 0: what it is said to be, or nothing known */
	bool clear; /* and surely */
};

struct pdf_shapes {
	struct shape *v, *refs;
	size_t n, cap, nrefs, refs_cap;
};

/* What is drawn in a square. */
struct drawn {
	const struct image *im;
	long x0, y0, x1, y1;
};

struct pdf_shapes *
pdf_shapes_new(void)
{
	return mem_new(1, sizeof(struct pdf_shapes));
}

void
pdf_shapes_free(struct pdf_shapes *s)
{
	if (!s)
		return;
	free(s->v);
	free(s->refs);
	free(s);
}

static int
darkness(const struct image *im, long x, long y)
{
	return 255 - im->px[(size_t)y * im->width + (size_t)x];
}

/* The box around it; false: there is nothing. */
static bool
shape_box(struct drawn *d, const struct pdf_square *in)
{
	const long x0 = in->x, y0 = in->y, side = in->side;

	*d = (struct drawn){ in->im, x0 + side, y0 + side, x0, y0 };
	for (long y = y0; y < y0 + side; y++)
		for (long x = x0; x < x0 + side; x++)
			if (darkness(in->im, x, y) > DARK) {
				d->x0 = x < d->x0 ? x : d->x0;
				d->x1 = x + 1 > d->x1 ? x + 1 : d->x1;
				d->y0 = y < d->y0 ? y : d->y0;
				d->y1 = y + 1 > d->y1 ? y + 1 : d->y1;
			}
	return d->x0 < d->x1;
}

/* How much of pixel p lies between two places. */
static double
share_of_pixel(long p, double from, double to)
{
	return fmax(0, fmin(to, (double)p + 1) - fmax(from, (double)p));
}

/* The mean darkness of one of the GRID times GRID parts of it. */
static uint8_t
part_of(const struct drawn *d, int across, int down)
{
	const double w = (double)(d->x1 - d->x0) / GRID, h = (double)(d->y1 - d->y0) / GRID;
	const double x0 = w * across, y0 = h * down;
	double sum = 0;

	for (long y = (long)y0; (double)y < y0 + h && d->y0 + y < d->y1; y++)
		for (long x = (long)x0; (double)x < x0 + w && d->x0 + x < d->x1; x++)
			sum += darkness(d->im, d->x0 + x, d->y0 + y) *
			    share_of_pixel(x, x0, x0 + w) * share_of_pixel(y, y0, y0 + h);
	return (uint8_t)fmin(255, sum / (w * h));
}

static struct shape *
shape_new(struct shape **v, size_t *n, size_t *cap)
{
	if (*n == SHAPES_MOST)
		return NULL;
	if (*n == *cap) {
		*cap = *cap ? 2 * *cap : 256;
		*v = mem_resize(*v, *cap, sizeof(**v));
	}
	return &(*v)[(*n)++];
}

void
pdf_shapes_add(struct pdf_shapes *s, const struct pdf_glyph *g, const struct pdf_square *in)
{
	struct drawn d;
	struct shape *to;

	if (in->x < 0 || in->y < 0 || in->x + in->side > (long)in->im->width ||
	    in->y + in->side > (long)in->im->height || !shape_box(&d, in))
		return;
	to = g->font ? shape_new(&s->v, &s->n, &s->cap)
		     : shape_new(&s->refs, &s->nrefs, &s->refs_cap);
	if (!to)
		return;
	*to = (struct shape){ .glyph = *g,
		.wide = log((double)(d.x1 - d.x0) / (double)(d.y1 - d.y0)) };
	for (int i = 0; i < CELLS; i++)
		to->px[i] = part_of(&d, i % GRID, i / GRID);
}

static void
add_faces(struct pdf_shapes *s)
{
	for (size_t i = 0; i < PDF_FACES; i++) {
		const struct pdf_face *f = &pdf_faces[i];
		struct shape *to = shape_new(&s->refs, &s->nrefs, &s->refs_cap);

		if (!to)
			return;
		*to = (struct shape){ .glyph.character = f->character, .wide = f->wide };
		for (int k = 0; k < CELLS; k++)
			to->px[k] = (uint8_t)((f->px[k] - PDF_FACE_WHITE) * 255 / PDF_FACE_STEPS);
	}
}

/* 0: the same, 1: nothing in common. */
static double
unlikeness(const struct shape *a, const struct shape *b)
{
	const double stretch = fabs(a->wide - b->wide);
	int sum = 0;

	if (stretch > STRETCH_MOST)
		return 1;
	for (int i = 0; i < CELLS; i++)
		sum += abs(a->px[i] - b->px[i]);
	return sum / (255.0 * CELLS) + STRETCH * stretch;
}

static bool
is_one_of(long c, const char *set)
{
	return c > 0 && c < 0x80 && strchr(set, (int)c);
}

/*
 * Whether a letter that is said to be c may look like r: some look alike in one
 * font or the other, and small letters are drawn as capitals, but not capitals as
 * small ones of another look.
 */
static bool
may_look_like(long c, long r)
{
	static const char *const alike[] = { "0OoQDUC", "1lIi|jtfJr", "uvUVy", "sS5", "zZ2", "bh6",
		"9gq", "ceo" };
	const uint32_t b = utf8_base((uint32_t)c), q = utf8_base((uint32_t)r);

	if (c == r)
		return true;
	if (b == q)
		return !(is_one_of(c, "ABDEGHLNQRT") && r >= 'a' && r <= 'z');
	for (size_t i = 0; i < sizeof(alike) / sizeof(*alike); i++)
		if (is_one_of(c < 0x80 ? c : (long)b, alike[i]) && is_one_of(r, alike[i]))
			return true;
	return false;
}

/* What a letter looks like, if that is not what it is said to be. */
static void
look_up(const struct pdf_shapes *s, struct shape *v)
{
	double own = 1, best = 1;
	bool known = false;
	long like = 0;

	for (size_t i = 0; i < s->nrefs; i++) {
		const struct shape *ref = &s->refs[i];
		const double d = unlikeness(v, ref);

		known |= ref->glyph.character == v->glyph.character;
		if (may_look_like(v->glyph.character, ref->glyph.character)) {
			own = fmin(own, d);
		} else if (d < best) {
			best = d;
			like = ref->glyph.character;
		}
	}
	/* Many a script has strokes and rings. */
	if (!known && (is_one_of(like, SIMPLE) || (v->glyph.character == 0 && best >= SURE)))
		return;
	if (best < LIKE && best + CLEARLY < own)
		v->like = like;
	v->clear = v->like && best < SURE && best + SURELY < own;
}

static bool
is_digit_char(long c)
{
	return (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0x6f0 && c <= 0x6f9);
}

/* Drawn is a letter with an accent, as of another table of 8 bits. */
static bool
is_accent_swap(const struct shape *v)
{
	return v->clear && v->glyph.character >= 0xa0 && v->like >= 0xc0;
}

/* What the letters of a font are. */
struct font_tally {
	long letters, unlike; /* that are no digits; of them, those that look like others */
	long clear;           /* and surely, digits too */
	long digits;          /* digits that look like others, */
	long accents;         /* and what looks like letters with other accents */
	long unnamed;         /* letters that are said to be none */
	long twice;           /* of those that look like others: there is one that does not, too */
	bool swapped;         /* two stand for each other */
};

/* Whether another letter of the font is drawn for what this one looks like. */
static bool
is_swapped(const struct pdf_shapes *s, const struct shape *a)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct shape *b = &s->v[i];

		if (b->glyph.font == a->glyph.font && b->like && (a->clear || b->clear) &&
		    b->like == a->glyph.character && a->like == b->glyph.character)
			return true;
	}
	return false;
}

/* Whether another font of that name has the letter, and it is right there. */
static bool
is_twice(const struct pdf_shapes *s, const struct shape *a)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct pdf_glyph *g = &s->v[i].glyph;

		if (g->font == a->glyph.font && !s->v[i].like && g->character &&
		    (g->character == a->glyph.character) != (g->gid == a->glyph.gid))
			return true;
	}
	return false;
}

static void
count_shape(struct font_tally *t, const struct pdf_shapes *s, const struct shape *v)
{
	const long c = v->glyph.character;

	if (c == 0) {
		t->unnamed += v->clear;
		return;
	}
	t->letters += !is_digit_char(c);
	t->unlike += v->like && !is_digit_char(c) && !is_digit_char(v->like);
	t->clear += v->clear;
	t->digits += is_digit_char(c) && is_digit_char(v->like);
	t->twice += v->like && is_twice(s, v);
	t->accents += is_accent_swap(v);
	t->swapped |= v->like && !is_digit_char(c) && is_swapped(s, v);
}

static void
add_lie(struct pdf_lies *lies, const struct pdf_lie *lie)
{
	for (size_t i = 0; i < lies->n; i++)
		if (lies->v[i].font == lie->font && lies->v[i].what == lie->what &&
		    lies->v[i].gid == lie->gid && lies->v[i].character == lie->character)
			return;
	if (lies->n < PDF_LIES)
		lies->v[lies->n++] = *lie;
}

/* The letters of a font that look like others, if they are so many. */
static void
add_glyphs(const struct pdf_shapes *s, const struct font_tally *t, long font, struct pdf_lies *lies)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct pdf_glyph *g = &s->v[i].glyph;
		const bool few = (t->digits >= PAIR && is_digit_char(g->character)) ||
		    (t->accents >= PAIR && g->character >= 0xa0);
		/* Two fonts of one name are told apart by their letters. */
		const bool one = t->twice < PAIR;

		if (g->font == font && g->character &&
		    ((few && one) || (t->clear >= FEW && s->v[i].clear) || (!one && s->v[i].like)))
			add_lie(lies, &(struct pdf_lie){ font, LIE_GLYPH, g->gid, g->character });
	}
}

static void
judge_font(const struct pdf_shapes *s, long font, struct pdf_lies *lies)
{
	struct font_tally t = { 0 };
	bool lies_all;

	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].glyph.font == font)
			count_shape(&t, s, &s->v[i]);
	lies_all = t.swapped || (t.unlike >= FEW && t.unlike * SHARE >= t.letters);
	if (lies_all && t.twice < PAIR)
		add_lie(lies, &(struct pdf_lie){ .font = font, .what = LIE_FONT });
	else
		add_glyphs(s, &t, font, lies);
	if (t.unnamed >= FEW)
		add_lie(lies, &(struct pdf_lie){ .font = font, .what = LIE_UNNAMED });
}

static int
by_font(const void *a, const void *b)
{
	const struct shape *l = a, *r = b;

	return (l->glyph.font > r->glyph.font) - (l->glyph.font < r->glyph.font);
}

void
pdf_shapes_judge(struct pdf_shapes *s, struct pdf_lies *lies)
{
	if (s->n > 0)
		add_faces(s);
	for (size_t i = 0; i < s->n; i++)
		look_up(s, &s->v[i]);
	if (s->n > 0)
		qsort(s->v, s->n, sizeof(*s->v), by_font);
	for (size_t i = 0; i < s->n; i++)
		if (i == 0 || s->v[i].glyph.font != s->v[i - 1].glyph.font)
			judge_font(s, s->v[i].glyph.font, lies);
	s->n = s->nrefs = 0;
}

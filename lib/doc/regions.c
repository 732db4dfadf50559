#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "doc/layer.h"
#include "doc/regions.h"
#include "img/image.h"
#include "img/ink.h"
#include "pdf/words.h"
#include "rec/jx.h"

enum {
	LINES_MAX = 512, /* of ink: more are a picture's */
	CUTS_MAX = 64,   /* of a box, to be clear of words */
	SIDE_LEAST = 2   /* points: what is left then is no letters */
};

static const double CLOSE = 1.5;  /* heights of a line from one to the next, at most */
static const double WITHIN = 0.2; /* of a word: less of it is not in a box */

/* A box that grows. */
struct growth {
	struct region r;
	double height; /* points, of its lines */
};

struct plan {
	struct growth v[LINES_MAX];
	size_t n;
	bool full, scan;
	const struct pdf_words *words;
};

static struct region
around(const struct region *a, const struct region *b)
{
	return (struct region){ fmin(a->x0, b->x0), fmin(a->y0, b->y0), fmax(a->x1, b->x1),
		fmax(a->y1, b->y1) };
}

static bool
holds_word(const struct region *r, const struct pdf_word *w)
{
	double wide = fmin(r->x1, w->x + w->w) - fmax(r->x0, w->x);
	double high = fmin(r->y1, w->y + w->h) - fmax(r->y0, w->y);

	return wide > 0 && high > 0 && wide * high > WITHIN * w->w * w->h;
}

static const struct pdf_word *
word_in(const struct region *r, const struct pdf_words *words)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden && holds_word(r, &words->v[i]))
			return &words->v[i];
	return NULL;
}

static bool
holds_words(const struct region *r, const struct pdf_words *words)
{
	return word_in(r, words) != NULL;
}

static double
region_area(const struct region *r)
{
	return (r->x1 - r->x0) * (r->y1 - r->y0);
}

/* The largest part of a box on one side of the words that are in it. */
static void
cut_clear(struct region *r, const struct pdf_words *words)
{
	const struct pdf_word *w = word_in(r, words);

	for (int cuts = 0; w && cuts < CUTS_MAX; cuts++, w = word_in(r, words)) {
		const struct region parts[] = { { r->x0, r->y0, r->x1, fmax(r->y0, w->y) },
			{ r->x0, fmin(r->y1, w->y + w->h), r->x1, r->y1 },
			{ r->x0, r->y0, fmax(r->x0, w->x), r->y1 },
			{ fmin(r->x1, w->x + w->w), r->y0, r->x1, r->y1 } };
		const struct region *best = parts;

		for (int i = 1; i < 4; i++)
			if (region_area(&parts[i]) > region_area(best))
				best = &parts[i];
		*r = *best;
	}
	if (w)
		r->y1 = r->y0;
}

/* Lines below each other, or pieces of one. */
static bool
close_by(const struct growth *a, const struct growth *b)
{
	double h = fmax(a->height, b->height), least = fmin(a->height, b->height);
	double wide = fmin(a->r.x1, b->r.x1) - fmax(a->r.x0, b->r.x0);
	double high = fmin(a->r.y1, b->r.y1) - fmax(a->r.y0, b->r.y0);

	if (h > 3 * least)
		return false;
	return (wide > 0 && high > -CLOSE * h) || (high > 0 && wide > -CLOSE * h);
}

/* Whether b went into a. */
static bool
swallow(const struct plan *p, struct growth *a, const struct growth *b)
{
	struct region both = around(&a->r, &b->r);

	if ((!p->scan && !close_by(a, b)) || holds_words(&both, p->words))
		return false;
	a->r = both;
	a->height = fmax(a->height, b->height);
	return true;
}

static void
plan_line(struct plan *p, const struct ink_line *l)
{
	const double scale = 72.0 / INK_DPI;
	struct growth g = { { (double)l->box.x0 * scale, (double)l->box.y0 * scale,
				(double)l->box.x1 * scale, (double)l->box.y1 * scale },
		0 };
	size_t i;

	/* Pieces of a picture stand askew, so that their box reaches over words. */
	cut_clear(&g.r, p->words);
	g.height = g.r.y1 - g.r.y0;
	if (fmin(g.r.x1 - g.r.x0, g.height) < SIDE_LEAST)
		return;
	for (i = p->n; i > 0; i--)
		if (swallow(p, &p->v[i - 1], &g))
			return;
	if (p->n == LINES_MAX)
		p->full = true;
	else
		p->v[p->n++] = g;
}

static bool
swallow_any(struct plan *p, size_t i)
{
	size_t k;

	for (k = i + 1; k < p->n; k++)
		if (swallow(p, &p->v[i], &p->v[k])) {
			p->v[k] = p->v[--p->n];
			return true;
		}
	return false;
}

static int
by_top(const void *a, const void *b)
{
	const struct ink_line *l = a, *r = b;

	return l->box.y0 != r->box.y0 ? (l->box.y0 > r->box.y0) - (l->box.y0 < r->box.y0)
				      : (l->box.x0 > r->box.x0) - (l->box.x0 < r->box.x0);
}

/* As much white around it as there is without a word, up to half a line. */
static struct region
widened(const struct growth *g, const struct pdf_words *words)
{
	struct region r = g->r;
	const double by = fmax(2, fmin(g->height / 2, 12));
	const struct region more[] = { { r.x0 - by, r.y0, r.x1, r.y1 },
		{ r.x0, r.y0, r.x1 + by, r.y1 }, { r.x0, r.y0 - by, r.x1, r.y1 },
		{ r.x0, r.y0, r.x1, r.y1 + by } };
	size_t i;

	for (i = 0; i < 4; i++)
		if (!holds_words(&more[i], words))
			r = around(&r, &more[i]);
	return r;
}

static void
add_region(struct regions *out, const struct region *r)
{
	if (out->n == REGIONS_MAX)
		out->full = true;
	else
		out->v[out->n++] = *r;
}

static void
ink_regions(struct regions *out, const struct ink_lines *lines, const struct pdf_words *words,
    bool scan)
{
	struct plan *p = mem_new(1, sizeof(*p));
	struct ink_line *v = mem_new(lines->n + 1, sizeof(*v));
	size_t i;

	p->words = words;
	p->scan = scan;
	for (i = 0; i < lines->n; i++)
		v[i] = lines->v[i];
	qsort(v, lines->n, sizeof(*v), by_top);
	for (i = 0; i < lines->n && !p->full; i++)
		plan_line(p, &v[i]);
	for (i = 0; i < p->n; i++)
		while (swallow_any(p, i))
			;
	for (i = 0; i < p->n; i++) {
		struct region r = widened(&p->v[i], words);

		add_region(out, &r);
	}
	out->full |= p->full;
	free(p);
	free(v);
}

/* Lines of odd words, which follow each other. */
struct odd_lines {
	struct regions *out;
	struct pdf_words *words;
	struct region last; /* the line before, if it is odd */
	bool some;
};

static bool
is_odd(const struct layer_line *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->words[i]->odd)
			return true;
	return false;
}

/* What else of the layer is there must stay out of what is read. */
static bool
holds_others(const struct odd_lines *o, const struct region *r)
{
	size_t i;

	for (i = 0; i < o->words->n; i++) {
		const struct pdf_word *w = &o->words->v[i];

		if (!w->hidden && w->region != (long)o->out->n && holds_word(r, w))
			return true;
	}
	return false;
}

static void
set_region(struct odd_lines *o, const struct layer_line *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		o->words->v[l->words[i] - o->words->v].region = (long)o->out->n;
}

/* A cell of a table beside what came before it. */
static bool
in_row(const struct region *a, const struct region *b)
{
	const double high = fmin(a->y1, b->y1) - fmax(a->y0, b->y0);

	return 2 * high > fmin(a->y1 - a->y0, b->y1 - b->y0);
}

static bool
has_torn(const struct layer_line *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->words[i]->torn || l->words[i]->lacks)
			return true;
	return false;
}

/* Around a line; what is lost within it may be so at its ends, too, where nothing else is. */
static struct region
line_region(const struct odd_lines *o, const struct layer_line *l)
{
	const double by = fmin(3, (l->y1 - l->y0) / 4), wide = 2 * (l->y1 - l->y0);
	const struct region r = { l->x0 - by, l->y0 - by, l->x1 + by, l->y1 + by };
	const struct region ends[] = { { r.x0 - wide, l->y0, l->x0, l->y1 },
		{ l->x1, l->y0, r.x1 + wide, l->y1 } };
	struct region all = r;

	for (int i = 0; i < 2 && has_torn(l); i++)
		if (!holds_words(&ends[i], o->words))
			all = around(&all, &ends[i]);
	return all;
}

static int
odd_line(void *arg, const struct layer_line *l)
{
	struct odd_lines *o = arg;
	const struct region r = line_region(o, l);
	struct region both;

	if (!is_odd(l)) {
		o->some = false;
		return 0;
	}
	if (o->some && (l->gap != LINEGAP_PARAGRAPH || in_row(&r, &o->last))) {
		both = around(&r, &o->last);
		set_region(o, l);
		if (!holds_others(o, &both)) {
			o->out->v[o->out->n - 1] = o->last = both;
			return 0;
		}
	}
	add_region(o->out, &r);
	o->last = r;
	o->some = true;
	set_region(o, l);
	return o->out->full ? -1 : 0;
}

void
regions_make(struct regions *out, const struct ink_lines *lines, struct pdf_words *words, bool scan)
{
	struct odd_lines o = { .out = out, .words = words };

	*out = (struct regions){ .n = 0 };
	(void)layer_each(words, odd_line, &o);
	if (lines && lines->n > 0 && !out->full)
		ink_regions(out, lines, words, scan);
}

static jv
box_value(const struct region *r, double scale, double width, double height)
{
	const double v[] = { floor(r->x0 * scale), floor(r->y0 * scale), ceil(r->x1 * scale),
		ceil(r->y1 * scale) };
	jv box = jv_array();

	for (int i = 0; i < 4; i++)
		box = jv_array_append(box, jv_number(fmax(0, fmin(i % 2 ? height : width, v[i]))));
	return box;
}

/* The odd words of the line, or all of it where it is odd as a whole. */
static jv
check_value(const struct layer_line *l, const struct pdf_words *words)
{
	static const char lost[] = "\xef\xbf\xbd"; /* U+FFFD */
	struct buf b = BUF_INIT(words->bytes.max);
	jv check;
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->words[i]->odd) {
			(void)buf_adds(&b, words->bytes.p + l->words[i]->at);
			(void)buf_adds(&b, l->words[i]->torn || l->words[i]->lacks ? lost : " ");
		}
	check = jv_string_sized(b.len ? b.p : "", (int)b.len);
	buf_release(&b);
	return check;
}

static bool
has_wrong(const struct layer_line *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (l->words[i]->wrong)
			return true;
	return false;
}

/* Lines becoming a value. */
struct telling {
	const struct pdf_words *words;
	double scale;
	jv lines;
};

static int
tell_line(void *arg, const struct layer_line *l)
{
	struct telling *t = arg;
	const struct region r = { l->x0, l->y0, l->x1, l->y1 };
	jv line = jv_object();

	jx_set(&line, "box", box_value(&r, t->scale, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX));
	jx_set(&line, "text", jv_string_sized(l->len ? l->text : "", (int)l->len));
	if (l->gap != LINEGAP_NONE)
		jx_set(&line, "begins", jv_string(l->gap == LINEGAP_LINE ? "line" : "paragraph"));
	if (l->words[0]->region) {
		jx_set(&line, "region", jv_number((double)l->words[0]->region));
		jx_set(&line, "check", check_value(l, t->words));
		if (has_wrong(l))
			jx_set(&line, "font", jv_true());
	}
	t->lines = jv_array_append(t->lines, line);
	return 0;
}

jv
regions_layout(const struct pdf_words *words, double dpi)
{
	struct telling t = { words, dpi / 72, jv_array() };
	jv layout = jv_object();

	if (layer_each(words, tell_line, &t) < 0) {
		jv_free(t.lines);
		jv_free(layout);
		return jv_null();
	}
	jx_set(&layout, "lines", t.lines);
	return layout;
}

static int
count_check(void *arg, const struct layer_line *l)
{
	*(long *)arg += l->words[0]->region != 0;
	return 0;
}

long
regions_checks(const struct pdf_words *words)
{
	long n = 0;

	return layer_each(words, count_check, &n) < 0 ? 0 : n;
}

jv
regions_boxes(const struct regions *regions, const struct image *im)
{
	jv boxes = jv_array();
	size_t i;

	for (i = 0; i < regions->n; i++)
		boxes = jv_array_append(boxes,
		    box_value(&regions->v[i], im->dpi / 72, im->width, im->height));
	return boxes;
}

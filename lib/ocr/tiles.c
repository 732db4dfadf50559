#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "ocr/cut.h"
#include "ocr/mend.h"
#include "ocr/read.h"
#include "ocr/result.h"
#include "ocr/tess.h"
#include "ocr/tiles.h"
#include "ocr/wish.h"

enum { ROWS_LEAST = 2000, AREA = 25000000 };

/* A line of a band, in pixels of the page. */
struct line {
	double x0, y0, x1, y1;
	bool out; /* another band has it */
};

struct lines {
	struct line *v;
	size_t n;
};

/* The page as it is put together. */
struct whole {
	const struct image *im;
	struct tess_page page;
	struct ocr_notes notes;
	struct buf text;
	size_t cap, lines; /* of page.words; of the text that are not blank */
	struct lines last; /* those of the band above */
	double sure, unread;
	bool blank, drawn; /* all bands are; one is a picture */
};

/* A band: of the rows top..bottom of the page it gives what stands in them. */
struct band {
	uint32_t top, bottom, from, to; /* and from..to are read */
	struct cut end;
	struct image im;
	struct tess_page page;
	struct ocr_notes notes;
};

static uint32_t
rows_for(const struct tiles *t, const struct image *im)
{
	const uint32_t least = 2 * im->width > ROWS_LEAST ? 2 * im->width : ROWS_LEAST;

	if (t->rows)
		return t->rows;
	return least < AREA / im->width ? least : AREA / im->width;
}

/* Half a band more than one is still one. */
static bool
is_band(const struct tiles *t, const struct image *im, uint32_t top)
{
	const uint32_t rows = rows_for(t, im);

	return im->height - top <= rows + rows / 2;
}

/* Where a point of what was read is on the page: read.c straightens, turns, enlarges. */
static void
put_back(const struct band *b, uint32_t width, double *x, double *y)
{
	const double a = b->notes.lean * M_PI / 180, c = cos(a), s = sin(a);
	const double w = width, h = b->to - b->from;
	const double grown = b->notes.lean != 0 ? w * c + h * fabs(s) : w;
	const double scale = fmax(1, round(b->im.width / grown));
	const double way = b->notes.turned == 180 ? -1 : 1;
	const double u = way * (*x - b->im.width / 2.0) / scale;
	const double v = way * (*y - b->im.height / 2.0) / scale;

	*x = w / 2 + u * c - v * s;
	*y = b->from + h / 2 + u * s + v * c;
}

/* Where they are in a band that lies on its side, as the page does not, is not said. */
static void
place_words(const struct band *b, uint32_t width)
{
	const bool aside = b->notes.turned % 180 != 0;

	for (size_t i = 0; i < b->page.n; i++) {
		struct tess_word *w = &b->page.words[i];
		double x0 = w->x0, y0 = w->y0, x1 = w->x1, y1 = w->y1;

		if (aside) {
			w->x0 = w->y0 = w->x1 = w->y1 = 0;
			continue;
		}
		put_back(b, width, &x0, &y0);
		put_back(b, width, &x1, &y1);
		w->x0 = (int)floor(fmin(x0, x1));
		w->y0 = (int)floor(fmin(y0, y1));
		w->x1 = (int)ceil(fmax(x0, x1));
		w->y1 = (int)ceil(fmax(y0, y1));
	}
}

static void
find_lines(struct lines *l, const struct tess_page *p)
{
	l->n = p->n ? p->words[p->n - 1].line + 1 : 0;
	l->v = mem_new(l->n + 1, sizeof(*l->v));
	for (size_t i = 0; i < l->n; i++)
		l->v[i] = (struct line){ INFINITY, INFINITY, -INFINITY, -INFINITY, false };
	for (size_t i = 0; i < p->n; i++) {
		struct line *at = &l->v[p->words[i].line];

		at->x0 = fmin(at->x0, p->words[i].x0);
		at->y0 = fmin(at->y0, p->words[i].y0);
		at->x1 = fmax(at->x1, p->words[i].x1);
		at->y1 = fmax(at->y1, p->words[i].y1);
	}
}

/* Whether more than half of the smaller one is in the other. */
static bool
is_same(const struct line *a, const struct line *b)
{
	const double w = fmin(a->x1, b->x1) - fmax(a->x0, b->x0);
	const double h = fmin(a->y1, b->y1) - fmax(a->y0, b->y0);

	return 2 * w > fmin(a->x1 - a->x0, b->x1 - b->x0) &&
	    2 * h > fmin(a->y1 - a->y0, b->y1 - b->y0);
}

/*
 * Lines at the ends of what was read may be halves.  Below, what begins in the
 * next band is left to it; above, what the last one left is taken.
 */
static void
sort_out(struct lines *l, const struct lines *last, const struct band *b)
{
	for (size_t i = 0; i < l->n; i++) {
		struct line *at = &l->v[i];
		const double middle = (at->y0 + at->y1) / 2;

		at->out = b->to > b->bottom && middle >= b->bottom;
		if (b->from == b->top)
			continue;
		at->out |= 2 * middle < (double)b->from + b->top;
		for (size_t j = 0; j < last->n && !at->out; j++)
			at->out = !last->v[j].out && is_same(at, &last->v[j]);
	}
}

static bool
is_blank(const char *s, size_t n)
{
	return strspn(s, " \t\r\f") >= n;
}

/* The band's text without the lines that are out. */
static int
add_text(struct buf *to, const struct lines *l, const char *text)
{
	size_t line = 0, n;
	bool gap = false;
	int r = 0;

	for (; *text && r == 0; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (is_blank(text, n)) {
			gap = true;
			continue;
		}
		if (line++ < l->n && l->v[line - 1].out)
			continue;
		if (gap && to->len > 0)
			r = buf_adds(to, "\n");
		gap = false;
		if (r == 0)
			r = buf_add(to, text, n);
		if (r == 0)
			r = buf_adds(to, "\n");
	}
	return r;
}

static void
add_words(struct whole *w, const struct lines *l, const struct tess_page *p)
{
	size_t *number = mem_new(l->n + 1, sizeof(*number));

	for (size_t i = 0; i < l->n; i++)
		if (!l->v[i].out)
			number[i] = w->lines++;
	for (size_t i = 0; i < p->n; i++) {
		if (l->v[p->words[i].line].out)
			continue;
		if (w->page.n == w->cap) {
			w->cap = w->cap ? 2 * w->cap : 256;
			w->page.words = mem_resize(w->page.words, w->cap, sizeof(*w->page.words));
		}
		w->page.words[w->page.n] = p->words[i];
		w->page.words[w->page.n++].line = number[p->words[i].line];
	}
	free(number);
}

static void
add_notes(struct whole *w, const struct band *b)
{
	const struct ocr_notes *n = &b->notes;

	w->sure += b->page.confidence * (double)b->page.n;
	w->unread += n->unread * (b->bottom - b->top);
	if (w->notes.lean == 0)
		w->notes.lean = n->lean;
	w->blank &= n->blank;
	w->drawn |= n->picture;
}

static int
add_band(struct whole *w, const struct band *b, struct err *e)
{
	struct lines lines;
	int r = 0;

	place_words(b, w->im->width);
	find_lines(&lines, &b->page);
	if (b->notes.turned % 180 == 0)
		sort_out(&lines, &w->last, b);
	r = add_text(&w->text, &lines, b->page.text);
	if (r == 0 && b->end.apart && w->text.len > 0)
		r = buf_adds(&w->text, "\n");
	add_words(w, &lines, &b->page);
	add_notes(w, b);
	free(w->last.v);
	w->last = lines;
	return r == 0 ? 0
		      : err_set(e, ERR_PERMANENT, CODE_OCR_LARGE,
			    "the page's text exceeds %d bytes", OCR_TEXT_MAX);
}

/* The band from there on, which begins as the last one ended. */
static int
read_band(const struct tiles *t, const struct whole *w, struct band *b, struct err *e)
{
	const uint32_t rows = rows_for(t, w->im), end = w->im->height;
	const uint32_t shared = b->end.shared;
	int r = 0;

	b->end = (struct cut){ .row = end };
	if (!is_band(t, w->im, b->top))
		r = cut_find(&b->end, w->im, b->top + rows / 2, b->top + rows, e);
	if (r < 0)
		return -1;
	b->bottom = b->end.row;
	b->from = b->top - (shared < b->top ? shared : b->top);
	b->to = b->end.shared < end - b->bottom ? b->bottom + b->end.shared : end;
	b->im = (struct image){ .width = w->im->width, .height = b->to - b->from };
	r = mend_cut(&b->im, w->im, 0, b->from, e);
	return r < 0 ? -1 : read_page(t->tess, &b->im, &b->page, &b->notes, e);
}

static void
band_release(struct band *b)
{
	image_release(&b->im);
	tess_page_release(&b->page);
}

/* Read the bands, down to one that lies otherwise: 1 and the degrees. */
static int
tiles_bands(const struct tiles *t, struct whole *w, int *degrees, struct err *e)
{
	struct band b = { .top = 0 };
	int r = 0;

	for (; r == 0 && b.top < w->im->height; b.top = b.bottom) {
		r = read_band(t, w, &b, e);
		if (r == 0 && w->page.n == 0 && b.notes.turned && degrees) {
			*degrees = b.notes.turned;
			r = 1;
		}
		if (r == 0)
			r = add_band(w, &b, e);
		band_release(&b);
	}
	return r;
}

static void
whole_begin(struct whole *w, const struct image *im)
{
	*w = (struct whole){ .im = im, .blank = true };
	buf_init(&w->text, OCR_TEXT_MAX);
}

static void
whole_end(struct whole *w, struct tess_page *page, struct ocr_notes *notes)
{
	w->page.text = mem_copy(w->text.len ? w->text.p : "", w->text.len);
	w->page.confidence = w->page.n ? round(100 * w->sure / (double)w->page.n) / 100 : 0;
	w->notes.unread = w->unread / w->im->height;
	w->notes.blank = w->blank;
	w->notes.picture = w->page.n == 0 && w->drawn && w->notes.unread == 0;
	*page = w->page;
	*notes = w->notes;
	w->page = (struct tess_page){ 0 };
}

static void
whole_release(struct whole *w)
{
	buf_release(&w->text);
	tess_page_release(&w->page);
	free(w->last.v);
}

/* Turned as the first band lies that has text: perhaps it is no long page any more. */
static int
tiles_turned(const struct tiles *t, struct image *im, int degrees, struct whole *w, struct err *e)
{
	static const int orientation[] = { 1, 6, 3, 8 };

	whole_release(w);
	whole_begin(w, im);
	w->notes.turned = degrees;
	if (image_orient(im, orientation[degrees / 90 % 4], e) < 0 ||
	    (!image_is_long(im->width, im->height) &&
		image_shrink(im, wish_tesseract.area, wish_tesseract.side, e) < 0))
		return -1;
	return tiles_bands(t, w, NULL, e);
}

int
tiles_read(const struct tiles *t, struct image *im, struct tess_page *page, struct ocr_notes *notes,
    struct err *e)
{
	struct whole w;
	int degrees = 0, r;

	*page = (struct tess_page){ 0 };
	if (t->rows ? is_band(t, im, 0) : !image_is_long(im->width, im->height))
		return read_page(t->tess, im, page, notes, e);
	whole_begin(&w, im);
	r = tiles_bands(t, &w, &degrees, e);
	if (r > 0)
		r = tiles_turned(t, im, degrees, &w, e);
	if (r == 0)
		whole_end(&w, page, notes);
	whole_release(&w);
	return r;
}

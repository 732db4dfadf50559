#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/cover.h"
#include "ocr/empty.h"
#include "ocr/faint.h"
#include "ocr/ink.h"
#include "ocr/lost.h"
#include "ocr/mend.h"
#include "ocr/parts.h"
#include "ocr/pose.h"
#include "ocr/read.h"
#include "ocr/result.h"
#include "ocr/tables.h"
#include "ocr/shorts.h"
#include "ocr/stray.h"
#include "ocr/tess.h"
#include "ocr/wish.h"

enum {
	STRIP = 14,       /* letters' heights: how much is read to try a direction */
	LETTERS_FEW = 20, /* parts like text: fewer are no page of text */
	SMALL = 10,       /* pixels: text with a smaller x is enlarged, */
	WANTED = 20,      /* to this */
	SCREEN = 150,     /* dpi: files that claim less tell a screen's, or nobody's */
	SHEET = 20000000  /* pixels: sheets with more may have type that is as large */
};

#define TALL 1.5       /* times: so much taller is text than its claimed dpi lets expect */
#define DPI_OF_X 14    /* dpi for each pixel of an x: in print of 10 points it is 1/14 inch */
#define LEAN_MIN 1.0   /* degrees: less harms no reading */
#define LEAN_SHARP 1.2 /* how much sharper lines must be for it to be believed */
#define SURE 0.75      /* confidence that asks for no other try */
#define NONSENSE 0.55  /* and one by which letters that seem to stand upright do not */
#define UNREAD 0.05    /* and the share of ink that may be unread */
#define DOTS 0.25      /* of the pixels are unlike the next one: no print has so many edges, */
#define DOTTED 0.12    /* and hardly any so many */
#define LOST 0.01      /* part of what was read: less that was lost asks for no other try */
#define MISSED 0.06    /* share of ink unread, at least, where lines, or a column's, are lost */

/* A page, what is seen of it, and what has been done to it. */
struct desk {
	struct tess *tess;
	struct image *im;
	struct ink ink;
	struct parts parts;
	struct pose pose;
	struct ocr_notes notes;
	bool tried; /* directions have been */
};

/* What one reading is worth. */
struct reading {
	struct tess_page page;
	struct ocr_notes notes;
	double worth;
	uint32_t width, height; /* of the image that it is of, which was turned as notes say */
};

static void
look_away(struct desk *d)
{
	ink_release(&d->ink);
	parts_release(&d->parts);
}

static int
look(struct desk *d, struct err *e)
{
	look_away(d);
	if (ink_take(&d->ink, d->im, e) < 0 || parts_find(&d->parts, &d->ink, e) < 0)
		return -1;
	pose_find(&d->pose, &d->parts);
	return 0;
}

/* Faint print; what is no print, as paper that shines through, stays as it was. */
static int
try_contrast(struct desk *d, struct err *e)
{
	const uint8_t low = d->ink.darkest, high = d->ink.median;
	struct image was = *d->im;

	if (d->parts.texts >= LETTERS_FEW || high - low > 110 || high - low < 24)
		return 0;
	if (mend_cut(&was, d->im, 0, 0, e) < 0)
		return -1;
	mend_contrast(d->im, low, high);
	if (look(d, e) < 0) {
		image_release(&was);
		return -1;
	}
	if (d->parts.texts >= LETTERS_FEW && d->pose.known) {
		image_release(&was);
		return 0;
	}
	image_release(d->im);
	*d->im = was;
	return look(d, e);
}

static int
make_straight(struct desk *d, struct err *e)
{
	const struct pose *p = &d->pose;

	if (!p->known || fabs(p->lean) < LEAN_MIN || p->sharp < LEAN_SHARP)
		return 0;
	if (mend_straighten(d->im, p->lean, d->ink.median, e) < 0)
		return -1;
	d->notes.lean += p->lean;
	return look(d, e);
}

static int
turn(struct image *im, int degrees, struct err *e)
{
	static const int orientation[] = { 1, 6, 3, 8 };

	return image_orient(im, orientation[degrees / 90], e);
}

double
read_worth(const struct tess_page *page)
{
	double sum = 0;

	for (size_t i = 0; i < page->n; i++)
		if (page->words[i].confidence > 0.5)
			sum += (page->words[i].confidence - 0.5) * (double)page->words[i].letters;
	return sum;
}

/* Some lines of the page: a strip across it, or down it where they seem to run so. */
static int
cut_strip(const struct desk *d, bool columns, struct image *strip, struct err *e)
{
	const struct ink *k = &d->ink;
	const uint32_t size = d->pose.size > 6 ? (uint32_t)d->pose.size : 6;
	const uint32_t side = columns ? k->width : k->height;
	const uint32_t most = side / 4 > 100 ? side / 4 : side;
	const uint32_t some = STRIP * size < most ? STRIP * size : most;
	const uint32_t length = d->parts.texts < LETTERS_FEW ? side : some;
	const uint32_t at = parts_window(&d->parts, columns, side, length) * k->factor;

	*strip = *d->im;
	if (columns) {
		strip->width = length * k->factor;
		return mend_cut(strip, d->im, at, 0, e);
	}
	strip->height = length * k->factor;
	return mend_cut(strip, d->im, 0, at, e);
}

/* What a few lines, turned by so much, are worth, and how sure Tesseract is of them. */
struct trial {
	double worth, confidence;
};

static int
try_strip(struct desk *d, int degrees, struct trial *t, struct err *e)
{
	struct tess_page page = { 0 };
	struct image strip;
	int r = cut_strip(d, degrees % 180 != 0, &strip, e);

	if (r == 0)
		r = turn(&strip, degrees, e);
	if (r == 0)
		r = tess_lines(d->tess, &strip, lround(strip.dpi), &page, e);
	image_release(&strip);
	*t = (struct trial){ read_worth(&page), page.confidence };
	tess_page_release(&page);
	return r;
}

/* White on black, where some of it reads so; a dark picture stays one. */
static int
try_inverted(struct desk *d, struct err *e)
{
	const size_t texts = d->parts.texts;
	struct trial t = { 0 };

	if (ink_gloom(&d->ink) < 0.6)
		return 0;
	mend_invert(d->im);
	if (look(d, e) < 0)
		return -1;
	if (d->parts.texts > 2 * texts + LETTERS_FEW && try_strip(d, 0, &t, e) < 0)
		return -1;
	if (t.worth > 1)
		return 0;
	mend_invert(d->im);
	return look(d, e);
}

static int
turn_page(struct desk *d, int degrees, struct err *e)
{
	d->notes.turned = (d->notes.turned + degrees) % 360;
	return turn(d->im, degrees, e) < 0 ? -1 : look(d, e);
}

/* Try directions in that order; none is as good as the page as it lies: it stays. */
static int
find_direction(struct desk *d, const int *degrees, size_t n, struct err *e)
{
	struct trial as_is, t, best = { 0 };
	int way = 0;

	d->tried = true;
	for (size_t i = 0; i < n; i++) {
		if (try_strip(d, degrees[i], &t, e) < 0)
			return -1;
		/* So well reads nothing that lies otherwise. */
		if (t.confidence >= 0.85 && t.worth >= LETTERS_FEW * 0.35)
			return turn_page(d, degrees[i], e);
		if (t.confidence >= 0.6 && t.worth > best.worth) {
			best = t;
			way = degrees[i];
		}
	}
	if (!way || try_strip(d, 0, &as_is, e) < 0)
		return way ? -1 : 0;
	return best.worth > 1.5 * as_is.worth + 2 ? turn_page(d, way, e) : 0;
}

/* Lines that seem to run down: which of two ways is told by the page turned. */
static int
find_side(struct desk *d, struct err *e)
{
	static const int first_90[] = { 90, 270 }, first_270[] = { 270, 90 };
	struct desk other = { .tess = d->tess, .im = &(struct image){ 0 } };
	int r;

	*other.im = *d->im;
	r = mend_cut(other.im, d->im, 0, 0, e);
	if (r == 0)
		r = turn(other.im, 90, e);
	if (r == 0)
		r = look(&other, e);
	look_away(&other);
	image_release(other.im);
	if (r < 0)
		return -1;
	return find_direction(d, other.pose.up < 0 ? first_270 : first_90, 2, e);
}

/* Small print is read better when it is larger. */
static int
make_large(struct desk *d, struct err *e)
{
	const uint32_t size = (uint32_t)d->parts.size * d->ink.factor;
	uint32_t f = size ? (WANTED + size / 2) / size : 1;

	f = f > 4 ? 4 : f;
	if (d->parts.texts < LETTERS_FEW || size >= SMALL || f < 2 ||
	    (double)d->im->width * d->im->height * f * f > wish_tesseract.area)
		return 0;
	return mend_enlarge(d->im, f, e) < 0 ? -1 : look(d, e);
}

/* Where gray is made of dots, a large part of the pixels is unlike the next one. */
static double
dots_of(const struct image *im)
{
	double unlike = 0, n = 1;

	for (uint32_t y = 0; y < im->height; y += 3) {
		const uint8_t *px = im->px + (size_t)y * im->width;
		uint32_t sum = 0;

		for (uint32_t x = 1; x < im->width; x++)
			sum += abs(px[x] - px[x - 1]) >= 128;
		unlike += sum;
		n += im->width;
	}
	return unlike / n;
}

static int
prepare(struct desk *d, struct err *e)
{
	static const int over[] = { 180 };

	if (dots_of(d->im) > DOTS && mend_soften(d->im, e) < 0)
		return -1;
	if (look(d, e) < 0 || try_inverted(d, e) < 0 || try_contrast(d, e) < 0 ||
	    make_straight(d, e) < 0)
		return -1;
	if (d->pose.sideways && find_side(d, e) < 0)
		return -1;
	if (!d->pose.sideways && d->pose.up < 0 && find_direction(d, over, 1, e) < 0)
		return -1;
	return make_large(d, e);
}

/* The share of the parts like text, by their widths, that no word covers. */
static double
unread_share(const struct desk *d, const struct tess_page *page)
{
	const struct ink *k = &d->ink;
	uint8_t *seen = cover_new(k, page, d->parts.size);
	double unread = 0, all = 0;

	for (size_t i = 0; seen && i < d->parts.n; i++) {
		const struct part *p = &d->parts.v[i];
		const int w = p->x1 - p->x0, h = p->y1 - p->y0;

		if (p->row < 0 || h * 5 < d->parts.size * 3 || h > d->parts.size * 3)
			continue;
		all += w;
		if (!seen[(size_t)((p->y0 + p->y1) / 2) * k->width + (size_t)((p->x0 + p->x1) / 2)])
			unread += w;
	}
	free(seen);
	return all > 0 ? unread / all : 0;
}

/* The widths of all that is like text. */
static double
text_width(const struct desk *d)
{
	double all = 0;

	for (size_t i = 0; i < d->parts.n; i++)
		all += d->parts.v[i].row < 0 ? 0 : d->parts.v[i].x1 - d->parts.v[i].x0;
	return all;
}

/*
 * Tesseract takes the gaps between words for those between columns where the
 * dpi makes print of 10 points one of 30.  What a screen's dpi says is nothing.
 */
static long
believed_dpi(const struct desk *d)
{
	const double claimed = d->im->dpi, area = (double)d->im->width * d->im->height;
	const double seen = (double)d->parts.size * d->ink.factor * DPI_OF_X;

	if (claimed <= 0 || (claimed >= SCREEN && area < SHEET) || d->parts.texts < LETTERS_FEW ||
	    seen < TALL * claimed)
		return lround(claimed);
	return lround(seen);
}

static int
read_once(struct desk *d, struct reading *r, struct err *e)
{
	if (tess_read(d->tess, d->im, believed_dpi(d), &r->page, e) < 0)
		return -1;
	r->notes = d->notes;
	r->notes.unread = unread_share(d, &r->page);
	r->worth = read_worth(&r->page);
	r->width = d->im->width;
	r->height = d->im->height;
	return 0;
}

static bool
is_poor(const struct desk *d, const struct reading *r)
{
	return d->parts.texts >= LETTERS_FEW &&
	    (r->page.confidence < SURE || r->notes.unread > UNREAD);
}

/* A few words, as of a title: what they are worth says little, how sure of them one is more. */
static bool
is_unsure(const struct desk *d, const struct reading *r)
{
	return d->parts.texts < LETTERS_FEW && r->page.n > 0 && r->page.confidence < SURE;
}

/* Whether its words stand where the page has them now: it may have been turned since. */
static bool
is_in_place(const struct desk *d, const struct reading *r)
{
	return r->notes.turned == d->notes.turned && r->notes.lean == d->notes.lean &&
	    r->width == d->im->width && r->height == d->im->height;
}

/* Read again, and keep what is worth more. */
static int
read_again(struct desk *d, struct reading *best, struct err *e)
{
	struct reading other;

	if (read_once(d, &other, e) < 0)
		return -1;
	if (other.worth > 1.05 * best->worth) {
		tess_page_release(&best->page);
		*best = other;
	} else {
		tess_page_release(&other.page);
	}
	return 0;
}

/* The darkest paper where the page has text, against the brightest. */
static bool
is_uneven(const struct desk *d)
{
	uint8_t low = 255, high = 0;

	for (size_t i = 0; i < d->parts.n; i++) {
		const struct part *p = &d->parts.v[i];
		uint8_t paper;

		if (p->row < 0)
			continue;
		paper = d->ink.paper[(size_t)(p->y0 / INK_TILE) * d->ink.across +
		    (size_t)(p->x0 / INK_TILE)];
		low = paper < low ? paper : low;
		high = paper > high ? paper : high;
	}
	return high - low > 48;
}

static int
read_softened(struct desk *d, struct reading *r, struct err *e)
{
	if (dots_of(d->im) < DOTTED)
		return 0;
	return mend_soften(d->im, e) < 0 || prepare(d, e) < 0 ? -1 : read_again(d, r, e);
}

static int
read_better(struct desk *d, struct reading *r, struct err *e)
{
	static const int all[] = { 180, 90, 270 };
	const int turned = d->notes.turned;

	if (!d->tried && r->page.confidence < (d->pose.up <= 0 ? SURE : NONSENSE)) {
		if (find_direction(d, all, 3, e) < 0)
			return -1;
		if (d->notes.turned != turned && read_again(d, r, e) < 0)
			return -1;
	}
	if (is_poor(d, r) && is_uneven(d)) {
		mend_light(d->im, &d->ink);
		return look(d, e) < 0 ? -1 : read_again(d, r, e);
	}
	return 0;
}

static void
shift_words(struct tess_page *page, struct lost_place by)
{
	for (size_t i = 0; i < page->n; i++) {
		struct tess_word *w = &page->words[i];

		w->x0 += (int)by.left;
		w->x1 += (int)by.left;
		w->y0 += (int)by.top;
		w->y1 += (int)by.top;
	}
}

/* Read some of it: show-through, and what a photograph has of rows, say nothing. */
static int
try_lost(struct lost *l, const struct desk *d, struct tess_page *page, struct err *e)
{
	struct image strip;
	struct lost_place at;
	int r = lost_cut(l, &d->ink, &strip, &at, e);

	if (r == 0)
		r = tess_lines(d->tess, &strip, believed_dpi(d), page, e);
	image_release(&strip);
	l->worth = r == 0 ? lost_worth(l, &d->ink, page, at) : 0;
	shift_words(page, at);
	return r;
}

/* It takes the place of what a reading has. */
static void
take_strip(struct reading *r, struct tess_page *page)
{
	tess_page_release(&r->page);
	r->page = *page;
	*page = (struct tess_page){ 0 };
}

/* Letters on a picture, around which all is noise, are read better alone: some. */
static int
read_mended(struct desk *d, struct reading *best, struct lost *l, struct tess_page *some,
    struct err *e)
{
	const double share = (double)l->parts.texts / (double)(l->parts.texts + d->parts.texts);
	const bool empty = best->page.n == 0;
	struct reading other;

	image_release(d->im);
	*d->im = l->mended;
	l->mended = (struct image){ 0 };
	if (look(d, e) < 0 || read_once(d, &other, e) < 0)
		return -1;
	if (other.worth > best->worth + l->worth / 2 && (!empty || other.page.confidence >= SURE)) {
		tess_page_release(&best->page);
		*best = other;
		return 0;
	}
	tess_page_release(&other.page);
	best->notes.unread = fmax(best->notes.unread, fmax(share, MISSED));
	if (empty)
		take_strip(best, some);
	return 0;
}

/* Pale print beside black, and what lies in a shadow, is not seen by a first reading. */
static int
read_faint(struct desk *d, struct reading *r, struct err *e)
{
	struct lost l = { .mended = *d->im, .size = d->parts.size };
	struct tess_page some = { 0 };
	int status;

	l.mended.px = NULL;
	if (!is_in_place(d, r))
		return 0;
	status = lost_find(&l, &d->ink, &r->page, e);
	if (status == 0 && l.parts.texts >= LETTERS_FEW) {
		status = mend_cut(&l.mended, d->im, 0, 0, e);
		if (status == 0)
			status = faint_mend(&l.mended, &l.faint, &d->ink, &l.parts, e);
		if (status == 0)
			status = try_lost(&l, d, &some, e);
		if (status == 0 && l.worth >= fmax(LETTERS_FEW * 0.35, LOST * r->worth))
			status = read_mended(d, r, &l, &some, e);
	}
	tess_page_release(&some);
	lost_release(&l);
	return status;
}

/* White letters on a picture, which has no black ones. */
static int
read_white(struct desk *d, struct reading *r, struct err *e)
{
	mend_invert(d->im);
	if (look(d, e) < 0 || read_faint(d, r, e) < 0)
		return -1;
	if (r->page.n > 0)
		return 0;
	mend_invert(d->im);
	return look(d, e);
}

/* What Tesseract has lost of lists and tables, and their rows. */
static int
read_rows(struct desk *d, struct reading *r, struct err *e)
{
	struct shorts s = { .tess = d->tess, .im = d->im, .ink = &d->ink, .parts = &d->parts };

	if (is_in_place(d, r) && shorts_read(&s, &r->page, e) < 0)
		return -1;
	if (s.left > 0)
		r->notes.unread =
		    fmax(r->notes.unread, fmax(MISSED, s.left / (s.left + text_width(d))));
	tables_join(&r->page);
	return 0;
}

int
read_page(struct tess *tess, struct image *im, struct tess_page *page, struct ocr_notes *notes,
    struct err *e)
{
	struct desk d = { .tess = tess, .im = im };
	struct reading r = { 0 };
	int status = prepare(&d, e);

	if (status == 0)
		status = read_once(&d, &r, e);
	if (status == 0 && (is_poor(&d, &r) || r.page.n == 0))
		status = read_softened(&d, &r, e);
	if (status == 0 && (is_poor(&d, &r) || is_unsure(&d, &r)))
		status = read_better(&d, &r, e);
	if (status == 0)
		status = read_faint(&d, &r, e);
	if (status == 0 && r.page.n == 0 && d.parts.n > 0)
		status = read_white(&d, &r, e);
	if (status == 0 && r.page.n > 0)
		status = read_rows(&d, &r, e);
	if (status == 0 && r.page.n > 0 && is_in_place(&d, &r) &&
	    stray_is_there(&d.ink, &d.parts, &r.page))
		r.notes.unread = fmax(r.notes.unread, MISSED);
	if (status == 0 && r.page.n == 0)
		empty_note(&r.notes, &d.ink, &d.parts);
	look_away(&d);
	if (status < 0)
		tess_page_release(&r.page);
	*page = r.page;
	*notes = r.notes;
	return status;
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "ocr/labels.h"
#include "ocr/marks.h"
#include "ocr/mend.h"
#include "ocr/read.h"
#include "ocr/result.h"
#include "ocr/sheet.h"
#include "ocr/tess.h"
#include "ocr/tiles.h"
#include "ocr/wish.h"

enum {
	PIECE_AREA = 25000000, /* pixels: what has no more is read as one */
	MARKS_FEW = 60,        /* fewer are no column */
	DEPTH_MAX = 24,
	DPI_OF_X = 14,    /* dpi for each pixel of an x, in print of 10 points */
	SIZE_WANTED = 20, /* pixels: letters whose x is larger cost, and gain nothing */
	STEP = 4,         /* pixels of a page that are one of a profile */
	LINES_LEAST = 8   /* heights of an x, of a part with columns */
};

#define TALL 1.5 /* times: so much taller is type than its dpi lets expect */

#define UNREAD 0.01 /* share of what may be text: with more, labels are looked for, */
#define SPARSE 0.05 /* where less than that share of the paper is letters */

/* Of the sheet; it holds the marks v[0..n). */
struct piece {
	uint32_t x0, y0, x1, y1;
	struct mark *v;
	size_t n;
};

/* The sheet, and what has been read of it. */
struct sheet {
	const struct sheets *how;
	double area;
	const struct image *im;
	struct marks marks;
	struct buf text;
	struct ocr_notes notes;
	size_t words;
	double sure, unread, weight;
	bool blank, drawn;
	int *turned; /* NULL: it is not asked for */
};

/* Where along a side nothing stands. */
struct gutter {
	uint32_t from, to; /* pixels of the sheet */
};

typedef bool gutter_fn(const struct sheet *, const struct piece *, const struct gutter *);

/* What is looked for: across or down the piece, so wide, and that fits. */
struct search {
	bool across;
	uint32_t least;
	gutter_fn *fits;
};

static uint32_t
steps_from(uint32_t side, uint32_t at)
{
	return at > side ? (at - side) / STEP : 0;
}

/* Per step, whether something stands there. n: how many steps. */
static uint8_t *
profile(const struct piece *p, bool across, uint32_t *n)
{
	const uint32_t side = across ? p->x0 : p->y0;
	uint8_t *full;

	*n = (across ? p->x1 - p->x0 : p->y1 - p->y0) / STEP + 1;
	full = mem_new(*n + 1, 1);
	for (size_t i = 0; i < p->n; i++) {
		const struct mark *m = &p->v[i];
		const uint32_t from = steps_from(side, across ? m->x0 : m->y0);
		uint32_t to = steps_from(side, across ? m->x1 : m->y1) + 1;

		to = to < *n ? to : *n;
		if (from < to)
			memset(full + from, 1, to - from);
	}
	return full;
}

/* The widest such gap with something on both sides. */
static bool
best_gutter(const struct sheet *s, const struct piece *p, const struct search *want,
    struct gutter *best)
{
	uint32_t n, from = 0, base = want->across ? p->x0 : p->y0;
	uint8_t *full = profile(p, want->across, &n);
	bool any = false;

	*best = (struct gutter){ 0 };
	for (uint32_t i = 0; i < n; i++) {
		const struct gutter g = { base + from * STEP, base + i * STEP };

		if (!full[i])
			continue;
		if (any && g.to - g.from >= want->least && g.to - g.from > best->to - best->from &&
		    want->fits(s, p, &g))
			*best = g;
		any = true;
		from = i + 1;
	}
	free(full);
	return best->to > 0;
}

/* Marks whose middle is before at come first; how many those are. */
static size_t
part_marks(const struct piece *p, bool across, uint32_t at)
{
	size_t k = 0;

	for (size_t i = 0; i < p->n; i++) {
		const struct mark m = p->v[i];

		if ((across ? m.x0 + m.x1 : m.y0 + m.y1) / 2 >= at)
			continue;
		p->v[i] = p->v[k];
		p->v[k++] = m;
	}
	return k;
}

/* In two in the middle of the gap. */
static void
split_piece(const struct piece *p, bool across, const struct gutter *g, struct piece two[2])
{
	const uint32_t at = g->from + (g->to - g->from) / 2;
	const size_t k = part_marks(p, across, at);

	two[0] = two[1] = *p;
	*(across ? &two[0].x1 : &two[0].y1) = at;
	*(across ? &two[1].x0 : &two[1].y0) = at;
	two[0].n = k;
	two[1].v += k;
	two[1].n -= k;
}

static bool
is_column(const struct sheet *s, const struct piece *p)
{
	return p->n >= MARKS_FEW && p->y1 - p->y0 >= LINES_LEAST * s->marks.size;
}

/* Not a space between the words of a few lines: both sides are columns. */
static bool
parts_columns(const struct sheet *s, const struct piece *p, const struct gutter *g)
{
	struct piece two[2];

	split_piece(p, true, g, two);
	return is_column(s, &two[0]) && is_column(s, &two[1]);
}

static bool
has_columns(const struct sheet *s, const struct piece *p, struct gutter *g)
{
	const struct search want = { true, s->marks.size + s->marks.size / 2, parts_columns };

	return best_gutter(s, p, &want, g);
}

/* Whether above or below the gap there are columns, which are not in all of the piece. */
static bool
frees_columns(const struct sheet *s, const struct piece *p, const struct gutter *g)
{
	struct piece two[2];
	struct gutter in;

	split_piece(p, false, g, two);
	return has_columns(s, &two[0], &in) || has_columns(s, &two[1], &in);
}

static int
append_text(struct sheet *s, const char *text)
{
	int r = s->text.len > 0 && *text ? buf_adds(&s->text, "\n") : 0;

	return r == 0 ? buf_adds(&s->text, text) : r;
}

static int
add_piece(struct sheet *s, const struct piece *p, const struct tess_page *page,
    const struct ocr_notes *n, struct err *e)
{
	s->sure += page->confidence * (double)page->n;
	s->words += page->n;
	s->unread += n->unread * (double)p->n;
	s->weight += (double)p->n;
	s->blank &= n->blank;
	s->drawn |= n->picture;
	if (s->notes.lean == 0)
		s->notes.lean = n->lean;
	return append_text(s, page->text) == 0
	    ? 0
	    : err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the page's text exceeds %d bytes",
		  OCR_TEXT_MAX);
}

/* Whether so little of it is letters that they are no running text. */
static bool
is_sparse(const struct sheet *s, const struct piece *p)
{
	const double area = (double)(p->x1 - p->x0) * (p->y1 - p->y0);
	const double letter = 2.0 * s->marks.size * s->marks.size;

	return s->marks.size > 0 && (double)p->n * letter < SPARSE * area;
}

/* What of it is not read may be labels of a drawing: those, where more is read so. */
static int
try_labels(const struct sheet *s, const struct piece *p, struct tess_page *page,
    struct ocr_notes *notes, struct err *e)
{
	const struct marks marks = { .im = s->im,
		.v = p->v,
		.n = p->n,
		.rows = s->marks.rows,
		.size = s->marks.size };
	struct tess_page other = { 0 };
	struct ocr_notes others;

	if (notes->turned || notes->unread <= UNREAD || !is_sparse(s, p))
		return 0;
	if (labels_read(s->how->tess, &marks, &other, &others, e) < 0) {
		tess_page_release(&other);
		return -1;
	}
	if (other.confidence * (double)other.n <= 1.05 * page->confidence * (double)page->n) {
		tess_page_release(&other);
		return 0;
	}
	tess_page_release(page);
	*page = other;
	*notes = others;
	return 0;
}

/* As a page, or in bands: 1 where the sheet has to be turned before. */
static int
read_piece(struct sheet *s, const struct piece *p, struct err *e)
{
	struct image im = { .width = p->x1 - p->x0, .height = p->y1 - p->y0 };
	struct tiles tiles = { .tess = s->how->tess };
	struct tess_page page = { 0 };
	struct ocr_notes notes = { 0 };
	int r = mend_cut(&im, s->im, p->x0, p->y0, e);

	if ((double)im.width * im.height > s->area && !image_is_long(im.width, im.height))
		tiles.rows = (uint32_t)(s->area / im.width) + 1;
	if (r == 0)
		r = tiles_read(&tiles, &im, &page, &notes, e);
	image_release(&im);
	if (r == 0 && s->turned && s->words == 0 && notes.turned && page.n > 0) {
		*s->turned = notes.turned;
		r = 1;
	}
	if (r == 0)
		r = try_labels(s, p, &page, &notes, e);
	if (r == 0)
		r = add_piece(s, p, &page, &notes, e);
	tess_page_release(&page);
	return r;
}

static int
read_pieces(struct sheet *s, const struct piece *p, int depth, struct err *e)
{
	const double area = (double)(p->x1 - p->x0) * (p->y1 - p->y0);
	const struct search rows = { false, s->marks.size, frees_columns };
	struct piece two[2];
	struct gutter g;
	bool across = true;
	int r;

	if (area <= s->area || depth == DEPTH_MAX || s->marks.size == 0)
		return read_piece(s, p, e);
	if (!has_columns(s, p, &g)) {
		across = false;
		if (!best_gutter(s, p, &rows, &g))
			return read_piece(s, p, e);
	}
	split_piece(p, across, &g, two);
	r = read_pieces(s, &two[0], depth + 1, e);
	return r == 0 ? read_pieces(s, &two[1], depth + 1, e) : r;
}

static int
read_marks(struct sheet *s, struct err *e)
{
	struct piece all = { .x1 = s->im->width, .y1 = s->im->height };

	marks_release(&s->marks);
	if (marks_find(&s->marks, s->im, e) < 0)
		return -1;
	all.v = s->marks.v;
	all.n = s->marks.n;
	return read_pieces(s, &all, 0, e);
}

/* By how much it can be made smaller, as far as its letters tell. */
static uint32_t
sheet_factor(const struct marks *m, const struct image *im)
{
	const double area = (double)im->width * im->height;

	if (m->texts < MARKS_FEW)
		return (uint32_t)fmax(1, ceil(sqrt(area / wish_tesseract.area)));
	return m->size >= 2 * SIZE_WANTED ? m->size / SIZE_WANTED : 1;
}

/*
 * No finer than its letters need, and no larger than Tesseract takes.  Type that is
 * as large as the sheet has the dpi that it would have in a book: Tesseract
 * takes the gaps between its words for those between columns, else.
 */
static int
make_smaller(struct image *im, struct err *e)
{
	struct marks m;
	double seen;
	uint32_t f;

	if (marks_find(&m, im, e) < 0)
		return -1;
	f = sheet_factor(&m, im);
	seen = m.texts < MARKS_FEW ? 0 : DPI_OF_X * (double)m.size;
	marks_release(&m);
	if (im->dpi > 0 && seen > TALL * im->dpi)
		im->dpi = seen;
	return image_shrink(im, ((double)im->width / f + 1) * ((double)im->height / f + 1),
	    wish_tesseract.side, e);
}

static int
turn_sheet(struct image *im, int degrees, struct err *e)
{
	static const int orientation[] = { 1, 6, 3, 8 };

	return image_orient(im, orientation[degrees / 90 % 4], e);
}

static void
sheet_begin(struct sheet *s, const struct sheets *how, const struct image *im, int *turned)
{
	*s = (struct sheet){ .how = how, .im = im, .blank = true, .turned = turned };
	s->area = how->area > 0 ? how->area : PIECE_AREA;
	buf_init(&s->text, OCR_TEXT_MAX);
}

static void
sheet_release(struct sheet *s)
{
	buf_release(&s->text);
	marks_release(&s->marks);
}

static void
sheet_end(struct sheet *s, struct tess_page *page, struct ocr_notes *notes)
{
	*page = (struct tess_page){ .text = mem_copy(s->text.len ? s->text.p : "", s->text.len),
		.confidence = s->words ? round(100 * s->sure / (double)s->words) / 100 : 0 };
	*notes = s->notes;
	notes->unread = s->weight > 0 ? s->unread / s->weight : 0;
	notes->blank = s->blank;
	notes->picture = s->words == 0 && s->drawn && notes->unread == 0;
}

static int
read_sheet(const struct sheets *how, struct image *im, struct tess_page *page,
    struct ocr_notes *notes, struct err *e)
{
	int turned = 0, r;
	struct sheet s;

	sheet_begin(&s, how, im, &turned);
	r = make_smaller(im, e);
	if (r == 0)
		r = read_marks(&s, e);
	if (r > 0) {
		sheet_release(&s);
		sheet_begin(&s, how, im, NULL);
		s.notes.turned = turned;
		r = turn_sheet(im, turned, e);
		if (r == 0)
			r = read_marks(&s, e);
	}
	if (r == 0)
		sheet_end(&s, page, notes);
	sheet_release(&s);
	return r;
}

/* Where most of what may be text stands along a wide page. */
static int
find_middle(const struct image *im, uint32_t *middle, struct err *e)
{
	struct marks m;
	double sum = 0;

	if (marks_find(&m, im, e) < 0)
		return -1;
	for (size_t i = 0; i < m.n; i++)
		sum += m.v[i].x0;
	*middle = m.n > 0 ? (uint32_t)(sum / (double)m.n) : im->width / 2;
	marks_release(&m);
	return 0;
}

/* Whether it is a long page on its side: how a part of it is turned, which is read. */
static int
find_turned(struct tess *tess, const struct image *im, int *degrees, struct err *e)
{
	struct image cut = { .width = 2 * im->height, .height = im->height };
	struct tess_page page = { 0 };
	struct ocr_notes notes = { 0 };
	uint32_t at = 0;
	int r = find_middle(im, &at, e);

	at = at > im->height ? at - im->height : 0;
	at = at < im->width - cut.width ? at : im->width - cut.width;
	if (r == 0)
		r = mend_cut(&cut, im, at, 0, e);
	if (r == 0)
		r = read_page(tess, &cut, &page, &notes, e);
	*degrees = notes.turned % 180 != 0 ? notes.turned : 0;
	image_release(&cut);
	tess_page_release(&page);
	return r;
}

bool
sheet_is(const struct image *im)
{
	return !image_is_long(im->width, im->height) &&
	    (image_is_long(im->height, im->width) ||
		(double)im->width * im->height > wish_tesseract.area);
}

int
sheet_read(const struct sheets *how, struct image *im, struct tess_page *page,
    struct ocr_notes *notes, struct err *e)
{
	const struct tiles tiles = { .tess = how->tess };
	int degrees = 0, r = 0;

	*page = (struct tess_page){ 0 };
	if (image_is_long(im->height, im->width))
		r = find_turned(how->tess, im, &degrees, e);
	if (r < 0 || degrees == 0)
		return r < 0 ? -1 : read_sheet(how, im, page, notes, e);
	if (turn_sheet(im, degrees, e) < 0 || tiles_read(&tiles, im, page, notes, e) < 0)
		return -1;
	notes->turned = (notes->turned + degrees) % 360;
	return 0;
}

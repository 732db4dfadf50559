#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "ocr/cover.h"
#include "ocr/ink.h"
#include "ocr/lines.h"
#include "ocr/parts.h"
#include "ocr/shorts.h"
#include "ocr/tess.h"

enum {
	PIECES_MAX = 600,  /* more that was not read is no matter of some columns */
	TORN_WORDS = 3000, /* on a page with more none is looked for */
	COLUMN_LEAST = 3,  /* pieces, one below the other */
	WORD_LETTERS = 2   /* as much as a word counts one that is not read */
};

#define WIDE 10        /* and a piece as wide is not short */
#define APART 10       /* and so far from the next of its column at most */
#define LABEL_APART 10 /* nor nearer to what stands before a label, */
#define BARE 4         /* times: one with so few letters that were not read was read */
#define UNSURE 0.6     /* confidence: what it covers may be a short piece that was not read */
#define CREDIBLE 0.8   /* and that of a column that was read */

/* Letters beside each other; pixels of the small page. */
struct piece {
	int x0, y0, x1, y1;
	int parts, bare; /* letters, and those that no word covers */
	int column;
};

struct pieces {
	struct piece v[PIECES_MAX];
	int n, size;
	bool many;
};

enum { COVER_NOT, COVER_UNSURE, COVER_SURE };

static int
overlap(int a0, int a1, int b0, int b1)
{
	return (a1 < b1 ? a1 : b1) - (a0 > b0 ? a0 : b0);
}

/*
 * Whether a word of another line stands so close beside word i that both are
 * pieces of one: a look for columns has torn it.
 */
static bool
was_torn(const struct shorts *s, const struct tess_page *page, size_t i)
{
	const struct tess_word *w = &page->words[i];
	const int near = s->parts->size * (int)s->ink->factor * 4 / 5;

	for (size_t k = 0; k < page->n && page->n <= TORN_WORDS; k++) {
		const struct tess_word *o = &page->words[k];
		const int low = w->y1 - w->y0 < o->y1 - o->y0 ? w->y1 - w->y0 : o->y1 - o->y0;
		const int apart = -overlap(w->x0, w->x1, o->x0, o->x1);

		if (o->line != w->line && apart >= 0 && apart < near &&
		    2 * overlap(w->y0, w->y1, o->y0, o->y1) > low)
			return true;
	}
	return false;
}

/* The words of a line, from one on, that runs down: how many; 0: it does not. */
static size_t
words_down(const struct shorts *s, const struct tess_page *page, size_t from)
{
	struct tess_word all = page->words[from];
	size_t i;

	for (i = from + 1; i < page->n && page->words[i].line == all.line; i++) {
		const struct tess_word *w = &page->words[i];

		all.x0 = w->x0 < all.x0 ? w->x0 : all.x0;
		all.y0 = w->y0 < all.y0 ? w->y0 : all.y0;
		all.x1 = w->x1 > all.x1 ? w->x1 : all.x1;
		all.y1 = w->y1 > all.y1 ? w->y1 : all.y1;
	}
	return cover_runs_down(s->ink, all.x1 - all.x0, all.y1 - all.y0, s->parts->size) ? i - from
											 : 0;
}

/* All words but those of lines that run down, and those that were torn. */
static void
cover_words(uint8_t *cover, const struct shorts *s, const struct tess_page *page)
{
	for (size_t i = 0, down; i < page->n; i++) {
		const struct tess_word *w = &page->words[i];

		down = i == 0 || w->line != w[-1].line ? words_down(s, page, i) : 0;
		if (down > 0)
			i += down - 1;
		else if (!was_torn(s, page, i))
			cover_mark(cover, s->ink, w, 1,
			    w->confidence < UNSURE ? COVER_UNSURE : COVER_SURE);
	}
}

static bool
is_beside(const struct piece *a, const struct piece *b, int most)
{
	const int low = a->y1 - a->y0 < b->y1 - b->y0 ? a->y1 - a->y0 : b->y1 - b->y0;

	return 2 * overlap(a->y0, a->y1, b->y0, b->y1) > low &&
	    overlap(a->x0, a->x1, b->x0, b->x1) > -most;
}

static void
piece_add(struct pieces *p, const struct piece *new)
{
	for (int i = p->n - 1; i >= 0; i--) {
		struct piece *at = &p->v[i];

		if (!is_beside(at, new, p->size + p->size / 4))
			continue;
		at->x0 = new->x0 < at->x0 ? new->x0 : at->x0;
		at->y0 = new->y0 < at->y0 ? new->y0 : at->y0;
		at->x1 = new->x1 > at->x1 ? new->x1 : at->x1;
		at->y1 = new->y1 > at->y1 ? new->y1 : at->y1;
		at->parts += new->parts;
		at->bare += new->bare;
		return;
	}
	p->many |= p->n == PIECES_MAX;
	if (!p->many)
		p->v[p->n++] = *new;
}

/* What is said of the middle of a part. */
static int
covered(const struct shorts *s, const uint8_t *cover, const struct part *at)
{
	return cover[(size_t)((at->y0 + at->y1) / 2) * s->ink->width +
	    (size_t)((at->x0 + at->x1) / 2)];
}

static bool
is_of_letters(const struct part *p, int size)
{
	const int w = p->x1 - p->x0, h = p->y1 - p->y0;

	return h * 5 >= size * 3 && h <= 3 * size && w <= 3 * size;
}

/* What no word covers of which Tesseract was sure. */
static void
find_pieces(struct pieces *p, const struct shorts *s, const uint8_t *cover)
{
	for (size_t i = 0; i < s->parts->n && !p->many; i++) {
		const struct part *at = &s->parts->v[i];
		const int by = covered(s, cover, at);
		const struct piece one = { at->x0, at->y0, at->x1, at->y1, 1, by == COVER_NOT, -1 };

		if (is_of_letters(at, p->size) && by != COVER_SURE)
			piece_add(p, &one);
	}
}

/* Whether a line may begin with it, of which no letter was read. */
static bool
begins_line(const struct piece *p, const struct shorts *s, int size)
{
	if (p->bare < p->parts)
		return false;
	for (size_t i = 0; i < s->parts->n; i++) {
		const struct part *at = &s->parts->v[i];
		const struct piece other = { at->x0, at->y0, at->x1, at->y1, 1, 0, -1 };

		if (at->x1 <= p->x0 && is_beside(p, &other, LABEL_APART * size))
			return false;
	}
	return true;
}

/*
 * Take in what stands at its sides, of which it is a part, until it is too wide:
 * what was torn was not read well.  The word that a label stands before is farther
 * off than its own letters would be.
 */
static void
piece_complete(struct piece *p, const struct shorts *s, const uint8_t *cover, int size)
{
	const bool label = begins_line(p, s, size);

	for (bool more = true; more && p->x1 - p->x0 <= WIDE * size;) {
		more = false;
		for (size_t i = 0; i < s->parts->n; i++) {
			const struct part *at = &s->parts->v[i];
			const struct piece other = { at->x0, at->y0, at->x1, at->y1, 1, 0, -1 };

			if ((at->x0 >= p->x0 && at->x1 <= p->x1) || at->y1 - at->y0 < size / 2 ||
			    !is_beside(p, &other,
				label && covered(s, cover, at) == COVER_SURE ? size / 2
									     : size + size / 4))
				continue;
			p->x0 = at->x0 < p->x0 ? at->x0 : p->x0;
			p->x1 = at->x1 > p->x1 ? at->x1 : p->x1;
			p->parts++;
			p->bare++;
			more = true;
		}
	}
}

/* Rows have more between them than the letters of a line that runs down. */
static bool
is_in_column(const struct piece *a, const struct piece *b, int size)
{
	const int gap = a->y0 < b->y0 ? b->y0 - a->y1 : a->y0 - b->y1;

	return 5 * gap > 3 * size && gap < APART * size &&
	    (overlap(a->x0, a->x1, b->x0, b->x1) > 0 || abs(a->x0 - b->x0) <= size / 2 ||
		abs(a->x1 - b->x1) <= size / 2);
}

/* Take into column no all that stands above and below piece i. */
static void
spread_column(struct pieces *p, int i, int no)
{
	p->v[i].column = no;
	for (bool more = true; more;) {
		more = false;
		for (int a = 0; a < p->n; a++)
			for (int b = 0; b < p->n && p->v[a].column == no; b++)
				if (p->v[b].column < 0 &&
				    is_in_column(&p->v[a], &p->v[b], p->size)) {
					p->v[b].column = no;
					more = true;
				}
	}
}

/* Number the columns: how many. */
static int
find_short_columns(struct pieces *p, const struct shorts *s, const uint8_t *cover)
{
	int n = 0, kept = 0;

	for (int i = 0; i < p->n; i++) {
		piece_complete(&p->v[i], s, cover, p->size);
		if (p->v[i].x1 - p->v[i].x0 > WIDE * p->size)
			continue;
		p->v[i].bare = BARE * p->v[i].bare >= p->v[i].parts;
		p->v[kept++] = p->v[i];
	}
	p->n = kept;
	for (int i = 0; i < p->n; i++)
		if (p->v[i].column < 0 && p->v[i].bare)
			spread_column(p, i, n++);
	return n;
}

static int
count_bare(const struct pieces *p, int column)
{
	int n = 0;

	for (int i = 0; i < p->n; i++)
		n += p->v[i].column == column && p->v[i].bare;
	return n;
}

/* Where all of a column stands. */
static struct piece
column_box(const struct pieces *p, int column)
{
	struct piece box = { 0 };

	for (int i = 0; i < p->n; i++) {
		const struct piece *at = &p->v[i];

		if (at->column != column)
			continue;
		if (box.x1 == 0)
			box = *at;
		box.x0 = at->x0 < box.x0 ? at->x0 : box.x0;
		box.y0 = at->y0 < box.y0 ? at->y0 : box.y0;
		box.x1 = at->x1 > box.x1 ? at->x1 : box.x1;
		box.y1 = at->y1 > box.y1 ? at->y1 : box.y1;
	}
	return box;
}

/* The pixels around a piece, from the page to their place in the picture of the column. */
static void
copy_piece(const struct shorts *s, struct image *to, const struct piece *box, const struct piece *p)
{
	const int f = (int)s->ink->factor, size = s->parts->size;
	const int x0 = (p->x0 - size) * f, y0 = (p->y0 - size / 2) * f;
	const int x1 = (p->x1 + size / 2) * f, y1 = (p->y1 + size / 2) * f;
	const int left = (box->x0 - 2 * size) * f, top = (box->y0 - 2 * size) * f;

	for (int y = y0 < 0 ? 0 : y0; y < y1 && y < (int)s->im->height; y++)
		for (int x = x0 < 0 ? 0 : x0; x < x1 && x < (int)s->im->width; x++)
			to->px[(size_t)(y - top) * to->width + (size_t)(x - left)] =
			    s->im->px[(size_t)y * s->im->width + (size_t)x];
}

/* A picture of the column and of nothing else. */
static int
draw_column(const struct shorts *s, const struct pieces *p, int column, struct image *im,
    struct err *e)
{
	const struct piece box = column_box(p, column);
	const int f = (int)s->ink->factor, margin = 4 * p->size;

	if (image_init(im, (uint32_t)((box.x1 - box.x0 + margin) * f),
		(uint32_t)((box.y1 - box.y0 + margin) * f), e) < 0)
		return -1;
	im->dpi = s->im->dpi;
	memset(im->px, s->ink->median, (size_t)im->width * im->height);
	for (int i = 0; i < p->n; i++)
		if (p->v[i].column == column)
			copy_piece(s, im, &box, &p->v[i]);
	return 0;
}

/* Whether the line, of the page, has a word where the piece is. */
static bool
line_covers(const struct shorts *s, const struct ocr_line *l, const struct piece *p)
{
	const int f = (int)s->ink->factor, x = (p->x0 + p->x1) / 2 * f, y = (p->y0 + p->y1) / 2 * f;

	for (size_t i = 0; i < l->n; i++)
		if (x >= l->words[i].x0 - f && x < l->words[i].x1 + f && y >= l->words[i].y0 - f &&
		    y < l->words[i].y1 + f)
			return true;
	return false;
}

static void
line_move(struct ocr_line *l, int dx, int dy)
{
	for (size_t i = 0; i < l->n; i++) {
		l->words[i].x0 += dx;
		l->words[i].x1 += dx;
		l->words[i].y0 += dy;
		l->words[i].y1 += dy;
	}
	l->x0 += dx;
	l->x1 += dx;
	l->y0 += dy;
	l->y1 += dy;
}

/* Whether one of the lines from one on stands there. */
static bool
is_taken(const struct ocr_lines *page, size_t from, int x, int y)
{
	for (; from < page->n; from++) {
		const struct ocr_line *l = &page->v[from];

		if (x >= l->x0 && x < l->x1 && y >= l->y0 && y < l->y1)
			return true;
	}
	return false;
}

/* Words of the line that have been read again go. */
static void
drop_taken(struct ocr_lines *page, size_t n, size_t at)
{
	for (size_t k = page->v[at].n; k-- > 0;) {
		const struct tess_word *w = &page->v[at].words[k];

		if (is_taken(page, n, (w->x0 + w->x1) / 2, (w->y0 + w->y1) / 2))
			ocrlines_drop_word(&page->v[at], k);
	}
}

/*
 * Of the first n lines go those that were made of the column, and words that have
 * been read again.
 */
static void
drop_made(const struct shorts *s, struct ocr_lines *page, size_t n, const struct piece *box)
{
	const int f = (int)s->ink->factor;

	for (size_t i = 0; i < n; i++) {
		struct ocr_line *l = &page->v[i];
		const int x = (l->x0 + l->x1) / 2, y = (l->y0 + l->y1) / 2;

		if (l->text && x >= (box->x0 - 1) * f && x <= (box->x1 + 1) * f &&
		    y >= box->y0 * f && y <= box->y1 * f &&
		    cover_runs_down(s->ink, l->x1 - l->x0, l->y1 - l->y0, s->parts->size))
			ocrlines_drop(l);
		else if (l->text)
			drop_taken(page, n, i);
	}
}

/* What was read of a column becomes lines of the page; what of it was not is counted. */
static void
take_column(struct shorts *s, struct pieces *p, int column, struct ocr_lines *page,
    struct tess_page *read)
{
	const struct piece box = column_box(p, column);
	const int f = (int)s->ink->factor, size = p->size;
	const size_t before = page->n;
	struct ocr_lines got;
	bool first = true;

	if (read->confidence < CREDIBLE || !ocrlines_take(&got, read))
		return;
	for (size_t i = 0; i < got.n; i++) {
		struct ocr_line *l = &got.v[i];

		line_move(l, (box.x0 - 2 * size) * f, (box.y0 - 2 * size) * f);
		if (ocrlines_sure(l) < UNSURE)
			continue;
		for (int k = 0; k < p->n; k++)
			if (p->v[k].column == column && line_covers(s, l, &p->v[k]))
				p->v[k].column = -1;
		l->gap = first;
		first = false;
		ocrlines_append(page, l);
	}
	drop_made(s, page, before, &box);
	ocrlines_release(&got);
}

static int
read_column(struct shorts *s, struct pieces *p, int column, struct ocr_lines *page, struct err *e)
{
	struct tess_page read = { 0 };
	struct image im = { 0 };
	int r = draw_column(s, p, column, &im, e);

	if (r == 0)
		r = tess_lines(s->tess, &im, lround(im.dpi), &read, e);
	if (r == 0)
		take_column(s, p, column, page, &read);
	for (int i = 0; r == 0 && i < p->n; i++)
		if (p->v[i].column == column && p->v[i].bare)
			s->left += fmax(p->v[i].x1 - p->v[i].x0, WORD_LETTERS * p->size);
	tess_page_release(&read);
	image_release(&im);
	return r;
}

static int
read_columns(struct shorts *s, struct pieces *p, int n, struct tess_page *page, struct err *e)
{
	struct ocr_lines lines = { 0 };
	size_t before = 0;
	bool begun = false;
	int r = 0;

	for (int i = 0; r == 0 && i < n; i++) {
		if (count_bare(p, i) < COLUMN_LEAST)
			continue;
		if (!begun && !ocrlines_take(&lines, page))
			return 0;
		before = begun ? before : lines.n;
		begun = true;
		r = read_column(s, p, i, &lines, e);
	}
	if (r == 0 && lines.n > before)
		ocrlines_give(&lines, page);
	ocrlines_release(&lines);
	return r;
}

int
shorts_read(struct shorts *s, struct tess_page *page, struct err *e)
{
	struct pieces *p;
	uint8_t *cover;
	int r = 0;

	s->left = 0;
	if (s->parts->size < 1 || s->parts->crowded)
		return 0;
	cover = calloc(s->ink->width, s->ink->height);
	if (!cover)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to look at a page");
	p = mem_new(1, sizeof(*p));
	p->size = s->parts->size;
	cover_words(cover, s, page);
	find_pieces(p, s, cover);
	if (!p->many)
		r = read_columns(s, p, find_short_columns(p, s, cover), page, e);
	free(p);
	free(cover);
	return r;
}

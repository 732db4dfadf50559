#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "md/layout.h"
#include "ocr/labels.h"
#include "ocr/marks.h"
#include "ocr/region.h"
#include "ocr/result.h"
#include "ocr/tess.h"

#define BELIEVED 0.6 /* confidence of a label: what is less sure is a piece of a drawing */

struct label {
	long x0, y0, x1, y1; /* x0 == x1: it is part of another */
	size_t marks;
};

struct labels {
	struct label *v;
	size_t n;
};

static void
join_label(struct label *a, const struct label *b)
{
	a->x0 = b->x0 < a->x0 ? b->x0 : a->x0;
	a->y0 = b->y0 < a->y0 ? b->y0 : a->y0;
	a->x1 = b->x1 > a->x1 ? b->x1 : a->x1;
	a->y1 = b->y1 > a->y1 ? b->y1 : a->y1;
	a->marks += b->marks;
}

/* A label a row, the first so many of them: how many marks are in no label for that. */
static size_t
labels_by_row(struct labels *l, const struct marks *m)
{
	size_t *of = mem_new(m->rows + 1, sizeof(*of)), left = 0;

	l->v = mem_new(LABELS_MOST, sizeof(*l->v));
	for (size_t i = 0; i < m->n; i++) {
		const struct mark *k = &m->v[i];
		const struct label one = { k->x0, k->y0, k->x1, k->y1, 1 };

		if (k->row == 0)
			continue;
		if (of[k->row] == 0 && l->n == LABELS_MOST) {
			left++;
		} else if (of[k->row] == 0) {
			l->v[l->n++] = one;
			of[k->row] = l->n;
		} else {
			join_label(&l->v[of[k->row] - 1], &one);
		}
	}
	free(of);
	return left;
}

/* Words of a line, or lines of a label. */
static bool
are_near(const struct label *a, const struct label *b, long size)
{
	const long across = (a->x0 > b->x0 ? a->x0 : b->x0) - (a->x1 < b->x1 ? a->x1 : b->x1);
	const long down = (a->y0 > b->y0 ? a->y0 : b->y0) - (a->y1 < b->y1 ? a->y1 : b->y1);

	return (across <= 2 * size && down < 0) || (across < 0 && down <= 2 * size);
}

static bool
join_labels(struct labels *l, long size)
{
	bool any = false;

	for (size_t i = 0; i < l->n; i++)
		for (size_t j = i + 1; j < l->n;) {
			if (!are_near(&l->v[i], &l->v[j], size)) {
				j++;
				continue;
			}
			join_label(&l->v[i], &l->v[j]);
			l->v[j] = l->v[--l->n];
			any = true;
		}
	return any;
}

static int
from_top(const void *a, const void *b)
{
	const struct label *x = a, *y = b;

	return x->y0 != y->y0 ? (x->y0 > y->y0) - (x->y0 < y->y0)
			      : (x->x0 > y->x0) - (x->x0 < y->x0);
}

static int
take_label(struct buf *text, const struct tess_page *page, struct err *e)
{
	if ((text->len == 0 || buf_adds(text, "\n") == 0) && buf_adds(text, page->text) == 0)
		return 0;
	return err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the page's text exceeds %d bytes",
	    OCR_TEXT_MAX);
}

/* What is read of them all. */
struct total {
	struct buf text;
	size_t words, marks;
	double sure, unread;
};

static int
read_label(struct tess *tess, const struct image *im, const struct label *l, struct total *t,
    struct err *e)
{
	struct layout_box box = { .x0 = l->x0, .y0 = l->y0, .x1 = l->x1, .y1 = l->y1 };
	struct tess_page page = { 0 };
	struct ocr_notes notes = { 0 };
	struct image cut = { 0 };
	int r = region_cut(&cut, im, &box, e);

	if (r == 0)
		r = region_read(tess, &cut, &page, &notes, e);
	t->marks += l->marks;
	if (r == 0 && page.n > 0 && page.confidence >= BELIEVED) {
		t->unread += notes.unread * (double)l->marks;
		t->sure += page.confidence * (double)page.n;
		t->words += page.n;
		r = take_label(&t->text, &page, e);
	} else {
		t->unread += (double)l->marks;
	}
	image_release(&cut);
	tess_page_release(&page);
	return r;
}

int
labels_read(struct tess *tess, const struct marks *m, struct tess_page *page,
    struct ocr_notes *notes, struct err *e)
{
	struct labels l = { 0 };
	struct total t = { .words = 0 };
	int r = 0;

	buf_init(&t.text, OCR_TEXT_MAX);
	t.marks = labels_by_row(&l, m);
	t.unread = (double)t.marks;
	while (join_labels(&l, (long)m->size))
		;
	qsort(l.v, l.n, sizeof(*l.v), from_top);
	for (size_t i = 0; r == 0 && i < l.n; i++)
		r = read_label(tess, m->im, &l.v[i], &t, e);
	*page = (struct tess_page){ .text = mem_copy(t.text.len ? t.text.p : "", t.text.len),
		.n = t.words,
		.confidence = t.words ? t.sure / (double)t.words : 0 };
	*notes = (struct ocr_notes){ .unread = t.marks ? t.unread / (double)t.marks : 0 };
	buf_release(&t.text);
	free(l.v);
	return r;
}

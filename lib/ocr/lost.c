#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/cover.h"
#include "ocr/ink.h"
#include "ocr/lost.h"
#include "ocr/mend.h"
#include "ocr/tess.h"

enum {
	LINES = 14,  /* letters' heights: of a strip */
	BESIDE = 3,  /* and so much of what is beside it */
	WORD = 3,    /* letters: shorter ones noise has too */
	SIZE_MIN = 6 /* pixels of the small page: letters are as high, to cut a strip */
};

#define SURE 0.75 /* confidence of words that are there */

int
lost_find(struct lost *l, const struct ink *k, const struct tess_page *page, struct err *e)
{
	struct ink faint = *k;
	size_t n = 0;
	int r;

	l->alone = page->n == 0;
	l->seen = cover_new(k, page, l->size);
	faint.dark = malloc((size_t)faint.width * faint.height);
	if (!l->seen || !faint.dark || faint_take(&l->faint, k, e) < 0) {
		free(faint.dark);
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to look at a page");
	}
	faint_mark(&l->faint, k, l->seen, faint.dark);
	r = parts_find(&l->parts, &faint, e);
	free(faint.dark);
	for (size_t i = 0; i < l->parts.n; i++)
		if (l->parts.v[i].row >= 0)
			l->parts.v[n++] = l->parts.v[i];
	l->parts.n = n;
	return r;
}

/* A box of the small page. */
struct box {
	int x0, y0, x1, y1;
};

/*
 * Around what lies in so many rows from top on, and a letter's height more; some
 * letters at the sides, which may not have been seen as such.
 */
static struct box
lost_box(const struct lost *l, const struct ink *k, int top, int height, int size)
{
	struct box b = { (int)k->width, top, 0, top };

	for (size_t i = 0; i < l->parts.n; i++) {
		const struct part *p = &l->parts.v[i];
		const int y = (p->y0 + p->y1) / 2;

		if (y < top || y >= top + height)
			continue;
		b.x0 = p->x0 < b.x0 ? p->x0 : b.x0;
		b.x1 = p->x1 > b.x1 ? p->x1 : b.x1;
		b.y1 = p->y1 > b.y1 ? p->y1 : b.y1;
	}
	if (b.x0 >= b.x1)
		return (struct box){ 0, 0, (int)k->width, (int)k->height };
	b.x0 = b.x0 > BESIDE * size ? b.x0 - BESIDE * size : 0;
	b.y0 = b.y0 > size ? b.y0 - size : 0;
	b.x1 = b.x1 + BESIDE * size < (int)k->width ? b.x1 + BESIDE * size : (int)k->width;
	b.y1 = b.y1 + size < (int)k->height ? b.y1 + size : (int)k->height;
	return b;
}

int
lost_cut(const struct lost *l, const struct ink *k, struct image *strip, struct lost_place *at,
    struct err *e)
{
	const uint32_t size = l->parts.size > SIZE_MIN ? (uint32_t)l->parts.size : SIZE_MIN;
	const uint32_t length = LINES * size < k->height ? LINES * size : k->height;
	const uint32_t top = parts_window(&l->parts, false, k->height, length);
	const struct box b = lost_box(l, k, (int)top, (int)length, (int)size);

	*at = (struct lost_place){ (uint32_t)b.x0 * k->factor, (uint32_t)b.y0 * k->factor };
	*strip = (struct image){ .width = (uint32_t)(b.x1 - b.x0) * k->factor,
		.height = (uint32_t)(b.y1 - b.y0) * k->factor };
	return mend_cut(strip, &l->mended, at->left, at->top, e);
}

double
lost_worth(const struct lost *l, const struct ink *k, const struct tess_page *strip,
    struct lost_place at)
{
	double letters = 0, worth = 0, sure = 0;

	for (size_t i = 0; i < strip->n; i++) {
		const struct tess_word *w = &strip->words[i];
		const uint32_t x = (at.left + (uint32_t)(w->x0 + w->x1) / 2) / k->factor;
		const uint32_t y = (at.top + (uint32_t)(w->y0 + w->y1) / 2) / k->factor;

		if (x >= k->width || y >= k->height || l->seen[(size_t)y * k->width + x])
			continue;
		letters += (double)w->letters;
		worth += (w->confidence - 0.5) * (double)w->letters;
		if (w->confidence >= SURE && w->letters >= WORD)
			sure += (w->confidence - 0.5) * (double)w->letters;
	}
	if (l->alone)
		return sure;
	return worth >= (SURE - 0.5) * letters ? worth : 0;
}

void
lost_release(struct lost *l)
{
	free(l->seen);
	faint_release(&l->faint);
	parts_release(&l->parts);
	image_release(&l->mended);
}

#include "ocr/empty.h"
#include "ocr/ink.h"
#include "ocr/parts.h"
#include "ocr/result.h"

enum { EMPTY_LETTERS = 20 }; /* parts that may be letters: as many are no picture */

/* Whether it is more than a speck, a fold or what shines through. */
static bool
is_drawn(const struct ink *k, const struct part *p, int least)
{
	const int paper =
	    k->paper[(size_t)(p->y0 / INK_TILE) * k->across + (size_t)(p->x0 / INK_TILE)];

	if (p->x1 - p->x0 < 4 * least && p->y1 - p->y0 < least)
		return false;
	for (int y = p->y0; y < p->y1; y++)
		for (int x = p->x0; x < p->x1; x++)
			if (paper - k->gray[(size_t)y * k->width + (size_t)x] >= 64)
				return true;
	return false;
}

void
empty_note(struct ocr_notes *n, const struct ink *ink, const struct parts *parts)
{
	const int side = (int)(ink->width > ink->height ? ink->width : ink->height);
	size_t drawn = 0, large = 0;

	for (size_t i = 0; i < parts->n; i++) {
		const struct part *p = &parts->v[i];

		if (is_drawn(ink, p, side / 200 > 3 ? side / 200 : 3)) {
			drawn++;
			large += p->x1 - p->x0 > side / 12 || p->y1 - p->y0 > side / 12;
		}
	}
	n->blank = drawn == 0;
	n->picture = drawn > 0 && parts->near < EMPTY_LETTERS && (large > 0 || drawn >= 12);
	n->unread = drawn > 0 && !n->picture ? 1 : 0;
}

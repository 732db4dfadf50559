#include <stdlib.h>

#include "ocr/cover.h"
#include "ocr/ink.h"
#include "ocr/tess.h"

enum {
	HIGH = 3,   /* times an x; a line has less */
	NARROW = 2, /* times as high as wide */
	GROW = 2    /* pixels around a word, which its letters may reach into */
};

#define SURE 0.75 /* of a line that runs down the page, as some do */

bool
cover_runs_down(const struct ink *k, int width, int height, int size)
{
	return size > 0 && height > HIGH * size * (int)k->factor && height > NARROW * width;
}

static bool
is_nothing(const struct ink *k, const struct tess_word *w, int size)
{
	return w->confidence < SURE && cover_runs_down(k, w->x1 - w->x0, w->y1 - w->y0, size);
}

void
cover_mark(uint8_t *map, const struct ink *k, const struct tess_word *w, int grow, uint8_t how)
{
	const int f = (int)k->factor, x0 = w->x0 / f - grow, y0 = w->y0 / f - grow;
	const int x1 = w->x1 / f + grow + 1, y1 = w->y1 / f + grow + 1;

	for (int y = y0 < 0 ? 0 : y0; y < y1 && y < (int)k->height; y++)
		for (int x = x0 < 0 ? 0 : x0; x < x1 && x < (int)k->width; x++)
			if (map[(size_t)y * k->width + (size_t)x] < how)
				map[(size_t)y * k->width + (size_t)x] = how;
}

uint8_t *
cover_new(const struct ink *k, const struct tess_page *page, int size)
{
	uint8_t *map = calloc(k->width, k->height);

	for (size_t i = 0; map && i < page->n; i++)
		if (!is_nothing(k, &page->words[i], size))
			cover_mark(map, k, &page->words[i], GROW, 1);
	return map;
}

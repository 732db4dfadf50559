/*
 * letters.h - page images that hold text, for tests without fonts.
 */
#ifndef LETTERS_H
#define LETTERS_H

#include <stdint.h>

#include "base/err.h"
#include "img/image.h"
#include "unit/check.h"

enum { SCALE = 6, WIDTH = 700, HEIGHT = 200 };

/* 5 x 7 dots, a row a byte. */
static const struct {
	char letter;
	uint8_t rows[7];
} font[] = {
	{ 'H', { 0x11, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11 } },
	{ 'E', { 0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f } },
	{ 'L', { 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f } },
	{ 'T', { 0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04 } },
	{ 'F', { 0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x10 } },
	{ 'I', { 0x0e, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e } },
};

static inline void
draw_letter(struct image *im, char c, uint32_t left, uint32_t top)
{
	uint32_t x, y;
	size_t i = 0;

	while (font[i].letter != c)
		i++;
	for (y = 0; y < 7 * SCALE; y++)
		for (x = 0; x < 5 * SCALE; x++)
			if (font[i].rows[y / SCALE] >> (4 - x / SCALE) & 1)
				im->px[(top + y) * im->width + left + x] = 0;
}

/* A white page with text on it, of the letters above and spaces. */
static inline void
draw(struct image *im, const char *text)
{
	struct err e;
	uint32_t left = 60;

	CHECK(image_init(im, WIDTH, HEIGHT, &e) == 0);
	memset(im->px, 255, (size_t)WIDTH * HEIGHT);
	for (; *text; text++, left += 6 * SCALE)
		if (*text != ' ')
			draw_letter(im, *text, left, 70);
}

#endif

/*
 * bright.h - what is read in colour, held against the same as it is read gray.
 */
#ifndef BRIGHT_H
#define BRIGHT_H

#include "img/image.h"

#include "unit/check.h"

static inline unsigned
colour_at(const struct image *im, uint32_t x, uint32_t y, int plane)
{
	return image_plane(im, plane).px[(size_t)y * im->width + x];
}

/* As bright, but for so much, and as much of it is there. */
static inline void
is_as_bright(const struct image *im, const struct image *gray, int slack)
{
	const size_t n = image_area(gray);

	CHECK(im->colour && !gray->colour && im->width == gray->width);
	CHECK(im->height == gray->height && im->dpi == gray->dpi);
	CHECK(im->damaged == gray->damaged && im->rows_missing == gray->rows_missing);
	for (size_t i = 0; i < n; i++) {
		const int off =
		    image_luma(im->px[i], im->px[n + i], im->px[2 * n + i]) - gray->px[i];

		CHECK(off >= -slack && off <= slack);
	}
}

#endif

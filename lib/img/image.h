/*
 * img/image.h - a page as gray pixels in memory, and its limits.
 *
 * 8 bits a pixel, 0 black, rows top to bottom without padding.  Whatever the
 * file held (colour, alpha, 1 or 16 bits, an EXIF orientation) has been
 * brought to that: alpha over white, upright.
 * Limits (facts: Tesseract refuses sides above 32,767; 100 Mpx keeps a
 * decoder under 400 MB): checked by image_init before memory is taken.
 */
#ifndef IMG_IMAGE_H
#define IMG_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum {
	IMAGE_SIDE_MAX = 32767,            /* pixels */
	IMAGE_AREA_MAX = 100 * 1000 * 1000 /* pixels */
};

struct image {
	uint32_t width, height; /* pixels */
	uint8_t *px;            /* width * height bytes */
	double dpi;             /* 0: not known */
	uint32_t rows_missing;  /* of the file's, before it was turned or made smaller: white */
	bool damaged;           /* the file is, and this is what is in it */
};

/*
 * Take memory for width x height pixels, not set.  Fails with validation
 * page.size (a side is 0) or page.large, or transient mem.limit; then *im is
 * zeroed.
 */
int image_init(struct image *, uint32_t width, uint32_t height, struct err *);
void image_release(struct image *); /* also of a zeroed struct; zeroes it */
/*
 * Turn upright what carries this EXIF orientation (1..8; others: as 1).
 * Fails with transient mem.limit, the image as it was.
 */
int image_orient(struct image *, int orientation, struct err *);
/*
 * Shrink by the least whole factor that brings the area to at most max_area
 * pixels and each side to at most max_side (but none below 1), averaging
 * boxes; dpi shrinks with it.  Fails with transient mem.limit, the image as it
 * was.
 */
int image_shrink(struct image *, double max_area, long max_side, struct err *);
/* A resolution as files claim it is believed from 50 to 2,400 dpi; else 0. */
double image_dpi(double claimed);

/* ITU-R BT.601 weights, which are those of JPEG's Y. */
static inline uint8_t
image_luma(unsigned r, unsigned g, unsigned b)
{
	return (uint8_t)((77 * r + 150 * g + 29 * b + 128) >> 8);
}

/*
 * n pixels of 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGB, alpha) bytes each
 * as gray; alpha is not premultiplied.  gray may be px.
 */
void image_gray(uint8_t *gray, const uint8_t *px, size_t n, int channels);

#endif

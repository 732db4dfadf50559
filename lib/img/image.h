/*
 * img/image.h - a page as gray pixels in memory, and its limits.
 *
 * 8 bits a pixel, 0 black, rows top to bottom without padding.  Whatever the
 * file held (colour, alpha, 1 or 16 bits, an EXIF orientation) has been
 * brought to that: upright, and transparent pixels over white, or over black
 * where that shows more of what is drawn.
 * Limits (fact: 150 Mpx keeps a decoder under 600 MB): checked by image_init
 * before memory is taken.  A file's picture may be larger: img/rows.h.
 */
#ifndef IMG_IMAGE_H
#define IMG_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum {
	IMAGE_SIDE_MAX = 100000,           /* pixels */
	IMAGE_AREA_MAX = 150 * 1000 * 1000 /* pixels: A0 at 300 dpi has 140 million */
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
 * Double the rows of what has about twice as many dots an inch in a row as rows
 * an inch, as a fax of 204 x 98 dpi; where that is too large, or either is 0,
 * nothing is done.  Fails with transient mem.limit, the image as it was.
 */
int image_square(struct image *, double dpi, double rows_dpi, struct err *);
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
/*
 * Whether it is no page but a strip of them, as a web page or a receipt: who
 * reads it a band at a time bears one of any size there may be.
 */
static inline bool
image_is_long(uint32_t width, uint32_t height)
{
	return height / 3 > width;
}

/* A resolution as files claim it is believed from 50 to 2,400 dpi; else 0. */
double image_dpi(double claimed);

/* ITU-R BT.601 weights, which are those of JPEG's Y. */
static inline uint8_t
image_luma(unsigned r, unsigned g, unsigned b)
{
	return (uint8_t)((77 * r + 150 * g + 29 * b + 128) >> 8);
}

/* What transparent pixels stand on, and what would be seen on either. */
struct image_ground {
	bool black;
	uint64_t on_white, on_black; /* steps between neighbours, summed up */
	uint8_t last[2];             /* the pixel before */
};

/*
 * A pixel of gray v, not premultiplied, where it stands; g counts it, whose
 * pixels come row by row.
 */
static inline uint8_t
image_over(struct image_ground *g, unsigned v, unsigned alpha)
{
	const uint8_t light = (uint8_t)((v * alpha + 127) / 255);
	const uint8_t on[2] = { (uint8_t)(light + 255 - alpha), light };

	if (!g->black) {
		g->on_white +=
		    (unsigned)(on[0] > g->last[0] ? on[0] - g->last[0] : g->last[0] - on[0]);
		g->on_black +=
		    (unsigned)(on[1] > g->last[1] ? on[1] - g->last[1] : g->last[1] - on[1]);
		g->last[0] = on[0];
		g->last[1] = on[1];
	}
	return on[g->black];
}

/*
 * When all pixels were given over white: whether they are to be given again,
 * over black, as what is drawn is seen better there: light letters on nothing.
 */
bool image_ground_turns(struct image_ground *);

/*
 * n pixels of 1 (gray), 2 (gray, alpha), 3 (RGB) or 4 (RGB, alpha) bytes each
 * as gray; alpha is not premultiplied.  gray may be px.
 */
void image_gray(struct image_ground *, uint8_t *gray, const uint8_t *px, size_t n, int channels);

#endif

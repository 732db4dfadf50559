/*
 * img/image.h - a page as pixels in memory, gray or in colour, and its limits.
 *
 * 8 bits a pixel, 0 black, rows top to bottom without padding; in colour three
 * times that, all that is red, all that is green and all that is blue, each as a
 * gray image is: what is done to one is done to each of the three.  Whatever the
 * file held (colour, alpha, 1 or 16 bits, an EXIF orientation) has been
 * brought to that: upright, and transparent pixels over white, or over black
 * where that shows more of what is drawn.  Gray unless colour was asked for.
 * Limits (fact: 150 Mpx keeps a decoder under 600 MB): checked by image_init
 * before memory is taken; in colour a third of that, which is as many bytes.  A
 * file's picture may be larger: img/rows.h.
 */
#ifndef IMG_IMAGE_H
#define IMG_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum {
	IMAGE_SIDE_MAX = 100000,            /* pixels */
	IMAGE_AREA_MAX = 150 * 1000 * 1000, /* pixels: A0 at 300 dpi has 140 million */
	IMAGE_COLOUR_MAX = IMAGE_AREA_MAX / 3,
	IMAGE_PLANES = 3,
	/*
	 * Values that red, green and blue of what has no colour may be apart: those of
	 * black ink are 35, 31 and 32, as poppler draws it, and JPEG rounds.
	 */
	IMAGE_TINT = 8
};

struct image {
	uint32_t width, height; /* pixels */
	uint8_t *px;            /* width * height bytes, in colour three times as many */
	double dpi;             /* 0: not known */
	uint32_t rows_missing;  /* of the file's, before it was turned or made smaller: white */
	bool damaged;           /* the file is, and this is what is in it */
	bool colour;
};

/* Bytes of a gray image of its size. */
static inline size_t
image_area(const struct image *im)
{
	return (size_t)im->width * im->height;
}

static inline int
image_planes(const struct image *im)
{
	return im->colour ? IMAGE_PLANES : 1;
}

static inline size_t
image_bytes(const struct image *im)
{
	return image_area(im) * (size_t)image_planes(im);
}

/* One of its planes as a gray image, which is lent. */
static inline struct image
image_plane(const struct image *im, int i)
{
	return (struct image){ .width = im->width,
		.height = im->height,
		.px = im->px + image_area(im) * (size_t)i,
		.dpi = im->dpi };
}

/*
 * Take memory for width x height pixels, not set.  Fails with validation
 * page.size (a side is 0) or page.large, or transient mem.limit; then *im is
 * zeroed.
 */
int image_init(struct image *, uint32_t width, uint32_t height, struct err *);
int image_init_as(struct image *, bool colour, uint32_t width, uint32_t height, struct err *);
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
/* Its rows y..end become white. */
void image_whiten(struct image *, uint32_t y, uint32_t end);
/*
 * How bright it is, as another image: of a gray one a copy.  Fails with transient
 * mem.limit; then *gray is zeroed.
 */
int image_brightness(struct image *gray, const struct image *, struct err *);
/* What is in colour and has none, be it for a tint that nobody sees, becomes gray. */
void image_fade(struct image *);
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

/* A value of a pixel, not premultiplied, where it stands. */
static inline uint8_t
image_on(const struct image_ground *g, unsigned v, unsigned alpha)
{
	return (uint8_t)((v * alpha + 127) / 255 + (g->black ? 0 : 255 - alpha));
}

/*
 * The same of a pixel of gray v; g counts it, whose pixels come row by row.
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
/* Where a row in colour goes: its red, and so many bytes on its green, and its blue. */
struct image_row {
	uint8_t *px;
	size_t apart;
};
/* n pixels of 3 or 4 bytes each as they are. */
void image_split(struct image_ground *, const struct image_row *, const uint8_t *px, size_t n,
    int channels);
/* Of n pixels of Y, Cb and Cr (ITU-T T.871) red, green and blue, in their places. */
void image_rgb(const struct image_row *, size_t n);

#endif

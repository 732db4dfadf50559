/*
 * img/samples.h - rows of samples, as files other than PNG hold them, as gray or in
 * colour.
 */
#ifndef IMG_SAMPLES_H
#define IMG_SAMPLES_H

#include <stdbool.h>
#include <stdint.h>

#include "img/image.h"

/* Numbered as TIFF's ExtraSamples. */
enum samples_alpha { SAMPLES_OPAQUE, SAMPLES_PREMULTIPLIED, SAMPLES_ALPHA };

struct samples {
	uint32_t width;              /* pixels */
	unsigned per_pixel;          /* at least 1, or 3 in colour, and 1 for alpha */
	unsigned bits;               /* 1, 2, 4 (of one sample a pixel), 8, 16 (native) */
	bool color;                  /* the first three are RGB, else the first is gray */
	bool zero_is_white;          /* of gray */
	enum samples_alpha alpha;    /* what is behind the colours */
	struct image_ground *ground; /* what transparent pixels stand on */
	uint8_t table[256][8];       /* private */
};

/* Ready s, whose other members are set, for samples_gray. */
void samples_init(struct samples *);
/* One row, which is overwritten when it is of 16 bits. */
void samples_gray(const struct samples *, uint8_t *row, uint8_t *gray);
/* The same in colour, of what is. */
void samples_colour(const struct samples *, uint8_t *row, const struct image_row *);
/* v where it stands; premultiplied values above their alpha count as alpha. */
uint8_t samples_over(struct image_ground *, unsigned v, unsigned alpha, enum samples_alpha);
/*
 * n pixels of CMYK, 8 bits each. inverted: 255 is no ink, as Adobe has it in JPEG,
 * else 0 is.
 */
void samples_cmyk(uint8_t *gray, const uint8_t *px, uint32_t n, bool inverted);
void samples_cmyk_colour(const struct image_row *, const uint8_t *px, uint32_t n, bool inverted);
/* n pixels as libtiff gives them: red in the lowest byte, then premultiplied alpha at last. */
void samples_rgba(struct image_ground *, uint8_t *gray, const uint32_t *px, uint32_t n);
void samples_rgba_colour(struct image_ground *, const struct image_row *, const uint32_t *px,
    uint32_t n);

#endif

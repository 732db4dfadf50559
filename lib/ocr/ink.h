/*
 * ocr/ink.h - where a page has ink: the page made small, and what is dark in it.
 *
 * Dark is what is darker than the paper around it, so that a shadow on the
 * paper is none.  Costs about 2 ns a pixel of the page.
 */
#ifndef OCR_INK_H
#define OCR_INK_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct image;

enum { INK_TILE = 32 }; /* pixels of the small page: what one paper value is good for */

struct ink {
	uint32_t factor;         /* pixels of the page, a side, that one here stands for */
	uint32_t width, height;  /* pixels */
	uint8_t *gray;           /* width * height, 0 black */
	uint8_t *dark;           /* the same, 1 where there is ink, else 0 */
	uint32_t across, down;   /* tiles */
	uint8_t *paper;          /* across * down: how bright the paper is there */
	uint8_t darkest, median; /* of the page, but for the darkest thousandth */
};

/* Fails with transient mem.limit; then *ink is zeroed. */
int ink_take(struct ink *, const struct image *, struct err *);
/* The share of tiles that are darker than half. */
double ink_gloom(const struct ink *);
void ink_release(struct ink *); /* also of a zeroed struct; zeroes it */

#endif

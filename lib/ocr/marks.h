/*
 * ocr/marks.h - where on a large page something stands that may be letters.
 */
#ifndef OCR_MARKS_H
#define OCR_MARKS_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct image;

struct mark {
	uint32_t x0, y0, x1, y1; /* pixels of the page; x1 and y1 are outside */
	size_t row;              /* which row of text it stands in, from 1 on; 0: in none */
};

/* All parts of the page (ocr/parts.h) but rules, frames and pictures. */
struct marks {
	const struct image *im; /* the page, lent */
	struct mark *v;
	size_t n;
	size_t rows;   /* no number of a row is larger */
	size_t texts;  /* of them, how many stand in rows of text */
	uint32_t size; /* pixels: the usual height of these, about an x; 0: there are none */
};

/* Fails with transient mem.limit; then *marks is zeroed. */
int marks_find(struct marks *, const struct image *, struct err *);
void marks_release(struct marks *); /* also of a zeroed struct; zeroes it */

#endif

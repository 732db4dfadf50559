/*
 * img/rows.h - the rows of a file's picture, which become an image: as they
 * are, or made smaller as they come where the picture has more pixels than an
 * image may have.
 *
 * Smaller by a whole factor, a pixel being the mean of a box: the picture is
 * never in memory, but for a row.  In colour an image has fewer pixels.
 */
#ifndef IMG_ROWS_H
#define IMG_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct image;

enum { ROWS_AREA_MAX = 1000 * 1000 * 1000 }; /* pixels of a file's picture */

struct rows {
	bool colour; /* the caller's, before rows_begin */
	struct image *im;
	size_t apart; /* bytes, in colour, from a row's red to its green, and to its blue */
	uint32_t width, height; /* of the file's picture, pixels */
	uint32_t factor;        /* pixels of it, a side, that one of the image stands for */
	/* private */
	uint32_t box, given; /* a row of the image; how many rows of its boxes have come */
	bool any;            /* has */
	uint32_t *sum;
	uint8_t *row;
};

/*
 * Take memory for the image; all members but colour are set.  Fails with validation
 * page.size, page.large, or transient mem.limit; then the image and *rows are zeroed.
 */
int rows_begin(struct rows *, struct image *, uint32_t width, uint32_t height, struct err *);
/* Where row y goes: width bytes, in colour of red, good for it until rows_take(). */
uint8_t *rows_at(struct rows *, uint32_t y);
/* Row y is there.  They are taken from the top down. */
void rows_take(struct rows *, uint32_t y);
/*
 * No other follows: of an image made smaller, those that have not come are white, if
 * any has.
 */
void rows_end(struct rows *); /* also of a zeroed struct; sizes and factor stay */

#endif

/*
 * ocr/cut.h - where a long page can be cut into two.
 */
#ifndef OCR_CUT_H
#define OCR_CUT_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct image;

struct cut {
	uint32_t row; /* of the image: the first of what is below */
	uint32_t
	    shared; /* rows above and below it that both have to see; 0: it goes through no line */
	bool apart; /* the gap is wider than those between lines are */
};

/*
 * The best place among the rows from..to of the image (from < to).  Fails with
 * transient mem.limit.
 */
int cut_find(struct cut *, const struct image *, uint32_t from, uint32_t to, struct err *);

#endif

/*
 * ocr/parts.h - what is drawn on a page, a blot at a time, and the rows of them
 * that look like text.
 *
 * A part is dark pixels that touch each other, corners included.  Parts of the
 * size of letters that stand beside each other, of like height and close
 * together, make a row; parts in no row have row -1.  Rows are pieces of lines:
 * of a line that leans too.
 */
#ifndef OCR_PARTS_H
#define OCR_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct ink;

enum { PARTS_MAX = 100000 };

struct part {
	int x0, y0, x1, y1; /* pixels of the small page; x1 and y1 are outside */
	int row;            /* its row, the first part's index; -1: none */
	uint32_t area;      /* dark pixels */
};

struct parts {
	struct part *v; /* from the top down, as they begin */
	size_t n;
	bool crowded; /* there are more than PARTS_MAX: those below are left out */
	size_t texts; /* parts that are in rows */
	size_t near;  /* and those that would be, stood they even: as where lines lean much */
	int size;     /* the usual height of these: about an x; 0: there are none */
	/*
	 * How often that fits into the widths of those in rows.  A text in Latin
	 * letters has 1 to 2 characters, blanks aside, for each of these, .97 at least
	 * in 100 pages of papers, manuals and tables; also where letters touch.
	 */
	size_t widths;
};

/* Fails with transient mem.limit; then *parts is zeroed. */
int parts_find(struct parts *, const struct ink *, struct err *);
/*
 * The window of that length, down the small page or, if columns, across it,
 * that has most letters: where it begins.  side: how long the page is there.
 */
uint32_t parts_window(const struct parts *, bool columns, uint32_t side, uint32_t length);
void parts_release(struct parts *); /* also of a zeroed struct; zeroes it */

#endif

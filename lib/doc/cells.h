/*
 * doc/cells.h - the words of a page's lines as cells of its rows: those that
 * follow each other closely, and which of them are a number.
 */
#ifndef DOC_CELLS_H
#define DOC_CELLS_H

#include <stdbool.h>
#include <stddef.h>

struct textlines;

/* Words of a line; once they are sorted, x is from where lines begin. */
struct cell {
	size_t line, from, n; /* which words of which line */
	double x0, y0, x1, y1;
	size_t band;  /* when sorted: 1 at the top; cells of one are as high as each other */
	size_t order; /* as they are read without this */
	long column;  /* of numbers; -1: none */
	long above;   /* the cell above it in its column; -1: none */
	size_t table; /* 0: none */
	bool number, leader;
};

/* Those of the lines that are upright, as they are read: *n of them, free(3) them. */
struct cell *cells_new(const struct textlines *, const char *bytes, size_t *n);
/* By bands, each from where lines begin, which is on the right where from_right says so. */
void cells_sort(struct cell *, size_t n, bool from_right);
double cell_height(const struct cell *);

#endif

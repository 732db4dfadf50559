/*
 * pdf/lies.h - where letters stand that do not look like what they are said to
 * be, by a script that mutool runs.
 */
#ifndef PDF_LIES_H
#define PDF_LIES_H

#include <stdbool.h>

struct pdf;
struct pdf_lies;

/* In the middle of a small letter; points from the page's top left corner, as of words. */
struct pdf_lie_place {
	long page;
	double x, y;
	double size;  /* of the type */
	bool unnamed; /* it is said to be no character: no word has it */
};

struct pdf_lies_search {
	const struct pdf_lies *lies;
	long first, last; /* pages */
	void (*found)(void *arg, const struct pdf_lie_place *);
	void *arg;
};

/* Tell all of these pages, as far as mutool gets. */
void pdf_lies_find(const struct pdf *, const struct pdf_lies_search *);

#endif

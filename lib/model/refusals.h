/*
 * model/refusals.h - whose fault it is that pages are refused.
 *
 * A server refuses a page for what the page is, and all of them for what it is asked or
 * how it was started; the words do not tell which.  So where documents are refused one
 * after the other, in the same words but for those with digits, and no page is taken
 * between, it is everybody's, and none of them is to be given up for it.
 */
#ifndef MODEL_REFUSALS_H
#define MODEL_REFUSALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Documents in a row: before any page was taken, and after that. */
enum { REFUSALS_FIRST = 3, REFUSALS_LATER = 10, REFUSALS_WORDS = 300 };

enum refusals_whose {
	REFUSALS_PAGE,    /* it is the page */
	REFUSALS_UNKNOWN, /* nothing was taken since the last one */
	REFUSALS_ALL
};

/* Of one server. */
struct refusals {
	enum refusals_whose whose; /* by the last of them */
	bool taken;                /* some page, ever */
	char words[REFUSALS_WORDS];
	uint64_t document[REFUSALS_LATER];
	size_t n; /* documents that were refused in those words since a page was taken */
};

void refusals_taken(struct refusals *); /* a page was */
/* One more; document: a number that stands for whose page it is. */
enum refusals_whose refusals_add(struct refusals *, const char *words, uint64_t document);

#endif

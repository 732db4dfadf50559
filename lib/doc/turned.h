/*
 * doc/turned.h - the words of a page most of whose lines run up or down the
 * paper, or upside down, as they stand when it is turned so that they can be read.
 *
 * pdftotext has the words of such a line in order, but not always the lines.
 */
#ifndef DOC_TURNED_H
#define DOC_TURNED_H

#include "pdf/words.h"

struct textline;
struct textlines;

struct turned {
	struct pdf_words words; /* lent to those who read them; v may be the page's own */
	/* private */
	const struct pdf_words *page;
};

/* The words are lent until turned_release(). */
void turned_init(struct turned *, const struct pdf_words *);
void turned_release(struct turned *);
/* Put the lines of a page that was turned in order, from the top. */
void turned_sort(const struct turned *, struct textlines *);
/* Give a line the page's own words, and the box that they have on it. */
void turned_back(const struct turned *, struct textline *);

#endif

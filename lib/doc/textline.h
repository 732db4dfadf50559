/*
 * doc/textline.h - the words of a page that are shown, in lines, in the order in
 * which the lines are read.  A word that is drawn twice, its shadow a few
 * points off, is there once; pieces of a line that pdftotext has apart in one
 * block are one line.
 */
#ifndef DOC_TEXTLINE_H
#define DOC_TEXTLINE_H

#include <stdbool.h>
#include <stddef.h>

struct pdf_word;
struct pdf_words;

struct textline {
	const struct pdf_word **w; /* as they follow each other from left to right */
	size_t n;                  /* 1 or more */
	double x0, y0, x1, y1;     /* around them */
	bool upright;              /* its words go from left to right, not down or up the page */
	size_t table;              /* it is a row of: another number for each; 0: none */
};

struct textlines {
	struct textline *v;
	size_t n;
	/* private */
	const struct pdf_word **w;
};

/* The n words at w, as a line; they are put in order. */
struct textline textline_of(const struct pdf_word **w, size_t n);
/* The words are lent until textlines_release(). */
void textlines_make(struct textlines *, const struct pdf_words *);
void textlines_release(struct textlines *);

#endif

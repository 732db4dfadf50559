/*
 * pdf/words.h - what pdftotext -tsv prints: the words of text layers with their
 * boxes, a row each, in poppler's reading order.
 *
 * The letters of a word stand from left to right, also those of a script that
 * is read from right to left.
 */
#ifndef PDF_WORDS_H
#define PDF_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum { PDF_WORDS_MAX = 30000 }; /* of a page */

struct pdf_word {
	double x, y, w, h;      /* points from the top left corner of the crop box, as shown */
	long flow, block, line; /* which it stands in; of one line where all three are the same */
	size_t at;              /* its text, a string, in bytes */
	/* the caller's to say; false and 0 at first */
	bool hidden; /* it is not on the paper, */
	bool pale;   /* since nothing under it is darker or lighter than the rest */
	bool torn;   /* between it and the next of its line is something that has no word */
	bool wrong;  /* letters of it do not look like what they are said to be, */
	bool lacks;  /* or one beside it is said to be none */
	bool odd;    /* its characters cannot be believed by themselves */
	unsigned cut_from, cut_to; /* bytes of its text that something is painted over */
	long region;               /* where it is compared with the paper; 0: nowhere */
};

/* A page's. */
struct pdf_words {
	struct pdf_word *v;
	size_t n, cap;
	struct buf bytes; /* its max is that of the page's text */
};

void pdf_words_init(struct pdf_words *, size_t max_bytes);
void pdf_words_clear(struct pdf_words *); /* and the memory that is unusually large */
void pdf_words_release(struct pdf_words *);

struct pdf_words_reader {
	struct pdf_words *pages; /* of pages first..last; empty at first */
	long first, last;
	long page; /* that was read last; 0: none yet */
	/* private */
	struct pdf_words *out;
	bool full;
};

/*
 * Take one line, a string.  Rows of other pages, and what is no row, are passed
 * over.  A page whose words do not fit has none.
 */
void pdf_words_line(struct pdf_words_reader *, const char *line);

#endif

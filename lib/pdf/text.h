/*
 * pdf/text.h - what pdftotext -tsv prints: words, a row each, put together line
 * by line.
 */
#ifndef PDF_TEXT_H
#define PDF_TEXT_H

#include <stdbool.h>

struct buf;

struct pdf_text_reader {
	struct buf *texts; /* of pages first..last; empty at first */
	long first, last;
	long page; /* that was read last; 0: none yet */
	/* private */
	struct buf *out;
	long flow, block, line;
	bool full;
};

/* Take one line, a string.  Rows of other pages, and what is no row, are passed over. */
void pdf_text_line(struct pdf_text_reader *, const char *line);

#endif

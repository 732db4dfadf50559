/*
 * pdf/raw.h - what the bytes of a PDF say before anybody parses them: hints
 * that it is worth a closer look, no more.
 */
#ifndef PDF_RAW_H
#define PDF_RAW_H

#include <stdbool.h>
#include <stddef.h>

struct err;

struct pdf_raw {
	long start; /* where "%PDF-" stands; -1: nowhere */
	long end;   /* behind the last "endobj"; 0: there is none */
	long pages; /* dictionaries of pages that are not compressed */
	bool files; /* it carries files: a portfolio, perhaps */
	long at;    /* how many bytes were taken */
};

enum { PDF_RAW_AHEAD = 32 }; /* bytes that a word needs at most */

void pdf_raw_init(struct pdf_raw *);
/*
 * Take the next n bytes, of a struct that was initialised.  Those behind them, of
 * seen in all, are only looked at; they are taken by another call.
 */
void pdf_raw_take(struct pdf_raw *, const char *data, size_t n, size_t seen);
/* Initialise it and take the file open at fd, all of it; -1 with transient io.read. */
int pdf_raw_read(struct pdf_raw *, int fd, struct err *);

#endif

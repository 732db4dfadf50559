/*
 * pdf/info.h - what pdfinfo -f 1 -l N prints: the number of pages and their sizes.
 */
#ifndef PDF_INFO_H
#define PDF_INFO_H

#include <stddef.h>

struct pdf;

/*
 * Take one line, a string, into pages, known and page[], which has room for
 * most, encrypted and xfa.  "Pages:" begins anew: what stands before it is the document's own
 * words (a title may hold newlines), and looks as it likes.
 */
void pdf_info_line(struct pdf *, const char *line, long most);

/* How many of the pages have no size: poppler did not find them. */
long pdf_info_sizeless(const struct pdf *);

/* What it complains about, a set of these. */
enum {
	PDF_INFO_PASSWORD = 1, /* a password is needed */
	PDF_INFO_LOCKED = 2,   /* poppler cannot undo how it is encrypted */
	PDF_INFO_REBUILT = 4,  /* its table of objects was wrong, and made anew, or may be */
	PDF_INFO_TREE = 8      /* its tree of pages is damaged */
};
/* The complaints in text[0..n), as it prints them on stderr. */
int pdf_info_complaints(const char *text, size_t n);

#endif

/*
 * pdf/complaint.h - what poppler's complaints about a page mean for what it has
 * drawn.
 */
#ifndef PDF_COMPLAINT_H
#define PDF_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether one of the complaints in text[0..n), as a tool prints them on stderr,
 * may have cost something that would have been drawn.  Those are known that
 * cost nothing: about links, marks, structure, and what text a font means.
 */
bool pdf_complaint_loses(const char *text, size_t n);

#endif

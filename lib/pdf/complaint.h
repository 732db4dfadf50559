/*
 * pdf/complaint.h - what the tools' complaints about a page mean for what they
 * have drawn.
 */
#ifndef PDF_COMPLAINT_H
#define PDF_COMPLAINT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether one of poppler's complaints in text[0..n), as a tool prints them on stderr,
 * may have cost something that would have been drawn.  Those are known that
 * cost nothing: about links, marks, structure, and what text a font means.
 */
bool pdf_complaint_loses(const char *text, size_t n);
/* Whether one of mutool's tells of data that are not there, or damaged. */
bool pdf_mutool_loses(const char *text, size_t n);
/* Whether there is one of mutool's that is more than a warning. */
bool pdf_mutool_complains(const char *text, size_t n);

#endif

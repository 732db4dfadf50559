/*
 * doc/rows.h - the rows of bills, price lists and lists of contents, a line each.
 *
 * pdftotext takes what stands far to the right of a list for a column of text
 * of its own and has it read after the list.  It is a column of the list where
 * it is numbers, three or more below each other, flush with each other, and
 * most of them stand as high as a line that has words; unless those lines are
 * running text, or the number begins a line of what stands behind it.  A column
 * of words behind the numbers is of them where it is as long as they are.
 */
#ifndef DOC_ROWS_H
#define DOC_ROWS_H

#include <stdbool.h>

struct textlines;

/* Make lines of them; bytes: those of the words; from_right: the page is read from there. */
void rows_join(struct textlines *, const char *bytes, bool from_right);

#endif

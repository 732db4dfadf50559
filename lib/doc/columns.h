/*
 * doc/columns.h - the lines of a page whose text stands in columns, column by
 * column.
 *
 * pdftotext's order is kept where it is one: only pages are changed of which
 * it goes back and forth between columns, or has lines with words of two.  A
 * column has a strip of white beside it that lines cross on less than a third
 * of the text's height; those that do (headings) stay where they are, and
 * what is below them is read after what is above.  On both sides there is
 * running text, or on one, and the other's lines stand at other heights: a
 * table's cells are no columns, nor are rows of longer cells.
 */
#ifndef DOC_COLUMNS_H
#define DOC_COLUMNS_H

#include <stdbool.h>

struct textlines;

/* Put them in order; from_right: the right column is read first. */
void columns_order(struct textlines *, bool from_right);

#endif

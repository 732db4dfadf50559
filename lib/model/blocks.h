/*
 * model/blocks.h - the text of a page's blocks, one after the other.
 */
#ifndef MODEL_BLOCKS_H
#define MODEL_BLOCKS_H

#include <stddef.h>

struct buf;

/*
 * Append a block of that label, which is [s, end), with an empty line around it: a title
 * is a heading, a formula stands in $$.  The label may be any model's, in any case.
 * Nothing is appended for blanks.  -1 when out is full.
 */
int blocks_add(struct buf *out, const char *label, const char *s, const char *end);

#endif

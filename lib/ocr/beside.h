/*
 * ocr/beside.h - where regions are read that stand beside the lines of a page,
 * in a column of their own.
 */
#ifndef OCR_BESIDE_H
#define OCR_BESIDE_H

#include <stddef.h>

struct layout;

enum { BESIDE_NOT = -2 };

/*
 * Which line a region follows, -1 for none: it, with what is above and below it
 * between two lines that it would touch, is a column beside others.  To the right
 * of lines it is read behind the last of theirs, to the left before the first.
 * BESIDE_NOT: it is no column, or goes on one that has lines.
 */
long beside_line(const struct layout *, size_t region);

#endif

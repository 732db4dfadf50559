/*
 * doc/bidi.h - from the order in which letters stand to that in which they are
 * read (the way back of Unicode's bidirectional algorithm, UAX #9).
 *
 * Many lines may look the same, and the likely one is taken.  Its direction is
 * that of the letters at its ends, where they differ that of the page.  What is
 * of that side is read from there; words of the other side and numbers stay as
 * they stand, with what is between two of them and with brackets that open and
 * close among them.
 */
#ifndef DOC_BIDI_H
#define DOC_BIDI_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Whether a letter in s[0..n) is read from right to left. */
bool bidi_concerns(const char *s, size_t n);
/* How many more letters are than are not. */
long bidi_balance(const char *s, size_t n);
/* Whether both its first and its last letter are read from right to left, 1, or neither, -1. */
int bidi_ends(const char *s, size_t n);
/*
 * Append a line of which s[0..n) are the characters from left to right.
 * Brackets come as drawn, or already as read; what makes pairs of them is taken.
 * page: whether its page, or what is around it, is read from right to left.  -1 where out is full.
 */
int bidi_logical(struct buf *out, const char *s, size_t n, bool page);

#endif

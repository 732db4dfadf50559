/*
 * ocr/gaps.h - a text whose letters are good, and what a reading of its lines has
 * besides.
 *
 * A layer lacks what a font does not say, and what is drawn as a rule, as TeX does
 * with underscores.  What it has is better than any reading, which takes 1 for l:
 * letters and digits of both are laid beside each other, look-alikes as the same.
 */
#ifndef OCR_GAPS_H
#define OCR_GAPS_H

#include <stddef.h>

struct buf;

enum gaps {
	GAPS_UNKNOWN, /* they are not of the same lines, as far as can be seen */
	GAPS_NONE,    /* the text has all letters: out is that text, with underscores it lacked */
	GAPS_SOME     /* the reading has more: out is the reading, with the text's letters */
};

/* Both UTF-8; out is empty at first, and is to be used where something is known. */
enum gaps gaps_fill(struct buf *out, const char *text, size_t n, const char *reading,
    size_t nreading);

#endif

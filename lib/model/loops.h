/*
 * model/loops.h - where a text says the same over and over.
 *
 * A loop is a piece that stands there many times with nothing between: how many times,
 * depends on how much there is in the piece.  Eight times a sentence no page says; but
 * a hundred empty cells it may have, thirty rows of zeros, or a line of underscores.
 * The numbers in lists of coordinates, and those that count lines, are taken to be equal.
 */
#ifndef MODEL_LOOPS_H
#define MODEL_LOOPS_H

#include <stdbool.h>
#include <stddef.h>

/* What makes a loop of a run of pieces. */
struct loops_rule {
	size_t signs; /* letters and digits of the piece, tags aside, at least */
	size_t times;
	size_t bytes; /* of the run */
};
/* In order of signs, the most first, the last from 0; and one for pieces of 4 bytes at most. */
enum { LOOPS_RULES = 3 };
struct loops_conf {
	struct loops_rule rule[LOOPS_RULES], one;
	double cut; /* of times and bytes, enough for a run in which the text was cut */
};

struct loops {
	size_t bytes;  /* that loops take */
	size_t all;    /* of the text, as it was looked at */
	size_t period; /* bytes of the longest loop's piece; 0: there is none */
};

/* cut: the text ended for want of room.  Time and memory go by its length. */
void loops_find(struct loops *, const struct loops_conf *, const char *s, size_t n, bool cut);
/*
 * The share of s[0..n) in lines that stood there before, of lines that have a dozen
 * letters or more.
 */
double loops_lines(const char *s, size_t n);

#endif

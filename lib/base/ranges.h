/*
 * base/ranges.h - some of a document's pages, by their numbers: 1-10,15,-1.
 *
 * A list has numbers and ranges, with commas, in any order.  A number with a
 * minus is counted from the end: -1 is the last page, -3 the third from the end.
 * A range may end so, and begin (-3--1), and be open at its end (5-, -3-).
 * What a document has none of is none of its pages, and no error.
 */
#ifndef BASE_RANGES_H
#define BASE_RANGES_H

#include <stdbool.h>
#include <stddef.h>

enum {
	RANGES_MAX = 256,      /* of a list */
	RANGES_PAGE = 9999999, /* the greatest number */
	RANGES_TEXT = 4096     /* bytes of a list that ranges_text has written, and a NUL */
};

/* Without pointers, so that it can be told to another process as it is. */
struct ranges {
	size_t n; /* 0: all pages, and once it is resolved none */
	struct range {
		int from, to; /* both are in it */
	} v[RANGES_MAX];
};

/* -1 where the text is no such list; *r is undefined then. */
int ranges_read(struct ranges *r, const char *text);
/*
 * Of a document with so many pages: absolute numbers, in order, no two ranges that
 * meet.  What is resolved, and is not empty, stays as it is when that is done again.
 * The functions below take what is resolved.
 */
void ranges_resolve(struct ranges *r, long pages);
/* The first of them from page on, or 0. */
long ranges_next(const struct ranges *r, long page);
/* How many there are from page on, one after the other; 0: page is none. */
long ranges_run(const struct ranges *r, long page);
long ranges_count(const struct ranges *r);
/* As ranges_read takes it, in its shortest form. */
void ranges_text(const struct ranges *r, char text[RANGES_TEXT]);

#endif

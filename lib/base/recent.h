/*
 * base/recent.h - whether a name is among the last few thousand that were added.
 *
 * By a 64-bit hash: two names in 2^64 are taken for one.
 */
#ifndef BASE_RECENT_H
#define BASE_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RECENT_MAX = 4096 };

struct recent {
	uint64_t v[RECENT_MAX]; /* a ring; all zero to begin with, as is the rest */
	uint16_t first[RECENT_MAX], next[RECENT_MAX]; /* chains of equal hashes modulo RECENT_MAX */
	size_t n;
};

void recent_add(struct recent *, const char *name);
bool recent_has(const struct recent *, const char *name);

#endif

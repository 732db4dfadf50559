/*
 * xmlfeed.h - one document in parts of many sizes.
 *
 * Define FEED(reader, p, n, e) before the #include.
 */
#ifndef XMLFEED_H
#define XMLFEED_H

#include <stdint.h>

#include "unit/check.h"

/* Marsaglia's xorshift32: the same parts in each run. */
static uint32_t
xml_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/*
 * step 0: parts of 0 to 40 bytes as state says; else of step bytes.  Each is a
 * copy in memory of its own, so that ASan sees a look past its end.
 */
#define FEED_PARTS(reader, data, len, step, state, e) \
	do { \
		const char *at_ = (data); \
		size_t left_ = (len); \
		int r_ = 0; \
		while (left_ > 0 && r_ == 0) { \
			size_t part_ = (step) ? (step) : xml_random(&(state)) % 41; \
			char *copy_; \
			if (part_ > left_) \
				part_ = left_; \
			copy_ = malloc(part_ ? part_ : 1); \
			CHECK(copy_); \
			memcpy(copy_, at_, part_); \
			r_ = FEED(reader, copy_, part_, e); \
			free(copy_); \
			at_ += part_; \
			left_ -= part_; \
		} \
	} while (0)

#endif

/*
 * canned.h - what a tool has printed, line by line as a reader gets it: each a
 * string in memory of its own, so that ASan sees a look past its end.
 *
 * Define TAKE(reader, line) before the #include.
 */
#ifndef CANNED_H
#define CANNED_H

#include "base/mem.h"
#include "unit/check.h"

#define CANNED(reader, text) \
	do { \
		const char *at_ = (text); \
		while (*at_) { \
			size_t len_ = strcspn(at_, "\n"); \
			char *line_ = mem_copy(at_, len_); \
			TAKE(reader, line_); \
			free(line_); \
			at_ += len_ + (at_[len_] == '\n'); \
		} \
	} while (0)

enum { LONG_LINE = 64 << 10 };

/* front, then so many of c that the whole has LONG_LINE bytes; free(3) it. */
static inline char *
canned_long(const char *front, char c)
{
	size_t n = strlen(front);
	char *line = mem_new(LONG_LINE + 1, 1);

	memcpy(line, front, n);
	memset(line + n, c, LONG_LINE - n);
	return line;
}

#endif

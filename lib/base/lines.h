/*
 * base/lines.h - lines out of a descriptor, with a bound on each.
 */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct err;

struct lines {
	int fd;
	size_t chunk; /* bytes asked of one read(2) */
	size_t max;   /* bytes of a line */
	long no;      /* the number of the line given last, from 1 */
	long long at; /* where that line begins: bytes from the first that was read */
	bool eof;     /* the descriptor has ended */
	/* private */
	struct buf b;
	size_t pos, seen;
	long long gone; /* bytes that were let go of */
	bool skipping;
};

void lines_init(struct lines *, int fd, size_t chunk, size_t max);
void lines_release(struct lines *);
/*
 * The next line that is not blank, without its newline: 1, and *line is good
 * until the next call.  0: none is complete yet (or, after eof, none is left).
 * -1: one longer than max was passed over; no says which.
 */
int lines_next(struct lines *, const char **line, size_t *len);
/* One read(2), which may block. -1 with fatal io.read. */
int lines_fill(struct lines *, struct err *);
/* Whether the descriptor has ended and every line of it was given. */
bool lines_ended(const struct lines *);
/* Whether a read would not block now. */
bool lines_ready(const struct lines *);

#endif

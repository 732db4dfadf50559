/*
 * flow/out.h - records on their way to stdout.
 *
 * Whole records are gathered and written in pieces of at most 4,096 bytes
 * (PIPE_BUF), which a pipe takes whole or not at all, so that several writers
 * can share one; a longer record needs a pipe of its own.  stdout's flags are
 * shared with others and stay as they are: a pipe is opened anew without
 * blocking, a file is written at once, anything else as poll allows.
 */
#ifndef FLOW_OUT_H
#define FLOW_OUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct err;

enum out_state { OUT_EMPTY, OUT_WAITING, OUT_GONE, OUT_BAD };

struct out {
	struct buf b; /* add whole records here */
	int fd;       /* to watch for POLLOUT and POLLERR */
	/* private */
	size_t sent;
	long fits; /* see out_fits; -1: ask anew */
	bool own, at_once;
	bool terminal; /* what one could act on, or would not show, is escaped, up to */
	size_t shown;  /* here */
};

/* keep_short: a pipe is given 4 KiB of buffer, so that its reader is close. */
void out_init(struct out *, size_t max, bool keep_short);
void out_release(struct out *);
/* Bytes not yet written. */
size_t out_pending(const struct out *);
/*
 * How many bytes one piece may have so that it can be written now without
 * waiting: what is free in a pipe of 4 KiB, and 4,096 where that is not known.
 */
size_t out_fits(struct out *);
/*
 * Write what can be written without waiting.  OUT_WAITING: more is left.
 * OUT_GONE: the reader is gone. OUT_BAD: *e is filled, fatal io.write.
 */
enum out_state out_flush(struct out *, struct err *);

#endif

/*
 * screen/terminal.h - lines that stay, and below them one that is rewritten.
 *
 * What is added waits in a bounded buffer until it is taken, so that nobody who
 * has something to say is held up by a terminal that is stopped (^S), or slow.
 * The line that is rewritten is there only where it can be: on a terminal that knows
 * how (TERM), while we are in its foreground; it is cut to its width.
 */
#ifndef SCREEN_TERMINAL_H
#define SCREEN_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* When so much waits nothing more is to be added: TERMINAL_LINE fits on top of it. */
enum { TERMINAL_WAITS = 4 << 20, TERMINAL_LINE = 64 << 10, TERMINAL_STATUS = 512 };

struct terminal {
	int fd;
	bool live;  /* a line can be rewritten */
	bool fresh; /* fd is our own opening of it, and never blocks */
	bool drawn; /* the status is on the screen */
	bool gone;  /* nothing can be written any more: all is thrown away */
	int columns;
	struct buf out;
	char status[TERMINAL_STATUS]; /* as it is to be, not cut */
};

/* Of a descriptor, which stays the caller's. */
void terminal_init(struct terminal *, int fd);
void terminal_release(struct terminal *);
/* A line, without its newline, whatever is in it: it is escaped (buf_shown). */
void terminal_line(struct terminal *, const char *s, size_t n);
/* What the line below is from now on, in ASCII; "" for none. */
void terminal_status(struct terminal *, const char *text);
/* Put the status below what was added, unless more is waiting for the terminal. */
void terminal_draw(struct terminal *);
/* Whether so much waits that nothing may be added. */
bool terminal_full(const struct terminal *);
/*
 * Write what can be written now, when poll(2) says that something can.  -1 with
 * errno, once, where nothing can be written any more.
 */
int terminal_flush(struct terminal *);

#endif

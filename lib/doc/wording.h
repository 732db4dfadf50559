/*
 * doc/wording.h - a file of words in any code, as UTF-8.
 */
#ifndef DOC_WORDING_H
#define DOC_WORDING_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/*
 * The bytes of in as UTF-8, into the empty file out: without a byte order mark, lines
 * ended by a newline, and without control characters but tabs and form feeds.
 * charset is what somebody says of it (iconv(3)'s name), or NULL: a byte order mark
 * goes before it, and so does that it is UTF-8 to look at.  Where nothing tells it, or
 * what was told is not so, it is Windows-1252, and *guessed, as is UTF-8 with bytes
 * that are none, which become U+FFFD.
 * -1 with validation document.type where it is no text to its end (NULs), document.large
 * where out takes no more, transient io.read, or as err_write.
 */
int wording_utf8(int in, int out, const char *charset, bool *guessed, struct err *);

/* A whole file in memory, to read: text[0..len), len 0: NULL. */
struct wording {
	const char *text;
	size_t len;
};
int wording_map(struct wording *, int dir, const char *name, struct err *);
void wording_unmap(struct wording *);

#endif

/*
 * base/buf.h - bytes that grow, up to a maximum that each buffer has.
 *
 * Invariant: p[0..len) is the content; p may be NULL while cap is 0.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>

struct buf {
	char *p;
	size_t len, cap;
	size_t max; /* len never exceeds it */
};

#define BUF_INIT(max_bytes) \
	{ \
		NULL, 0, 0, (max_bytes) \
	}

void buf_init(struct buf *, size_t max);
void buf_release(struct buf *);
/*
 * The adders return 0, or -1 when the content would exceed max (or memory is
 * gone); then nothing was added.
 */
int buf_add(struct buf *, const void *data, size_t n);
int buf_addc(struct buf *, char c);
int buf_adds(struct buf *, const char *s);
int buf_printf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int buf_vprintf(struct buf *, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/*
 * s[0..n) as a JSON string, quotes included.  Bytes that are not UTF-8 become
 * U+FFFD; control and hidden characters, quote and backslash are escaped.
 */
int buf_json(struct buf *, const char *s, size_t n);
/*
 * JSON text as a terminal may have it: where a character stands there that one could
 * act on, or would not show, its number does.  It is the same JSON.
 */
int buf_json_shown(struct buf *, const char *json, size_t n);
/*
 * s[0..n) as a terminal may have it: what one could act on, or would not show, stands
 * there as \x1b or \u202e.  What does not fit is left out.
 */
void buf_shown(struct buf *, const char *s, size_t n);
/* Room for n more bytes at p + len; the caller adds to len what it used. */
int buf_room(struct buf *, size_t n);
/* Drop the first n bytes. */
void buf_shift(struct buf *, size_t n);
/* Drop the content, and the memory too where it has grown past keep bytes. */
void buf_clear(struct buf *, size_t keep);

#endif

/*
 * doc/liars.h - the words of a window's pages whose letters do not look like
 * what they are said to be.
 */
#ifndef DOC_LIARS_H
#define DOC_LIARS_H

struct pdf;
struct window;

/* Mark them as wrong, and those as lacking something beside which letters have no character. */
void liars_mark(struct window *, const struct pdf *);

#endif

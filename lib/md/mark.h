/*
 * md/mark.h - the marks that stand between the pages of a result (md/spool.h).
 */
#ifndef MD_MARK_H
#define MD_MARK_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Whether a comment as those that part pages starts at s; it ends at end at the latest. */
bool mark_is_page(const char *s, const char *end);
/* Append s[0..n), in which each such comment is broken by a blank: -1 where it does not fit. */
int mark_break(struct buf *out, const char *s, size_t n);

#endif

/*
 * proc/filter.h - the system calls that a jail leaves (seccomp).
 *
 * libseccomp takes about a millisecond to compile a filter, and a document has
 * some five children: what is made before the fork is there for all of them.
 */
#ifndef PROC_FILTER_H
#define PROC_FILTER_H

#include <stddef.h>

struct buf;
struct jail;

/* Compile the filter of such a jail, which this process and its children keep: -1 and errno. */
int filter_make(const struct jail *);
/* Append all that are compiled, for a child that is started by exec; -1: they do not fit. */
int filter_put(struct buf *);
/* Take over what filter_put made, in such a child; -1: it makes no sense. */
int filter_take(const char *data, size_t n);
/* Enter it, for ever; no_new_privs is set.  -1 and errno. */
int filter_enter(const struct jail *);

#endif

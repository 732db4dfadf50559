/*
 * base/mem.h - small allocations that are not expected to fail.
 *
 * Where memory for a record's own bookkeeping is gone nothing useful can be
 * said or done: the command stops with status 75, as libjq stops by abort().
 * Whatever grows with the input is a struct buf or an image instead, and
 * those fail with an error.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* Says so and exits 75: for memory that a library did not get. */
_Noreturn void mem_gone(void);
/* n zeroed elements of size bytes; free(3) them. */
void *mem_new(size_t n, size_t size);
/* p grown or shrunk to n elements of size bytes; what is new is not zeroed. */
void *mem_resize(void *p, size_t n, size_t size);
/* A copy of s[0..len) with a NUL behind it. */
char *mem_copy(const char *s, size_t len);
char *mem_dup(const char *s);
/* What printf would write. */
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif

/*
 * evil.h - what a library does that a document has taken over, by the name that
 * the program was started as.
 *
 * A child says what came of it by its status alone: CONTAINED, or GAINED.
 */
#ifndef EVIL_H
#define EVIL_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CONTAINED = 40, GAINED = 41, EVIL_PAGE = 4096 };

extern char **environ;

/* Whether a byte can be read there, without /proc: a call that reads 8, and does nothing. */
static inline bool
readable(const void *p)
{
	return syscall(SYS_rt_sigprocmask, -1, p, NULL, 8) == 0 || errno != EFAULT;
}

/* The canary, which must not stand in this program. */
static inline const char *
canary(void)
{
	static volatile char word[] = "dbobsz.pg.uif.qbsfou";
	static char plain[sizeof(word)];

	for (size_t i = 0; word[i]; i++)
		plain[i] = (char)(word[i] - 1);
	return plain; /* canary-of-the-parent */
}

/* It is in readable memory between the pages of from and of to, but for our own copy. */
static inline bool
found_in(const char *from, const char *to)
{
	const char *own = canary();
	const size_t n = strlen(own);

	for (const char *p = from; p + n < to; p++)
		if (*p == *own && p != own && !memcmp(p, own, n))
			return true;
	return false;
}

static inline const char *
page_of(const void *p)
{
	return (const char *)((uintptr_t)p & ~(uintptr_t)(EVIL_PAGE - 1));
}

static inline bool
found_in_memory(void)
{
	const char *top = page_of(sbrk(0)), *low = top, *high = page_of(&top), *stack = high;

	for (char **v = environ; *v; v++)
		if (strstr(*v, canary()))
			return true;
	while (readable(low - EVIL_PAGE))
		low -= EVIL_PAGE;
	while (readable(high))
		high += EVIL_PAGE;
	return found_in(low, top) || found_in(stack, high);
}

static inline _Noreturn void
ended(bool gained)
{
	_exit(gained ? GAINED : CONTAINED);
}

#endif

/*
 * jobdb/idle.h - whether a command does anything, by the CPU time that it takes.
 */
#ifndef JOBDB_IDLE_H
#define JOBDB_IDLE_H

#include <sys/types.h>

#include <stddef.h>

struct process;

/* What was seen last; all zero before the first look. */
struct idle {
	struct process *v;
	size_t n;
};

void idle_release(struct idle *);
/*
 * Look at a process and all that live below it: the most CPU time in ms that one of
 * them has taken since the last look, with that of its children whose end it has seen.
 * Many that wait and look up now and then are idle together, as each is by itself.
 * -1 where that cannot be told.
 */
long idle_look(struct idle *, pid_t root);

#endif

/*
 * jobdb/idle.h - whether a command does anything, by the CPU time that it takes.
 */
#ifndef JOBDB_IDLE_H
#define JOBDB_IDLE_H

#include <sys/types.h>

/*
 * CPU time in ms of a process and of all that live below it, with that of those
 * whose end their parents have seen: what is reaped leaves the sum as it is.
 * -1 where it cannot be told.
 */
long idle_cpu_ms(pid_t root);

#endif

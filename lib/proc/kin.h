/*
 * proc/kin.h - how many processes a child of ours may start in its jail, and
 * how many threads each of them may have.
 *
 * Neither RLIMIT_NPROC, which counts a user's and not root's, nor a filter can
 * tell.  So each fork of the child waits for its parent's word (seccomp's user
 * notification): the child itself may have KIN_MAX children at a time, and they
 * may have none.  Where the jail lets them have threads, each has up to
 * KIN_THREADS.  What is asked for stands in a register, so there is nothing to race.
 */
#ifndef PROC_KIN_H
#define PROC_KIN_H

#include <stddef.h>
#include <sys/types.h>

enum { KIN_MAX = 8, KIN_THREADS = 32 };

/* In the child, in its jail: the descriptor for its parent to answer at; -1 and errno. */
int kin_listen(void);
/* In the parent: answer what has come of child pid, if anything has. Never blocks for long. */
void kin_answer(int listener, pid_t pid);
/* The children of a process, at most max; how many. 0 also where /proc does not tell. */
size_t kin_children(pid_t pid, pid_t *children, size_t max);

#endif

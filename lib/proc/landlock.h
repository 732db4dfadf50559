/*
 * proc/landlock.h - level 2 of a jail: only the paths listed can be opened.
 *
 * By raw system calls, since neither Debian's headers nor its C library know
 * all that kernels since 6.1 can do; what the running kernel knows is used.
 */
#ifndef PROC_LANDLOCK_H
#define PROC_LANDLOCK_H

struct err;
struct jail;

enum { LANDLOCK_SIGNALS = 6 }; /* the first version that keeps them within */

/*
 * Restrict the calling thread, which has no_new_privs, to j->paths and j->more;
 * also TCP, abstract sockets and signals where the kernel's ABI has them.
 * Fails with fatal jail.unavailable, and then has restricted nothing.
 */
int landlock_enter(const struct jail *j, struct err *);
/* The version of landlock that the kernel has; 0: none. */
int landlock_abi(void);
/* And that is used for such a jail. */
int landlock_abi_of(const struct jail *);

#endif

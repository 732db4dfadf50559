/*
 * proc/role.h - a child that is our own program again, started by exec: it has
 * a small environment, two pipes and a socket, and nothing that its parent had
 * in memory.
 *
 * The command line is NAME --as-child ROLE, and descriptor 0 the socket, whose
 * first frame is the parent's hello: the jail, with its compiled filters, what
 * the role is told, and perhaps a file.  The child readies what it can have
 * from outside, enters the jail, proves that it holds, says that it is ready
 * by an empty frame (or why not, by an error's, as the only frame), and serves.
 * Started by anyone else it says so and ends with 2; it opens nothing that its
 * user could not.
 */
#ifndef PROC_ROLE_H
#define PROC_ROLE_H

#include <stddef.h>

struct buf;
struct err;
struct jail;

#define ROLE_ARG "--as-child"

enum { ROLE_HELLO_MAX = 96 << 10, ROLE_TOLD_MAX = 16 << 10 };

struct role {
	const char *name; /* NULL ends a table */
	/*
	 * Before the jail: make of what it was told, which is the role's own and
	 * aligned as malloc's, what serve needs.  NULL: that is what was told.
	 */
	int (*ready)(const struct role *, void *told, size_t len, void **self, struct err *);
	/* In the jail, with the file (-1: none): the status of the process. */
	int (*serve)(int sock, int file, void *self);
	const void *arg; /* for ready */
};

/*
 * First thing in main: does not return in a child, which is what the table has
 * under the name that it was started by.
 */
void role_enter(int argc, char *argv[], const struct role *table);
/* The parent's side: append the hello. -1: told too much, or of too many paths. */
int role_hello(struct buf *, const struct jail *, const void *told, size_t len);

#endif

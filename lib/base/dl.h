/*
 * base/dl.h - libraries that are loaded when they are needed, and not when a
 * command starts, as they are large or bring many others.
 */
#ifndef BASE_DL_H
#define BASE_DL_H

#include <stddef.h>

struct err;

struct dl {
	const char *library; /* its soname */
	const char *package; /* that of Debian which has it */
	const char *code;    /* of the error, fatal, where it is not there or has not all of: */
	const char *const *names;
	size_t n;
};

/*
 * The functions of those names into calls, a structure of n pointers to
 * functions in their order.  The library stays loaded.
 */
int dl_load(const struct dl *, void *calls, struct err *);

#endif

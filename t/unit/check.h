/*
 * check.h - a unit test is a program of checks; the first that fails says
 * where and ends it with status 1.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #cond); \
			exit(1); \
		} \
	} while (0)

#define CHECK_STR(got, want) \
	do { \
		const char *got_ = (got), *want_ = (want); \
		if (!got_ || strcmp(got_, want_) != 0) { \
			fprintf(stderr, "%s:%d: %s is <%s>, not <%s>\n", __FILE__, __LINE__, #got, \
			    got_ ? got_ : "(null)", want_); \
			exit(1); \
		} \
	} while (0)

#endif

/*
 * doc/program.h - one run of a package's program, which is shown the document and
 * writes what it makes of it into the work directory.
 */
#ifndef DOC_PROGRAM_H
#define DOC_PROGRAM_H

#include <stdbool.h>

struct err;
struct maker;

struct program {
	struct maker *m;
	const char *package;
	const char *const *argv;
	const char *out; /* the file in the work directory that it prints; NULL: it prints none */
	long cpu_ms;     /* 0: a page's */
	long as_bytes;   /* 0: as all tools */
	int warns;       /* exit statuses up to this one are no failure */
	bool threads;
	bool chatty; /* what it says first is not why it fails */
};

/*
 * -1 with permanent document.tool, which names the package, where it is missing;
 * transient document.timeout; validation document.large, of what it makes, and
 * document.damaged, with what it said, for every other failure; or as err_write.
 */
int program_run(const struct program *, struct err *);

#endif

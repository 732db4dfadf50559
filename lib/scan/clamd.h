/*
 * scan/clamd.h - one document, asked of clamd on a connection of its own.
 *
 * The connection is a session (zIDSESSION) with two commands: zVERSION, whose
 * answer also shows that clamd is there, and zINSTREAM, behind which the file goes
 * in chunks as clamd takes them.  Each answer has its number and ends in a NUL.
 * clamd may answer, and hang up, before it has all: what it said is read then, but
 * only a whole file can be clean.
 */
#ifndef SCAN_CLAMD_H
#define SCAN_CLAMD_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/verdict.h"

struct address;
struct clamd;
struct err;
struct loop;

enum { CLAMD_VERSION_MAX = 128, CLAMD_ANSWER_MAX = 4096, CLAMD_CONNECT_MS = 10000 };

struct clamd_said {
	char version[CLAMD_VERSION_MAX + 1]; /* as clamd says it, perhaps cut; "": it did not */
	struct verdict verdict;
	long long bytes; /* of the file, that were sent */
};

/*
 * It is over: e is NULL, it is clean; or why not: as verdict_read says; transient
 * scan.server (clamd was not reached, hung up, or was silent), scan.answer,
 * document.changed, io.read by err_class_of.  Not called from within clamd_ask.
 */
typedef void clamd_fn(void *arg, const struct clamd_said *, const struct err *e);

struct clamd_conf {
	struct loop *loop;
	const struct address *address; /* borrowed */
	size_t at;                     /* the index of its place */
	int fd;                        /* the document, read by position; borrowed */
	long timeout_ms;               /* for which nothing may be taken or said */
	clamd_fn *done;
	void *arg;
};

/* NULL with transient scan.server, io.read. */
struct clamd *clamd_ask(const struct clamd_conf *, struct err *);
/* Also in done(), or before it, which then does not come.  NULL is allowed. */
void clamd_free(struct clamd *);

#endif

/*
 * unpack/unpack.h - an archive becomes its members, each a document of its own.
 *
 * What is an archive is known by its content: a zip, or a tar, also one that
 * gzip, bzip2, xz or zstd has packed; but a zip that is a document (OOXML,
 * OpenDocument, EPUB, a jar) is none.  It is opened in a child made for it
 * (unpack/reader.h), which says its members one by one.  A member is copied out
 * of the child's reach into a work directory of its own, and hashed, as what is
 * fetched is; the next one is unpacked when that one was taken, so that the disk
 * holds one at a time besides those that were.
 *
 * A member that cannot be had is a record with an error.  Members that were
 * given count, whatever is found out about the archive later.  Links, folders
 * and what else is no plain file are passed over.  One level is unpacked.
 *
 * An archive whose record has a token is refused, permanent archive.job: a job of
 * a ledger's has one result.
 */
#ifndef UNPACK_UNPACK_H
#define UNPACK_UNPACK_H

#include <stdbool.h>

#include "unpack/reader.h"

struct err;
struct loop;
struct rec;
struct unpack;

enum unpack_end {
	UNPACK_DOCUMENT, /* it is no archive, or one that is a document: as if not asked */
	UNPACK_DONE,     /* all that is in it was given */
	UNPACK_FAILED    /* what is missing is said by the error */
};

struct unpack_passed { /* which were no files */
	long links, special, folders;
};

struct unpack_conf {
	struct rec *rec; /* the archive's, fetched: uri, id, work, path; lent until it is over */
	struct reader_limits limits;
	/*
	 * A member: a record with id, work, path and sha256, or, with e, without
	 * the last three.  It is lent.  false: no room now; it comes again after
	 * unpack_resume.
	 */
	bool (*member)(void *arg, struct rec *, const struct err *e);
	/* It is over, once; unpack_free may be called. */
	void (*over)(void *arg, enum unpack_end, const struct unpack_passed *, const struct err *e);
	void *arg;
};

/* First thing in main: does not return in a child that unpacks. */
void unpack_child(int argc, char *argv[]);
/*
 * NULL where it is no archive, with e->code NULL, or cannot be opened: transient
 * io.read, what work_open and work_make say.  Else over() comes from the loop:
 * its error is validation archive.limit, archive.empty, document.damaged,
 * permanent document.tool, transient document.timeout, document.crashed.
 */
struct unpack *unpack_new(struct loop *, const struct unpack_conf *, struct err *);
void unpack_resume(struct unpack *);
/* Kill the child if it lives; what was not given is gone. */
void unpack_free(struct unpack *); /* NULL is allowed */

#endif

/*
 * place/origin.h - fetch the document that a record names.
 *
 * Its file is a copy in its work directory, wherever the document lies.  It is
 * what was listed, whole, or it fails.
 */
#ifndef PLACE_ORIGIN_H
#define PLACE_ORIGIN_H

#include <stdbool.h>

#include "base/digest.h"

struct err;
struct origin_get;
struct places;
struct rec;

struct origin_conf {
	struct rec *rec;    /* lent until it is over */
	long long max_size; /* bytes */
	bool no_local;      /* what lies in a folder of this machine is refused */
	/*
	 * It is over.  e is NULL: the record has id, work, path, sha256, and
	 * content_type and result_of where these are known, and so many bytes were read.  Else why
	 * not; a work directory that was made for it is gone.
	 */
	void (*done)(void *arg, long long bytes, const struct err *e);
	void *arg;
};

/*
 * NULL with *e: validation record.member, or what its scheme says.  Else
 * done() comes from the loop, once.
 */
struct origin_get *origin_get(struct places *, const struct origin_conf *, struct err *);
/* No callback comes any more, and it is as if it had failed. */
void origin_cancel(struct origin_get *);

/* What a scheme has fetched; borrowed. */
struct origin_got {
	const char *path;         /* of the file: UTF-8, as it can stand in a record */
	const char *sha256;       /* of its bytes, in hex */
	const char *content_type; /* as the place says, or NULL */
	const char *result_of;    /* whose result it is, by its mark; NULL or "": nobody's */
	long long size;
};

/* What it is asked for; good until it is over. */
struct origin_want {
	const char *uri, *etag; /* etag: as listed, or NULL: any */
	long long size;         /* as listed; -1: not known */
	long long max_size;
	bool no_local;
	struct rec *rec; /* for doc_work */
	void (*done)(void *arg, const struct origin_got *, const struct err *e);
	void *arg;
};

/* A scheme's own; as origin_get and origin_cancel. */
struct origin_ops {
	void *(*get)(void *shared, const struct origin_want *, struct err *);
	void (*cancel)(void *get);
};

#endif

/*
 * dir/get.h - a file in a folder, read where it lies: as it was listed, or not
 * at all.
 *
 * It is the same before it is read and afterwards, and no larger than allowed.
 * At most 1 MiB is read in one turn of the loop, so that others have theirs.
 */
#ifndef DIR_GET_H
#define DIR_GET_H

#include "base/digest.h"

struct err;
struct loop;
struct store_get;

struct store_got {
	char sha256[DIGEST_HEX + 1];
	long long size;
};

struct store_get_conf {
	const char *path;
	const char *etag; /* as of store_etag; NULL: any */
	long long max_size;
	/* got is NULL where it failed: as of store_get_start, or transient io.read. */
	void (*done)(void *arg, const struct store_got *got, const struct err *e);
	void *arg;
}; /* copied */

/*
 * NULL with what store_open says, validation document.large, transient
 * document.changed; else done() comes from the loop, once.
 */
struct store_get *store_get_start(struct loop *, const struct store_get_conf *, struct err *);
/* No callback comes any more. NULL is allowed. */
void store_get_cancel(struct store_get *);

#endif

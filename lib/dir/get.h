/*
 * dir/get.h - a file in a folder, copied: as it was listed, or not at all.
 *
 * It is opened once.  What is hashed is the copy, which nobody else can change,
 * and which later stages read: whoever may write to the folder can put another
 * file, or a link, in its place meanwhile, and nothing comes of that.  Where the
 * file system can share the blocks of files (ioctl_ficlone(2)), that is done.
 *
 * The file is the same before it is read and afterwards, and no larger than
 * allowed.  The copy has another name until it is whole.  At most 1 MiB is read
 * in one turn of the loop, so that others have theirs.
 */
#ifndef DIR_GET_H
#define DIR_GET_H

#include "base/digest.h"
#include "rec/mark.h"

struct err;
struct loop;
struct store_get;

struct store_got {
	char sha256[DIGEST_HEX + 1];
	long long size;
	char result_of[MARK_MAX + 1]; /* as mark_whose */
};

struct store_get_conf {
	const char *path;
	const char *etag; /* as of store_etag; NULL: any */
	long long max_size;
	int dir;          /* where the copy is to be; borrowed until it is over */
	const char *file; /* its name there; a literal */
	/*
	 * got is NULL where it failed: as of store_get_start, transient io.read,
	 * disk.full or io.write by err_class_of.
	 */
	void (*done)(void *arg, const struct store_got *got, const struct err *e);
	void *arg;
}; /* copied */

/*
 * NULL with what store_open says, validation document.large, transient
 * document.changed, or as a copy cannot be written; else done() comes from the
 * loop, once.
 */
struct store_get *store_get_start(struct loop *, const struct store_get_conf *, struct err *);
/* No callback comes any more, and no file is left. NULL is allowed. */
void store_get_cancel(struct store_get *);

#endif

/*
 * work/copy.h - a file that others can change becomes one in a work directory
 * that they cannot, and is hashed as it does.
 *
 * What is hashed is the copy, whatever happens to the file meanwhile.  Where the
 * file system can share the blocks of files (ioctl_ficlone(2)) nothing is
 * written.  It has another name until it is whole.
 */
#ifndef WORK_COPY_H
#define WORK_COPY_H

#include <stdbool.h>

#include "base/digest.h"

struct err;

struct copy {
	/* the caller's */
	int dir, from;    /* where the file is to be; what is copied, at offset 0: borrowed */
	const char *name; /* its name there; borrowed */
	bool hashed;      /* else copy_end gives no digest */
	/* its own */
	char *temp;
	int fd;      /* the copy: to be read by who wants to see it before copy_end */
	bool shared; /* it has all the bytes already */
	struct digest *digest;
	long long size; /* bytes so far */
};

/*
 * Begin.  Fails with disk.full or io.write by err_class_of; then there is
 * nothing to drop.
 */
int copy_begin(struct copy *, struct err *);
/*
 * Copy at most 1 MiB more: 1 at the end, 0 where there is more, -1 with transient
 * io.read, validation document.large (more than max bytes), or as above.
 */
int copy_more(struct copy *, long long max, struct err *);
/* Put it there by rename; hex is the SHA-256 of its bytes. -1 as above. It is over. */
int copy_end(struct copy *, char hex[DIGEST_HEX + 1], struct err *);
/* Nothing of it is left. */
void copy_drop(struct copy *);

/* What is said of a document of so many bytes, or more: -1 with validation document.large. */
int copy_too_large(long long size, long long max, struct err *);

#endif

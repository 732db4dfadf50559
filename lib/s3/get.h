/*
 * s3/get.h - an object into a file, whole and as it was listed, or not at all.
 *
 * It is asked for with If-Match, written under another name and renamed.  Its
 * length has to be what the answer says and what was listed; the answer must
 * have the ETag that the listing had, as not every store looks at If-Match, and
 * the bytes the MD5 that the ETag says, where it looks like one.
 * A wrong MD5 is fetched again; twice the same bytes mean that the store's
 * ETags are something else, and are taken, as long as no object's ETag has
 * been its MD5.
 */
#ifndef S3_GET_H
#define S3_GET_H

#include "base/digest.h"
#include "rec/mark.h"

struct err;
struct s3;
struct s3_fetch;
struct s3_name;

struct s3_fetched {
	char sha256[DIGEST_HEX + 1];
	long long size;
	char content_type[128];       /* as the store says; "" for none */
	char result_of[MARK_MAX + 1]; /* as mark_whose */
};

struct s3_fetch_conf {
	const struct s3_name *name;
	const char *etag; /* without quotes; NULL: any */
	int dir;          /* where the file is to be; borrowed */
	const char *file; /* its name there; a literal */
	long long size;   /* as listed; -1: not known */
	long long max_size;
	/*
	 * f is NULL when it failed: permanent s3.NoSuchKey (gone), transient
	 * document.changed, validation document.large, disk.full or io.write by
	 * err_class_of, transient s3.Checksum and s3.BadAnswer, and what s3.h says.
	 */
	void (*done)(void *arg, const struct s3_fetched *f, const struct err *e);
	void *arg;
};

struct s3_fetch *s3_fetch_start(struct s3 *, const struct s3_fetch_conf *, struct err *);
/* No callback comes any more, and no file is left. NULL is allowed. */
void s3_fetch_cancel(struct s3_fetch *);

#endif

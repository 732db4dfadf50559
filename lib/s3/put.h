/*
 * s3/put.h - a place in a bucket where results go.
 *
 * A result's key is the prefix, the document's rel, decoded, and ".md": keys
 * are any bytes, so that nothing has to be changed in them.  It is sent with
 * its length and SHA-256, as text/markdown, and says where it is from
 * (x-amz-meta-source-uri, -source-etag, -settings and -size, which are its mark,
 * rec/mark.h; -source-sha256, -pages and -engine, each where it is not longer than 256 bytes).
 * What is there is asked for its mark before, by a HEAD, unless it may be replaced
 * whosever it is.
 */
#ifndef S3_PUT_H
#define S3_PUT_H

#include <stdbool.h>

#include "rec/mark.h"

struct err;
struct loop;
struct rec;
struct s3;
struct s3_dest;
struct s3_put;

/*
 * s3://BUCKET[/PREFIX]: what is not "" ends in "/" or is given one.  NULL with
 * what s3_name_operand says.
 */
struct s3_dest *s3_dest_open(struct s3 *, const char *operand, struct err *);
/*
 * Ask whether there is such a bucket, and the store knows us: waits for the
 * answer, which has to be a listing.  -1 with *e fatal, or busy where it may be
 * otherwise later.  Whether anything can be put there is not known before.
 */
int s3_dest_check(struct s3_dest *, struct loop *, struct err *);
void s3_dest_close(struct s3_dest *); /* NULL is allowed */

struct s3_put_conf {
	struct rec *rec;         /* the document; looked at only now */
	int fd;                  /* its result; the caller's, open until it is over */
	const char *rel;         /* what its key is made of, or NULL: the record's rel */
	const struct mark *mark; /* copied; NULL: the record's own, and none is asked for */
	bool replace, written;   /* see struct store_put (dir/put.h) */
	char *etag;              /* the same; left as it is where the store says none */
	/* uri is NULL where e says why it failed. */
	void (*done)(void *arg, const char *uri, const struct err *e);
	/* Nothing is put, fd is none: this comes, with what is there, instead. */
	mark_looked_fn *looked;
	void *arg;
};

/*
 * Put the result of a document.  Errors at once: record.member, dest.name (rel is
 * not as name_encode writes it), dest.source (it would replace its source),
 * s3.KeyTooLong, io.read; later: what s3.h says; permanent job.clash (two
 * processes that put one key at the same time may not see each other); transient
 * s3.BadAnswer
 * where the answer has no ETag, as a store's has; fatal what concerns the
 * bucket, and s3.AccessDenied where nothing could be put before.
 */
struct s3_put *s3_put_start(struct s3_dest *, const struct s3_put_conf *, struct err *);
/* No callback comes any more. NULL is allowed. */
void s3_put_cancel(struct s3_put *);

#endif

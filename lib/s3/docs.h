/*
 * s3/docs.h - the documents of a bucket, as records.
 *
 * A document's uri is "s3://", its bucket and its key, its rel the key below
 * what was asked for, both encoded as rec/name.h has it.  An object of nothing
 * whose key ends in "/" stands for a folder, and is none.
 */
#ifndef S3_DOCS_H
#define S3_DOCS_H

#include <stdbool.h>

#include "rec/name.h"

struct err;
struct rec;
struct s3;
struct s3_docs;

struct s3_docs_conf { /* what globs point at must outlive the list */
	struct name_globs globs;
	const char *skip; /* s3://BUCKET/FOLDER below, to be passed over, or NULL */
	bool several;     /* others are listed besides: a rel begins with its bucket */
};

/* What there is at an operand, as s3/list.h has it. NULL with what s3_name_operand says. */
struct s3_docs *s3_docs_new(struct s3 *, const char *operand, const struct s3_docs_conf *,
    struct err *);
/*
 * The next record, the caller's to free.  e->code is NULL for a document (kind,
 * uri, rel, size, etag, mtime), and set for what cannot be one (kind "error"):
 * validation store.uri for a key with a NUL, permanent store.twin where "a"
 * and "a/a", asked for as "a", have one rel.  The listing goes on after it.
 * NULL as of s3_list_next.
 */
struct rec *s3_docs_next(struct s3_docs *, struct err *);
/* As s3_list_ended. */
bool s3_docs_ended(const struct s3_docs *);
const struct name_passed *s3_docs_passed(const struct s3_docs *);
void s3_docs_free(struct s3_docs *); /* NULL is allowed */

#endif

/*
 * s3/name.h - the names of objects: s3://BUCKET/KEY.
 */
#ifndef S3_NAME_H
#define S3_NAME_H

#include <stdbool.h>
#include <stddef.h>

struct err;

/* An object; a bucket alone where key is "". */
struct s3_name {
	char *bucket, *key; /* key: its bytes, none of them NUL */
};

/* Whether the text begins with s3:// */
bool s3_is_uri(const char *);
/*
 * s3://BUCKET/KEY as an operand, taken as it stands, or as a record's uri, in
 * which the key is percent-encoded as rec/name.h has it.  -1 with validation
 * store.uri: no such thing; s3.KeyTooLong: above 1,024 bytes.
 */
int s3_name_operand(struct s3_name *, const char *, struct err *);
int s3_name_uri(struct s3_name *, const char *, struct err *);
/*
 * The result of a document with that rel, below dest; the caller's to release.
 * -1 with what name_decode_rel and s3_name_operand say.
 */
int s3_name_result(struct s3_name *, const struct s3_name *dest, const char *rel, struct err *);
/* What lies below it: a key that is not "" ends in "/". */
void s3_name_folder(struct s3_name *);
void s3_name_release(struct s3_name *);
/* The uri of it, the caller's to free. */
char *s3_uri(const char *bucket, const char *key);
/*
 * Quotes, and the W/ that a proxy sets before them, are no part of an ETag: where it
 * begins without, and its length.
 */
size_t s3_etag_bare(const char **etag);

#endif

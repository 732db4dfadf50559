/*
 * s3/listxml.h - what S3's answers say: listings (ListObjectsV2) and errors.
 *
 * Formats: Amazon S3 API Reference, "ListObjectsV2" and "Error responses", and
 * what Swift's s3api, Ceph's RGW and MinIO make of them.
 *
 * Answers that are not what they should be fail with transient/s3.BadAnswer,
 * see xml.h, whose bounds hold here.
 */
#ifndef S3_LISTXML_H
#define S3_LISTXML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;

enum {
	S3_ETAG_MAX = 256,
	S3_TOKEN_MAX = 4096,
	/* For objects whose keys cannot be read yet, see s3xml_list_new. */
	S3_HELD_MAX = 8 * 1024 * 1024,
	S3_ERROR_MAX = 64 * 1024
};

/* An object of a listing; borrowed, gone when the callback returns. */
struct s3_object {
	const char *key; /* any bytes, NULs too, and a NUL behind them */
	size_t key_len;  /* at least 1 */
	int64_t size;    /* bytes, >= 0 */
	/*
	 * Without its quotes; NULL where there is none, or none that could be
	 * sent back: empty, over S3_ETAG_MAX bytes, weak, or with bytes that
	 * RFC 9110, section 8.8.3, does not have.
	 */
	const char *etag;
	/* RFC 3339, UTC, no fraction; NULL where it is nonsense. */
	const char *last_modified;
};

/* -1 with its err filled ends the listing. */
typedef int s3_object_fn(void *arg, const struct s3_object *, struct err *);

/* A page of a listing: its objects have been given out. */
struct s3_page {
	bool truncated; /* there is more behind next_token */
	/* As the XML has it; to be percent-encoded. "" when not truncated, or not said. */
	char next_token[S3_TOKEN_MAX + 1];
	size_t objects;
};

/*
 * An error as S3 says it. What is not said, or not in a way that could be used
 * or shown, is "".
 */
struct s3_error {
	char code[64];        /* of A-Z a-z 0-9 alone; may be cut */
	char message[256];    /* one line of printable UTF-8; may be cut */
	char request_id[128]; /* printable ASCII without spaces */
	char region[64];      /* of A-Z a-z 0-9 - _ */
	char endpoint[256];   /* a host, and a port: A-Z a-z 0-9 . - _ : */
};

struct s3xml_list;

/*
 * A reader of one answer to ListObjectsV2, asked for with encoding-type=url.
 *
 * Objects come out in the answer's order, each as soon as it is whole, and
 * what has come out stays true when the answer fails later.
 *
 * Keys are URL-encoded if the answer has EncodingType "url" and else are as
 * they stand.  AWS, Swift and RGW say so before the first object, MinIO after
 * the last, old servers never.  So from the first key that could be meant
 * either way, having '%' or '+', objects are held until it is said or the
 * answer ends: at most S3_HELD_MAX bytes, more than 1,000 of the longest keys
 * need.  Otherwise memory does not grow with the answer.
 *
 * '+' in an encoded key is a space: AWS and MinIO write one so, Swift and RGW
 * as %20, and all write a plus as %2B.
 *
 * Common prefixes are passed over: they are not asked for.
 */
struct s3xml_list *s3xml_list_new(s3_object_fn *, void *arg);
int s3xml_list_feed(struct s3xml_list *, const void *data, size_t n, struct err *);
/*
 * The answer has ended; may give out objects that were held.  Fails when the
 * answer is cut, an error, or silent about whether there is more.
 */
int s3xml_list_end(struct s3xml_list *, struct s3_page *, struct err *);
void s3xml_list_free(struct s3xml_list *);

/*
 * What the body of a failed request says; at most S3_ERROR_MAX bytes of it are
 * read.  All is "" where the body is empty or something else than S3's Error;
 * in a cut one what came whole is kept.
 */
void s3xml_error(struct s3_error *, const void *body, size_t n);
/* One element within Error, for readers of answers that may be one. */
void s3xml_error_field(struct s3_error *, const char *name, const char *text, size_t len);

#endif

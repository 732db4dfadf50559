/*
 * s3/client.h - a client of S3-compatible stores: requests, signed and judged.
 *
 * Where the store is and who we are comes from the environment and AWS's
 * files (awsconf.h).  A bucket is in the path where an endpoint is given,
 * unless the style says otherwise, and where its name can be no part of the
 * host's, or the host is an address; else it is in the host's name.
 *
 * Errors are those of http.h and s3.CODE, the store's own word for it (see
 * s3err.h), with its message, the HTTP status and the request's id.
 */
#ifndef S3_CLIENT_H
#define S3_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct loop;
struct s3;
struct s3_call;

enum s3_style { S3_STYLE_AUTO, S3_STYLE_PATH, S3_STYLE_VIRTUAL };
extern const char *const s3_style_names[]; /* NULL-terminated */

/* NULL with what awsconf_load or http_new says. */
struct s3 *s3_new(struct loop *, enum s3_style, struct err *);
void s3_free(struct s3 *); /* no call may be left; NULL is allowed */

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
/* What lies below it: a key that is not "" ends in "/". */
void s3_name_folder(struct s3_name *);
void s3_name_release(struct s3_name *);
/* The uri of it, the caller's to free. */
char *s3_uri(const char *bucket, const char *key);

struct s3_header {
	const char *name, *value;
};

struct s3_ops {
	/* An attempt begins: forget the one before. */
	void (*again)(void *arg);
	/* Bytes of a good answer's body. -1: the attempt has failed with *e. */
	int (*body)(struct s3_call *, void *arg, const void *p, size_t n, struct err *);
	/* A good answer is whole. -1 with *e: it is not; transient: again. */
	int (*whole)(struct s3_call *, void *arg, struct err *);
	/* It is over: e is NULL, or why. The call is gone. */
	void (*done)(void *arg, const struct err *e);
}; /* each but done may be NULL */

struct s3_request {
	const char *method;              /* a literal */
	const struct s3_name *name;      /* copied */
	const char *query;               /* encoded; NULL: none */
	const struct s3_header *headers; /* copied */
	size_t nheaders;
	int fd;             /* the body, by position; -1: none */
	long long length;   /* of it; of what is expected where fd is -1 */
	const char *sha256; /* of the body in hex; NULL: none */
	const struct s3_ops *ops;
	void *arg;
};

/* Callbacks come from the loop. */
struct s3_call *s3_start(struct s3 *, const struct s3_request *);
/* No callback comes any more. Not within any body(). NULL is allowed. */
void s3_cancel(struct s3_call *);
/* In body() and whole(): whatever they say, there is no further attempt. */
void s3_last(struct s3_call *);
/* The object's uri; the call's. */
const char *s3_call_uri(const struct s3_call *);
/* From body() and whole() on: a header of the answer or NULL; its length or -1. */
const char *s3_answer(const struct s3_call *, const char *name);
long long s3_length(const struct s3_call *);

#endif

/*
 * s3/client.h - a client of S3-compatible stores: requests, signed and judged.
 *
 * Where the store is and who we are comes from the environment and AWS's
 * files (aws/conf.h).
 *
 * Errors are those of net/call.h and s3.CODE, the store's own word for it (see
 * s3/refusal.h), with its message, the HTTP status and the request's id.
 */
#ifndef S3_CLIENT_H
#define S3_CLIENT_H

#include <stddef.h>

#include "s3/name.h"
#include "s3/url.h"

struct err;
struct loop;
struct s3;
struct s3_call;

/* NULL with what awsconf_load or http_new says. */
struct s3 *s3_new(struct loop *, enum s3_style, struct err *);
void s3_free(struct s3 *); /* no call may be left; NULL is allowed */

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

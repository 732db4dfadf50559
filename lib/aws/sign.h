/*
 * aws/sign.h - requests signed by AWS Signature Version 4, for S3 above all.
 *
 * Sources: "Authenticating Requests (AWS Signature Version 4)" in the Amazon
 * S3 API Reference: sig-v4-header-based-auth and sigv4-query-string-auth.
 *
 * A request is signed as it is sent.  What a server would read otherwise than
 * it was signed, and so refuse with 403, is an error here.
 *
 * No function keeps what it is lent, and all are for one thread.  No error
 * says a header's value, the query or a credential; what sigv4_canonical and
 * sigv4_presign write must not be logged.  sigv4_authorization says the
 * canonical request where the log's level is debug, but of headers that may hold
 * something private only how long they are, and no query of a presigned URL.
 */
#ifndef AWS_SIGN_H
#define AWS_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

struct buf;
struct err;

enum {
	SIGV4_TIME = 16,      /* 20130524T000000Z, without the NUL */
	SIGV4_NAME_MAX = 256, /* bytes of an id, a region, a service */
	SIGV4_SECRET_MAX = 4096,
	SIGV4_QUERY_MAX = 32 * 1024,
	SIGV4_EXPIRES_MAX = 7 * 24 * 3600
};

/*
 * A derived key, which holds for a day and saves four of five HMACs.  All
 * zero to begin with; found by what stands in Credential=, so where a secret
 * changes and its id does not, sigv4_forget comes between.
 */
struct sigv4_day {
	char credential[3 * SIGV4_NAME_MAX + 32]; /* "": none */
	unsigned char key[32];
};

struct sigv4_key {
	const char *id, *secret;
	const char *token; /* of a session; NULL: none */
	const char *region, *service;
	struct sigv4_day *day; /* NULL: derive the key for each request */
};

struct sigv4_header {
	const char *name;  /* in any case */
	const char *value; /* one line; no need to trim or fold it */
};

struct sigv4_req {
	const char *method;
	/*
	 * Begins with "/", encoded as sigv4_encode does without slash_too.
	 * Signed as it stands: S3 neither normalises nor encodes it again.
	 */
	const char *path;
	/*
	 * As sent, without "?", in any order; NULL or "": none.  A name may
	 * lack its "=".  Signed as servers read it: "+" is a space, and what
	 * is encoded in another way counts as if sigv4_encode had done it.
	 */
	const char *query;
	/*
	 * All are signed; host is among them.  A name that comes again is
	 * joined to the first in the order given.
	 */
	const struct sigv4_header *headers;
	size_t nheaders;
	const char *payload; /* SHA-256 of the body in hex, or UNSIGNED-PAYLOAD */
	time_t when;
};

/* ISO 8601 basic, UTC; "" before 1970 and after 9999. */
void sigv4_time(char out[SIGV4_TIME + 1], time_t);

/*
 * Percent-encode all bytes but A-Z a-z 0-9 - . _ ~ with capital hex digits,
 * and "/" only with slash_too.  Returns as the adders of buf.h do.
 */
int sigv4_encode(struct buf *, const char *s, size_t n, bool slash_too);

/* Whether it can be the path of a request. */
bool sigv4_is_path(const char *);

/*
 * The functions below append to the buffer; on failure it is as it was.
 * Errors: sign.request (validation) when the request cannot be signed,
 * sign.key (fatal) when the key cannot sign any.
 *
 * sigv4_authorization gives the value of the Authorization header.  Among the
 * headers are also x-amz-date with sigv4_time of when, x-amz-security-token
 * where the key has one, and for s3 x-amz-content-sha256 with payload.
 */
int sigv4_authorization(const struct sigv4_key *, const struct sigv4_req *, struct buf *,
    struct err *);

/*
 * The query, without "?", of a URL that is good for expires_s seconds from
 * when, 1 to SIGV4_EXPIRES_MAX.  Whoever follows it sends the headers given,
 * so that host alone is best; the payload for s3 is UNSIGNED-PAYLOAD.
 */
int sigv4_presign(const struct sigv4_key *, const struct sigv4_req *, long expires_s, struct buf *,
    struct err *);

/* What is hashed and signed: to be laid beside a server's own. */
int sigv4_canonical(const struct sigv4_req *, struct buf *, struct err *);

/* The names in it, as SignedHeaders= says them: "host;range;x-amz-date". */
int sigv4_signed_headers(const struct sigv4_req *, struct buf *, struct err *);

/* Wipe a day's key: at the end, or when the secret of its id is another. */
void sigv4_forget(struct sigv4_day *);

#endif

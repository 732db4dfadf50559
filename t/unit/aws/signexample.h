/*
 * signexample.h - the key and the bucket of AWS's examples for S3, and what
 * signing gives.
 */
#ifndef SIGNEXAMPLE_H
#define SIGNEXAMPLE_H

#include "aws/sign.h"
#include "base/buf.h"
#include "base/err.h"

#include "unit/check.h"

#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define LEN(a) (sizeof(a) / sizeof(*(a)))
#define BUCKET "examplebucket.s3.amazonaws.com"
#define DAY "20130524T000000Z"

enum { MAY_24 = 1369353600 }; /* 2013, 00:00 UTC */

static const struct sigv4_key s3 = {
	.id = "AKIAIOSFODNN7EXAMPLE",
	.secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
	.region = "us-east-1",
	.service = "s3",
};

/* A request that most checks change a member of. */
static const struct sigv4_header plain_headers[] = {
	{ "Host", BUCKET },
	{ "x-amz-content-sha256", EMPTY },
	{ "x-amz-date", DAY },
};
static const struct sigv4_req plain = {
	.method = "GET",
	.path = "/",
	.headers = plain_headers,
	.nheaders = LEN(plain_headers),
	.payload = EMPTY,
	.when = MAY_24,
};

/* What is in the buffer, as a string. */
static inline const char *
text(struct buf *b)
{
	CHECK(buf_addc(b, '\0') == 0);
	b->len--;
	return b->p;
}

static inline void
authorized(const struct sigv4_key *key, const struct sigv4_req *r, const char *want)
{
	struct buf b = BUF_INIT(4096);
	struct err e;

	CHECK(sigv4_authorization(key, r, &b, &e) == 0);
	CHECK_STR(text(&b), want);
	buf_release(&b);
}

#endif

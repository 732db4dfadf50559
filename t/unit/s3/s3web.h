/*
 * s3web.h - a client of s3.h, and a store that is a server of httpserve.h.
 */
#ifndef S3WEB_H
#define S3WEB_H

#include "base/err.h"
#include "s3/client.h"
#include "unit/httpserve.h"

static struct loop *loop;
static struct s3 *s3;
static struct web *web;

/* endpoint: what stands before and after the server's port. */
static inline void
s3web_begin(const char *before, const char *after, enum s3_style style)
{
	static const char *const unset[] = { "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
		"AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
		"AWS_DEFAULT_REGION", "AWS_CA_BUNDLE", "AWS_ROLE_ARN",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI" };
	char endpoint[256];
	struct err e;

	web_clean();
	for (size_t i = 0; i < sizeof(unset) / sizeof(*unset); i++)
		unsetenv(unset[i]);
	loop_leap(true);
	loop = loop_new();
	web = web_new(loop);
	snprintf(endpoint, sizeof(endpoint), "%s:%d%s", before, web->port, after);
	setenv("AWS_CONFIG_FILE", "/nonexistent/config", 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials", 1);
	setenv("AWS_REGION", "eu-test-1", 1);
	setenv("AWS_ACCESS_KEY_ID", "KEYID", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "CANARYsecret", 1);
	setenv("AWS_ENDPOINT_URL", endpoint, 1);
	s3 = s3_new(loop, style, &e);
	if (!s3)
		fprintf(stderr, "%s: %s\n", e.code, e.msg);
	CHECK(s3);
}

static inline void
s3web_local(void)
{
	s3web_begin("http://127.0.0.1", "", S3_STYLE_AUTO);
}

static inline void
s3web_end(void)
{
	s3_free(s3);
	web_free(web);
	loop_free(loop);
}

/* The request's line is so. */
static inline void
s3web_asked(int i, const char *method, const char *target)
{
	char want[9000];

	CHECK(i < web->nasked);
	snprintf(want, sizeof(want), "%s %s HTTP/1.1", method, target);
	if (strncmp(web->asked[i].head, want, strlen(want)) != 0)
		fprintf(stderr, "%.300s\nnot %.300s\n", web->asked[i].head, want);
	CHECK(strncmp(web->asked[i].head, want, strlen(want)) == 0);
	CHECK(web->asked[i].head[strlen(want)] == '\r');
}

#endif

/*
 * httpcall.h - a call of http.h that keeps all that happens to it.
 */
#ifndef HTTPCALL_H
#define HTTPCALL_H

#include "base/err.h"
#include "net/call.h"
#include "unit/httpserve.h"

struct call {
	struct http_call *call;
	int attempts, judged, bodies, over;
	bool failed;
	struct err e;
	struct buf got;
	long status;
	long long length;
	size_t text_len;
	char text[64], x[64], x_early[64]; /* X: of the answer, in judge() and in body() */
	int bad_bodies, bad_judges;        /* how many are found bad, each as: */
	enum err_class class;
	int bad_attempts;
	struct http_call **cancels; /* in done() */
};

static inline int
call_attempt(struct http_call *h, void *arg, struct err *e)
{
	struct call *c = arg;
	char n[16];

	c->attempts++;
	CHECK(http_tries(h) == c->attempts);
	if (c->bad_attempts && c->bad_attempts-- > 0)
		return err_set(e, c->class, "test.attempt", "as told");
	snprintf(n, sizeof(n), "%d", c->attempts);
	http_header(h, "X-Attempt", n);
	http_header(h, "X-Empty", "");
	c->got.len = 0;
	return 0;
}

static inline int
call_body(struct http_call *h, void *arg, const void *p, size_t n, struct err *e)
{
	struct call *c = arg;

	c->bodies++;
	CHECK(!c->over && http_status(h) / 100 == 2);
	snprintf(c->x_early, sizeof(c->x_early), "%s",
	    http_answer(h, "x") ? http_answer(h, "x") : "");
	if (c->bad_bodies && c->bad_bodies-- > 0)
		return err_set(e, c->class, "test.body", "as told");
	return buf_add(&c->got, p, n);
}

static inline int
call_judge(struct http_call *h, void *arg, const char *text, size_t len, struct err *e)
{
	struct call *c = arg;

	c->judged++;
	CHECK(!c->over && text && len <= HTTP_TEXT_MAX);
	c->status = http_status(h);
	c->length = http_length(h);
	snprintf(c->text, sizeof(c->text), "%.*s", (int)len, text);
	c->text_len = len;
	snprintf(c->x, sizeof(c->x), "%s", http_answer(h, "X") ? http_answer(h, "X") : "");
	if (c->bad_judges && c->bad_judges-- > 0)
		return err_set(e, c->class, "test.judge", "as told");
	if (c->status / 100 == 2)
		return 0;
	return err_set(e, c->status / 100 == 5 ? ERR_TRANSIENT : ERR_PERMANENT, "test.status",
	    "%ld", c->status);
}

static inline void
call_done(void *arg, const struct err *e)
{
	struct call *c = arg;

	c->over++;
	c->call = NULL;
	c->failed = e != NULL;
	if (e)
		c->e = *e;
	if (c->cancels) {
		http_cancel(*c->cancels);
		*c->cancels = NULL;
	}
}

static const struct http_ops call_ops = { call_attempt, call_body, call_judge, call_done };

static inline void
call_url(struct call *c, struct http *h, const char *method, const char *url)
{
	const struct http_request r = { .method = method,
		.url = url,
		.fd = -1,
		.ops = &call_ops,
		.arg = c };

	buf_init(&c->got, WEB_BYTES);
	c->call = http_start(h, &r);
}

static inline void
call_get(struct call *c, struct http *h, const struct web *w)
{
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/path?query", w->port);
	call_url(c, h, "GET", url);
}

static inline void
call_put(struct call *c, struct http *h, const struct web *w, int fd, long long offset,
    long long length)
{
	struct http_request r = { .method = "PUT",
		.fd = fd,
		.offset = offset,
		.length = length,
		.ops = &call_ops,
		.arg = c };
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/put", w->port);
	r.url = url;
	buf_init(&c->got, WEB_BYTES);
	c->call = http_start(h, &r);
}

/* It went wrong, so and not otherwise. */
static inline void
call_failed(const struct call *c, enum err_class class, const char *code)
{
	CHECK(c->over == 1 && c->failed);
	CHECK_STR(c->e.code, code);
	CHECK(c->e.class == class);
	CHECK(c->e.msg[0]);
}

static inline void
call_well(const struct call *c, const char *body)
{
	if (c->failed)
		fprintf(stderr, "%s: %s\n", c->e.code, c->e.msg);
	CHECK(c->over == 1 && !c->failed);
	CHECK(c->got.len == strlen(body) &&
	    (c->got.len == 0 || memcmp(c->got.p, body, c->got.len) == 0));
}

#endif

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/conf.h"
#include "aws/sign.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "net/call.h"
#include "s3/client.h"
#include "s3/listxml.h"
#include "s3/refusal.h"

enum {
	HEADERS_MAX = 24,
	BASE_MS = 300000, /* of an attempt, and ... */
	BYTES_A_MS = 50   /* ... this much besides for its bytes */
};

static const char empty_sha256[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct s3 {
	struct awsconf conf;
	struct http *http;
	struct sigv4_day day;
	enum s3_style style;
	bool accepted[2]; /* something that we have signed: a GET; a PUT */
};

struct s3_call {
	struct s3 *s3;
	struct http_call *http;
	struct s3_request req;
	char *uri, *query, *sha256;
	struct s3_url url;
	struct s3_header *headers;
	struct buf said; /* how a good answer begins that may be an error */
};

struct s3 *
s3_new(struct loop *l, enum s3_style style, struct err *e)
{
	struct s3 *s = mem_new(1, sizeof(*s));

	if (awsconf_load(&s->conf, e) < 0) {
		free(s);
		return NULL;
	}
	s->style = style;
	s->http = http_new(l, s->conf.ca_bundle, e);
	if (s->http)
		return s;
	awsconf_free(&s->conf);
	free(s);
	return NULL;
}

void
s3_free(struct s3 *s)
{
	if (!s)
		return;
	http_free(s->http);
	sigv4_forget(&s->day);
	awsconf_free(&s->conf);
	free(s);
}

static int
attempt(struct http_call *h, void *arg, struct err *e)
{
	struct s3_call *c = arg;
	struct s3 *s = c->s3;
	struct sigv4_key key = { s->conf.key_id, s->conf.secret, s->conf.token, s->conf.region,
		"s3", &s->day };
	struct sigv4_header headers[HEADERS_MAX];
	char when[SIGV4_TIME + 1];
	struct sigv4_req req = { .method = c->req.method,
		.path = c->url.path,
		.query = c->query,
		.headers = headers,
		.payload = c->sha256,
		.when = time(NULL) };
	struct buf b = BUF_INIT(16 << 10);
	size_t n = 0, i;
	int r;

	sigv4_time(when, req.when);
	headers[n++] = (struct sigv4_header){ "Host", c->url.host };
	headers[n++] = (struct sigv4_header){ "x-amz-content-sha256", c->sha256 };
	headers[n++] = (struct sigv4_header){ "x-amz-date", when };
	if (key.token)
		headers[n++] = (struct sigv4_header){ "x-amz-security-token", key.token };
	for (i = 0; i < c->req.nheaders; i++)
		headers[n++] = (struct sigv4_header){ c->headers[i].name, c->headers[i].value };
	req.nheaders = n;
	r = sigv4_authorization(&key, &req, &b, e);
	if (r == 0)
		r = buf_addc(&b, '\0');
	for (i = 0; r == 0 && i < n; i++)
		http_header(h, headers[i].name, headers[i].value);
	if (r == 0)
		http_header(h, "Authorization", b.p);
	buf_release(&b);
	c->http = h;
	buf_clear(&c->said, 0);
	if (r == 0 && c->req.ops->again)
		c->req.ops->again(c->req.arg);
	return r;
}

/* What comes to a GET with an ETag is the object, whatever it looks like. */
static int
s3_call_on_body(struct http_call *h, void *arg, const void *p, size_t n, struct err *e)
{
	struct s3_call *c = arg;
	size_t room = c->said.max - c->said.len;

	if (!c->req.ops->body || !http_answer(h, "ETag"))
		(void)buf_add(&c->said, p, n < room ? n : room);
	return c->req.ops->body ? c->req.ops->body(c, c->req.arg, p, n, e) : 0;
}

/* An error may come behind a status that was sent before it was known. */
static bool
took_it_back(const struct s3_call *c)
{
	struct s3_error x;

	s3xml_error(&x, c->said.p, c->said.len);
	return *x.code;
}

static bool
is_put(const struct s3_call *c)
{
	return !strcmp(c->req.method, "PUT");
}

/* What is signed as another was that was taken has a fault of its own, as its key. */
static int
judge_refusal(const struct s3_call *c, const struct s3_refusal *r, struct err *e)
{
	s3_refused(r, e);
	if (c->s3->accepted[is_put(c)] && err_is(e, CODE_S3_SIGNATURE_DOES_NOT_MATCH))
		e->class = ERR_PERMANENT;
	return -1;
}

static int
s3_call_judge(struct http_call *h, void *arg, const char *text, size_t len, struct err *e)
{
	struct s3_call *c = arg;
	struct s3_refusal r = { .method = c->req.method,
		.uri = c->uri,
		.status = http_status(h),
		.text = text,
		.len = len,
		.region = http_answer(h, "x-amz-bucket-region"),
		.request_id = http_answer(h, "x-amz-request-id"),
		.date = http_answer(h, "Date") };

	if (r.status / 100 == 2 && c->said.len && took_it_back(c)) {
		r.text = c->said.p;
		r.len = c->said.len;
		return judge_refusal(c, &r, e);
	}
	if (r.status / 100 != 2)
		return judge_refusal(c, &r, e);
	c->s3->accepted[is_put(c)] = true;
	/* A part that was not asked for, or what a proxy made of it. */
	if (r.status != 200 && !strcmp(c->req.method, "GET"))
		return err_set(e, ERR_TRANSIENT, CODE_S3_BAD_ANSWER,
		    "GET %.200s: not the answer to it"
		    " (HTTP %ld)",
		    c->uri, r.status);
	return c->req.ops->whole ? c->req.ops->whole(c, c->req.arg, e) : 0;
}

static void
s3_call_free(struct s3_call *c)
{
	size_t i;

	for (i = 0; i < c->req.nheaders; i++) {
		free((char *)(size_t)c->headers[i].name);
		free((char *)(size_t)c->headers[i].value);
	}
	free(c->headers);
	free(c->uri);
	s3_url_release(&c->url);
	free(c->query);
	free(c->sha256);
	buf_release(&c->said);
	free(c);
}

static void
s3_call_on_done(void *arg, const struct err *e)
{
	struct s3_call *c = arg;
	const struct s3_ops *ops = c->req.ops;

	arg = c->req.arg;
	s3_call_free(c);
	ops->done(arg, e);
}

struct s3_call *
s3_start(struct s3 *s, const struct s3_request *req)
{
	static const struct http_ops ops = { attempt, s3_call_on_body, s3_call_judge,
		s3_call_on_done };
	struct s3_call *c = mem_new(1, sizeof(*c));
	struct http_request h = { .method = req->method,
		.fd = req->fd,
		.length = req->length,
		.total_ms = BASE_MS + (long)(req->length / BYTES_A_MS),
		.ops = &ops,
		.arg = c };
	size_t i;

	c->s3 = s;
	c->req = *req;
	buf_init(&c->said, S3_ERROR_MAX);
	c->req.nheaders = req->nheaders < HEADERS_MAX - 4 ? req->nheaders : HEADERS_MAX - 4;
	c->headers = mem_new(c->req.nheaders, sizeof(*c->headers));
	for (i = 0; i < c->req.nheaders; i++)
		c->headers[i] = (struct s3_header){ mem_dup(req->headers[i].name),
			mem_dup(req->headers[i].value) };
	c->query = req->query ? mem_dup(req->query) : NULL;
	c->sha256 = mem_dup(req->sha256 ? req->sha256
		: req->fd < 0           ? empty_sha256
					: "UNSIGNED-PAYLOAD");
	c->uri = s3_uri(req->name->bucket, req->name->key);
	s3_url_init(&c->url, &s->conf, s->style, req->name, c->query);
	h.url = c->url.url;
	c->http = http_start(s->http, &h);
	return c;
}

void
s3_cancel(struct s3_call *c)
{
	if (!c)
		return;
	http_cancel(c->http);
	s3_call_free(c);
}

void
s3_last(struct s3_call *c)
{
	http_last(c->http);
}

const char *
s3_call_uri(const struct s3_call *c)
{
	return c->uri;
}

const char *
s3_answer(const struct s3_call *c, const char *name)
{
	return http_answer(c->http, name);
}

long long
s3_length(const struct s3_call *c)
{
	return http_length(c->http);
}

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "aws/conf.h"
#include "aws/endpoint.h"
#include "aws/sign.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "net/call.h"
#include "rec/name.h"
#include "s3/client.h"
#include "s3/listxml.h"
#include "s3/refusal.h"

enum {
	KEY_MAX = 1024,
	URL_MAX = 48 << 10,
	HEADERS_MAX = 24,
	BASE_MS = 300000, /* of an attempt, and ... */
	BYTES_A_MS = 50   /* ... this much besides for its bytes */
};

const char *const s3_style_names[] = { "auto", "path", "virtual", NULL };

static const char scheme[] = "s3://";
static const char empty_sha256[] =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

struct s3 {
	struct awsconf conf;
	struct http *http;
	struct sigv4_day day;
	bool path_style;
};

struct s3_call {
	struct s3 *s3;
	struct http_call *http;
	struct s3_request req;
	char *uri, *host, *path, *query, *sha256;
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
	s->path_style = style == S3_STYLE_AUTO ? s->conf.path_style : style == S3_STYLE_PATH;
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

bool
s3_is_uri(const char *text)
{
	return strncmp(text, scheme, sizeof(scheme) - 1) == 0;
}

static int
no_name(const char *text, struct err *e)
{
	return err_set(e, ERR_VALIDATION, "store.uri", "%.200s: not s3://BUCKET/KEY", text);
}

/* What is no word of a bucket's name in any store could be read as a path. */
static bool
s3_call_is_bucket(const char *name, size_t n)
{
	static const char may[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789.-_ABCDEFGHIJKLMNOPQRSTUVWXYZ:";

	return n > 0 && n <= 255 && strspn(name, may) >= n && name[0] != '.';
}

int
s3_name_operand(struct s3_name *name, const char *text, struct err *e)
{
	const char *bucket = text + sizeof(scheme) - 1, *key;
	size_t n;

	*name = (struct s3_name){ NULL, NULL };
	if (!s3_is_uri(text))
		return no_name(text, e);
	n = strcspn(bucket, "/");
	if (!s3_call_is_bucket(bucket, n))
		return no_name(text, e);
	key = bucket + n + (bucket[n] == '/');
	if (strlen(key) > KEY_MAX)
		return err_set(e, ERR_PERMANENT, "s3.KeyTooLong",
		    "the key would have %zu bytes, stores take %d", strlen(key), KEY_MAX);
	name->bucket = mem_copy(bucket, n);
	name->key = mem_dup(key);
	return 0;
}

int
s3_name_uri(struct s3_name *name, const char *uri, struct err *e)
{
	char *text = name_decode(uri, e);
	int r;

	*name = (struct s3_name){ NULL, NULL };
	if (!text)
		return -1;
	r = s3_name_operand(name, text, e);
	free(text);
	return r;
}

void
s3_name_folder(struct s3_name *name)
{
	size_t n = strlen(name->key);

	if (n == 0 || name->key[n - 1] == '/')
		return;
	name->key = mem_resize(name->key, n + 2, 1);
	memcpy(name->key + n, "/", 2);
}

void
s3_name_release(struct s3_name *name)
{
	free(name->bucket);
	free(name->key);
	*name = (struct s3_name){ NULL, NULL };
}

char *
s3_uri(const char *bucket, const char *key)
{
	char *text = name_encode(key), *uri = mem_printf("%s%s/%s", scheme, bucket, text);

	free(text);
	return uri;
}

/* "https://host" and "/and a path", of the store. */
static char *
split_endpoint(const struct s3 *s, const char **path)
{
	const char *p;

	*path = "";
	if (!s->conf.endpoint)
		return mem_printf("https://s3.%s.amazonaws%s", s->conf.region,
		    awsendpoint_tail(s->conf.region));
	p = strstr(s->conf.endpoint, "://") + 3;
	p += strcspn(p, "/");
	*path = p;
	return mem_copy(s->conf.endpoint, (size_t)(p - s->conf.endpoint));
}

/* Where the bucket's name stands: with dots it has no certificate, and no address has subdomains. */
static bool
in_path(const struct s3 *s, const char *bucket, const char *host)
{
	return s->path_style || strpbrk(bucket, "._:ABCDEFGHIJKLMNOPQRSTUVWXYZ") || *host == '[' ||
	    host[strspn(host, "0123456789.")] == '\0' || host[strspn(host, "0123456789.")] == ':';
}

/* The scheme's own port is not named, as by libcurl and AWS's SDKs. */
static void
cut_port(char *origin)
{
	const char *port = strncmp(origin, "https:", 6) == 0 ? ":443" : ":80";
	size_t n = strlen(origin), p = strlen(port);

	if (n > p && strcmp(origin + n - p, port) == 0)
		origin[n - p] = '\0';
}

/* host and path of the call, and its url, the caller's to free. */
static char *
locate(struct s3_call *c, const struct s3_name *name)
{
	struct buf b = BUF_INIT(URL_MAX);
	const char *prefix;
	char *origin = split_endpoint(c->s3, &prefix), *url;
	size_t scheme_len = (size_t)(strstr(origin, "://") + 3 - origin);
	bool path = in_path(c->s3, name->bucket, origin + scheme_len);

	cut_port(origin);
	c->host =
	    mem_printf("%s%s%s", path ? "" : name->bucket, path ? "" : ".", origin + scheme_len);
	(void)buf_adds(&b, prefix);
	(void)buf_addc(&b, '/');
	if (path) {
		(void)sigv4_encode(&b, name->bucket, strlen(name->bucket), true);
		(void)buf_adds(&b, *name->key ? "/" : "");
	}
	(void)sigv4_encode(&b, name->key, strlen(name->key), false);
	c->path = mem_copy(b.p, b.len);
	url = mem_printf("%.*s%s%s%s%s", (int)scheme_len, origin, c->host, c->path,
	    c->query ? "?" : "", c->query ? c->query : "");
	buf_release(&b);
	free(origin);
	return url;
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
		.path = c->path,
		.query = c->query,
		.headers = headers,
		.payload = c->sha256,
		.when = time(NULL) };
	struct buf b = BUF_INIT(16 << 10);
	size_t n = 0, i;
	int r;

	sigv4_time(when, req.when);
	headers[n++] = (struct sigv4_header){ "Host", c->host };
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
		return s3_refused(&r, e);
	}
	if (r.status / 100 != 2)
		return s3_refused(&r, e);
	/* A part that was not asked for, or what a proxy made of it. */
	if (r.status != 200 && !strcmp(c->req.method, "GET"))
		return err_set(e, ERR_TRANSIENT, "s3.BadAnswer",
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
	free(c->host);
	free(c->path);
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
	char *url;
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
	url = locate(c, req->name);
	h.url = url;
	c->http = http_start(s->http, &h);
	free(url);
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

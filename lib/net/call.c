#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "net/call.h"
#include "net/transfer.h"

enum { BACKOFF_MS = 200, BACKOFF_MAX_MS = 20000, BUDGET = 500, RETRY_COST = 5 };

struct http {
	struct loop *loop;
	struct transfers *transfers;
	int budget;
	unsigned seed;
};

struct http_call {
	struct http *http;
	struct http_request req;
	char *url;
	struct transfer *transfer; /* the attempt under way, or the last */
	struct watch *later;       /* until the next begins */
	struct buf text;
	int tries;
	bool last; /* the attempt under way is */
	struct err e;
};

static void call_begin(void *, short);

static int
call_on_body(void *arg, const void *p, size_t n, struct err *e)
{
	struct http_call *c = arg;
	size_t room = HTTP_TEXT_MAX - c->text.len;

	if (http_status(c) / 100 == 2)
		return c->req.ops->body ? c->req.ops->body(c, c->req.arg, p, n, e) : 0;
	(void)buf_add(&c->text, p, n < room ? n : room);
	return 0;
}

static void
http_call_free(struct http_call *c)
{
	transfer_free(c->transfer);
	watch_free(c->later);
	buf_release(&c->text);
	free(c->url);
	free(c);
}

static void
call_end(struct http_call *c, const struct err *e)
{
	const struct http_ops *ops = c->req.ops;
	void *arg = c->req.arg;
	struct err why;

	if (e)
		why = *e;
	http_call_free(c);
	ops->done(arg, e ? &why : NULL);
}

/* Retry-After: seconds, or a date (RFC 9110, 10.2.3); 0 where there is none. */
static long
retry_after_ms(struct http_call *c)
{
	const char *text = http_answer(c, "Retry-After");
	char *rest;
	long s;

	if (!text)
		return 0;
	s = strtol(text, &rest, 10);
	if (rest == text || *rest)
		s = (long)(http_date(text) - time(NULL));
	return s <= 0 ? 0 : s > 86400 ? 86400000 : s * 1000;
}

static bool
may_retry(struct http_call *c)
{
	if (c->last || c->e.class != ERR_TRANSIENT || c->tries >= HTTP_ATTEMPTS ||
	    c->e.retry_after_ms > HTTP_RETRY_AFTER_MAX_MS || c->http->budget < RETRY_COST)
		return false;
	c->http->budget -= RETRY_COST;
	return true;
}

static void
retry(struct http_call *c)
{
	long most = BACKOFF_MS << (c->tries - 1), ms;

	if (most > BACKOFF_MAX_MS)
		most = BACKOFF_MAX_MS;
	ms = (long)((double)rand_r(&c->http->seed) / RAND_MAX * (double)most);
	if (ms < c->e.retry_after_ms)
		ms = c->e.retry_after_ms;
	log_event(LOG_LEVEL_DEBUG, NULL, &c->e, "%s again in %ld ms, attempt %d: %s", c->req.method,
	    ms, c->tries + 1, c->e.msg);
	c->later = loop_timer(c->http->loop, ms, call_begin, c);
}

/* A query may hold what lets anybody in, and so may a user before the host. */
static void
say_attempt(struct http_call *c)
{
	const char *host = strstr(c->url, "://");
	size_t scheme, rest, user;

	if (!log_says(LOG_LEVEL_DEBUG))
		return;
	scheme = host ? (size_t)(host + 3 - c->url) : 0;
	rest = scheme + strcspn(c->url + scheme, "?#");
	user = scheme + strcspn(c->url + scheme, "/?#");
	while (user > scheme && c->url[user - 1] != '@')
		user--;
	log_debug("%s %.*s%.*s: HTTP %ld, %lld bytes, %ld ms, attempt %d", c->req.method,
	    (int)scheme, c->url, (int)(rest - user), c->url + user, http_status(c),
	    transfer_bytes(c->transfer), transfer_ms(c->transfer), c->tries);
}

static void
call_on_done(void *arg, const struct err *e)
{
	struct http_call *c = arg;

	say_attempt(c);
	c->e = (struct err){ 0 };
	if (e)
		c->e = *e;
	else if (!c->req.ops->judge ||
	    c->req.ops->judge(c, c->req.arg, c->text.p ? c->text.p : "", c->text.len, &c->e) == 0) {
		if (c->http->budget < BUDGET)
			c->http->budget++;
		call_end(c, NULL);
		return;
	} else if (!c->e.retry_after_ms) {
		c->e.retry_after_ms = retry_after_ms(c);
	}
	if (may_retry(c))
		retry(c);
	else
		call_end(c, &c->e);
}

static void
call_begin(void *arg, short revents)
{
	static const struct transfer_ops ops = { .body = call_on_body, .done = call_on_done };
	struct http_call *c = arg;
	struct transfer_conf conf = { .method = c->req.method,
		.url = c->url,
		.fd = c->req.fd,
		.offset = c->req.offset,
		.length = c->req.length,
		.total_ms = c->req.total_ms,
		.ops = &ops,
		.arg = c };

	(void)revents;
	watch_free(c->later);
	c->later = NULL;
	c->tries++;
	buf_clear(&c->text, 0);
	transfer_free(c->transfer);
	c->transfer = transfer_new(c->http->transfers, &conf);
	if ((c->req.ops->attempt && c->req.ops->attempt(c, c->req.arg, &c->e) < 0) ||
	    transfer_go(c->transfer, &c->e) < 0)
		call_end(c, &c->e);
}

struct http_call *
http_start(struct http *h, const struct http_request *req)
{
	struct http_call *c = mem_new(1, sizeof(*c));

	c->http = h;
	c->req = *req;
	c->url = mem_dup(req->url);
	buf_init(&c->text, HTTP_TEXT_MAX);
	c->later = loop_timer(h->loop, 0, call_begin, c);
	return c;
}

void
http_cancel(struct http_call *c)
{
	if (c)
		http_call_free(c);
}

struct http *
http_new(struct loop *l, const char *ca_bundle, struct err *e)
{
	struct http *h = mem_new(1, sizeof(*h));

	h->loop = l;
	h->budget = BUDGET;
	h->seed = (unsigned)(getpid() ^ time(NULL));
	h->transfers = transfers_new(l, ca_bundle, e);
	if (h->transfers)
		return h;
	free(h);
	return NULL;
}

void
http_free(struct http *h)
{
	if (!h)
		return;
	transfers_free(h->transfers);
	free(h);
}

void
http_last(struct http_call *c)
{
	c->last = true;
}

long long
http_date(const char *text)
{
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);

	return rest && !*rest ? (long long)timegm(&tm) : -1;
}

void
http_header(struct http_call *c, const char *name, const char *value)
{
	transfer_header(c->transfer, name, value);
}

long
http_status(const struct http_call *c)
{
	return transfer_status(c->transfer);
}

const char *
http_answer(const struct http_call *c, const char *name)
{
	return transfer_answer(c->transfer, name);
}

long long
http_length(const struct http_call *c)
{
	return transfer_length(c->transfer);
}

int
http_tries(const struct http_call *c)
{
	return c->tries;
}

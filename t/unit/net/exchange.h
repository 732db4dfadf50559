/*
 * exchange.h - one exchange of transfer.h with a server of httpserve.h.
 */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "base/err.h"
#include "net/transfer.h"
#include "unit/httpserve.h"

static struct loop *loop;
static struct transfers *all;
static struct web *web;

/* An exchange, and what became of it. */
struct one {
	struct transfer *t;
	int over, bodies;
	bool failed, bad_body;
	struct err e;
	struct buf got;
	long long ms;
};

static inline int
body(void *arg, const void *p, size_t n, struct err *e)
{
	struct one *o = arg;

	o->bodies++;
	CHECK(transfer_status(o->t) > 0);
	return o->bad_body ? err_set(e, ERR_PERMANENT, "test.body", "as told")
			   : buf_add(&o->got, p, n);
}

static inline void
done(void *arg, const struct err *e)
{
	struct one *o = arg;

	o->over++;
	o->failed = e != NULL;
	if (e)
		o->e = *e;
}

static const struct transfer_ops ops = { .body = body, .done = done };

static inline void
begin(const char *ca_bundle)
{
	struct err e;

	loop = loop_new();
	all = transfers_new(loop, ca_bundle, &e);
	CHECK(all);
	web = web_new(loop);
}

static inline void
end(void)
{
	transfers_free(all);
	web_free(web);
	loop_free(loop);
}

static inline void
go(struct one *o, struct transfer_conf conf)
{
	int64_t from = loop_now_ms();
	struct err e;

	conf.ops = &ops;
	conf.arg = o;
	buf_init(&o->got, WEB_BYTES);
	o->t = transfer_new(all, &conf);
	CHECK(transfer_go(o->t, &e) == 0);
	CHECK(o->over == 0);
	web_until(loop, &o->over, 1);
	o->ms = loop_now_ms() - from;
}

static inline void
forget(struct one *o)
{
	transfer_free(o->t);
	buf_release(&o->got);
	*o = (struct one){ .over = 0 };
}

static inline const char *
url(const char *scheme, int port)
{
	static char text[64];

	snprintf(text, sizeof(text), "%s://127.0.0.1:%d/", scheme, port);
	return text;
}

static inline void
is_bad(const struct one *o, enum err_class class, const char *code)
{
	CHECK(o->over == 1 && o->failed);
	CHECK_STR(o->e.code, code);
	CHECK(o->e.class == class && o->e.msg[0]);
}

#endif

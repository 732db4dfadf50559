#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/loop.h"
#include "model/answer.h"
#include "model/ask.h"
#include "model/profile.h"
#include "model/sent.h"
#include "model/server.h"
#include "net/transfer.h"

enum { RETRY_AFTER_MAX_S = 600, SHORTER_MOST = 3 };

static void
sent_is_out(struct sent *p)
{
	if (!p->sending)
		return;
	p->sending = false;
	p->fleet->sending--;
	fleet_turn(p->fleet);
}

/* Take it from its server: it waits again. */
static void
sent_stop(struct sent *p)
{
	sent_is_out(p);
	if (p->server)
		p->server->in_hand--;
	p->server = NULL;
	transfer_free(p->transfer);
	p->transfer = NULL;
	free(p->body.head);
	free(p->body.tail);
	p->body.head = p->body.tail = NULL;
	buf_clear(&p->said, 0);
	jv_free(p->without);
	p->without = jv_invalid();
	stream_release(&p->stream);
	stream_init(&p->stream, &p->fleet->conf.profile->gate.loops, ANSWER_JSON_MAX);
}

void
sent_free(struct sent *p)
{
	struct sent **at = &p->fleet->first;

	sent_stop(p);
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	if (!p->next)
		p->fleet->end = at;
	body_release(&p->body);
	buf_release(&p->said);
	stream_release(&p->stream);
	free(p);
}

void
sent_fail(struct sent *p, const struct err *why)
{
	const struct fleet_page page = p->page;
	const struct err e = *why;

	sent_free(p);
	page.done(page.arg, NULL, &e);
}

/* One of its servers failed on it: to another one, if it may. */
static void
sent_again(struct sent *p, const struct err *why)
{
	log_event(LOG_LEVEL_DEBUG, NULL, why, "%s: %s", p->server->url, why->msg);
	if (--*p->page.tries <= 0)
		sent_fail(p, why);
	else
		sent_stop(p);
}

static bool
sent_is_stream(const struct sent *p)
{
	const char *type = transfer_answer(p->transfer, "Content-Type");

	return transfer_status(p->transfer) == 200 && type &&
	    strncasecmp(type, "text/event-stream", 17) == 0;
}

/* It does not come of what the profile says: by another model, or cut for want of room. */
static bool
sent_is_odd(const struct sent *p, const struct answered *a)
{
	const struct profile *wanted = p->fleet->conf.profile;
	const struct server *s = p->server;

	if (strcmp(s->model, wanted->model) != 0)
		return true;
	return a->finish && strcmp(a->finish, "length") == 0 &&
	    (p->shorter > 0 || (s->context > 0 && s->context < wanted->context));
}

static void
sent_answered(struct sent *p)
{
	struct server *s = p->server;
	const struct fleet_page page = p->page;
	struct answered a = { .finish = NULL };
	struct err e;
	int r = sent_is_stream(p) ? stream_completion(&p->stream, &p->said, &e) : 0;

	if (r == 0)
		r = ask_answer(p->fleet->conf.profile, &a, p->said.p ? p->said.p : "", p->said.len,
		    &e);
	if (r == 0 && !p->stream.looped && answer_broke_off(&a)) {
		r = err_set(&e, ERR_TRANSIENT, CODE_OCR_ANSWER, "the server broke off (%s)",
		    a.finish);
		answer_release(&a);
	}
	if (r < 0) {
		server_failed(s, p->began_ms, NULL);
		sent_again(p, &e);
		return;
	}
	a.odd = sent_is_odd(p, &a);
	server_did_well(s);
	p->fleet->good_ms = loop_now_ms();
	sent_free(p);
	page.done(page.arg, &a, NULL);
	answer_release(&a);
}

/* The members that this server was sent, but for those that every one knows. */
static jv
members_sent(const struct sent *p)
{
	jv request = jv_object_get(jv_copy(p->fleet->conf.profile->all), jv_string("request"));
	const int n = jv_array_length(jv_copy(p->without));

	if (jv_get_kind(request) != JV_KIND_OBJECT) { /* a form */
		jv_free(request);
		return jv_object();
	}
	for (int i = 0; i < n; i++)
		request = jv_object_delete(request, jv_array_get(jv_copy(p->without), i));
	return request;
}

/* Whether another server may take it, which is there, for all that is known. */
static bool
may_be_taken(const struct sent *p)
{
	const struct fleet *f = p->fleet;

	for (size_t i = 0; i < f->n; i++)
		if (!(p->refused >> i & 1) && !f->server[i].probe_ms)
			return true;
	return false;
}

/* Whose fault it is by those that refused it: the page's by one is, all refuse all. */
static enum refusals_whose
whose_fault(const struct sent *p)
{
	enum refusals_whose all = REFUSALS_ALL;

	for (size_t i = 0; i < p->fleet->n; i++)
		if ((p->refused >> i & 1) && p->fleet->server[i].refusals.whose < all)
			all = p->fleet->server[i].refusals.whose;
	return all;
}

bool
sent_is_held(const struct sent *p)
{
	return p->refused != 0 && !p->server && !may_be_taken(p);
}

bool
sent_judged(struct sent *p)
{
	struct err e = p->why;
	const enum refusals_whose whose = sent_is_held(p) ? whose_fault(p) : REFUSALS_ALL;

	if (whose == REFUSALS_ALL)
		return false;
	if (whose == REFUSALS_UNKNOWN) {
		e.class = ERR_TRANSIENT;
		e.code = CODE_OCR_SERVER;
	}
	sent_fail(p, &e);
	return true;
}

/* It waits, for another server, or until it is known whose fault that is (fleet.c). */
static void
sent_not_taken(struct sent *p, const struct err *e, const char *words)
{
	struct server *s = p->server;
	const bool new = s->refusals.whose != REFUSALS_ALL;

	p->why = *e;
	p->refused |= UINT64_C(1) << (s - p->fleet->server);
	if (refusals_add(&s->refusals, words, p->page.document) == REFUSALS_ALL && new)
		log_event(LOG_LEVEL_WARN, NULL, e, "%s: so it did with all of late", e->msg);
	sent_stop(p);
}

/* HTTP 4xx, but for those that say something else. */
static void
sent_refused(struct sent *p, long status)
{
	jv request = members_sent(p);
	char *key = NULL, words[300];
	enum refusal what = answer_refusal(p->said.p ? p->said.p : "", p->said.len, &request, &key);
	const bool is_image = what == REFUSAL_IMAGE || status == 413;
	struct err e;

	answer_message(p->said.p ? p->said.p : "", p->said.len, words, sizeof(words));
	err_set(&e, ERR_PERMANENT, is_image ? CODE_OCR_IMAGE : CODE_OCR_REFUSED,
	    "%s refuses %s (HTTP %ld): %s", p->server->url,
	    is_image ? "the image" : "what it is asked of the page", status, words);
	jv_free(request);
	if (what == REFUSAL_KEY) {
		server_does_not_know(p->server, key);
		sent_stop(p);
	} else if (what == REFUSAL_CONTEXT && p->shorter < SHORTER_MOST) {
		p->shorter++;
		sent_stop(p);
	} else if (is_image) {
		sent_fail(p, &e);
	} else {
		sent_not_taken(p, &e, words);
	}
	free(key);
}

static long
sent_retry_after(const struct sent *p)
{
	const char *text = transfer_answer(p->transfer, "Retry-After");
	const long s = text ? strtol(text, NULL, 10) : 0;

	return s <= 0 ? 0 : (s < RETRY_AFTER_MAX_S ? s : RETRY_AFTER_MAX_S) * 1000;
}

static void
sent_status(struct sent *p, long status)
{
	struct server *s = p->server;
	struct err e;

	if (status == 429 || status == 503) {
		server_is_busy(s, p->began_ms, sent_retry_after(p));
		sent_stop(p);
	} else if (status == 401 || status == 403) {
		err_set(&e, ERR_FATAL, CODE_OCR_KEY,
		    "%s refuses the key (HTTP %ld): see VLLM_API_KEY and --key-file", s->url,
		    status);
		fleet_kill(p->fleet, &e);
		sent_stop(p);
	} else if (status / 100 == 4 && status != 404 && status != 408) {
		sent_refused(p, status);
	} else {
		server_strange(p->transfer, &e);
		server_failed(s, p->began_ms, status == 404 || status / 100 == 3 ? &e : NULL);
		sent_again(p, &e);
	}
}

/* It did not get that far. */
static void
sent_broke(struct sent *p, const struct err *why)
{
	struct server *s = p->server;
	struct err e = *why;

	if (e.class == ERR_FATAL) {
		fleet_kill(p->fleet, &e);
		sent_stop(p);
	} else if (err_is(&e, CODE_IO_READ) || err_is(&e, CODE_OCR_LARGE)) {
		sent_fail(p, &e);
	} else if (err_is(&e, CODE_HTTP_CONNECT) || err_is(&e, CODE_HTTP_RESOLVE)) {
		server_failed(s, p->began_ms, &e);
		sent_stop(p);
	} else if (err_is(&e, CODE_HTTP_TIMEOUT)) {
		server_failed(s, p->began_ms, NULL);
		e.code = CODE_OCR_TIMEOUT;
		sent_again(p, &e);
	} else {
		server_failed(s, p->began_ms, NULL);
		sent_again(p, &e);
	}
}

static void
sent_came(void *arg, const struct err *why)
{
	struct sent *p = arg;
	struct fleet *f = p->fleet;
	const long status = why ? 0 : transfer_status(p->transfer);

	/* A loop: the connection was ended here. */
	if (p->stream.looped || status == 200)
		sent_answered(p);
	else if (why)
		sent_broke(p, why);
	else
		sent_status(p, status);
	fleet_turn(f);
}

static int
sent_said(void *arg, const void *bytes, size_t n, struct err *e)
{
	struct sent *p = arg;

	if (sent_is_stream(p))
		return stream_more(&p->stream, bytes, n, e);
	return buf_add(&p->said, bytes, n) == 0
	    ? 0
	    : err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the answer exceeds %d bytes",
		  ANSWER_JSON_MAX);
}

static long
sent_give(void *arg, long long at, char *to, size_t n, struct err *e)
{
	struct sent *p = arg;
	const long given = body_give(&p->body, at, to, n, e);

	if (given > 0 && at + given == body_length(&p->body))
		sent_is_out(p);
	return given;
}

void
sent_begin(struct sent *p, struct server *s)
{
	static const struct transfer_ops ops = { sent_said, sent_give, sent_came };
	const struct profile_page page = { .model = s->model,
		.context = s->context * (4 - p->shorter) / 4,
		.width = p->page.width,
		.height = p->page.height,
		.temperature = p->page.temperature,
		.without = s->without,
		.name = p->page.name,
		.mime = p->page.mime };
	struct transfer_conf conf = { .method = "POST",
		.fd = -1,
		.total_ms = p->fleet->conf.profile->timeout_ms,
		.patient = true,
		.ops = &ops,
		.arg = p };
	const struct profile *profile = p->fleet->conf.profile;
	struct ask ask;
	struct err e;

	p->without = jv_copy(s->without);
	ask_new(&ask, profile);
	ask_body(&ask, profile, &page, &p->body);
	conf.length = body_length(&p->body);
	p->server = s;
	p->sending = true;
	p->fleet->sending++;
	s->in_hand++;
	p->began_ms = loop_now_ms();
	p->transfer = server_transfer(s, profile->converts ? "" : "/v1/chat/completions", &conf);
	transfer_header(p->transfer, "Content-Type", ask.type);
	if (transfer_go(p->transfer, &e) == 0)
		return;
	fleet_kill(p->fleet, &e);
	sent_stop(p);
}

#include <sys/stat.h>

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "model/answer.h"
#include "model/ask.h"
#include "model/body.h"
#include "model/fleet.h"
#include "model/profile.h"
#include "model/server.h"
#include "model/stream.h"
#include "net/transfer.h"

enum {
	RETRY_AFTER_MAX_S = 600,
	SHORTER_MOST = 3,
	/* Requests on their way at once: more would all arrive late instead of one by one. */
	SENDING_MOST = 8
};

/* A page on its way. */
struct sent {
	struct sent *next;
	struct fleet *fleet;
	struct fleet_page page;
	struct server *server; /* NULL: it waits */
	struct transfer *transfer;
	struct body body;
	jv without;   /* members that it was not sent */
	bool sending; /* not all of it has been given to the network */
	struct buf said;
	struct stream stream; /* what was said, where it comes as one */
	int64_t began_ms;
	int shorter; /* quarters of the context that are not asked for */
};

struct fleet {
	struct fleet_conf conf;
	struct transfers *transfers;
	struct server *server;
	size_t n;
	char *auth;
	int sending;               /* pages */
	struct sent *first, **end; /* all pages, as they came */
	struct watch *turn;        /* pages are to be given out */
	struct watch *patience;    /* until it ends; while pages wait */
	int64_t good_ms;           /* when a server last worked on a page, or the first one came */
	struct err dead;           /* why no page can be sent any more */
	bool is_dead;
};

static void fleet_give(void *, short);

static void
fleet_turn(struct fleet *f)
{
	if (!f->turn)
		f->turn = loop_timer(f->conf.loop, 0, fleet_give, f);
}

static void
fleet_kill(struct fleet *f, const struct err *e)
{
	if (!f->is_dead)
		f->dead = *e;
	f->is_dead = true;
	fleet_turn(f);
}

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

static void
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

static void
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
		server_failed(s, p->began_ms, false);
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

/* HTTP 400 and its like. */
static void
sent_refused(struct sent *p, long status)
{
	jv request = members_sent(p);
	char *key = NULL, words[300];
	enum refusal what = answer_refusal(p->said.p ? p->said.p : "", p->said.len, &request, &key);
	struct err e;

	answer_message(p->said.p ? p->said.p : "", p->said.len, words, sizeof(words));
	err_set(&e, ERR_PERMANENT,
	    what == REFUSAL_IMAGE || status == 413 ? CODE_OCR_IMAGE : CODE_OCR_REFUSED,
	    "%s refuses the page (HTTP %ld): %s", p->server->url, status, words);
	jv_free(request);
	if (what == REFUSAL_KEY) {
		server_does_not_know(p->server, key);
		sent_stop(p);
	} else if (what == REFUSAL_CONTEXT && p->shorter < SHORTER_MOST) {
		p->shorter++;
		sent_stop(p);
	} else {
		sent_fail(p, &e);
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
	} else if (status == 404 || status / 100 == 5 || status == 408) {
		err_set(&e, ERR_TRANSIENT, CODE_OCR_SERVER, "HTTP %ld", status);
		server_failed(s, p->began_ms, status == 404);
		sent_again(p, &e);
	} else {
		sent_refused(p, status);
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
		server_failed(s, p->began_ms, true);
		sent_stop(p);
	} else if (err_is(&e, CODE_HTTP_TIMEOUT)) {
		server_failed(s, p->began_ms, false);
		e.code = CODE_OCR_TIMEOUT;
		sent_again(p, &e);
	} else {
		server_failed(s, p->began_ms, false);
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

static void
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

/* The number of who has the least in hand of those that take one; n: there is none. */
static size_t
least_busy(const struct fleet *f)
{
	const int64_t now = loop_now_ms();
	size_t best = f->n;

	for (size_t i = 0; i < f->n; i++)
		if (server_takes(&f->server[i], now) &&
		    (best == f->n || f->server[i].in_hand < f->server[best].in_hand))
			best = i;
	return best;
}

static struct sent *
first_waiting(struct fleet *f)
{
	struct sent *p = f->first;

	while (p && p->server)
		p = p->next;
	return p;
}

static void
fleet_fail_all(struct fleet *f, const struct err *e)
{
	struct sent *p;

	while ((p = first_waiting(f)) != NULL)
		sent_fail(p, e);
}

static void
patience_ends(void *arg, short revents)
{
	struct fleet *f = arg;
	const int64_t left = f->good_ms + f->conf.patience_ms - loop_now_ms();
	struct err e;

	(void)revents;
	watch_free(f->patience);
	f->patience = NULL;
	if (left <= 0) {
		err_set(&e, ERR_BUSY, CODE_OCR_SERVER,
		    "no server has taken a page for %ld s (%s%s)", f->conf.patience_ms / 1000,
		    f->server[0].url, f->n > 1 ? ", ..." : "");
		fleet_fail_all(f, &e);
	}
	fleet_turn(f);
}

/* A server that says 429 works on what it was given before; what comes behind may be refused. */
static bool
is_worked_on(const struct sent *p)
{
	return p->server && (p->server->busy_ms == 0 || p->began_ms < p->server->busy_ms);
}

/* While pages wait and no server works on any, time runs. */
static void
mind_patience(struct fleet *f)
{
	const struct sent *p = f->first;
	int64_t left;

	while (p && !is_worked_on(p))
		p = p->next;
	if (!f->first || p) {
		f->good_ms = loop_now_ms();
		watch_free(f->patience);
		f->patience = NULL;
	} else if (!f->patience) {
		left = f->good_ms + f->conf.patience_ms - loop_now_ms();
		f->patience = loop_timer(f->conf.loop, left > 0 ? (long)left : 0, patience_ends, f);
	}
}

static void
fleet_give(void *arg, short revents)
{
	struct fleet *f = arg;
	struct sent *p, *next;
	size_t best;

	(void)revents;
	watch_free(f->turn);
	f->turn = NULL;
	if (f->is_dead) {
		fleet_fail_all(f, &f->dead);
		return;
	}
	for (p = f->first; p && f->sending < SENDING_MOST; p = next) {
		next = p->next;
		if (p->server)
			continue;
		best = least_busy(f);
		if (best == f->n)
			break;
		sent_begin(p, &f->server[best]);
	}
	mind_patience(f);
}

int
fleet_send(struct fleet *f, const struct fleet_page *page, struct err *e)
{
	struct sent *p;
	struct stat st;
	int fd = fcntl(page->fd, F_DUPFD_CLOEXEC, 3);

	if (fd < 0 || fstat(fd, &st) < 0) {
		err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the page's image");
		if (fd >= 0)
			close(fd);
		return -1;
	}
	p = mem_new(1, sizeof(*p));
	*p = (struct sent){ .fleet = f, .page = *page, .without = jv_invalid() };
	p->body = (struct body){ .fd = fd, .size = st.st_size };
	buf_init(&p->said, ANSWER_JSON_MAX);
	stream_init(&p->stream, &f->conf.profile->gate.loops, ANSWER_JSON_MAX);
	if (!f->first)
		f->good_ms = loop_now_ms();
	*f->end = p;
	f->end = &p->next;
	for (size_t i = 0; i < f->n; i++)
		server_ask(&f->server[i]);
	fleet_turn(f);
	return 0;
}

void
fleet_cancel(struct fleet *f, const void *arg)
{
	struct sent *p, *next;

	for (p = f->first; p; p = next) {
		next = p->next;
		if (p->page.arg == arg)
			sent_free(p);
	}
	fleet_turn(f);
}

static void
server_changed(void *arg, struct server *s, const struct err *e)
{
	struct fleet *f = arg;

	(void)s;
	if (e)
		fleet_kill(f, e);
	fleet_turn(f);
}

static int
fleet_add(struct fleet *f, const char *url, struct err *e)
{
	struct server *s = &f->server[f->n];
	const long all = f->conf.jobs ? f->conf.jobs : f->conf.profile->jobs * (long)f->conf.n;

	s->loop = f->conf.loop;
	s->transfers = f->transfers;
	s->profile = f->conf.profile;
	s->auth = f->auth;
	s->changed = server_changed;
	s->arg = f;
	if (server_init(s, url, e) < 0)
		return -1;
	f->n++;
	s->limit = ceil((double)all / (double)f->conf.n);
	s->most = (double)all;
	return 0;
}

struct fleet *
fleet_new(const struct fleet_conf *conf, struct err *e)
{
	struct fleet *f;
	int r = 0;

	if (conf->n == 0 || conf->n > FLEET_SERVERS) {
		err_set(e, ERR_FATAL, CODE_OCR_SERVER,
		    "from 1 to %d servers are needed: --server URL, or VLLM_URL", FLEET_SERVERS);
		return NULL;
	}
	f = mem_new(1, sizeof(*f));
	f->conf = *conf;
	f->end = &f->first;
	f->auth = conf->key && *conf->key ? mem_printf("Bearer %s", conf->key) : NULL;
	f->server = mem_new(conf->n, sizeof(*f->server));
	f->transfers = transfers_new(conf->loop, conf->ca_bundle, e);
	r = f->transfers ? 0 : -1;
	for (size_t i = 0; r == 0 && i < conf->n; i++)
		r = fleet_add(f, conf->url[i], e);
	if (r == 0)
		return f;
	fleet_free(f);
	return NULL;
}

void
fleet_free(struct fleet *f)
{
	struct sent *p, *next;

	if (!f)
		return;
	for (p = f->first; p; p = next) {
		next = p->next;
		sent_free(p);
	}
	for (size_t i = 0; i < f->n; i++)
		server_release(&f->server[i]);
	watch_free(f->turn);
	watch_free(f->patience);
	transfers_free(f->transfers);
	free(f->server);
	free(f->auth);
	free(f);
}

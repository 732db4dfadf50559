#include <sys/stat.h>

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "model/answer.h"
#include "model/fleet.h"
#include "model/profile.h"
#include "model/sent.h"
#include "model/server.h"
#include "net/transfer.h"

enum {
	/* Requests on their way at once: more would all arrive late instead of one by one. */
	SENDING_MOST = 8,
	SHAKY_MS = 1000 /* who was down, and answers nothing for so long, works */
};

static void fleet_give(void *, short);

void
fleet_turn(struct fleet *f)
{
	if (!f->turn)
		f->turn = loop_timer(f->conf.loop, 0, fleet_give, f);
}

void
fleet_kill(struct fleet *f, const struct err *e)
{
	if (!f->is_dead)
		f->dead = *e;
	f->is_dead = true;
	fleet_turn(f);
}

/* Who has the least in hand of those that take that page: its number; n: there is none. */
static size_t
least_busy(const struct fleet *f, const struct sent *p)
{
	const int64_t now = loop_now_ms();
	size_t best = f->n;

	for (size_t i = 0; i < f->n; i++)
		if (server_takes(&f->server[i], now) && !(p->refused >> i & 1) &&
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

/*
 * A server that says 429 works on what it was given before; what comes behind may be
 * refused.  One that was down may answer at once that it is, to what it is given.
 */
static bool
is_worked_on(const struct sent *p, int64_t now)
{
	const struct server *s = p->server;

	return s && (!s->shaky || now - p->began_ms >= SHAKY_MS) &&
	    (s->busy_ms == 0 || p->began_ms < s->busy_ms);
}

static bool
is_any_worked_on(const struct fleet *f)
{
	const int64_t now = loop_now_ms();
	const struct sent *p = f->first;

	while (p && !is_worked_on(p, now))
		p = p->next;
	return p != NULL;
}

static void
patience_ends(void *arg, short revents)
{
	struct fleet *f = arg;
	const int64_t left = f->good_ms + f->conf.patience_ms - loop_now_ms();
	const struct server *s = f->server;
	struct err e;

	(void)revents;
	watch_free(f->patience);
	f->patience = NULL;
	if (left <= 0 && !is_any_worked_on(f)) {
		err_set(&e, ERR_BUSY, CODE_OCR_SERVER,
		    "no server has taken a page for %ld s (%s%s%s%s)", f->conf.patience_ms / 1000,
		    s->url, s->why.code ? ": " : "", s->why.code ? s->why.msg : "",
		    f->n > 1 ? "; ..." : "");
		fleet_fail_all(f, &e);
	}
	fleet_turn(f);
}

/* While pages wait and no server works on any, time runs; or there is none for that. */
static void
mind_patience(struct fleet *f)
{
	const bool works = is_any_worked_on(f);
	struct err e;
	int64_t left;

	if (f->stopping && !works) {
		err_set(&e, ERR_TRANSIENT, CODE_STAGE_STOPPED, "no server had it yet");
		fleet_fail_all(f, &e);
	} else if (!f->first || works) {
		f->good_ms = loop_now_ms();
		watch_free(f->patience);
		f->patience = NULL;
	} else if (!f->patience) {
		left = f->good_ms + f->conf.patience_ms - loop_now_ms();
		f->patience = loop_timer(f->conf.loop, left > 0 ? (long)left : 0, patience_ends, f);
	}
}

/*
 * Pages that are refused are judged.  Where it may be all of them they wait for what the
 * servers have in hand, of which they may take one; and where that is nothing, it is all.
 */
static void
fleet_judge(struct fleet *f)
{
	const struct sent *held = NULL;
	struct sent *p, *next;
	bool works = false;
	struct err e;

	for (p = f->first; p; p = next) {
		next = p->next;
		if (sent_judged(p))
			continue;
		works = works || p->server;
		held = sent_is_held(p) ? p : held;
	}
	if (!held || works)
		return;
	e = held->why;
	e.class = ERR_FATAL;
	e.code = CODE_OCR_SERVER;
	fleet_kill(f, &e);
}

static void
fleet_give(void *arg, short revents)
{
	struct fleet *f = arg;
	size_t best;

	(void)revents;
	watch_free(f->turn);
	f->turn = NULL;
	fleet_judge(f);
	if (f->is_dead) {
		fleet_fail_all(f, &f->dead);
		return;
	}
	for (struct sent *p = f->first; p && f->sending < SENDING_MOST; p = p->next) {
		best = p->server ? f->n : least_busy(f, p);
		if (best < f->n)
			sent_begin(p, &f->server[best]);
		else if (!p->server && p->refused == 0)
			break;
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
fleet_stop(struct fleet *f)
{
	f->stopping = true;
	fleet_turn(f);
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

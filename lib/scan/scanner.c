#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "scan/address.h"
#include "scan/scanner.h"

struct scanner {
	struct scanner_conf conf;
	struct scan *scans;
	size_t at;       /* the index of the place where it was there last */
	int64_t gone_ms; /* since when it is not there; 0: it is, as far as is known */
	bool heard;      /* something that makes sense */
	bool stopped;
};

struct scan {
	struct scanner *s;
	struct scan *prev, *next;
	int fd;
	clamd_fn *done;
	void *arg;
	struct clamd *clamd; /* NULL: it waits */
	struct watch *timer; /* until it asks */
	size_t at, missed;   /* the place asked, and how many others were not there before */
	int tries;           /* that failed though it was there */
	long wait_ms;        /* before the next */
};

struct scanner *
scanner_new(const struct scanner_conf *conf)
{
	struct scanner *s = mem_new(1, sizeof(*s));

	s->conf = *conf;
	return s;
}

void
scanner_free(struct scanner *s)
{
	free(s);
}

static void
scan_free(struct scan *d)
{
	if (d->prev)
		d->prev->next = d->next;
	else
		d->s->scans = d->next;
	if (d->next)
		d->next->prev = d->prev;
	clamd_free(d->clamd);
	watch_free(d->timer);
	close(d->fd);
	free(d);
}

static void
scan_over(struct scan *d, const struct clamd_said *said, const struct err *e)
{
	const struct clamd_said copy = *said;
	clamd_fn *done = d->done;
	void *arg = d->arg;

	scan_free(d);
	done(arg, &copy, e);
}

static void
stop_waiting(struct scan *d)
{
	static const struct clamd_said nothing;
	struct err e;

	err_set(&e, ERR_TRANSIENT, CODE_STAGE_STOPPED, "told to stop while it waited for clamd");
	scan_over(d, &nothing, &e);
}

/* In a while, which grows; at the latest when the patience ends. */
static void
ask_again(struct scan *d, const struct err *e)
{
	const struct scanner *s = d->s;
	int64_t left = s->gone_ms ? s->gone_ms + s->conf.patience_ms - loop_now_ms() : 0;

	if (s->stopped) {
		stop_waiting(d);
		return;
	}
	d->wait_ms = d->wait_ms ? d->wait_ms * 2 : SCANNER_WAIT_MS;
	if (d->wait_ms > SCANNER_WAIT_MAX_MS)
		d->wait_ms = SCANNER_WAIT_MAX_MS;
	if (!s->gone_ms || left > d->wait_ms)
		left = d->wait_ms;
	log_event(LOG_LEVEL_DEBUG, NULL, e, "%s; asked again in %lld ms", e->msg, (long long)left);
	watch_again(d->timer, (long)left);
}

/* It is not there: at its next place, or later, or never. */
static void
not_there(struct scan *d, const struct clamd_said *said, const struct err *why)
{
	struct scanner *s = d->s;
	const size_t places = address_count(s->conf.address);
	const int64_t now = loop_now_ms();
	struct err e;

	d->at = (d->at + 1) % places;
	if (++d->missed % places != 0) {
		watch_again(d->timer, 0);
		return;
	}
	if (!s->gone_ms) {
		s->gone_ms = now;
		log_event(LOG_LEVEL_INFO, NULL, NULL, "%s: waiting for it, %ld s at the most",
		    why->msg, s->conf.patience_ms / 1000);
	}
	if (now - s->gone_ms < s->conf.patience_ms) {
		ask_again(d, why);
		return;
	}
	err_set(&e, ERR_BUSY, CODE_SCAN_SERVER, "%s; it is not there, so that nothing is scanned",
	    why->msg);
	scan_over(d, said, &e);
}

/* It was there, and something failed that may go well. */
static void
was_there(struct scan *d, const struct clamd_said *said, const struct err *e)
{
	if (++d->tries < SCANNER_TRIES)
		ask_again(d, e);
	else
		scan_over(d, said, e);
}

static void
on_said(void *arg, const struct clamd_said *said, const struct err *e)
{
	struct scan *d = arg;
	struct scanner *s = d->s;
	const struct clamd_said copy = *said;
	struct err worse;

	clamd_free(d->clamd);
	d->clamd = NULL;
	if (*copy.version) {
		s->at = d->at;
		s->gone_ms = 0;
		d->missed = 0;
	}
	s->heard |= copy.verdict.result != NULL;
	if (e && err_is(e, CODE_SCAN_SERVER)) {
		if (*copy.version)
			was_there(d, &copy, e);
		else
			not_there(d, &copy, e);
		return;
	}
	if (e && err_is(e, CODE_SCAN_ANSWER) && !s->heard) {
		err_set(&worse, ERR_FATAL, CODE_SCAN_ANSWER, "%s: %s",
		    address_text(s->conf.address), e->msg);
		e = &worse;
	}
	scan_over(d, &copy, e);
}

static void
on_turn(void *arg, short revents)
{
	static const struct clamd_said nothing;
	struct scan *d = arg;
	const struct clamd_conf conf = { .loop = d->s->conf.loop,
		.address = d->s->conf.address,
		.at = d->at,
		.fd = d->fd,
		.timeout_ms = d->s->conf.timeout_ms,
		.done = on_said,
		.arg = d };
	struct err e;

	(void)revents;
	d->clamd = clamd_ask(&conf, &e);
	if (d->clamd)
		return;
	if (err_is(&e, CODE_SCAN_SERVER))
		not_there(d, &nothing, &e);
	else
		scan_over(d, &nothing, &e);
}

struct scan *
scan_new(struct scanner *s, int fd, clamd_fn *done, void *arg)
{
	struct scan *d = mem_new(1, sizeof(*d));

	*d = (struct scan){ .s = s,
		.fd = fd,
		.done = done,
		.arg = arg,
		.at = s->at,
		.next = s->scans };
	if (s->scans)
		s->scans->prev = d;
	s->scans = d;
	d->timer = loop_timer(s->conf.loop, 0, on_turn, d);
	return d;
}

void
scan_cancel(struct scan *d)
{
	scan_free(d);
}

void
scanner_stop(struct scanner *s)
{
	struct scan *d = s->scans, *next;

	s->stopped = true;
	for (; d; d = next) {
		next = d->next;
		if (!d->clamd)
			stop_waiting(d);
	}
}

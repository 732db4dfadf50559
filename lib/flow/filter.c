#include <assert.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "flow/priv.h"
#include "rec/rec.h"

enum {
	SHORT_CHUNK = 4096, /* the same where records name files */
	LULL_MS = 50,
	GRACE_MS = 30000,
	PROGRESS_MS = 1000
};

void
filter_fatal(struct filter *f, const struct err *e)
{
	if (f->dead)
		return;
	f->dead = true;
	f->why = *e;
}

void
filter_count(struct filter *f, enum count what, long n)
{
	counts_add(&f->counts, what, n);
}

void
filter_count_engine(struct filter *f, const char *word)
{
	counts_word(&f->counts.engines, word, 1);
}

void
source_end(struct filter *f)
{
	f->ended = true;
}

static bool
too_new(struct rec *r)
{
	jv v;
	bool is;

	if (rec_int(r, "v", 0) == 1)
		return false;
	v = rec_get(r, "v");
	is = jv_get_kind(v) == JV_KIND_NUMBER && jv_number_value(v) > 1;

	jv_free(v);
	return is;
}

/* Whether begin() is for this record; if not, *e says why. */
static int
acceptable(struct filter *f, struct rec *r, size_t len, struct err *e)
{
	if (f->stopping && !f->conf->keeps_on)
		return err_set(e, ERR_TRANSIENT, CODE_STAGE_STOPPED, "%s was told to stop",
		    log_tool);
	if (too_new(r))
		return err_set(e, ERR_VALIDATION, CODE_RECORD_VERSION,
		    "records of a version above 1 are not known here");
	if (!rec_is(r, "kind", f->conf->kind) && rec_has(r, "kind"))
		return err_set(e, ERR_VALIDATION, CODE_RECORD_KIND, "a \"%s\" record was expected",
		    f->conf->kind);
	if (len > task_max_bytes(r))
		return err_set(e, ERR_VALIDATION, CODE_RECORD_LARGE,
		    "a document's record may have %d bytes, this one has %zu", REC_DOC_MAX, len);
	return 0;
}

static void
one_record(struct filter *f, struct rec *r, size_t len)
{
	struct task *t;
	struct err e;
	bool ours = rec_is(r, "kind", f->conf->kind);

	if (rec_failed(r) && !(f->conf->failed_too && ours)) {
		task_pass_failed(f, r);
		return;
	}
	t = task_new(f, r);
	if (acceptable(f, r, len, &e) < 0) {
		task_fail(t, &e);
		return;
	}
	if (f->fresh++ == 0)
		f->fresh_ms = t->began_ms;
	f->ops->begin(t, f->arg);
}

static bool
may_begin(struct filter *f)
{
	if (f->dead || f->gone)
		return false;
	if (!f->stopping && f->ntasks >= f->conf->max_tasks)
		return false;
	return task_roomy(f);
}

/* Take in the lines that are there; note whether that was all of them. */
static void
feed(struct filter *f)
{
	const char *line;
	size_t len;
	struct rec *r;
	struct err e;
	int got;

	f->dry = false;
	while (may_begin(f)) {
		got = lines_next(&f->in, &line, &len);
		f->dry = got == 0;
		if (f->dry)
			return;
		f->counts.in++;
		if (got > 0 && (r = rec_parse(line, len, &e)) != NULL) {
			one_record(f, r, len);
			continue;
		}
		if (got < 0)
			err_set(&e, ERR_VALIDATION, CODE_RECORD_LARGE, "the line exceeds %d bytes",
			    REC_LINE_MAX);
		task_bad_line(f, &e);
	}
}

static void
on_input(void *arg, short revents)
{
	struct filter *f = arg;
	struct err e;

	(void)revents;
	f->came = true;
	if (lines_fill(&f->in, &e) < 0)
		filter_fatal(f, &e);
}

static void
on_output(void *arg, short revents)
{
	struct filter *f = arg;

	if (revents & (POLLERR | POLLHUP | POLLNVAL))
		f->gone = true;
}

static void
filter_on_tick(void *arg, short revents)
{
	struct filter *f = arg;

	(void)revents;
	counts_show(&f->counts);
	watch_again(f->tick, PROGRESS_MS);
}

static void
filter_on_grace(void *arg, short revents)
{
	struct filter *f = arg;
	struct err e;

	(void)revents;
	err_set(&e, ERR_TRANSIENT, CODE_STAGE_STOPPED, "not done within the grace time");
	task_cancel_all(f, &e);
}

static void
filter_stop(struct filter *f)
{
	long grace = f->conf->grace_ms ? f->conf->grace_ms : GRACE_MS;

	f->stopping = true;
	f->ended = true;
	log_info("told to stop: finishing what is in hand");
	f->grace = loop_timer(f->loop, grace, filter_on_grace, f);
	if (f->ops->stopping)
		f->ops->stopping(f->arg);
}

/* The batch is as large as it gets for now. */
static bool
lull_due(struct filter *f)
{
	if (!f->ops->lull || f->fresh == 0)
		return false;
	return f->ntasks >= f->conf->max_tasks || f->in.eof || f->stopping ||
	    loop_now_ms() - f->fresh_ms >= LULL_MS || !lines_ready(&f->in);
}

static bool
input_ended(const struct filter *f)
{
	return f->source ? f->ended : lines_ended(&f->in);
}

/*
 * Let the command produce, where it has something to: true when it should be
 * asked again at once.
 */
static bool
filter_produce(struct filter *f)
{
	long was = f->counts.out;
	bool refused = f->refused;

	if (f->dead || f->gone || !task_roomy(f))
		return false;
	f->refused = false;
	if (f->source && !f->ended)
		return f->ops->room(f, f->arg);
	if (refused && f->ops->room)
		return f->ops->room(f, f->arg);
	if (!f->source && input_ended(f) && f->ntasks == 0 && f->ops->eof) {
		f->ops->eof(f, f->arg);
		f->no_more = f->counts.out == was && !f->refused;
		return f->counts.out > was;
	}
	return false;
}

static bool
finished(const struct filter *f)
{
	if (f->dead || f->gone)
		return true;
	if (!input_ended(f) || f->ntasks > 0 || out_pending(&f->out) > 0)
		return false;
	return f->source || !f->ops->eof || f->no_more;
}

static void
wait_some(struct filter *f, bool again)
{
	bool wants = !f->source && may_begin(f);
	long ms = -1;

	if (f->in_watch)
		watch_pause(f->in_watch, !wants || !f->dry || f->in.eof);
	watch_events(f->out_watch, out_pending(&f->out) ? POLLOUT : 0);
	if (again || (wants && !f->dry))
		ms = 0;
	else if (f->ops->lull && f->fresh)
		ms = LULL_MS;
	loop_turn(f->loop, ms);
}

/*
 * What is to be read already may join what is to be written, which stays for
 * that; *stirred says whether anything else has happened.
 */
static bool
more_came(struct filter *f, bool *stirred)
{
	*stirred = false;
	if (f->source || !f->dry || f->in.eof || out_pending(&f->out) == 0 || !may_begin(f))
		return false;
	f->came = false;
	watch_pause(f->in_watch, false);
	watch_events(f->out_watch, 0);
	*stirred = loop_turn(f->loop, 0) > 0;
	return f->came;
}

static void
filter_turns(struct filter *f)
{
	bool again, stirred;
	int signo;

	while (!finished(f)) {
		if (!f->source)
			feed(f);
		if (lull_due(f)) {
			f->fresh = 0;
			f->ops->lull(f, f->arg);
		}
		again = filter_produce(f);
		if (!more_came(f, &stirred)) {
			task_flush(f);
			/* What was refused can be taken now: nothing would wake us for it. */
			again = again || stirred || (f->refused && task_roomy(f));
			if (again || !finished(f))
				wait_some(f, again);
		}
		if (loop_signals(&signo) > 1)
			return;
		if (loop_signals(&signo) == 1 && !f->stopping)
			filter_stop(f);
	}
}

/* What is in hand is written as transient errors, as far as it can be. */
static void
last_words(struct filter *f)
{
	struct err e = f->why;
	struct pollfd p = { f->out.fd, POLLOUT, 0 };

	log_event(LOG_LEVEL_ERROR, NULL, &f->why, "stopped: %s", f->why.msg);
	e.class = ERR_TRANSIENT;
	task_cancel_all(f, &e);
	while (out_flush(&f->out, &e) == OUT_WAITING && poll(&p, 1, 5000) > 0)
		;
}

/* End as the signal would have, so that the caller's shell sees it. */
static int
end_by(int signo)
{
	signal(signo, SIG_DFL);
	raise(signo);
	return 128 + signo;
}

static int
filter_verdict(struct filter *f, bool pipe_ignored)
{
	struct err e;
	int signo, n = loop_signals(&signo);

	err_set(&e, ERR_TRANSIENT, CODE_STAGE_STOPPED, "%s was stopped", log_tool);
	if (f->dead)
		last_words(f);
	task_cancel_all(f, &e);
	assert(n > 1 || f->source ||
	    f->counts.in == f->counts.passed + f->counts.failed + f->counts.done);
	counts_show(&f->counts);
	if ((n > 0 || (f->gone && !pipe_ignored)) && f->ops->ending)
		f->ops->ending(f->arg);
	if (n > 0)
		return end_by(signo);
	if (f->gone && !pipe_ignored)
		return end_by(SIGPIPE);
	if (f->gone)
		log_error("stdout: nobody reads it any more");
	if (f->dead || f->gone)
		return f->dead && f->why.class == ERR_BUSY ? XBUSY : XFATAL;
	return f->some_failed ? XSOME : XOK;
}

static void
watches(struct filter *f)
{
	if (!f->source)
		f->in_watch = loop_fd(f->loop, STDIN_FILENO, POLLIN, on_input, f);
	f->out_watch = loop_fd(f->loop, f->out.fd, 0, on_output, f);
	counts_show(&f->counts);
	if (getenv("QUIRE_PROGRESS"))
		f->tick = loop_timer(f->loop, PROGRESS_MS, filter_on_tick, f);
	loop_catch_signals(f->loop);
}

static int
filter_go(struct filter *f)
{
	size_t chunk = f->conf->names_files ? SHORT_CHUNK : FILTER_CHUNK;
	struct sigaction old;
	bool pipe_ignored;
	int status;

	sigaction(SIGPIPE, NULL, &old);
	pipe_ignored = old.sa_handler == SIG_IGN;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* EFBIG says it better */
	lines_init(&f->in, STDIN_FILENO, chunk, REC_LINE_MAX);
	out_init(&f->out, (size_t)(f->conf->max_tasks + 4) * REC_LINE_MAX, f->conf->names_files);
	watches(f);
	filter_turns(f);
	status = filter_verdict(f, pipe_ignored);
	watch_free(f->in_watch);
	watch_free(f->out_watch);
	watch_free(f->grace);
	watch_free(f->tick);
	lines_release(&f->in);
	out_release(&f->out);
	return status;
}

int
filter_run(struct loop *l, const struct filter_conf *conf, const struct filter_ops *ops, void *arg)
{
	struct filter f = { .loop = l, .conf = conf, .ops = ops, .arg = arg };

	if (isatty(STDIN_FILENO)) {
		fprintf(stderr, "%s: reads records from a pipe or a file; see %s -h\n", log_tool,
		    log_tool);
		return XUSAGE;
	}
	return filter_go(&f);
}

int
source_run(struct loop *l, const struct filter_ops *ops, void *arg)
{
	static const struct filter_conf none = { .kind = "document", .max_tasks = 1 };
	struct filter f = { .loop = l, .conf = &none, .ops = ops, .arg = arg, .source = true };

	return filter_go(&f);
}

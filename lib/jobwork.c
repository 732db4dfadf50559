#include <sys/wait.h>

#include <signal.h>
#include <stdlib.h>

#include "counts.h"
#include "err.h"
#include "jobcmd.h"
#include "jobs.h"
#include "jobwork.h"
#include "log.h"
#include "loop.h"
#include "rec.h"

enum {
	TICK_MS = 20,		/* between two looks at the ledger */
	REAP_MS = 1000,		/* between two looks for dead sessions */
	SHOW_MS = 1000,		/* between two times that the counts are shown */
	ALONE_WAIT_MS = 60000,	/* then the others make room for one to be alone */
	GRACE_MS = 30000,	/* for the command to end once its stdin is closed ... */
	AGAIN_MS = 1000,	/* ... and once it is told to; a second time is at once */
	CLAIM_MAX = 256
};

struct work {
	struct loop *loop;
	struct jobs *jobs;
	const struct jobwork_conf *conf;
	int64_t session, version;
	struct jobcmd cmd;
	struct watch *tick, *grace;
	long held;		/* given and not settled, as far as known */
	bool lone;		/* the one that is held is to be alone */
	bool stopping, told, failed, waits;
	bool later;		/* some are due, but not within wait_ms */
	int64_t renew_at, reap_at, show_at;	/* loop time */
	struct err e;		/* when failed */
	struct counts counts;	/* out: given; passed: done; failed, codes: dead */
};

static void
fail(struct work *w)
{
	w->failed = true;
	jobs_rollback(w->jobs);
}

/* How many to ask for now, and whether for one that is to be alone. */
static long
room(struct work *w, const struct jobs_due *d, bool *alone)
{
	bool waited = d->alone && jobs_now_ms() - d->alone_ms > ALONE_WAIT_MS;
	long n = w->conf->max_in_flight - w->held;

	*alone = false;
	if (w->held > 0 && (w->lone || waited))
		return 0;
	if (w->held == 0 && d->alone && (!d->ready || waited)) {
		*alone = true;
		return 1;
	}
	return !d->ready ? 0 : n > CLAIM_MAX ? CLAIM_MAX : n;
}

/* Committed first, then written: what a killed claim holds is taken back. */
static void
give(struct work *w, struct rec **v, long n)
{
	struct err e;
	long i;

	for (i = 0; i < n; i++) {
		if (rec_write(v[i], &w->cmd.out, REC_DOC_MAX, &e) < 0)
			log_event(LOG_LEVEL_ERROR, rec_str(v[i], "id"), &e, "%s", e.msg);
		rec_free(v[i]);
	}
	w->held += n;
	w->counts.out += n;
	jobcmd_write(&w->cmd);
}

static void
claim(struct work *w, const struct jobs_due *d)
{
	struct jobs_claim c = { .queue = w->conf->queue, .name = w->conf->name,
		.session = w->session, .lease_ms = w->conf->lease_ms };
	struct rec *v[CLAIM_MAX];
	long n = room(w, d, &c.alone);

	if (n <= 0)
		return;
	if (jobs_begin(w->jobs, &w->e) < 0) {
		fail(w);
		return;
	}
	n = jobs_claim(w->jobs, &c, v, n, &w->e);
	if (n < 0 || jobs_commit(w->jobs, &w->e) < 0) {
		while (n > 0)
			rec_free(v[--n]);
		fail(w);
		return;
	}
	w->lone = c.alone && n > 0;
	give(w, v, n);
}

static void
reap(struct work *w)
{
	int64_t now = loop_now_ms();
	long n;

	if (now < w->reap_at)
		return;
	w->reap_at = now + REAP_MS;
	if (jobs_begin(w->jobs, &w->e) < 0 || (n = jobs_reap(w->jobs, &w->e)) < 0 ||
	    jobs_commit(w->jobs, &w->e) < 0) {
		fail(w);
		return;
	}
	if (n > 0)
		log_info("%ld jobs taken back from workers that died", n);
}

static void
renew(struct work *w)
{
	int64_t now = loop_now_ms();

	if (now < w->renew_at)
		return;
	w->renew_at = now + w->conf->lease_ms / 3;
	if (jobs_renew(w->jobs, w->session, w->conf->lease_ms, &w->e) < 0)
		fail(w);
}

/* What others, the command's jobdb done above all, have changed. */
static void
look(struct work *w)
{
	int64_t version = jobs_version(w->jobs);

	if (version == w->version)
		return;
	w->version = version;
	w->held = jobs_held(w->jobs, w->session, &w->e);
	if (w->held < 0)
		fail(w);
	if (w->held == 0)
		w->lone = false;
}

static void
count_dead(void *arg, const char *code, long n)
{
	struct work *w = arg;

	w->counts.failed += n;
	counts_code(&w->counts, code, n);
}

/* What has become of those that were given. */
static int
tally(struct work *w)
{
	long undone;

	w->counts.failed = 0;
	w->counts.ncodes = 0;
	undone = jobs_undone(w->jobs, w->session, count_dead, w, &w->e);
	w->held = undone < 0 ? -1 : jobs_held(w->jobs, w->session, &w->e);
	if (w->held < 0)
		return -1;
	w->counts.passed = w->counts.out - w->held - undone;
	counts_show(&w->counts);
	return 0;
}

static void
show(struct work *w)
{
	int64_t now = loop_now_ms();

	if (now < w->show_at)
		return;
	w->show_at = now + SHOW_MS;
	if (tally(w) < 0)
		fail(w);
}

static void
wait_or_end(struct work *w, const struct jobs_due *d)
{
	int64_t wait = d->next_ms ? d->next_ms - jobs_now_ms() : 0;

	if (w->held > 0 || d->ready || d->alone)
		return;
	if (!d->next_ms || wait > w->conf->wait_ms) {
		w->later = d->next_ms != 0;
		if (w->later)
			log_info("the next retry is due in %lld s", (long long)(wait + 999) / 1000);
		jobcmd_close_stdin(&w->cmd);
		return;
	}
	if (!w->waits)
		log_info("waiting for a retry that is due in %lld s", (long long)(wait + 999) / 1000);
	w->waits = true;
}

static void
on_tick(void *arg, short revents)
{
	struct work *w = arg;
	struct jobs_due d;

	(void)revents;
	watch_again(w->tick, TICK_MS);
	renew(w);
	if (!w->failed)
		show(w);
	if (w->failed || w->cmd.fd < 0)
		return;
	reap(w);
	look(w);
	if (w->failed || w->cmd.out.len > 0)
		return;
	if (jobs_due(w->jobs, w->conf->queue, &d, &w->e) < 0) {
		fail(w);
		return;
	}
	if (d.ready || d.alone)
		w->waits = false;
	claim(w, &d);
	if (!w->failed)
		wait_or_end(w, &d);
}

static void
on_grace(void *arg, short revents)
{
	struct work *w = arg;

	(void)revents;
	proc_kill(&w->cmd.proc, SIGTERM);
	if (w->told)
		return;
	log_info("not done within %d s: told to stop", GRACE_MS / 1000);
	w->told = true;
	watch_again(w->grace, AGAIN_MS);
}

static void
turns(struct work *w)
{
	int signo;

	while (!w->cmd.ended && !w->failed) {
		loop_turn(w->loop, -1);
		if (loop_signals(&signo) > 1)
			proc_kill(&w->cmd.proc, SIGKILL);
		if (loop_signals(&signo) > 0 && !w->stopping) {
			w->stopping = true;
			log_info("told to stop: nothing more is given out");
			jobcmd_close_stdin(&w->cmd);
			w->grace = loop_timer(w->loop, GRACE_MS, on_grace, w);
		}
	}
}

/*
 * Whether the command ended by its own will: what it has not settled it has
 * not begun.  These are the statuses of commands that stopped (quire.7) or
 * that a shell could not run; no loss is held against the jobs then.
 */
static bool
stopped_itself(int code)
{
	return code == XUSAGE || code == XFATAL || code == XBUSY || code == 126 || code == 127;
}

/* What the command's end, and the jobs', come to. */
static int
verdict(struct work *w)
{
	int st = w->cmd.proc.status, signo;
	int code = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	bool given_back = w->stopping || stopped_itself(code);
	long n;

	if (jobs_begin(w->jobs, &w->e) < 0 ||
	    (n = jobs_take_back(w->jobs, w->session, given_back, &w->e)) < 0 ||
	    tally(w) < 0 ||
	    jobs_commit(w->jobs, &w->e) < 0) {
		fail(w);
		log_event(LOG_LEVEL_ERROR, NULL, &w->e, "stopped: %s", w->e.msg);
		return w->e.class == ERR_BUSY ? XBUSY : XFATAL;
	}
	jobs_session_end(w->jobs, w->session);
	if (n > 0)
		log_warn("%ld jobs were not settled by %s", n, w->conf->argv[0]);
	if (loop_signals(&signo) > 0) {
		signal(signo, SIG_DFL);
		raise(signo);
	}
	if (code > XSOME)
		return code;
	return w->counts.failed > 0 ? XSOME : n > 0 || w->later ? XBUSY : XOK;
}

static int
work(struct work *w)
{
	w->session = jobs_session_new(w->jobs, &w->e);
	if (w->session < 0 || jobcmd_start(&w->cmd, w->loop, w->conf->argv, &w->e) < 0)
		return -1;
	w->tick = loop_timer(w->loop, 0, on_tick, w);
	w->renew_at = loop_now_ms() + w->conf->lease_ms / 3;
	signal(SIGPIPE, SIG_IGN);
	loop_catch_signals(w->loop);
	turns(w);
	return w->failed ? -1 : 0;
}

int
jobwork_run(struct loop *l, struct jobs *jobs, const struct jobwork_conf *conf)
{
	struct work w = { .loop = l, .jobs = jobs, .conf = conf };
	int status;

	jobcmd_init(&w.cmd, (size_t)(CLAIM_MAX + 1) * (REC_DOC_MAX + 1));
	if (work(&w) == 0) {
		status = verdict(&w);
	} else {
		log_event(LOG_LEVEL_ERROR, NULL, &w.e, "stopped: %s", w.e.msg);
		status = w.e.class == ERR_BUSY ? XBUSY : XFATAL;
	}
	watch_free(w.tick);
	watch_free(w.grace);
	jobcmd_release(&w.cmd);
	return status;
}

#include <sys/wait.h>

#include <signal.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/secret.h"
#include "jobdb/ahead.h"
#include "jobdb/command.h"
#include "jobdb/idle.h"
#include "jobdb/pipe.h"
#include "jobdb/tally.h"
#include "jobdb/work.h"
#include "ledger/jobs.h"
#include "rec/rec.h"

enum {
	TICK_MS = 20,          /* between two looks at the ledger */
	REAP_MS = 1000,        /* between two looks for dead sessions */
	SHOW_MS = 1000,        /* between two times that the counts are shown */
	ALONE_WAIT_MS = 60000, /* then the others make room for one to be alone */
	AGAIN_MS = 1000,       /* between the two times that the command is told to end ... */
	KILL_MS = 5000,        /* ... and until it is killed */
	/* Nothing given and nothing settled for so long, and nothing or something to give; ... */
	QUIET_MS = 3600000,
	STUCK_MS = 86400000,
	/* ... or so long, and the command has taken no CPU time either. */
	IDLE_MS = 600000,
	IDLE_LOOK_MS = 60000, /* between two looks at that */
	TROUBLED = 3,         /* jobs one after the other that failed by their surroundings */
	OUTAGE_MS = 120000,   /* for so long, where that is a network's other end */
	IDLE_CPU_MS = 200,    /* of it, by one process, that are none: what polls takes some */
	CLAIM_MAX = 256
};

struct work {
	struct loop *loop;
	struct jobs *jobs;
	const struct jobwork_conf *conf;
	int64_t session, version, event;
	int64_t well_at; /* the event up to which some job was done ... */
	long well;       /* ... and how many were then */
	int64_t seen;    /* the last event that was counted, */
	long undone;     /* and how many there were: jobs not settled as done */
	bool suspect;    /* some since well_at may be the surroundings' */
	struct jobcmd cmd;
	const char *name; /* the command's */
	struct watch *tick, *grace;
	long held, had; /* given and not settled, as far as known; a tick ago */
	bool lone;      /* the one that is held is to be alone */
	int told;       /* how often the command was told to end */
	bool stopping, failed, waits, hinted;
	bool troubled;                       /* what failed since well_at is not its own doing */
	bool due;                            /* there is something to give */
	bool later;                          /* some are due, but not within wait_ms */
	struct idle idle;                    /* what the command's processes had taken ... */
	int64_t cpu_at, busy_at;             /* ... then, and when one last took some */
	int64_t reap_at, show_at, claim_at;  /* loop time */
	int64_t renew_at, tick_at, quiet_at; /* jobs_now_ms() */
	struct err e;                        /* when failed */
	struct jobtally tally;
};

static void
giver_fail(struct work *w)
{
	w->failed = true;
	jobs_rollback(w->jobs);
}

/* How many to ask for now, and whether for one that is to be alone. */
static long
giver_room(struct work *w, const struct jobs_due *d, bool *alone)
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
giver_give(struct work *w, struct rec **v, long n)
{
	struct err e;
	long i;

	for (i = 0; i < n; i++) {
		if (rec_write(v[i], &w->cmd.out, REC_DOC_MAX, &e) < 0)
			log_event(LOG_LEVEL_ERROR, rec_str(v[i], "id"), &e, "%s", e.msg);
		rec_free(v[i]);
	}
	w->held += n;
	w->tally.counts.out += n;
	w->quiet_at = jobs_now_ms();
	jobcmd_write(&w->cmd);
}

static void
claim(struct work *w, const struct jobs_due *d)
{
	struct jobs_claim c = { .queue = w->conf->queue,
		.name = w->conf->name,
		.session = w->session,
		.lease_ms = w->conf->lease_ms };
	struct rec *v[CLAIM_MAX];
	long n = giver_room(w, d, &c.alone);

	if (n <= 0 || loop_now_ms() < w->claim_at)
		return;
	if (jobs_begin(w->jobs, &w->e) < 0) {
		giver_fail(w);
		return;
	}
	n = jobs_claim(w->jobs, &c, v, n, &w->e);
	if (n < 0 || jobs_commit(w->jobs, &w->e) < 0) {
		while (n > 0)
			rec_free(v[--n]);
		giver_fail(w);
		return;
	}
	/* Another version of what is ready is in somebody's hands. */
	if (n == 0)
		w->claim_at = loop_now_ms() + REAP_MS;
	w->lone = c.alone && n > 0;
	for (long i = 0; i < n; i++)
		log_event(LOG_LEVEL_DEBUG, rec_str(v[i], "id"), NULL,
		    "claimed: attempt %ld, leased for %ld ms", rec_int(v[i], "attempt", 1),
		    w->conf->lease_ms);
	if (n > 0)
		giver_give(w, v, n);
}

static void
giver_reap(struct work *w)
{
	int64_t now = loop_now_ms();
	long n, died;

	if (now < w->reap_at)
		return;
	w->reap_at = now + REAP_MS;
	if (jobs_begin(w->jobs, &w->e) < 0 ||
	    (n = jobs_reap(w->jobs, w->conf->queue, &died, &w->e)) < 0 ||
	    jobs_commit(w->jobs, &w->e) < 0) {
		giver_fail(w);
		return;
	}
	w->tally.buried += died;
	if (n > 0)
		log_info("%ld jobs taken back from workers that died", n);
}

/*
 * A machine that slept wakes all its workers: first each renews its leases. Nor
 * is that, or a clock that was set, a time in which nothing was done.
 */
static void
renew(struct work *w)
{
	int64_t now = jobs_now_ms(), gap = now - w->tick_at;

	if (gap > w->conf->lease_ms / 3) {
		w->reap_at = loop_now_ms() + REAP_MS;
		w->quiet_at += gap;
	}
	w->tick_at = now;
	if (now < w->renew_at)
		return;
	w->renew_at = now + w->conf->lease_ms / 3;
	if (jobs_renew(w->jobs, w->session, w->conf->lease_ms, &w->e) < 0)
		giver_fail(w);
	else
		log_debug("leases of %ld jobs renewed for %ld ms", w->held, w->conf->lease_ms);
}

/* One that was told to stop begins nothing any more: giving it more is in vain. */
static void
heed(struct work *w)
{
	int released = jobs_released(w->jobs, w->session, &w->event, &w->e);

	if (released < 0) {
		giver_fail(w);
	} else if (released > 0) {
		log_warn("a part of %s was told to stop: nothing more is given out", w->name);
		w->later = true;
		jobcmd_close_stdin(&w->cmd);
	}
}

/* What failed since the last one that was done. */
static struct jobs_streak
streak_after(const struct work *w, int64_t after)
{
	return (struct jobs_streak){ .session = w->session, .after = after, .all = w->well == 0 };
}

static void
is_troubled(struct work *w, const struct jobs_trouble *t)
{
	w->troubled = w->later = true;
	log_warn("%ld jobs failed one after the other, at last by %s:"
		 " nothing more is given out",
	    t->near + t->far, t->code);
	jobcmd_close_stdin(&w->cmd);
}

/*
 * What has failed since the last look, each looked at once: a queue may have a million
 * that do.  Whether some of it may be the surroundings' doing; -1 with w->e.  When the
 * last job was done is known by looking each time that something changes.
 */
static int
look_at_new(struct work *w)
{
	const struct jobs_streak streak = streak_after(w, w->seen);
	struct jobs_trouble t;
	long well;

	if (jobs_troubled(w->jobs, &streak, &t, &w->e) < 0)
		return -1;
	w->undone += t.all;
	w->seen = t.last;
	well = w->tally.counts.out - w->held - w->undone;
	if (!w->troubled && well > w->well) {
		w->well = well;
		w->well_at = t.last;
		w->suspect = false;
		return 0;
	}
	w->suspect |= t.near + t.far > 0;
	return t.near + t.far > 0;
}

/*
 * See whether it is the surroundings that jobs fail by: a full disk or a store that
 * is away would make dead letters of a queue.  One document's name may be to blame
 * as well, so that what no disk takes for ever counts while none was done at all.
 */
static int
look_for_trouble(struct work *w, bool over)
{
	const struct jobs_streak streak = streak_after(w, w->well_at);
	struct jobs_trouble t;

	if (w->troubled || !w->suspect)
		return 0;
	if (jobs_troubled(w->jobs, &streak, &t, &w->e) < 0)
		return -1;
	if (t.near >= TROUBLED || (over && w->well == 0 && t.refused > 0) ||
	    (t.near + t.far >= TROUBLED && jobs_now_ms() - t.since_ms >= OUTAGE_MS))
		is_troubled(w, &t);
	return 0;
}

/* Count, and look; over: for the last time. */
static int
take_stock(struct work *w, bool over)
{
	if (jobtally_take(&w->tally, w->jobs, w->session, &w->held, &w->e) < 0 ||
	    look_at_new(w) < 0)
		return -1;
	return look_for_trouble(w, over);
}

/* What others, the command's jobdb done above all, have changed. */
static void
giver_look(struct work *w)
{
	int64_t version = jobs_version(w->jobs);
	int r = 0;

	if (version == w->version)
		return;
	w->version = version;
	w->claim_at = 0;
	w->held = jobs_held(w->jobs, w->session, &w->e);
	if (w->held < 0)
		giver_fail(w);
	if (w->held == 0)
		w->lone = false;
	if (!w->failed && (r = look_at_new(w)) > 0)
		r = look_for_trouble(w, false);
	if (r < 0)
		giver_fail(w);
	if (!w->failed)
		heed(w);
}

static void
show(struct work *w)
{
	int64_t now = loop_now_ms();

	if (now < w->show_at)
		return;
	w->show_at = now + SHOW_MS;
	if (take_stock(w, false) < 0)
		giver_fail(w);
}

static void
giver_on_grace(void *arg, short revents)
{
	struct work *w = arg;

	(void)revents;
	if (w->told == 0)
		log_info("%s does not end: told to stop", w->name);
	if (w->told == 2)
		log_warn("%s does not end: killed", w->name);
	proc_kill(&w->cmd.proc, w->told < 2 ? SIGTERM : SIGKILL);
	watch_again(w->grace, w->told == 1 ? KILL_MS : AGAIN_MS);
	w->told += w->told < 3;
}

/* For how long it has taken no CPU time, and nothing was given or settled. */
static int64_t
idle_for(struct work *w)
{
	int64_t now = jobs_now_ms();
	long cpu;

	if (now - w->cpu_at >= IDLE_LOOK_MS) {
		cpu = idle_look(&w->idle, w->cmd.proc.pid);
		if (cpu < 0 || cpu > IDLE_CPU_MS)
			w->busy_at = now;
		w->cpu_at = now;
	}
	return now - (w->busy_at > w->quiet_at ? w->busy_at : w->quiet_at);
}

/* A command that settles nothing at all is none that was meant. */
static void
hint(struct work *w, int64_t idle)
{
	if (w->hinted || idle < IDLE_LOOK_MS || w->held == 0 || w->held < w->tally.counts.out)
		return;
	w->hinted = true;
	log_warn("%ld jobs were given to %s, and none is settled: that is for jobdb done to do, as"
		 " its last part",
	    w->held, w->name);
}

/* What the command has lost from its pipe is settled by nobody, and it may hang. */
static void
mind_command(struct work *w)
{
	bool open = w->cmd.fd >= 0;
	int64_t now = jobs_now_ms(), idle, quiet;

	if (w->held != w->had || (open && w->held == 0))
		w->quiet_at = now;
	w->had = w->held;
	idle = idle_for(w);
	quiet = now - w->quiet_at;
	if (open)
		hint(w, idle);
	if (w->grace || (idle <= IDLE_MS && quiet <= (w->due || !open ? STUCK_MS : QUIET_MS)))
		return;
	w->quiet_at = now;
	if (!open) {
		w->grace = loop_timer(w->loop, 0, giver_on_grace, w);
		return;
	}
	log_warn("%ld jobs are not settled: nothing more is given out", w->held);
	w->later = true;
	jobcmd_close_stdin(&w->cmd);
}

/* A server may have asked for so long, or a clock was ahead. */
static void
say_next_retry(const struct work *w, int64_t wait)
{
	long long s = (long long)(wait + 999) / 1000;

	if (wait <= JOBS_BACKOFF_MAX_MS)
		log_info("the next retry is due in %lld s", s);
	else
		log_info(
		    "the next retry is due in %lld s: jobdb requeue --queue '%s' --state queued"
		    " makes it due now",
		    s, w->conf->name);
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
			say_next_retry(w, wait);
		jobcmd_close_stdin(&w->cmd);
		return;
	}
	if (!w->waits)
		log_info("waiting for a retry that is due in %lld s",
		    (long long)(wait + 999) / 1000);
	w->waits = true;
}

static void
giver_on_tick(void *arg, short revents)
{
	struct work *w = arg;
	struct jobs_due d;

	(void)revents;
	watch_again(w->tick, TICK_MS);
	renew(w);
	if (!w->failed)
		show(w);
	if (!w->failed)
		mind_command(w);
	if (w->failed || w->cmd.fd < 0)
		return;
	giver_reap(w);
	giver_look(w);
	if (w->failed || w->cmd.fd < 0 || w->cmd.out.len > 0)
		return;
	if (jobs_due(w->jobs, w->conf->queue, &d, &w->e) < 0) {
		giver_fail(w);
		return;
	}
	w->due = d.ready || d.alone;
	if (w->due)
		w->waits = false;
	claim(w, &d);
	if (!w->failed)
		wait_or_end(w, &d);
}

static void
giver_turns(struct work *w)
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
			if (!w->grace)
				w->grace =
				    loop_timer(w->loop, w->conf->grace_ms, giver_on_grace, w);
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

/* The ledger cannot be told. */
static int
given_up(struct work *w, bool given_back)
{
	jobs_rollback(w->jobs);
	if (given_back && w->session > 0)
		jobs_session_leave(w->jobs, w->session);
	log_event(LOG_LEVEL_ERROR, NULL, &w->e, "stopped: %s", w->e.msg);
	return w->e.class == ERR_BUSY ? XBUSY : XFATAL;
}

/* What its surroundings did to a job is not held against it. */
static int
forgive(struct work *w)
{
	struct jobs_streak streak;
	long n = 0;

	if (take_stock(w, true) < 0)
		return -1;
	streak = streak_after(w, w->well_at);
	if (w->troubled)
		n = jobs_forgive(w->jobs, &streak, &w->e);
	if (n > 0)
		log_info("%ld jobs are queued again, with no attempt spent", n);
	return n < 0 ? -1 : 0;
}

/* What the command's end, and the jobs', come to. */
static int
giver_verdict(struct work *w)
{
	int st = w->cmd.proc.status;
	int code = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	bool given_back = w->stopping || stopped_itself(code);
	long n, died, changed;

	if (jobs_begin(w->jobs, &w->e) < 0 ||
	    (n = jobs_take_back(w->jobs, w->session, given_back, &died, &w->e)) < 0 ||
	    (changed = jobs_changed(w->jobs, w->session, &w->e)) < 0 || forgive(w) < 0 ||
	    jobtally_take(&w->tally, w->jobs, w->session, &w->held, &w->e) < 0 ||
	    jobs_commit(w->jobs, &w->e) < 0)
		return given_up(w, given_back);
	jobs_session_end(w->jobs, w->session);
	if (n > 0)
		log_warn("%ld jobs were not settled by %s", n, w->name);
	if (code > XSOME)
		return code;
	return n > died || changed > 0 || w->later ? XBUSY
	    : w->tally.counts.failed > 0           ? XSOME
						   : XOK;
}

static int
work(struct work *w)
{
	w->session = jobs_session_new(w->jobs, &w->e);
	if (w->session < 0 || jobahead_say(w->jobs, w->conf->queue, w->conf->name, &w->e) < 0 ||
	    jobcmd_start(&w->cmd, w->loop, w->conf->argv, w->conf->pipe, &w->e) < 0)
		return -1;
	/* The command has what keys it needs. */
	secret_forget(false);
	w->tick = loop_timer(w->loop, 0, giver_on_tick, w);
	w->tick_at = w->quiet_at = w->cpu_at = jobs_now_ms();
	w->renew_at = w->tick_at + w->conf->lease_ms / 3;
	signal(SIGPIPE, SIG_IGN);
	loop_catch_signals(w->loop);
	giver_turns(w);
	return w->failed ? -1 : 0;
}

int
jobwork_run(struct loop *l, struct jobs *jobs, const struct jobwork_conf *conf)
{
	struct work w = { .loop = l,
		.jobs = jobs,
		.conf = conf,
		.name = conf->pipe ? jobpipe_name(conf->argv) : conf->argv[0] };
	int status, signo;

	jobcmd_init(&w.cmd, (size_t)(CLAIM_MAX + 1) * (REC_DOC_MAX + 1));
	if (work(&w) == 0) {
		status = giver_verdict(&w);
	} else {
		/* Nobody is to go on with what is given back. */
		jobcmd_release(&w.cmd);
		status = given_up(&w, true);
	}
	watch_free(w.tick);
	watch_free(w.grace);
	idle_release(&w.idle);
	jobcmd_release(&w.cmd);
	if (loop_signals(&signo) > 0) {
		signal(signo, SIG_DFL);
		raise(signo);
	}
	return status;
}

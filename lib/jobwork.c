#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "counts.h"
#include "err.h"
#include "jobs.h"
#include "jobwork.h"
#include "log.h"
#include "loop.h"
#include "mem.h"
#include "proc.h"
#include "rec.h"

enum {
	TICK_MS = 20,		/* between two looks at the ledger */
	REAP_MS = 1000,		/* between two looks for dead sessions */
	ALONE_WAIT_MS = 60000,	/* then the others make room for one to be alone */
	CLAIM_MAX = 256
};

struct work {
	struct loop *loop;
	struct jobs *jobs;
	const struct jobwork_conf *conf;
	int64_t session, version;
	struct proc proc;
	int fd;			/* the command's stdin; -1: closed */
	struct buf out;
	struct watch *w_fd, *w_proc, *tick;
	long held;		/* given and not settled, as far as known */
	bool lone;		/* the one that is held is to be alone */
	bool stopping, ended, failed, waits;
	bool later;		/* some are due, but not within wait_ms */
	int64_t renew_at, reap_at;	/* loop time */
	struct err e;		/* when failed */
	struct counts counts;	/* out: given; failed, codes: came to be dead */
};

static void
fail(struct work *w)
{
	w->failed = true;
	jobs_rollback(w->jobs);
}

static void
close_stdin(struct work *w)
{
	watch_free(w->w_fd);
	w->w_fd = NULL;
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	buf_release(&w->out);
}

static void
write_some(void *arg, short revents)
{
	struct work *w = arg;
	ssize_t n;

	if (revents & POLLERR)
		close_stdin(w);	/* nobody reads it: the command's end is awaited */
	while (w->fd >= 0 && w->out.len > 0) {
		n = write(w->fd, w->out.p, w->out.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			close_stdin(w);
			return;
		}
		buf_shift(&w->out, (size_t)n);
	}
	if (w->w_fd)
		watch_events(w->w_fd, w->out.len > 0 ? POLLOUT : 0);
}

static int
start(struct work *w, struct err *e)
{
	struct proc_conf conf = { .name = w->conf->argv[0], .argv = w->conf->argv,
		.ours = true, .out = STDOUT_FILENO };
	int fds[2], r;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(e, ERR_BUSY, "proc.fork", "pipe");
	conf.in = fds[0];
	r = proc_start(&w->proc, &conf, e);
	close(fds[0]);
	w->fd = fds[1];
	if (r < 0)
		return -1;
	fcntl(w->fd, F_SETFL, O_NONBLOCK);
	return 0;
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
		if (rec_write(v[i], &w->out, REC_DOC_MAX, &e) < 0)
			log_event(LOG_LEVEL_ERROR, rec_str(v[i], "id"), &e, "%s", e.msg);
		rec_free(v[i]);
	}
	w->held += n;
	w->counts.out += n;
	write_some(w, 0);
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
wait_or_end(struct work *w, const struct jobs_due *d)
{
	int64_t wait = d->next_ms ? d->next_ms - jobs_now_ms() : 0;

	if (w->held > 0 || d->ready || d->alone)
		return;
	if (!d->next_ms || wait > w->conf->wait_ms) {
		w->later = d->next_ms != 0;
		if (w->later)
			log_info("the next retry is due in %lld s", (long long)(wait + 999) / 1000);
		close_stdin(w);
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
	if (w->failed || w->fd < 0)
		return;
	reap(w);
	look(w);
	if (w->failed || w->out.len > 0)
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
on_exit_of_command(void *arg, short revents)
{
	struct work *w = arg;

	(void)revents;
	if (!proc_reap(&w->proc))
		return;
	watch_free(w->w_proc);
	w->w_proc = NULL;
	w->ended = true;
}

static void
turns(struct work *w)
{
	int signo;

	while (!w->ended && !w->failed) {
		loop_turn(w->loop, -1);
		if (loop_signals(&signo) > 1)
			proc_kill(&w->proc, SIGKILL);
		if (loop_signals(&signo) > 0 && !w->stopping) {
			w->stopping = true;
			log_info("told to stop: nothing more is given out");
			close_stdin(w);
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

static void
count_dead(void *arg, const char *code)
{
	struct work *w = arg;

	w->counts.failed++;
	counts_code(&w->counts, code);
}

/* What the command's end, and the jobs', come to. */
static int
verdict(struct work *w)
{
	int st = w->proc.status, signo;
	int code = WIFEXITED(st) ? WEXITSTATUS(st) : 128 + WTERMSIG(st);
	bool given_back = w->stopping || stopped_itself(code);
	long n;

	if (jobs_begin(w->jobs, &w->e) < 0 ||
	    (n = jobs_take_back(w->jobs, w->session, given_back, &w->e)) < 0 ||
	    jobs_died(w->jobs, w->session, count_dead, w, &w->e) < 0 ||
	    jobs_commit(w->jobs, &w->e) < 0) {
		fail(w);
		log_event(LOG_LEVEL_ERROR, NULL, &w->e, "stopped: %s", w->e.msg);
		return w->e.class == ERR_BUSY ? XBUSY : XFATAL;
	}
	jobs_session_end(w->jobs, w->session);
	counts_show(&w->counts);
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
	if (w->session < 0 || start(w, &w->e) < 0)
		return -1;
	w->w_fd = loop_fd(w->loop, w->fd, 0, write_some, w);
	w->w_proc = loop_fd(w->loop, w->proc.pidfd, POLLIN, on_exit_of_command, w);
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
	struct work w = { .loop = l, .jobs = jobs, .conf = conf, .fd = -1 };
	int status;

	w.proc.pidfd = w.proc.err_fd = -1;
	buf_init(&w.out, (size_t)(CLAIM_MAX + 1) * (REC_DOC_MAX + 1));
	if (work(&w) == 0) {
		status = verdict(&w);
	} else {
		log_event(LOG_LEVEL_ERROR, NULL, &w.e, "stopped: %s", w.e.msg);
		status = w.e.class == ERR_BUSY ? XBUSY : XFATAL;
	}
	close_stdin(&w);
	watch_free(w.w_proc);
	watch_free(w.tick);
	proc_release(&w.proc);
	return status;
}

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/loop.h"
#include "base/mem.h"

struct watch {
	struct loop *loop;
	watch_fn *fn;
	void *arg;
	int64_t due_ms; /* of a timer; 0: not set */
	int fd;         /* -1: a timer */
	short events;
	bool paused, freed;
	bool ready; /* a timer that this turn is to call */
};

/*
 * Watches are few (hundreds at most), so arrays serve; one that is freed
 * while callbacks run is only marked, and swept at the end of the turn.
 */
struct loop {
	struct watch **v;
	struct pollfd *pfd;
	size_t n, cap;
	bool running;
	struct watch *signals;
};

/*
 * How often each of two asked us to stop: our parent, which passes on what it
 * was sent itself, and everybody else; and how often that is together.
 */
static volatile struct asked {
	sig_atomic_t n;
	int64_t at;
} asked[2];
static volatile sig_atomic_t times_asked;
/* A handler can reach nothing else; -1 while no loop catches signals. */
static int wake_fd = -1;
static volatile sig_atomic_t first_signal;

/* One clock is for all loops; tests alone let it leap (loop_leap). */
static struct {
	bool leaps;
	int64_t ahead_ms; /* of CLOCK_MONOTONIC */
} ahead;

int64_t
loop_now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + ahead.ahead_ms;
}

void
loop_leap(bool leaps)
{
	ahead.leaps = leaps;
}

struct loop *
loop_new(void)
{
	return mem_new(1, sizeof(struct loop));
}

static void
loop_sweep(struct loop *l)
{
	size_t i, kept = 0;

	for (i = 0; i < l->n; i++) {
		if (l->v[i]->freed)
			free(l->v[i]);
		else
			l->v[kept++] = l->v[i];
	}
	l->n = kept;
}

void
loop_free(struct loop *l)
{
	size_t i;

	if (!l)
		return;
	for (i = 0; i < l->n; i++)
		free(l->v[i]);
	free(l->v);
	free(l->pfd);
	free(l);
}

static struct watch *
loop_add(struct loop *l, watch_fn *fn, void *arg)
{
	struct watch *w = mem_new(1, sizeof(*w));

	*w = (struct watch){ .loop = l, .fn = fn, .arg = arg, .fd = -1 };
	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 16;
		l->v = mem_resize(l->v, l->cap, sizeof(*l->v));
		l->pfd = mem_resize(l->pfd, l->cap, sizeof(*l->pfd));
	}
	l->v[l->n++] = w;
	return w;
}

struct watch *
loop_fd(struct loop *l, int fd, short events, watch_fn *fn, void *arg)
{
	struct watch *w = loop_add(l, fn, arg);

	w->fd = fd;
	w->events = events;
	return w;
}

struct watch *
loop_timer(struct loop *l, long after_ms, watch_fn *fn, void *arg)
{
	struct watch *w = loop_add(l, fn, arg);

	watch_again(w, after_ms);
	return w;
}

void
watch_events(struct watch *w, short events)
{
	w->events = events;
}

void
watch_pause(struct watch *w, bool paused)
{
	w->paused = paused;
}

void
watch_again(struct watch *w, long after_ms)
{
	w->due_ms = loop_now_ms() + (after_ms > 0 ? after_ms : 0);
	w->ready = false;
}

void
watch_free(struct watch *w)
{
	if (!w)
		return;
	w->freed = true;
	w->fn = NULL;
	if (!w->loop->running)
		loop_sweep(w->loop);
}

/* How long poll may wait: up to max_ms, or until the first timer. */
static int
patience(const struct loop *l, long max_ms)
{
	int64_t now = loop_now_ms(), left = max_ms;
	size_t i;

	for (i = 0; i < l->n; i++) {
		const struct watch *w = l->v[i];

		if (w->fd >= 0 || !w->due_ms || w->freed)
			continue;
		if (w->due_ms <= now)
			return 0;
		if (left < 0 || w->due_ms - now < left)
			left = w->due_ms - now;
	}
	return left > 3600000 ? 3600000 : (int)left;
}

/* Of those that are ready, the one that was due first, or made first. */
static struct watch *
first_ready(struct loop *l, size_t n)
{
	struct watch *first = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		struct watch *w = l->v[i];

		if (w->ready && !w->freed && (!first || w->due_ms < first->due_ms))
			first = w;
	}
	return first;
}

/* One that a callback sets again is no longer ready; the next turn has it. */
static int
run_timers(struct loop *l, size_t n)
{
	int64_t now = loop_now_ms();
	int left = 0, ran = 0;
	struct watch *w;
	size_t i;

	for (i = 0; i < n; i++) {
		w = l->v[i];
		w->ready = w->fd < 0 && w->due_ms && w->due_ms <= now;
		left += w->ready;
	}
	for (; left > 0 && (w = first_ready(l, n)); left--) {
		w->due_ms = 0;
		w->ready = false;
		w->fn(w->arg, 0);
		ran++;
	}
	return ran;
}

static int
run_fds(struct loop *l, size_t n)
{
	int ran = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		struct watch *w = l->v[i];

		if (w->freed || w->paused || w->fd < 0 || !l->pfd[i].revents)
			continue;
		w->fn(w->arg, l->pfd[i].revents);
		ran++;
	}
	return ran;
}

static int
loop_poll(struct loop *l, size_t n, int ms)
{
	int64_t was = loop_now_ms(), left;
	int r;

	if (!ahead.leaps || (ms >= 0 && ms <= LEAP_AFTER_MS))
		return poll(l->pfd, n, ms);
	r = poll(l->pfd, n, LEAP_AFTER_MS);
	left = ms < 0 ? 0 : ms - (loop_now_ms() - was);
	if (r == 0 && left > 0)
		ahead.ahead_ms += left;
	return r == 0 && ms < 0 ? poll(l->pfd, n, ms) : r;
}

int
loop_turn(struct loop *l, long max_ms)
{
	size_t i, n = l->n;
	int ran = 0, r;

	for (i = 0; i < n; i++) {
		const struct watch *w = l->v[i];

		l->pfd[i] = (struct pollfd){ w->paused ? -1 : w->fd, w->events, 0 };
	}
	r = loop_poll(l, n, patience(l, max_ms));
	l->running = true;
	if (r > 0)
		ran = run_fds(l, n);
	ran += run_timers(l, n);
	l->running = false;
	loop_sweep(l);
	return ran;
}

static void
on_signal(int signo, siginfo_t *info, void *context)
{
	bool parent = info->si_pid == getppid();
	volatile struct asked *a = &asked[parent], *other = &asked[!parent];
	int64_t now = loop_now_ms();
	int saved = errno;

	(void)context;
	if (!first_signal)
		first_signal = signo;
	if (a->n == 0 || now - a->at > SIGNAL_AGAIN_MS) {
		a->n++;
		/* What the other has said just now is the same. */
		if (a->n > other->n || now - other->at > SIGNAL_ECHO_MS)
			times_asked++;
	}
	a->at = now;
	if (write(wake_fd, "", 1) < 0)
		errno = saved;
	errno = saved;
}

static void
drain_wake(void *arg, short revents)
{
	const int *fds = arg;
	char junk[64];

	(void)revents;
	while (read(fds[0], junk, sizeof(junk)) > 0)
		;
}

void
loop_catch_signals(struct loop *l)
{
	/* For the life of the process, as the handlers are. */
	static int fds[2] = { -1, -1 };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO },
			 old;
	size_t i;

	if (fds[0] < 0 && pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
		return;
	wake_fd = fds[1];
	sigfillset(&sa.sa_mask);
	l->signals = loop_fd(l, fds[0], POLLIN, drain_wake, fds);
	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		if (sigaction(signals[i], NULL, &old) < 0 || old.sa_handler == SIG_IGN)
			continue;
		sigaction(signals[i], &sa, NULL);
	}
}

int
loop_signals(int *signo)
{
	*signo = first_signal;
	return times_asked;
}

#include <poll.h>
#include <signal.h>
#include <time.h>

#include "base/loop.h"

#include "unit/folder.h"

enum { MANY = 400 };

/* What the callbacks of one test have done. */
struct seen {
	struct loop *loop;
	struct watch *watch, *other;
	char order[64];
	int calls;
	short revents;
	int fd;
};

static struct seen *
fresh(void)
{
	static struct seen s;

	memset(&s, 0, sizeof(s));
	s.loop = loop_new();
	CHECK(s.loop);
	return &s;
}

static void
count(void *arg, short revents)
{
	struct seen *s = arg;

	s->calls++;
	s->revents = revents;
}

static void
note(struct seen *s, short revents, char c)
{
	CHECK((size_t)s->calls < sizeof(s->order) - 1);
	s->order[s->calls] = c;
	count(s, revents);
}

static void
note_a(void *arg, short revents)
{
	note(arg, revents, 'a');
}

static void
note_b(void *arg, short revents)
{
	note(arg, revents, 'b');
}

static void
note_c(void *arg, short revents)
{
	note(arg, revents, 'c');
}

static void
pair(int fds[2])
{
	CHECK(pipe2(fds, O_CLOEXEC) == 0);
}

static void
unpair(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

static void
rest(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) < 0)
		;
}

static void
the_clock_goes_forward(void)
{
	int64_t was = loop_now_ms();
	struct seen *s = fresh();

	loop_timer(s->loop, 20, count, s);
	CHECK(loop_turn(s->loop, -1) == 1);
	CHECK(loop_now_ms() - was >= 20 && loop_now_ms() - was < 5000);
	loop_free(s->loop);
	loop_free(NULL);
}

static void
timers_come_in_order_of_time(void)
{
	struct seen *s = fresh();

	loop_timer(s->loop, 90, note_c, s);
	loop_timer(s->loop, 5, note_a, s);
	loop_timer(s->loop, 45, note_b, s);
	while (s->calls < 3)
		CHECK(loop_turn(s->loop, -1) >= 1);
	CHECK_STR(s->order, "abc");
	CHECK(s->revents == 0);
	/* Each but once. */
	CHECK(loop_turn(s->loop, 100) == 0);
	loop_free(s->loop);
}

/* Late as they are, and all in one turn. */
static void
after_a_stall_too(void)
{
	struct seen *s = fresh();

	loop_timer(s->loop, 60, note_c, s);
	loop_timer(s->loop, 1, note_a, s);
	loop_timer(s->loop, 30, note_b, s);
	rest(100);
	CHECK(loop_turn(s->loop, -1) == 3);
	CHECK_STR(s->order, "abc");
	CHECK(loop_turn(s->loop, 0) == 0);
	loop_free(s->loop);
}

static void
set_other_again(void *arg, short revents)
{
	struct seen *s = arg;

	note(s, revents, 'x');
	watch_again(s->other, 0);
}

/* It was ready in the same turn, and is called once for both times. */
static void
one_set_again_by_another_waits_for_the_next_turn(void)
{
	struct seen *s = fresh();

	s->other = loop_timer(s->loop, 20, note_b, s);
	loop_timer(s->loop, 10, set_other_again, s);
	loop_timer(s->loop, 30, note_c, s);
	rest(50);
	CHECK(loop_turn(s->loop, -1) == 2);
	CHECK_STR(s->order, "xc");
	CHECK(loop_turn(s->loop, -1) == 1);
	CHECK_STR(s->order, "xcb");
	CHECK(loop_turn(s->loop, 0) == 0);
	loop_free(s->loop);
}

static void
a_timer_can_be_set_again(void)
{
	struct seen *s = fresh();
	int64_t was = loop_now_ms();

	s->watch = loop_timer(s->loop, 0, count, s);
	CHECK(loop_turn(s->loop, -1) == 1);
	CHECK(loop_turn(s->loop, 0) == 0);
	watch_again(s->watch, 0);
	CHECK(loop_turn(s->loop, -1) == 1);
	watch_again(s->watch, -5);
	CHECK(loop_turn(s->loop, -1) == 1);
	/* Set anew before it was due: the later time counts. */
	watch_again(s->watch, 1);
	watch_again(s->watch, 40);
	while (s->calls < 4)
		loop_turn(s->loop, -1);
	CHECK(loop_now_ms() - was >= 40);
	watch_free(s->watch);
	CHECK(loop_turn(s->loop, 0) == 0);
	watch_free(NULL);
	loop_free(s->loop);
}

static void
set_again(void *arg, short revents)
{
	struct seen *s = arg;

	count(arg, revents);
	watch_again(s->watch, 0);
}

static void
a_timer_that_sets_itself_fires_once_a_turn(void)
{
	struct seen *s = fresh();

	s->watch = loop_timer(s->loop, 0, set_again, s);
	for (int i = 1; i <= 5; i++) {
		CHECK(loop_turn(s->loop, 1000) == 1);
		CHECK(s->calls == i);
	}
	loop_free(s->loop);
}

static void
a_turn_waits_no_longer_than_told(void)
{
	struct seen *s = fresh();
	int64_t was = loop_now_ms();

	loop_timer(s->loop, 60000, count, s);
	CHECK(loop_turn(s->loop, 0) == 0);
	CHECK(loop_turn(s->loop, 30) == 0);
	CHECK(loop_now_ms() - was >= 29 && loop_now_ms() - was < 10000);
	loop_free(s->loop);
}

static void
descriptors_are_called_for_what_was_asked(void)
{
	struct seen *s = fresh();
	int in[2];

	pair(in);
	s->watch = loop_fd(s->loop, in[0], POLLIN, count, s);
	CHECK(loop_turn(s->loop, 0) == 0);
	CHECK(write(in[1], "x", 1) == 1);
	CHECK(loop_turn(s->loop, -1) == 1 && s->revents == POLLIN);
	/* It stays until it is read, and the watch until it is freed. */
	CHECK(loop_turn(s->loop, -1) == 1 && s->calls == 2);
	watch_events(s->watch, 0);
	CHECK(loop_turn(s->loop, 0) == 0);
	watch_events(s->watch, POLLIN);
	CHECK(loop_turn(s->loop, 0) == 1);
	watch_pause(s->watch, true);
	CHECK(loop_turn(s->loop, 0) == 0);
	watch_pause(s->watch, false);
	CHECK(loop_turn(s->loop, 0) == 1);
	watch_free(s->watch);
	CHECK(loop_turn(s->loop, 0) == 0);
	/* The descriptor is still ours. */
	CHECK(fcntl(in[0], F_GETFD) >= 0);
	loop_free(s->loop);
	CHECK(fcntl(in[0], F_GETFD) >= 0);
	unpair(in);
}

static void
a_dead_reader_is_noticed_by_a_watch_for_nothing(void)
{
	struct seen *s = fresh();
	int out[2];

	pair(out);
	s->watch = loop_fd(s->loop, out[1], 0, count, s);
	CHECK(loop_turn(s->loop, 0) == 0);
	close(out[0]);
	CHECK(loop_turn(s->loop, -1) == 1 && (s->revents & POLLERR));
	/* Not when it is paused. */
	watch_pause(s->watch, true);
	CHECK(loop_turn(s->loop, 0) == 0);
	close(out[1]);
	loop_free(s->loop);
}

static void
a_dead_writer_is_noticed_by_a_watch_for_nothing(void)
{
	struct seen *s = fresh();
	int in[2];

	pair(in);
	loop_fd(s->loop, in[0], 0, count, s);
	close(in[1]);
	CHECK(loop_turn(s->loop, -1) == 1 && s->revents == POLLHUP);
	close(in[0]);
	CHECK(loop_turn(s->loop, -1) == 1 && s->revents == POLLNVAL);
	loop_free(s->loop);
}

static void
free_both(void *arg, short revents)
{
	struct seen *s = arg;

	count(arg, revents);
	watch_free(s->watch);
	watch_free(s->other);
	s->watch = s->other = NULL;
}

/* Of two that are due in one turn the first frees both. */
static void
a_callback_may_free_itself_and_others(void)
{
	struct seen *s = fresh();
	int a[2], b[2];

	pair(a);
	pair(b);
	CHECK(write(a[1], "x", 1) == 1 && write(b[1], "x", 1) == 1);
	s->watch = loop_fd(s->loop, a[0], POLLIN, free_both, s);
	s->other = loop_fd(s->loop, b[0], POLLIN, free_both, s);
	CHECK(loop_turn(s->loop, -1) == 1 && s->calls == 1);
	CHECK(loop_turn(s->loop, 0) == 0 && s->calls == 1);
	s->watch = loop_timer(s->loop, 0, free_both, s);
	s->other = loop_timer(s->loop, 0, free_both, s);
	CHECK(loop_turn(s->loop, -1) == 1 && s->calls == 2);
	CHECK(loop_turn(s->loop, 0) == 0);
	/* A descriptor's callback frees a timer that is due too. */
	s->watch = loop_fd(s->loop, a[0], POLLIN, free_both, s);
	s->other = loop_timer(s->loop, 0, free_both, s);
	CHECK(loop_turn(s->loop, -1) == 1 && s->calls == 3);
	loop_free(s->loop);
	unpair(a);
	unpair(b);
}

static void
pause_other(void *arg, short revents)
{
	struct seen *s = arg;

	count(arg, revents);
	watch_pause(s->other, true);
}

static void
a_callback_may_pause_one_that_is_due(void)
{
	struct seen *s = fresh();
	int in[2];

	pair(in);
	CHECK(write(in[1], "x", 1) == 1);
	s->watch = loop_fd(s->loop, in[0], POLLIN, pause_other, s);
	s->other = loop_fd(s->loop, in[0], POLLIN, note_b, s);
	CHECK(loop_turn(s->loop, -1) == 1);
	CHECK(s->order[0] == '\0' && s->order[1] == '\0');
	watch_pause(s->other, false);
	watch_free(s->watch);
	CHECK(loop_turn(s->loop, -1) == 1);
	CHECK(s->order[1] == 'b');
	loop_free(s->loop);
	unpair(in);
}

static void
add_many(void *arg, short revents)
{
	struct seen *s = arg;

	count(arg, revents);
	watch_free(s->watch);
	for (int i = 0; i < MANY; i++) {
		loop_fd(s->loop, s->fd, POLLIN, count, s);
		loop_timer(s->loop, 0, count, s);
	}
}

/* More than there was room for; they are called from the next turn on. */
static void
a_callback_may_add_many(void)
{
	struct seen *s = fresh();
	int in[2];

	pair(in);
	s->fd = in[0];
	s->watch = loop_fd(s->loop, in[0], POLLIN, add_many, s);
	loop_timer(s->loop, 0, count, s);
	CHECK(write(in[1], "x", 1) == 1);
	CHECK(loop_turn(s->loop, -1) == 2 && s->calls == 2);
	CHECK(loop_turn(s->loop, -1) == 2 * MANY && s->calls == 2 + 2 * MANY);
	CHECK(loop_turn(s->loop, -1) == MANY);
	loop_free(s->loop);
	unpair(in);
}

static void
of_many_some_are_freed(void)
{
	struct seen *s = fresh();
	struct watch *w[MANY];
	int in[2], left = 0;

	pair(in);
	CHECK(write(in[1], "x", 1) == 1);
	for (int i = 0; i < MANY; i++)
		w[i] = i % 2 ? loop_fd(s->loop, in[0], POLLIN, count, s)
			     : loop_timer(s->loop, 0, count, s);
	CHECK(loop_turn(s->loop, -1) == MANY && s->calls == MANY);
	for (int i = 0; i < MANY; i++)
		if (i % 3 == 0)
			watch_free(w[i]);
		else
			left += i % 2;
	CHECK(loop_turn(s->loop, 0) == left);
	loop_free(s->loop);
	unpair(in);
}

/*
 * A thousand signals in a row; the longest that two of them can have been
 * apart, since any process may be stopped in between.
 */
static int64_t
burst(void)
{
	int64_t before, was = loop_now_ms(), widest = 0;

	for (int i = 0; i < 1000; i++) {
		before = loop_now_ms();
		CHECK(raise(i % 2 ? SIGTERM : SIGINT) == 0);
		if (loop_now_ms() - was > widest)
			widest = loop_now_ms() - was;
		was = before;
	}
	return widest;
}

static void
signals_are_counted(void)
{
	struct seen *s = fresh();
	int signo = -1, n, tries = 0;

	CHECK(signal(SIGHUP, SIG_IGN) != SIG_ERR);
	loop_catch_signals(s->loop);
	CHECK(loop_signals(&signo) == 0);
	CHECK(raise(SIGHUP) == 0); /* inherited as ignored */
	CHECK(loop_turn(s->loop, 0) == 0 && loop_signals(&signo) == 0);
	CHECK(raise(SIGTERM) == 0);
	CHECK(loop_signals(&signo) == 1 && signo == SIGTERM);
	/* One that came before the turn ends its wait. */
	CHECK(loop_turn(s->loop, -1) >= 1);
	CHECK(loop_turn(s->loop, 0) == 0);
	/* After a while it is another request; what follows at once is the same. */
	do {
		CHECK(tries++ < 50);
		rest(2 * SIGNAL_AGAIN_MS);
		n = loop_signals(&signo);
	} while (burst() > SIGNAL_AGAIN_MS);
	CHECK(loop_signals(&signo) == n + 1 && signo == SIGTERM);
	while (loop_turn(s->loop, 0) > 0)
		;
	loop_free(s->loop);
}

/* Send a signal from a process that is not its target's parent. */
static void
send_from_elsewhere(pid_t to)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0)
		_exit(kill(to, SIGTERM) != 0);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

/* Says how often it was asked to stop, each time that it is sent a byte. */
static void
report(int in, int out)
{
	int signo;
	char n;

	while (read(in, &n, 1) == 1) {
		n = (char)loop_signals(&signo);
		CHECK(write(out, &n, 1) == 1);
	}
	_exit(0);
}

static int
reported(int in, int out)
{
	char n = 0;

	rest(2 * SIGNAL_AGAIN_MS);
	CHECK(write(out, &n, 1) == 1 && read(in, &n, 1) == 1);
	return n;
}

static void
what_the_parent_passes_on_counts_once(void)
{
	struct seen *s = fresh();
	int ask[2], answer[2], status;
	pid_t pid;

	loop_catch_signals(s->loop);
	CHECK(pipe2(ask, O_CLOEXEC) == 0 && pipe2(answer, O_CLOEXEC) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		close(ask[1]);
		report(ask[0], answer[1]);
	}
	CHECK(reported(answer[0], ask[1]) == 0);
	send_from_elsewhere(pid);
	CHECK(reported(answer[0], ask[1]) == 1);
	CHECK(kill(pid, SIGTERM) == 0);
	CHECK(reported(answer[0], ask[1]) == 1);
	CHECK(kill(pid, SIGTERM) == 0);
	CHECK(reported(answer[0], ask[1]) == 2);
	close(ask[1]);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	loop_free(s->loop);
}

/* As report(), and then minutes pass. */
static void
report_and_pause(struct loop *l, int in, int out)
{
	int64_t until;
	int signo;
	char n;

	loop_leap(true);
	while (read(in, &n, 1) == 1) {
		n = (char)loop_signals(&signo);
		until = loop_now_ms() + 2 * SIGNAL_ECHO_MS;
		while (loop_now_ms() < until)
			loop_turn(l, until - loop_now_ms());
		CHECK(write(out, &n, 1) == 1);
	}
	_exit(0);
}

static void
what_the_parent_says_later_counts_too(void)
{
	struct seen *s = fresh();
	int ask[2], answer[2], status;
	pid_t pid;

	loop_catch_signals(s->loop);
	CHECK(pipe2(ask, O_CLOEXEC) == 0 && pipe2(answer, O_CLOEXEC) == 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		close(ask[1]);
		report_and_pause(s->loop, ask[0], answer[1]);
	}
	CHECK(reported(answer[0], ask[1]) == 0);
	send_from_elsewhere(pid);
	CHECK(reported(answer[0], ask[1]) == 1);
	CHECK(kill(pid, SIGTERM) == 0);
	CHECK(reported(answer[0], ask[1]) == 2);
	send_from_elsewhere(pid);
	CHECK(reported(answer[0], ask[1]) == 3);
	close(ask[1]);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	loop_free(s->loop);
}

/* A turn that waits is ended by a signal from outside. */
static void
a_signal_wakes_the_loop(void)
{
	struct seen *s = fresh();
	pid_t self = getpid(), pid;
	int signo;

	loop_catch_signals(s->loop);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		struct timespec pause = { .tv_nsec = 30000000 };

		nanosleep(&pause, NULL);
		_exit(kill(self, SIGINT) != 0);
	}
	while (loop_signals(&signo) == 0)
		loop_turn(s->loop, -1);
	CHECK(signo == SIGINT && loop_signals(&signo) == 1);
	CHECK(waitpid(pid, NULL, 0) == pid);
	loop_free(s->loop);
}

/* Hours of timers, in order; what is ready comes before any of them. */
static void
a_clock_that_leaps_waits_for_nothing(void)
{
	struct timespec from, to;
	struct seen *s = fresh();
	int64_t was = loop_now_ms();
	struct watch *w;
	int fds[2];

	CHECK(clock_gettime(CLOCK_MONOTONIC, &from) == 0 && pipe2(fds, O_CLOEXEC) == 0);
	loop_leap(true);
	loop_timer(s->loop, 7200000, note_b, s);
	loop_timer(s->loop, 3600000, note_a, s);
	CHECK(write(fds[1], "x", 1) == 1);
	w = loop_fd(s->loop, fds[0], POLLIN, note_c, s);
	CHECK(loop_turn(s->loop, -1) == 1);
	CHECK(loop_now_ms() - was < 1000000);
	watch_free(w);
	CHECK(loop_turn(s->loop, 1800000) == 0 && loop_now_ms() - was >= 1800000);
	CHECK(loop_turn(s->loop, -1) == 1 && loop_now_ms() - was >= 3600000);
	CHECK(loop_turn(s->loop, -1) == 1 && loop_now_ms() - was >= 7200000);
	CHECK_STR(s->order, "cab");
	/* It goes on from there, at its own pace. */
	loop_leap(false);
	CHECK(loop_turn(s->loop, 20) == 0 && loop_now_ms() - was >= 7200020);
	CHECK(clock_gettime(CLOCK_MONOTONIC, &to) == 0 && to.tv_sec - from.tv_sec < 1000);
	close(fds[0]);
	close(fds[1]);
	loop_free(s->loop);
}

int
main(void)
{
	the_clock_goes_forward();
	timers_come_in_order_of_time();
	after_a_stall_too();
	one_set_again_by_another_waits_for_the_next_turn();
	a_timer_can_be_set_again();
	a_timer_that_sets_itself_fires_once_a_turn();
	a_turn_waits_no_longer_than_told();
	descriptors_are_called_for_what_was_asked();
	a_dead_reader_is_noticed_by_a_watch_for_nothing();
	a_dead_writer_is_noticed_by_a_watch_for_nothing();
	a_callback_may_free_itself_and_others();
	a_callback_may_pause_one_that_is_due();
	a_callback_may_add_many();
	of_many_some_are_freed();
	folder_child(a_clock_that_leaps_waits_for_nothing, 0);
	/* A shell has what it starts with & ignore it. */
	CHECK(signal(SIGINT, SIG_DFL) != SIG_ERR);
	folder_child(signals_are_counted, 0);
	folder_child(what_the_parent_passes_on_counts_once, 0);
	folder_child(what_the_parent_says_later_counts_too, 0);
	folder_child(a_signal_wakes_the_loop, 0);
	return 0;
}

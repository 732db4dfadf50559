/*
 * base/loop.h - the one place that waits: descriptors, timers and signals.
 *
 * Built on poll(2), which takes any kind of descriptor and reports POLLERR
 * for a watch that asks for nothing, as is needed to notice a dead reader.
 * Callbacks may add and free any watch, their own included.  The first of
 * several things that a callback waits for must not be lost: a watch stays
 * until it is freed; a timer fires once and is then to be freed or set again.
 * Timers that are due are called in order of time, however late it has become.
 */
#ifndef BASE_LOOP_H
#define BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct err;
struct loop;
struct watch;

/* revents as poll(2) says; 0 for a timer. */
typedef void watch_fn(void *arg, short revents);

struct loop *loop_new(void);
void loop_free(struct loop *); /* frees its watches too */

/* The descriptor stays the caller's. events 0: errors and hang-ups only. */
struct watch *loop_fd(struct loop *, int fd, short events, watch_fn *, void *arg);
struct watch *loop_timer(struct loop *, long after_ms, watch_fn *, void *arg);
void watch_events(struct watch *, short events);
/* Do not call for this descriptor, not even for errors, until resumed. */
void watch_pause(struct watch *, bool);
void watch_again(struct watch *, long after_ms); /* a timer only */
void watch_free(struct watch *);                 /* NULL is allowed */

/*
 * Wait for at most max_ms (-1: until something happens; 0: only look) and
 * call what is due.  Returns how many callbacks ran.
 */
int loop_turn(struct loop *, long max_ms);

/* Monotonic; the same value throughout one turn is not promised. */
int64_t loop_now_ms(void);
/*
 * For tests: from now on nothing is waited for.  When no descriptor has been
 * ready for LEAP_AFTER_MS, loop_now_ms leaps to the time of the first timer
 * (or to what loop_turn was to wait).  Only where all that happens is of this
 * very process: others, and libcurl's resolver, live in real time.
 */
enum { LEAP_AFTER_MS = 5 };
void loop_leap(bool);

/*
 * Count SIGINT, SIGTERM and SIGHUP from now on, unless inherited as ignored;
 * each wakes the loop.  loop_signals returns how often we were told to stop,
 * and the first signal's number in *signo.  What was sent to a whole process
 * group, and passed on by our parent within SIGNAL_ECHO_MS too, counts once; so
 * do signals that follow one another within SIGNAL_AGAIN_MS, as those of
 * timeout(1) do.
 */
enum { SIGNAL_AGAIN_MS = 100, SIGNAL_ECHO_MS = 5000 };
void loop_catch_signals(struct loop *);
int loop_signals(int *signo);

#endif

#include <sys/resource.h>
#include <sys/time.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jq.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "rec/match.h"

enum { TICKS_A_SECOND = 4 };

struct select {
	jq_state *jq;
};

/*
 * What libjq does beside looking at its input, and what it ends the process by
 * (implode, of what is no character).  No module can be named behind these.
 */
static const char safe[] =
    "def input: error(\"there is no input\"); def inputs: input; def stderr: .; def debug: .;"
    "def input_filename: null; def input_line_number: 0; def get_search_list: [];"
    "def modulemeta: error(\"there are no modules\");"
    "def halt: error(\"halt\"); def halt_error: halt; def halt_error(x): halt;"
    "def implode_: implode; def implode: if type == \"array\" and all(.[]; type == \"number\" and"
    " . >= 0 and . < 1114112 and (. < 55296 or . > 57343)) then implode_"
    " else error(\"implode: no characters\") end;\n";

/* A handler can reach nothing else: how often it ran since the record began. */
static volatile sig_atomic_t ticks;

static void
on_select_tick(int signo)
{
	static const char text[] = "jobdb: --select: one record took the expression too much CPU "
				   "time (select.failed)\n";
	int told;

	(void)signo;
	if (loop_signals(&told) > 0) {
		signal(told, SIG_DFL);
		raise(told);
	}
	if (++ticks <= SELECT_CPU_S * TICKS_A_SECOND)
		return;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(XFATAL);
}

/* By the CPU time that is used: nothing else is disturbed. */
static void
select_clock(bool on)
{
	struct sigaction sa = { .sa_handler = on ? on_select_tick : SIG_DFL,
		.sa_flags = SA_RESTART };
	const struct timeval every = { .tv_usec = on ? 1000000 / TICKS_A_SECOND : 0 };
	const struct itimerval t = { every, every };

	if (on)
		sigaction(SIGVTALRM, &sa, NULL);
	setitimer(ITIMER_VIRTUAL, &t, NULL);
	if (!on)
		sigaction(SIGVTALRM, &sa, NULL);
}

/* libjq ends the process itself where it gets none; no sanitizer lives in so little. */
static void
bound_memory(void)
{
#ifndef __SANITIZE_ADDRESS__
	struct rlimit l;

	if (getrlimit(RLIMIT_DATA, &l) != 0)
		return;
	l.rlim_cur = (rlim_t)SELECT_MEMORY_MIB << 20;
	if (l.rlim_max == RLIM_INFINITY || l.rlim_cur < l.rlim_max)
		(void)setrlimit(RLIMIT_DATA, &l);
#endif
}

/* libjq would go on where this returned. */
static void
select_no_memory(void *arg)
{
	static const char text[] = "jobdb: --select: one record took the expression too much memory"
				   " (select.failed)\n";

	(void)arg;
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	_exit(XFATAL);
}

/* libjq's own words on why it does not compile. */
static void
match_keep(void *arg, jv msg)
{
	struct err *e = arg;
	jv text = jq_format_error(msg);

	if (jv_get_kind(text) == JV_KIND_STRING)
		snprintf(e->msg, sizeof(e->msg), "%s", jv_string_value(text));
	jv_free(text);
}

struct select *
select_new(const char *expr, struct err *e)
{
	jq_state *jq = jq_init();
	char *text = mem_printf("%s%s", safe, expr);
	struct select *s;
	int ok;

	if (!jq) {
		free(text);
		err_set(e, ERR_BUSY, CODE_MEM_LIMIT, "no memory for jq");
		return NULL;
	}
	err_set(e, ERR_VALIDATION, CODE_SELECT_SYNTAX, "the expression does not compile");
	jq_set_error_cb(jq, match_keep, e);
	jq_set_nomem_handler(jq, select_no_memory, NULL);
	jq_set_attr(jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
	bound_memory();
	ok = jq_compile(jq, text);
	jq_set_error_cb(jq, NULL, NULL);
	free(text);
	if (!ok) {
		jq_teardown(&jq);
		return NULL;
	}
	s = mem_new(1, sizeof(*s));
	s->jq = jq;
	select_clock(true);
	return s;
}

void
select_free(struct select *s)
{
	if (!s)
		return;
	select_clock(false);
	jq_teardown(&s->jq);
	free(s);
}

/* What error() was given, where that is text; of anything else no more than that. */
static int
select_fail(jv got, struct err *e)
{
	jv msg = jv_invalid_get_msg(got);

	err_set(e, ERR_VALIDATION, CODE_SELECT_FAILED, "--select: %.200s",
	    jv_get_kind(msg) == JV_KIND_STRING ? jv_string_value(msg) : "an error");
	jv_free(msg);
	return -1;
}

int
select_match(struct select *s, jv v, struct err *e)
{
	jv_kind kind;
	jv got;

	ticks = 0;
	jq_start(s->jq, v, 0);
	got = jq_next(s->jq);
	kind = jv_get_kind(got);
	if (kind == JV_KIND_INVALID && jv_invalid_has_msg(jv_copy(got)))
		return select_fail(got, e);
	jv_free(got);
	return kind != JV_KIND_INVALID && kind != JV_KIND_FALSE && kind != JV_KIND_NULL;
}

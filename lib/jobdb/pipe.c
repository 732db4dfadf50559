#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "jobdb/pipe.h"
#include "proc/proc.h"

enum { SIGNALLED = 128, LOST = SIGNALLED + SIGKILL };

/* Set by the handler, for which there is no other place. */
static volatile sig_atomic_t told_to_stop;

struct pipeline {
	const struct jobpipe_conf *conf;
	struct proc *v;
	size_t n;
	int worst, lock;
	bool killed, broken;
};

static bool
is_bar(const char *word)
{
	return strcmp(word, "|") == 0;
}

/* Behind what is set. */
static char *const *
first_command(char *const *argv)
{
	while (*argv && **argv != '=' && strchr(*argv, '='))
		argv++;
	return argv;
}

bool
jobpipe_is(char *const *argv)
{
	bool empty = true;

	for (argv = first_command(argv); *argv; argv++) {
		if (empty && is_bar(*argv))
			return false;
		empty = is_bar(*argv);
	}
	return !empty;
}

const char *
jobpipe_name(char *const *argv)
{
	return *first_command(argv);
}

static void
on_told(int signo)
{
	(void)signo;
	told_to_stop = 1;
}

/* We only wait: those who are told are the others of our group. */
static void
heed_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_told, .sa_flags = SA_RESTART };

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &sa, NULL);
}

static int
hold(struct pipeline *p, struct err *e)
{
	p->lock = -1;
	if (!p->conf->hold)
		return 0;
	p->lock = open(p->conf->hold, O_RDONLY | O_CLOEXEC);
	if (p->lock >= 0 && flock(p->lock, LOCK_SH | LOCK_NB) == 0)
		return 0;
	return err_sys(e, ERR_BUSY, CODE_IO_READ, "%s", p->conf->hold);
}

/* From in, to whoever comes next: its end of the pipe, or -1 with *e. */
static int
start_one(struct pipeline *p, char **argv, int in, bool last, struct err *e)
{
	struct proc_conf conf = { .name = argv[0],
		.argv = argv,
		.ours = true,
		.within = true,
		.in = in,
		.out = STDOUT_FILENO,
		.keep = { p->lock > 2 ? p->lock : 0 } };
	int fds[2] = { STDIN_FILENO, -1 }, r;

	if (!last) {
		if (pipe2(fds, O_CLOEXEC) < 0)
			return err_sys(e, ERR_BUSY, CODE_PROC_FORK, "pipe");
		conf.out = fds[1];
	}
	p->v = mem_resize(p->v, p->n + 1, sizeof(*p->v));
	r = proc_start(&p->v[p->n], &conf, e);
	if (!last)
		close(fds[1]);
	if (r == 0) {
		p->n++;
		return fds[0];
	}
	if (!last)
		close(fds[0]);
	return -1;
}

/* Who is not to wait for an end of a pipe that we hold ourselves. */
static void
leave_end(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, fd);
		close(null);
	} else {
		close(fd);
	}
}

static int
start_all(struct pipeline *p, struct err *e)
{
	char **argv = p->conf->argv, **end;
	int in = STDIN_FILENO, next = 0;
	bool last;

	for (; *argv && argv != first_command(argv); argv++)
		putenv(*argv);
	do {
		for (end = argv; *end && !is_bar(*end);)
			end++;
		last = !*end;
		*end = NULL;
		next = start_one(p, argv, in, last, e);
		if (in == STDIN_FILENO)
			leave_end(in);
		else
			close(in);
		in = next;
		argv = end + 1;
	} while (next >= 0 && !last);
	leave_end(STDOUT_FILENO);
	return next;
}

static void
pipeline_worsen(struct pipeline *p, int status)
{
	static const int order[] = { XOK, XSOME, XBUSY, XFATAL, XUSAGE };

	for (size_t i = 0, seen = 0; i < sizeof(order) / sizeof(*order); i++) {
		seen += order[i] == p->worst;
		if (order[i] == status && seen)
			p->worst = status;
	}
}

static void
say_killed(struct pipeline *p, const char *name, int signo)
{
	const char *abbrev = sigabbrev_np(signo);
	int fd;

	p->killed = true;
	if (p->conf->killed) {
		fd = open(p->conf->killed, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (fd >= 0 && dprintf(fd, "%s %s\n", name, abbrev ? abbrev : "?") > 0 &&
		    close(fd) == 0)
			return;
	}
	log_warn("%s was killed by SIG%s", name, abbrev ? abbrev : "?");
}

/* What one's end comes to. Those that wrote to one that died did nothing wrong. */
static void
take_status(struct pipeline *p, const struct proc *one)
{
	int st = one->status;
	int code = WIFEXITED(st) ? WEXITSTATUS(st) : SIGNALLED + WTERMSIG(st);
	const char *slash = strrchr(one->name, '/');

	if (code == SIGNALLED + SIGPIPE) {
		p->broken = true;
	} else if (code <= XFATAL) {
		pipeline_worsen(p, code);
	} else if (code == 126 || code == 127) {
		pipeline_worsen(p, XFATAL);
	} else {
		if (code > SIGNALLED && !told_to_stop)
			say_killed(p, slash ? slash + 1 : one->name, code - SIGNALLED);
		pipeline_worsen(p, XBUSY);
	}
}

static int
pipeline_verdict(const struct pipeline *p)
{
	if (p->killed)
		return LOST;
	return p->broken && p->worst <= XSOME ? XBUSY : p->worst;
}

static int
run_pipeline(const struct jobpipe_conf *conf)
{
	struct pipeline p = { .conf = conf };
	struct err e;

	heed_signals();
	if (hold(&p, &e) < 0 || start_all(&p, &e) < 0) {
		log_event(LOG_LEVEL_ERROR, NULL, &e, "%s", e.msg);
		pipeline_worsen(&p, e.class == ERR_BUSY ? XBUSY : XFATAL);
		/* Jobs may be in a pipe already that nobody reads: wait for no more. */
		told_to_stop = 1;
		for (size_t k = 0; k < p.n; k++)
			proc_kill(&p.v[k], SIGTERM);
	}
	secret_forget(false);
	for (size_t i = 0; i < p.n; i++) {
		proc_wait(&p.v[i], -1);
		take_status(&p, &p.v[i]);
		proc_release(&p.v[i]);
	}
	free(p.v);
	return pipeline_verdict(&p);
}

/* Of the word before these, too. */
enum { AS_PIPE = 1, HOLD, KILLED, WORDS };

void
jobpipe_enter(int argc, char *argv[])
{
	struct jobpipe_conf conf;

	if (argc <= WORDS || strcmp(argv[AS_PIPE], JOBPIPE_ARG) != 0)
		return;
	conf = (struct jobpipe_conf){ .argv = argv + WORDS,
		.hold = *argv[HOLD] ? argv[HOLD] : NULL,
		.killed = *argv[KILLED] ? argv[KILLED] : NULL };
	log_tool = "jobdb";
	prctl(PR_SET_NAME, log_tool);
	_exit(run_pipeline(&conf));
}

char **
jobpipe_argv(const struct jobpipe_conf *conf)
{
	static const char arg[] = JOBPIPE_ARG, none[] = "";
	const char **v;
	size_t n = 0;

	while (conf->argv[n])
		n++;
	v = mem_new(WORDS + n + 1, sizeof(*v));
	v[0] = proc_own_path();
	v[AS_PIPE] = arg;
	v[HOLD] = conf->hold ? conf->hold : none;
	v[KILLED] = conf->killed ? conf->killed : none;
	memcpy(v + WORDS, conf->argv, n * sizeof(*v));
	return (char **)v;
}

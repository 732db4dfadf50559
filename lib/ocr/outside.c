#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "ocr/held.h"
#include "ocr/outside.h"
#include "ocr/result.h"
#include "ocr/spoken.h"
#include "ocr/wish.h"
#include "proc/resident.h"

enum {
	PREFIX = sizeof(OCR_EXEC) - 1,
	CALLED_MAX = PREFIX + 60,
	OWNER_MAX = 63,
	PAGE_MS = 300 * 1000,
	QUESTION_MAX = 48 << 10, /* less than a pipe holds */
	LOST_MS = 250,           /* until another is started behind one that died, */
	LOST_MAX_MS = 2000,      /* twice as long each time, */
	HEARD_MOST = 200,        /* lines of its standard error that are logged, of each page */
	DEAF_MOST = 5            /* and how often in a row for none to read what it is asked */
};

/* All that it is given of our environment. */
static const char *const outside_env[] = { "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE",
	"LC_ALL", "LC_CTYPE", "LC_COLLATE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME",
	"TMPDIR", "QUIRE_LOG", NULL };

/* A page that waits for a program, or is in its hands. */
struct turn {
	struct turn *next;
	struct ocr_task *task;
	long n;                    /* of its question */
	int deaf;                  /* programs that died without reading it */
	char owner[OWNER_MAX + 1]; /* whose page it is; "": like no other */
};

struct seat {
	struct outside *o;
	struct resident program;
	struct turn *turn;         /* NULL: none */
	long pages;                /* that its program has had */
	long heard;                /* lines of its standard error since it was asked last */
	char owner[OWNER_MAX + 1]; /* of the last of them */
};

struct outside {
	struct loop *loop;
	char *command, **argv; /* its words, in command */
	char *lang, called[CALLED_MAX + 1];
	bool html_tables, isolate;
	long jobs, page_ms, recycle;
	struct seat *seat;
	struct turn *queue, **queue_end;
	struct held *held;
	struct watch *kick;
	long asked;       /* questions */
	long lost, deaf;  /* programs that died since the last answer; of them, without reading */
	int64_t start_ms; /* none is started before */
};

bool
outside_is(const char *name)
{
	return strncmp(name, OCR_EXEC, PREFIX) == 0;
}

/* The base name of CMD's first word, as records may have it. */
static void
name_called(const char *name, char called[CALLED_MAX + 1])
{
	const char *word = name + PREFIX + strspn(name + PREFIX, " \t");
	const char *end = word + strcspn(word, " \t"), *base = end;
	size_t n = PREFIX;

	while (base > word && base[-1] != '/')
		base--;
	memcpy(called, OCR_EXEC, PREFIX);
	for (; base < end && n < CALLED_MAX; base++)
		called[n++] =
		    (char)(isalnum((unsigned char)*base) || strchr("._+-", *base) ? *base : '_');
	called[n] = '\0';
}

static char *
outside_called(const char *name)
{
	char called[CALLED_MAX + 1];

	name_called(name, called);
	return mem_dup(called);
}

static void
kick_outside(struct outside *o, long after_ms)
{
	if (o->queue)
		watch_again(o->kick, after_ms);
}

/* Into the queue, at its head or its end. */
static void
turn_waits(struct outside *o, struct turn *t, bool first)
{
	struct turn **at = first ? &o->queue : o->queue_end;

	t->next = *at;
	*at = t;
	if (!t->next)
		o->queue_end = &t->next;
}

static struct turn *
turn_next(struct outside *o)
{
	struct turn *t = o->queue;

	o->queue = t->next;
	if (!o->queue)
		o->queue_end = &o->queue;
	return t;
}

/* Nothing of the turn is touched once done runs. */
static void
turn_fails(struct turn *t, const struct err *why)
{
	struct ocr_task *task = t->task;

	free(t);
	task->tries--;
	task->done(task, NULL, why);
}

static struct turn *
take_turn(struct seat *s)
{
	struct turn *t = s->turn;

	s->turn = NULL;
	return t;
}

/* One has died, or been killed, without an answer. */
static void
count_lost(struct outside *o)
{
	long ms = LOST_MS;

	for (long i = 0; i < o->lost && ms < LOST_MAX_MS; i++)
		ms *= 2;
	o->lost++;
	o->start_ms = loop_now_ms() + (ms < LOST_MAX_MS ? ms : LOST_MAX_MS);
}

static void
seat_heard(void *arg, const char *line)
{
	struct seat *s = arg;

	if (++s->heard <= HEARD_MOST)
		log_event(LOG_LEVEL_INFO, *s->owner ? s->owner : NULL, NULL, "%s: %s", s->o->called,
		    line);
}

/* Before the next page, and when it has ended: more of it may come behind its answer. */
static void
seat_unheard(struct seat *s)
{
	if (s->heard > HEARD_MOST)
		log_event(LOG_LEVEL_WARN, *s->owner ? s->owner : NULL, NULL,
		    "%s: %ld lines more of its standard error are left out", s->o->called,
		    s->heard - HEARD_MOST);
	s->heard = 0;
}

static void
seat_said(void *arg, const char *line, size_t len)
{
	struct seat *s = arg;
	struct outside *o = s->o;
	struct turn *t = take_turn(s);
	struct spoken said;
	struct err e;
	int r;

	spoken_init(&said, o->html_tables);
	r = spoken_read(&said, line, len, t->n, &e);
	if (r < 0 && err_is(&e, CODE_OCR_PROGRAM)) {
		resident_stop(&s->program);
		count_lost(o);
	} else {
		o->lost = o->deaf = 0;
		if (o->recycle > 0 && s->pages >= o->recycle)
			resident_leave(&s->program);
	}
	kick_outside(o, 0);
	if (r == 0) {
		held_take(o->held, t->task, &said);
		free(t);
		return;
	}
	turn_fails(t, &e);
	spoken_release(&said);
}

static void
died_how(const struct seat *s, const struct resident_end *end, struct err *e)
{
	const char *name = s->o->called;

	switch (end->fate) {
	case RESIDENT_SILENT:
		err_set(e, ERR_TRANSIENT, CODE_OCR_TIMEOUT, "%s gave no answer in %ld ms", name,
		    s->o->page_ms);
		break;
	case RESIDENT_FLOODED:
		err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "%s: the answer exceeds %d bytes", name,
		    SPOKEN_LINE_MAX);
		break;
	case RESIDENT_BABBLED:
		err_set(e, ERR_PERMANENT, CODE_OCR_PROGRAM,
		    "%s answers more than a line, or before it is asked", name);
		break;
	case RESIDENT_DIED:
		err_set(e, ERR_TRANSIENT, CODE_OCR_DIED, "%s died: %s", name, end->why);
		break;
	}
}

/*
 * It died before it read the page, which so is not what it died of.  true: the page
 * waits for another; else why it does not.
 */
static bool
waits_again(struct outside *o, struct turn *t, struct err *e)
{
	if (++o->deaf >= DEAF_MOST) {
		char why[ERR_MSG_MAX];

		snprintf(why, sizeof(why), "%s", e->msg);
		err_set(e, ERR_FATAL, CODE_PROC_EXEC, "%s, as %d before it, and none read a page",
		    why, DEAF_MOST - 1);
		return false;
	}
	if (++t->deaf >= DEAF_MOST)
		return false;
	turn_waits(o, t, true);
	return true;
}

static void
seat_ended(void *arg, const struct resident_end *end)
{
	struct seat *s = arg;
	struct outside *o = s->o;
	struct turn *t = take_turn(s);
	struct err e;

	seat_unheard(s);
	if (!t) {
		kick_outside(o, 0);
		return;
	}
	count_lost(o);
	died_how(s, end, &e);
	if (end->fate == RESIDENT_DIED && end->unread) {
		t = waits_again(o, t, &e) ? NULL : t;
	} else {
		o->deaf = 0;
	}
	kick_outside(o, 0);
	if (t)
		turn_fails(t, &e);
}

static const struct resident_ops seat_ops = { .said = seat_said,
	.heard = seat_heard,
	.ended = seat_ended };

/* The turn is its now.  -1 where the page cannot be asked for. */
static int
seat_asks(struct seat *s, struct turn *t, struct err *e)
{
	struct outside *o = s->o;
	struct buf line = BUF_INIT(QUESTION_MAX);
	const int r = spoken_ask(&line, &t->task->ask, o->lang, ++o->asked, e);

	if (r == 0) {
		seat_unheard(s);
		t->n = o->asked;
		s->turn = t;
		s->pages++;
		memcpy(s->owner, t->owner, sizeof(s->owner));
		resident_ask(&s->program, line.p, line.len, o->page_ms);
	}
	buf_release(&line);
	return r;
}

/* Whether its program may have the page as well, with what it has had. */
static bool
seat_suits(const struct seat *s, const struct turn *t)
{
	return !s->o->isolate || s->pages == 0 || (*t->owner && strcmp(s->owner, t->owner) == 0);
}

/* A seat whose program may be given the page, or started; NULL: none now. */
static struct seat *
find_seat(struct outside *o, const struct turn *t)
{
	struct seat *s, *stopped = NULL, *other = NULL;

	for (s = o->seat; s < o->seat + o->jobs; s++) {
		if (s->program.state == RESIDENT_STOPPED)
			stopped = stopped ? stopped : s;
		else if (s->program.state == RESIDENT_DYING || s->turn)
			continue;
		else if (!resident_is_idle(&s->program))
			resident_leave(&s->program);
		else if (seat_suits(s, t))
			return s;
		else
			other = s;
	}
	if (!stopped && other)
		resident_leave(&other->program);
	return stopped;
}

static bool
is_any_asked(const struct outside *o)
{
	for (const struct seat *s = o->seat; s < o->seat + o->jobs; s++)
		if (s->turn)
			return true;
	return false;
}

/* 1: it runs; 0: not yet, as what it waits for comes; -1: none can be had. */
static int
seat_starts(struct seat *s, struct err *e)
{
	struct outside *o = s->o;
	const struct resident_conf conf = { .name = o->called,
		.argv = o->argv,
		.env = outside_env,
		.line_max = SPOKEN_LINE_MAX };
	const int64_t wait = o->start_ms - loop_now_ms();

	if (wait > 0) {
		watch_again(o->kick, (long)wait);
		return 0;
	}
	s->pages = 0;
	if (resident_start(&s->program, &conf, e) == 0)
		return 1;
	return is_any_asked(o) ? 0 : -1;
}

/* The next page that waits: 1: a program has it; 0: none can have it now; -1: it fails. */
static int
outside_place(struct outside *o, struct err *e)
{
	struct seat *s = find_seat(o, o->queue);
	int r = 1;

	if (!s)
		return 0;
	if (s->program.state == RESIDENT_STOPPED)
		r = seat_starts(s, e);
	return r > 0 && seat_asks(s, o->queue, e) < 0 ? -1 : r;
}

static void
outside_run(void *arg, short revents)
{
	struct outside *o = arg;
	struct turn *t;
	struct err e;
	int r = 1;

	(void)revents;
	while (o->queue && r > 0) {
		r = outside_place(o, &e);
		if (r > 0)
			(void)turn_next(o);
	}
	if (r >= 0)
		return;
	t = turn_next(o);
	kick_outside(o, 0);
	turn_fails(t, &e);
}

static int
outside_read(void *self, struct ocr_task *task, struct err *e)
{
	struct outside *o = self;
	struct turn *t = mem_new(1, sizeof(*t));
	const char *owner = task->ask.document;

	(void)e;
	t->task = task;
	if (owner && strlen(owner) <= OWNER_MAX)
		memcpy(t->owner, owner, strlen(owner));
	turn_waits(o, t, false);
	kick_outside(o, 0);
	return 0;
}

static void
outside_cancel(void *self, struct ocr_task *task)
{
	struct outside *o = self;
	struct turn **at = &o->queue, *t;

	held_cancel(o->held, task);
	while ((t = *at)) {
		if (t->task == task) {
			*at = t->next;
			free(t);
		} else {
			at = &t->next;
		}
	}
	o->queue_end = at;
	for (struct seat *s = o->seat; s < o->seat + o->jobs; s++) {
		if (!s->turn || s->turn->task != task)
			continue;
		free(take_turn(s));
		resident_stop(&s->program);
	}
	kick_outside(o, 0);
}

static void
outside_close(void *self)
{
	struct outside *o = self;
	struct resident **all;

	if (!o)
		return;
	all = mem_new((size_t)o->jobs, sizeof(*all));
	for (long i = 0; i < o->jobs; i++) {
		all[i] = &o->seat[i].program;
		free(o->seat[i].turn);
	}
	resident_leave_all(all, (size_t)o->jobs);
	free(all);
	while (o->queue)
		free(turn_next(o));
	watch_free(o->kick);
	held_free(o->held);
	free(o->seat);
	free(o->argv);
	free(o->command);
	free(o->lang);
	free(o);
}

/* The words of CMD, which are split in place; NULL: there is none. */
static char **
words_of(char *command)
{
	char **argv = mem_new(strlen(command) / 2 + 2, sizeof(*argv));
	size_t n = 0;

	for (char *p = command + strspn(command, " \t"); *p; p += strspn(p, " \t")) {
		argv[n++] = p;
		p += strcspn(p, " \t");
		if (*p)
			*p++ = '\0';
	}
	if (n > 0)
		return argv;
	free(argv);
	return NULL;
}

static void *
outside_open(const struct engine_conf *conf, struct err *e)
{
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	char *command = mem_dup(conf->name + PREFIX), **argv = words_of(command);
	struct outside *o;

	if (!argv)
		err_set(e, ERR_FATAL, CODE_OCR_PROFILE, "%s names no program", conf->name);
	if (!argv || proc_can_run(argv[0], e) < 0) {
		free(argv);
		free(command);
		return NULL;
	}
	o = mem_new(1, sizeof(*o));
	*o = (struct outside){ .loop = conf->loop,
		.command = command,
		.argv = argv,
		.lang = mem_dup(conf->lang),
		.html_tables = conf->html_tables,
		.isolate = conf->isolate,
		.jobs = conf->jobs ? conf->jobs : (cpus < 1 ? 1 : cpus),
		.page_ms = conf->page_ms ? conf->page_ms : PAGE_MS,
		.recycle = conf->recycle };
	name_called(conf->name, o->called);
	o->queue_end = &o->queue;
	o->held = held_new(conf->loop, o->jobs, o->called);
	o->kick = loop_timer(conf->loop, 0, outside_run, o);
	o->seat = mem_new((size_t)o->jobs, sizeof(*o->seat));
	for (long i = 0; i < o->jobs; i++) {
		o->seat[i].o = o;
		resident_init(&o->seat[i].program, conf->loop, &seat_ops, &o->seat[i]);
	}
	return o;
}

static long
outside_jobs(const void *self)
{
	return ((const struct outside *)self)->jobs;
}

const struct engine engine_outside = { .called = outside_called,
	.open = outside_open,
	.read = outside_read,
	.cancel = outside_cancel,
	.close = outside_close,
	.jobs = outside_jobs };

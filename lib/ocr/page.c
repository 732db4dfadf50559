#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "ocr/doubt.h"
#include "model/profile.h"
#include "ocr/converter.h"
#include "ocr/engine.h"
#include "ocr/page.h"
#include "ocr/result.h"

enum { KEPT = 64 << 10 }; /* bytes of memory, from one page to the next */

/* One of the engines. */
struct reader {
	const struct engine *engine;
	char *name;   /* of the option */
	char *called; /* in records */
	void *self;   /* its own */
};

struct asked {
	struct ocr_task task; /* first: the engine gives it back */
	struct asked *next;
	struct ocr *ocr;
	void *arg;
	size_t at;                           /* the reader that has it */
	const char *before[2 * OCR_ENGINES]; /* names and codes */
};

struct ocr {
	struct reader reader[OCR_ENGINES];
	size_t readers;
	ocr_done_fn *done;
	struct asked *asked;
	struct buf markdown;
	long jobs, tries;
};

static void
drop_asked(struct asked *a)
{
	struct asked **p = &a->ocr->asked;

	while (*p != a)
		p = &(*p)->next;
	*p = a->next;
	if (a->task.ask.fd >= 0)
		close(a->task.ask.fd);
	free(a);
}

static int
reader_asked(struct asked *a, struct err *e)
{
	const struct reader *r = &a->ocr->reader[a->at];

	if (a->task.ask.whole && !r->engine->asks)
		return err_set(e, ERR_PERMANENT, CODE_OCR_REFUSED,
		    "%s reads pages, and no whole documents", r->called);
	return r->engine->read(r->self, &a->task, e);
}

bool
ocr_ends_all(const struct err *e)
{
	return e->class == ERR_FATAL || e->class == ERR_BUSY || err_is(e, CODE_OCR_WRITTEN) ||
	    err_is(e, CODE_STAGE_STOPPED);
}

/* Whether another engine may do better: not with a bad image. */
static bool
is_engines_own(const struct err *e)
{
	return !ocr_ends_all(e) && e->class != ERR_VALIDATION;
}

/* To the next engine. false: there is none, or *e. */
static bool
asked_next(struct asked *a, struct err *e)
{
	struct ocr *o = a->ocr;

	while (a->at + 1 < o->readers && a->task.tries > 0 && is_engines_own(e)) {
		log_event(LOG_LEVEL_INFO, a->task.ask.document, e, "page %ld: %s; now by %s",
		    a->task.ask.page, e->msg, o->reader[a->at + 1].called);
		a->before[2 * a->at] = o->reader[a->at].called;
		a->before[2 * a->at + 1] = e->code;
		a->at++;
		if (reader_asked(a, e) == 0)
			return true;
	}
	return false;
}

static int
asked_result(struct asked *a, const struct ocr_raw *raw, struct ocr_result *r, struct err *e)
{
	struct ocr *o = a->ocr;

	buf_clear(&o->markdown, KEPT);
	if (result_markdown(raw, &o->markdown, e) < 0)
		return -1;
	*r = (struct ocr_result){ .engine = o->reader[a->at].called,
		.tied = o->reader[a->at].engine->tied,
		.gate = raw->gate,
		.boxes = raw->boxes,
		.nboxes = raw->nboxes,
		.fields = raw->fields,
		.markdown = o->markdown.len ? o->markdown.p : "",
		.len = o->markdown.len,
		.confidence = raw->confidence,
		.notes = raw->notes,
		.lang = raw->lang,
		.kept = raw->kept,
		.doubt = doubt_of(raw),
		.regions = raw->regions,
		.nregions = raw->nregions };
	return 0;
}

/* The caller may do anything in its callback but free us. */
static void
engine_answered(struct ocr_task *task, const struct ocr_raw *raw, const struct err *why)
{
	struct asked *a = (struct asked *)task;
	const char *before[2 * OCR_ENGINES];
	struct ocr *o = a->ocr;
	void *arg = a->arg;
	struct ocr_result r;
	struct err e;

	if (why)
		e = *why;
	if (why || asked_result(a, raw, &r, &e) < 0) {
		if (asked_next(a, &e))
			return;
		drop_asked(a);
		o->done(arg, NULL, &e);
		return;
	}
	memcpy(before, a->before, sizeof(before));
	r.before = before;
	r.nbefore = a->at;
	drop_asked(a);
	o->done(arg, &r, NULL);
}

int
ocr_conf_engines(struct ocr_conf *conf, const char *names, struct err *e)
{
	for (conf->engines = 0; conf->engines < OCR_ENGINES;) {
		const size_t len = strcspn(names, ",");
		char *name = mem_printf("%.*s", (int)len, names);

		conf->engine[conf->engines] = engine_find(name);
		conf->name[conf->engines] = name;
		if (!conf->engine[conf->engines++])
			return err_set(e, ERR_FATAL, CODE_OCR_PROFILE,
			    "%s: there is no such engine, and no profile of that name", name);
		if (!names[len])
			return 0;
		names += len + 1;
	}
	return err_set(e, ERR_FATAL, CODE_OCR_PROFILE, "more than %d engines", OCR_ENGINES);
}

bool
ocr_conf_has_model(const struct ocr_conf *conf)
{
	for (size_t i = 0; i < conf->engines; i++)
		if (conf->engine[i]->asks)
			return true;
	return false;
}

int
ocr_conf_sets(const struct ocr_conf *conf, const char *const *set, size_t n, struct err *e)
{
	for (size_t i = 0; i < n && !ocr_conf_has_model(conf); i++)
		if (!strchr(set[i], '='))
			return err_set(e, ERR_FATAL, CODE_OCR_PROFILE,
			    "--set %s: it has the form PATH=VALUE", set[i]);
		else if (strncmp(set[i], PROFILE_NOT, strlen(PROFILE_NOT)) != 0)
			return err_set(e, ERR_FATAL, CODE_OCR_PROFILE,
			    "--set %s: there is no model, and Tesseract's begin with " PROFILE_NOT,
			    set[i]);
	return 0;
}

bool
ocr_conf_sends(const struct ocr_conf *conf, size_t servers)
{
	for (size_t i = 0; i < conf->engines; i++)
		if (conf->engine[i]->asks && (servers > 0 || converter_is(conf->name[i])))
			return true;
	return false;
}

void
ocr_conf_release(struct ocr_conf *conf)
{
	for (size_t i = 0; i < conf->engines; i++)
		free(conf->name[i]);
	conf->engines = 0;
}

static int
reader_open(struct ocr *o, const struct ocr_conf *conf, const struct engine_conf *c, struct err *e)
{
	struct reader *r = &o->reader[o->readers];
	struct engine_conf own = *c;

	r->engine = conf->engine[o->readers];
	r->name = mem_dup(conf->name[o->readers]);
	r->called = r->engine->called ? r->engine->called(r->name) : mem_dup(r->name);
	own.name = r->name;
	o->readers++;
	r->self = (*r->engine->open)(&own, e);
	return r->self ? 0 : -1;
}

struct ocr *
ocr_new(const struct ocr_conf *conf, const struct engine_conf *engine, struct err *e)
{
	struct ocr *o = mem_new(1, sizeof(*o));
	int r = 0;

	o->done = conf->done;
	o->tries = conf->tries;
	buf_init(&o->markdown, OCR_TEXT_MAX);
	while (r == 0 && o->readers < conf->engines)
		r = reader_open(o, conf, engine, e);
	if (r < 0) {
		ocr_free(o);
		return NULL;
	}
	o->jobs = engine->jobs ? engine->jobs : o->reader[0].engine->jobs(o->reader[0].self);
	return o;
}

long
ocr_jobs(const struct ocr *o)
{
	return o->jobs;
}

int
ocr_page(struct ocr *o, const struct ocr_ask *ask, void *arg, struct err *e)
{
	struct asked *a = mem_new(1, sizeof(*a));

	*a = (struct asked){ { *ask, engine_answered, o->tries, NULL }, o->asked, o, arg, 0,
		{ NULL } };
	/* The next engine reads it, too. */
	a->task.ask.fd = ask->fd < 0 ? -1 : fcntl(ask->fd, F_DUPFD_CLOEXEC, 3);
	o->asked = a;
	if (ask->fd >= 0 && a->task.ask.fd < 0)
		err_sys(e, err_class_of(errno), CODE_IO_READ, "the page's image");
	else if (reader_asked(a, e) == 0 || asked_next(a, e))
		return 0;
	drop_asked(a);
	return -1;
}

void
ocr_stop(struct ocr *o)
{
	for (size_t i = 0; i < o->readers; i++)
		if (o->reader[i].engine->stop)
			o->reader[i].engine->stop(o->reader[i].self);
}

void
ocr_cancel(struct ocr *o, const void *arg)
{
	struct asked *a, *next;

	for (a = o->asked; a; a = next) {
		next = a->next;
		if (a->arg == arg) {
			const struct reader *r = &o->reader[a->at];

			r->engine->cancel(r->self, &a->task);
			drop_asked(a);
		}
	}
}

void
ocr_free(struct ocr *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->readers; i++) {
		if (o->reader[i].engine)
			o->reader[i].engine->close(o->reader[i].self);
		free(o->reader[i].name);
		free(o->reader[i].called);
	}
	while (o->asked)
		drop_asked(o->asked);
	buf_release(&o->markdown);
	free(o);
}

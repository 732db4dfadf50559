#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "img/image.h"
#include "md/layout.h"
#include "ocr/data.h"
#include "ocr/doubt.h"
#include "ocr/earlier.h"
#include "ocr/engine.h"
#include "ocr/local.h"
#include "ocr/polyglot.h"
#include "ocr/reader.h"
#include "ocr/result.h"
#include "ocr/scripts.h"
#include "ocr/tess.h"
#include "ocr/wish.h"
#include "proc/jail.h"
#include "proc/pool.h"
#include "proc/relay.h"
#include "proc/role.h"

enum { CPU_MS = 120 * 1000, WALL_MS = 180 * 1000, PAGE_AREA = 8000000 };

/* Settings of the option that are its variables begin so. */
#define VARIABLE "tesseract."

struct local {
	struct loop *loop;
	char *told; /* the languages, or scripts, and a line for each variable */
	long jobs;
	struct scripts *scripts; /* NULL: the languages were asked for */
	uint64_t lacked;         /* those that were said to have no data, a bit each */
	struct jail jail;
	struct data data; /* of scripts: theirs */
	struct workers *workers;
	struct earlier *earlier; /* NULL: no answers are kept */
};

/* A page in hand. */
struct local_page {
	struct local *o;
	struct cache_key key; /* to keep its answer by; its name is "": it is not kept */
	struct watch *soon;   /* until an earlier answer is given */
	struct buf earlier;
};

/* Where Tesseract says what tess_new told it to keep to itself: 5.5 opens it for each page. */
static const struct jail_path worker_paths[] = { { "/dev/null", JAIL_READ | JAIL_WRITE },
	{ NULL, 0 } };

static const struct jail worker_jail = {
	.paths = worker_paths,
	.as_bytes = 2L << 30,
};

/* The worker's own error, as this module's. */
static void
rename_fault(struct err *e)
{
	if (err_is(e, CODE_WORKER_DIED))
		e->code = CODE_OCR_DIED;
	else if (err_is(e, CODE_WORKER_TIMEOUT))
		e->code = CODE_OCR_TIMEOUT;
	else if (err_is(e, CODE_WORKER_LARGE))
		e->code = CODE_OCR_LARGE;
}

static int
no_sense(struct err *e)
{
	return err_set(e, ERR_TRANSIENT, CODE_OCR_DIED, "the worker's answer makes no sense");
}

static bool
notes_make_sense(const struct ocr_notes *n)
{
	return n->unread >= 0 && n->unread <= 1 && n->lean >= -45 && n->lean <= 45 &&
	    (n->turned == 0 || n->turned == 90 || n->turned == 180 || n->turned == 270) &&
	    n->blank >= 0 && n->blank <= 1 && n->picture >= 0 && n->picture <= 1;
}

static bool
scripts_make_sense(const struct scripts *s, const struct reader_head *h)
{
	if (!s)
		return h->script == -1 && h->lacks == -1;
	return scripts_langs(s, h->script) &&
	    (h->lacks == -1 ||
		(h->lacks >= 0 && h->lacks < scripts_count() && !scripts_langs(s, h->lacks)));
}

/* An answer's texts, as raw results that lend from it. */
struct answer {
	const struct scripts *scripts;
	bool kept; /* it was given earlier */
	struct reader_head head[LAYOUT_REGIONS_MAX];
	struct ocr_raw raw[LAYOUT_REGIONS_MAX];
	struct ocr_raw page; /* where it is that of regions */
	size_t n;
};

/* The next of its texts, or the error that it tells instead. */
static int
take_reading(struct answer *a, const char **p, const char *end, struct err *e)
{
	struct reader_head *head = &a->head[a->n];

	if ((size_t)(end - *p) < sizeof(*head))
		return no_sense(e);
	memcpy(head, *p, sizeof(*head));
	*p += sizeof(*head);
	if (!(head->confidence >= 0 && head->confidence <= 1) || !notes_make_sense(&head->notes))
		return no_sense(e);
	if (head->failed) {
		if (relay_get(*p, (size_t)(end - *p), CODE_OCR_DIED, e) == 0 &&
		    e->class == ERR_FATAL)
			e->class = ERR_TRANSIENT; /* one that reads pages is in its jail */
		return -1;
	}
	if (head->len > (uint64_t)(end - *p) || !scripts_make_sense(a->scripts, head))
		return no_sense(e);
	a->raw[a->n++] = (struct ocr_raw){ .kind = OCR_TEXT,
		.text = *p,
		.len = head->len,
		.confidence = head->confidence,
		.notes = &head->notes,
		.kept = a->kept,
		.lang = a->scripts ? scripts_langs(a->scripts, head->script) : NULL,
		.doubt = head->lacks >= 0 ? DOUBT_LANGUAGE : 0 };
	*p += head->len;
	return 0;
}

/* The answer to what was asked of regions, or of the page. */
static int
local_take(struct answer *a, const struct ocr_task *task, const char *p, size_t len, struct err *e)
{
	const size_t regions = task->ask.nregions;
	const char *end = p + len;

	a->scripts = ((const struct local_page *)task->reader)->o->scripts;
	a->n = 0;
	while (a->n < (regions ? regions : 1))
		if (take_reading(a, &p, end, e) < 0)
			return -1;
	a->page = (struct ocr_raw){ .kind = OCR_TEXT,
		.text = "",
		.confidence = -1,
		.kept = a->kept,
		.lang = a->raw[a->n - 1].lang, /* by which it goes, once one is read well */
		.regions = a->raw,
		.nregions = regions };
	return p == end ? 0 : no_sense(e);
}

/* A page that cannot be read, or is read poorly, may be one that is made for its reader. */
static bool
local_trusts(void *arg, const char *bytes, size_t len)
{
	const struct ocr_task *task = arg;
	struct answer a = { .kept = false };
	struct err e;

	if (local_take(&a, task, bytes, len, &e) < 0)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (doubt_of(&a.raw[i]))
			return false;
	return true;
}

/* Once for each script, for as long as the engine is open. */
static void
warn_of_lacks(const struct ocr_task *task, const struct answer *a)
{
	struct local *o = ((struct local_page *)task->reader)->o;

	for (size_t i = 0; i < a->n; i++) {
		const int script = a->head[i].lacks;
		char *package;

		if (script < 0 || o->lacked >> script & 1)
			continue;
		o->lacked |= UINT64_C(1) << script;
		package = scripts_package(script);
		log_event(LOG_LEVEL_WARN, task->ask.document, NULL,
		    "page %ld seems to be in a script without language data, %s, and cannot be "
		    "read well: install the package %s",
		    task->ask.page, scripts_name(script), package);
		free(package);
	}
}

static void
in_hand_free(struct local_page *p)
{
	watch_free(p->soon);
	buf_release(&p->earlier);
	free(p);
}

/* Nothing of the page is touched once done runs, but what it lends. */
static void
page_done(struct ocr_task *task, const struct ocr_raw *raw, const struct err *e)
{
	struct local_page *p = task->reader;

	task->reader = NULL;
	task->done(task, raw, e);
	in_hand_free(p);
}

static void
page_take(struct ocr_task *task, struct answer *a)
{
	warn_of_lacks(task, a);
	page_done(task, task->ask.nregions ? &a->page : &a->raw[0], NULL);
}

static void
local_answered(void *arg, const char *bytes, size_t len, const struct err *why)
{
	struct ocr_task *task = arg;
	struct local_page *p = task->reader;
	struct answer a = { .kept = false };
	struct err e;

	if (why) {
		e = *why;
		rename_fault(&e);
		page_done(task, NULL, &e);
	} else if (local_take(&a, task, bytes, len, &e) < 0) {
		page_done(task, NULL, &e);
	} else {
		if (p->o->earlier)
			earlier_keep(p->o->earlier, &p->key, bytes, len);
		page_take(task, &a);
	}
}

static void
local_close(void *self)
{
	struct local *o = self;

	if (!o)
		return;
	workers_free(o->workers);
	earlier_free(o->earlier);
	data_release(&o->data);
	scripts_free(o->scripts);
	free(o->told);
	free(o);
}

/* The languages, or scripts, and a line for each variable that is set; free(3) it. */
static char *
local_told(const struct engine_conf *conf, const struct scripts *scripts)
{
	char *told = scripts ? scripts_tell(scripts) : mem_dup(conf->lang), *more;

	for (size_t i = 0; i < conf->sets; i++) {
		const char *set = conf->set[i];

		if (strncmp(set, VARIABLE, strlen(VARIABLE)) != 0)
			continue;
		more = mem_printf("%s\n%s", told, set + strlen(VARIABLE));
		free(told);
		told = more;
	}
	return told;
}

/*
 * Where its library is, the languages' data, which is not looked for as usual, and what
 * variables it has, it knows: let it say so.
 */
static int
local_check(const struct local *o, const char *lang, struct err *e)
{
	struct polyglot *polyglot;

	if (!strchr(o->told, '\n') && tess_has(o->scripts ? TESS_OSD : lang))
		return 0;
	polyglot = polyglot_new(o->told, e);
	polyglot_free(polyglot);
	return polyglot ? 0 : -1;
}

static void
local_child(int argc, char *argv[])
{
	role_enter(argc, argv, reader_roles);
}

static long
online_cpus(void)
{
	const long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n;
}

/* What others' pages had a hand in is no answer where each document is read apart. */
static struct earlier *
local_earlier(const struct local *o, const struct engine_conf *conf)
{
	char *told = mem_printf("%s\n%s", o->told, conf->isolate ? "isolate" : "");
	struct earlier *earlier =
	    earlier_new(conf->cache, o->scripts ? TESS_OSD : conf->lang, told);

	free(told);
	return earlier;
}

static void *
local_open(const struct engine_conf *conf, struct err *e)
{
	static const char *const env[] = { "TESSDATA_PREFIX", NULL };
	struct local *o = mem_new(1, sizeof(*o));
	int r = 0;

	o->loop = conf->loop;
	o->jail = worker_jail;
	if (strcmp(conf->lang, SCRIPTS_AUTO) == 0) {
		o->scripts = data_find(&o->data, e);
		o->jail.more = o->data.path;
		r = o->scripts ? 0 : -1;
	}
	if (r == 0) {
		o->told = local_told(conf, o->scripts);
		r = local_check(o, conf->lang, e);
	}
	if (r < 0) {
		local_close(o);
		return NULL;
	}
	if (conf->cache)
		o->earlier = local_earlier(o, conf);
	o->jobs = conf->jobs ? conf->jobs : online_cpus();
	o->workers = workers_new(conf->loop,
	    &(struct workers_conf){
		.name = "ocr",
		.n = o->jobs,
		.role = "reader",
		.told = o->told,
		.told_len = strlen(o->told),
		.env = env,
		.jail = &o->jail,
		.answer_max = READER_ANSWER_MAX,
		.cpu_ms = CPU_MS,
		.wall_ms = WALL_MS,
		.recycle = conf->recycle,
		.isolate = conf->isolate,
		.trusts = local_trusts,
	    });
	return o;
}

/* What is read in pieces is read as so many pages of the usual size. */
static long
times_for(const struct ocr_ask *ask)
{
	const double area = (double)ask->width * (double)ask->height;

	if (!(area > wish_tesseract.area) && ask->height / 3 <= ask->width &&
	    ask->width / 3 <= ask->height)
		return 1;
	return 1 + (long)(fmin(area, IMAGE_AREA_MAX) / PAGE_AREA);
}

static int
page_submit(struct ocr_task *task, const struct reader_request *want, struct err *e)
{
	struct local_page *p = task->reader;
	const struct worker_job w = { .request = (const char *)want,
		.len = sizeof(*want),
		.fd = task->ask.fd,
		.owner = task->ask.document,
		.times = times_for(&task->ask),
		.done = local_answered,
		.arg = task };

	return workers_submit(p->o->workers, &w, e);
}

static struct reader_request
page_request(const struct ocr_task *task)
{
	struct reader_request want;

	memset(&want, 0, sizeof(want)); /* it is hashed */
	want.dpi = task->ask.dpi;
	want.n = task->ask.nregions;
	if (want.n > 0)
		memcpy(want.region, task->ask.regions, want.n * sizeof(*want.region));
	return want;
}

/* One that makes no sense is asked for anew. */
static void
page_earlier(void *arg, short revents)
{
	struct ocr_task *task = arg;
	struct local_page *p = task->reader;
	struct answer a = { .kept = true };
	struct reader_request want;
	struct err e;

	(void)revents;
	watch_free(p->soon);
	p->soon = NULL;
	if (local_take(&a, task, p->earlier.p, p->earlier.len, &e) == 0) {
		page_take(task, &a);
		return;
	}
	want = page_request(task);
	if (page_submit(task, &want, &e) < 0)
		page_done(task, NULL, &e);
}

static int
local_read(void *self, struct ocr_task *task, struct err *e)
{
	struct local *o = self;
	const struct reader_request want = page_request(task);
	struct local_page *p = mem_new(1, sizeof(*p));

	p->o = o;
	buf_init(&p->earlier, CACHE_VALUE_MAX);
	task->reader = p;
	if (o->earlier)
		earlier_key(o->earlier, task->ask.fd, &want, sizeof(want), &p->key);
	if (o->earlier && earlier_find(o->earlier, &p->key, &p->earlier)) {
		p->soon = loop_timer(o->loop, 0, page_earlier, task);
		return 0;
	}
	if (page_submit(task, &want, e) == 0)
		return 0;
	in_hand_free(p);
	task->reader = NULL;
	return -1;
}

static void
local_cancel(void *self, struct ocr_task *task)
{
	struct local *o = self;

	workers_cancel(o->workers, task);
	if (task->reader)
		in_hand_free(task->reader);
	task->reader = NULL;
}

static long
local_jobs(const void *self)
{
	return ((const struct local *)self)->jobs;
}

const struct engine engine_tesseract = { .name = "tesseract",
	.tied = true,
	.child = local_child,
	.open = local_open,
	.read = local_read,
	.cancel = local_cancel,
	.close = local_close,
	.jobs = local_jobs };

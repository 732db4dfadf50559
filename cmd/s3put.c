/* s3put - write results where they belong */
#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/secret.h"
#include "flow/filter.h"
#include "place/dest.h"
#include "place/options.h"
#include "place/place.h"
#include "rec/mark.h"
#include "rec/name.h"
#include "rec/rec.h"
#include "work/doc.h"

struct s3put {
	struct dest *dest;
	long max_size; /* bytes */
	const char *settings;
	int on_clash; /* enum clash */
	bool rm, find, foreign;
};

/* A result on its way. */
struct sending {
	const struct s3put *s;
	struct task *task;
	struct dest_put *put;
	char etag[RESULT_ETAG_MAX + 1]; /* the result's own */
};

/* Where it is, and as what a listing will show it. */
static void
s3put_say(struct task *t, const char *uri, const char *etag)
{
	rec_set_str(t->rec, "dest", uri);
	rec_del(t->rec, "dest_etag");
	if (*etag)
		rec_set_str(t->rec, "dest_etag", etag);
}

/* It is there. */
static void
s3put_pass(const struct s3put *s, struct task *t)
{
	long pages;

	if (s->rm) {
		doc_remove_work(t->rec);
		rec_del(t->rec, "work");
		rec_del(t->rec, "path");
	}
	pages = rec_int(t->rec, "pages", rec_int(t->rec, "doc_pages", 1));
	filter_count(t->filter, COUNT_PAGES, pages);
	task_pass(t);
}

static void s3put_start(struct sending *);

/* Another name for it, once. */
static bool
takes_suffix(struct sending *g, const struct err *e)
{
	struct rec *r = g->task->rec;
	const char *rel = rec_str(r, "rel"), *uri = rec_str(r, "uri");
	char *to;

	if (g->s->on_clash != CLASH_SUFFIX || !err_is(e, CODE_JOB_CLASH) || !rel || !uri ||
	    rec_has(r, "dest_rel"))
		return false;
	to = name_suffixed(rel, uri);
	rec_set_str(r, "dest_rel", to);
	free(to);
	s3put_start(g);
	return true;
}

static void
s3put_over(void *arg, const char *uri, const struct err *e)
{
	struct sending *g = arg, was = *g;

	if (!uri && takes_suffix(g, e))
		return;
	free(g);
	if (!uri) {
		task_fail(was.task, e);
		return;
	}
	s3put_say(was.task, uri, was.etag);
	s3put_pass(was.s, was.task);
}

/* What is there is not as who put it left it, and another's: neither nothing, nor edited. */
static void
s3put_compared(struct task *t, enum mark_said said)
{
	if (said == MARK_OTHER || said == MARK_OLD)
		task_pass(t);
	else
		task_done(t);
}

static void
s3put_looked(void *arg, enum mark_said said, const char *text)
{
	struct sending *g = arg, was = *g;
	struct task *t = was.task;
	struct err e;

	if (was.s->foreign) {
		free(g);
		s3put_compared(t, said);
		return;
	}
	if (said == MARK_OTHER && was.s->on_clash != CLASH_REPLACE) {
		mark_clash(text, rec_str(t->rec, "uri"), &e);
		s3put_over(g, NULL, &e);
		return;
	}
	free(g);
	filter_count(t->filter, COUNT_UNKNOWN, said == MARK_UNKNOWN);
	if (said != MARK_OWN) {
		task_done(t);
		return;
	}
	s3put_say(t, text, was.etag);
	task_pass(t);
}

static void
s3put_start(struct sending *g)
{
	const struct s3put *s = g->s;
	struct task *t = g->task;
	const struct dest_conf conf = { .rec = t->rec,
		.max_size = s->max_size,
		.settings = s->settings,
		.replace = s->on_clash == CLASH_REPLACE,
		.etag = g->etag,
		.done = s3put_over,
		.looked = s3put_looked,
		.arg = g };
	struct err e;

	g->put =
	    s->find || s->foreign ? dest_look(s->dest, &conf, &e) : dest_put(s->dest, &conf, &e);
	if (g->put)
		return;
	free(g);
	task_fail(t, &e);
}

/* What the ledger had before is not looked for. */
static bool
is_old(struct rec *r)
{
	jv added = rec_get(r, "added");
	bool old = jv_get_kind(added) == JV_KIND_FALSE;

	jv_free(added);
	return old;
}

static void
s3put_begin(struct task *t, void *arg)
{
	const struct s3put *s = arg;
	struct sending *g;

	if (s->find && is_old(t->rec)) {
		task_done(t);
		return;
	}
	g = mem_new(1, sizeof(*g));
	*g = (struct sending){ .s = s, .task = t };
	t->data = g;
	s3put_start(g);
}

static void
s3put_cancel(struct task *t, void *arg)
{
	struct sending *g = t->data;

	(void)arg;
	dest_cancel(g->put);
	free(g);
}

static void
s3put_failed(struct rec *r, void *arg)
{
	const struct s3put *s = arg;

	if (s->rm)
		doc_remove_work(r);
}

#define THERE(s) \
	OPT_GROUP("What is there already"), \
	    OPT_WORD(0, "on-clash", "refuse|replace|suffix", &(s).on_clash, clash_words, \
		"where it is another document's result (default refuse)"), \
	    OPT_STR(0, "settings", "TEXT", &(s).settings, \
		"what each result is made with, for its mark"), \
	    OPT_FLAG(0, "find", &(s).find, "put nothing; pass on those whose results are there"), \
	    OPT_FLAG(0, "foreign", &(s).foreign, \
		"put nothing; pass on those where another's result is")

int
main(int argc, char *argv[])
{
	struct s3put s = { .max_size = 256L << 20 };
	struct place_conf place = { 0 };
	struct filter_conf conf = { .kind = "document", .max_tasks = 4 };
	const struct opt opts[] = { OPT_NUM('j', "jobs", "N", &conf.max_tasks, 1, 1024,
					"write so many files at once (default 4)"),
		OPT_NUM(0, "max-size", "BYTES", &s.max_size, 1, 1L << 52,
		    "refuse longer ones (default 268435456)"),
		OPT_FLAG(0, "rm", &s.rm, "remove the work directory of each document"), THERE(s),
		PLACE_OPTIONS(&place), OPT_END };
	const struct opt_spec spec = { opts, "DEST", 1, 1,
		"put results into a folder or a bucket" };
	const struct filter_ops ops = { .begin = s3put_begin,
		.failed = s3put_failed,
		.cancel = s3put_cancel };
	char **operands;
	struct places *places;
	struct err e;
	int status;

	secret_forget_one("VLLM_API_KEY");
	secret_hold();
	operands = opt_parse(argc, argv, &spec);
	place.loop = loop_new();
	places = places_new(place_schemes, &place);
	s.dest = dest_open(places, operands[0], &e);
	status = s.dest ? filter_run(place.loop, &conf, &ops, &s) : opt_die(&e);
	dest_close(s.dest);
	places_free(places);
	loop_free(place.loop);
	return status;
}

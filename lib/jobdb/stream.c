#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "flow/filter.h"
#include "jobdb/stream.h"
#include "place/result.h"
#include "rec/jx.h"
#include "rec/mark.h"
#include "rec/name.h"
#include "rec/rec.h"
#include "work/doc.h"

enum { BATCH = 1000 };

/* What came of a record of the batch. */
enum fate { PASS, FAIL, SWALLOW };

struct stream {
	struct jobs *jobs;
	const struct jobstream_conf *conf;
	struct task *batch[BATCH];
	enum fate fate[BATCH];
	struct err e[BATCH];
	size_t n;
};

static bool
is_transient(struct rec *r)
{
	jv error = rec_get(r, "error"), class = jv_invalid();
	const char *word;
	bool is;

	if (jv_get_kind(error) == JV_KIND_OBJECT)
		class = jx_get(&error, "class");
	word = jx_cstr(&class);
	is = word && !strcmp(word, err_class_name(ERR_TRANSIENT));
	jv_free(class);
	jv_free(error);
	return is;
}

/* Whoever failed has said it, but not that what was tried again is not any more. */
static void
say_failure(struct rec *r, enum job_state state)
{
	const char *id = rec_str(r, "id"), *rel = rec_str(r, "rel");

	if (state == JOB_DEAD && is_transient(r))
		log_event(LOG_LEVEL_INFO, id, NULL, "%s: tried for the last time: dead",
		    rel ? rel : "?");
	else
		log_event(LOG_LEVEL_DEBUG, id, NULL, "%s",
		    state == JOB_QUEUED ? "queued again" : job_state_names[state]);
}

static int
stream_settle(struct stream *s, struct rec *r, struct err *e)
{
	enum job_state state;

	if (jobs_settle(s->jobs, r, &state, e) < 0)
		return -1;
	if (!rec_failed(r))
		rec_set_str(r, "state", job_state_names[state]);
	else
		say_failure(r, state);
	return 0;
}

static int
add_to(struct stream *s, struct rec *r, struct err *e)
{
	const struct jobstream_conf *c = s->conf;
	const char *rel = rec_str(r, rec_has(r, "dest_rel") ? "dest_rel" : "rel");
	struct err none;
	char *dest = rel ? place_result(c->dest, rel, &none) : NULL;
	const struct jobs_adding a = { .queue = c->claim.queue,
		.name = c->claim.name,
		.dest = dest,
		.replace = c->on_clash == CLASH_REPLACE,
		.limit = c->limit,
		.force = c->force,
		.again = c->again };
	int bad = jobs_add(s->jobs, &a, r, e);

	free(dest);
	return bad;
}

static int
set_suffix(struct rec *r, struct err *e)
{
	const char *uri = rec_need(r, "uri", e), *rel = uri ? rec_need(r, "rel", e) : NULL;
	char *to = rel ? name_suffixed(rel, uri) : NULL;

	if (!to)
		return -1;
	rec_set_str(r, "dest_rel", to);
	free(to);
	return 0;
}

static int
stream_add(struct stream *s, struct rec *r, struct err *e)
{
	if (add_to(s, r, e) == 0)
		return 0;
	if (s->conf->on_clash != CLASH_SUFFIX || !err_is(e, CODE_JOB_CLASH) ||
	    rec_has(r, "dest_rel"))
		return -1;
	return set_suffix(r, e) < 0 ? -1 : add_to(s, r, e);
}

/* One that was just added, and of which it is said what is at its dest. */
static bool
is_found(struct rec *r)
{
	char code[COUNTS_CODE_MAX] = "";
	jv added = rec_get(r, "added");
	bool is_new = jv_get_kind(added) == JV_KIND_TRUE;

	jv_free(added);
	if (rec_failed(r))
		rec_error_code(r, code, sizeof(code));
	return is_new && (rec_failed(r) ? !strcmp(code, CODE_JOB_CLASH) : rec_has(r, "dest"));
}

static enum fate
stream_adopt(struct stream *s, struct rec *r, struct err *e)
{
	enum job_state state;
	int got = is_found(r) ? jobs_adopt(s->jobs, &s->conf->claim, r, &state, e) : 0;

	if (got < 0)
		return FAIL;
	if (got > 0 && !rec_failed(r))
		rec_set_str(r, "state", job_state_names[state]);
	/* What failed goes on, whoever's fault it is. */
	return got > 0 || rec_failed(r) ? PASS : SWALLOW;
}

static enum fate
one(struct stream *s, struct rec *r, struct err *e)
{
	const struct jobs_claim *c = &s->conf->claim;
	long got;

	switch (s->conf->verb) {
	case JOBSTREAM_ADD:
		return stream_add(s, r, e) < 0 ? FAIL : PASS;
	case JOBSTREAM_CLAIM:
		got = jobs_claim_this(s->jobs, c, r, e);
		return got < 0 ? FAIL : got ? PASS : SWALLOW;
	case JOBSTREAM_DONE:
		return stream_settle(s, r, e) < 0 ? FAIL : PASS;
	case JOBSTREAM_REQUEUE:
		if (jobs_requeue(s->jobs, r, false, e) < 0)
			return FAIL;
		rec_del(r, "error");
		rec_set_str(r, "state", job_state_names[JOB_QUEUED]);
		return PASS;
	case JOBSTREAM_ADOPT:
		return stream_adopt(s, r, e);
	}
	return FAIL;
}

/* What the ledger itself could not do concerns all. */
static bool
is_fatal(const struct err *e)
{
	return e->class == ERR_FATAL || e->class == ERR_BUSY;
}

static int
transact(struct stream *s, struct err *e)
{
	size_t i;
	long died;

	if (jobs_begin(s->jobs, e) < 0)
		return -1;
	if (s->conf->verb == JOBSTREAM_CLAIM &&
	    jobs_reap(s->jobs, s->conf->claim.queue, &died, e) < 0) {
		jobs_rollback(s->jobs);
		return -1;
	}
	for (i = 0; i < s->n; i++) {
		s->fate[i] = one(s, s->batch[i]->rec, &s->e[i]);
		if (s->fate[i] == FAIL && is_fatal(&s->e[i])) {
			*e = s->e[i];
			jobs_rollback(s->jobs);
			return -1;
		}
	}
	return jobs_commit(s->jobs, e);
}

/* What was not committed never happened, and no record says that it did. */
static void
unsay(struct stream *s)
{
	static const char *const members[][4] = {
		[JOBSTREAM_ADD] = { "added", "state" },
		[JOBSTREAM_CLAIM] = { "token", "attempt", "attempts_left" },
		[JOBSTREAM_DONE] = { "state" },
		[JOBSTREAM_REQUEUE] = { "state" },
		[JOBSTREAM_ADOPT] = { "state" },
	};
	const char *const *m;
	size_t i;

	for (i = 0; i < s->n; i++)
		for (m = members[s->conf->verb]; *m; m++)
			rec_del(s->batch[i]->rec, *m);
}

/* What jobdb add was given and the ledger has as done. */
static bool
up_to_date(const struct stream *s, struct rec *r)
{
	return s->conf->verb == JOBSTREAM_ADD && rec_is(r, "state", job_state_names[JOB_DONE]);
}

/* Of what was settled as done, and no stale result. */
static long
pages(const struct stream *s, struct rec *r)
{
	return s->conf->verb == JOBSTREAM_DONE && rec_is(r, "state", job_state_names[JOB_DONE])
	    ? rec_int(r, "pages", rec_int(r, "doc_pages", 1))
	    : 0;
}

/* How many of those a list has. */
static long
pages_of(const struct stream *s, struct rec *r, const char *name)
{
	jv list = pages(s, r) > 0 ? rec_get(r, name) : jv_invalid();
	long n = jv_get_kind(list) == JV_KIND_ARRAY ? jv_array_length(jv_copy(list)) : 0;

	jv_free(list);
	return n;
}

static void
stream_end(struct stream *s, size_t i)
{
	struct task *t = s->batch[i];

	if (s->conf->rm && (s->fate[i] == PASS || err_is(&s->e[i], CODE_JOB_STALE))) {
		doc_remove_work(t->rec);
		if (s->fate[i] == PASS && !rec_failed(t->rec)) {
			rec_del(t->rec, "work");
			rec_del(t->rec, "path");
		}
	}
	if (s->fate[i] == SWALLOW) {
		task_done(t);
	} else if (s->fate[i] == PASS) {
		if (rec_has(t->rec, "state"))
			log_event(LOG_LEVEL_DEBUG, rec_str(t->rec, "id"), NULL, "now %s",
			    rec_str(t->rec, "state"));
		filter_count(t->filter, COUNT_SKIPPED, up_to_date(s, t->rec));
		filter_count(t->filter, COUNT_PAGES, pages(s, t->rec));
		filter_count(t->filter, COUNT_DOUBTFUL, pages_of(s, t->rec, "doubtful_pages"));
		filter_count(t->filter, COUNT_BLANK, pages_of(s, t->rec, "blank_pages"));
		filter_count(t->filter, COUNT_PICTURE, pages_of(s, t->rec, "picture_pages"));
		task_pass(t);
	} else if (rec_failed(t->rec)) {
		log_event(LOG_LEVEL_WARN, rec_str(t->rec, "id"), &s->e[i], "%s", s->e[i].msg);
		task_pass(t);
	} else {
		task_fail(t, &s->e[i]);
	}
}

static void
lull(struct filter *f, void *arg)
{
	struct stream *s = arg;
	size_t i, n = s->n;
	struct err e;

	if (transact(s, &e) < 0) {
		unsay(s);
		filter_fatal(f, &e);
		return;
	}
	s->n = 0;
	for (i = 0; i < n; i++)
		stream_end(s, i);
}

static void
stream_begin(struct task *t, void *arg)
{
	struct stream *s = arg;

	s->batch[s->n++] = t;
}

/* Two names for one way of working cost its work twice. */
static void
say_doubled(const struct jobs *jobs)
{
	const char *queue;
	long n = jobs_doubled(jobs, &queue);

	if (n > 0)
		log_warn("%ld documents are added that the queue '%s' has, too, with the same"
			 " settings and results: both do them; one of the two is enough",
		    n, queue);
}

int
jobstream_run(struct loop *l, struct jobs *jobs, const struct jobstream_conf *conf)
{
	bool done = conf->verb == JOBSTREAM_DONE;
	struct filter_conf fc = { .kind = "document",
		.max_tasks = BATCH,
		.failed_too = conf->verb != JOBSTREAM_ADD,
		.keeps_on = done };
	const struct filter_ops ops = { .begin = stream_begin, .lull = lull };
	/* Too large for the stack, and there is one a process. */
	static struct stream s;
	int status;

	s.jobs = jobs;
	s.conf = conf;
	status = filter_run(l, &fc, &ops, &s);
	say_doubled(jobs);
	return status;
}

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "flow/filter.h"
#include "jobdb/list.h"
#include "rec/match.h"
#include "rec/rec.h"

enum { PAGE = 256, LOOK_MAX = 4096 }; /* written, and looked at, at one go */

struct list {
	struct jobs *jobs;
	const struct joblist_conf *conf;
	const struct jobs_claim *claim;
	struct select *select;
	int64_t after;
	long left, given;       /* to be claimed, and claimed */
	long unsure;            /* for which the expression is in error */
	struct rec *page[PAGE]; /* fetched and not written yet */
	size_t n, at;
	bool over;    /* nothing more to fetch */
	struct err e; /* code NULL: none */
};

static bool
joblist_wanted(struct list *l, struct rec *r)
{
	struct buf line = BUF_INIT(REC_LINE_MAX + 1);
	int yes = 0;
	struct err e;

	if (!l->select)
		return true;
	if (rec_write(r, &line, REC_LINE_MAX, &l->e) == 0)
		yes = select_match(l->select, jv_parse_sized(line.p, (int)line.len), &e);
	buf_release(&line);
	/* The first says what is wrong. */
	if (yes < 0 && l->unsure++ == 0)
		log_event(LOG_LEVEL_WARN, rec_str(r, "id"), &e, "%s", e.msg);
	return yes > 0;
}

/* A requeue may find that a job has changed since: then it is passed over. */
static int
requeue_page(struct list *l)
{
	size_t i, kept = 0;
	struct err e;

	if (jobs_begin(l->jobs, &l->e) < 0)
		return -1;
	for (i = 0; i < l->n; i++) {
		struct rec *r = l->page[i];

		if (jobs_requeue(l->jobs, r, l->conf->force, &e) == 0) {
			rec_del(r, "error");
			rec_set_str(r, "state", job_state_names[JOB_QUEUED]);
			l->page[kept++] = r;
			continue;
		}
		if (err_is(&e, CODE_JOB_RUNNING))
			log_event(LOG_LEVEL_WARN, rec_str(r, "id"), &e, "%s", e.msg);
		rec_free(r);
		if (e.class == ERR_FATAL || e.class == ERR_BUSY) {
			l->e = e;
			for (i++; i < l->n; i++)
				rec_free(l->page[i]);
			l->n = kept;
			jobs_rollback(l->jobs);
			return -1;
		}
	}
	l->n = kept;
	return jobs_commit(l->jobs, &l->e);
}

static int
fetch_jobs(struct list *l)
{
	struct rec *r;
	long seen;

	for (seen = 0; l->n < PAGE && seen < LOOK_MAX; seen++) {
		r = jobs_next(l->jobs, &l->conf->filter, &l->after, &l->e);
		if (!r) {
			l->over = true;
			break;
		}
		if (joblist_wanted(l, r))
			l->page[l->n++] = r;
		else
			rec_free(r);
		if (l->e.code)
			break;
	}
	if (l->e.code)
		return -1;
	return l->conf->requeue && l->n > 0 ? requeue_page(l) : 0;
}

/* One that is to be alone is given when there is nothing else, and by itself. */
static long
claim_some(struct list *l)
{
	struct jobs_claim c = *l->claim;
	long n, died;

	if (l->given == 0 && jobs_reap(l->jobs, c.queue, &died, &l->e) < 0)
		return -1;
	n = jobs_claim(l->jobs, &c, l->page, l->left < PAGE ? l->left : PAGE, &l->e);
	if (n != 0 || l->given > 0)
		return n;
	c.alone = true;
	l->left = 1;
	return jobs_claim(l->jobs, &c, l->page, 1, &l->e);
}

static int
fetch_claims(struct list *l)
{
	long n;

	if (jobs_begin(l->jobs, &l->e) < 0)
		return -1;
	n = claim_some(l);
	if (n < 0 || jobs_commit(l->jobs, &l->e) < 0)
		return -1;
	l->n = (size_t)n;
	l->given += n;
	l->left -= n;
	l->over = n == 0 || l->left == 0;
	return 0;
}

static int
fetch_queues(struct list *l)
{
	struct rec *r;

	while (l->n < PAGE && (r = jobs_queue_next(l->jobs, &l->after, &l->e)) != NULL)
		l->page[l->n++] = r;
	l->over = l->n < PAGE;
	return l->over && l->e.code ? -1 : 0;
}

static bool
joblist_produce(struct filter *f, void *arg)
{
	struct list *l = arg;
	int bad = 0;

	if (l->at == l->n && !l->over) {
		l->at = l->n = 0;
		bad = l->claim ? fetch_claims(l) : l->conf ? fetch_jobs(l) : fetch_queues(l);
	}
	if (bad < 0) {
		jobs_rollback(l->jobs);
		filter_fatal(f, &l->e);
		return false;
	}
	for (; l->at < l->n; l->at++) {
		if (!filter_emit(f, l->page[l->at]))
			return false;
		rec_free(l->page[l->at]);
	}
	if (l->over)
		source_end(f);
	return !l->over;
}

static int
joblist_source(struct loop *loop, struct list *l)
{
	const struct filter_ops ops = { .room = joblist_produce };
	int status = source_run(loop, &ops, l);

	for (; l->at < l->n; l->at++)
		rec_free(l->page[l->at]);
	return status;
}

int
joblist_run(struct loop *loop, struct jobs *jobs, const struct joblist_conf *conf, struct err *e)
{
	struct list l = { .jobs = jobs, .conf = conf };
	int status;

	if (conf->select) {
		l.select = select_new(conf->select, e);
		if (!l.select)
			return -1;
	}
	status = joblist_source(loop, &l);
	select_free(l.select);
	if (l.unsure > 0)
		log_warn("for %ld jobs the expression is in error: they are left out", l.unsure);
	return status == XOK && l.unsure > 0 ? XSOME : status;
}

int
joblist_queues(struct loop *loop, struct jobs *jobs)
{
	struct list l = { .jobs = jobs };

	return joblist_source(loop, &l);
}

int
joblist_claim(struct loop *loop, struct jobs *jobs, const struct jobs_claim *c, long n)
{
	struct list l = { .jobs = jobs, .claim = c, .left = n };

	return joblist_source(loop, &l);
}

#include "base/err.h"
#include "base/log.h"
#include "flow/filter.h"
#include "jobdb/missing.h"
#include "ledger/jobs.h"
#include "rec/rec.h"

enum { MISSING_BURST = 64 }; /* records between two looks at signals and stdout */

struct missing {
	struct jobs *jobs;
	const struct jobs_missing *of;
	int64_t after;
	struct rec *rec; /* to be written: the output was full */
	bool in_part;    /* the listing is not whole */
	bool asked;      /* whether something there is no job's */
};

static void
missing_begin(struct task *t, void *arg)
{
	struct missing *m = arg;
	struct err e;
	const char *uri = rec_need(t->rec, "uri", &e);

	if (uri && jobs_see(m->jobs, uri, &e) == 0)
		task_done(t);
	else
		task_fail(t, &e);
}

static void
missing_failed(struct rec *r, void *arg)
{
	struct missing *m = arg;

	(void)r;
	if (!m->in_part)
		log_warn("the listing is not whole: nothing is taken for missing");
	m->in_part = true;
}

static int
count_strange(struct missing *m, struct filter *f, struct err *e)
{
	int strange = m->asked ? 0 : jobs_seen_strange(m->jobs, e);

	m->asked = true;
	filter_count(f, COUNT_UNKNOWN, strange > 0);
	return strange < 0 ? -1 : 0;
}

static void
missing_eof(struct filter *f, void *arg)
{
	struct missing *m = arg;
	struct err e;
	int i;

	if (count_strange(m, f, &e) < 0) {
		filter_fatal(f, &e);
		return;
	}
	for (i = 0; i < MISSING_BURST && !m->in_part; i++) {
		if (!m->rec) {
			m->rec = jobs_next_missing(m->jobs, m->of, &m->after, &e);
			if (!m->rec && e.code)
				filter_fatal(f, &e);
			if (!m->rec)
				return;
		}
		if (!filter_emit(f, m->rec))
			return;
		rec_free(m->rec);
		m->rec = NULL;
	}
}

int
jobmissing_run(struct loop *l, struct jobs *jobs, const struct jobs_missing *of)
{
	struct missing m = { .jobs = jobs, .of = of };
	const struct filter_conf conf = { .kind = "document", .max_tasks = 1 };
	const struct filter_ops ops = { .begin = missing_begin,
		.failed = missing_failed,
		.eof = missing_eof };
	int status = filter_run(l, &conf, &ops, &m);

	rec_free(m.rec);
	return status;
}

#include "base/buf.h"
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
	FILE *changed; /* where those with another etag go, or NULL */
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

	if (uri && jobs_see(m->jobs, uri, rec_str(t->rec, "etag"), &e) == 0)
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

/* All at once: a file waits for nobody. */
static int
write_changed(struct missing *m, struct err *e)
{
	struct jobs_missing of = { m->of->queue, m->of->done_by_ms, .changed = true };
	struct buf b = BUF_INIT(REC_DOC_MAX + 1);
	int64_t after = 0;
	struct rec *r;
	int bad = 0;

	while (bad == 0 && (r = jobs_next_missing(m->jobs, &of, &after, e)) != NULL) {
		b.len = 0;
		bad = rec_write(r, &b, REC_DOC_MAX, e);
		if (bad == 0 && fwrite(b.p, 1, b.len, m->changed) != b.len)
			bad = err_sys(e, ERR_FATAL, CODE_IO_WRITE, "--changed");
		rec_free(r);
	}
	buf_release(&b);
	if (bad < 0 || e->code)
		return -1;
	return fflush(m->changed) == 0 ? 0 : err_sys(e, ERR_FATAL, CODE_IO_WRITE, "--changed");
}

static void
missing_eof(struct filter *f, void *arg)
{
	struct missing *m = arg;
	struct err e;
	int i;

	if ((m->changed && !m->asked && !m->in_part && write_changed(m, &e) < 0) ||
	    count_strange(m, f, &e) < 0) {
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
jobmissing_run(struct loop *l, struct jobs *jobs, const struct jobs_missing *of, FILE *changed)
{
	struct missing m = { .jobs = jobs, .of = of, .changed = changed };
	const struct filter_conf conf = { .kind = "document", .max_tasks = 1 };
	const struct filter_ops ops = { .begin = missing_begin,
		.failed = missing_failed,
		.eof = missing_eof };
	int status = filter_run(l, &conf, &ops, &m);

	rec_free(m.rec);
	return status;
}

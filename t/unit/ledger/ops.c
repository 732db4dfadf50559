/* The ledger over a second database: a few jobs in an array. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "ledger/jobs.h"
#include "ledger/ops.h"
#include "rec/rec.h"

#include "unit/check.h"

enum { JOBS_MAX = 8 };

struct cell {
	struct job_doc doc;
	struct job_end at; /* where it stands */
	int64_t random;
	unsigned char dkey[UKEY_BYTES];
	char *rec, *dest;
};

/* One queue, whose number is 1; a job's is its index, and 1. */
struct memory {
	struct ledger ledger;
	struct cell v[JOBS_MAX], saved[JOBS_MAX];
	int n, nsaved;
	char queue[32];
	long added;
	char said[256]; /* the events */
	int doubts;
	bool open, closed;
};

static struct memory memory;
static struct err err;
static const struct jobs_adding to_q = { .queue = 1, .name = "q" };

static struct memory *
of(struct ledger *l)
{
	return (struct memory *)l;
}

static void
memory_close(struct ledger *l)
{
	of(l)->closed = true;
}

static int
memory_begin(struct ledger *l, struct err *e)
{
	struct memory *m = of(l);

	if (m->open)
		return err_set(e, ERR_BUSY, "ledger.locked", "one transaction at a time");
	m->open = true;
	m->nsaved = m->n;
	memcpy(m->saved, m->v, sizeof(m->v));
	return 0;
}

static int
memory_commit(struct ledger *l, struct err *e)
{
	(void)e;
	of(l)->open = false;
	return 0;
}

static void
memory_rollback(struct ledger *l)
{
	struct memory *m = of(l);

	if (!m->open)
		return;
	while (m->n > m->nsaved)
		free(m->v[--m->n].rec);
	memcpy(m->v, m->saved, sizeof(m->v));
	m->open = false;
}

static int
queue_set(struct ledger *l, const struct job_queue *q, struct err *e)
{
	(void)e;
	snprintf(of(l)->queue, sizeof(of(l)->queue), "%s", q->name);
	return 0;
}

static int64_t
queue_find(struct ledger *l, const char *name, struct err *e)
{
	(void)e;
	return !strcmp(of(l)->queue, name);
}

static int
queue_count(struct ledger *l, int64_t queue, long n, struct err *e)
{
	(void)e;
	CHECK(queue == 1);
	of(l)->added += n;
	return 0;
}

static int
is_dest(struct ledger *l, const unsigned char ukey[UKEY_BYTES], struct err *e)
{
	struct memory *m = of(l);
	int i;

	(void)e;
	for (i = 0; i < m->n; i++)
		if (m->v[i].dest && !memcmp(m->v[i].dkey, ukey, UKEY_BYTES))
			return 1;
	return 0;
}

static int
versions(struct ledger *l, const struct job_doc *d, const struct job_sink *sink, struct err *e)
{
	struct memory *m = of(l);
	int i;

	for (i = 0; i < m->n; i++) {
		const struct job_doc *it = &m->v[i].doc;
		struct job_row row = { .id = i + 1,
			.state = m->v[i].at.state,
			.same = !memcmp(it->k.v, d->k.v, sizeof(d->k.v)) };

		if (!memcmp(it->k.u, d->k.u, sizeof(d->k.u)) && sink->fn(sink->arg, &row, e) < 0)
			return -1;
	}
	return 0;
}

static int
record(struct ledger *l, int64_t job, const struct job_sink *sink, struct err *e)
{
	struct job_row row = { .rec = of(l)->v[job - 1].rec };

	return sink->fn(sink->arg, &row, e) < 0 ? -1 : 1;
}

static int64_t
insert(struct ledger *l, const struct job_doc *d, const char *rec, struct err *e)
{
	struct memory *m = of(l);

	(void)e;
	CHECK(m->n < JOBS_MAX);
	m->v[m->n++] = (struct cell){ .doc = *d, .rec = mem_dup(rec) };
	return m->n;
}

/* Whose result it is, none is known to be another's. */
static int
rival(struct ledger *l, const struct job_token *t, const unsigned char dkey[UKEY_BYTES],
    const struct job_sink *sink, struct err *e)
{
	(void)l;
	(void)t;
	(void)dkey;
	(void)sink;
	(void)e;
	return 0;
}

static int
cancel_others(struct ledger *l, const struct job_doc *d, bool for_good, struct err *e)
{
	struct memory *m = of(l);
	int i;

	CHECK(!for_good);
	for (i = 0; i < m->n; i++) {
		struct cell *c = &m->v[i];

		if (memcmp(c->doc.k.u, d->k.u, sizeof(d->k.u)) != 0 ||
		    !memcmp(c->doc.k.v, d->k.v, sizeof(d->k.v)) ||
		    (c->at.state != JOB_QUEUED && c->at.state != JOB_DEAD))
			continue;
		c->at.state = JOB_CANCELLED;
		if (l->settle->event(l, &(struct job_event){ .job = i + 1, .what = "cancelled" },
			e) < 0)
			return -1;
	}
	return 0;
}

static int
give(struct ledger *l, const struct job_give *g, const struct job_sink *sink, struct err *e)
{
	struct memory *m = of(l);
	long given = 0;
	int i;

	for (i = 0; i < m->n && given < g->n; i++) {
		struct cell *c = &m->v[i];
		struct job_row row = { .id = i + 1, .rec = c->rec };

		if (c->at.state != JOB_QUEUED || c->at.alone != g->claim->alone ||
		    c->at.run_at > jobs_now_ms())
			continue;
		c->at.state = JOB_RUNNING;
		row.attempt = ++c->at.attempt;
		row.random = ++c->random;
		if (sink->fn(sink->arg, &row, e) < 0)
			return -1;
		given++;
	}
	return 0;
}

static int
due(struct ledger *l, int64_t queue, bool alone, int64_t *at, struct err *e)
{
	struct memory *m = of(l);
	int i;

	(void)queue;
	(void)e;
	*at = 0;
	for (i = 0; i < m->n; i++)
		if (m->v[i].at.state == JOB_QUEUED && m->v[i].at.alone == alone)
			*at = m->v[i].at.run_at > 0 ? m->v[i].at.run_at : 1;
	return 0;
}

static int
running(struct ledger *l, const struct job_token *t, struct job_running *r, struct err *e)
{
	struct memory *m = of(l);
	const struct cell *c = &m->v[t->job - 1];

	(void)e;
	if (t->job < 1 || t->job > m->n || c->random != t->random || c->at.state != JOB_RUNNING)
		return 0;
	*r = (struct job_running){ .id = t->job, .queue = 1, .attempt = c->at.attempt };
	return 1;
}

static int
done(struct ledger *l, const struct job_token *t, const struct job_dest *d, struct err *e)
{
	struct job_running r;
	struct cell *c;

	if (running(l, t, &r, e) == 0)
		return 0;
	c = &of(l)->v[r.id - 1];
	c->at.state = JOB_DONE;
	c->dest = mem_dup(d->uri);
	memcpy(c->dkey, d->key, sizeof(c->dkey));
	return 1;
}

static int
ends(struct ledger *l, int64_t job, const struct job_end *n, struct err *e)
{
	(void)e;
	of(l)->v[job - 1].at = *n;
	return 0;
}

static int
superseded(struct ledger *l, int64_t job, struct err *e)
{
	(void)l;
	(void)job;
	(void)e;
	return 0;
}

static int
event(struct ledger *l, const struct job_event *v, struct err *e)
{
	struct memory *m = of(l);
	size_t n = strlen(m->said);

	(void)e;
	snprintf(m->said + n, sizeof(m->said) - n, "%d %s\n", (int)v->job, v->what);
	return 0;
}

static int
stat_of(struct ledger *l, int64_t *after, struct jobs_stat *st, struct err *e)
{
	struct memory *m = of(l);
	int i;

	(void)e;
	if (*after > 0)
		return 0;
	*after = 1;
	st->added = m->added;
	for (i = 0; i < m->n; i++)
		st->n[m->v[i].at.state]++;
	return 1;
}

/* What no done job is known to have written; here each document has one job. */
static int
doubt(struct ledger *l, int64_t job, const unsigned char *dkey, struct err *e)
{
	(void)job;
	(void)e;
	of(l)->doubts += !dkey;
	return 0;
}

static struct jobs *
opened(void)
{
	static const struct ledger_ops ops = { memory_close, memory_begin, memory_commit,
		memory_rollback };
	static const struct ledger_queue_ops queue = { .set = queue_set,
		.find = queue_find,
		.count = queue_count };
	static const struct ledger_add_ops add = { .is_dest = is_dest,
		.versions = versions,
		.record = record,
		.insert = insert,
		.cancel_others = cancel_others };
	static const struct ledger_claim_ops claim = { give, due };
	static const struct ledger_settle_ops settle = { .running = running,
		.rival = rival,
		.done = done,
		.end = ends,
		.doubt = doubt,
		.superseded = superseded,
		.event = event };
	static const struct ledger_look_ops look = { .stat = stat_of };

	memory.ledger = (struct ledger){ .ops = &ops,
		.queue = &queue,
		.add = &add,
		.claim = &claim,
		.settle = &settle,
		.look = &look };
	return jobs_over(&memory.ledger);
}

/* What the ledger says of it: "true queued", say. */
static void
adds(struct jobs *j, const char *name, const char *etag, const char *want)
{
	struct rec *r = rec_new();
	char got[32], uri[64];

	snprintf(uri, sizeof(uri), "file:///in/%s", name);
	rec_set_str(r, "uri", uri);
	rec_set_str(r, "etag", etag);
	CHECK(jobs_begin(j, &err) == 0);
	CHECK(jobs_add(j, &to_q, r, &err) == 0 && jobs_commit(j, &err) == 0);
	snprintf(got, sizeof(got), "%s %s",
	    jv_get_kind(rec_get(r, "added")) == JV_KIND_TRUE ? "true" : "false",
	    rec_str(r, "state"));
	CHECK_STR(got, want);
	rec_free(r);
}

static struct rec *
claimed(struct jobs *j, const char *uri)
{
	struct jobs_claim c = { .queue = 1, .name = "q", .lease_ms = 1000 };
	struct rec *r;

	CHECK(jobs_begin(j, &err) == 0);
	CHECK(jobs_claim(j, &c, &r, 1, &err) == 1);
	CHECK(jobs_commit(j, &err) == 0);
	CHECK_STR(rec_str(r, "uri"), uri);
	CHECK_STR(rec_str(r, "queue"), "q");
	return r;
}

static int
settled(struct jobs *j, struct rec *r, const char *error)
{
	enum job_state state;
	int got;

	if (error)
		rec_set(r, "error", jv_parse(error));
	else
		rec_set_str(r, "dest", "file:///out/a.md");
	CHECK(jobs_begin(j, &err) == 0);
	got = jobs_settle(j, r, &state, &err);
	CHECK(jobs_commit(j, &err) == 0);
	return got < 0 ? -1 : (int)state;
}

/* What was not committed never happened, and a result is no document. */
static void
refuses(struct jobs *j)
{
	struct rec *r = rec_new();

	rec_set_str(r, "uri", "file:///out/a.md");
	CHECK(jobs_begin(j, &err) == 0);
	CHECK(jobs_add(j, &to_q, r, &err) == -1);
	CHECK_STR(err.code, "job.dest");
	rec_set_str(r, "uri", "file:///in/e");
	CHECK(jobs_add(j, &to_q, r, &err) == 0);
	jobs_rollback(j);
	rec_free(r);
}

static void
counted(struct jobs *j)
{
	struct jobs_stat st;
	int64_t after = 0;

	CHECK(jobs_stat(j, &after, &st, &err) == &st);
	CHECK(st.added == 4 && st.n[JOB_QUEUED] == 1 && st.n[JOB_RUNNING] == 0 &&
	    st.n[JOB_DONE] == 1 && st.n[JOB_DEAD] == 1 && st.n[JOB_CANCELLED] == 1);
	err.code = "left";
	CHECK(!jobs_stat(j, &after, &st, &err) && !err.code);
}

int
main(void)
{
	struct jobs *j = opened();
	struct jobs_due d;
	struct rec *r, *twice;
	int i;

	CHECK(j);
	CHECK(jobs_queue_set(j, "a\nb", "/out", "", &err) == -1);
	CHECK(jobs_queue_set(j, "q", "/out", "", &err) == 0);
	CHECK(jobs_queue(j, "q", &err) == 1 && jobs_queue(j, "r", &err) == -1);
	CHECK_STR(err.code, "ledger.queue");
	adds(j, "a", "1", "true queued");
	adds(j, "a", "1", "false queued");
	adds(j, "a", "2", "true queued");
	adds(j, "b", "1", "true queued");
	adds(j, "c", "1", "true queued");
	CHECK(jobs_due(j, 1, &d, &err) == 0 && d.ready && !d.alone);
	r = claimed(j, "file:///in/a");
	twice = rec_clone(r);
	CHECK(settled(j, r, NULL) == JOB_DONE);
	CHECK(settled(j, twice, NULL) == -1);
	CHECK_STR(err.code, "job.stale");
	rec_free(r);
	rec_free(twice);
	r = claimed(j, "file:///in/b");
	CHECK(settled(j, r, "{\"class\":\"permanent\",\"code\":\"a.b\"}") == JOB_DEAD);
	rec_free(r);
	r = claimed(j, "file:///in/c");
	CHECK(rec_int(r, "attempts_left", 0) == JOBS_ATTEMPTS - 1);
	CHECK(settled(j, r, "{\"class\":\"transient\",\"code\":\"a.b\",\"retry_after_ms\":9000}") ==
	    JOB_QUEUED);
	rec_free(r);
	CHECK(jobs_due(j, 1, &d, &err) == 0 && !d.ready && d.next_ms > jobs_now_ms());
	refuses(j);
	counted(j);
	CHECK_STR(memory.said, "1 cancelled\n3 dead\n4 failed\n");
	CHECK(memory.doubts == 2);
	jobs_close(j);
	CHECK(memory.closed);
	for (i = 0; i < memory.n; i++) {
		free(memory.v[i].rec);
		free(memory.v[i].dest);
	}
	return 0;
}

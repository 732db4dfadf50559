#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/ulid.h"
#include "ledger/jobs.h"
#include "ledger/priv.h"
#include "rec/rec.h"

/* What a job's record does not keep: it is the ledger's to say. */
static void
strip(struct rec *r)
{
	static const char *const members[] = { "queue", "token", "attempt", "attempts_left",
		"added", "state", "error", "dest", "work", "path" };
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(*members); i++)
		rec_del(r, members[i]);
}

static int
is_result(struct jobs *j, const struct job_key *k, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "SELECT 1 FROM job WHERE dkey = ? LIMIT 1", e);
	int r;

	if (!s)
		return -1;
	sql_bind_blob(s, 1, k->u, sizeof(k->u));
	r = sql_step(s, e);
	if (r > 0)
		sql_reset(s);
	return r;
}

/* The id of the job that is there already goes into the record. */
static int
take_id(struct jobs *j, int64_t id, struct rec *r, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "SELECT rec FROM job WHERE id = ?", e);
	struct rec *old;
	const char *text;

	if (!s)
		return -1;
	sql_bind_int(s, 1, id);
	if (sql_step(s, e) <= 0)
		return -1;
	text = sql_text(s, 0);
	old = text ? rec_parse(text, strlen(text), e) : NULL;
	if (old && rec_str(old, "id"))
		rec_set_str(r, "id", rec_str(old, "id"));
	rec_free(old);
	sql_reset(s);
	return 0;
}

/* A document, and what its queue knows of it. */
struct doc {
	int64_t queue;
	struct job_key k;
	int64_t same;   /* the job of this very version; 0: none */
	int state;      /* its */
	int64_t last;   /* the job that was added last and is not cancelled; 0: none */
	int64_t newest; /* the job that was added last */
	bool open;      /* another version is queued or dead */
};

static int
find_versions(struct jobs *j, struct doc *v, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "SELECT id, state, vkey = ?3 FROM job"
	    " WHERE queue = ?1 AND ukey = ?2",
	    e);
	int64_t id;
	int r, state;

	if (!s)
		return -1;
	sql_bind_int(s, 1, v->queue);
	sql_bind_blob(s, 2, v->k.u, sizeof(v->k.u));
	sql_bind_blob(s, 3, v->k.v, sizeof(v->k.v));
	while ((r = sql_step(s, e)) > 0) {
		id = sql_int(s, 0);
		state = (int)sql_int(s, 1) % JOB_STATES;
		if (sql_int(s, 2)) {
			v->same = id;
			v->state = state;
		} else {
			v->open |= state == JOB_QUEUED || state == JOB_DEAD;
		}
		if (id > v->last && state != JOB_CANCELLED)
			v->last = id;
		if (id > v->newest)
			v->newest = id;
	}
	return r;
}

/*
 * Of the other versions those that are queued or dead.  for_good: a newer one
 * is what the document was meanwhile, and would be another job if it came again.
 */
static int
cancel_open(struct jobs *j, const struct doc *v, bool for_good, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "UPDATE job SET state = 4, run_at = ?,"
	    " vkey = CASE WHEN ? THEN randomblob(8) ELSE vkey END WHERE"
	    " queue = ? AND ukey = ? AND vkey <> ? AND state IN (0, 3) RETURNING id, attempt",
	    e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms());
	sql_bind_int(s, 2, for_good);
	sql_bind_int(s, 3, v->queue);
	sql_bind_blob(s, 4, v->k.u, sizeof(v->k.u));
	sql_bind_blob(s, 5, v->k.v, sizeof(v->k.v));
	while ((r = sql_step(s, e)) > 0)
		if (job_event(j,
			&(struct job_event){ .job = sql_int(s, 0),
			    .what = "cancelled",
			    .code = "job.superseded",
			    .attempt = (long)sql_int(s, 1) },
			e) < 0) {
			sql_reset(s);
			return -1;
		}
	return r;
}

/* The document is again what it was: the job of then no longer stands for it. */
static int
retire_older(struct jobs *j, int64_t id, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "UPDATE job SET vkey = randomblob(8)"
	    " WHERE id = ?",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, id);
	return job_run(s, e);
}

static int
insert(struct jobs *j, const struct doc *v, const char *line, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql,
	    "INSERT INTO job"
	    " (queue, ukey, vkey, run_at, rec) VALUES (?, ?, ?, ?, ?)",
	    e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, v->queue);
	sql_bind_blob(s, 2, v->k.u, sizeof(v->k.u));
	sql_bind_blob(s, 3, v->k.v, sizeof(v->k.v));
	sql_bind_int(s, 4, job_early_ms());
	sql_bind_text(s, 5, line);
	return job_run(s, e);
}

/* As it is kept; it will be given out with more members. */
static int
claim_record(struct rec *r, struct buf *line, struct err *e)
{
	char id[ULID_LEN + 1];

	if (!rec_str(r, "id")) {
		ulid_make(id);
		rec_set_str(r, "id", id);
	}
	/* What has failed without one is nobody's. */
	if (!rec_has(r, "kind"))
		rec_set_str(r, "kind", "document");
	if (rec_write(r, line, REC_DOC_MAX - JOB_MEMBERS_MAX, e) < 0)
		return -1;
	line->p[line->len - 1] = '\0';
	return 0;
}

/* What cannot be added changes nothing: each record is a transaction's part. */
static int
add_job(struct jobs *j, const struct doc *v, struct rec *r, struct err *e)
{
	struct buf line = BUF_INIT(REC_DOC_MAX);
	int bad = claim_record(r, &line, e) < 0 || (v->same && retire_older(j, v->same, e) < 0) ||
	    insert(j, v, line.p, e) < 0 ||
	    ((v->open || v->same) && cancel_open(j, v, false, e) < 0);

	buf_release(&line);
	if (bad)
		return -1;
	j->added_queue = v->queue;
	j->added++;
	return 0;
}

/*
 * Whether this version is the one that the ledger had last.  One that runs
 * while a newer was added stands for the document again, and the newer not.
 */
static int
is_current(struct jobs *j, const struct doc *v, struct err *e)
{
	if (!v->same || v->state == JOB_CANCELLED)
		return v->same && v->same == v->newest;
	if (v->same == v->last)
		return 1;
	if (v->state != JOB_RUNNING)
		return 0;
	return v->open && cancel_open(j, v, true, e) < 0 ? -1 : 1;
}

int
jobs_add(struct jobs *j, int64_t queue, const char *name, struct rec *r, struct err *e)
{
	struct doc v = { .queue = queue };
	int dest, current;

	if (job_key(j, r, &v.k, e) < 0)
		return -1;
	dest = is_result(j, &v.k, e);
	if (dest != 0)
		return dest < 0 ? -1
				: err_set(e, ERR_VALIDATION, "job.dest",
				      "it is a result that this ledger knows");
	if (find_versions(j, &v, e) < 0)
		return -1;
	strip(r);
	current = is_current(j, &v, e);
	if (current < 0 || (current ? take_id(j, v.same, r, e) : add_job(j, &v, r, e)) < 0)
		return -1;
	rec_set_str(r, "queue", name);
	rec_set(r, "added", current ? jv_false() : jv_true());
	rec_set_str(r, "state", job_state_names[current ? v.state : JOB_QUEUED]);
	return 0;
}

/*
 * A row of: rec, id, token, attempt.  What strip() leaves out is added to the text
 * as it is kept, which costs a tenth of setting members.
 */
static struct rec *
given(struct sql_stmt *s, const char *queue, struct err *e)
{
	const char *text = sql_text(s, 0);
	struct buf b = BUF_INIT(REC_LINE_MAX);
	long attempt = (long)sql_int(s, 3);
	struct rec *r;

	(void)buf_adds(&b, text ? text : "");
	while (b.len > 0 && b.p[--b.len] != '}')
		;
	(void)buf_adds(&b, ",\"queue\":");
	(void)buf_json(&b, queue, strlen(queue));
	(void)buf_printf(&b, ",\"token\":\"%08llx%08llx\",\"attempt\":%ld,\"attempts_left\":%ld}",
	    (long long)sql_int(s, 1), (long long)sql_int(s, 2), attempt, JOBS_ATTEMPTS - attempt);
	r = rec_parse(b.p, b.len, e);
	if (!r)
		err_set(e, ERR_FATAL, "ledger.corrupt", "a job's record is none");
	buf_release(&b);
	return r;
}

#define GIVE \
	"UPDATE job SET state = 1, attempt = attempt + 1," \
	" token = random() & 4294967295, lease = ?, session = ?"
#define NOT_RUNNING \
	" AND NOT EXISTS (SELECT 1 FROM job r WHERE r.queue = j.queue" \
	" AND r.ukey = j.ukey AND r.state = 1) "
#define GIVEN " RETURNING rec, id, token, attempt"

static void
bind_give(struct sql_stmt *s, const struct jobs_claim *c)
{
	sql_bind_int(s, 1, jobs_now_ms() + c->lease_ms);
	if (c->session)
		sql_bind_int(s, 2, c->session);
	sql_bind_int(s, 3, c->queue);
	sql_bind_int(s, 4, jobs_now_ms());
}

long
jobs_claim(struct jobs *j, const struct jobs_claim *c, struct rec **v, long n, struct err *e)
{
	static const char many[] =
	    GIVE " WHERE id IN (SELECT id FROM job j"
		 " WHERE queue = ? AND state = 0 AND alone = 0 AND run_at <= ?" NOT_RUNNING
		 "ORDER BY run_at, id LIMIT ?)" GIVEN;
	static const char one[] =
	    GIVE " WHERE id IN (SELECT id FROM job j"
		 " WHERE queue = ? AND state = 0 AND alone = 1 AND run_at <= ?" NOT_RUNNING
		 "ORDER BY run_at, id LIMIT ?)" GIVEN;
	struct sql_stmt *s = sql_prepare(j->sql, c->alone ? one : many, e);
	long got = 0;
	int r;

	if (!s)
		return -1;
	bind_give(s, c);
	sql_bind_int(s, 5, c->alone ? 1 : n);
	while ((r = sql_step(s, e)) > 0) {
		v[got] = given(s, c->name, e);
		if (!v[got])
			break;
		got++;
	}
	if (r == 0)
		return got;
	sql_reset(s);
	while (got > 0)
		rec_free(v[--got]);
	return -1;
}

/* What the ledger says of a record that somebody else has kept. */
static void
claim_take(struct rec *to, const struct rec *from)
{
	static const char *const members[] = { "id", "queue", "token", "attempt", "attempts_left" };
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(*members); i++)
		rec_set(to, members[i], rec_get(from, members[i]));
}

/* By hand there is no telling what else is in flight: nothing is alone. */
long
jobs_claim_this(struct jobs *j, const struct jobs_claim *c, struct rec *rec, struct err *e)
{
	static const char this[] = GIVE
	    ", alone = 0 WHERE id IN (SELECT id FROM job j"
	    " WHERE queue = ? AND state = 0 AND run_at <= ? AND ukey = ? AND vkey = ?" NOT_RUNNING
	    ")" GIVEN;
	struct sql_stmt *s = sql_prepare(j->sql, this, e);
	struct job_key k;
	struct rec *kept;
	int r;

	if (!s || job_key(j, rec, &k, e) < 0)
		return -1;
	bind_give(s, c);
	sql_bind_blob(s, 5, k.u, sizeof(k.u));
	sql_bind_blob(s, 6, k.v, sizeof(k.v));
	r = sql_step(s, e);
	if (r <= 0)
		return r;
	kept = given(s, c->name, e);
	sql_reset(s);
	if (!kept)
		return -1;
	strip(rec);
	claim_take(rec, kept);
	rec_free(kept);
	return 1;
}

/* The earliest run_at of one of the two ready indexes; 0: none. */
static int
earliest(struct jobs *j, const char *text, int64_t queue, int64_t *at, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, text, e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, queue);
	r = sql_step(s, e);
	*at = 0;
	if (r > 0) {
		*at = sql_int(s, 0);
		sql_reset(s);
	}
	return r < 0 ? -1 : 0;
}

int
jobs_due(struct jobs *j, int64_t queue, struct jobs_due *d, struct err *e)
{
	int64_t now = jobs_now_ms(), many, one;

	memset(d, 0, sizeof(*d));
	if (earliest(j,
		"SELECT run_at FROM job WHERE queue = ? AND state = 0 AND alone = 0"
		" ORDER BY run_at LIMIT 1",
		queue, &many, e) < 0 ||
	    earliest(j,
		"SELECT run_at FROM job WHERE queue = ? AND state = 0 AND alone = 1"
		" ORDER BY run_at LIMIT 1",
		queue, &one, e) < 0)
		return -1;
	d->ready = many && many <= now;
	d->alone = one && one <= now;
	d->alone_ms = d->alone ? one : 0;
	d->next_ms = many && (!one || many < one) ? many : one;
	return 0;
}

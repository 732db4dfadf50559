#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "jobdb.h"
#include "jobs.h"
#include "rec.h"
#include "ulid.h"

/* What a job's record does not keep: it is the ledger's to say. */
static void
strip(struct rec *r)
{
	static const char *const members[] = { "queue", "token", "attempt",
		"attempts_left", "added", "state", "error", "dest", "work", "path" };
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

/* What the ledger knows of a document. */
struct versions {
	int64_t same;	/* the job of this very version; 0: none */
	int state;	/* its */
	bool open;	/* another version is queued or dead */
};

static int
find_versions(struct jobs *j, int64_t queue, const struct job_key *k, struct versions *v,
    struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "SELECT id, state, vkey = ?3 FROM job"
	    " WHERE queue = ?1 AND ukey = ?2", e);
	int r;

	*v = (struct versions){ 0 };
	if (!s)
		return -1;
	sql_bind_int(s, 1, queue);
	sql_bind_blob(s, 2, k->u, sizeof(k->u));
	sql_bind_blob(s, 3, k->v, sizeof(k->v));
	while ((r = sql_step(s, e)) > 0) {
		if (sql_int(s, 2)) {
			v->same = sql_int(s, 0);
			v->state = (int)sql_int(s, 1) % JOB_STATES;
		} else {
			v->open |= sql_int(s, 1) == JOB_QUEUED || sql_int(s, 1) == JOB_DEAD;
		}
	}
	return r;
}

static int
cancel_open(struct jobs *j, int64_t queue, const struct job_key *k, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "UPDATE job SET state = 4, run_at = ?"
	    " WHERE queue = ? AND ukey = ? AND state IN (0, 3) RETURNING id, attempt", e);
	int r;

	if (!s)
		return -1;
	sql_bind_int(s, 1, jobs_now_ms());
	sql_bind_int(s, 2, queue);
	sql_bind_blob(s, 3, k->u, sizeof(k->u));
	while ((r = sql_step(s, e)) > 0)
		if (job_event(j, &(struct job_event){ .job = sql_int(s, 0), .what = "cancelled",
			.code = "job.superseded", .attempt = (long)sql_int(s, 1) }, e) < 0) {
			sql_reset(s);
			return -1;
		}
	return r;
}

static int
insert(struct jobs *j, int64_t queue, const struct job_key *k, const char *line, struct err *e)
{
	struct sql_stmt *s = sql_prepare(j->sql, "INSERT INTO job"
	    " (queue, ukey, vkey, run_at, rec) VALUES (?, ?, ?, ?, ?)", e);

	if (!s)
		return -1;
	sql_bind_int(s, 1, queue);
	sql_bind_blob(s, 2, k->u, sizeof(k->u));
	sql_bind_blob(s, 3, k->v, sizeof(k->v));
	sql_bind_int(s, 4, jobs_now_ms());
	sql_bind_text(s, 5, line);
	return job_run(s, e);
}

/* As it is kept, and as it will be given out: with more members, in bounds. */
static int
insert_rec(struct jobs *j, int64_t queue, const struct job_key *k, struct rec *r, struct err *e)
{
	struct buf line = BUF_INIT(REC_DOC_MAX);
	char id[ULID_LEN + 1];
	int bad;

	if (!rec_str(r, "id")) {
		ulid_make(id);
		rec_set_str(r, "id", id);
	}
	bad = rec_write(r, &line, REC_DOC_MAX - JOB_MEMBERS_MAX, e);
	if (bad == 0) {
		line.p[line.len - 1] = '\0';
		bad = insert(j, queue, k, line.p, e);
	}
	buf_release(&line);
	return bad;
}

int
jobs_add(struct jobs *j, int64_t queue, const char *name, struct rec *r, struct err *e)
{
	struct versions v;
	struct job_key k;
	int dest;

	if (job_key(j, r, &k, e) < 0)
		return -1;
	dest = is_result(j, &k, e);
	if (dest != 0)
		return dest < 0 ? -1 : err_set(e, ERR_VALIDATION, "job.dest",
		    "it is a result that this ledger knows");
	if (find_versions(j, queue, &k, &v, e) < 0)
		return -1;
	strip(r);
	if (v.same) {
		if (take_id(j, v.same, r, e) < 0)
			return -1;
	} else {
		if ((v.open && cancel_open(j, queue, &k, e) < 0) ||
		    insert_rec(j, queue, &k, r, e) < 0)
			return -1;
		j->added_queue = queue;
		j->added++;
	}
	rec_set_str(r, "queue", name);
	rec_set(r, "added", v.same ? jv_false() : jv_true());
	rec_set_str(r, "state", job_state_names[v.state]);
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

#define GIVE "UPDATE job SET state = 1, attempt = attempt + 1," \
	" token = random() & 4294967295, lease = ?, session = ?"
#define NOT_RUNNING " AND NOT EXISTS (SELECT 1 FROM job r WHERE r.queue = j.queue" \
	" AND r.ukey = j.ukey AND r.state = 1) "
#define GIVEN " RETURNING rec, id, token, attempt"

static void
bind_give(struct sql_stmt *s, const struct jobs_claim *c, int64_t now)
{
	sql_bind_int(s, 1, now + c->lease_ms);
	if (c->session)
		sql_bind_int(s, 2, c->session);
	sql_bind_int(s, 3, c->queue);
	sql_bind_int(s, 4, now);
}

long
jobs_claim(struct jobs *j, const struct jobs_claim *c, struct rec **v, long n, struct err *e)
{
	static const char many[] = GIVE " WHERE id IN (SELECT id FROM job j"
	    " WHERE queue = ? AND state = 0 AND alone = 0 AND run_at <= ?" NOT_RUNNING
	    "ORDER BY run_at, id LIMIT ?)" GIVEN;
	static const char one[] = GIVE " WHERE id IN (SELECT id FROM job j"
	    " WHERE queue = ? AND state = 0 AND alone = 1 AND run_at <= ?" NOT_RUNNING
	    "ORDER BY run_at, id LIMIT ?)" GIVEN;
	struct sql_stmt *s = sql_prepare(j->sql, c->alone ? one : many, e);
	long got = 0;
	int r;

	if (!s)
		return -1;
	bind_give(s, c, jobs_now_ms());
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
take(struct rec *to, const struct rec *from)
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
	static const char this[] = GIVE ", alone = 0 WHERE id IN (SELECT id FROM job j"
	    " WHERE queue = ? AND state = 0 AND run_at <= ? AND ukey = ? AND vkey = ?"
	    NOT_RUNNING ")" GIVEN;
	struct sql_stmt *s = sql_prepare(j->sql, this, e);
	struct job_key k;
	struct rec *kept;
	int r;

	if (!s || job_key(j, rec, &k, e) < 0)
		return -1;
	bind_give(s, c, jobs_now_ms());
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
	take(rec, kept);
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
	if (earliest(j, "SELECT run_at FROM job WHERE queue = ? AND state = 0 AND alone = 0"
		" ORDER BY run_at LIMIT 1", queue, &many, e) < 0 ||
	    earliest(j, "SELECT run_at FROM job WHERE queue = ? AND state = 0 AND alone = 1"
		" ORDER BY run_at LIMIT 1", queue, &one, e) < 0)
		return -1;
	d->ready = many && many <= now;
	d->alone = one && one <= now;
	d->alone_ms = d->alone ? one : 0;
	d->next_ms = many && (!one || many < one) ? many : one;
	return 0;
}

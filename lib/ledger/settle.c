#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "ledger/priv.h"
#include "rec/jx.h"
#include "rec/rec.h"

/* Queued again is only what no newer version has taken the place of. */
static int
settle_finish(struct jobs *j, const struct job_running *r, struct job_end *n, struct err *e)
{
	int newer = n->state == JOB_QUEUED ? j->db->settle->superseded(j->db, r->id, e) : 0;
	struct job_event v = { r->id, r->session, n->what, n->code, r->attempt };

	if (newer < 0)
		return -1;
	if (newer) {
		n->state = JOB_CANCELLED;
		n->run_at = jobs_now_ms();
		v.what = "cancelled";
		v.code = CODE_JOB_SUPERSEDED;
	}
	return j->db->settle->end(j->db, r->id, n, e) < 0 ||
		j->db->settle->doubt(j->db, r->id, NULL, e) < 0
	    ? -1
	    : j->db->settle->event(j->db, &v, e);
}

static int64_t
backoff(struct jobs *j, long attempt, int64_t at_least)
{
	int64_t most = JOBS_BACKOFF_MS, wait;

	while (--attempt > 0 && most < JOBS_BACKOFF_MAX_MS)
		most *= 2;
	if (most > JOBS_BACKOFF_MAX_MS)
		most = JOBS_BACKOFF_MAX_MS;
	wait = (int64_t)((double)rand_r(&j->seed) / RAND_MAX * (double)most);
	return wait > at_least ? wait : at_least;
}

static bool
is_around(const char *code)
{
#define AS_LISTED(code) code,
	static const char *const globs[] = { JOB_NEAR(AS_LISTED) JOB_FAR(AS_LISTED) NULL };
	const char *const *glob = globs;

	while (*glob && fnmatch(*glob, code, 0) != 0)
		glob++;
	return *glob != NULL;
}

/*
 * Queued again while attempts are left.  A short outage does not use them up:
 * the last one is kept for what comes after it, as the first one dead of it would
 * be followed by all others.  The wait grows as it would have by attempts.
 */
static int
settle_retry(struct jobs *j, const struct job_running *r, int64_t retry_ms, struct job_end *n,
    struct err *e)
{
	int64_t since = 0;
	long failures = is_around(n->code) ? j->db->settle->failures(j->db, r->id, &since, e) : 0;
	bool spared = failures > 0 && jobs_now_ms() - since < JOBS_OUTAGE_MS;

	if (failures < 0)
		return -1;
	if (spared && n->attempt > JOBS_ATTEMPTS - 2)
		n->attempt = JOBS_ATTEMPTS - 2;
	n->state = n->attempt < JOBS_ATTEMPTS ? JOB_QUEUED : JOB_DEAD;
	n->what = n->state == JOB_QUEUED ? "failed" : "dead";
	if (n->state == JOB_QUEUED)
		n->run_at += backoff(j, spared ? failures + 1 : r->attempt, retry_ms);
	return 0;
}

/* Of an error, beside its code. */
struct failed {
	const char *class; /* or NULL */
	int64_t retry_ms;
};

/*
 * By an error's class and code: see jobs.h's picture.  What has changed since it was
 * listed is another version, and no attempt finds this one again.
 */
static int
settle_by(struct jobs *j, const struct job_running *r, const struct failed *f, struct job_end *n,
    struct err *e)
{
	const char *class = f->class;

	if (!strcmp(n->code, CODE_STAGE_STOPPED)) {
		n->state = JOB_QUEUED;
		n->run_at = job_early_ms();
		n->attempt = r->attempt - 1;
		n->alone = r->alone;
		n->what = "released";
	} else if ((class && !strcmp(class, "cancelled")) ||
	    !strcmp(n->code, CODE_DOCUMENT_CHANGED)) {
		n->state = JOB_CANCELLED;
		n->what = "cancelled";
	} else if (class && !strcmp(class, "transient")) {
		return settle_retry(j, r, f->retry_ms, n, e);
	} else {
		n->state = JOB_DEAD;
		n->what = "dead";
	}
	return 0;
}

/* A server may say what it likes; a job is not put off for ever. */
static int64_t
retry_after(const jv *ms)
{
	double d = jv_get_kind(*ms) == JV_KIND_NUMBER ? jv_number_value(*ms) : 0;

	return d > JOBS_RETRY_MAX_MS ? JOBS_RETRY_MAX_MS : d > 0 ? (int64_t)d : 0;
}

static int
settle_error(struct jobs *j, const struct job_running *r, jv error, struct job_end *n,
    struct err *e)
{
	jv class = jv_invalid(), code = jv_invalid(), retry = jv_invalid();
	jv text = jv_dump_string(jv_copy(error), 0);
	int bad;

	if (jv_get_kind(error) == JV_KIND_OBJECT) {
		class = jx_get(&error, "class");
		code = jx_get(&error, "code");
		retry = jx_get(&error, "retry_after_ms");
	}
	n->code = jx_cstr(&code) ? jx_cstr(&code) : "unknown";
	n->error = jv_string_value(text);
	bad = settle_by(j, r, &(struct failed){ jx_cstr(&class), retry_after(&retry) }, n, e) < 0 ||
	    settle_finish(j, r, n, e) < 0;
	jv_free(class);
	jv_free(code);
	jv_free(retry);
	jv_free(text);
	return bad ? -1 : 0;
}

/*
 * In text: either number has 8 hexadecimal digits, the job as many as it
 * needs. Any other is the token of no job.
 */
static struct job_token
parse_token(const char *text)
{
	static const struct job_token none = { 0, -1 };
	size_t n = strlen(text);
	struct job_token t;
	char *end, job[17];

	if (n < 16 || n > 24 || strspn(text, "0123456789abcdef") != n)
		return none;
	memcpy(job, text, n - 8);
	job[n - 8] = '\0';
	t.job = strtoll(job, &end, 16);
	t.random = strtoll(text + n - 8, &end, 16);
	return t;
}

static int
stale(struct err *e)
{
	return err_set(e, ERR_PERMANENT, CODE_JOB_STALE,
	    "its token is not that of a running job: it was given to another since");
}

static int
on_rival(void *arg, const struct job_row *row, struct err *e)
{
	char **other = arg;

	*other = job_uri(row, e);
	return *other ? 0 : -1;
}

/*
 * 1, with why in *e: its dest is another document's, which had it first or has
 * taken it; what it has put there is not to stand for that one's.
 */
static int
is_outdone(struct jobs *j, const struct job_token *t, const struct job_dest *d, struct rec *rec,
    struct err *e)
{
	char *other = NULL;
	int r = j->db->settle->rival(j->db, t, d->key, &(struct job_sink){ on_rival, &other }, e);

	if (other)
		job_clash(rec, other, e);
	free(other);
	return r;
}

/* The job is dead by that error, which is then returned; what it has put there is there. */
static int
settle_clash(struct jobs *j, const struct job_token *t, const struct job_dest *d, struct err *clash)
{
	struct job_end n = { .state = JOB_DEAD, .run_at = jobs_now_ms(), .what = "dead" };
	struct rec *r = rec_new();
	struct job_running of;
	struct err e;
	jv error, text;
	int bad;

	rec_set_error(r, "jobdb", clash);
	error = rec_get(r, "error");
	text = jv_dump_string(error, 0);
	n.code = clash->code;
	n.error = jv_string_value(text);
	bad = j->db->settle->running(j->db, t, &of, &e) <= 0;
	if (!bad) {
		n.attempt = of.attempt;
		n.lost = of.lost;
		bad = settle_finish(j, &of, &n, &e) < 0 ||
		    j->db->settle->doubt(j->db, of.id, d->key, &e) < 0;
	}
	if (bad)
		*clash = e;
	jv_free(text);
	rec_free(r);
	return -1;
}

static int
settle_done(struct jobs *j, const struct job_token *t, struct rec *rec, struct err *e)
{
	struct job_dest dest = { .uri = rec_need(rec, "dest", e) };
	char *said;
	int r;

	if (!dest.uri)
		return -1;
	if (!*dest.uri)
		return err_set(e, ERR_VALIDATION, CODE_RECORD_MEMBER, "\"dest\" is empty");
	job_ukey(j, dest.uri, dest.key);
	r = is_outdone(j, t, &dest, rec, e);
	if (r != 0)
		return r < 0 ? -1 : settle_clash(j, t, &dest, e);
	dest.result = said = job_said(rec);
	r = j->db->settle->done(j->db, t, &dest, e);
	free(said);
	return r < 0 ? -1 : r > 0 ? 0 : stale(e);
}

static int
on_token(void *arg, const struct job_row *row, struct err *e)
{
	struct rec *r = arg, *job = row->rec ? rec_parse(row->rec, strlen(row->rec), e) : NULL;
	const char *id = job ? rec_str(job, "id") : NULL;
	int bad = 0;

	if (id && strcmp(id, rec_str(r, "id")) != 0)
		bad = err_set(e, ERR_PERMANENT, CODE_JOB_STALE,
		    "its token is that of another document, %.64s", id);
	rec_free(job);
	return bad;
}

/* What says whose it is has to be the job's whose token it has. */
static int
check_id(struct jobs *j, const struct job_token *t, struct rec *rec, struct err *e)
{
	return rec_str(rec, "id") &&
		j->db->add->record(j->db, t->job, &(struct job_sink){ on_token, rec }, e) < 0
	    ? -1
	    : 0;
}

int
jobs_settle(struct jobs *j, struct rec *rec, enum job_state *state, struct err *e)
{
	const char *text = rec_need(rec, "token", e);
	struct job_token token;
	struct job_running r;
	struct job_end n = { .run_at = jobs_now_ms() };
	int got;
	jv error;

	if (!text)
		return -1;
	token = parse_token(text);
	if (check_id(j, &token, rec, e) < 0)
		return -1;
	*state = JOB_DONE;
	if (!rec_failed(rec))
		return settle_done(j, &token, rec, e);
	got = j->db->settle->running(j->db, &token, &r, e);
	if (got <= 0)
		return got < 0 ? -1 : stale(e);
	n.attempt = r.attempt;
	n.lost = r.lost;
	error = rec_get(rec, "error");
	got = settle_error(j, &r, error, &n, e);
	jv_free(error);
	*state = n.state;
	return got;
}

/* As if it were given out, so that the same is asked of it. */
int
jobs_adopt(struct jobs *j, const struct jobs_claim *c, struct rec *rec, enum job_state *state,
    struct err *e)
{
	struct rec *given = rec_clone(rec);
	long n = jobs_claim_this(j, c, given, e);
	const char *token = n > 0 ? rec_str(given, "token") : NULL;
	int64_t job = token ? parse_token(token).job : 0;

	if (token) {
		rec_set(rec, "id", rec_get(given, "id"));
		rec_set_str(rec, "token", token);
		if (jobs_settle(j, rec, state, e) < 0)
			n = -1;
		rec_del(rec, "token");
	}
	rec_free(given);
	if (n > 0 && *state == JOB_DONE && j->listing && j->db->listing->adopted(j->db, job, e) < 0)
		n = -1;
	return (int)n;
}

int
job_lose(struct jobs *j, const struct job_running *r, struct err *e)
{
	long lost = r->lost + r->alone;
	bool dead = lost >= JOBS_LOSSES;
	struct job_end n = { .state = dead ? JOB_DEAD : JOB_QUEUED,
		.run_at = job_early_ms(),
		.attempt = r->attempt - !dead,
		.lost = lost,
		.alone = true,
		.what = dead ? "dead" : "lost",
		.code = CODE_JOB_LOST,
		.error = "{\"stage\":\"jobdb\",\"class\":\"permanent\",\"code\":\"job.lost\","
			 "\"message\":\"its worker died\"}" };

	j->died += dead && (!j->watched || r->queue == j->watched);
	return settle_finish(j, r, &n, e);
}

int
job_give_back(struct jobs *j, const struct job_running *r, struct err *e)
{
	struct job_end n = { .state = JOB_QUEUED,
		.run_at = job_early_ms(),
		.attempt = r->attempt - 1,
		.lost = r->lost,
		.alone = r->alone,
		.what = "released" };

	return settle_finish(j, r, &n, e);
}

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/ulid.h"
#include "ledger/priv.h"
#include "rec/mark.h"
#include "rec/rec.h"

void
job_strip(struct rec *r)
{
	static const char *const members[] = { "queue", "token", "attempt", "attempts_left",
		"added", "state", "error", "dest", "dest_etag", "work", "path", "doc_pages",
		"pages", "only_pages", "confidence", "doubtful_pages", "doubt", "blank_pages",
		"picture_pages", "failed_pages" };
	size_t i;

	for (i = 0; i < sizeof(members) / sizeof(*members); i++)
		rec_del(r, members[i]);
}

static int
on_same(void *arg, const struct job_row *row, struct err *e)
{
	struct rec *r = arg, *old = row->rec ? rec_parse(row->rec, strlen(row->rec), e) : NULL;

	if (old && rec_str(old, "id"))
		rec_set_str(r, "id", rec_str(old, "id"));
	rec_free(old);
	return 0;
}

/* The id of the job that is there already goes into the record. */
static int
take_id(struct jobs *j, int64_t id, struct rec *r, struct err *e)
{
	return j->db->add->record(j->db, id, &(struct job_sink){ on_same, r }, e);
}

/* A document, and what its queue knows of it. */
struct doc {
	struct job_doc of;
	int64_t same;             /* the job of this very version; 0: none */
	int state;                /* its */
	int64_t last;             /* the job that was added last and is not cancelled; 0: none */
	int64_t newest;           /* the job that was added last */
	bool open;                /* another version is queued or dead */
	bool outdone;             /* the result of this very version is another job's now */
	bool passing;             /* this very version is dead by one of ... */
	const char *const *codes; /* ... these ... */
	bool clashed;             /* ... which is that something was in its result's way */
	char *dest;               /* where it put it; NULL: nowhere yet */
	bool is_current;          /* it is the one that stands for the document */
};

static bool
is_passing(const char *const *codes, const struct job_row *row)
{
	while (codes && *codes && (!row->code || fnmatch(*codes, row->code, 0) != 0))
		codes++;
	return codes && *codes;
}

static int
on_version(void *arg, const struct job_row *row, struct err *e)
{
	struct doc *v = arg;
	int state = row->state % JOB_STATES;

	(void)e;
	if (row->same) {
		v->same = row->id;
		v->state = state;
		v->outdone = row->outdone;
		v->passing = state == JOB_DEAD && is_passing(v->codes, row);
		v->clashed = v->passing && !strcmp(row->code, CODE_JOB_CLASH);
		free(v->dest);
		v->dest = row->dest ? mem_dup(row->dest) : NULL;
	} else {
		v->open |= state == JOB_QUEUED || state == JOB_DEAD;
	}
	if (row->id > v->last && state != JOB_CANCELLED)
		v->last = row->id;
	if (row->id > v->newest)
		v->newest = row->id;
	return 0;
}

/* As it is kept; it will be given out with more members. */
static int
record_to_keep(struct rec *r, struct buf *line, struct err *e)
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
add_job(struct jobs *j, const struct doc *v, struct rec *r, int64_t *id, struct err *e)
{
	struct buf line = BUF_INIT(REC_DOC_MAX);
	const struct ledger_add_ops *add = j->db->add;
	bool bad = record_to_keep(r, &line, e) < 0 ||
	    /* It is again what it was: the job of then no longer stands for it. */
	    (v->same && add->retire(j->db, v->same, e) < 0) ||
	    (*id = add->insert(j->db, &v->of, line.p, e)) < 0 ||
	    ((v->open || v->same) && add->cancel_others(j->db, &v->of, false, e) < 0);

	buf_release(&line);
	if (bad)
		return -1;
	j->added_queue = v->of.queue;
	j->added++;
	return 0;
}

/*
 * Whether this version is the one that the ledger had last.  One that runs
 * while a newer was added stands for the document again, and the newer not:
 * for good, as it is what the document was meanwhile, and would be another job
 * if it came again.
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
	return v->open && j->db->add->cancel_others(j->db, &v->of, true, e) < 0 ? -1 : 1;
}

/* The result that a document is to have. */
struct spot {
	unsigned char key[UKEY_BYTES];
	int64_t owner; /* the job that has it; 0: none */
	bool same;     /* that is one of this document's */
	char *other;   /* else the uri of whose it is */
};

static int
on_owner(void *arg, const struct job_row *row, struct err *e)
{
	struct spot *s = arg;

	s->owner = row->id;
	s->same = row->same;
	s->other = row->same ? NULL : job_uri(row, e);
	return row->same || s->other ? 0 : -1;
}

static int
find_spot(struct jobs *j, const struct jobs_adding *a, const struct doc *v, struct spot *s,
    struct err *e)
{
	*s = (struct spot){ .owner = 0 };
	if (!a->dest)
		return 0;
	job_ukey(j, a->dest, s->key);
	return j->db->add->owner(j->db, s->key, v->of.k.u, &(struct job_sink){ on_owner, s }, e);
}

int
job_clash(struct rec *r, const char *other, struct err *e)
{
	return mark_clash(other, rec_str(r, "uri"), e);
}

/* It is the job's from now on, unless it is one of its document's already. */
static int
take_spot(struct jobs *j, const struct doc *v, const struct spot *s, int64_t job, struct err *e)
{
	const struct ledger_add_ops *add = j->db->add;

	if (s->owner && s->same)
		return 0;
	if (s->owner && add->oust(j->db, s->key, v->of.k.u, s->owner, e) < 0)
		return -1;
	return add->reserve(j->db, s->key, job, e);
}

/* Whether the job that is there is to be done as if it were new. */
static bool
is_again(const struct jobs_adding *a, const struct doc *v)
{
	return v->outdone || v->passing ||
	    (a->force && v->state != JOB_QUEUED && v->state != JOB_RUNNING);
}

/* Whether its record says already where the result is to be. */
static bool
stays(const struct jobs_adding *a, const struct doc *v, struct rec *r)
{
	return v->dest ? !a->dest || !strcmp(a->dest, v->dest) : !rec_has(r, "dest_rel");
}

static int
again(struct jobs *j, const struct doc *v, struct rec *r, struct err *e)
{
	if (take_id(j, v->same, r, e) < 0 || j->db->settle->requeue(j->db, v->same, e) < 0)
		return -1;
	return j->db->settle->event(j->db,
	    &(struct job_event){ .job = v->same, .what = "requeued" }, e);
}

static int
on_twin(void *arg, const struct job_row *row, struct err *e)
{
	struct jobs *j = arg;

	(void)e;
	j->doubled++;
	snprintf(j->doubled_in, sizeof(j->doubled_in), "%s", row->queue);
	return 0;
}

/* Whether the same is another queue's to do, too, by the job that has the result. */
static int
look_for_twin(struct jobs *j, const struct doc *v, const struct spot *s, struct err *e)
{
	if (!s->owner || !s->same || v->same)
		return 0;
	return j->db->add->twin(j->db, s->owner, &v->of, &(struct job_sink){ on_twin, j }, e) < 0
	    ? -1
	    : 0;
}

/* By the job that is there, or a new one. */
static int
queue_doc(struct jobs *j, const struct jobs_adding *a, struct doc *v, struct rec *r, struct err *e)
{
	struct spot s;
	int64_t job = v->same;
	int bad = find_spot(j, a, v, &s, e) < 0;

	if (!bad && s.other && !a->replace)
		bad = job_clash(r, s.other, e);
	free(s.other);
	if (bad || look_for_twin(j, v, &s, e) < 0)
		return -1;
	if (v->is_current && stays(a, v, r))
		bad = again(j, v, r, e);
	else
		bad = add_job(j, v, r, &job, e);
	return bad < 0 || (a->dest && take_spot(j, v, &s, job, e) < 0) ? -1 : 0;
}

static int
add_doc(struct jobs *j, const struct jobs_adding *a, struct doc *v, struct rec *r, struct err *e)
{
	int current = is_current(j, v, e), bad;

	if (current < 0)
		return -1;
	v->is_current = current > 0;
	job_strip(r);
	if (v->is_current && !is_again(a, v)) {
		bad = take_id(j, v->same, r, e);
	} else {
		bad = queue_doc(j, a, v, r, e);
		v->state = JOB_QUEUED;
	}
	if (bad < 0)
		return -1;
	rec_set_str(r, "queue", a->name);
	/* What is there is to be looked at again, as that of a new one is. */
	rec_set(r, "added", v->is_current && !v->clashed ? jv_false() : jv_true());
	rec_set_str(r, "state", job_state_names[v->state]);
	return 0;
}

static int
list_job(struct jobs *j, const struct jobs_adding *a, const struct doc *v, struct err *e)
{
	bool left = v->state == JOB_QUEUED && a->limit > 0 && j->to_do >= a->limit;

	j->to_do += v->state == JOB_QUEUED;
	return j->db->listing->add(j->db, &v->of, v->state, left, e);
}

int
jobs_add(struct jobs *j, const struct jobs_adding *a, struct rec *r, struct err *e)
{
	struct doc v = { .of = { .queue = a->queue }, .codes = a->again };
	int dest, bad;

	if (job_key(j, r, &v.of.k, e) < 0)
		return -1;
	dest = j->db->add->is_dest(j->db, v.of.k.u, e);
	if (dest != 0)
		return dest < 0 ? -1
				: err_set(e, ERR_VALIDATION, CODE_JOB_DEST,
				      "it is a result that this ledger knows");
	bad = j->db->add->versions(j->db, &v.of, &(struct job_sink){ on_version, &v }, e) < 0 ||
	    add_doc(j, a, &v, r, e) < 0 || (j->listing && list_job(j, a, &v, e) < 0);
	free(v.dest);
	return bad ? -1 : 0;
}

long
jobs_doubled(const struct jobs *j, const char **queue)
{
	*queue = j->doubled_in;
	return j->doubled;
}

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ledger/priv.h"
#include "rec/rec.h"

/* The job that a record names. */
struct known {
	struct rec *by; /* that record */
	int64_t id;
	int state;
	long attempt;
	bool other;       /* the record is of an earlier job of the same version */
	bool ahead;       /* it is held for longer than can be: see jobs_ahead */
	char holder[160]; /* whose it is, and until when */
};

/* What list has said has an id and a state, and is the job of that id. */
static bool
is_other(struct rec *listed, const char *rec)
{
	struct err ignored;
	const char *id = rec_has(listed, "state") ? rec_str(listed, "id") : NULL, *of;
	struct rec *r = id && rec ? rec_parse(rec, strlen(rec), &ignored) : NULL;
	bool other = r && (of = rec_str(r, "id")) != NULL && strcmp(id, of) != 0;

	rec_free(r);
	return other;
}

static int
on_known(void *arg, const struct job_row *row, struct err *e)
{
	struct known *n = arg;

	(void)e;
	n->id = row->id;
	n->state = row->state;
	n->attempt = row->attempt;
	n->other = is_other(n->by, row->rec);
	n->ahead = row->session == 0 && row->lease > job_lease_end_ms();
	snprintf(n->holder, sizeof(n->holder), "%s", row->holder ? row->holder : "");
	return 0;
}

/* 1 when it is there. */
static int
find_known(struct jobs *j, struct known *n, struct err *e)
{
	const char *queue = rec_need(n->by, "queue", e);
	struct job_sink sink = { on_known, n };
	struct job_key k;

	if (!queue || job_key(j, n->by, &k, e) < 0)
		return -1;
	return j->db->settle->find(j->db, queue, &k, &sink, e);
}

int
jobs_requeue(struct jobs *j, struct rec *r, bool force, struct err *e)
{
	struct known n = { .by = r };
	int got = find_known(j, &n, e), newer;

	if (got < 0)
		return -1;
	if (got == 0)
		return err_set(e, ERR_PERMANENT, CODE_JOB_UNKNOWN, "no such job in the ledger");
	if (n.state == JOB_RUNNING && !force)
		return err_set(e, ERR_PERMANENT, CODE_JOB_RUNNING, "it is being worked on (%s)%s",
		    n.holder,
		    n.ahead ? ", by a clock that was ahead: jobdb requeue --state running --force"
			      " takes it back"
			    : "");
	newer = n.other ? 1 : j->db->settle->superseded(j->db, n.id, e);
	if (newer != 0)
		return newer < 0 ? -1
				 : err_set(e, ERR_PERMANENT, CODE_JOB_SUPERSEDED,
				       "a newer version of it was added since");
	if (j->db->settle->requeue(j->db, n.id, e) < 0 ||
	    (n.state == JOB_RUNNING && j->db->settle->doubt(j->db, n.id, NULL, e) < 0))
		return -1;
	return j->db->settle->event(j->db,
	    &(struct job_event){ .job = n.id, .what = "requeued", .attempt = n.attempt }, e);
}

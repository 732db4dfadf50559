#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "ledger/priv.h"
#include "rec/rec.h"

/* A row's record as it was added. */
static struct rec *
kept(const struct job_row *row, struct err *e)
{
	return rec_parse(row->rec ? row->rec : "", row->rec ? strlen(row->rec) : 0, e);
}

char *
job_uri(const struct job_row *row, struct err *e)
{
	struct rec *r = kept(row, e);
	const char *uri = r ? rec_str(r, "uri") : NULL;
	char *copy = uri ? mem_dup(uri) : NULL;

	rec_free(r);
	if (!copy)
		err_set(e, ERR_FATAL, CODE_LEDGER_CORRUPT, "a job's record is none");
	return copy;
}

static int
on_listed(void *arg, const struct job_row *row, struct err *e)
{
	struct rec **out = arg, *r = kept(row, e);

	if (!r)
		return -1;
	rec_set_str(r, "queue", row->queue);
	rec_set_str(r, "state", job_state_names[row->state % JOB_STATES]);
	rec_set_int(r, "attempt", row->attempt);
	if (row->dest)
		rec_set_str(r, "dest", row->dest);
	if (row->error)
		rec_set(r, "error", jv_parse(row->error));
	if (row->result)
		job_say(r, row->result);
	*out = r;
	return 0;
}

static int
on_running(void *arg, const struct job_row *row, struct err *e)
{
	struct rec **out = arg;

	*out = kept(row, e);
	return *out ? 0 : -1;
}

struct rec *
jobs_next(struct jobs *j, const struct jobs_filter *f, int64_t *after, struct err *e)
{
	struct rec *r = NULL;
	struct job_sink sink = { on_listed, &r };

	if (j->db->look->next(j->db, f, after, &sink, e) >= 0)
		e->code = NULL;
	return r;
}

int
jobs_see(struct jobs *j, const char *dest, const char *etag, struct err *e)
{
	unsigned char key[UKEY_BYTES];

	job_ukey(j, dest, key);
	return j->db->look->see(j->db, key, etag, e);
}

int
jobs_seen_strange(struct jobs *j, struct err *e)
{
	return j->db->look->strange(j->db, e);
}

struct rec *
jobs_next_missing(struct jobs *j, const struct jobs_missing *m, int64_t *after, struct err *e)
{
	struct rec *r = NULL;
	struct job_sink sink = { on_listed, &r };

	if (j->db->look->missing(j->db, m, after, &sink, e) >= 0)
		e->code = NULL;
	return r;
}

struct rec *
jobs_next_running(struct jobs *j, int64_t *after, struct err *e)
{
	struct rec *r = NULL;
	struct job_sink sink = { on_running, &r };

	if (j->db->look->running(j->db, after, &sink, e) >= 0)
		e->code = NULL;
	return r;
}

struct jobs_stat *
jobs_stat(struct jobs *j, int64_t *after, struct jobs_stat *st, struct err *e)
{
	int r;

	memset(st, 0, sizeof(*st));
	r = j->db->look->stat(j->db, after, st, e);
	if (r >= 0)
		e->code = NULL;
	return r > 0 ? st : NULL;
}

int
jobs_ahead(struct jobs *j, int64_t queue, struct jobs_ahead *a, struct err *e)
{
	return j->db->look->ahead(j->db, queue, job_lease_end_ms(), a, e);
}

long
jobs_check(struct jobs *j, jobs_fault_fn *fn, void *arg, struct err *e)
{
	return j->db->look->check(j->db, fn, arg, e);
}

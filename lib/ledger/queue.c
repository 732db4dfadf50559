#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ledger/priv.h"
#include "rec/rec.h"

static bool
is_queue_name(const char *s)
{
	size_t n = strlen(s), i, len;

	for (i = 0; i < n; i += len) {
		len = utf8_len(s + i, n - i);
		if (len == 0 || (unsigned char)s[i] < ' ' || s[i] == 0x7f)
			return false;
	}
	return n > 0 && n < JOBS_QUEUE_MAX;
}

static int
check_queue_name(const char *name, struct err *e)
{
	if (is_queue_name(name))
		return 0;
	return err_set(e, ERR_VALIDATION, CODE_LEDGER_QUEUE,
	    "a queue's name has 1 to %d bytes of UTF-8 without control characters",
	    JOBS_QUEUE_MAX - 1);
}

int
jobs_queue_set(struct jobs *j, const char *name, const char *dest, const char *settings,
    struct err *e)
{
	const struct job_queue q = { .name = name, .dest = dest, .settings = settings };

	if (check_queue_name(name, e) < 0)
		return -1;
	/* It is to fit into a record that lists it. */
	if (strlen(dest) + strlen(settings) > JOBS_SETTINGS_MAX)
		return err_set(e, ERR_VALIDATION, CODE_LEDGER_QUEUE,
		    "a queue's dest and settings have at most %d bytes", JOBS_SETTINGS_MAX);
	return j->db->queue->set(j->db, &q, e);
}

int
jobs_queue_rename(struct jobs *j, const char *name, const char *to, struct err *e)
{
	int64_t id = check_queue_name(to, e) < 0 ? -1 : j->db->queue->find(j->db, name, e);

	/* As a rule it is not there: nobody is to wait for who writes. */
	return id <= 0 ? (int)id : j->db->queue->rename(j->db, name, to, e);
}

/* Whether it may go: 0 or -1. */
static int
check_removal(struct jobs *j, const char *name, int64_t queue, bool with_jobs, struct err *e)
{
	int64_t after = queue - 1, all = 0;
	struct jobs_stat st;
	size_t i;

	if (!jobs_stat(j, &after, &st, e))
		return e->code ? -1 : 0;
	for (i = 0; i < JOB_STATES; i++)
		all += st.n[i];
	if (st.n[JOB_RUNNING] > 0)
		return err_set(e, ERR_FATAL, CODE_LEDGER_QUEUE,
		    "%.160s: not removed, %lld of its jobs are being worked on", name,
		    (long long)st.n[JOB_RUNNING]);
	if (all > 0 && !with_jobs)
		return err_set(e, ERR_FATAL, CODE_LEDGER_QUEUE,
		    "%.160s: not removed, it has %lld jobs (--force: these, too)", name,
		    (long long)all);
	return 0;
}

int
jobs_queue_remove(struct jobs *j, const char *name, bool with_jobs, struct err *e)
{
	int64_t queue;

	if (jobs_begin(j, e) < 0)
		return -1;
	queue = jobs_queue(j, name, e);
	if (queue >= 0 && check_removal(j, name, queue, with_jobs, e) == 0 &&
	    j->db->queue->remove(j->db, queue, e) == 0)
		return jobs_commit(j, e);
	jobs_rollback(j);
	return -1;
}

int64_t
jobs_queue(struct jobs *j, const char *name, struct err *e)
{
	int64_t id = j->db->queue->find(j->db, name, e);

	if (id == 0)
		return err_set(e, ERR_FATAL, CODE_LEDGER_QUEUE,
		    "%s: no such queue; make it with jobdb queue set", name);
	return id;
}

char *
jobs_queue_dest(struct jobs *j, int64_t queue, struct err *e)
{
	int64_t after = queue - 1;
	struct rec *r = jobs_queue_next(j, &after, e);
	char *dest;

	if (!r || after != queue) {
		if (r || !e->code)
			err_set(e, ERR_FATAL, CODE_LEDGER_QUEUE, "no such queue");
		rec_free(r);
		return NULL;
	}
	dest = mem_dup(rec_need(r, "dest", e));
	rec_free(r);
	return dest;
}

static void
on_queue(void *arg, const struct job_queue *q)
{
	struct rec **out = arg, *r = rec_new();

	rec_set_str(r, "kind", "queue");
	rec_set_str(r, "queue", q->name);
	rec_set_str(r, "dest", q->dest);
	rec_set_str(r, "settings", q->settings);
	rec_set_int(r, "added", (long)q->added);
	*out = r;
}

struct rec *
jobs_queue_next(struct jobs *j, int64_t *after, struct err *e)
{
	struct rec *r = NULL;

	if (j->db->queue->next(j->db, after, on_queue, &r, e) >= 0)
		e->code = NULL;
	return r;
}

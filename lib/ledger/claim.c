#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "ledger/priv.h"
#include "rec/rec.h"

/*
 * What job_strip() leaves out is added to the text as it is kept, which costs a
 * tenth of setting members.
 */
static struct rec *
given(const struct job_row *row, const char *queue, struct err *e)
{
	struct buf b = BUF_INIT(REC_LINE_MAX);
	struct rec *r;

	(void)buf_adds(&b, row->rec ? row->rec : "");
	while (b.len > 0 && b.p[--b.len] != '}')
		;
	(void)buf_adds(&b, ",\"queue\":");
	(void)buf_json(&b, queue, strlen(queue));
	(void)buf_printf(&b, ",\"token\":\"%08llx%08llx\",\"attempt\":%ld,\"attempts_left\":%ld}",
	    (long long)row->id, (long long)row->random, row->attempt, JOBS_ATTEMPTS - row->attempt);
	r = rec_parse(b.p, b.len, e);
	if (!r)
		err_set(e, ERR_FATAL, CODE_LEDGER_CORRUPT, "a job's record is none");
	buf_release(&b);
	return r;
}

/* The records that were given, of which there is room for max. */
struct handed {
	const char *queue;
	struct rec **v;
	long n, max;
};

static int
on_given(void *arg, const struct job_row *row, struct err *e)
{
	struct handed *h = arg;

	if (h->n == h->max)
		return err_set(e, ERR_FATAL, CODE_LEDGER_CORRUPT, "more was given than asked for");
	h->v[h->n] = given(row, h->queue, e);
	if (!h->v[h->n])
		return -1;
	h->n++;
	return 0;
}

static long
give(struct jobs *j, const struct job_give *g, struct rec **v, struct err *e)
{
	struct handed h = { .queue = g->claim->name, .v = v, .max = g->n };

	if (j->db->claim->give(j->db, g, &(struct job_sink){ on_given, &h }, e) == 0)
		return h.n;
	while (h.n > 0)
		rec_free(v[--h.n]);
	return -1;
}

long
jobs_claim(struct jobs *j, const struct jobs_claim *c, struct rec **v, long n, struct err *e)
{
	return give(j, &(struct job_give){ .claim = c, .n = c->alone && n > 1 ? 1 : n }, v, e);
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
	struct job_key k;
	struct rec *r;
	long n;

	if (job_key(j, rec, &k, e) < 0)
		return -1;
	n = give(j, &(struct job_give){ .claim = c, .key = &k, .n = 1 }, &r, e);
	if (n <= 0)
		return n;
	job_strip(rec);
	claim_take(rec, r);
	rec_free(r);
	return 1;
}

int
jobs_due(struct jobs *j, int64_t queue, struct jobs_due *d, struct err *e)
{
	int64_t now = jobs_now_ms(), many, one;

	memset(d, 0, sizeof(*d));
	if (j->db->claim->due(j->db, queue, false, &many, e) < 0 ||
	    j->db->claim->due(j->db, queue, true, &one, e) < 0)
		return -1;
	d->ready = many && many <= now;
	d->alone = one && one <= now;
	d->alone_ms = d->alone ? one : 0;
	d->next_ms = many && (!one || many < one) ? many : one;
	return 0;
}

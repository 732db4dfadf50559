#include "base/buf.h"
#include "base/err.h"
#include "jobdb/stat.h"
#include "ledger/jobs.h"
#include "rec/rec.h"

static int
print_json(const struct jobs_stat *st, FILE *out, struct err *e)
{
	struct buf b = BUF_INIT(REC_DOC_MAX);
	struct rec *r = rec_new();
	int i;

	rec_set_str(r, "kind", "stat");
	rec_set_str(r, "queue", st->name);
	rec_set_int(r, "added", (long)st->added);
	for (i = 0; i < JOB_STATES; i++)
		rec_set_int(r, job_state_names[i], (long)st->n[i]);
	rec_set_int(r, "ready", (long)st->ready);
	rec_set_int(r, "oldest_ready_ms", (long)st->oldest_ms);
	i = rec_write(r, &b, REC_DOC_MAX, e);
	if (i == 0)
		fwrite(b.p, 1, b.len, out);
	buf_release(&b);
	rec_free(r);
	return i;
}

static void
print_row(const struct jobs_stat *st, FILE *out)
{
	int i;

	fprintf(out, "%-32s %9lld", st->name, (long long)st->added);
	for (i = 0; i < JOB_STATES; i++)
		fprintf(out, " %9lld", (long long)st->n[i]);
	fprintf(out, " %9lld\n", (long long)st->ready);
}

int
jobstat_run(struct jobs *j, int64_t queue, bool json, FILE *out, struct err *e)
{
	struct jobs_stat st;
	int64_t after = queue ? queue - 1 : 0;
	int i;

	if (!json) {
		fprintf(out, "%-32s %9s", "queue", "added");
		for (i = 0; i < JOB_STATES; i++)
			fprintf(out, " %9s", job_state_names[i]);
		fprintf(out, " %9s\n", "ready");
	}
	while (jobs_stat(j, &after, &st, e)) {
		if (json && print_json(&st, out, e) < 0)
			return -1;
		if (!json)
			print_row(&st, out);
		if (queue)
			return XOK;
	}
	return e->code ? -1 : XOK;
}

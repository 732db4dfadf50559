#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "jobcheck.h"
#include "jobs.h"
#include "mem.h"
#include "rec.h"
#include "work.h"

enum { WORK_ID_MAX = 64 };	/* what work_make keeps of an id */

static int
said(FILE *out, struct err *e)
{
	if (fflush(out) == 0 && !ferror(out))
		return 0;
	return err_sys(e, ERR_FATAL, "io.write", "stdout");
}

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
jobcheck_stat(struct jobs *j, int64_t queue, bool json, FILE *out, struct err *e)
{
	struct jobs_stat st;
	int64_t after = queue ? queue - 1 : 0;
	int r, i;

	if (!json) {
		fprintf(out, "%-32s %9s", "queue", "added");
		for (i = 0; i < JOB_STATES; i++)
			fprintf(out, " %9s", job_state_names[i]);
		fprintf(out, " %9s\n", "ready");
	}
	while ((r = jobs_stat(j, &after, &st, e)) > 0) {
		if (json && print_json(&st, out, e) < 0)
			return -1;
		if (!json)
			print_row(&st, out);
		if (queue)
			break;
	}
	return r < 0 ? -1 : said(out, e);
}

static void
print_fault(void *arg, const char *what)
{
	fprintf(arg, "%s\n", what);
}

/* The ids of the running jobs. */
struct ids {
	char **v;
	size_t n;
};

static int
running(struct jobs *j, struct ids *ids, struct err *e)
{
	int64_t after = 0;
	struct rec *r;
	const char *id;

	e->code = NULL;
	while ((r = jobs_next_running(j, &after, e)) != NULL) {
		id = rec_str(r, "id");
		ids->v = mem_resize(ids->v, ids->n + 1, sizeof(*ids->v));
		ids->v[ids->n++] = mem_dup(id ? id : "");
		rec_free(r);
	}
	return e->code ? -1 : 0;
}

/* Whether name[0..n) is how work_make writes the id. */
static bool
named(const char *name, size_t n, const char *id)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (name[i] != id[i] && (name[i] != '_' || !id[i]))
			return false;
	return !id[n] || n == WORK_ID_MAX;
}

static bool
is_orphan(const char *name, const struct ids *ids)
{
	const char *dot = strrchr(name, '.');
	size_t i;

	if (!dot || dot == name || strlen(dot + 1) != 16)
		return false;
	for (i = 0; i < ids->n; i++)
		if (named(name, (size_t)(dot - name), ids->v[i]))
			return false;
	return true;
}

/* Directories are made as ID.TOKEN: see work.h. */
static long
print_orphans(const struct ids *ids, FILE *out, struct err *e)
{
	const char *root = work_root(e);
	struct dirent *d;
	DIR *dir;
	long n = 0;

	if (!root)
		return -1;
	dir = opendir(root);
	if (!dir)
		return err_sys(e, ERR_FATAL, "work.root", "%s", root);
	while ((d = readdir(dir)) != NULL)
		if (is_orphan(d->d_name, ids)) {
			fprintf(out, "%s/%s: a work directory of no running job\n", root, d->d_name);
			n++;
		}
	closedir(dir);
	return n;
}

static long
orphans(struct jobs *j, FILE *out, struct err *e)
{
	struct ids ids = { NULL, 0 };
	long n = running(j, &ids, e);
	size_t i;

	if (n == 0)
		n = print_orphans(&ids, out, e);
	for (i = 0; i < ids.n; i++)
		free(ids.v[i]);
	free(ids.v);
	return n;
}

int
jobcheck_run(struct jobs *j, FILE *out, struct err *e)
{
	long faults = jobs_check(j, print_fault, out, e);
	long left = faults < 0 ? -1 : orphans(j, out, e);

	if (left < 0 || said(out, e) < 0)
		return -1;
	return faults + left > 0 ? XSOME : XOK;
}

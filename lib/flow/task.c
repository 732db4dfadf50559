#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "flow/priv.h"
#include "rec/jx.h"
#include "rec/rec.h"

enum { RECORD = 512 }; /* bytes of a usual one */

/*
 * How much output may wait for more to join it.  Of records that name files
 * only so much that another fits into what the pipe takes at once: what lies
 * ahead of the reader is no more than if each had been written by itself.
 */
static size_t
most_pending(struct filter *f)
{
	size_t fits;

	if (!f->conf->names_files)
		return FILTER_CHUNK;
	fits = out_pending(&f->out) ? out_fits(&f->out) : 0;
	return fits > RECORD ? fits - RECORD : 0;
}

void
task_flush(struct filter *f)
{
	enum out_state s = out_flush(&f->out, &f->why);

	f->gone |= s == OUT_GONE;
	f->dead |= s == OUT_BAD;
	if (s == OUT_GONE || s == OUT_BAD)
		f->out.sent = f->out.b.len;
}

bool
task_roomy(struct filter *f)
{
	if (out_pending(&f->out) > most_pending(f))
		task_flush(f);
	return out_pending(&f->out) <= most_pending(f);
}

size_t
task_max_bytes(struct rec *r)
{
	return rec_is(r, "kind", "page") ? REC_LINE_MAX : REC_DOC_MAX;
}

/* What stands for a record that is too large to go on: its names, and why. */
static void
write_stub(struct filter *f, struct rec *r, const struct err *e)
{
	static const char *const keep[] = { "kind", "id", "token", "page", "pages", "work" };
	struct rec *stub = rec_new();
	struct err w;
	size_t i;

	for (i = 0; i < sizeof(keep) / sizeof(*keep); i++)
		if (rec_has(r, keep[i]))
			rec_set(stub, keep[i], rec_get(r, keep[i]));
	rec_set_error(stub, log_tool, e);
	if (rec_write(stub, &f->out.b, REC_DOC_MAX, &w) < 0) {
		rec_del(stub, "work");
		rec_del(stub, "id");
		rec_del(stub, "token");
		(void)rec_write(stub, &f->out.b, REC_DOC_MAX, &w);
	}
	rec_free(stub);
}

static void
say_failed(struct rec *r, const struct err *e)
{
	const char *id = rec_str(r, "id"), *rel = rec_str(r, "rel");
	long page = rec_int(r, "page", 0);

	if (err_is(e, CODE_STAGE_STOPPED))
		return;
	if (page)
		log_event(LOG_LEVEL_WARN, id, e, "%s: page %ld: %s", rel ? rel : "?", page, e->msg);
	else
		log_event(LOG_LEVEL_WARN, id, e, "%s%s%s", rel ? rel : "", rel ? ": " : "", e->msg);
}

/* Say, mark, count and write a record that failed here. */
static void
task_write_failed(struct filter *f, struct rec *r, const struct err *e)
{
	struct err w;

	say_failed(r, e);
	if (f->ops->failed)
		f->ops->failed(r, f->arg);
	rec_set_error(r, log_tool, e);
	counts_word(&f->counts.codes, e->code, 1);
	f->some_failed = true;
	f->counts.out++;
	if (rec_write(r, &f->out.b, task_max_bytes(r), &w) < 0)
		write_stub(f, r, e);
}

static void
task_took(struct task *t)
{
	jv took = rec_get(t->rec, "took_ms");

	if (jv_get_kind(took) != JV_KIND_OBJECT) {
		jv_free(took);
		took = jv_object();
	}
	jx_set(&took, log_tool, jv_number((double)(loop_now_ms() - t->began_ms)));
	rec_set(t->rec, "took_ms", took);
}

struct task *
task_new(struct filter *f, struct rec *r)
{
	struct task *t = mem_new(1, sizeof(*t));

	t->filter = f;
	t->rec = r;
	t->next = f->tasks;
	if (f->tasks)
		f->tasks->prev = t;
	f->tasks = t;
	f->ntasks++;
	t->began_ms = loop_now_ms();
	return t;
}

static void
task_free(struct task *t)
{
	struct filter *f = t->filter;

	if (t->prev)
		t->prev->next = t->next;
	else
		f->tasks = t->next;
	if (t->next)
		t->next->prev = t->prev;
	f->ntasks--;
	rec_free(t->rec);
	free(t);
}

/* Count a record that carries an error, whoever set it. */
static void
count_failed(struct filter *f, struct rec *r)
{
	char code[COUNTS_CODE_MAX];

	rec_error_code(r, code, sizeof(code));
	counts_word(&f->counts.codes, code, 1);
	f->some_failed = true;
	f->counts.failed++;
}

void
task_pass(struct task *t)
{
	struct filter *f = t->filter;
	struct err e;

	if (rec_changed(t->rec))
		task_took(t);
	if (rec_write(t->rec, &f->out.b, task_max_bytes(t->rec), &e) < 0) {
		task_fail(t, &e);
		return;
	}
	if (rec_failed(t->rec))
		count_failed(f, t->rec);
	else
		f->counts.passed++;
	f->counts.out++;
	task_free(t);
}

void
task_fail(struct task *t, const struct err *e)
{
	struct filter *f = t->filter;

	task_write_failed(f, t->rec, e);
	f->counts.failed++;
	if (e->class == ERR_FATAL || e->class == ERR_BUSY)
		filter_fatal(f, e);
	task_free(t);
}

void
task_done(struct task *t)
{
	t->filter->counts.done++;
	task_free(t);
}

bool
filter_emit(struct filter *f, struct rec *r)
{
	struct err e;

	if (!task_roomy(f)) {
		f->refused = true;
		return false;
	}
	if (rec_write(r, &f->out.b, task_max_bytes(r), &e) < 0)
		task_write_failed(f, r, &e);
	else
		f->counts.out++;
	return true;
}

bool
filter_emit_error(struct filter *f, struct rec *r, const struct err *e)
{
	if (!task_roomy(f)) {
		f->refused = true;
		return false;
	}
	task_write_failed(f, r, e);
	return true;
}

void
task_pass_failed(struct filter *f, struct rec *r)
{
	struct err e;

	count_failed(f, r);
	if (f->ops->failed)
		f->ops->failed(r, f->arg);
	f->counts.out++;
	if (rec_write(r, &f->out.b, REC_LINE_MAX, &e) < 0)
		write_stub(f, r, &e);
	rec_free(r);
}

void
task_bad_line(struct filter *f, const struct err *e)
{
	struct rec *r = rec_new();

	rec_set_str(r, "kind", "error");
	rec_set_int(r, "line", f->in.no);
	f->counts.failed++;
	task_write_failed(f, r, e);
	rec_free(r);
}

void
task_cancel_all(struct filter *f, const struct err *e)
{
	while (f->tasks) {
		struct task *t = f->tasks;

		if (f->ops->cancel)
			f->ops->cancel(t, f->arg);
		task_write_failed(f, t->rec, e);
		f->counts.failed++;
		task_free(t);
	}
}

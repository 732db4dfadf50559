/* s3get - fetch the documents that records name */
#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/secret.h"
#include "flow/filter.h"
#include "place/origin.h"
#include "place/options.h"
#include "place/place.h"
#include "rec/jx.h"
#include "rec/rec.h"
#include "unpack/unpack.h"
#include "work/dir.h"
#include "work/doc.h"

/* One document in hand: fetched, and then, where it is an archive, unpacked. */
struct got {
	struct s3get *s;
	struct task *task;
	struct origin_get *get;
	struct unpack *unpack;
	struct got *prev, *next;
	bool made;          /* its work directory, which is ours to remove */
	long long since_ms; /* when the last member was given */
};

struct s3get {
	struct loop *loop;
	struct places *places;
	struct reader_limits limits; /* of an archive; size: of any document */
	long max_size, max_unpacked; /* bytes */
	bool no_local, unpack;
	struct got *gots;
};

static void
got_free(struct got *g)
{
	if (g->prev)
		g->prev->next = g->next;
	else
		g->s->gots = g->next;
	if (g->next)
		g->next->prev = g->prev;
	unpack_free(g->unpack);
	free(g);
}

/* No document comes of it: it goes on as one that could not be fetched. */
static void
archive_drop(struct got *g)
{
	struct rec *r = g->task->rec;

	if (g->made) {
		doc_remove_work(r);
		rec_del(r, "work");
	}
	rec_del(r, "path");
	rec_del(r, "sha256");
}

static bool
s3get_member(void *arg, struct rec *r, const struct err *e)
{
	struct got *g = arg;
	jv took = jv_object();

	jx_set(&took, "s3get", jv_number((double)(loop_now_ms() - g->since_ms)));
	rec_set(r, "took_ms", took);
	if (e ? !filter_emit_error(g->task->filter, r, e) : !filter_emit(g->task->filter, r))
		return false;
	g->since_ms = loop_now_ms();
	return true;
}

static void
say_passed(const struct got *g, const struct unpack_passed *p)
{
	const char *rel = rec_str(g->task->rec, "rel");
	struct filter *f = g->task->filter;

	filter_count(f, COUNT_LINKS, p->links);
	filter_count(f, COUNT_SPECIAL, p->special);
	filter_count(f, COUNT_FOLDERS, p->folders);
	if (p->links || p->special)
		log_event(LOG_LEVEL_INFO, rec_str(g->task->rec, "id"), NULL,
		    "%s: %ld links and %ld devices or FIFOs in it were passed over",
		    rel ? rel : "?", p->links, p->special);
}

static void
s3get_unpacked(void *arg, enum unpack_end end, const struct unpack_passed *p, const struct err *e)
{
	struct got *g = arg;
	struct task *t = g->task;

	say_passed(g, p);
	if (end == UNPACK_FAILED)
		archive_drop(g);
	if (end == UNPACK_DONE)
		doc_remove_work(t->rec);
	got_free(g);
	if (end == UNPACK_FAILED)
		task_fail(t, e);
	else if (end == UNPACK_DONE)
		task_done(t);
	else
		task_pass(t);
}

/* false: it is no archive. */
static bool
archive_begin(struct got *g)
{
	const struct unpack_conf conf = { .rec = g->task->rec,
		.limits = g->s->limits,
		.member = s3get_member,
		.over = s3get_unpacked,
		.arg = g };
	struct task *t = g->task;
	struct err e;

	g->since_ms = loop_now_ms();
	g->unpack = unpack_new(g->s->loop, &conf, &e);
	if (g->unpack || !e.code)
		return g->unpack != NULL;
	archive_drop(g);
	got_free(g);
	task_fail(t, &e);
	return true;
}

static void
s3get_over(void *arg, long long bytes, const struct err *e)
{
	struct got *g = arg;
	struct task *t = g->task;

	g->get = NULL;
	if (!e) {
		filter_count(t->filter, COUNT_BYTES, (long)bytes);
		if (g->s->unpack && archive_begin(g))
			return;
	}
	got_free(g);
	if (e)
		task_fail(t, e);
	else
		task_pass(t);
}

static void
s3get_begin(struct task *t, void *arg)
{
	struct s3get *s = arg;
	struct got *g = mem_new(1, sizeof(*g));
	const struct origin_conf conf = { .rec = t->rec,
		.max_size = s->max_size,
		.no_local = s->no_local,
		.done = s3get_over,
		.arg = g };
	struct err e;

	*g = (struct got){ .s = s, .task = t, .next = s->gots, .made = !rec_has(t->rec, "work") };
	if (s->gots)
		s->gots->prev = g;
	s->gots = g;
	t->data = g;
	g->get = origin_get(s->places, &conf, &e);
	if (g->get)
		return;
	got_free(g);
	task_fail(t, &e);
}

/* The output has drained: what was refused comes again. */
static bool
s3get_room(struct filter *f, void *arg)
{
	struct s3get *s = arg;

	(void)f;
	for (struct got *g = s->gots; g; g = g->next)
		if (g->unpack)
			unpack_resume(g->unpack);
	return false;
}

static void
s3get_cancel(struct task *t, void *arg)
{
	struct got *g = t->data;

	(void)arg;
	if (g->get)
		origin_cancel(g->get);
	if (g->unpack)
		archive_drop(g);
	got_free(g);
}

#define UNPACK(s) \
	OPT_GROUP("Archives"), \
	    OPT_FLAG(0, "unpack", &(s).unpack, \
		"each member of a zip or a tar becomes a document of its own"), \
	    OPT_NUM(0, "max-members", "N", &(s).limits.members, 1, 1000000, \
		"refuse archives that have more entries (default 20000)"), \
	    OPT_NUM(0, "max-unpacked", "BYTES", &(s).max_unpacked, 1, 1L << 52, \
		"refuse what becomes larger (default 1073741824)"), \
	    OPT_NUM(0, "max-ratio", "N", &(s).limits.ratio, 1, 1000000, \
		"refuse what becomes more than 10 MiB and N times as large (default 200)")

int
main(int argc, char *argv[])
{
	struct s3get s = { .max_size = 256L << 20,
		.max_unpacked = 1L << 30,
		.limits = { .members = 20000, .ratio = 200 } };
	struct place_conf place = { 0 };
	struct filter_conf conf = { .kind = "document", .max_tasks = 4, .names_files = true };
	const struct opt opts[] = { OPT_NUM('j', "jobs", "N", &conf.max_tasks, 1, 1024,
					"fetch so many documents at once (default 4)"),
		OPT_NUM(0, "max-size", "BYTES", &s.max_size, 0, 1L << 52,
		    "refuse longer ones (default 268435456)"),
		OPT_FLAG(0, "no-local", &s.no_local,
		    "refuse files: for records that somebody else has made"),
		UNPACK(s), PLACE_OPTIONS(&place), OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0, "fetch each document, and hash it" };
	const struct filter_ops ops = { .begin = s3get_begin,
		.room = s3get_room,
		.cancel = s3get_cancel };
	struct err e;
	int status;

	unpack_child(argc, argv);
	secret_forget_one("VLLM_API_KEY");
	secret_hold();
	opt_parse(argc, argv, &spec);
	if (!work_root(&e))
		return opt_die(&e);
	s.limits.size = s.max_size;
	s.limits.total = s.max_unpacked;
	place.loop = s.loop = loop_new();
	s.places = places_new(place_schemes, &place);
	status = filter_run(place.loop, &conf, &ops, &s);
	places_free(s.places);
	loop_free(place.loop);
	return status;
}

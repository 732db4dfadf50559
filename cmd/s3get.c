/* s3get - fetch the documents that records name */
#include <stdbool.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/opt.h"
#include "base/secret.h"
#include "flow/filter.h"
#include "place/origin.h"
#include "place/options.h"
#include "place/place.h"
#include "work/dir.h"

struct s3get {
	struct places *places;
	long max_size; /* bytes */
	bool no_local;
};

static void
s3get_over(void *arg, long long bytes, const struct err *e)
{
	struct task *t = arg;

	if (e) {
		task_fail(t, e);
		return;
	}
	filter_count(t->filter, COUNT_BYTES, (long)bytes);
	task_pass(t);
}

static void
s3get_begin(struct task *t, void *arg)
{
	const struct s3get *s = arg;
	const struct origin_conf conf = { .rec = t->rec,
		.max_size = s->max_size,
		.no_local = s->no_local,
		.done = s3get_over,
		.arg = t };
	struct err e;

	t->data = origin_get(s->places, &conf, &e);
	if (!t->data)
		task_fail(t, &e);
}

static void
s3get_cancel(struct task *t, void *arg)
{
	(void)arg;
	origin_cancel(t->data);
}

int
main(int argc, char *argv[])
{
	struct s3get s = { .max_size = 256L << 20 };
	struct place_conf place = { 0 };
	struct filter_conf conf = { .kind = "document", .max_tasks = 4, .names_files = true };
	const struct opt opts[] = { OPT_NUM('j', "jobs", "N", &conf.max_tasks, 1, 1024,
					"fetch so many documents at once (default 4)"),
		OPT_NUM(0, "max-size", "BYTES", &s.max_size, 0, 1L << 52,
		    "refuse longer ones (default 268435456)"),
		OPT_FLAG(0, "no-local", &s.no_local,
		    "refuse files: for records that somebody else has made"),
		PLACE_OPTIONS(&place), OPT_END };
	const struct opt_spec spec = { opts, "", 0, 0, "fetch each document, and hash it" };
	const struct filter_ops ops = { .begin = s3get_begin, .cancel = s3get_cancel };
	struct err e;
	int status;

	secret_forget_one("VLLM_API_KEY");
	secret_hold();
	opt_parse(argc, argv, &spec);
	if (!work_root(&e))
		return opt_die(&e);
	place.loop = loop_new();
	s.places = places_new(place_schemes, &place);
	status = filter_run(place.loop, &conf, &ops, &s);
	places_free(s.places);
	loop_free(place.loop);
	return status;
}

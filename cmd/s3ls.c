/* s3ls - list documents as records */
#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/opt.h"
#include "base/secret.h"
#include "flow/filter.h"
#include "place/options.h"
#include "place/place.h"
#include "place/source.h"
#include "rec/rec.h"

enum { BURST = 64 }; /* records between two looks at signals and stdout */

struct s3ls {
	struct source *source;
	long skipped; /* as counted so far */
	struct name_passed passed;
	struct rec *rec; /* to be written: the output was full */
	struct err e;    /* e.code: it failed, and why */
};

static void
count_passed(struct s3ls *s, struct filter *f)
{
	struct name_passed p, was = s->passed;

	source_passed(s->source, &p);
	filter_count(f, COUNT_LINKS, p.links - was.links);
	filter_count(f, COUNT_SPECIAL, p.special - was.special);
	filter_count(f, COUNT_YOUNG, p.young - was.young);
	filter_count(f, COUNT_UNMATCHED, p.unmatched - was.unmatched);
	filter_count(f, COUNT_FOLDERS, p.folders - was.folders);
	s->passed = p;
}

/* The next record into s->rec; false where there is none, now or any more. */
static bool
s3ls_next(struct s3ls *s, struct filter *f)
{
	long skipped;

	s->rec = source_next(s->source, &s->e);
	skipped = source_skipped(s->source);
	filter_count(f, COUNT_SKIPPED, skipped - s->skipped);
	s->skipped = skipped;
	count_passed(s, f);
	if (s->rec)
		return true;
	if (s->e.code)
		filter_fatal(f, &s->e);
	if (source_ended(s->source))
		source_end(f);
	return false;
}

static bool
s3ls_produce(struct filter *f, void *arg)
{
	struct s3ls *s = arg;
	int i;

	for (i = 0; i < BURST; i++) {
		if (!s->rec && !s3ls_next(s, f))
			return false;
		if (s->e.code ? !filter_emit_error(f, s->rec, &s->e) : !filter_emit(f, s->rec))
			return false;
		rec_free(s->rec);
		s->rec = NULL;
	}
	return true;
}

static int
s3ls_run(struct places *places, struct loop *loop, struct source *source)
{
	static const struct filter_ops ops = { .room = s3ls_produce };
	struct s3ls s = { .source = source };
	int status = source_run(loop, &ops, &s);

	rec_free(s.rec);
	source_free(source);
	places_free(places);
	loop_free(loop);
	return status;
}

#define OF_FOLDERS(conf) \
	OPT_STR(0, "update", "DEST", &(conf).newer_in, \
	    "none whose result in this folder is as new"), \
	    OPT_NUM(0, "min-age", "SECONDS", &(conf).min_age_s, 0, 86400, \
		"wait for files in folders until they are so old"), \
	    OPT_FLAG(0, "no-links", &(conf).no_links, "no symbolic links, wherever they lead")

int
main(int argc, char *argv[])
{
	struct opt_list match = { 0 }, exclude = { 0 }, skip = { 0 };
	struct source_conf conf = { 0 };
	struct place_conf place = { .loop = loop_new() };
	const struct opt opts[] = { OPT_GROUP("Which documents"),
		OPT_LIST(0, "match", "GLOB", &match,
		    "only those whose rel fits GLOB, or another one given"),
		OPT_LIST(0, "exclude", "GLOB", &exclude,
		    "none whose rel fits GLOB, or another one given"),
		OPT_STR(0, "skip-dir", "DIR", &conf.skip_dir,
		    "none in this folder, or bucket and prefix"),
		OPT_LIST(0, "skip", "PATH", &skip, "not this file or folder, by its name"),
		OF_FOLDERS(conf), PLACE_OPTIONS(&place), OPT_END };
	const struct opt_spec spec = { opts, "PATH...", 1, -1,
		"list the documents in folders and buckets as records" };
	char **operands;
	struct places *places;
	struct source *source;
	struct err e;
	int status;

	secret_forget_one("VLLM_API_KEY");
	secret_hold();
	operands = opt_parse(argc, argv, &spec);
	conf.globs = (struct name_globs){ match.v, exclude.v, match.n, exclude.n };
	conf.skip = skip.v, conf.nskip = skip.n;
	places = places_new(place_schemes, &place);
	source = source_new(places, &conf, operands, &e);
	if (!source)
		opt_usage(&spec, "%s", e.msg);
	status = s3ls_run(places, place.loop, source);
	free(match.v);
	free(exclude.v);
	free(skip.v);
	return status;
}

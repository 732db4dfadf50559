/* s3ls - list documents as records */
#include <stdbool.h>
#include <stdlib.h>

#include "err.h"
#include "filter.h"
#include "log.h"
#include "loop.h"
#include "opt.h"
#include "rec.h"
#include "store.h"

enum { BURST = 64 };	/* records between two looks at signals and stdout */

struct s3ls {
	struct store_list_conf conf;
	char **paths;		/* still to be listed */
	struct store_list *list;
	long skipped;		/* of the list, as counted so far */
	struct rec *rec;	/* to be written: the output was full */
	bool failed;
	struct err e;		/* when it failed */
};

static void
end_list(struct s3ls *s)
{
	store_list_free(s->list);
	s->list = NULL;
	s->skipped = 0;
}

/* The next record of any list into s->rec; false at the end of them all. */
static bool
next(struct s3ls *s, struct filter *f)
{
	struct err e;

	for (;;) {
		if (!s->list && !*s->paths)
			return false;
		if (!s->list) {
			s->list = store_list_new(*s->paths, &s->conf, &e);
			if (!s->list) {
				filter_fatal(f, &e);
				return false;
			}
			s->paths++;
		}
		s->rec = store_list_next(s->list, &s->failed, &s->e);
		filter_count(f, "skipped", store_list_skipped(s->list) - s->skipped);
		s->skipped = store_list_skipped(s->list);
		if (s->rec)
			return true;
		end_list(s);
	}
}

static bool
produce(struct filter *f, void *arg)
{
	struct s3ls *s = arg;
	int i;

	for (i = 0; i < BURST; i++) {
		if (!s->rec && !next(s, f)) {
			source_end(f);
			return false;
		}
		if (s->failed ? !filter_emit_error(f, s->rec, &s->e) : !filter_emit(f, s->rec))
			return false;
		rec_free(s->rec);
		s->rec = NULL;
	}
	return true;
}

int
main(int argc, char *argv[])
{
	struct opt_list match = { 0 }, exclude = { 0 };
	struct s3ls s = { 0 };
	const struct opt opts[] = {
		OPT_LIST(0, "match", "GLOB", &match),
		OPT_LIST(0, "exclude", "GLOB", &exclude),
		OPT_STR(0, "skip-dir", "DIR", &s.conf.skip_dir),
		OPT_STR(0, "update", "DEST", &s.conf.newer_in),
		OPT_END
	};
	const struct opt_spec spec = { opts, "PATH...", 1, -1 };
	const struct filter_ops ops = { .room = produce };
	struct loop *loop = loop_new();
	int status;

	s.paths = opt_parse(argc, argv, &spec);
	s.conf.match = match.v;
	s.conf.nmatch = match.n;
	s.conf.exclude = exclude.v;
	s.conf.nexclude = exclude.n;
	status = source_run(loop, &ops, &s);
	rec_free(s.rec);
	end_list(&s);
	free(match.v);
	free(exclude.v);
	loop_free(loop);
	return status;
}

#include <stdlib.h>

#include "base/mem.h"
#include "place/origin.h"
#include "place/priv.h"
#include "rec/rec.h"
#include "work/dir.h"

struct origin_get {
	const struct origin_ops *ops;
	void *get; /* of ops; NULL: it is over */
	struct origin_conf conf;
	struct origin_want want;
	bool made; /* the work directory, if there is one, is ours to remove */
};

/* What was made for it goes with it. */
static void
unmake(struct origin_get *g)
{
	struct rec *r = g->conf.rec;
	struct err ignored;

	if (!g->made || !rec_has(r, "work"))
		return;
	(void)work_remove(rec_str(r, "work"), &ignored);
	rec_del(r, "work");
}

static void
say_got(struct rec *r, const struct origin_got *got)
{
	rec_set_str(r, "path", got->path);
	rec_set_str(r, "sha256", got->sha256);
	if (got->content_type)
		rec_set_str(r, "content_type", got->content_type);
	rec_del(r, "result_of");
	if (got->result_of && *got->result_of)
		rec_set_str(r, "result_of", got->result_of);
}

static void
origin_over(void *arg, const struct origin_got *got, const struct err *e)
{
	struct origin_get *g = arg;
	struct origin_conf conf = g->conf;

	g->get = NULL;
	if (e)
		unmake(g);
	else
		say_got(conf.rec, got);
	free(g);
	conf.done(conf.arg, e ? 0 : got->size, e);
}

/* The string member, which need not be there; -1 where it is something else. */
static int
origin_member(struct rec *r, const char *name, const char **value, struct err *e)
{
	*value = NULL;
	if (!rec_has(r, name))
		return 0;
	*value = rec_need(r, name, e);
	return *value ? 0 : -1;
}

static int
read_record(struct origin_want *w, struct rec *r, struct err *e)
{
	const char *ignored;

	w->rec = r;
	w->uri = rec_need(r, "uri", e);
	w->size = rec_int(r, "size", -1);
	return w->uri && origin_member(r, "id", &ignored, e) == 0 &&
		origin_member(r, "work", &ignored, e) == 0 &&
		origin_member(r, "etag", &w->etag, e) == 0
	    ? 0
	    : -1;
}

static void *
origin_start(struct origin_get *g, struct places *places, struct err *e)
{
	const struct place_scheme *row = place_of(places, g->want.uri);
	void *shared;

	g->ops = row->origin;
	if (!g->ops) {
		place_cannot(g->want.uri, "no documents can be fetched from", e);
		return NULL;
	}
	shared = place_shared(places, row, e);
	return shared ? g->ops->get(shared, &g->want, e) : NULL;
}

struct origin_get *
origin_get(struct places *places, const struct origin_conf *conf, struct err *e)
{
	struct origin_get *g = mem_new(1, sizeof(*g));

	g->conf = *conf;
	g->want = (struct origin_want){ .max_size = conf->max_size,
		.no_local = conf->no_local,
		.done = origin_over,
		.arg = g };
	if (read_record(&g->want, conf->rec, e) == 0) {
		g->made = !rec_has(conf->rec, "work");
		g->get = origin_start(g, places, e);
	}
	if (g->get)
		return g;
	unmake(g);
	free(g);
	return NULL;
}

void
origin_cancel(struct origin_get *g)
{
	g->ops->cancel(g->get);
	unmake(g);
	free(g);
}

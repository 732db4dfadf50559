/*
 * mem.h - a scheme of places in the memory of the test, as a row beside that
 * of folders: mem:// lists documents of an array, each when the loop has run,
 * fetches them, and keeps the results that are put.
 */
#ifndef MEM_H
#define MEM_H

#include "unit/folder.h"

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "place/dest.h"
#include "place/origin.h"
#include "place/place.h"
#include "place/source.h"
#include "rec/rec.h"
#include "work/doc.h"

enum { MEM_MAX = 8 };

struct mem_thing {
	const char *rel; /* NULL: the last is behind us; "!": it cannot be listed */
	const char *text;
};

/* What there is, what came, and what the scheme was asked. */
static struct mem_thing mem_docs[MEM_MAX];
static struct {
	char *rel, *text;
} mem_results[MEM_MAX];
static size_t mem_nresults;
static int mem_begun, mem_ended, mem_under_way;
static const char *mem_skip; /* skip_dir, as the last list was given it */
static bool mem_closed;      /* what they share is not to be had */
static bool mem_breaks;      /* a listing, behind its last document */
static struct loop *mem_loop;
static struct places *mem_places;

static inline void *
mem_begin(const struct place_conf *conf, struct err *e)
{
	if (mem_closed) {
		err_set(e, ERR_TRANSIENT, "mem.closed", "closed");
		return NULL;
	}
	mem_begun++;
	return conf->loop;
}

static inline void
mem_end(void *shared)
{
	CHECK(shared == mem_loop && mem_under_way == 0);
	mem_ended++;
}

static inline int
mem_check(const struct source_conf *conf, struct err *e)
{
	return conf->newer_in ? err_set(e, ERR_VALIDATION, "store.uri", "not in mem") : 0;
}

static inline int
mem_check_skip(const char *dir, struct err *e)
{
	return strcmp(dir, "mem://") == 0 ? err_set(e, ERR_VALIDATION, "store.uri", "skips all")
					  : 0;
}

struct mem_list {
	struct source_conf conf;
	struct watch *watch;
	size_t at;
	bool here; /* the next one */
};

static inline void
mem_come(void *arg, short revents)
{
	struct mem_list *l = arg;

	(void)revents;
	l->here = true;
}

static inline void *
mem_list(void *shared, const struct source_conf *conf, const char *operand, struct err *e)
{
	struct mem_list *l = mem_new(1, sizeof(*l));

	(void)operand, (void)e;
	l->conf = *conf;
	l->watch = loop_timer(shared, 0, mem_come, l);
	mem_skip = conf->skip_dir;
	mem_under_way++;
	return l;
}

static inline struct rec *
mem_next(void *list, struct err *e)
{
	struct mem_list *l = list;
	const char *rel = mem_docs[l->at].rel;
	struct rec *r;

	e->code = NULL;
	if (!l->here)
		return NULL;
	if (!rel && mem_breaks)
		err_set(e, ERR_BUSY, "mem.broken", "it broke");
	if (!rel)
		return NULL;
	l->at++;
	l->here = false;
	watch_again(l->watch, 0);
	r = rec_new();
	rec_set_str(r, "kind", *rel == '!' ? "error" : "document");
	rec_set_str(r, "rel", rel);
	if (*rel == '!')
		err_set(e, ERR_PERMANENT, "mem.bad", "it is bad");
	return r;
}

static inline bool
mem_has_ended(const void *list)
{
	const struct mem_list *l = list;

	return l->here && !mem_docs[l->at].rel;
}

static inline void
mem_list_end(void *list)
{
	struct mem_list *l = list;

	watch_free(l->watch);
	free(l);
	mem_under_way--;
}

static const struct source_ops mem_source = { .check = mem_check,
	.check_skip = mem_check_skip,
	.list = mem_list,
	.next = mem_next,
	.ended = mem_has_ended,
	.end = mem_list_end };

struct mem_get {
	const struct origin_want *want;
	const struct mem_thing *thing;
	struct watch *watch;
};

static inline void
mem_get_cancel(void *get)
{
	struct mem_get *g = get;

	watch_free(g->watch);
	free(g);
	mem_under_way--;
}

static inline void
mem_got(void *arg, short revents)
{
	struct mem_get *g = arg;
	const struct origin_want *w = g->want;
	const char *text = g->thing->text;
	struct origin_got got = { .path = "mem", .sha256 = "sum", .content_type = "text/x-mem" };
	struct err e;

	(void)revents;
	mem_get_cancel(g);
	got.size = text ? (long long)strlen(text) : 0;
	if (!text)
		err_set(&e, ERR_TRANSIENT, "mem.lost", "it is lost");
	w->done(w->arg, text ? &got : NULL, text ? NULL : &e);
}

static inline void *
mem_get(void *shared, const struct origin_want *w, struct err *e)
{
	const struct mem_thing *t = mem_docs;
	struct mem_get *g;

	if (doc_work(w->rec, e) < 0)
		return NULL;
	while (t->rel && strcmp(t->rel, w->uri + strlen("mem://")) != 0)
		t++;
	if (!t->rel) {
		err_set(e, ERR_PERMANENT, "document.missing", "%s", w->uri);
		return NULL;
	}
	g = mem_new(1, sizeof(*g));
	*g = (struct mem_get){ w, t, loop_timer(shared, 0, mem_got, g) };
	mem_under_way++;
	return g;
}

static const struct origin_ops mem_origin = { .get = mem_get, .cancel = mem_get_cancel };

struct mem_put {
	struct dest_want want;
	struct watch *watch;
};

static inline void
mem_put_cancel(void *put)
{
	struct mem_put *p = put;

	watch_free(p->watch);
	free(p);
	mem_under_way--;
}

static inline void
mem_put_turn(void *arg, short revents)
{
	struct mem_put *p = arg;
	struct dest_want w = p->want;
	const char *rel = rec_str(w.rec, "rel");
	char text[256], uri[300];
	ssize_t n = pread(w.fd, text, sizeof(text), 0);
	struct err e;

	(void)revents;
	mem_put_cancel(p);
	if (n == 0) {
		err_set(&e, ERR_VALIDATION, "mem.nothing", "nothing");
		w.done(w.arg, NULL, &e);
		return;
	}
	CHECK(n > 0 && mem_nresults < MEM_MAX);
	mem_results[mem_nresults].rel = mem_dup(rel);
	mem_results[mem_nresults++].text = mem_copy(text, (size_t)n);
	snprintf(uri, sizeof(uri), "mem://%s", rel);
	w.done(w.arg, uri, NULL);
}

static inline void *
mem_put(void *dest, const struct dest_want *w, struct err *e)
{
	struct mem_put *p;

	CHECK(dest == &mem_nresults);
	if (strcmp(rec_str(w->rec, "rel"), "!") == 0) {
		err_set(e, ERR_VALIDATION, "dest.name", "no name");
		return NULL;
	}
	p = mem_new(1, sizeof(*p));
	*p = (struct mem_put){ *w, loop_timer(mem_loop, 0, mem_put_turn, p) };
	mem_under_way++;
	return p;
}

static inline void *
mem_dest_begin(void *shared, const char *operand, struct err *e)
{
	CHECK(shared == mem_loop);
	if (strcmp(operand, "mem://full") == 0) {
		err_set(e, ERR_BUSY, "mem.full", "full");
		return NULL;
	}
	return &mem_nresults;
}

static inline void
mem_dest_end(void *dest)
{
	CHECK(dest == &mem_nresults);
}

static const struct dest_ops mem_dest = {
	.begin = mem_dest_begin, .put = mem_put, .cancel = mem_put_cancel, .end = mem_dest_end
};

static const struct place_scheme mem_row = { .name = "mem",
	.begin = mem_begin,
	.end = mem_end,
	.source = &mem_source,
	.origin = &mem_origin,
	.dest = &mem_dest };
/* One of which nothing can be asked. */
static const struct place_scheme mem_nothing = { .name = "nothing", .begin = mem_begin };

static inline void
mem_places_begin(void)
{
	static const struct place_scheme *const table[] = { &place_file, &mem_row, &mem_nothing,
		NULL };
	struct place_conf conf = { .loop = mem_loop = loop_new() };

	mem_begun = mem_ended = 0;
	mem_places = places_new(table, &conf);
}

static inline void
mem_places_end(void)
{
	places_free(mem_places);
	loop_free(mem_loop);
	CHECK(mem_begun == mem_ended && mem_begun <= 1 && mem_under_way == 0);
	for (; mem_nresults > 0; mem_nresults--) {
		free(mem_results[mem_nresults - 1].rel);
		free(mem_results[mem_nresults - 1].text);
	}
	memset(mem_docs, 0, sizeof(mem_docs));
}

/* Turn the loop until *n is as large; 30 s at the most. */
static inline void
mem_until(const int *n, int least)
{
	const int64_t end = loop_now_ms() + 30000;

	while (*n < least) {
		CHECK(loop_now_ms() < end);
		loop_turn(mem_loop, 1000);
	}
}

#endif

#include <sys/stat.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "dir/get.h"
#include "dir/mark.h"
#include "dir/open.h"
#include "work/copy.h"

struct store_get {
	struct store_get_conf conf; /* its path and etag are ours */
	struct watch *turn;
	struct copy copy;
	bool copying;
	int fd;
};

static void
get_free(struct store_get *g)
{
	watch_free(g->turn);
	if (g->copying)
		copy_drop(&g->copy);
	if (g->fd >= 0)
		close(g->fd);
	free((char *)(size_t)g->conf.path);
	free((char *)(size_t)g->conf.etag);
	free(g);
}

/* What was listed is what is there, and it is no larger than allowed. */
static int
get_check(const struct store_get *g, const struct stat *st, struct err *e)
{
	char now[48];

	if (st->st_size > g->conf.max_size)
		return copy_too_large(st->st_size, g->conf.max_size, e);
	store_etag(now, st->st_size, store_mtime_ns(st));
	if (g->conf.etag && strcmp(g->conf.etag, now) != 0)
		return err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_CHANGED,
		    "it has changed since it was listed");
	return 0;
}

/* All of it is there: is it still what was listed? */
static int
get_finish(struct store_get *g, struct store_got *got, struct err *e)
{
	struct stat st;

	if (fstat(g->fd, &st) < 0)
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "%s", g->conf.path);
	if (get_check(g, &st, e) < 0)
		return -1;
	got->size = g->copy.size;
	store_mark_whose(g->fd, st.st_size, got->result_of);
	g->copying = false;
	return copy_end(&g->copy, got->sha256, e);
}

static void
get_turn(void *arg, short revents)
{
	struct store_get *g = arg;
	struct store_get_conf conf = g->conf;
	struct store_got got;
	struct err e;
	int r = copy_more(&g->copy, conf.max_size, &e);

	(void)revents;
	if (r == 0) {
		watch_again(g->turn, 0);
		return;
	}
	if (r > 0)
		r = get_finish(g, &got, &e);
	get_free(g);
	conf.done(conf.arg, r < 0 ? NULL : &got, r < 0 ? &e : NULL);
}

struct store_get *
store_get_start(struct loop *l, const struct store_get_conf *conf, struct err *e)
{
	struct store_get *g = mem_new(1, sizeof(*g));
	struct stat st;

	g->conf = *conf;
	g->conf.path = mem_dup(conf->path);
	g->conf.etag = conf->etag ? mem_dup(conf->etag) : NULL;
	g->fd = store_open(conf->path, &st, e);
	g->copy =
	    (struct copy){ .dir = conf->dir, .from = g->fd, .name = conf->file, .hashed = true };
	if (g->fd < 0 || get_check(g, &st, e) < 0 || copy_begin(&g->copy, e) < 0) {
		get_free(g);
		return NULL;
	}
	g->copying = true;
	g->turn = loop_timer(l, 0, get_turn, g);
	return g;
}

void
store_get_cancel(struct store_get *g)
{
	if (g)
		get_free(g);
}

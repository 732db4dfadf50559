#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "dir/get.h"
#include "dir/open.h"

enum { READ_BYTES = 64 << 10, READS = 16 /* in one turn */ };

struct store_get {
	struct store_get_conf conf; /* its path and etag are ours */
	struct watch *turn;
	struct digest *digest;
	int fd;
	long long size; /* bytes read so far */
};

static void
get_free(struct store_get *g)
{
	watch_free(g->turn);
	digest_free(g->digest);
	if (g->fd >= 0)
		close(g->fd);
	free((char *)(size_t)g->conf.path);
	free((char *)(size_t)g->conf.etag);
	free(g);
}

static int
get_too_large(const struct store_get *g, long long size, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE, "%lld bytes, at most %lld are taken",
	    size, g->conf.max_size);
}

/* What was listed is what is there, and it is no larger than allowed. */
static int
get_check(const struct store_get *g, const struct stat *st, struct err *e)
{
	char now[48];

	if (st->st_size > g->conf.max_size)
		return get_too_large(g, st->st_size, e);
	store_etag(now, st->st_size, store_mtime_ns(st));
	if (g->conf.etag && strcmp(g->conf.etag, now) != 0)
		return err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_CHANGED,
		    "it has changed since it was listed");
	return 0;
}

static int
get_unreadable(const struct store_get *g, struct err *e)
{
	return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "%s", g->conf.path);
}

/* 1: to the end; 0: there is more. */
static int
get_read(struct store_get *g, struct err *e)
{
	char b[READ_BYTES];
	ssize_t n;

	for (int i = 0; i < READS; i++) {
		n = read(g->fd, b, sizeof(b));
		if (n < 0)
			return get_unreadable(g, e);
		if (n == 0)
			return 1;
		digest_add(g->digest, b, (size_t)n);
		g->size += n;
		/* It grows, or is of a file system that knows no sizes. */
		if (g->size > g->conf.max_size)
			return get_too_large(g, g->size, e);
	}
	return 0;
}

static int
get_finish(struct store_get *g, struct store_got *got, struct err *e)
{
	struct stat st;

	digest_end(g->digest, got->sha256);
	got->size = g->size;
	if (fstat(g->fd, &st) < 0)
		return get_unreadable(g, e);
	return get_check(g, &st, e);
}

static void
get_turn(void *arg, short revents)
{
	struct store_get *g = arg;
	struct store_get_conf conf = g->conf;
	struct store_got got;
	struct err e;
	int r = get_read(g, &e);

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
	if (g->fd < 0 || get_check(g, &st, e) < 0 || !(g->digest = digest_new(e))) {
		get_free(g);
		return NULL;
	}
	g->turn = loop_timer(l, 0, get_turn, g);
	return g;
}

void
store_get_cancel(struct store_get *g)
{
	if (g)
		get_free(g);
}

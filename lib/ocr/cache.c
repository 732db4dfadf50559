#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "ocr/cache.h"

enum {
	SHARDS = 256,
	SWEEP_EVERY = 32,   /* answers that are put: after so many a shard is looked at */
	LEFT_OVER_S = 3600, /* what is not in its place by then, its writer has left */
	READ_AT_ONCE = 64 << 10
};

/* What stands before an answer, its length and digest: one that was cut or altered is none. */
#define CACHE_HEAD "quire answer %zu %s\n"

struct cache {
	int dir;
	long long max; /* bytes of a shard */
	unsigned puts;
	bool said;
};

static void
cache_trouble(struct cache *c, const char *what)
{
	struct err e;

	err_sys(&e, ERR_TRANSIENT, CODE_OCR_CACHE, "the cache of pages: %s", what);
	log_event(c->said ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARN, NULL, &e, "%s", e.msg);
	c->said = true;
}

static struct cache *
cache_of(const char *dir, long long max, struct err *e)
{
	struct cache *c;
	struct stat st;
	int fd;

	if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
		err_sys(e, ERR_FATAL, CODE_OCR_CACHE, "%s", dir);
		return NULL;
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0) {
		err_sys(e, ERR_FATAL, CODE_OCR_CACHE, "%s", dir);
	} else if (st.st_uid != geteuid() || (st.st_mode & 022)) {
		err_set(e, ERR_FATAL, CODE_OCR_CACHE,
		    "%s: it belongs to another user, or others may write to it (chmod 700)", dir);
	} else {
		c = mem_new(1, sizeof(*c));
		/* Many short runs sweep as one long one does. */
		*c = (struct cache){ .dir = fd, .max = max / SHARDS, .puts = (unsigned)getpid() };
		return c;
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

int
cache_open(struct cache **c, const char *dir, long long max, bool needed, struct err *e)
{
	*c = cache_of(dir, max, e);
	if (*c)
		return 0;
	if (needed)
		return -1;
	e->class = ERR_TRANSIENT;
	log_event(LOG_LEVEL_WARN, NULL, e, "no page is kept: %s", e->msg);
	return 0;
}

void
cache_close(struct cache *c)
{
	if (!c)
		return;
	close(c->dir);
	free(c);
}

void
cache_key(struct cache_key *key, const char *const *asked, size_t n)
{
	struct digest *d = digest_new();

	for (size_t i = 0; i < n; i++)
		digest_add(d, asked[i], strlen(asked[i]) + 1);
	digest_end(d, key->name);
	digest_free(d);
}

int
cache_key_file(struct cache_key *key, int fd)
{
	struct digest *d = digest_new();
	char *bytes = mem_new(1, READ_AT_ONCE);
	off_t at = 0;
	ssize_t got;

	while ((got = pread(fd, bytes, READ_AT_ONCE, at)) > 0) {
		digest_add(d, bytes, (size_t)got);
		at += got;
	}
	digest_end(d, key->name);
	digest_free(d);
	free(bytes);
	return got < 0 ? -1 : 0;
}

/* The shard of a key, made where it is to be written to; -1: it is not there. */
static int
open_shard(struct cache *c, const char *name, bool make)
{
	const char shard[] = { name[0], name[1], '\0' };

	if (make && mkdirat(c->dir, shard, 0700) < 0 && errno != EEXIST)
		return -1;
	return openat(c->dir, shard, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* The answer in an open file: what is there has to be all of it. */
static bool
read_answer(int fd, struct buf *value)
{
	char is[DIGEST_HEX + 1], was[DIGEST_HEX + 1];
	size_t len = 0;
	int head = 0;
	ssize_t got = 1;
	char *eol;

	while (got > 0 && buf_room(value, READ_AT_ONCE) == 0) {
		got = read(fd, value->p + value->len, READ_AT_ONCE);
		value->len += got > 0 ? (size_t)got : 0;
	}
	eol = got == 0 && value->len > 0 ? memchr(value->p, '\n', value->len) : NULL;
	if (!eol)
		return false;
	*eol = '\0';
	if (sscanf(value->p, "quire answer %zu %64[0-9a-f]%n", &len, was, &head) != 2 ||
	    value->p + head != eol)
		return false;
	buf_shift(value, (size_t)(eol - value->p) + 1);
	digest_of(is, value->p, value->len);
	return value->len == len && strcmp(is, was) == 0;
}

bool
cache_get(struct cache *c, const struct cache_key *key, struct buf *value)
{
	int shard = open_shard(c, key->name, false), fd = -1;
	bool is = false;

	if (shard >= 0)
		fd = openat(shard, key->name + 2, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0) {
		is = read_answer(fd, value);
		/* It was used: when it goes is counted from now. */
		if (is)
			(void)futimens(fd, NULL);
		else
			log_event(LOG_LEVEL_WARN, NULL, NULL,
			    "the cache of pages: %.64s is damaged, and not used", key->name);
		close(fd);
	}
	if (shard >= 0)
		close(shard);
	if (!is)
		value->len = 0;
	return is;
}

/* One of a shard's files. */
struct kept {
	char name[NAME_MAX + 1];
	long long size, used;
};

static int
by_use(const void *a, const void *b)
{
	const struct kept *x = a, *y = b;

	return x->used < y->used ? -1 : x->used > y->used;
}

/* The files of a shard, but for those that are being written. */
static size_t
list_shard(int shard, struct kept **all, long long *sum)
{
	const long long now = (long long)time(NULL);
	const int fd = openat(shard, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *de;
	struct stat st;
	size_t n = 0, cap = 0;

	*all = NULL;
	*sum = 0;
	while (dir && (de = readdir(dir)) != NULL) {
		if (fstatat(shard, de->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		if (de->d_name[0] == '.') {
			if (now - (long long)st.st_mtime > LEFT_OVER_S)
				unlinkat(shard, de->d_name, 0);
			continue;
		}
		if (n == cap)
			*all = mem_resize(*all, cap = cap ? 2 * cap : 64, sizeof(**all));
		snprintf((*all)[n].name, sizeof((*all)[n].name), "%s", de->d_name);
		(*all)[n].size = (long long)st.st_blocks * 512;
		(*all)[n].used = (long long)st.st_mtime;
		*sum += (*all)[n++].size;
	}
	if (dir)
		closedir(dir);
	return n;
}

/* What was not used for longest goes, where there is too much. */
static void
sweep_shard(struct cache *c, int shard)
{
	struct kept *all;
	long long sum;
	const size_t n = list_shard(shard, &all, &sum);

	if (!all)
		return;
	if (sum > c->max)
		qsort(all, n, sizeof(*all), by_use);
	for (size_t i = 0; i < n && sum > c->max; i++)
		if (unlinkat(shard, all[i].name, 0) == 0)
			sum -= all[i].size;
	free(all);
}

static int
cache_write(int fd, const char *p, size_t n)
{
	ssize_t put;

	for (; n > 0; p += put, n -= (size_t)put)
		if ((put = write(fd, p, n)) < 0)
			return -1;
	return 0;
}

static int
write_answer(int shard, const char *name, const char *value, size_t len)
{
	char temp[80], head[48 + DIGEST_HEX], digest[DIGEST_HEX + 1];
	int n, fd, r;

	digest_of(digest, value, len);
	n = snprintf(head, sizeof(head), CACHE_HEAD, len, digest);
	snprintf(temp, sizeof(temp), ".%ld.%.40s", (long)getpid(), name);
	fd = openat(shard, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : -1;
	r = cache_write(fd, head, (size_t)n) < 0 ? -1 : cache_write(fd, value, len);
	r = close(fd) < 0 ? -1 : r;
	if (r == 0)
		r = renameat(shard, temp, shard, name);
	if (r < 0)
		unlinkat(shard, temp, 0);
	return r;
}

void
cache_put(struct cache *c, const struct cache_key *key, const char *value, size_t len)
{
	int shard = len > CACHE_VALUE_MAX ? -1 : open_shard(c, key->name, true);

	if (shard < 0 || write_answer(shard, key->name + 2, value, len) < 0)
		cache_trouble(c, "an answer is not kept");
	/* Each shard in its turn, as keys are spread evenly. */
	if (shard >= 0 && c->puts++ % SWEEP_EVERY == SWEEP_EVERY - 1)
		sweep_shard(c, shard);
	if (shard >= 0)
		close(shard);
}

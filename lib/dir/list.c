#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "dir/link.h"
#include "dir/list.h"
#include "dir/open.h"
#include "dir/result.h"
#include "rec/name.h"
#include "rec/rec.h"

enum { LEVELS_MAX = 64 };

struct level {
	DIR *dir;
	size_t rel_len; /* of its own path in rel, its slash included */
};

struct store_list {
	struct store_list_conf conf;
	char *base; /* uri of the folder */
	char *rel;  /* the path in hand below it; a folder's ends in "/" */
	size_t rel_cap;
	struct level level[LEVELS_MAX];
	int depth;   /* of level */
	bool single; /* the operand is a file, yet to be listed */
	struct stat single_st;
	int dest; /* conf.newer_in, or -1 */
	long skipped;
	struct name_passed passed;
	const char *path;    /* the operand */
	int64_t since;       /* ns: a file of later than that may be in the writing */
	bool waits, again;   /* some are; the walk in hand is the second, for them */
	struct watch *pause; /* between the two */
};

/* Make rel the name in the directory whose path is rel[0..len). */
static void
set_rel(struct store_list *l, size_t len, const char *name, const char *tail)
{
	size_t n = strlen(name), size = len + n + strlen(tail) + 1;

	if (size > l->rel_cap) {
		l->rel_cap = size * 2;
		l->rel = mem_resize(l->rel, l->rel_cap, 1);
	}
	memcpy(l->rel + len, name, n);
	memcpy(l->rel + len + n, tail, size - len - n);
}

static void
say_skipped(const struct store_list *l, const char *why)
{
	char *rel = name_encode(l->rel);

	log_info("%s/%s: skipped: %s", l->base, rel, why);
	free(rel);
}

/* -1 with the errno of a call on the entry in hand. */
static int
unreadable(const struct store_list *l, struct err *e)
{
	int errnum = errno;
	char *rel = name_encode(l->rel);

	errno = errnum;
	err_sys(e, err_class_of(errnum), CODE_STORE_READ, "%s/%s", l->base, rel);
	free(rel);
	return -1;
}

static int
push(struct store_list *l, int fd, struct err *e)
{
	DIR *dir = fdopendir(fd);

	if (!dir) {
		unreadable(l, e);
		close(fd);
		return -1;
	}
	l->level[l->depth++] = (struct level){ dir, strlen(l->rel) };
	return 0;
}

/* The directory it was in is the one in hand again. */
static void
pop(struct store_list *l)
{
	struct level *top = &l->level[--l->depth];

	closedir(top->dir);
	l->rel[top->rel_len] = '\0';
}

static struct rec *
new_record(const struct store_list *l, const char *kind)
{
	struct rec *rec = rec_new();
	char *rel = name_encode(l->rel);
	char *uri = mem_printf("%s/%s", l->base, rel);

	rec_set_str(rec, "kind", kind);
	rec_set_str(rec, "uri", uri);
	rec_set_str(rec, "rel", rel);
	free(uri);
	free(rel);
	return rec;
}

/* RFC 3339 has four digits for the year; other times are left out. */
static void
set_mtime(struct rec *rec, time_t t)
{
	char text[sizeof("2026-01-02T03:04:05Z")];
	struct tm tm;

	if (!gmtime_r(&t, &tm) || tm.tm_year < 1000 - 1900 || tm.tm_year > 9999 - 1900)
		return;
	if (strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		rec_set_str(rec, "mtime", text);
}

static bool
has_newer_result(const struct store_list *l, const char *rel, const struct stat *st)
{
	struct stat result;
	struct err e;
	char *name;
	bool newer;

	if (l->dest < 0)
		return false;
	name = store_dest_name(rel, &e);
	newer = name && fstatat(l->dest, name, &result, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(result.st_mode) && store_mtime_ns(&result) >= store_mtime_ns(st);
	free(name);
	return newer;
}

static int64_t
list_now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/*
 * Whether the file in hand is none for this walk: the first leaves those to the
 * second that are young, which takes no others.  One from the future is not.
 */
static bool
is_for_later(struct store_list *l, const struct stat *st)
{
	int64_t at = store_mtime_ns(st), now = list_now_ns();
	int64_t age = l->conf.min_age_s * 1000000000;
	bool late = at > l->since && at < now + age;

	if (l->single || age == 0)
		return false;
	if (!l->again) {
		l->waits |= late;
		return late;
	}
	if (late && at > now - age)
		l->passed.young++;
	return !late || at > now - age;
}

/* The record of the file in hand, or NULL where it is not asked for. */
static struct rec *
document(struct store_list *l, const struct stat *st)
{
	char etag[48], *rel = name_encode(l->rel);
	struct rec *rec = NULL;

	if (!name_is_wanted(&l->conf.globs, rel)) {
		l->passed.unmatched += !l->again;
		goto out;
	}
	if (is_for_later(l, st))
		goto out;
	if (has_newer_result(l, rel, st)) {
		l->skipped++;
		goto out;
	}
	rec = new_record(l, "document");
	rec_set_int(rec, "size", st->st_size);
	store_etag(etag, st->st_size, store_mtime_ns(st));
	rec_set_str(rec, "etag", etag);
	set_mtime(rec, st->st_mtim.tv_sec);
out:
	free(rel);
	return rec;
}

static bool
is_skip_dir(const struct store_list *l, const struct stat *st)
{
	struct stat skip;

	return l->conf.skip_dir && stat(l->conf.skip_dir, &skip) == 0 &&
	    skip.st_dev == st->st_dev && skip.st_ino == st->st_ino;
}

/* Whether path is called so, in the folder that is open as dir. */
static bool
is_that(const char *path, int dir, const char *name)
{
	const char *slash = strrchr(path, '/');
	struct stat here, there;
	char *folder;
	bool same;

	if (strcmp(slash ? slash + 1 : path, name) != 0)
		return false;
	folder = slash ? mem_copy(path, (size_t)(slash - path) + 1) : mem_dup(".");
	same = stat(folder, &there) == 0 && fstat(dir, &here) == 0 && here.st_dev == there.st_dev &&
	    here.st_ino == there.st_ino;
	free(folder);
	return same;
}

static bool
is_skipped_by_name(const struct store_list *l, int dir, const char *name)
{
	for (size_t i = 0; i < l->conf.nskip; i++)
		if (is_that(l->conf.skip[i], dir, name))
			return true;
	return false;
}

static int
walk_enter(struct store_list *l, const char *name, struct err *e)
{
	struct level *top = &l->level[l->depth - 1];
	int fd;

	set_rel(l, top->rel_len, name, "/");
	if (l->depth == LEVELS_MAX)
		return err_set(e, ERR_PERMANENT, CODE_STORE_DEPTH, "a folder more than %d deep",
		    LEVELS_MAX);
	fd = openat(dirfd(top->dir), name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		return push(l, fd, e);
	/* It was removed, or became something else, since it was read. */
	if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
		return 0;
	return unreadable(l, e);
}

/* Make *st the plain file that the link in hand names. */
static bool
follow(struct store_list *l, int dir, struct stat *st)
{
	const char *why = "a link";

	if (!l->conf.no_links && storelink_stat(dirfd(l->level[0].dir), dir, l->rel, st, &why) == 0)
		return true;
	if (!l->again)
		say_skipped(l, why);
	l->passed.links += !l->again;
	return false;
}

static void
special(struct store_list *l)
{
	if (l->again)
		return;
	say_skipped(l, "no plain file");
	l->passed.special++;
}

/* One entry: -1 where it cannot be read, else *rec where it is a document. */
static int
entry(struct store_list *l, const char *name, struct rec **rec, struct err *e)
{
	struct level *top = &l->level[l->depth - 1];
	int dir = dirfd(top->dir);
	struct stat st;

	if (is_skipped_by_name(l, dir, name))
		return 0;
	set_rel(l, top->rel_len, name, "");
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : unreadable(l, e);
	if (S_ISDIR(st.st_mode))
		return is_skip_dir(l, &st) ? 0 : walk_enter(l, name, e);
	if (S_ISLNK(st.st_mode) && !follow(l, dir, &st))
		return 0;
	if (S_ISREG(st.st_mode))
		*rec = document(l, &st);
	else
		special(l);
	return 0;
}

static int
walk_step(struct store_list *l, struct rec **rec, struct err *e)
{
	struct dirent *ent;
	int errnum;

	if (l->single) {
		*rec = document(l, &l->single_st);
		l->single = false;
		return 0;
	}
	errno = 0;
	ent = readdir(l->level[l->depth - 1].dir);
	if (!ent) {
		errnum = errno;
		pop(l);
		errno = errnum;
		return errnum ? unreadable(l, e) : 0;
	}
	if (strcmp(ent->d_name, ".") == 0 || strcmp(ent->d_name, "..") == 0)
		return 0;
	return entry(l, ent->d_name, rec, e);
}

static int open_operand(struct store_list *, struct err *);

static void
on_pause(void *arg, short revents)
{
	struct store_list *l = arg;
	struct err ignored;

	(void)revents;
	watch_free(l->pause);
	l->pause = NULL;
	l->waits = false;
	l->again = true;
	/* What cannot be opened any more has nothing that could be listed. */
	(void)open_operand(l, &ignored);
}

/* At the end of the first walk: the second is due when all may be old enough. */
static void
list_pause(struct store_list *l)
{
	if (l->waits && !l->pause)
		l->pause = loop_timer(l->conf.loop, l->conf.min_age_s * 1000, on_pause, l);
}

struct rec *
store_list_next(struct store_list *l, struct err *e)
{
	struct rec *rec = NULL;

	e->code = NULL;
	while (!rec && (l->single || l->depth)) {
		if (walk_step(l, &rec, e) == 0)
			continue;
		/* The first walk has said it. */
		if (!l->again)
			rec = new_record(l, "error");
		else
			e->code = NULL;
	}
	if (!rec)
		list_pause(l);
	return rec;
}

bool
store_list_ended(const struct store_list *l)
{
	return !l->single && !l->depth && !l->waits;
}

const struct name_passed *
store_list_passed(const struct store_list *l)
{
	return &l->passed;
}

static int
open_single(struct store_list *l, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	char *parent;

	if (stat(path, &l->single_st) < 0)
		return err_sys(e, ERR_FATAL, CODE_STORE_READ, "%s", path);
	if (!S_ISREG(l->single_st.st_mode))
		return err_set(e, ERR_FATAL, CODE_STORE_READ,
		    "%s: neither a folder nor a plain file", path);
	parent = mem_copy(path, (size_t)(name - path));
	l->base = store_base(parent, e);
	free(parent);
	l->single = true;
	set_rel(l, 0, name, "");
	return l->base ? 0 : -1;
}

static int
open_operand(struct store_list *l, struct err *e)
{
	const char *path = l->path;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOTDIR)
		return open_single(l, path, e);
	if (fd < 0)
		return err_sys(e, ERR_FATAL, CODE_STORE_READ, "%s", path);
	free(l->base);
	l->base = store_base(path, e);
	if (!l->base) {
		close(fd);
		return -1;
	}
	set_rel(l, 0, "", "");
	return push(l, fd, e);
}

static int
open_newer_in(struct store_list *l, struct err *e)
{
	const char *path = l->conf.newer_in;

	if (!path)
		return 0;
	l->dest = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (l->dest < 0 && errno != ENOENT)
		return err_sys(e, ERR_FATAL, CODE_DEST_OPEN, "%s", path);
	return 0;
}

struct store_list *
store_list_new(const char *path, const struct store_list_conf *conf, struct err *e)
{
	struct store_list *l = mem_new(1, sizeof(*l));

	l->conf = *conf;
	l->dest = -1;
	l->path = path;
	l->since = list_now_ns() - conf->min_age_s * 1000000000;
	if (open_newer_in(l, e) == 0 && open_operand(l, e) == 0)
		return l;
	store_list_free(l);
	return NULL;
}

long
store_list_skipped(const struct store_list *l)
{
	return l->skipped;
}

void
store_list_free(struct store_list *l)
{
	if (!l)
		return;
	while (l->depth)
		pop(l);
	if (l->dest >= 0)
		close(l->dest);
	watch_free(l->pause);
	free(l->rel);
	free(l->base);
	free(l);
}

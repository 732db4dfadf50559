#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "dir/mark.h"
#include "dir/open.h"
#include "dir/put.h"
#include "dir/result.h"
#include "rec/name.h"

enum {
	COPY_BYTES = 64 << 10,
	OWN_DIGITS = 32,
	TEMP_SIZE = sizeof(".quire-") + OWN_DIGITS,
	TEMP_TRIES = 100 /* far more than 64 random bits ever need */
};

struct store_dest {
	int fd;
	char *base;
};

struct place {
	int dir;
	const char *last; /* the name there */
	const char *name; /* the whole of it, for messages */
};

/* Make path and its parents; what exists already is left for open to judge. */
static int
make_folders(const char *path, struct err *e)
{
	char *p = mem_dup(path), *end = p;
	int r = 0, errnum;

	while (*end && r == 0) {
		char c;

		end += strspn(end, "/");
		end += strcspn(end, "/");
		c = *end;
		*end = '\0';
		errnum = mkdir(p, 0777) < 0 ? errno : 0;
		if (errnum && errnum != EEXIST && access(p, F_OK) < 0) {
			errno = errnum;
			r = err_sys(e, ERR_FATAL, CODE_DEST_OPEN, "%s", p);
		}
		*end = c;
	}
	free(p);
	return r;
}

struct store_dest *
store_dest_open(const char *path, struct err *e)
{
	struct store_dest *d;
	int fd;

	if (make_folders(path, e) < 0)
		return NULL;
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) < 0) {
		err_sys(e, ERR_FATAL, CODE_DEST_OPEN, "%s", path);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	d = mem_new(1, sizeof(*d));
	d->fd = fd;
	d->base = store_base(path, e);
	if (d->base)
		return d;
	e->code = CODE_DEST_OPEN;
	store_dest_close(d);
	return NULL;
}

void
store_dest_close(struct store_dest *d)
{
	if (!d)
		return;
	close(d->fd);
	free(d->base);
	free(d);
}

static int
dest_fail_write(const char *name, struct err *e)
{
	return err_sys(e, err_class_of(errno), CODE_DEST_WRITE, "%s", name);
}

/* Where DEST itself takes nothing any more, it is no fault of the result's. */
static void
dest_look_again(const struct store_dest *d, struct err *e)
{
	struct stat st;

	if (e->class != ERR_PERMANENT || !err_is(e, CODE_DEST_WRITE))
		return;
	if (fstat(d->fd, &st) < 0 || st.st_nlink == 0 ||
	    faccessat(d->fd, ".", W_OK | X_OK, AT_EACCESS) < 0)
		e->class = ERR_TRANSIENT;
}

static int
fail_link(const char *name, struct err *e)
{
	return err_set(e, ERR_PERMANENT, CODE_DEST_SYMLINK,
	    "%s: a symbolic link in the folder of results", name);
}

/*
 * Open the directory last in dir, making it where it is missing and is to be made;
 * name is the whole of its path.
 */
static int
open_folder(int dir, const char *last, const char *name, bool make, struct err *e)
{
	const int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(dir, last, flags), errnum;
	struct stat st;

	if (fd < 0 && errno == ENOENT && make) {
		if (mkdirat(dir, last, 0777) < 0 && errno != EEXIST)
			return dest_fail_write(name, e);
		fd = openat(dir, last, flags);
	}
	if (fd >= 0)
		return fd;
	errnum = errno;
	if (fstatat(dir, last, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode))
		return fail_link(name, e);
	errno = errnum;
	return dest_fail_write(name, e);
}

/* Find the place that name stands for; the caller closes its directory. */
static int
open_place(const struct store_dest *d, char *name, bool make, struct place *p, struct err *e)
{
	int next;
	char *last = name, *slash;

	*p = (struct place){ fcntl(d->fd, F_DUPFD_CLOEXEC, 0), last, name };
	if (p->dir < 0)
		return dest_fail_write(name, e);
	while ((slash = strchr(last, '/'))) {
		*slash = '\0';
		next = open_folder(p->dir, last, name, make, e);
		*slash = '/';
		close(p->dir);
		if (next < 0)
			return -1;
		last = slash + 1;
		p->dir = next;
		p->last = last;
	}
	return 0;
}

/* Whose it is, where that is not this document. */
static int
dest_check_mark(const struct place *p, const struct store_put *how, struct err *e)
{
	struct mark found;
	enum mark_said said;
	struct stat st;

	if (how->replace || !how->mark)
		return 0;
	(void)store_mark_get(p->dir, p->last, &found, &st);
	said = mark_says(&found, how->mark);
	if (said == MARK_OTHER)
		return mark_clash(found.uri, how->uri, e);
	return said == MARK_UNKNOWN && how->written
	    ? mark_clash("a document put before it", how->uri, e)
	    : 0;
}

/* Whether what stands there may be replaced by a result. */
static int
dest_check_place(const struct place *p, const struct store_put *how, struct err *e)
{
	const char *source = how->source;
	struct stat st, src;

	if (fstatat(p->dir, p->last, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : dest_fail_write(p->name, e);
	if (S_ISLNK(st.st_mode))
		return fail_link(p->name, e);
	if (source && stat(source, &src) == 0 && src.st_dev == st.st_dev && src.st_ino == st.st_ino)
		return err_set(e, ERR_VALIDATION, CODE_DEST_SOURCE,
		    "%s: the result would replace its own source", p->name);
	return dest_check_mark(p, how, e);
}

static int
dest_write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno != EINTR)
			return -1;
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

static int
dest_copy(int from, int to, const char *name, struct err *e)
{
	char *buf = mem_new(COPY_BYTES, 1);
	off_t at = 0;
	ssize_t n;
	int r = 0;

	while (r == 0 && (n = pread(from, buf, COPY_BYTES, at)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			r = err_sys(e, err_class_of(errno), CODE_IO_READ, "the result for %s",
			    name);
		else if (dest_write_all(to, buf, (size_t)n) < 0)
			r = dest_fail_write(name, e);
		else
			at += n;
	}
	free(buf);
	return r;
}

/*
 * A file in dir that has no name yet, so that one who is killed leaves none;
 * -1 where the file system has no such thing.
 */
static int
create_unnamed(int dir)
{
	/* It gets its name by way of there. */
	if (access("/proc/self/fd", X_OK) < 0)
		return -1;
	return openat(dir, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
}

static int
link_unnamed(int fd, int dir, const char *name)
{
	char path[sizeof("/proc/self/fd/") + 12];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, path, dir, name, AT_SYMLINK_FOLLOW);
}

/*
 * Give a file in dir a name that none has: a new one (*fd is -1), or the
 * unnamed one that *fd is.
 */
static int
name_temp(int dir, int *fd, char temp[TEMP_SIZE])
{
	uint64_t token;
	int r = -1;

	for (int i = 0; r < 0 && i < TEMP_TRIES; i++) {
		if (getentropy(&token, sizeof(token)) < 0)
			return -1;
		snprintf(temp, TEMP_SIZE, ".quire-%016llx", (unsigned long long)token);
		r = *fd >= 0
		    ? link_unnamed(*fd, dir, temp)
		    : openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
		if (r < 0 && errno != EEXIST)
			return -1;
	}
	if (*fd < 0)
		*fd = r;
	return r;
}

/* A name of the result's own. */
static void
own_temp(const char *last, char temp[TEMP_SIZE])
{
	char hex[DIGEST_HEX + 1];

	digest_of(hex, last, strlen(last));
	snprintf(temp, TEMP_SIZE, ".quire-%.*s", OWN_DIGITS, hex);
}

static int
rename_temp(const struct place *p, const char *temp)
{
	int errnum;

	if (renameat(p->dir, temp, p->dir, p->last) == 0)
		return 0;
	errnum = errno;
	unlinkat(p->dir, temp, 0);
	errno = errnum;
	return -1;
}

/*
 * Put the unnamed file in the place of what is there: by a name of the result's
 * own, which is removed when another is in the way, so that what one who was
 * killed has left goes with the next that takes the place.  1: he was not
 * killed, and this one's name is gone; a file has no second first name.
 */
static int
dest_replace(const struct place *p, int fd)
{
	char own[TEMP_SIZE], temp[TEMP_SIZE];

	own_temp(p->last, own);
	if (link_unnamed(fd, p->dir, own) == 0)
		return rename_temp(p, own) == 0 ? 0 : errno == ENOENT ? 1 : -1;
	if (errno != EEXIST || name_temp(p->dir, &fd, temp) < 0 || rename_temp(p, temp) < 0)
		return -1;
	unlinkat(p->dir, own, 0);
	return 0;
}

/* The file, whole, takes its place; temp is its name, or empty. 1: not this one. */
static int
take_place(const struct place *p, int fd, const char *temp)
{
	if (*temp)
		return rename_temp(p, temp);
	if (link_unnamed(fd, p->dir, p->last) == 0)
		return 0;
	return errno == EEXIST ? dest_replace(p, fd) : -1;
}

/* As the folder's next listing will say it. */
static void
say_etag(const struct stat *st, char *out)
{
	char etag[48];

	if (!out)
		return;
	store_etag(etag, st->st_size, store_mtime_ns(st));
	snprintf(out, RESULT_ETAG_MAX + 1, "%s", etag);
}

/* 1: by another file. */
static int
try_place(const struct place *p, int from, const struct store_put *how, struct err *e)
{
	struct stat st;
	char temp[TEMP_SIZE] = "";
	int fd = create_unnamed(p->dir), r;

	if (fd < 0 && name_temp(p->dir, &fd, temp) < 0)
		return dest_fail_write(p->name, e);
	r = dest_copy(from, fd, p->name, e);
	if (r == 0 && how->mark)
		store_mark_set(fd, how->mark);
	/* what close says on network file systems (a quota), this does too */
	if (r == 0 && (fdatasync(fd) < 0 || (r = take_place(p, fd, temp)) < 0))
		r = dest_fail_write(p->name, e);
	if (r < 0 && *temp)
		unlinkat(p->dir, temp, 0);
	if (r == 0 && fstat(fd, &st) == 0)
		say_etag(&st, how->etag);
	close(fd);
	return r;
}

static int
fill_place(const struct place *p, int from, const struct store_put *how, struct err *e)
{
	int r = 1;

	for (int i = 0; r > 0 && i < TEMP_TRIES; i++)
		r = try_place(p, from, how, e);
	if (r <= 0)
		return r;
	errno = EBUSY;
	return dest_fail_write(p->name, e);
}

static char *
uri_of_result(const struct store_dest *d, const char *name)
{
	char *text = name_encode(name), *uri = mem_printf("%s/%s", d->base, text);

	free(text);
	return uri;
}

char *
store_dest_put(struct store_dest *d, const char *rel, int fd, const struct store_put *how,
    struct err *e)
{
	static const struct store_put nothing = { .source = NULL };
	char *name = store_dest_name(rel, e), *uri = NULL;
	struct place p;

	if (!name)
		return NULL;
	if (!how)
		how = &nothing;
	if (open_place(d, name, true, &p, e) == 0) {
		if (dest_check_place(&p, how, e) == 0 && fill_place(&p, fd, how, e) == 0)
			uri = uri_of_result(d, name);
		close(p.dir);
	}
	if (!uri)
		dest_look_again(d, e);
	free(name);
	return uri;
}

enum mark_said
store_dest_look(const struct store_dest *d, const char *rel, const struct mark *own, char **uri,
    char *etag)
{
	struct err ignored;
	char *name = store_dest_name(rel, &ignored);
	enum mark_said said = MARK_NOTHING;
	struct mark found, beside = *own;
	struct place p;
	struct stat st;

	*uri = NULL;
	if (name && open_place(d, name, false, &p, &ignored) == 0) {
		if (store_mark_get(p.dir, p.last, &found, &st)) {
			mark_set_size(&beside, st.st_size);
			said = mark_says(&found, &beside);
			say_etag(&st, etag);
		}
		close(p.dir);
	}
	if (said == MARK_OWN)
		*uri = uri_of_result(d, name);
	else if (said == MARK_OTHER)
		*uri = mem_dup(found.uri);
	free(name);
	return said;
}

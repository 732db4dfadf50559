#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "work/dir.h"

enum {
	ID_MAX = 64,
	TOKEN_LEN = 16,
	NAME_SIZE = ID_MAX + 1 + TOKEN_LEN + 1,
	MAKE_TRIES = 100, /* far more than 64 random bits ever need */
	SWEEPS = 4,       /* of a directory that others still write to */
	DEPTH_MAX = 32    /* of what is removed with all below */
};

static const char id_chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

/* Found once: a root that changed between two records would lose the first. */
static char *root;

/*
 * The default stands where others can write: a link that they left there
 * would make any private directory of ours the root.
 */
static char *
real_root(struct err *e)
{
	const char *path = getenv("QUIRE_WORK"), *parent = getenv("TMPDIR");
	char *real = NULL, *found;

	if (path && *path) {
		if (mkdir(path, 0700) == 0 || errno == EEXIST)
			real = realpath(path, NULL);
		if (!real)
			err_sys(e, ERR_FATAL, CODE_WORK_ROOT, "%s", path);
		return real;
	}
	if (!parent || !*parent)
		parent = "/var/tmp";
	real = realpath(parent, NULL);
	if (!real) {
		err_sys(e, ERR_FATAL, CODE_WORK_ROOT, "%s", parent);
		return NULL;
	}
	found = mem_printf("%s/quire-%lu", strcmp(real, "/") == 0 ? "" : real,
	    (unsigned long)geteuid());
	free(real);
	return found;
}

static char *
find_root(struct err *e)
{
	char *found = real_root(e);

	if (!found || utf8_valid(found, strlen(found)))
		return found;
	err_set(e, ERR_FATAL, CODE_WORK_ROOT,
	    "%s: records are UTF-8, so name another directory in QUIRE_WORK", found);
	free(found);
	return NULL;
}

static int
fail_root(struct err *e)
{
	return err_sys(e, ERR_FATAL, CODE_WORK_ROOT, "%s", root);
}

/* Open the root, made anew where something has tidied it away. */
static int
open_root(struct err *e)
{
	struct stat st;
	int fd;

	if (!root && !(root = find_root(e)))
		return -1;
	if (mkdir(root, 0700) < 0 && errno != EEXIST)
		return fail_root(e);
	fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail_root(e);
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & 0777) == 0700)
		return fd;
	close(fd);
	return err_set(e, ERR_FATAL, CODE_WORK_ROOT, "%s: not a directory of ours with mode 0700",
	    root);
}

const char *
work_root(struct err *e)
{
	int fd = open_root(e);

	if (fd < 0)
		return NULL;
	close(fd);
	return root;
}

/* How id stands in a name; returns its length. */
static size_t
write_id(char name[ID_MAX], const char *id)
{
	size_t n = strnlen(id, ID_MAX);

	for (size_t i = 0; i < n; i++)
		name[i] = (char)(strchr(id_chars, id[i]) ? id[i] : '_');
	if (n == 0)
		name[n++] = '_';
	return n;
}

/* A fresh ID.TOKEN; -1 with errno. */
static int
make_name(char name[NAME_SIZE], const char *id)
{
	uint64_t token;
	size_t n = write_id(name, id);

	if (getentropy(&token, sizeof(token)) < 0)
		return -1;
	snprintf(name + n, NAME_SIZE - n, ".%016llx", (unsigned long long)token);
	return 0;
}

char *
work_make(const char *id, struct err *e)
{
	char name[NAME_SIZE];
	int dir = open_root(e), r = -1;

	if (dir < 0)
		return NULL;
	for (int i = 0; i < MAKE_TRIES; i++) {
		r = make_name(name, id);
		if (r == 0)
			r = mkdirat(dir, name, 0700);
		if (r == 0 || errno != EEXIST)
			break;
	}
	if (r < 0)
		err_sys(e, err_class_of(errno), CODE_WORK_MAKE, "%s", root);
	close(dir);
	return r < 0 ? NULL : mem_printf("%s/%s", root, name);
}

bool
work_is_ours(const char *name)
{
	size_t id = strspn(name, id_chars);

	return id >= 1 && id <= ID_MAX && name[id] == '.' &&
	    strspn(name + id + 1, "0123456789abcdef") == TOKEN_LEN && !name[id + 1 + TOKEN_LEN];
}

bool
work_is_of(const char *name, const char *id)
{
	char want[ID_MAX];
	size_t n = write_id(want, id);

	return work_is_ours(name) && strncmp(name, want, n) == 0 && name[n] == '.';
}

const char *
work_name(const char *work, const char *path)
{
	size_t n = strlen(work);
	const char *name;

	if (strncmp(path, work, n) != 0 || path[n] != '/')
		return NULL;
	name = path + n + 1;
	if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return NULL;
	return name;
}

/* Open the root and find the name of the directory path in it. */
static int
work_find(const char *path, const char **name, struct err *e)
{
	int dir = open_root(e);

	if (dir < 0)
		return -1;
	*name = work_name(root, path);
	if (*name && work_is_ours(*name))
		return dir;
	close(dir);
	return err_set(e, ERR_VALIDATION, CODE_WORK_PATH, "%s: not a document's directory in %s",
	    path, root);
}

static int
open_in(int dir, const char *name, struct err *e)
{
	struct stat st;
	int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return err_sys(e, ERR_PERMANENT, CODE_WORK_GONE, "%s", name);
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return err_sys(e, ERR_VALIDATION, CODE_WORK_PATH, "%s", name);
	if (fd < 0)
		return err_sys(e, err_class_of(errno), CODE_WORK_PATH, "%s", name);
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid())
		return fd;
	close(fd);
	return err_set(e, ERR_VALIDATION, CODE_WORK_PATH, "%s: not ours", name);
}

int
work_open(const char *path, struct err *e)
{
	const char *name;
	int dir = work_find(path, &name, e), fd;

	if (dir < 0)
		return -1;
	fd = open_in(dir, name, e);
	close(dir);
	return fd;
}

static int
fail_remove(const char *name, struct err *e)
{
	return err_sys(e, err_class_of(errno), CODE_WORK_REMOVE, "%s", name);
}

/* Unlink a plain file; one that is not there is no error. */
static int
unlink_plain(int dir, const char *name, struct err *e)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (!S_ISREG(st.st_mode))
			return err_set(e, ERR_PERMANENT, CODE_WORK_REMOVE,
			    "%s: no plain file, left", name);
		if (unlinkat(dir, name, 0) == 0)
			return 0;
	}
	return errno == ENOENT ? 0 : fail_remove(name, e);
}

int
work_remove_file(const char *work, const char *path, struct err *e)
{
	const char *name = work_name(work, path);
	int dir, r;

	if (!name)
		return err_set(e, ERR_VALIDATION, CODE_WORK_PATH, "%s: not a file in %s", path,
		    work);
	dir = work_open(work, e);
	if (dir < 0)
		return err_is(e, CODE_WORK_GONE) ? 0 : -1;
	r = unlink_plain(dir, name, e);
	close(dir);
	return r;
}

/* Unlink all plain files: -1 where something had to be left. */
static int
work_sweep(DIR *dir, struct err *e)
{
	struct dirent *ent;
	struct err why;
	int r = 0;

	rewinddir(dir);
	while (errno = 0, (ent = readdir(dir))) {
		const char *name = ent->d_name;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		if (unlink_plain(dirfd(dir), name, &why) < 0) {
			*e = why;
			r = -1;
		}
	}
	return errno ? fail_remove("readdir", e) : r;
}

/* All in it; what is a directory itself only where it is not too deep. */
static int
empty_dir(int fd, int depth, struct err *e)
{
	DIR *dir = fdopendir(fd);
	struct dirent *ent;
	int r = 0, below;

	if (!dir) {
		close(fd);
		return fail_remove("a directory", e);
	}
	while (r == 0 && (ent = readdir(dir))) {
		if (strcmp(ent->d_name, ".") == 0 || strcmp(ent->d_name, "..") == 0 ||
		    unlinkat(fd, ent->d_name, 0) == 0)
			continue;
		below = depth > 0
		    ? openat(fd, ent->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
		    : -1;
		if (below < 0 || empty_dir(below, depth - 1, e) < 0 ||
		    unlinkat(fd, ent->d_name, AT_REMOVEDIR) < 0)
			r = fail_remove(ent->d_name, e);
	}
	closedir(dir);
	return r;
}

int
work_remove_below(const char *work, const char *name, struct err *e)
{
	int dir = work_open(work, e), fd, r = 0;

	if (dir < 0)
		return err_is(e, CODE_WORK_GONE) ? 0 : -1;
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		r = empty_dir(fd, DEPTH_MAX, e);
	if (fd >= 0 && r == 0 && unlinkat(dir, name, AT_REMOVEDIR) < 0)
		r = fail_remove(name, e);
	close(dir);
	return r;
}

static int
remove_all(int root_fd, const char *name, DIR *dir, struct err *e)
{
	for (int i = 0; i < SWEEPS; i++) {
		if (work_sweep(dir, e) < 0)
			return -1;
		if (unlinkat(root_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
			return 0;
		if (errno != ENOTEMPTY && errno != EEXIST)
			break;
	}
	return fail_remove(name, e);
}

int
work_remove(const char *work, struct err *e)
{
	const char *name;
	int root_fd = work_find(work, &name, e), fd, r = -1;
	DIR *dir;

	if (root_fd < 0)
		return -1;
	fd = open_in(root_fd, name, e);
	if (fd < 0) {
		close(root_fd);
		return err_is(e, CODE_WORK_GONE) ? 0 : -1;
	}
	dir = fdopendir(fd);
	if (dir) {
		r = remove_all(root_fd, name, dir, e);
		closedir(dir);
	} else {
		fail_remove(name, e);
		close(fd);
	}
	close(root_fd);
	return r;
}

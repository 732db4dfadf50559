#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "rec/rec.h"
#include "work/docfile.h"
#include "work/copy.h"
#include "work/dir.h"
#include "work/doc.h"

/* A plain file, and nothing else is opened: that can be an act by itself. */
static int
open_plain(int dir, const char *name, const char *path, int flags, struct err *e)
{
	struct stat st;
	int fd = -1;

	if (fstatat(dir, name, &st, flags & O_NOFOLLOW ? AT_SYMLINK_NOFOLLOW : 0) < 0)
		return doc_unopened(path, e);
	if (S_ISREG(st.st_mode)) {
		fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
		if (fd < 0)
			return doc_unopened(path, e);
	}
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return fd;
	if (fd >= 0)
		close(fd);
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_TYPE, "%s: not a plain file", path);
}

static int
source_in_work(const struct docfile_want *w, const char *name, struct err *e)
{
	int dir = work_open(w->work, e), fd;

	if (dir < 0)
		return -1;
	fd = open_plain(dir, name, w->path, O_NOFOLLOW, e);
	close(dir);
	return fd;
}

static int
source_copy(int dir, int from, char hex[DIGEST_HEX + 1], struct err *e)
{
	struct copy c = { .dir = dir, .from = from, .name = DOC_SOURCE, .hashed = true };
	int r;

	if (copy_begin(&c, e) < 0)
		return -1;
	do
		r = copy_more(&c, DOCFILE_MAX, e);
	while (r == 0);
	if (r > 0)
		return copy_end(&c, hex, e);
	copy_drop(&c);
	return -1;
}

/* The copy of the file open at from, open. */
static int
source_copied(const struct docfile_want *w, int from, struct err *e)
{
	int dir = work_open(w->scratch, e), fd = -1;
	char hex[DIGEST_HEX + 1];

	if (dir < 0)
		return -1;
	if (source_copy(dir, from, hex, e) == 0) {
		if (w->sha256 && strcmp(w->sha256, hex) != 0)
			err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_CHANGED,
			    "it is not what was hashed: its SHA-256 is %s now", hex);
		else
			fd = open_plain(dir, DOC_SOURCE, w->path, O_NOFOLLOW, e);
	}
	close(dir);
	return fd;
}

int
docfile_open(const struct docfile_want *w, char **path, struct err *e)
{
	const char *name = work_name(w->work, w->path);
	int from, fd;

	if (name) {
		fd = source_in_work(w, name, e);
		*path = fd < 0 ? NULL : mem_dup(w->path);
		return fd;
	}
	from = open_plain(AT_FDCWD, w->path, w->path, 0, e);
	fd = from < 0 ? -1 : source_copied(w, from, e);
	if (from >= 0)
		close(from);
	*path = fd < 0 ? NULL : mem_printf("%s/%s", w->scratch, DOC_SOURCE);
	return fd;
}

int
docfile_of(struct rec *r, char **path, struct err *e)
{
	struct docfile_want w = { .path = rec_need(r, "path", e), .sha256 = rec_str(r, "sha256") };

	if (!w.path || doc_work(r, e) < 0)
		return -1;
	w.work = w.scratch = rec_str(r, "work");
	return docfile_open(&w, path, e);
}

#include <sys/stat.h>

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "dir/open.h"
#include "rec/name.h"
#include "work/doc.h"

static const char scheme[] = "file://";

char *
store_path(const char *uri, struct err *e)
{
	char *path;

	if (strncmp(uri, scheme, sizeof(scheme) - 1) != 0 || uri[sizeof(scheme) - 1] != '/') {
		err_set(e, ERR_VALIDATION, CODE_STORE_URI, "%s: not file:// and an absolute path",
		    uri);
		return NULL;
	}
	path = name_decode(uri + sizeof(scheme) - 1, e);
	if (!path)
		e->code = CODE_STORE_URI;
	return path;
}

/* Append path to out, each component that means something behind a slash. */
static char *
uri_add_path(char *out, const char *path)
{
	size_t n;

	for (; *path; path += n) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (!n || (n == 1 && *path == '.'))
			continue;
		*out++ = '/';
		memcpy(out, path, n);
		out += n;
	}
	*out = '\0';
	return out;
}

char *
store_base(const char *path, struct err *e)
{
	char *cwd = NULL, *abs, *end, *text, *uri;

	if (*path != '/') {
		cwd = getcwd(NULL, 0);
		if (!cwd) {
			err_sys(e, ERR_FATAL, CODE_STORE_READ, "the working directory");
			return NULL;
		}
	}
	abs = end = mem_new((cwd ? strlen(cwd) : 0) + strlen(path) + 2, 1);
	if (cwd)
		end = uri_add_path(end, cwd);
	uri_add_path(end, path);
	text = name_encode(abs);
	uri = mem_printf("%s%s", scheme, text);
	free(text);
	free(abs);
	free(cwd);
	return uri;
}

void
store_etag(char out[48], off_t size, long long mtime_ns)
{
	snprintf(out, 48, "%lld-%lld", (long long)size, mtime_ns);
}

long long
store_mtime_ns(const struct stat *st)
{
	long long ns;

	if (__builtin_mul_overflow(st->st_mtim.tv_sec, 1000000000LL, &ns) ||
	    __builtin_add_overflow(ns, st->st_mtim.tv_nsec, &ns))
		return st->st_mtim.tv_sec < 0 ? LLONG_MIN : LLONG_MAX;
	return ns;
}

static int
not_plain(const char *path, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_TYPE, "%s: not a plain file", path);
}

int
store_open(const char *path, struct stat *st, struct err *e)
{
	int fd;

	/* Opening a device can be an act by itself (a tape rewinds). */
	if (stat(path, st) < 0)
		return doc_unopened(path, e);
	if (!S_ISREG(st->st_mode))
		return not_plain(path, e);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return doc_unopened(path, e);
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	return not_plain(path, e);
}

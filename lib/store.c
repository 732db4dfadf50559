#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "err.h"
#include "mem.h"
#include "store.h"
#include "utf8.h"

static const char scheme[] = "file://";

char *
store_encode_bytes(const char *path, size_t n)
{
	size_t len;
	char *out = mem_new(n * 3 + 1, 1), *p = out;

	for (; n; path += len, n -= len) {
		len = utf8_len(path, n);
		if (len && *path && *path != '%') {
			memcpy(p, path, len);
			p += len;
			continue;
		}
		len = 1;
		snprintf(p, 4, "%%%02X", (unsigned)(unsigned char)*path);
		p += 3;
	}
	*p = '\0';
	return out;
}

char *
store_encode(const char *path)
{
	return store_encode_bytes(path, strlen(path));
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the escape at s stands for; -1 for a bad one. */
static int
unescape(const char *s)
{
	int high = hex(s[1]), low = high < 0 ? -1 : hex(s[2]);

	return low < 0 ? -1 : high << 4 | low;
}

char *
store_decode(const char *text, struct err *e)
{
	char *out = mem_new(strlen(text) + 1, 1), *p = out;
	int c;

	while (*text) {
		if (*text != '%') {
			*p++ = *text++;
			continue;
		}
		c = unescape(text);
		if (c <= 0) {
			free(out);
			err_set(e, ERR_VALIDATION, "record.member",
			    "%.3s: a bad escape in a name", text);
			return NULL;
		}
		*p++ = (char)c;
		text += 3;
	}
	*p = '\0';
	return out;
}

char *
store_path(const char *uri, struct err *e)
{
	char *path;

	if (strncmp(uri, scheme, sizeof(scheme) - 1) != 0 ||
	    uri[sizeof(scheme) - 1] != '/') {
		err_set(e, ERR_VALIDATION, "store.uri",
		    "%s: not file:// and an absolute path", uri);
		return NULL;
	}
	path = store_decode(uri + sizeof(scheme) - 1, e);
	if (!path)
		e->code = "store.uri";
	return path;
}

/* Append path to out, each component that means something behind a slash. */
static char *
add_components(char *out, const char *path)
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
			err_sys(e, ERR_FATAL, "store.read",
			    "the working directory");
			return NULL;
		}
	}
	abs = end = mem_new((cwd ? strlen(cwd) : 0) + strlen(path) + 2, 1);
	if (cwd)
		end = add_components(end, cwd);
	add_components(end, path);
	text = store_encode(abs);
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

int
store_unopened(const char *path, struct err *e)
{
	if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
		return err_sys(e, ERR_PERMANENT, "document.missing", "%s",
		    path);
	return err_sys(e, err_class_of(errno), "store.read", "%s", path);
}

static int
not_plain(const char *path, struct err *e)
{
	return err_set(e, ERR_VALIDATION, "document.type",
	    "%s: not a plain file", path);
}

int
store_open(const char *path, struct stat *st, struct err *e)
{
	int fd;

	/* Opening a device can be an act by itself (a tape rewinds). */
	if (stat(path, st) < 0)
		return store_unopened(path, e);
	if (!S_ISREG(st->st_mode))
		return not_plain(path, e);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return store_unopened(path, e);
	if (fstat(fd, st) == 0 && S_ISREG(st->st_mode))
		return fd;
	close(fd);
	return not_plain(path, e);
}

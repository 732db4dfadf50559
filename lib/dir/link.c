#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dir/link.h"

/* The real path of an open file; false where /proc cannot say. */
static bool
real_path(int fd, char path[PATH_MAX])
{
	char link[sizeof("/proc/self/fd/") + 3 * sizeof(int)];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, PATH_MAX);
	if (n <= 0 || n >= PATH_MAX)
		return false;
	path[n] = '\0';
	return *path == '/';
}

static bool
is_inside(int root, int fd)
{
	char outer[PATH_MAX], inner[PATH_MAX];
	size_t n;

	if (!real_path(root, outer) || !real_path(fd, inner))
		return false;
	n = strlen(outer);
	if (n == 1) /* "/" */
		return true;
	return strncmp(inner, outer, n) == 0 && inner[n] == '/';
}

static const char *
reason(int errnum)
{
	switch (errnum) {
	case ENOENT:
	case ENOTDIR:
		return "a dangling link";
	case ELOOP:
		return "a link in a loop";
	default:
		return "a link that cannot be followed";
	}
}

/*
 * Open what the link names, as a mere handle.  The kernel's own check refuses
 * an absolute link back inside and a path of 4,096 bytes too, and is missing
 * from old kernels: then the place where the file really is decides.
 */
static int
open_inside(int root, int dir, const char *rel, const char **why)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	const char *slash = strrchr(rel, '/');
	int fd;

	fd = (int)syscall(SYS_openat2, root, rel, &how, sizeof(how));
	if (fd >= 0)
		return fd;
	fd = openat(dir, slash ? slash + 1 : rel, O_PATH | O_CLOEXEC);
	if (fd < 0) {
		*why = reason(errno);
		return -1;
	}
	if (is_inside(root, fd))
		return fd;
	close(fd);
	*why = "a link out of the folder";
	return -1;
}

int
storelink_stat(int root, int dir, const char *rel, struct stat *st, const char **why)
{
	int fd = open_inside(root, dir, rel, why);
	bool there;

	if (fd < 0)
		return -1;
	there = fstat(fd, st) == 0;
	close(fd);
	if (there && S_ISREG(st->st_mode))
		return 0;
	*why = there && S_ISDIR(st->st_mode) ? "a link to a folder"
					     : "a link to what is no plain file";
	return -1;
}

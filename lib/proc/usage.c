#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc/kin.h"
#include "proc/usage.h"

enum { BLOCK = 512 }; /* bytes, of st_blocks: stat(2) */

static int64_t
files_in(const char *dir, bool open_ones)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	struct stat st;
	int64_t sum = 0;

	while (d && (entry = readdir(d))) {
		if (fstatat(dirfd(d), entry->d_name, &st, open_ones ? 0 : AT_SYMLINK_NOFOLLOW) ||
		    !S_ISREG(st.st_mode) || (open_ones && st.st_nlink > 0))
			continue;
		sum += (int64_t)st.st_blocks * BLOCK;
	}
	if (d)
		closedir(d);
	return sum;
}

static int64_t
nameless_of(pid_t pid)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
	return files_in(path, true);
}

int64_t
usage_bytes(const char *dir, pid_t pid)
{
	pid_t children[KIN_MAX];
	const size_t n = pid > 0 ? kin_children(pid, children, KIN_MAX) : 0;
	int64_t sum = files_in(dir, false);

	if (pid > 0)
		sum += nameless_of(pid);
	for (size_t i = 0; i < n; i++)
		sum += nameless_of(children[i]);
	return sum;
}

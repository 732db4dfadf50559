/*
 * folder.h - a test's own folder, which is its working directory, and
 * children that stand for other users and for processes that end.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <unistd.h>

#include "unit/check.h"

enum { NOBODY = 65534 };

static char folder[] = "/tmp/quire-unit-XXXXXX";

static inline int
folder_unlink(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline void
folder_end(void)
{
	CHECK(chdir("/") == 0);
	CHECK(nftw(folder, folder_unlink, 64, FTW_DEPTH | FTW_PHYS) == 0);
}

static inline void
folder_begin(void)
{
	CHECK(mkdtemp(folder));
	CHECK(chmod(folder, 0755) == 0);
	CHECK(chdir(folder) == 0);
}

static inline void
folder_write(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	CHECK(fd >= 0);
	CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	CHECK(close(fd) == 0);
}

/* The file's first bytes, until the next call; NULL where there is none. */
static inline const char *
folder_read(const char *name)
{
	static char text[4096];
	int fd = open(name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return NULL;
	n = read(fd, text, sizeof(text) - 1);
	CHECK(n >= 0);
	text[n] = '\0';
	close(fd);
	return text;
}

static inline int
folder_count(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	CHECK(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static inline int
folder_fds(void)
{
	return folder_count("/proc/self/fd");
}

/* Run fn in a child, as uid where we are root, and see that it passes. */
static inline void
folder_child(void (*fn)(void), uid_t uid)
{
	pid_t pid = fork();
	int status;

	CHECK(pid >= 0);
	if (pid == 0) {
		if (uid && geteuid() == 0) {
			CHECK(setgroups(0, NULL) == 0);
			CHECK(setgid(uid) == 0);
			CHECK(setuid(uid) == 0);
		}
		fn();
		_exit(0);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

#endif

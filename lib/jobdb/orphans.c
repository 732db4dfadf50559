#include <sys/file.h>
#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "jobdb/orphans.h"
#include "ledger/jobs.h"
#include "rec/rec.h"
#include "work/dir.h"

enum { MOMENTS = 60 }; /* of 50 ms, before a directory is an orphan */

struct names {
	char **v;
	size_t n;
};

static void
names_add(struct names *s, char *name)
{
	s->v = mem_resize(s->v, s->n + 1, sizeof(*s->v));
	s->v[s->n++] = name;
}

static void
names_release(struct names *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
}

/* Add the ids of the running jobs. */
static int
running(struct jobs *j, struct names *ids, struct err *e)
{
	int64_t after = 0;
	struct rec *r;
	const char *id;

	while ((r = jobs_next_running(j, &after, e)) != NULL) {
		id = rec_str(r, "id");
		names_add(ids, mem_dup(id ? id : ""));
		rec_free(r);
	}
	return e->code ? -1 : 0;
}

/* Add the paths of what is in dir; -1 with errno. */
static int
list(const char *path, struct names *found)
{
	struct dirent *d;
	DIR *dir = opendir(path);

	if (!dir)
		return -1;
	while ((d = readdir(dir)) != NULL)
		names_add(found, mem_printf("%s/%s", path, d->d_name));
	closedir(dir);
	return 0;
}

static const char *
base_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* A session of quire run, whose lock nobody holds: see quire(1). */
static bool
is_dead_session(const char *path)
{
	char *lock;
	bool dead;
	int fd;

	if (strncmp(base_name(path), "run.", 4) != 0)
		return false;
	lock = mem_printf("%s/lock", path);
	fd = open(lock, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	free(lock);
	dead = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
	if (fd >= 0)
		close(fd);
	return dead;
}

/* What is in the root, and in the work directories of dead sessions. */
static int
list_all(struct names *found, struct err *e)
{
	const char *root = work_root(e);
	char *work;
	size_t i, n;

	if (!root)
		return -1;
	if (list(root, found) < 0)
		return err_sys(e, ERR_FATAL, CODE_WORK_ROOT, "%s", root);
	for (i = 0, n = found->n; i < n; i++)
		if (is_dead_session(found->v[i])) {
			work = mem_printf("%s/work", found->v[i]);
			/* It may be swept just now. */
			(void)list(work, found);
			free(work);
		}
	return 0;
}

static bool
is_orphan(const char *path, const struct names *ids)
{
	const char *name = base_name(path);
	size_t i;

	if (!work_is_ours(name))
		return false;
	for (i = 0; i < ids->n; i++)
		if (work_is_of(name, ids->v[i]))
			return false;
	return true;
}

/* Forget those that are not there any more. */
static void
drop_gone(struct names *s)
{
	struct stat st;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++)
		if (lstat(s->v[i], &st) == 0)
			s->v[n++] = s->v[i];
		else
			free(s->v[i]);
	s->n = n;
}

/* Print those that stay. */
static long
print_orphans(const struct names *all, const struct names *ids, FILE *out)
{
	static const struct timespec moment = { .tv_nsec = 50000000 };
	struct names left = { NULL, 0 };
	size_t i;
	long n;

	for (i = 0; i < all->n; i++)
		if (is_orphan(all->v[i], ids))
			names_add(&left, mem_dup(all->v[i]));
	/* Who settles a job removes its directory after that. */
	for (i = 0; i < MOMENTS && left.n > 0; i++) {
		nanosleep(&moment, NULL);
		drop_gone(&left);
	}
	for (i = 0; i < left.n; i++)
		fprintf(out, "%s: a work directory of no running job\n", left.v[i]);
	n = (long)left.n;
	names_release(&left);
	return n;
}

/*
 * A job that is given out or settled meanwhile is read before or after the
 * directories; one that is both has no directory any more.
 */
long
joborphans_print(struct jobs *j, FILE *out, struct err *e)
{
	struct names ids = { NULL, 0 }, found = { NULL, 0 };
	long n = -1;

	if (running(j, &ids, e) == 0 && list_all(&found, e) == 0 && running(j, &ids, e) == 0)
		n = print_orphans(&found, &ids, out);
	names_release(&ids);
	names_release(&found);
	return n;
}

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "jobdb/idle.h"

enum { PROCESSES_MAX = 1 << 20 };

struct process {
	long pid, parent, ticks;
	bool below; /* root, or below it */
};

/* proc(5): what follows the name, which may hold anything, in parentheses. */
static bool
process_read(const char *pid, struct process *p)
{
	char path[64], line[1024];
	const char *rest = NULL;
	long user, system, users, systems;
	FILE *fp;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	fp = fopen(path, "re");
	if (!fp)
		return false;
	if (fgets(line, sizeof(line), fp))
		rest = strrchr(line, ')');
	fclose(fp);
	if (!rest ||
	    sscanf(rest + 1, " %*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld %ld %ld",
		&p->parent, &user, &system, &users, &systems) != 5)
		return false;
	p->pid = atol(pid);
	p->ticks = user + system + users + systems;
	return true;
}

static int
processes_read(struct idle *s, pid_t root)
{
	struct process p = { .below = false };
	DIR *dir = opendir("/proc");
	struct dirent *d;

	if (!dir)
		return -1;
	while ((d = readdir(dir)) != NULL && s->n < PROCESSES_MAX) {
		if (!isdigit((unsigned char)d->d_name[0]) || !process_read(d->d_name, &p))
			continue;
		p.below = p.pid == root;
		s->v = mem_resize(s->v, s->n + 1, sizeof(*s->v));
		s->v[s->n++] = p;
	}
	closedir(dir);
	return 0;
}

static int
process_compare(const void *a, const void *b)
{
	const struct process *p = a, *q = b;

	return p->pid < q->pid ? -1 : p->pid > q->pid;
}

static bool
is_child_of_these(const struct idle *s, long parent)
{
	const struct process key = { .pid = parent };
	const struct process *p = bsearch(&key, s->v, s->n, sizeof(*s->v), process_compare);

	return p && p->below;
}

/* One generation more in each round. */
static void
mark_below(struct idle *s)
{
	bool more = s->n > 0;
	size_t i;

	if (more)
		qsort(s->v, s->n, sizeof(*s->v), process_compare);
	while (more) {
		more = false;
		for (i = 0; i < s->n; i++)
			if (!s->v[i].below && is_child_of_these(s, s->v[i].parent))
				s->v[i].below = more = true;
	}
}

void
idle_release(struct idle *s)
{
	free(s->v);
	*s = (struct idle){ NULL, 0 };
}

/* Since what was seen last, by the one of that id. */
static long
ticks_since(const struct idle *last, const struct process *p)
{
	const struct process *was =
	    last->n > 0 ? bsearch(p, last->v, last->n, sizeof(*last->v), process_compare) : NULL;

	/* One that began since, or by an id that was another's. */
	return was && was->ticks <= p->ticks ? p->ticks - was->ticks : p->ticks;
}

long
idle_look(struct idle *last, pid_t root)
{
	struct idle s = { NULL, 0 };
	long most = 0, ticks, hz = sysconf(_SC_CLK_TCK);
	bool found = false;
	size_t i;

	if (hz > 0 && processes_read(&s, root) == 0) {
		mark_below(&s);
		for (i = 0; i < s.n; i++) {
			if (!s.v[i].below)
				continue;
			found = true;
			ticks = ticks_since(last, &s.v[i]);
			most = ticks > most ? ticks : most;
		}
	}
	idle_release(last);
	*last = s;
	return found ? most * 1000 / hz : -1;
}

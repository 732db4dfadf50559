#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "proc/filter.h"
#include "proc/frame.h"
#include "proc/jail.h"
#include "proc/kin.h"
#include "proc/proc.h"
#include "proc/relay.h"
#include "proc/role.h"

enum { STATUS_UNREADY = 127, PATHS_MAX = 64 };

static const char magic[8] = "quire 1";

/* A hello, before its paths, its filters and what is told; of the same program as we. */
struct hello {
	char magic[sizeof(magic)];
	struct jail jail; /* but for its paths */
	size_t paths, paths_len, filters_len, told_len;
};

struct heard {
	struct hello head;
	struct jail_path paths[PATHS_MAX + 1];
	char *text; /* the whole, which the paths point into */
	void *told;
	int file;
};

static int
put_paths(struct buf *b, const struct jail_path *p, size_t *n)
{
	for (; p && p->path; p++, (*n)++)
		if (buf_addc(b, (char)p->rights) < 0 ||
		    buf_add(b, p->path, strlen(p->path) + 1) < 0)
			return -1;
	return 0;
}

int
role_hello(struct buf *b, const struct jail *j, const void *told, size_t len)
{
	struct hello h = { .jail = *j, .told_len = len };
	const size_t at = b->len;
	size_t end;

	memcpy(h.magic, magic, sizeof(magic));
	h.jail.paths = h.jail.more = NULL;
	if (len > ROLE_TOLD_MAX || buf_add(b, &h, sizeof(h)) < 0 ||
	    put_paths(b, j->paths, &h.paths) < 0 || put_paths(b, j->more, &h.paths) < 0 ||
	    h.paths > PATHS_MAX)
		return -1;
	end = b->len;
	h.paths_len = end - at - sizeof(h);
	if (filter_put(b) < 0)
		return -1;
	h.filters_len = b->len - end;
	if (len && buf_add(b, told, len) < 0)
		return -1;
	memcpy(b->p + at, &h, sizeof(h));
	return 0;
}

static int
take_paths(struct heard *h, char *p, const char *end)
{
	char *nul;

	for (size_t i = 0; i < h->head.paths; i++, p = nul + 1) {
		nul = p < end ? memchr(p, '\0', (size_t)(end - p)) : NULL;
		if (i == PATHS_MAX || !nul || nul == p)
			return -1;
		h->paths[i] = (struct jail_path){ p + 1, *p };
	}
	h->head.jail.paths = h->paths;
	return p == end ? 0 : -1;
}

/* -1 where 0 is no socket of a parent of ours. */
static int
hear(struct heard *h)
{
	struct hello *head = &h->head;
	long n;
	char *p;

	h->text = mem_new(1, ROLE_HELLO_MAX);
	n = frame_read(STDIN_FILENO, h->text, ROLE_HELLO_MAX, &h->file);
	if (n < (long)sizeof(*head))
		return -1;
	memcpy(head, h->text, sizeof(*head));
	if (memcmp(head->magic, magic, sizeof(magic)) != 0 || head->paths_len > ROLE_HELLO_MAX ||
	    head->filters_len > ROLE_HELLO_MAX || head->told_len > ROLE_TOLD_MAX ||
	    sizeof(*head) + head->paths_len + head->filters_len + head->told_len != (size_t)n)
		return -1;
	p = h->text + sizeof(*head);
	if (take_paths(h, p, p + head->paths_len) < 0)
		return -1;
	p += head->paths_len;
	if (filter_take(p, head->filters_len) < 0)
		return -1;
	h->told = mem_new(1, head->told_len + 1);
	memcpy(h->told, p + head->filters_len, head->told_len);
	return 0;
}

static int
say_unready(const struct err *e)
{
	struct buf b = BUF_INIT(RELAY_MAX);

	if (relay_put(&b, e) == 0)
		(void)frame_write(STDIN_FILENO, b.p, b.len);
	return STATUS_UNREADY;
}

/* With what its parent answers at, where it has children: the last thing of its jail. */
static int
say_ready(const struct jail *j, struct err *e)
{
	int r, listener;

	if (!j->may_exec || !j->may_kill)
		return frame_write(STDIN_FILENO, "", 0) < 0
		    ? err_sys(e, ERR_TRANSIENT, CODE_PROC_DIED, "its parent has gone")
		    : 0;
	listener = kin_listen();
	if (listener < 0)
		return err_sys(e, ERR_FATAL, CODE_JAIL_UNAVAILABLE,
		    "untrusted input cannot be opened safely here: seccomp listener");
	r = frame_write_file(STDIN_FILENO, listener);
	close(listener);
	return r < 0 ? err_sys(e, ERR_TRANSIENT, CODE_PROC_DIED, "its parent has gone") : 0;
}

static int
role_run(const struct role *r)
{
	static struct heard h; /* for as long as the process */
	void *self;
	struct err e;

	if (hear(&h) < 0) {
		fprintf(stderr, "%s: %s is how it starts its own children\n",
		    program_invocation_short_name, ROLE_ARG);
		return XUSAGE;
	}
	self = h.told;
	if ((r->ready && r->ready(r, h.told, h.head.told_len, &self, &e) < 0) ||
	    jail_enter(&h.head.jail, &e) < 0 || jail_check(&h.head.jail, &e) < 0)
		return say_unready(&e);
	if (say_ready(&h.head.jail, &e) < 0)
		return say_unready(&e);
	return r->serve(STDIN_FILENO, h.file, self);
}

static const struct role *
role_named(const struct role *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

void
role_enter(int argc, char *argv[], const struct role *table)
{
	const struct role *r;

	if (argc != 3 || strcmp(argv[1], ROLE_ARG) != 0)
		return;
	r = role_named(table, argv[2]);
	if (!r)
		return;
	proc_be_child();
	/* Else the name of a descriptor, on older kernels. */
	prctl(PR_SET_NAME, program_invocation_short_name);
	_exit(role_run(r));
}

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "pdf/pdf.h"
#include "pdf/said.h"
#include "pdf/tool.h"
#include "proc/jail.h"

enum {
	LINE_BYTES = 64 << 10,
	CHUNK = 16 << 10,
	ARGS_MAX = 16,
	WRITE_MAX = 256 << 20,
	END_MS = 5000,  /* between closing stdout and ending */
	WORKS_PART = 50 /* of a core: less is a tool that hangs */
};

const struct jail pdftool_jail = { .paths = jail_system, .may_exec = true, .as_bytes = 1L << 30 };

const char *
pdf_home(void)
{
	const char *home = getenv("QUIRE_POPPLER");

	return home && *home ? home : NULL;
}

/* Where it is: free(3) it. */
static char *
tool_program(const struct pdftool_conf *c)
{
	const char *home = pdf_home();
	char *program = home ? mem_printf("%s/bin/%s", home, c->argv[0]) : NULL;

	if (program && (!strcmp(c->package, PDFTOOL_POPPLER) || access(program, X_OK) == 0))
		return program;
	free(program);
	return mem_dup(c->argv[0]);
}

static int
tool_exec(struct pdftool *t, const struct pdf *pdf, const struct pdftool_conf *c, int out,
    struct err *e)
{
	const char *args[ARGS_MAX];
	const struct jail_path more[] = { { pdf->path, JAIL_READ },
		{ c->work ? c->work : "/dev/null", JAIL_READ | (c->work ? JAIL_WRITE : 0) },
		{ pdf_home(), JAIL_READ | JAIL_EXEC }, { NULL, 0 } };
	struct jail jail = pdftool_jail;
	const struct proc_conf conf = { .name = c->argv[0],
		.package = c->package,
		.in = c->in ? c->in : -1,
		.out = out,
		.jail = &jail,
		.argv = (char *const *)args };
	char *program = tool_program(c);
	size_t i;
	int r;

	jail.more = more;
	jail.cpu_s = pdf->left_ms / 1000 + 2;
	jail.fsize_bytes = c->work ? WRITE_MAX : 0;
	jail.may_thread = c->threads;
	if (c->as_bytes)
		jail.as_bytes = c->as_bytes;
	for (i = 0; c->argv[i] && i + 1 < ARGS_MAX; i++)
		args[i] = c->argv[i];
	args[i] = NULL;
	args[0] = program;
	r = proc_start(&t->proc, &conf, e);
	free(program);
	return r;
}

int
pdftool_run(struct pdftool *t, const struct pdf *pdf, const struct pdftool_conf *conf,
    struct err *e)
{
	int fds[2], r;

	memset(t, 0, sizeof(*t));
	t->fd = -1;
	buf_init(&t->b, LINE_BYTES + CHUNK);
	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(e, ERR_BUSY, CODE_PROC_FORK, "pipe");
	r = tool_exec(t, pdf, conf, fds[1], e);
	close(fds[1]);
	t->fd = fds[0];
	if (r < 0)
		pdftool_end(t);
	return r;
}

int
pdftool_start(struct pdftool *t, const struct pdf *pdf, const char *const *argv, struct err *e)
{
	const struct pdftool_conf conf = { .argv = argv, .package = PDFTOOL_POPPLER };

	return pdftool_run(t, pdf, &conf, e);
}

void
pdftool_allow(struct pdftool *t, long cpu_ms, long still_ms)
{
	t->cpu_ms = cpu_ms;
	t->still_ms = still_ms;
	t->was_ms = proc_cpu_ms(&t->proc);
	t->due_ms = loop_now_ms() + still_ms;
	t->end_ms = loop_now_ms() + PDFTOOL_PATIENCE * still_ms;
}

/* It has used a WORKS_PART of the time that was waited, and may go on. */
static bool
tool_works(struct pdftool *t)
{
	const long cpu_ms = proc_cpu_ms(&t->proc);
	const int64_t now = loop_now_ms();

	if (now < t->due_ms)
		return true;
	if (now >= t->end_ms || cpu_ms - t->was_ms < t->still_ms / WORKS_PART)
		return false;
	t->was_ms = cpu_ms;
	t->due_ms = now + t->still_ms;
	return true;
}

static int
too_slow(const struct pdftool *t, struct err *e)
{
	bool cpu = proc_cpu_ms(&t->proc) >= t->cpu_ms;

	return err_set(e, ERR_TRANSIENT, CODE_PROC_TIMEOUT, "%s takes too %s", t->proc.name,
	    cpu ? "much CPU time" : "long");
}

ssize_t
pdftool_read(struct pdftool *t, void *data, size_t n, struct err *e)
{
	ssize_t got = -1;

	t->proc.cpu_ms = t->cpu_ms;
	while (t->cpu_ms > 0 && tool_works(t)) {
		t->proc.wall_ms = (long)(t->due_ms - loop_now_ms()) + 1;
		got = proc_read(&t->proc, t->fd, data, n, e);
		if (got >= 0 || !err_is(e, CODE_PROC_TIMEOUT))
			return got;
		if (proc_cpu_ms(&t->proc) >= t->cpu_ms)
			break;
	}
	return too_slow(t, e);
}

int
pdftool_finish(struct pdftool *t, struct err *e)
{
	char why[200];

	if (proc_wait(&t->proc, END_MS) < 0)
		return err_set(e, ERR_TRANSIENT, CODE_PROC_TIMEOUT, "%s does not end",
		    t->proc.name);
	if (t->proc.status != 0)
		return err_set(e, ERR_TRANSIENT, CODE_PROC_DIED, "%s: %s", t->proc.name,
		    pdf_said(&t->proc, why));
	return 0;
}

static int
tool_more(struct pdftool *t, struct err *e)
{
	ssize_t n;

	if (t->pos > 0) {
		buf_shift(&t->b, t->pos);
		t->pos = 0;
	}
	if (buf_room(&t->b, CHUNK) < 0)
		return 0;
	n = pdftool_read(t, t->b.p + t->b.len, CHUNK - 1, e);
	if (n < 0)
		return -1;
	t->b.len += (size_t)n;
	t->eof = n == 0;
	return 0;
}

int
pdftool_line(struct pdftool *t, char **line, struct err *e)
{
	char *nl;

	for (;;) {
		nl = t->b.len > t->pos ? memchr(t->b.p + t->pos, '\n', t->b.len - t->pos) : NULL;
		if (nl || t->eof || t->b.len - t->pos >= LINE_BYTES)
			break;
		if (tool_more(t, e) < 0)
			return -1;
	}
	if (t->b.len == t->pos)
		return 0;
	*line = t->b.p + t->pos;
	if (!nl)
		nl = t->b.p + t->b.len; /* more() leaves room for this byte */
	t->pos = (size_t)(nl - t->b.p) + (nl < t->b.p + t->b.len);
	*nl = '\0';
	return 1;
}

void
pdftool_end(struct pdftool *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	proc_release(&t->proc);
	buf_release(&t->b);
}

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "doc/maker.h"
#include "doc/program.h"
#include "pdf/pdf.h"
#include "pdf/tool.h"

enum { CHUNK_BYTES = 64 << 10 };

static int
too_much(struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE,
	    "what it is made into has more than 256 MiB");
}

/* Why the program has failed, by how it ended; *e is what it said. */
static int
program_failed(const struct program *c, const struct pdftool *t, struct err *e)
{
	const struct err said = *e;
	const int sig =
	    t->proc.pid == 0 && WIFSIGNALED(t->proc.status) ? WTERMSIG(t->proc.status) : 0;

	if (err_is(&said, CODE_PROC_TIMEOUT) || sig == SIGXCPU)
		return err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_TIMEOUT, "%s", said.msg);
	if (sig == SIGXFSZ)
		return too_much(e);
	if (err_is(&said, CODE_PROC_DIED) && c->chatty && sig == 0)
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
		    "it cannot be opened: %s cannot decode it", c->argv[0]);
	if (err_is(&said, CODE_PROC_DIED))
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED, "it cannot be opened: %s",
		    said.msg);
	return -1;
}

static bool
only_warns(const struct program *c, const struct pdftool *t)
{
	return t->proc.pid == 0 && WIFEXITED(t->proc.status) &&
	    WEXITSTATUS(t->proc.status) <= c->warns;
}

/* All that it prints, into fd, or nowhere. */
static int
take_output(struct pdftool *t, int fd, struct err *e)
{
	char data[CHUNK_BYTES];
	ssize_t n, done;

	while ((n = pdftool_read(t, data, sizeof(data), e)) > 0)
		for (ssize_t at = 0; fd >= 0 && at < n; at += done) {
			done = write(fd, data + at, (size_t)(n - at));
			if (done <= 0)
				return errno == EFBIG ? too_much(e) : err_write(e, "a copy");
		}
	return n < 0 ? -1 : 0;
}

static int
start_program(const struct program *c, int fd, struct err *e)
{
	const struct maker *m = c->m;
	const long cpu_ms = c->cpu_ms ? c->cpu_ms : m->page_s * 1000;
	const struct pdf pdf = { .path = m->path, .work = m->work, .left_ms = cpu_ms };
	const struct pdftool_conf conf = { .argv = c->argv,
		.package = c->package,
		.work = m->work,
		.as_bytes = c->as_bytes,
		.threads = c->threads };
	struct pdftool t;
	int r = pdftool_run(&t, &pdf, &conf, e);

	if (r < 0 && err_is(e, CODE_PROC_EXEC)) {
		const struct err missing = *e;

		return err_set(e, ERR_PERMANENT, CODE_DOCUMENT_TOOL, "%s", missing.msg);
	}
	if (r < 0)
		return -1;
	pdftool_allow(&t, cpu_ms, 2 * cpu_ms);
	r = take_output(&t, fd, e);
	if (r == 0)
		r = pdftool_finish(&t, e);
	if (r < 0 && !only_warns(c, &t))
		r = program_failed(c, &t, e);
	else
		r = 0;
	pdftool_end(&t);
	return r;
}

int
program_run(const struct program *c, struct err *e)
{
	int fd = -1, r;

	if (c->out) {
		fd = openat(c->m->dir, c->out,
		    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0)
			return err_write(e, "%s/%s", c->m->work, c->out);
	}
	r = start_program(c, fd, e);
	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = err_write(e, "%s/%s", c->m->work, c->out);
	return r;
}

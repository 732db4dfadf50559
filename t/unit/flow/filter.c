/* What every command's loop does, where no command shows it each time. */
#include <errno.h>
#include <signal.h>

#include "base/err.h"
#include "base/loop.h"
#include "flow/filter.h"
#include "rec/rec.h"
#include "unit/folder.h"

enum { RECORDS = 20000 };

struct made {
	int fd; /* the end that a reader of stdout has */
	long n, read;
};

static void
drain(struct made *m)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(m->fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++)
			m->read += buf[i] == '\n';
	CHECK(n == 0 || errno == EAGAIN);
}

/*
 * A reader that takes all that is there between a refusal and the flush: the
 * output drains without anything to wake for.
 */
static bool
make_until_refused(struct filter *f, void *arg)
{
	struct made *m = arg;
	struct rec *r;

	while (m->n < RECORDS) {
		r = rec_new();
		rec_set_str(r, "kind", "document");
		rec_set_int(r, "n", m->n);
		if (!filter_emit(f, r)) {
			rec_free(r);
			drain(m);
			return false;
		}
		rec_free(r);
		m->n++;
	}
	source_end(f);
	return false;
}

static void
a_source_goes_on_when_its_output_drains_by_itself(void)
{
	const struct filter_ops ops = { .room = make_until_refused };
	struct loop *l = loop_new();
	struct made m = { 0 };
	int fds[2];

	CHECK(pipe2(fds, O_CLOEXEC) == 0 && dup2(fds[1], STDOUT_FILENO) == STDOUT_FILENO);
	close(fds[1]);
	/* It holds more than a filter gathers (FILTER_CHUNK). */
	CHECK(fcntl(fds[0], F_SETPIPE_SZ, 64 << 10) > 0 && fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0);
	m.fd = fds[0];
	alarm(30);
	CHECK(source_run(l, &ops, &m) == XOK);
	close(STDOUT_FILENO);
	drain(&m);
	CHECK(m.n == RECORDS && m.read == RECORDS);
	loop_free(l);
}

int
main(void)
{
	folder_child(a_source_goes_on_when_its_output_drains_by_itself, 0);
	return 0;
}

#include <fcntl.h>
#include <signal.h>

#include "base/err.h"
#include "doc/kind.h"
#include "doc/maker.h"
#include "doc/say.h"

int
maker_main(int sock, void *arg)
{
	struct maker *m = arg;
	struct err e;
	int bad;

	signal(SIGXFSZ, SIG_IGN);
	m->sock = sock;
	buf_init(&m->line, MAKER_LINE_MAX + 1);
	m->notes = jv_object();
	m->every = jv_object();
	m->dir = open(m->work, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (m->dir < 0)
		bad = err_sys(&e, ERR_PERMANENT, CODE_WORK_GONE, "%s", m->work);
	else
		bad = m->kind->make(m, &e);
	maker_say_end(m, bad < 0 ? &e : NULL);
	return 0;
}

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/lines.h"
#include "base/loop.h"
#include "base/mem.h"
#include "doc/maker.h"
#include "doc/pages.h"
#include "pdf/pdf.h"
#include "proc/jail.h"
#include "proc/proc.h"
#include "rec/rec.h"
#include "work/doc.h"

enum { DEATHS_MAX = 3, CHUNK = 16 << 10, SILENT_PAGES = 12 };

struct pages {
	struct loop *loop;
	struct pages_conf conf;
	char *path, *work;
	pages_fn *fn;
	void *arg;
	struct proc proc;
	int sock, source;
	struct lines in;
	struct watch *w_sock, *w_err, *retry, *alarm;
	long count;          /* pages of the document; -1: not known yet */
	long next;           /* the page whose event is due */
	int deaths;          /* in a row, without a word between them */
	long spent_ms;       /* CPU time of all children, as they say */
	struct rec *waiting; /* an event that was refused */
	bool ended, lost;    /* END was given; the child has gone without a word */
	bool hung;           /* and was killed for having been silent */
	bool busy, doomed;   /* a callback may run; pages_free was called in it */
};

static void pages_on_sock(void *arg, short revents);
static void on_stderr(void *arg, short revents);

static long
silence_ms(const struct pages *p)
{
	return SILENT_PAGES * p->conf.page_s * 1000;
}

static int
child_start(struct pages *p, int pair[2], struct err *e)
{
	const struct jail_path doc[] = { { p->path, JAIL_READ },
		{ p->work, JAIL_READ | JAIL_WRITE }, { pdf_home(), JAIL_READ | JAIL_EXEC },
		{ NULL, 0 } };
	const struct jail jail = { .paths = jail_system,
		.more = doc,
		.may_exec = true,
		.may_kill = true,
		.cpu_s = 60 * p->conf.page_s,
		.as_bytes = 2L << 30,
		.fsize_bytes = 256L << 20 };
	struct maker m = { .path = p->path,
		.work = p->work,
		.text = p->conf.text,
		.dpi = p->conf.dpi,
		.max_area = p->conf.max_area,
		.max_side = p->conf.max_side,
		.max_pages = p->conf.max_pages,
		.page_s = p->conf.page_s,
		.spent_ms = p->spent_ms,
		.first = p->next,
		.sock = pair[1],
		.source = p->source };
	const struct proc_conf conf = { .name = "page maker",
		.main = maker_main,
		.arg = &m,
		.in = -1,
		.out = -1,
		.keep = { pair[1], p->source },
		.jail = &jail };

	return proc_start(&p->proc, &conf, e);
}

static int
pages_start(struct pages *p, struct err *e)
{
	int pair[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return err_sys(e, ERR_BUSY, "proc.fork", "socketpair");
	r = child_start(p, pair, e);
	close(pair[1]);
	if (r < 0) {
		close(pair[0]);
		return -1;
	}
	p->hung = false;
	p->sock = pair[0];
	fcntl(p->sock, F_SETFL, O_NONBLOCK);
	lines_init(&p->in, p->sock, CHUNK, MAKER_LINE_MAX);
	p->w_sock = loop_fd(p->loop, p->sock, POLLIN, pages_on_sock, p);
	p->w_err = loop_fd(p->loop, p->proc.err_fd, POLLIN, on_stderr, p);
	watch_again(p->alarm, silence_ms(p));
	return 0;
}

/* What the child was writing when it was ended. */
static void
drop_unwritten(const struct pages *p)
{
	long page = p->next;

	for (; page <= p->next + MAKER_AHEAD; page++) {
		char *temp = mem_printf("%s/" MAKER_TEMP, p->work, page);

		(void)unlink(temp);
		free(temp);
	}
}

static void
child_end(struct pages *p)
{
	if (p->sock < 0)
		return;
	watch_free(p->w_sock);
	watch_free(p->w_err);
	p->w_sock = p->w_err = NULL;
	proc_release(&p->proc);
	close(p->sock);
	p->sock = -1;
	lines_release(&p->in);
	drop_unwritten(p);
}

static void
on_stderr(void *arg, short revents)
{
	struct pages *p = arg;

	(void)revents;
	proc_drain(&p->proc);
	if (p->proc.err_fd < 0) {
		watch_free(p->w_err);
		p->w_err = NULL;
	}
}

/* It is not to blame for silence while it waits for us, or we have not looked. */
static void
on_alarm(void *arg, short revents)
{
	struct pages *p = arg;
	struct pollfd said = { p->sock, POLLIN, 0 };

	(void)revents;
	if (p->sock < 0 || p->ended)
		return;
	p->hung = !p->waiting && !p->lost && poll(&said, 1, 0) == 0;
	if (p->hung)
		proc_kill(&p->proc, SIGKILL);
	else
		watch_again(p->alarm, silence_ms(p));
}

static bool
pages_give(struct pages *p, const struct pages_event *ev)
{
	if (!p->fn(p->arg, ev))
		return false;
	if (ev->type == PAGES_END)
		p->ended = true;
	if (ev->type == PAGES_PAGE || ev->type == PAGES_FAILED) {
		p->next = ev->page + 1;
		p->deaths = p->lost ? p->deaths + 1 : 0;
		watch_again(p->alarm, silence_ms(p));
		/* The child goes on; when it has gone that is seen elsewhere. */
		if (!p->lost && send(p->sock, "", 1, MSG_NOSIGNAL) < 0)
			return true;
	}
	return true;
}

static bool
pages_give_one(struct pages *p, struct rec *r)
{
	char want[32];
	struct pages_event ev = { .type = PAGES_PAGE,
		.page = p->next,
		.markdown = rec_str(r, "markdown"),
		.image = rec_str(r, "image"),
		.pixels = rec_str(r, "pixels"),
		.width = rec_int(r, "width", 0),
		.height = rec_int(r, "height", 0),
		.dpi = rec_int(r, "dpi", 0) };

	snprintf(want, sizeof(want), MAKER_IMAGE, p->next);
	if (rec_int(r, "page", 0) != p->next || p->next > p->count)
		return true;
	if (!ev.markdown && (!ev.image || strcmp(ev.image, want) != 0))
		return true;
	return pages_give(p, &ev);
}

/*
 * One event from the child, which may be in an attacker's hands: what does
 * not fit is passed over, and the page counts as not made.
 */
static bool
give_event(struct pages *p, struct rec *r)
{
	const char *type = rec_str(r, "event");
	struct pages_event ev = { .page = p->next };
	long spent_ms = rec_int(r, "cpu_ms", 0);
	struct err e;

	if (spent_ms > p->spent_ms)
		p->spent_ms = spent_ms;
	if (!type)
		return true;
	if (!strcmp(type, "page"))
		return pages_give_one(p, r);
	if (!strcmp(type, "start") && p->count < 0) {
		ev.type = PAGES_START;
		ev.count = rec_int(r, "pages", 0);
		ev.mime = rec_str(r, "mime");
		if (!ev.mime || ev.count < 1 || ev.count > p->conf.max_pages)
			return true;
		p->count = ev.count;
		return pages_give(p, &ev);
	}
	ev.e = &e;
	if (rec_has(r, "error"))
		maker_error(r, &e);
	if (!strcmp(type, "failed") && rec_has(r, "error") && p->next <= p->count &&
	    rec_int(r, "page", 0) == p->next) {
		ev.type = PAGES_FAILED;
		return pages_give(p, &ev);
	}
	if (!strcmp(type, "end") && (rec_has(r, "error") || p->next > p->count)) {
		ev.type = PAGES_END;
		ev.e = rec_has(r, "error") ? &e : NULL;
		return pages_give(p, &ev);
	}
	return true;
}

/* Why the child died, for its page or (whole) its document; whether of CPU time. */
static bool
obituary(struct pages *p, bool whole, struct err *e)
{
	char why[200];
	bool cpu;

	proc_wait(&p->proc, 2000);
	cpu = WIFSIGNALED(p->proc.status) && WTERMSIG(p->proc.status) == SIGXCPU;
	if (p->hung)
		err_set(e, ERR_TRANSIENT, whole ? "document.timeout" : "page.timeout",
		    "its decoder said nothing for %ld s", silence_ms(p) / 1000);
	else if (cpu)
		err_set(e, ERR_TRANSIENT, whole ? "document.timeout" : "page.timeout",
		    "its decoder used more than %ld s of CPU time", p->conf.page_s);
	else
		err_set(e, ERR_TRANSIENT, whole ? "document.crashed" : "page.crashed",
		    "its decoder died: %s", proc_why(&p->proc, why));
	return cpu;
}

/*
 * The child has gone without having said the end.  The page it was at has
 * failed, and a new child goes on behind it, unless that happens again and again.
 */
static void
lost(struct pages *p)
{
	struct pages_event ev = { .type = PAGES_FAILED, .page = p->next };
	bool cpu, whole = p->count < 0 || p->deaths == DEATHS_MAX;
	struct err e;

	cpu = obituary(p, whole, &e);
	ev.e = &e;
	if (whole || p->next > p->count) {
		ev.type = PAGES_END;
		ev.e = whole ? &e : NULL;
	}
	p->lost = true;
	if (!pages_give(p, &ev) || ev.type == PAGES_END)
		return;
	p->lost = false;
	if (cpu)
		p->spent_ms += p->conf.page_s * 1000;
	child_end(p);
	if (p->next > p->count || pages_start(p, &e) < 0) {
		ev.type = PAGES_END;
		ev.e = p->next > p->count ? NULL : &e;
		(void)pages_give(p, &ev);
	}
}

static void
pump(struct pages *p)
{
	const char *line;
	size_t len;
	struct err e;
	int got;

	while (!p->ended && !p->waiting && (got = lines_next(&p->in, &line, &len)) != 0) {
		p->waiting = got > 0 ? rec_parse(line, len, &e) : NULL;
		if (p->waiting && !give_event(p, p->waiting))
			break;
		rec_free(p->waiting);
		p->waiting = NULL;
	}
	if (p->w_sock)
		watch_pause(p->w_sock, p->waiting != NULL || p->ended);
	if (!p->ended && !p->waiting && lines_ended(&p->in))
		lost(p);
}

/* The caller may free us from its callback; that is done when it is over. */
static void
pages_leave(struct pages *p)
{
	p->busy = false;
	if (p->doomed)
		pages_free(p);
}

static void
pages_on_sock(void *arg, short revents)
{
	struct pages *p = arg;
	struct err e;

	(void)revents;
	p->busy = true;
	if (lines_fill(&p->in, &e) < 0)
		p->in.eof = true;
	pump(p);
	pages_leave(p);
}

/* Not from within the caller's own callback, but on the next turn. */
static void
on_retry(void *arg, short revents)
{
	struct pages *p = arg;

	(void)revents;
	p->busy = true;
	if (p->lost) {
		lost(p);
	} else if (p->waiting && give_event(p, p->waiting)) {
		rec_free(p->waiting);
		p->waiting = NULL;
		pump(p);
	}
	pages_leave(p);
}

void
pages_resume(struct pages *p)
{
	if (!p->ended && (p->waiting || p->lost))
		watch_again(p->retry, 0);
}

struct pages *
pages_new(struct loop *l, const struct pages_conf *conf, pages_fn *fn, void *arg, struct err *e)
{
	struct pages *p = mem_new(1, sizeof(*p));

	*p = (struct pages){ .loop = l,
		.conf = *conf,
		.path = mem_printf("%s%s", *conf->path == '-' ? "./" : "", conf->path),
		.work = mem_dup(conf->work),
		.fn = fn,
		.arg = arg,
		.sock = -1,
		.count = -1,
		.next = 1 };
	p->retry = loop_timer(l, 0, on_retry, p);
	p->alarm = loop_timer(l, silence_ms(p), on_alarm, p);
	p->source = open(conf->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (p->source < 0)
		doc_unopened(conf->path, e);
	else if (pages_start(p, e) == 0)
		return p;
	pages_free(p);
	return NULL;
}

void
pages_free(struct pages *p)
{
	if (!p)
		return;
	p->doomed = true;
	if (p->busy)
		return;
	child_end(p);
	watch_free(p->retry);
	watch_free(p->alarm);
	if (p->source >= 0)
		close(p->source);
	rec_free(p->waiting);
	free(p->path);
	free(p->work);
	free(p);
}

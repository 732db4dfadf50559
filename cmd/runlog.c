/* runlog - show what a run says, and how it goes */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/loop.h"
#include "base/opt.h"
#include "base/secret.h"
#include "screen/progress.h"
#include "screen/terminal.h"

/* A longer line is shown in pieces: what is not shown as it is may be four times that. */
enum { PIECE = 8 << 10, EACH_MS = 1000 };

struct runlog {
	struct loop *loop;
	struct terminal screen;
	struct progress progress;
	struct watch *in, *out, *timer;
	struct buf line; /* that has not ended yet */
	long every_ms;   /* where no line can be rewritten */
	bool ended, failed;
	struct err e; /* of the input, or of the output */
};

static void
show_piece(struct runlog *r, const char *s, size_t n)
{
	terminal_line(&r->screen, s, n);
}

/* s[0..n), of which the last line may go on. */
static void
take_bytes(struct runlog *r, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '\n')
			buf_addc(&r->line, s[i]);
		if (s[i] == '\n' || r->line.len == PIECE) {
			show_piece(r, r->line.p, r->line.len);
			buf_clear(&r->line, PIECE);
		}
	}
}

static void
on_bytes(void *arg, short revents)
{
	struct runlog *r = arg;
	char s[4096];
	ssize_t n = read(STDIN_FILENO, s, sizeof(s));

	(void)revents;
	if (n > 0) {
		take_bytes(r, s, (size_t)n);
		return;
	}
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	r->ended = true;
	if (n < 0) {
		r->failed = true;
		err_sys(&r->e, ERR_FATAL, CODE_IO_READ, "standard input");
	}
	watch_free(r->in);
	watch_free(r->timer);
	r->in = r->timer = NULL;
	if (r->line.len > 0)
		show_piece(r, r->line.p, r->line.len);
}

static void
on_room(void *arg, short revents)
{
	(void)arg;
	(void)revents;
}

static void
on_time(void *arg, short revents)
{
	struct runlog *r = arg;
	char said[PROGRESS_MAX], text[PROGRESS_MAX + 8];

	(void)revents;
	progress_say(&r->progress, loop_now_ms(), said);
	snprintf(text, sizeof(text), "quire: %s", said);
	if (r->screen.live)
		terminal_status(&r->screen, text);
	else if (!terminal_full(&r->screen))
		terminal_line(&r->screen, text, strlen(text));
	watch_again(r->timer, r->screen.live ? EACH_MS : r->every_ms);
}

static void
on_resize(int signo)
{
	(void)signo; /* poll(2) ends, and the width is looked at */
}

/* What stops the others is theirs: what they say as they end is to be seen. */
static void
set_signals(void)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGTTOU, SIGXFSZ };
	struct sigaction resize = { .sa_handler = on_resize };

	for (size_t i = 0; i < sizeof(ignored) / sizeof(*ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigaction(SIGWINCH, &resize, NULL);
}

static void
show_all(struct runlog *r)
{
	if (!r->ended)
		terminal_draw(&r->screen);
	else
		terminal_status(&r->screen, "");
	if (terminal_flush(&r->screen) < 0 && !r->failed) {
		r->failed = true;
		err_sys(&r->e, ERR_FATAL, CODE_IO_WRITE, "standard output");
	}
	if (r->in)
		watch_pause(r->in, terminal_full(&r->screen));
	watch_pause(r->out, r->screen.out.len == 0);
}

static int
runlog_run(struct runlog *r)
{
	while (!r->ended || r->screen.out.len > 0) {
		loop_turn(r->loop, -1);
		show_all(r);
	}
	return r->failed ? opt_die(&r->e) : XOK;
}

int
main(int argc, char *argv[])
{
	long every = 60;
	const struct opt opts[] = { OPT_NUM(0, "every", "SECONDS", &every, 1, 86400,
					"say how it goes so often where no line is rewritten"),
		OPT_END };
	const struct opt_spec spec = { opts, "SESSION", 1, 1,
		"show what a run says, and how it goes" };
	struct runlog r = { .line = BUF_INIT(PIECE) };
	int status;

	secret_forget(false);
	progress_init(&r.progress, opt_parse(argc, argv, &spec)[0]);
	set_signals();
	r.every_ms = every * 1000;
	r.loop = loop_new();
	terminal_init(&r.screen, STDOUT_FILENO);
	r.in = loop_fd(r.loop, STDIN_FILENO, POLLIN, on_bytes, &r);
	r.out = loop_fd(r.loop, r.screen.fd, POLLOUT, on_room, &r);
	watch_pause(r.out, true);
	r.timer = loop_timer(r.loop, r.screen.live ? EACH_MS : r.every_ms, on_time, &r);
	status = runlog_run(&r);
	loop_free(r.loop);
	terminal_release(&r.screen);
	buf_release(&r.line);
	return status;
}

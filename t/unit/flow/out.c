#include <sys/socket.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>

#include "base/err.h"
#include "flow/out.h"

#include "unit/folder.h"
#include "unit/scratch.h"

enum { MAX = 32 << 20, PIECE = 4096 };

/* Stand fd in for stdout while a test runs; what it was is put back. */
static int kept = -1;

static void
become(int fd)
{
	fflush(stdout);
	if (kept < 0)
		kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 10);
	CHECK(kept >= 0);
	CHECK(dup2(fd, STDOUT_FILENO) == STDOUT_FILENO);
}

static void
restore(void)
{
	CHECK(dup2(kept, STDOUT_FILENO) == STDOUT_FILENO);
}

/*
 * A pipe for stdout.  In packet mode (pipe(2), O_DIRECT) each read gives what
 * one write of at most 4,096 bytes gave.
 */
static int
stdout_pipe(int flags)
{
	int fds[2];

	CHECK(pipe2(fds, O_CLOEXEC | flags) == 0);
	become(fds[1]);
	close(fds[1]);
	return fds[0];
}

static void
add_record(struct out *o, size_t len, char c)
{
	char *s = malloc(len);

	CHECK(s && len > 0);
	memset(s, c, len);
	s[len - 1] = '\n';
	CHECK(buf_add(&o->b, s, len) == 0);
	free(s);
}

/* What is opened anew is not in packet mode. */
static void
init(struct out *o)
{
	out_init(o, MAX, false);
	if (o->own)
		CHECK(fcntl(o->fd, F_SETFL, O_DIRECT | O_NONBLOCK) == 0);
}

static void
each_write_is_of_whole_records(void)
{
	static const size_t lens[] = { 1, 2, 10, 4095, 1, 1, 4096, 3000, 1096, 1000, 2000, 1096, 1,
		2048, 2049, 2, 4094, 500, 500, 500 };
	static const ssize_t pieces[] = { 13, 4096, 1, 4096, 4096, 4096, 2049, 2051, 4094, 1500 };
	int from = stdout_pipe(O_DIRECT);
	char piece[8192];
	struct out o;
	struct err e;
	size_t total = 0;

	init(&o);
	for (size_t i = 0; i < sizeof(lens) / sizeof(*lens); i++) {
		add_record(&o, lens[i], 'x');
		total += lens[i];
	}
	CHECK(out_pending(&o) == total);
	CHECK(out_flush(&o, &e) == OUT_EMPTY && out_pending(&o) == 0);
	CHECK(fcntl(from, F_SETFL, O_NONBLOCK) == 0);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		CHECK(read(from, piece, sizeof(piece)) == pieces[i]);
		CHECK(piece[pieces[i] - 1] == '\n');
	}
	CHECK(read(from, piece, sizeof(piece)) == -1 && errno == EAGAIN);
	out_release(&o);
	restore();
	close(from);
}

static void
a_long_record_goes_out_in_pieces(void)
{
	int from = stdout_pipe(0);
	char *all = malloc(20001);
	struct out o;
	struct err e;
	size_t got = 0;
	ssize_t n;

	CHECK(all);
	out_init(&o, MAX, false);
	add_record(&o, 10, 'a');
	add_record(&o, 10000, 'b');
	add_record(&o, 4096, 'c');
	add_record(&o, 5000, 'd');
	CHECK(out_flush(&o, &e) == OUT_EMPTY);
	while (got < 19106 && (n = read(from, all + got, 20001 - got)) > 0)
		got += (size_t)n;
	CHECK(got == 19106 && all[9] == '\n' && all[10009] == '\n' && all[14105] == '\n' &&
	    all[19105] == '\n');
	all[9] = all[10009] = all[14105] = all[19105] = '\0';
	CHECK(strspn(all, "a") == 9 && strspn(all + 10, "b") == 9999);
	CHECK(strspn(all + 10010, "c") == 4095 && strspn(all + 14106, "d") == 4999);
	free(all);
	out_release(&o);
	restore();
	close(from);
}

/* More than the pipe holds: nothing waits, nothing is lost or torn. */
static void
a_full_pipe_is_waited_for(void)
{
	int from = stdout_pipe(0), records = 400, waits = 0;
	char line[1001], part[7000];
	enum out_state state;
	struct out o;
	struct err e;
	size_t got = 0;
	ssize_t n;

	out_init(&o, MAX, false);
	for (int i = 0; i < records; i++) {
		snprintf(line, sizeof(line), "%0999d\n", i);
		CHECK(buf_add(&o.b, line, 1000) == 0);
	}
	do {
		struct pollfd p = { o.fd, POLLOUT, 0 };

		state = out_flush(&o, &e);
		CHECK(state == OUT_WAITING || state == OUT_EMPTY);
		if (state == OUT_WAITING && waits++ == 0) {
			CHECK(out_pending(&o) > 300000 && out_pending(&o) < 400000);
			CHECK(out_pending(&o) % 1000 == 0);
			CHECK(poll(&p, 1, 0) == 0);
		}
		n = read(from, part, 1000 + 1000 * (size_t)(waits % 7));
		CHECK(n > 0);
		for (ssize_t i = 0; i < n; i++, got++) {
			snprintf(line, sizeof(line), "%0999d\n", (int)(got / 1000));
			CHECK(part[i] == line[got % 1000]);
		}
	} while (state == OUT_WAITING);
	CHECK(waits > 5);
	while (got < 400000 && (n = read(from, part, sizeof(part))) > 0)
		got += (size_t)n;
	CHECK(got == 400000);
	out_release(&o);
	restore();
	close(from);
}

static void
the_flags_of_stdout_stay(void)
{
	int from = stdout_pipe(0), before, fds = folder_fds();
	struct out o;

	before = fcntl(STDOUT_FILENO, F_GETFL);
	CHECK(!(before & O_NONBLOCK));
	out_init(&o, MAX, false);
	CHECK(o.fd != STDOUT_FILENO);
	CHECK(fcntl(o.fd, F_GETFL) & O_NONBLOCK);
	CHECK(fcntl(o.fd, F_GETFD) & FD_CLOEXEC);
	CHECK(fcntl(STDOUT_FILENO, F_GETFL) == before);
	CHECK(fcntl(STDOUT_FILENO, F_GETPIPE_SZ) > PIECE);
	out_release(&o);
	CHECK(folder_fds() == fds);
	out_release(&o);
	out_init(&o, MAX, true);
	CHECK(fcntl(STDOUT_FILENO, F_GETPIPE_SZ) == PIECE);
	CHECK(fcntl(STDOUT_FILENO, F_GETFL) == before);
	out_release(&o);
	restore();
	close(from);
}

static void
a_reader_that_is_gone_is_said(void)
{
	int from = stdout_pipe(0);
	struct out o;
	struct err e;
	struct pollfd p;

	out_init(&o, MAX, false);
	CHECK(out_flush(&o, &e) == OUT_EMPTY);
	p = (struct pollfd){ o.fd, 0, 0 };
	CHECK(poll(&p, 1, 0) == 0);
	close(from);
	/* Seen without a write. */
	CHECK(poll(&p, 1, 0) == 1 && (p.revents & POLLERR));
	CHECK(out_flush(&o, &e) == OUT_EMPTY);
	add_record(&o, 10, 'x');
	CHECK(out_flush(&o, &e) == OUT_GONE);
	out_release(&o);
	restore();
}

static void
a_file_is_written_at_once(void)
{
	int fd = scratch();
	char part[16];
	struct stat st;
	struct out o;
	struct err e;

	become(fd);
	out_init(&o, MAX, true);
	CHECK(o.fd == STDOUT_FILENO);
	add_record(&o, 1 << 20, 'a');
	add_record(&o, 300000, 'b');
	CHECK(out_flush(&o, &e) == OUT_EMPTY);
	add_record(&o, 5, 'c');
	CHECK(out_flush(&o, &e) == OUT_EMPTY);
	CHECK(fstat(fd, &st) == 0 && st.st_size == (1 << 20) + 300005);
	CHECK(pread(fd, part, 7, st.st_size - 7) == 7 && !memcmp(part, "b\ncccc\n", 7));
	out_release(&o);
	restore();
	close(fd);
}

static void
check_bad(struct out *o)
{
	struct err e = { .code = "" };

	add_record(o, 10, 'x');
	CHECK(out_flush(o, &e) == OUT_BAD);
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, "io.write");
	CHECK(out_pending(o) == 10);
	out_release(o);
	restore();
}

static void
an_output_that_fails_is_fatal(void)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct out o;

	CHECK(full >= 0 && null >= 0);
	become(full);
	out_init(&o, MAX, false);
	check_bad(&o);
	become(null); /* as opt.h holds a closed stdout's place */
	out_init(&o, MAX, false);
	check_bad(&o);
	close(full);
	close(null);
}

/* A socket is not opened anew: it is written as poll allows. */
static void
a_socket_is_written_as_poll_allows(void)
{
	char part[65536];
	size_t got = 0;
	struct out o;
	struct err e;
	int fds[2];
	ssize_t n;

	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
	become(fds[1]);
	close(fds[1]);
	out_init(&o, MAX, false);
	CHECK(o.fd == STDOUT_FILENO);
	CHECK(!(fcntl(STDOUT_FILENO, F_GETFL) & O_NONBLOCK));
	for (int i = 0; i < 1000; i++)
		add_record(&o, 1000, 'x');
	CHECK(out_flush(&o, &e) == OUT_WAITING);
	while (got < 1000000 && (n = read(fds[0], part, sizeof(part))) > 0) {
		got += (size_t)n;
		CHECK(out_flush(&o, &e) != OUT_BAD);
	}
	CHECK(got == 1000000 && out_pending(&o) == 0);
	close(fds[0]);
	add_record(&o, 10, 'x');
	CHECK(out_flush(&o, &e) == OUT_GONE);
	out_release(&o);
	restore();
}

/* What is gathered by that measure goes out at once, and no more is. */
static void
a_short_pipe_says_what_fits(void)
{
	int from = stdout_pipe(0);
	char part[8192];
	struct out o;
	struct err e;

	out_init(&o, MAX, true);
	CHECK(fcntl(from, F_GETPIPE_SZ) == PIECE && out_fits(&o) == PIECE);
	add_record(&o, 1000, 'a');
	CHECK(out_fits(&o) == PIECE && out_flush(&o, &e) == OUT_EMPTY);
	CHECK(out_fits(&o) == PIECE - 1000);
	add_record(&o, out_fits(&o), 'b');
	CHECK(out_flush(&o, &e) == OUT_EMPTY && out_fits(&o) == 0);
	add_record(&o, 1, 'c');
	CHECK(out_flush(&o, &e) == OUT_WAITING && out_fits(&o) == 0);
	CHECK(read(from, part, sizeof(part)) == PIECE);
	CHECK(out_flush(&o, &e) == OUT_EMPTY && out_fits(&o) == PIECE - 1);
	out_release(&o);
	close(from);
	restore();
}

/* Two processes write to one pipe: no record of theirs is torn. */
static void
several_writers_share_a_pipe(void)
{
	int from = stdout_pipe(0), seen[2] = { 0, 0 };
	char line[2048];
	pid_t pids[2];
	FILE *fp;

	for (int w = 0; w < 2; w++) {
		pids[w] = fork();
		CHECK(pids[w] >= 0);
		if (pids[w] == 0) {
			struct out o;
			struct err e;

			out_init(&o, MAX, false);
			for (int i = 0; i < 3000; i++)
				add_record(&o, (size_t)(1 + (i * 37 + w) % 1500), (char)('A' + w));
			while (out_flush(&o, &e) == OUT_WAITING)
				(void)poll(&(struct pollfd){ o.fd, POLLOUT, 0 }, 1, -1);
			_exit(0);
		}
	}
	restore();
	fp = fdopen(from, "r");
	CHECK(fp);
	while (fgets(line, sizeof(line), fp)) {
		size_t len = strlen(line) - 1;

		CHECK(len < 1500 && line[len] == '\n');
		if (len > 0) {
			CHECK(strspn(line, line[0] == 'A' ? "A" : "B") == len);
			seen[line[0] - 'A']++;
		}
	}
	fclose(fp);
	CHECK(seen[0] > 2990 && seen[1] > 2990);
	for (int w = 0; w < 2; w++)
		CHECK(waitpid(pids[w], NULL, 0) == pids[w]);
}

int
main(void)
{
	CHECK(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
	each_write_is_of_whole_records();
	a_long_record_goes_out_in_pieces();
	a_full_pipe_is_waited_for();
	the_flags_of_stdout_stay();
	a_reader_that_is_gone_is_said();
	a_file_is_written_at_once();
	an_output_that_fails_is_fatal();
	a_socket_is_written_as_poll_allows();
	a_short_pipe_says_what_fits();
	several_writers_share_a_pipe();
	close(kept);
	return 0;
}

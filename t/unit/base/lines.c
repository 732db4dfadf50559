#include "base/err.h"
#include "base/lines.h"

#include "unit/asan.h"
#include "unit/scratch.h"

enum { MANY = 64 };

/* Everything that a text gives: each line, or "#NO" for one passed over. */
static struct {
	char *v[MANY];
	long no[MANY];
	size_t n;
} got;

static void
forget(void)
{
	while (got.n > 0)
		free(got.v[--got.n]);
}

static void
note(const char *s, size_t len, long no)
{
	CHECK(got.n < MANY);
	got.v[got.n] = malloc(len + 1);
	CHECK(got.v[got.n]);
	memcpy(got.v[got.n], s, len);
	got.v[got.n][len] = '\0';
	got.no[got.n++] = no;
}

static void
drain(struct lines *l)
{
	const char *line;
	char first;
	size_t len;
	int r;

	while ((r = lines_next(l, &line, &len)) != 0) {
		CHECK(r == 1 || r == -1);
		/* at is where it stands, where that is a file. */
		CHECK(r < 0 || pread(l->fd, &first, 1, (off_t)l->at) < 1 || first == *line);
		if (r > 0)
			note(line, len, l->no);
		else
			note("#", 1, l->no);
	}
}

static void
read_all(const char *text, size_t n, size_t chunk, size_t max)
{
	int fd = scratch_with(text, n);
	struct lines l;
	struct err e;

	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	forget();
	lines_init(&l, fd, chunk, max);
	drain(&l);
	CHECK(!lines_ended(&l));
	while (!lines_ended(&l)) {
		CHECK(!l.eof);
		CHECK(lines_fill(&l, &e) == 0);
		drain(&l);
	}
	CHECK(l.eof);
	lines_release(&l);
	close(fd);
}

static void
check_got(size_t i, const char *want, long no)
{
	CHECK(i < got.n);
	CHECK_STR(got.v[i], want);
	CHECK(got.no[i] == no);
}

static void
splits_the_same_wherever_a_read_ends(void)
{
	static const char text[] = "one\n\n  \t\r\n{\"two\":2}\r\n \nthree \n0123456789\n"
				   "0123456789x\nlast";
	size_t n = sizeof(text) - 1;

	for (size_t chunk = 1; chunk <= n + 1; chunk++) {
		read_all(text, n, chunk, 10);
		CHECK(got.n == 6);
		check_got(0, "one", 1);
		check_got(1, "{\"two\":2}\r", 4);
		check_got(2, "three ", 6);
		check_got(3, "0123456789", 7);
		check_got(4, "#", 8);
		check_got(5, "last", 9);
	}
	/* The same over a pipe, whose two halves come at their own time. */
	for (size_t cut = 0; cut <= n; cut++) {
		struct lines l;
		struct err e;
		int fds[2];

		forget();
		CHECK(pipe(fds) == 0);
		lines_init(&l, fds[0], 4096, 10);
		CHECK(write(fds[1], text, cut) == (ssize_t)cut);
		if (cut > 0)
			CHECK(lines_fill(&l, &e) == 0);
		drain(&l);
		CHECK(!l.eof && !lines_ended(&l));
		CHECK(write(fds[1], text + cut, n - cut) == (ssize_t)(n - cut));
		close(fds[1]);
		do {
			CHECK(lines_fill(&l, &e) == 0);
			drain(&l);
		} while (!l.eof);
		CHECK(lines_ended(&l) && got.n == 6);
		check_got(5, "last", 9);
		lines_release(&l);
		close(fds[0]);
	}
}

static void
an_empty_input_has_no_line(void)
{
	static const char *const texts[] = { "", "\n", "\n\n\n", " ", "\r\n", "\t \r" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (size_t chunk = 1; chunk < 5; chunk++) {
			read_all(texts[i], strlen(texts[i]), chunk, 10);
			CHECK(got.n == 0);
		}
}

static void
a_nul_is_a_byte_like_others(void)
{
	struct lines l;
	struct err e;
	const char *line;
	size_t len;
	int fd = scratch_with("\0\na\0b\n \0", 8);

	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	lines_init(&l, fd, 100, 10);
	CHECK(lines_fill(&l, &e) == 0);
	CHECK(lines_next(&l, &line, &len) == 1 && len == 1 && !*line);
	CHECK(lines_next(&l, &line, &len) == 1 && len == 3 && !memcmp(line, "a\0b", 3));
	CHECK(lines_next(&l, &line, &len) == 0);
	CHECK(lines_fill(&l, &e) == 0 && l.eof);
	CHECK(lines_next(&l, &line, &len) == 1 && len == 2 && !memcmp(line, " \0", 2));
	CHECK(lines_next(&l, &line, &len) == 0 && lines_ended(&l));
	lines_release(&l);
	close(fd);
}

/* Lines of max - 1, max and max + 1 bytes, with and without a newline. */
static void
the_limit_is_exact(void)
{
	for (size_t max = 1; max < 8; max++)
		for (size_t len = 1; len < 12; len++)
			for (size_t chunk = 1; chunk < 14; chunk++) {
				char text[32] = "xxxxxxxxxxxx";

				snprintf(text + len, sizeof(text) - len, "\nok\n");
				read_all(text, len + 4, chunk, max < 2 ? 2 : max);
				CHECK(got.n == 2);
				CHECK((got.v[0][0] == '#') == (len > (max < 2 ? 2 : max)));
				check_got(1, "ok", 2);
				read_all(text, len, chunk, max);
				CHECK(got.n == 1 && got.no[0] == 1);
				CHECK((got.v[0][0] == '#') == (len > max));
				CHECK(got.v[0][0] == '#' || strlen(got.v[0]) == len);
			}
}

struct flood {
	long long bytes;
};

/* Bytes without a newline, from a child. */
static int
read_flood(void *arg)
{
	const struct flood *flood = arg;
	static char junk[1 << 16];
	struct lines l;
	struct err e;
	int fds[2];
	pid_t pid;

	CHECK(pipe(fds) == 0);
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		memset(junk, 'x', sizeof(junk));
		for (long long n = 0; n < flood->bytes; n += (long long)sizeof(junk))
			if (write(fds[1], junk, sizeof(junk)) != (ssize_t)sizeof(junk))
				_exit(1);
		_exit(write(fds[1], "\nend\n", 5) != 5);
	}
	close(fds[1]);
	forget();
	lines_init(&l, fds[0], 1 << 16, 1 << 20);
	while (!lines_ended(&l)) {
		CHECK(lines_fill(&l, &e) == 0);
		drain(&l);
	}
	CHECK(got.n == 2);
	check_got(0, "#", 1);
	check_got(1, "end", 2);
	lines_release(&l);
	close(fds[0]);
	CHECK(waitpid(pid, NULL, 0) == pid);
	return 0;
}

static void
an_endless_line_does_not_sit_in_memory(void)
{
	struct flood flood = { 2 << 20 };
	long little = scratch_peak(read_flood, &flood), much;

	flood.bytes = 64 << 20;
	much = scratch_peak(read_flood, &flood);
	CHECK(ASAN || much < little + 4096);
}

static void
waits_for_nothing_that_is_not_there(void)
{
	struct lines l;
	struct err e;
	const char *line;
	size_t len;
	int fds[2];

	CHECK(pipe(fds) == 0);
	CHECK(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0);
	lines_init(&l, fds[0], 100, 100);
	CHECK(!lines_ready(&l));
	CHECK(lines_fill(&l, &e) == 0 && !l.eof);
	CHECK(lines_next(&l, &line, &len) == 0);
	CHECK(write(fds[1], "a\n", 2) == 2);
	CHECK(lines_ready(&l));
	CHECK(lines_fill(&l, &e) == 0);
	CHECK(lines_next(&l, &line, &len) == 1 && len == 1 && *line == 'a');
	close(fds[1]);
	CHECK(lines_ready(&l));
	CHECK(lines_fill(&l, &e) == 0 && l.eof);
	CHECK(lines_ended(&l) && lines_next(&l, &line, &len) == 0);
	lines_release(&l);
	close(fds[0]);
}

static void
a_read_that_fails_is_fatal(void)
{
	struct lines l;
	struct err e;
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK(fd >= 0);
	lines_init(&l, fd, 100, 100);
	CHECK(lines_fill(&l, &e) == -1);
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, "io.read");
	lines_release(&l);
	close(fd);
	lines_init(&l, -1, 100, 100);
	CHECK(lines_fill(&l, &e) == -1);
	CHECK_STR(e.code, "io.read");
	lines_release(&l);
}

int
main(void)
{
	splits_the_same_wherever_a_read_ends();
	an_empty_input_has_no_line();
	a_nul_is_a_byte_like_others();
	the_limit_is_exact();
	an_endless_line_does_not_sit_in_memory();
	waits_for_nothing_that_is_not_there();
	a_read_that_fails_is_fatal();
	forget();
	return 0;
}

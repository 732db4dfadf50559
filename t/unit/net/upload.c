#include "unit/net/exchange.h"
#include "unit/scratch.h"

static void
sends_by_position(void)
{
	int fd = scratch_with("0123456789", 10);
	struct one o = { .over = 0 };

	begin(NULL);
	web_say(web, "200 OK", "", "");
	for (int i = 0; i < 2; i++) {
		go(&o,
		    (struct transfer_conf){ .method = "PUT",
			.url = url("http", web->port),
			.fd = fd,
			.offset = 2,
			.length = 5 - 5 * i });
		CHECK(!o.failed);
		forget(&o);
	}
	CHECK_STR(web->asked[0].body, "23456");
	CHECK_STR(web_header(&web->asked[0], "Content-Length"), "5");
	CHECK_STR(web_header(&web->asked[1], "Content-Length"), "0");
	CHECK(!web_header(&web->asked[0], "Expect") &&
	    !web_header(&web->asked[0], "Transfer-Encoding"));
	CHECK(lseek(fd, 0, SEEK_CUR) == 10);
	close(fd);
	end();
}

/* On a connection that turns out to be gone: libcurl does it over, from the start. */
static void
sends_again(void)
{
	enum { N = 3 << 20 };
	char *p = mem_new(N, 1);
	struct one o = { .over = 0 };
	int fd;

	for (int i = 0; i < N; i++)
		p[i] = (char)(i * 7 + i / 256);
	fd = scratch_with(p, N);
	begin(NULL);
	web_say(web, "200 OK", "", "");
	web_raw(web, "", WEB_RESET);
	web_say(web, "200 OK", "", "");
	for (int i = 0; i < 2; i++) {
		go(&o,
		    (struct transfer_conf){ .method = "PUT",
			.url = url("http", web->port),
			.fd = fd,
			.length = N });
		CHECK(!o.failed);
		forget(&o);
	}
	CHECK(web->nasked == 3 && web->asked[1].conn == 1 && web->asked[2].conn == 2);
	for (int i = 0; i < 3; i++)
		CHECK(web->asked[i].len == N && memcmp(web->asked[i].body, p, N) == 0);
	close(fd);
	free(p);
	end();
}

static void
tells_bad_files(void)
{
	int fd = scratch_with("short", 5), none = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	struct one o = { .over = 0 };

	begin(NULL);
	web_say(web, "200 OK", "", "");
	go(&o,
	    (struct transfer_conf){ .method = "PUT",
		.url = url("http", web->port),
		.fd = fd,
		.length = 100 });
	is_bad(&o, ERR_PERMANENT, "io.read");
	forget(&o);
	go(&o,
	    (struct transfer_conf){ .method = "PUT",
		.url = url("http", web->port),
		.fd = none,
		.length = 100 });
	is_bad(&o, ERR_TRANSIENT, "io.read");
	CHECK(web->nasked == 0);
	forget(&o);
	close(fd);
	close(none);
	end();
}

/* A refusal in the middle of a body is heard, and the rest not sent. */
static void
hears_refusals(void)
{
	int fd = scratch();
	struct one o = { .over = 0 };

	begin(NULL);
	CHECK(ftruncate(fd, 32 << 20) == 0);
	web_say(web, "403 Forbidden", "Connection: close\r\n", "no")->early = true;
	web->script[0].then = WEB_STALL;
	go(&o,
	    (struct transfer_conf){ .method = "PUT",
		.url = url("http", web->port),
		.fd = fd,
		.length = 32 << 20 });
	CHECK(!o.failed && transfer_status(o.t) == 403 && o.got.len == 2);
	forget(&o);
	close(fd);
	end();
}

int
main(void)
{
	web_clean();
	sends_by_position();
	sends_again();
	tells_bad_files();
	hears_refusals();
	return 0;
}

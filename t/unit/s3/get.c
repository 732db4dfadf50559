#include <sys/resource.h>
#include <signal.h>

#include "s3/get.h"
#include "unit/folder.h"
#include "unit/s3/s3web.h"

/* Of "hello" by md5sum and sha256sum (coreutils). */
#define MD5 "5d41402abc4b2a76b9719d911017c592"
#define SHA256 "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define OTHER "00000000000000000000000000000000"

struct get {
	struct s3_fetch *fetch;
	int over;
	bool failed;
	struct err e;
	struct s3_fetched got;
};

static void
done(void *arg, const struct s3_fetched *f, const struct err *e)
{
	struct get *g = arg;

	g->over++;
	CHECK(!f == !!e);
	g->failed = e != NULL;
	if (e)
		g->e = *e;
	else
		g->got = *f;
}

static void
start(struct get *g, const char *etag, long long max_size)
{
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t) "key" };
	const struct s3_fetch_conf conf = { .name = &name,
		.size = -1,
		.etag = etag,
		.dir = AT_FDCWD,
		.file = "f",
		.max_size = max_size,
		.done = done,
		.arg = g };
	struct err e;

	memset(g, 0, sizeof(*g));
	unlink("f");
	g->fetch = s3_fetch_start(s3, &conf, &e);
	CHECK(g->fetch);
}

static struct get
fetch_of(const char *etag, long long max_size)
{
	struct get g;

	start(&g, etag, max_size);
	web_until(loop, &g.over, 1);
	/* Nothing else is there. */
	CHECK(folder_count(".") == !g.failed);
	return g;
}

static void
is_hello(const struct get *g)
{
	if (g->failed)
		fprintf(stderr, "%s: %s\n", g->e.code, g->e.msg);
	CHECK(!g->failed && g->got.size == 5);
	CHECK_STR(g->got.sha256, SHA256);
	CHECK_STR(folder_read("f"), "hello");
}

static void
is_bad(const struct get *g, enum err_class class, const char *code)
{
	CHECK(g->failed && g->e.class == class && g->e.msg[0]);
	CHECK_STR(g->e.code, code);
}

static void
fetches(void)
{
	struct get g;

	s3web_local();
	web_say(web, "200 OK", "ETag: \"an-etag\"\r\nContent-Type: application/pdf\r\n", "hello");
	g = fetch_of("an-etag", 5);
	is_hello(&g);
	CHECK_STR(g.got.content_type, "application/pdf");
	CHECK_STR(web_header(&web->asked[0], "If-Match"), "\"an-etag\"");
	web_say(web, "200 OK", "", "");
	g = fetch_of(NULL, 5);
	CHECK(!g.failed && g.got.size == 0);
	CHECK_STR(g.got.content_type, "");
	CHECK_STR(folder_read("f"), "");
	CHECK(!web_header(&web->asked[1], "If-Match"));
	/* Of no length that is said. */
	web_raw(web,
	    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
	    WEB_KEEP);
	g = fetch_of(NULL, 5);
	is_hello(&g);
	web_raw(web, "HTTP/1.1 200 OK\r\n\r\nhello", WEB_CLOSE);
	g = fetch_of(NULL, 5);
	is_hello(&g);
	CHECK(web->nasked == 4);
	s3web_end();
}

/* Not every store looks at If-Match. */
static void
compares_etags(void)
{
	static const char *const same[] = { "\"an-etag-2\"", "an-etag-2", "W/\"an-etag-2\"" };
	static const char *const others[] = { "\"5d41402abc4b2a76b9719d911017c592\"",
		"\"an-etag-\"", "\"an-etag-22\"", "\"\"", "W/\"x\"" };
	char header[80];
	struct get g;

	s3web_local();
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		snprintf(header, sizeof(header), "ETag: %s\r\n", same[i]);
		web_say(web, "200 OK", header, "hello");
		g = fetch_of("an-etag-2", 5);
		is_hello(&g);
	}
	web_forget(web);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		snprintf(header, sizeof(header), "ETag: %s\r\n", others[i]);
		web_say(web, "200 OK", header, "hello");
		g = fetch_of("an-etag-2", 5);
		is_bad(&g, ERR_TRANSIENT, "document.changed");
		CHECK(web->nasked == (int)i + 1);
	}
	s3web_end();
}

static void
says_why_not(void)
{
	struct get g;

	s3web_local();
	web_say(web, "412 Precondition Failed", "",
	    "<Error><Code>PreconditionFailed</Code></Error>");
	g = fetch_of("old", 5);
	is_bad(&g, ERR_TRANSIENT, "document.changed");
	web_say(web, "404 Not Found", "", "<Error><Code>NoSuchKey</Code></Error>");
	g = fetch_of("old", 5);
	is_bad(&g, ERR_PERMANENT, "s3.NoSuchKey");
	CHECK(web->nasked == 2);
	/* A captive portal, say. */
	web_say(web, "200 OK", "Content-Type: text/html\r\n", "hello");
	g = fetch_of("old", 5);
	is_bad(&g, ERR_TRANSIENT, "s3.BadAnswer");
	CHECK(web->nasked == 7);
	web_forget(web);
	g = fetch_of("a\"\r\nX-Evil: \"1", 5);
	is_bad(&g, ERR_VALIDATION, "sign.request");
	CHECK(web->nasked == 0);
	s3web_end();
}

/* An attempt that is cut leaves nothing of its bytes behind. */
static void
begins_anew(void)
{
	struct get g;

	s3web_local();
	web_raw(web,
	    "HTTP/1.1 200 OK\r\nETag: \"" MD5 "\"\r\nContent-Length: 20\r\n\r\nlonger than hello",
	    WEB_CLOSE);
	web_raw(web, "HTTP/1.1 200 OK\r\nETag: \"" MD5 "\"\r\nContent-Le", WEB_CLOSE);
	web_say(web, "200 OK", "ETag: \"" MD5 "\"\r\n", "hello");
	g = fetch_of(MD5, 100);
	is_hello(&g);
	CHECK(web->nasked == 3);
	for (int i = 0; i < 3; i++)
		CHECK_STR(web_header(&web->asked[i], "If-Match"), "\"" MD5 "\"");
	s3web_end();
}

static void
checks_md5(void)
{
	/* Not a plain MD5: nothing to check. */
	static const char *const others[] = { "ETag: \"" OTHER "-2\"\r\n",
		"ETag: W/\"" OTHER "\"\r\n", "ETag: \"5D41402ABC4B2A76B9719D911017C593\"\r\n",
		"ETag: \"abc\"\r\n", "",
		"ETag: \"" OTHER "\"\r\nx-amz-server-side-encryption: aws:kms\r\n",
		"ETag: \"" OTHER
		"\"\r\nx-amz-server-side-encryption-customer-algorithm: AES256\r\n" };
	struct get g;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		s3web_local();
		web_say(web, "200 OK", others[i], "hello");
		g = fetch_of(NULL, 5);
		is_hello(&g);
		CHECK(web->nasked == 1);
		s3web_end();
	}
	/* Twice the same: its ETags are something else. Without quotes, too. */
	s3web_local();
	web_say(web, "200 OK", "ETag: " OTHER "\r\n", "hello");
	g = fetch_of(NULL, 5);
	is_hello(&g);
	CHECK(web->nasked == 2);
	s3web_end();
	/* Wrong once; also where the store encrypts with its own key. */
	s3web_local();
	web_say(web, "200 OK", "ETag: \"" MD5 "\"\r\nx-amz-server-side-encryption: AES256\r\n",
	    "hallo");
	web_say(web, "200 OK", "ETag: \"" MD5 "\"\r\n", "hello");
	g = fetch_of(NULL, 5);
	is_hello(&g);
	CHECK(web->nasked == 2);
	s3web_end();
	/* Twice the same, but by now it is known that the ETags are MD5s. */
	s3web_local();
	web_say(web, "200 OK", "ETag: \"" OTHER "\"\r\n", "hello");
	g = fetch_of(NULL, 5);
	is_bad(&g, ERR_TRANSIENT, "s3.Checksum");
	CHECK(web->nasked == 5);
	s3web_end();
	/* Each time something else. */
	s3web_local();
	web_say(web, "200 OK", "ETag: \"" MD5 "\"\r\n", "hell1");
	web_say(web, "200 OK", "ETag: \"" MD5 "\"\r\n", "hell2");
	web_say(web, "200 OK", "ETag: \"" MD5 "\"\r\n", "hell3");
	web_say(web, "200 OK", "ETag: \"" MD5 "\"\r\n", "hell4");
	web_say(web, "200 OK", "ETag: \"" MD5 "\"\r\n", "hell5");
	g = fetch_of(NULL, 5);
	is_bad(&g, ERR_TRANSIENT, "s3.Checksum");
	CHECK(web->nasked == 5);
	s3web_end();
}

static void
bounds_sizes(void)
{
	struct get g;

	s3web_local();
	/* By what is said: nothing of it is waited for. */
	web_raw(web, "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\nx", WEB_STALL);
	g = fetch_of(NULL, 1LL << 52);
	is_bad(&g, ERR_VALIDATION, "document.large");
	web_say(web, "200 OK", "", "hello");
	g = fetch_of(NULL, 4);
	is_bad(&g, ERR_VALIDATION, "document.large");
	g = fetch_of(NULL, 0);
	is_bad(&g, ERR_VALIDATION, "document.large");
	/* By what comes. */
	web_raw(web, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n",
	    WEB_STALL);
	g = fetch_of(NULL, 4);
	is_bad(&g, ERR_VALIDATION, "document.large");
	web_raw(web, "HTTP/1.1 200 OK\r\n\r\nhello", WEB_CLOSE);
	g = fetch_of(NULL, 4);
	is_bad(&g, ERR_VALIDATION, "document.large");
	CHECK(web->nasked == 5);
	s3web_end();
}

/* A file that may not grow further: said once, and as what time may mend. */
static void
cannot_write(void)
{
	struct rlimit was, small;
	struct get g;

	s3web_local();
	web_say(web, "200 OK", "", "hello");
	CHECK(getrlimit(RLIMIT_FSIZE, &was) == 0);
	small = was;
	small.rlim_cur = 3;
	signal(SIGXFSZ, SIG_IGN);
	CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
	g = fetch_of(NULL, 5);
	CHECK(setrlimit(RLIMIT_FSIZE, &was) == 0);
	is_bad(&g, ERR_TRANSIENT, "io.write");
	CHECK(web->nasked == 1);
	/* Where a folder has the name already. */
	start(&g, NULL, 5);
	CHECK(mkdir("f", 0700) == 0);
	web_until(loop, &g.over, 1);
	is_bad(&g, ERR_PERMANENT, "io.write");
	CHECK(rmdir("f") == 0 && folder_count(".") == 0);
	s3web_end();
}

static void
starts_where_it_can(void)
{
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t) "key" };
	struct s3_fetch_conf conf = { .name = &name,
		.size = -1,
		.dir = -1,
		.file = "f",
		.max_size = 5,
		.done = done };
	struct err e;

	s3web_local();
	CHECK(!s3_fetch_start(s3, &conf, &e));
	CHECK_STR(e.code, "io.write");
	/* A link there is not followed. */
	conf.dir = AT_FDCWD;
	CHECK(symlink("elsewhere", "f.part") == 0);
	CHECK(!s3_fetch_start(s3, &conf, &e));
	CHECK_STR(e.code, "io.write");
	CHECK(unlink("f.part") == 0 && !folder_read("elsewhere"));
	web_linger(loop, 20);
	CHECK(web->nasked == 0);
	s3web_end();
}

static void
cancels(void)
{
	struct get g;

	s3web_local();
	s3_fetch_cancel(NULL);
	start(&g, NULL, 5);
	s3_fetch_cancel(g.fetch);
	CHECK(folder_count(".") == 0);
	web_raw(web, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", WEB_STALL);
	start(&g, NULL, 5);
	while (!folder_read("f.part") || strcmp(folder_read("f.part"), "hel") != 0)
		loop_turn(loop, 1000);
	s3_fetch_cancel(g.fetch);
	CHECK(folder_count(".") == 0);
	web_linger(loop, 20);
	CHECK(g.over == 0);
	s3web_end();
}

int
main(void)
{
	folder_begin();
	checks_md5(); /* First: what it learns is for the process's life. */
	fetches();
	compares_etags();
	says_why_not();
	begins_anew();
	bounds_sizes();
	cannot_write();
	starts_where_it_can();
	cancels();
	folder_end();
	return 0;
}

/* A file of passwords: whose it is, what stands in it, and which line counts. */
#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "doc/passwords.h"
#include "unit/check.h"

static char file[] = "/tmp/quire-passwords-XXXXXX";

static void
write_file(const char *text, size_t n)
{
	const int fd = open(file, O_WRONLY | O_TRUNC | O_CLOEXEC);

	CHECK(fd >= 0 && write(fd, text, n) == (ssize_t)n);
	close(fd);
}

static void
refused(void)
{
	static const char *const bad[] = { "x", "{}", "[]", "null", "\"canary\"",
		"{\"match\":\"*\"}", "{\"password\":\"canary\"}",
		"{\"match\":\"\",\"password\":\"canary\"}", "{\"match\":\"*\",\"password\":\"\"}",
		"{\"match\":\"*\",\"password\":7}", "{\"match\":[\"*\"],\"password\":\"canary\"}",
		"{\"match\":\"*\",\"password\":\"can\\nary\"}",
		"{\"match\":\"*\",\"password\":\"can\\u0000ary\"}",
		"{\"match\":\"*\",\"password\":\"canary\",\"more\":1}",
		"{\"match\":\"*\",\"password\":\"canary\"", "{\"match\":\"*\",\"pass\":\"canary\"}",
		NULL };
	struct err e;

	for (size_t i = 0; bad[i]; i++) {
		char *text = mem_printf("{\"match\":\"a\",\"password\":\"b\"}\n\n%s\n", bad[i]);

		write_file(text, strlen(text));
		free(text);
		CHECK(!passwords_read(file, &e));
		CHECK(err_is(&e, CODE_RECORD_SYNTAX));
		CHECK(strstr(e.msg, ":3: not {") && !strstr(e.msg, "canary"));
	}
}

static void
long_ones(void)
{
	char text[PASSWORD_MAX + 60];
	struct passwords *p;
	struct err e;
	int n;

	for (int over = 0; over < 2; over++) {
		n = snprintf(text, sizeof(text), "{\"match\":\"*\",\"password\":\"%0*d\"}",
		    PASSWORD_MAX + over, 7);
		write_file(text, (size_t)n);
		p = passwords_read(file, &e);
		CHECK(over ? !p : p && strlen(passwords_for(p, "x")) == PASSWORD_MAX);
		passwords_free(p);
	}
}

static void
first_that_fits(void)
{
	static const char text[] =
	    "{\"match\":\"file:///a/*.pdf\",\"password\":\"one\"}\n"
	    "  \n"
	    "{ \"password\" : \"p\xc3\xa4 ss\", \"match\" : \"file:///a/b?/[cd]*\" }\r\n"
	    "{\"match\":\"file:///a/*\",\"password\":\"three\"}";
	struct passwords *p;
	struct err e;

	write_file(text, sizeof(text) - 1);
	p = passwords_read(file, &e);
	CHECK(p);
	CHECK_STR(passwords_for(p, "file:///a/x/y.pdf"), "one");
	CHECK_STR(passwords_for(p, "file:///a/bb/c"), "p\xc3\xa4 ss");
	CHECK_STR(passwords_for(p, "file:///a/bb/c.pdf"), "one");
	CHECK_STR(passwords_for(p, "file:///a/"), "three");
	CHECK(!passwords_for(p, "x/file:///a/"));
	CHECK(!passwords_for(p, "FILE:///a/"));
	CHECK(!passwords_for(p, NULL));
	passwords_free(p);
	passwords_free(NULL);
	/* None is none's. */
	write_file("", 0);
	p = passwords_read(file, &e);
	CHECK(p && !passwords_for(p, "x"));
	passwords_free(p);
}

static void
others(void)
{
	static const mode_t open_to_others[] = { 0640, 0604, 0620, 0602, 0610, 0601, 0666 };
	struct passwords *p;
	struct err e;

	for (size_t i = 0; i < sizeof(open_to_others) / sizeof(*open_to_others); i++) {
		CHECK(chmod(file, open_to_others[i]) == 0);
		CHECK(!passwords_read(file, &e) && strstr(e.msg, "chmod 600"));
	}
	CHECK(chmod(file, 0400) == 0);
	p = passwords_read(file, &e);
	CHECK(p);
	passwords_free(p);
	CHECK(!passwords_read("/dev/null", &e) && strstr(e.msg, "not a plain file"));
	CHECK(!passwords_read("/tmp", &e));
	CHECK(!passwords_read("/nonexistent/x", &e) && strstr(e.msg, "/nonexistent/x"));
}

int
main(void)
{
	const int fd = mkstemp(file);

	CHECK(fd >= 0);
	close(fd);
	refused();
	long_ones();
	first_that_fits();
	others();
	unlink(file);
	return 0;
}

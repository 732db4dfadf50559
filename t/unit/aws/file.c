#include "aws/file.h"
#include "base/err.h"
#include "base/mem.h"

#include "unit/folder.h"

enum { ROUNDS = 4000, SOUP_MAX = 400 };

static const char name[] = "f";

static void
put(const char *p, size_t n)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	CHECK(fd >= 0);
	CHECK(write(fd, p, n) == (ssize_t)n);
	CHECK(close(fd) == 0);
}

static struct awsfile *
good(const char *text)
{
	struct err e = { .msg = "" };
	struct awsfile *f;

	folder_write(name, text);
	f = awsfile_read(name, &e);
	if (!f)
		fprintf(stderr, "%s\n", e.msg);
	CHECK(f);
	return f;
}

static void
bad_bytes(const char *text, size_t n, const char *want)
{
	struct err e = { .msg = "" };

	put(text, n);
	CHECK(!awsfile_read(name, &e));
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, "s3.config");
	CHECK_STR(e.msg, want);
}

static void
bad(const char *text, const char *want)
{
	bad_bytes(text, strlen(text), want);
}

/* The value of key in section; NULL where there is none. */
static const char *
get(const struct awsfile *f, const char *section, const char *key)
{
	struct awsvalue v;

	if (!awsfile_get(f, awsfile_section(f, NULL, section), key, &v))
		return NULL;
	CHECK_STR(v.name, key);
	CHECK_STR(v.path, name);
	CHECK(v.line > 0);
	return v.text;
}

static const char *
nested(const struct awsfile *f, const char *block, const char *key)
{
	struct awsvalue v;

	return awsfile_nested(f, awsfile_section(f, NULL, "a"), block, key, &v) ? v.text : NULL;
}

/* Each as Python 3.11's configparser has it, if awsfile.h says no other. */
static void
reads_keys_and_values(void)
{
	struct awsfile *f = good("# a comment\n\n;another\n"
				 "[a]\nKey=1\nTWO : x:y=z\n three\t=\t \nfour = v # kept ; too\n"
				 "five==\n"
				 "[b] trailing\n\tkey = of b\nsix words in = a key\n"
				 "[c]d]\nkey=c\n[ e ]\nkey=e");

	CHECK_STR(get(f, "a", "key"), "1");
	CHECK_STR(get(f, "a", "two"), "x:y=z\nthree\t=");
	CHECK(!get(f, "a", "three"));
	CHECK_STR(get(f, "a", "four"), "v # kept ; too");
	CHECK_STR(get(f, "a", "five"), "=");
	CHECK_STR(get(f, "b", "key"), "of b");
	CHECK_STR(get(f, "b", "six words in"), "a key");
	CHECK_STR(get(f, "c]d", "key"), "c");
	CHECK_STR(get(f, "e", "key"), "e");
	CHECK(!get(f, "a", "none"));
	CHECK(!get(f, "none", "key"));
	CHECK(awsfile_there(f));
	CHECK_STR(awsfile_path(f), name);
	awsfile_free(f);
}

static void
reads_values_of_several_lines(void)
{
	struct awsfile *f = good("[a]\nk = one\n   two  \n\n\t# no part of it\n  [three]\n"
				 "l = \n\n\nm = x\n  y");

	CHECK_STR(get(f, "a", "k"), "one\ntwo\n[three]");
	CHECK_STR(get(f, "a", "l"), "");
	CHECK_STR(get(f, "a", "m"), "x\ny");
	awsfile_free(f);
}

static void
reads_blocks(void)
{
	struct awsfile *f = good("[a]\ns3 =\n  # a comment\n  Addressing_Style = path\n\n"
				 "      url=http://h:1/?a=b\n  twice = 1\n  twice = 2\n  void =\n"
				 "sqs =\n\turl = other\nurl = outside\n"
				 "[b]\n  s3 =\n  url = no part of s3\n");

	CHECK_STR(get(f, "a", "s3"), "");
	CHECK_STR(nested(f, "s3", "addressing_style"), "path");
	CHECK_STR(nested(f, "s3", "url"), "http://h:1/?a=b");
	CHECK_STR(nested(f, "s3", "twice"), "2");
	CHECK_STR(nested(f, "s3", "void"), "");
	CHECK_STR(nested(f, "sqs", "url"), "other");
	CHECK_STR(get(f, "a", "url"), "outside");
	CHECK(!nested(f, "s3", "none"));
	CHECK(!nested(f, "none", "url"));
	CHECK(!get(f, "a", "twice"));
	CHECK_STR(get(f, "b", "url"), "no part of s3");
	awsfile_free(f);
}

static void
line_ends_and_bom(void)
{
	struct awsfile *f = good("\xef\xbb\xbf[a]\r\nk = v\r\ns3 =\r\n  x = y\r\n\r\nl = w\r");

	CHECK_STR(get(f, "a", "k"), "v");
	CHECK_STR(nested(f, "s3", "x"), "y");
	CHECK_STR(get(f, "a", "l"), "w");
	awsfile_free(f);
	f = good("\xef\xbb\xbf");
	CHECK(!awsfile_section(f, NULL, ""));
	awsfile_free(f);
	f = good("");
	CHECK(!get(f, "", ""));
	awsfile_free(f);
}

static void
finds_profiles(void)
{
	struct awsfile *f = good("[default]\nk=d\n[profile default]\nk=later\n"
				 "[profile  plain ]\nk=p\n[profile \"my own\"]\nk=q\n"
				 "[profile 'a\\b'\"\\\"\"]\nk=r\n[profile a b]\nk=no\n"
				 "[profilex]\nk=no\n[profile]\nk=no\n[x]\nk=no\n[services x]\nk=s\n"
				 "[profile \"open]\nk=no\n");
	static const char *const want[][2] = {
		{ "default", "later" },
		{ "plain", "p" },
		{ "my own", "q" },
		{ "a\\b\"", "r" },
		{ "x", NULL },
		{ "a", NULL },
		{ "a b", NULL },
		{ "", NULL },
		{ "open", NULL },
	};
	struct awsvalue v;

	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		const char *s = awsfile_section(f, "profile", want[i][0]);

		CHECK(!s == !want[i][1]);
		if (!s)
			continue;
		CHECK(awsfile_get(f, s, "k", &v));
		CHECK_STR(v.text, want[i][1]);
	}
	CHECK(awsfile_get(f, awsfile_section(f, "services", "x"), "k", &v));
	CHECK_STR(v.text, "s");
	CHECK(v.line == 20);
	CHECK(!awsfile_section(f, "services", "default"));
	awsfile_free(f);
	f = good("[profile default]\nk=1\n[default]\nk=2\n");
	CHECK(awsfile_get(f, awsfile_section(f, "profile", "default"), "k", &v));
	CHECK_STR(v.text, "2");
	awsfile_free(f);
}

static void
says_where_and_not_what(void)
{
	static const char none[] = "f: line 1: no [section] above it";
	static const char neither[] = "f: line 2: neither [section] nor key = value";
	static const char twice[] = "f: line 4: a key for the second time in its section";

	bad("SECRET = 1\n", none);
	bad("SECRET", none);
	bad("[]", none);
	bad("[SECRET", none);
	bad("\xef\xbb\xbf\xef\xbb\xbf[a]", none);
	bad("[a]\nSECRET\n", neither);
	bad("[a]\n=SECRET\n", neither);
	bad("[a]\n[]", neither);
	bad("[a]\nk =\n  SECRET\n", "f: line 3: an indented line without =");
	bad("[a]\nSECRET=1\nl=2\nsecret=3\nsecret=4\n", twice);
	bad("[a]\nk=1\nl=1\nK=3\n[a]\n", twice);
	bad("[a]\n[b]\n[ a]\nk=1\n[b]\n", "f: line 3: a [section] for the second time");
	bad("[a]\nk = SECRET\xff\n", "f: line 2: bytes that are no text (UTF-8)");
	bad_bytes("[a]\r\n\0", 6, "f: line 2: bytes that are no text (UTF-8)");
	bad_bytes("[a]\n# \0\n", 8, "f: line 2: bytes that are no text (UTF-8)");
}

static void
limits(void)
{
	char *text = mem_new(AWSFILE_MAX + 2, 1);
	size_t n = 0;
	struct awsfile *f;
	struct err e;

	/* one line that fills the file */
	memset(text, 'x', AWSFILE_MAX);
	memcpy(text, "[a]\nk=", 6);
	f = good(text);
	CHECK(strlen(get(f, "a", "k")) == AWSFILE_MAX - 6);
	awsfile_free(f);
	text[AWSFILE_MAX] = 'x';
	bad(text, "f: larger than 1048576 bytes");
	/* as many sections, short keys and deeper lines as it can hold */
	for (n = 0; n + 12 < AWSFILE_MAX;)
		n += (size_t)sprintf(text + n, "[%zx]\na=\n", n);
	f = good(text);
	CHECK_STR(get(f, "0", "a"), "");
	awsfile_free(f);
	for (n = 4; n + 12 < AWSFILE_MAX;)
		n += (size_t)sprintf(text + n, "%zx=\n", n);
	memcpy(text, "[a]\n", 4);
	f = good(text);
	CHECK_STR(get(f, "a", "4"), "");
	awsfile_free(f);
	memcpy(text, "[a]\nk=\n", 7);
	for (n = 7; n + 4 < AWSFILE_MAX;)
		n += (size_t)sprintf(text + n, " =\n");
	f = good(text);
	CHECK_STR(nested(f, "k", ""), "");
	awsfile_free(f);
	text[6] = 'v';
	memcpy(text + 7, "\n =\n =\n =", 9);
	f = good(text);
	CHECK(strncmp(get(f, "a", "k"), "v\n=\n=\n= =\n=\n", 12) == 0);
	awsfile_free(f);
	/* and as many as it cannot */
	memset(text, '\n', AWSFILE_MAX);
	memcpy(text, "[a]\n", 4);
	for (n = 4; n + 4 <= AWSFILE_MAX; n += 3)
		memcpy(text + n, "a=\n", 3);
	put(text, AWSFILE_MAX);
	CHECK(!awsfile_read(name, &e));
	CHECK_STR(e.msg, "f: line 3: a key for the second time in its section");
	free(text);
}

static void
cannot_read(void)
{
	struct err e;

	CHECK(!awsfile_read("closed", &e));
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, "s3.config");
	CHECK_STR(e.msg, "closed: Permission denied");
}

static void
what_is_no_plain_file(void)
{
	static const char *const empty[] = { "none", "f/none", "/dev/null" };
	struct err e;
	struct awsfile *f;
	int fds = folder_fds();

	for (size_t i = 0; i < 3; i++) {
		f = awsfile_read(empty[i], &e);
		CHECK(f && !awsfile_there(f));
		CHECK(!awsfile_section(f, NULL, "default"));
		CHECK_STR(awsfile_path(f), empty[i]);
		awsfile_free(f);
	}
	awsfile_free(NULL);
	CHECK(mkdir("d", 0700) == 0);
	CHECK(!awsfile_read("d", &e));
	CHECK_STR(e.msg, "d: not a plain file");
	CHECK(mkfifo("p", 0600) == 0);
	CHECK(!awsfile_read("p", &e));
	CHECK_STR(e.msg, "p: not a plain file");
	CHECK(symlink("loop", "loop") == 0);
	CHECK(!awsfile_read("loop", &e));
	CHECK_STR(e.code, "s3.config");
	folder_write("closed", "[default]\n");
	CHECK(chmod("closed", 0) == 0);
	folder_child(cannot_read, NOBODY);
	CHECK(folder_fds() == fds);
}

/* What comes out of any bytes at all is a file or an error. */
static void
survives_soup(void)
{
	static const char *const parts[] = { "[", "]", "=", ":", "\n", "\n", "\n ", "\n  ", " ",
		"\t", "\r\n", "#", ";", "a", "K", "s3 =\n ", "[a]\n", "[profile a]\n", "\"", "'",
		"\\", "\xc3\xa9", "\xff", "\v", "\xef\xbb\xbf" };
	char soup[SOUP_MAX + 16];
	unsigned long seed = 7;
	int taken = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct awsfile *f;
		struct awsvalue v;
		struct err e;
		size_t n = 0, len = (size_t)i % SOUP_MAX;

		if (i & 1)
			n = (size_t)sprintf(soup, "[a]\n");
		while (n < len) {
			const char *part;

			seed = seed * 6364136223846793005u + 1;
			part = parts[(seed >> 33) % (i % 3 ? 21 : 25)];
			if (i % 7 == 0)
				soup[n++] = (char)(seed >> 40);
			else
				n += (size_t)sprintf(soup + n, "%s", part);
		}
		put(soup, n);
		f = awsfile_read(name, &e);
		if (!f) {
			CHECK(strncmp(e.msg, "f: line ", 8) == 0);
			CHECK(strlen(e.msg) < 80);
			continue;
		}
		taken++;
		get(f, "a", "a");
		nested(f, "s3", "k");
		awsfile_get(f, awsfile_section(f, "profile", "a"), "k", &v);
		awsfile_free(f);
	}
	CHECK(taken > 50);
}

int
main(void)
{
	folder_begin();
	reads_keys_and_values();
	reads_values_of_several_lines();
	reads_blocks();
	line_ends_and_bom();
	finds_profiles();
	says_where_and_not_what();
	limits();
	what_is_no_plain_file();
	survives_soup();
	folder_end();
	return 0;
}

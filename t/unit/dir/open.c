#include "unit/folder.h"

#include "base/err.h"
#include "dir/open.h"
#include "rec/name.h"

/* Every file name of two bytes, and some of more. */
static void
encodes_and_decodes_every_name(void)
{
	struct err e;
	char name[4] = "", *text, *back;

	for (int a = 1; a < 256; a++) {
		for (int b = 0; b < 256; b++) {
			name[0] = (char)a;
			name[1] = (char)b;
			text = name_encode(name);
			back = name_decode(text, &e);
			CHECK_STR(back, name);
			free(text);
			free(back);
		}
	}
}

static void
check_encoding(const char *name, const char *want)
{
	struct err e;
	char *text = name_encode(name), *back = name_decode(want, &e);

	CHECK_STR(text, want);
	CHECK_STR(back, name);
	free(text);
	free(back);
}

static void
encodes_percent_and_what_is_not_utf8_only(void)
{
	check_encoding("", "");
	check_encoding("a b/\"c\"\n\t\\#?&+", "a b/\"c\"\n\t\\#?&+");
	check_encoding("100%", "100%25");
	check_encoding("%41", "%2541");
	check_encoding("\xc3\xa9.pdf", "\xc3\xa9.pdf");
	check_encoding("\xe9.pdf", "%E9.pdf");
	check_encoding("\xc3", "%C3");
	check_encoding("\xc0\xaf", "%C0%AF");        /* overlong */
	check_encoding("\xed\xa0\x80", "%ED%A0%80"); /* a surrogate */
	check_encoding("\xf0\x9f\x93\x84", "\xf0\x9f\x93\x84");
	check_encoding("\xf4\x90\x80\x80", "%F4%90%80%80"); /* U+110000 */
}

static void
refuses_bad_escapes(void)
{
	static const char *const bad[] = { "%", "a%", "%4", "%4g", "%g4", "%%41", "% 1", "%-1",
		"%00", "a%00b" };
	struct err e;
	char *s;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!name_decode(bad[i], &e));
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "record.member");
	}
	s = name_decode("%e9%2F%20", &e);
	CHECK_STR(s, "\xe9/ ");
	free(s);
}

static void
takes_paths_from_file_uris_only(void)
{
	static const char *const bad[] = { "", "/a", "file:", "file:/a", "file://", "file://host/a",
		"s3://bucket/a", "http://x/", "FILE:///a", "file:///a%", "file:///%00" };
	struct err e;
	char *s;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!store_path(bad[i], &e));
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "store.uri");
	}
	s = store_path("file:///a b/50%25%E9.pdf", &e);
	CHECK_STR(s, "/a b/50%\xe9.pdf");
	free(s);
}

static void
check_base(const char *path, const char *want)
{
	struct err e;
	char *base = store_base(path, &e);

	CHECK_STR(base, want);
	free(base);
}

static void
makes_uris_of_operands(void)
{
	char want[sizeof(folder) + 32];
	struct err e;

	check_base("/", "file://");
	check_base("//", "file://");
	check_base("/a", "file:///a");
	check_base("/a//b/./c/.//", "file:///a/b/c");
	check_base("/a/../b", "file:///a/../b");
	check_base("/a/...", "file:///a/...");
	check_base("/50%/\xe9", "file:///50%25/%E9");
	snprintf(want, sizeof(want), "file://%s", folder);
	check_base(".", want);
	check_base("./", want);
	snprintf(want, sizeof(want), "file://%s/../-x", folder);
	check_base("../-x", want);

	CHECK(mkdir("gone", 0700) == 0 && chdir("gone") == 0);
	CHECK(rmdir("../gone") == 0);
	CHECK(!store_base("x", &e));
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, "store.read");
	check_base("/x", "file:///x");
	CHECK(chdir(folder) == 0);
}

static void
check_refused(const char *path, enum err_class class, const char *code)
{
	struct stat st;
	struct err e;

	CHECK(store_open(path, &st, &e) == -1);
	CHECK(e.class == class);
	CHECK_STR(e.code, code);
}

static void
opens_plain_files_without_waiting(void)
{
	struct stat st;
	struct err e;
	char etag[48], want[48];
	int fd;

	folder_write("file", "12345");
	CHECK(symlink("file", "link") == 0);
	fd = store_open("link", &st, &e);
	CHECK(fd >= 0 && st.st_size == 5 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	close(fd);
	store_etag(etag, st.st_size, store_mtime_ns(&st));
	snprintf(want, sizeof(want), "5-%lld%09ld", (long long)st.st_mtim.tv_sec,
	    st.st_mtim.tv_nsec);
	CHECK_STR(etag, want);

	CHECK(mkfifo("fifo", 0600) == 0 && symlink("loop", "loop") == 0);
	alarm(10);
	check_refused("fifo", ERR_VALIDATION, "document.type");
	check_refused("/dev/zero", ERR_VALIDATION, "document.type");
	check_refused(".", ERR_VALIDATION, "document.type");
	check_refused("missing", ERR_PERMANENT, "document.missing");
	check_refused("file/x", ERR_PERMANENT, "document.missing");
	check_refused("loop", ERR_PERMANENT, "document.missing");
	check_refused("", ERR_PERMANENT, "document.missing");
	alarm(0);
}

static void
says_which_file_it_may_not_read(void)
{
	check_refused("secret", ERR_PERMANENT, "store.read");
}

int
main(void)
{
	int before = folder_fds();

	folder_begin();
	encodes_and_decodes_every_name();
	encodes_percent_and_what_is_not_utf8_only();
	refuses_bad_escapes();
	takes_paths_from_file_uris_only();
	makes_uris_of_operands();
	opens_plain_files_without_waiting();
	folder_write("secret", "");
	CHECK(chmod("secret", 0) == 0);
	folder_child(says_which_file_it_may_not_read, NOBODY);
	CHECK(folder_fds() == before);
	folder_end();
	return 0;
}

#include "unit/dir/listing.h"

#include <malloc.h>

#include "base/log.h"

static void
lists_odd_names(void)
{
	static const char *const odd[] = { "a b", "q\"uo'te", "new\nline", "100%", "%41", "%E9",
		"\xc3\xa9", "\xe9", "\xff\xfe", "-dash", "--", " ", "\\", "\x01\x7f", "...", "*",
		"a.pdf.md" };
	enum { N = sizeof(odd) / sizeof(*odd) };
	char name[600], longest[256];

	CHECK(mkdir("odd", 0755) == 0);
	memset(longest, 'x', 255);
	longest[255] = '\0';
	for (size_t i = 0; i <= N; i++) {
		const char *s = i < N ? odd[i] : longest;

		snprintf(name, sizeof(name), "odd/%s", s);
		CHECK(mkdir(name, 0755) == 0);
		snprintf(name, sizeof(name), "odd/%s/%s", s, s);
		folder_write(name, s);
	}
	list("odd", NULL);
	CHECK(found.n == N + 1 && !found.nfailed);
	for (size_t i = 0; i <= N; i++) {
		const char *s = i < N ? odd[i] : longest;

		snprintf(name, sizeof(name), "%s/%s", s, s);
		check_document(name, s);
	}
	CHECK(find("\xc3\xa9/\xc3\xa9") && find("%E9/%E9") && find("%2541/%2541"));
}

static void
says_times_in_utc(void)
{
	const struct timespec t[2] = { { 0, 0 }, { 1767323045, 999999999 } };
	const struct timespec far[2] = { { 0, 0 }, { 300000000000, 0 } };
	struct stat st;

	CHECK(mkdir("times", 0755) == 0);
	folder_write("times/a", "abc");
	CHECK(utimensat(AT_FDCWD, "times/a", t, 0) == 0);
	list("times", NULL);
	CHECK_STR(rec_str(find("a"), "mtime"), "2026-01-02T03:04:05Z");
	CHECK_STR(rec_str(find("a"), "etag"), "3-1767323045999999999");
	CHECK(utimensat(AT_FDCWD, "times/a", far, 0) == 0);
	CHECK(stat("times/a", &st) == 0);
	list("times", NULL);
	CHECK(rec_has(find("a"), "mtime") == (st.st_mtim.tv_sec < 253402300800));
}

/* 64 open directories are the folder itself and 63 below it. */
static void
goes_down_to_a_limit(void)
{
	char rel[2 * 80 + 1] = "", want[2 * 64 + 1] = "";

	CHECK(mkdir("deep", 0755) == 0 && chdir("deep") == 0);
	for (int i = 0; i < 70; i++) {
		CHECK(mkdir("d", 0755) == 0 && chdir("d") == 0);
		folder_write("f", "x");
	}
	CHECK(chdir(folder) == 0);
	folder_write("deep/z", "x");
	list("deep", NULL);
	CHECK(found.nfailed == 1 && found.n == 1 + 63 + 1);
	CHECK_STR(found.e.code, "store.depth");
	CHECK(found.e.class == ERR_PERMANENT);
	for (int i = 0; i < 64; i++)
		memcpy(want + (size_t)i * 2, "d/", 2);
	CHECK(find(want) && find("z"));
	CHECK_STR(rec_str(find(want), "kind"), "error");
	memcpy(rel, want, sizeof(want) - 3);
	memcpy(rel + 126, "f", 2);
	CHECK(find(rel));
}

static void
goes_on_after_what_it_may_not_read(void)
{
	list("locked", NULL);
	CHECK(found.n == 3 && found.nfailed == 1);
	CHECK(find("a") && find("z/b"));
	CHECK_STR(rec_str(find("m%25/"), "kind"), "error");
	CHECK_STR(found.e.code, "store.read");
	CHECK(found.e.class == ERR_PERMANENT);
	CHECK(strstr(found.e.msg, "m%25/") && strstr(found.e.msg, "denied"));
}

static void
make_locked(void)
{
	CHECK(mkdir("locked", 0755) == 0 && mkdir("locked/m%", 0700) == 0);
	CHECK(mkdir("locked/z", 0755) == 0);
	folder_write("locked/a", "");
	folder_write("locked/m%/secret", "");
	folder_write("locked/z/b", "");
	CHECK(chmod("locked/m%", 0) == 0);
}

static void
check_operand(const char *operand, const char *rel, const char *uri)
{
	char want[sizeof(folder) + 128];

	list(operand, NULL);
	CHECK(found.n == 1 && !found.nfailed && find(rel));
	snprintf(want, sizeof(want), "file://%s/%s", folder, uri);
	CHECK_STR(rec_str(find(rel), "uri"), want);
}

static void
check_no_operand(const char *operand)
{
	static const struct store_list_conf all;
	struct err e;
	int before = folder_fds();

	CHECK(!store_list_new(operand, &all, &e));
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, "store.read");
	CHECK(folder_fds() == before);
}

static void
takes_operands_as_they_come(void)
{
	char path[sizeof(folder) + 64];

	CHECK(mkdir("op", 0755) == 0 && mkdir("op/sub", 0755) == 0);
	folder_write("op/sub/f %", "x");
	CHECK(symlink("op/sub", "oplink") == 0);
	CHECK(symlink("op/sub/f %", "flink") == 0);
	check_operand("op", "sub/f %25", "op/sub/f %25");
	check_operand("op///", "sub/f %25", "op/sub/f %25");
	check_operand("./op//sub/.", "f %25", "op/sub/f %25");
	check_operand("op/../op", "sub/f %25", "op/../op/sub/f %25");
	check_operand("oplink", "f %25", "oplink/f %25");
	check_operand("oplink/", "f %25", "oplink/f %25");
	check_operand("op/sub/f %", "f %25", "op/sub/f %25");
	check_operand("flink", "flink", "flink");
	snprintf(path, sizeof(path), "%s//op/", folder);
	check_operand(path, "sub/f %25", "op/sub/f %25");
	snprintf(path, sizeof(path), "%s/op/sub/f %%", folder);
	check_operand(path, "f %25", "op/sub/f %25");
	CHECK(chdir("op/sub") == 0);
	check_operand("f %", "f %25", "op/sub/f %25");
	check_operand(".", "f %25", "op/sub/f %25");
	CHECK(chdir(folder) == 0);

	alarm(20);
	CHECK(mkfifo("opfifo", 0600) == 0);
	check_no_operand("opfifo");
	check_no_operand("/dev/null");
	check_no_operand("missing");
	check_no_operand("");
	check_no_operand("flink/");
	alarm(0);
}

static void
set_time(const char *path, time_t sec, long nsec)
{
	const struct timespec t[2] = { { sec, nsec }, { sec, nsec } };

	CHECK(utimensat(AT_FDCWD, path, t, AT_SYMLINK_NOFOLLOW) == 0);
}

static void
skips_what_has_a_newer_result(void)
{
	struct store_list_conf conf = { .newer_in = "updest" };
	struct err e;

	CHECK(mkdir("up", 0755) == 0 && mkdir("up/x.md", 0755) == 0);
	folder_write("up/older", "");
	folder_write("up/same", "");
	folder_write("up/newer", "");
	folder_write("up/none", "");
	folder_write("up/link", "");
	folder_write("up/x.md/50%", "");
	list("up", &conf); /* there is no such folder yet */
	CHECK(found.n == 6 && found.skipped == 0);

	CHECK(mkdir("updest", 0755) == 0 && mkdir("updest/%=x.md", 0755) == 0);
	folder_write("updest/older.md", "");
	folder_write("updest/same.md", "");
	folder_write("updest/newer.md", "");
	folder_write("updest/%=x.md/50%.md", "");
	CHECK(symlink("newer.md", "updest/link.md") == 0);
	set_time("up/older", 1000, 2);
	set_time("updest/older.md", 1000, 1);
	set_time("up/same", 1000, 2);
	set_time("updest/same.md", 1000, 2);
	set_time("up/newer", 1000, 2);
	set_time("updest/newer.md", 1000, 3);
	list("up", &conf);
	CHECK(found.n == 3 && found.skipped == 3);
	CHECK(find("older") && find("none") && find("link"));
	list("up/newer", &conf);
	CHECK(found.n == 0 && found.skipped == 1);

	conf.newer_in = "up/same";
	CHECK(!store_list_new("up", &conf, &e));
	CHECK_STR(e.code, "dest.open");
	CHECK(e.class == ERR_FATAL);
}

static void
skips_a_folder_by_what_it_is(void)
{
	struct store_list_conf conf = { .skip_dir = "skiplink/." };

	CHECK(mkdir("skip", 0755) == 0 && mkdir("skip/out", 0755) == 0);
	CHECK(mkdir("skip/b", 0755) == 0 && mkdir("skip/b/out", 0755) == 0);
	folder_write("skip/a", "");
	folder_write("skip/out/a", "");
	folder_write("skip/b/out/a", "");
	list("skip", &conf);
	CHECK(found.n == 3);
	CHECK(symlink("skip/b/out", "skiplink") == 0);
	list("skip", &conf);
	CHECK(found.n == 2 && find("a") && find("out/a"));
	conf.skip_dir = "skip";
	list("skip", &conf);
	CHECK(found.n == 3);
}

static void
matches_globs_on_the_whole_of_rel(void)
{
	static const char *const match[] = { "*.pdf", "b/?" };
	static const char *const exclude[] = { "b/*.pdf", ".*" };
	struct store_list_conf conf = { .globs = { match, exclude, 2, 0 } };

	CHECK(mkdir("glob", 0755) == 0 && mkdir("glob/b", 0755) == 0);
	folder_write("glob/a.pdf", "");
	folder_write("glob/.h.pdf", "");
	folder_write("glob/a.png", "");
	folder_write("glob/b/a.pdf", "");
	folder_write("glob/b/x", "");
	list("glob", &conf);
	CHECK(found.n == 4 && !find("a.png"));
	conf.globs.nexclude = 2;
	list("glob", &conf);
	CHECK(found.n == 2 && find("a.pdf") && find("b/x"));
	conf.globs.nmatch = 0;
	list("glob", &conf);
	CHECK(found.n == 3 && find("a.png"));
}

/* In use after n of the files; mallinfo2 says 0 under a sanitizer. */
static void
uses_the_same_memory_for_many_files(void)
{
	static const struct store_list_conf all;
	struct store_list *l;
	struct err e;
	struct rec *rec;
	size_t first = 0, last = 0;
	char name[64];
	int n = 0;

	CHECK(mkdir("many", 0755) == 0);
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "many/%d", i);
		folder_write(name, "");
	}
	l = store_list_new("many", &all, &e);
	CHECK(l);
	for (; (rec = store_list_next(l, &e)); n++) {
		rec_free(rec);
		if (n == 50)
			first = mallinfo2().uordblks;
		if (n == 4950)
			last = mallinfo2().uordblks;
	}
	CHECK(n == 5000 && last <= first + 4096);
	store_list_free(l);
}

/* Files and folders that go while the listing is under way. */
static void
survives_a_folder_that_is_removed(void)
{
	static const struct store_list_conf all;
	struct store_list *l;
	struct err e;
	struct rec *rec;
	char name[64];
	int n = 0;

	CHECK(mkdir("going", 0755) == 0);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "going/%d", i);
		CHECK(mkdir(name, 0755) == 0);
		snprintf(name, sizeof(name), "going/%d/f", i);
		folder_write(name, "");
	}
	l = store_list_new("going", &all, &e);
	rec = store_list_next(l, &e);
	CHECK(rec && !e.code);
	rec_free(rec);
	CHECK(nftw("going", folder_unlink, 64, FTW_DEPTH | FTW_PHYS) == 0);
	while ((rec = store_list_next(l, &e))) {
		CHECK(!e.code && n++ < 20);
		rec_free(rec);
	}
	store_list_free(l);
}

int
main(void)
{
	CHECK(setenv("QUIRE_LOG", "error", 1) == 0);
	log_init("test");
	folder_begin();
	lists_odd_names();
	says_times_in_utc();
	goes_down_to_a_limit();
	make_locked();
	folder_child(goes_on_after_what_it_may_not_read, NOBODY);
	CHECK(chmod("locked/m%", 0700) == 0);
	takes_operands_as_they_come();
	skips_what_has_a_newer_result();
	skips_a_folder_by_what_it_is();
	matches_globs_on_the_whole_of_rel();
	uses_the_same_memory_for_many_files();
	survives_a_folder_that_is_removed();
	forget();
	folder_end();
	return 0;
}

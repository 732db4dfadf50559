#include "unit/folder.h"

#include "base/err.h"
#include "work/dir.h"

static void
use(const char *root)
{
	CHECK(setenv("QUIRE_WORK", root, 1) == 0);
}

static void
refuses_a_root_that_others_can_enter(void)
{
	struct err e;

	CHECK(mkdir("open", 0755) == 0);
	use("open");
	CHECK(!work_root(&e));
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, "work.root");
	CHECK(!work_make("id", &e));
	CHECK_STR(e.code, "work.root");
}

static void
refuses_a_root_of_someone_else(void)
{
	struct err e;

	if (geteuid() == 0) {
		CHECK(mkdir("theirs", 0700) == 0);
		CHECK(chown("theirs", NOBODY, NOBODY) == 0);
		use("theirs");
		CHECK(!work_root(&e));
		CHECK(e.class == ERR_FATAL);
		CHECK_STR(e.code, "work.root");
	}
}

static void
refuses_a_default_root_that_is_a_link(void)
{
	char name[64];
	struct err e;

	CHECK(unsetenv("QUIRE_WORK") == 0);
	CHECK(mkdir("tmp", 0755) == 0 && mkdir("private", 0700) == 0);
	CHECK(setenv("TMPDIR", "tmp", 1) == 0);
	snprintf(name, sizeof(name), "tmp/quire-%lu", (unsigned long)geteuid());
	CHECK(symlink("../private", name) == 0);
	CHECK(!work_root(&e));
	CHECK_STR(e.code, "work.root");
	CHECK(unlink(name) == 0);
	CHECK(work_root(&e));
	CHECK(*work_root(&e) == '/');
	CHECK(access(name, X_OK) == 0);
}

static void
refuses_a_root_without_a_parent_or_permission(void)
{
	struct err e;

	use("no/such/root");
	CHECK(!work_root(&e));
	CHECK(e.class == ERR_FATAL);
	use("/dev/null");
	CHECK(!work_root(&e));
	CHECK_STR(e.code, "work.root");
}

static void
takes_a_root_through_a_link_of_the_operator(void)
{
	char want[sizeof(folder) + 8];
	struct err e;

	CHECK(mkdir("disk", 0700) == 0 && symlink("disk", "link") == 0);
	use("link");
	snprintf(want, sizeof(want), "%s/disk", folder);
	CHECK_STR(work_root(&e), want);
}

static void
makes_directories_by_fresh_names(void)
{
	char id[200], *a, *b;
	struct stat st;
	struct err e;
	const char *name;

	use("root");
	a = work_make("../a b/\n%\xff", &e);
	b = work_make("../a b/\n%\xff", &e);
	CHECK(a && b && strcmp(a, b) != 0);
	name = work_name(work_root(&e), a);
	CHECK(name && strncmp(name, "___a_b____.", 11) == 0);
	CHECK(strlen(name) == 11 + 16);
	CHECK(stat(a, &st) == 0 && (st.st_mode & 07777) == 0700);
	free(a);
	free(b);

	memset(id, 'x', sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	a = work_make(id, &e);
	CHECK(a && strlen(work_name(work_root(&e), a)) == 64 + 1 + 16);
	b = work_make("", &e);
	CHECK(b && strncmp(work_name(work_root(&e), b), "_.", 2) == 0);
	free(a);
	free(b);
}

static void
makes_its_root_again_when_it_was_tidied_away(void)
{
	struct err e;
	char *a;

	use("tidied");
	CHECK(work_root(&e));
	CHECK(rmdir("tidied") == 0);
	a = work_make("a", &e);
	CHECK(a && access(a, W_OK) == 0);
	free(a);
}

static void
check_no_work(const char *path, const char *code)
{
	struct err e;

	CHECK(work_open(path, &e) == -1);
	CHECK_STR(e.code, code);
	CHECK(e.class == (strcmp(code, "work.gone") == 0 ? ERR_PERMANENT : ERR_VALIDATION));
}

static void
opens_only_what_it_could_have_made(void)
{
	static const char *const bad[] = { "", ".", "..", "mine", "x.0123456789abcde",
		"x.0123456789abcdef0", "x.0123456789ABCDEF", ".0123456789abcdef",
		"x.0123456789abcdef/", "a.b.0123456789abcdef", "x.0123456789abcdef/y",
		"../root/x.0123456789abcdef", "/etc" };
	struct err e;
	char path[4096], *a;
	const char *root;
	int fd;

	use("root");
	root = work_root(&e);
	CHECK(root && mkdir("root/mine", 0700) == 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(path, sizeof(path), "%s/%s", root, bad[i]);
		check_no_work(path, "work.path");
		CHECK(work_remove(path, &e) == -1);
	}
	check_no_work(root, "work.path");
	check_no_work("", "work.path");
	check_no_work("/etc", "work.path");
	CHECK(access("root/mine", F_OK) == 0);

	snprintf(path, sizeof(path), "%s/x.0123456789abcdef", root);
	check_no_work(path, "work.gone");
	CHECK(symlink("mine", path) == 0);
	check_no_work(path, "work.path");
	CHECK(work_remove(path, &e) == -1 && access(path, F_OK) == 0);
	CHECK(unlink(path) == 0);
	folder_write(path, "");
	check_no_work(path, "work.path");

	a = work_make("a", &e);
	fd = work_open(a, &e);
	CHECK(fd >= 0 && fcntl(fd, F_GETFD) == FD_CLOEXEC);
	close(fd);
	free(a);
}

static void
refuses_a_work_of_someone_else(void)
{
	struct err e;
	char *a;

	if (geteuid() != 0)
		return;
	use("root");
	a = work_make("a", &e);
	CHECK(a && chown(a, NOBODY, NOBODY) == 0);
	check_no_work(a, "work.path");
	CHECK(work_remove(a, &e) == -1 && access(a, F_OK) == 0);
	free(a);
}

static void
names_only_what_lies_directly_inside(void)
{
	const char *path = "/w/a.1/p-0001.png";

	CHECK(work_name("/w/a.1", path) == path + 7);
	CHECK_STR(work_name("/w/a.1", "/w/a.1/..."), "...");
	CHECK(!work_name("/w/a.1", "/w/a.1"));
	CHECK(!work_name("/w/a.1", "/w/a.1/"));
	CHECK(!work_name("/w/a.1", "/w/a.1/."));
	CHECK(!work_name("/w/a.1", "/w/a.1/.."));
	CHECK(!work_name("/w/a.1", "/w/a.1/x/y"));
	CHECK(!work_name("/w/a.1", "/w/a.1//y"));
	CHECK(!work_name("/w/a.1", "/w/a.10/y"));
	CHECK(!work_name("/w/a.1", "/w/a"));
	CHECK(!work_name("/w/a.1", "p.png"));
}

static void
removes_one_file_and_nothing_else(void)
{
	struct err e;
	char *w, path[4096];
	int before;

	use("root");
	w = work_make("a", &e);
	before = folder_fds();
	folder_write("mine", "kept");
	snprintf(path, sizeof(path), "%s/p", w);
	folder_write(path, "");
	CHECK(work_remove_file(w, path, &e) == 0);
	CHECK(access(path, F_OK) < 0);
	CHECK(work_remove_file(w, path, &e) == 0);

	CHECK(symlink("../../mine", path) == 0);
	CHECK(work_remove_file(w, path, &e) == -1);
	CHECK_STR(e.code, "work.remove");
	CHECK_STR(folder_read("mine"), "kept");
	snprintf(path, sizeof(path), "%s/../../mine", w);
	CHECK(work_remove_file(w, path, &e) == -1);
	CHECK_STR(e.code, "work.path");
	CHECK(work_remove_file(w, "mine", &e) == -1);
	/* a "work" that is not ours does not make its files ours */
	snprintf(path, sizeof(path), "%s/mine", folder);
	CHECK(work_remove_file(folder, path, &e) == -1);
	CHECK_STR(e.code, "work.path");
	CHECK_STR(folder_read("mine"), "kept");
	CHECK(folder_fds() == before);
	free(w);
}

static void
removes_the_whole_or_says_what_is_left(void)
{
	struct err e;
	char *w, path[4096];
	int before;

	use("root");
	w = work_make("a", &e);
	before = folder_fds();
	for (int i = 0; i < 500; i++) {
		snprintf(path, sizeof(path), "%s/p-%04d.png", w, i);
		folder_write(path, "");
	}
	CHECK(mkdir("keep", 0700) == 0);
	folder_write("keep/file", "kept");
	snprintf(path, sizeof(path), "%s/link", w);
	CHECK(symlink("../../keep", path) == 0);
	CHECK(work_remove(w, &e) == -1);
	CHECK(e.class == ERR_PERMANENT);
	CHECK_STR(e.code, "work.remove");
	CHECK(strstr(e.msg, "link"));
	CHECK(folder_count(w) == 1);
	CHECK_STR(folder_read("keep/file"), "kept");

	CHECK(unlink(path) == 0 && mkdir(path, 0700) == 0);
	CHECK(work_remove(w, &e) == -1 && folder_count(w) == 1);
	CHECK(rmdir(path) == 0);
	CHECK(work_remove(w, &e) == 0);
	CHECK(access(w, F_OK) < 0);
	CHECK(work_remove(w, &e) == 0);
	CHECK(folder_fds() == before);
	free(w);
}

static void
says_what_it_may_not_remove(void)
{
	struct err e;
	char *w, path[4096];

	if (geteuid() == 0) /* where root cannot become nobody */
		return;
	use("nobody/root");
	w = work_make("a", &e);
	CHECK(w);
	snprintf(path, sizeof(path), "%s/p", w);
	folder_write(path, "");
	CHECK(chmod(w, 0500) == 0);
	CHECK(work_remove(w, &e) == -1);
	CHECK_STR(e.code, "work.remove");
	CHECK(work_remove_file(w, path, &e) == -1);
	CHECK_STR(e.code, "work.remove");
	CHECK(chmod(w, 0700) == 0 && chmod("nobody/root", 0500) == 0);
	CHECK(!work_make("b", &e));
	CHECK(e.class == ERR_FATAL);
	CHECK(chmod("nobody/root", 0700) == 0);
	CHECK(work_remove(w, &e) == 0);
	free(w);
}

int
main(void)
{
	static void (*const tests[])(void) = {
		refuses_a_root_that_others_can_enter,
		refuses_a_root_of_someone_else,
		refuses_a_default_root_that_is_a_link,
		refuses_a_root_without_a_parent_or_permission,
		takes_a_root_through_a_link_of_the_operator,
		makes_directories_by_fresh_names,
		makes_its_root_again_when_it_was_tidied_away,
		opens_only_what_it_could_have_made,
		refuses_a_work_of_someone_else,
		names_only_what_lies_directly_inside,
		removes_one_file_and_nothing_else,
		removes_the_whole_or_says_what_is_left,
	};

	folder_begin();
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		folder_child(tests[i], 0); /* the root is for a process's life */
	CHECK(mkdir("nobody", 0700) == 0);
	if (geteuid() == 0)
		CHECK(chown("nobody", NOBODY, NOBODY) == 0);
	folder_child(says_what_it_may_not_remove, NOBODY);
	folder_end();
	return 0;
}

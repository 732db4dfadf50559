#include "unit/folder.h"

#include "base/err.h"
#include "base/mem.h"
#include "dir/open.h"
#include "dir/put.h"

static int
open_text(const char *text)
{
	int fd;

	folder_write("text", text);
	fd = open("text", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0 && lseek(fd, 1, SEEK_SET) == 1);
	return fd;
}

/* Put a text: the path of the result, until the next call, or NULL. */
static const char *
put(const char *dest, const char *rel, const char *text, struct err *e)
{
	static char path[8192];
	int before = folder_fds(), fd = open_text(text);
	struct store_dest *d = store_dest_open(dest, e);
	char *uri, *name;

	CHECK(d);
	uri = store_dest_put(d, rel, fd, NULL, e);
	CHECK(lseek(fd, 0, SEEK_CUR) == 1);
	close(fd);
	store_dest_close(d);
	CHECK(folder_fds() == before);
	if (!uri)
		return NULL;
	name = store_path(uri, e);
	CHECK(name);
	snprintf(path, sizeof(path), "%s", name);
	free(name);
	free(uri);
	return path;
}

static void
check_refused(const char *dest, const char *rel, enum err_class class, const char *code)
{
	struct err e;

	CHECK(!put(dest, rel, "refused", &e));
	CHECK_STR(e.code, code);
	CHECK(e.class == class);
}

static void
puts_results_where_their_uri_says(void)
{
	char want[sizeof(folder) + 64];
	struct err e;

	snprintf(want, sizeof(want), "%s/out/new/a b/50%%\xe9.pdf.md", folder);
	CHECK_STR(put("out//./new/", "a b/50%25%E9.pdf", "# One\n", &e), want);
	CHECK_STR(folder_read(want), "# One\n");
	CHECK_STR(put("out/new", "a b/50%25%E9.pdf", "# Two\n", &e), want);
	CHECK_STR(folder_read(want), "# Two\n");
	CHECK_STR(folder_read(put("out", "empty", "", &e)), "");
	CHECK(folder_count("out/new") == 1 && folder_count("out/new/a b") == 1);
	CHECK(symlink("out", "outlink") == 0);
	snprintf(want, sizeof(want), "%s/outlink/x.md", folder);
	CHECK_STR(put("outlink", "x", "1", &e), want);
	CHECK_STR(folder_read("out/x.md"), "1");
}

static void
puts_a_large_file_whole(void)
{
	enum { N = 1 << 20 };
	char *data = mem_new(N, 1), *back = mem_new(N + 1, 1);
	FILE *fp = fopen("large", "wbe");
	struct store_dest *d;
	struct err e;
	char *uri;
	int fd;

	for (size_t i = 0; i < N; i++)
		data[i] = (char)(i * 31 + i / 255);
	CHECK(fp && fwrite(data, 1, N, fp) == N && fclose(fp) == 0);
	fd = open("large", O_RDONLY | O_CLOEXEC);
	d = store_dest_open("out", &e);
	uri = store_dest_put(d, "large", fd, &(struct store_put){ .source = "large" }, &e);
	CHECK(uri);
	free(uri);
	store_dest_close(d);
	close(fd);
	fp = fopen("out/large.md", "rbe");
	CHECK(fp && fread(back, 1, N + 1, fp) == N);
	CHECK(memcmp(data, back, N) == 0);
	fclose(fp);
	free(data);
	free(back);
}

static void
heeds_the_umask(void)
{
	struct stat st;
	struct err e;
	mode_t old = umask(027);

	CHECK(put("mode", "d/f", "x", &e));
	CHECK(stat("mode/d", &st) == 0 && (st.st_mode & 0777) == 0750);
	CHECK(stat("mode/d/f.md", &st) == 0 && (st.st_mode & 0777) == 0640);
	umask(0);
	CHECK(put("mode", "d/f", "x", &e));
	CHECK(put("mode", "e/f", "x", &e));
	CHECK(stat("mode/e", &st) == 0 && (st.st_mode & 0777) == 0777);
	CHECK(stat("mode/d/f.md", &st) == 0 && (st.st_mode & 0777) == 0666);
	umask(old);
}

static int nfiles;

static int
count_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)path, (void)st;
	CHECK(type == FTW_D || (type == FTW_F && ftw->level >= 1));
	nfiles += type == FTW_F;
	return 0;
}

/* Each of these is a file of its own, below the folder and nowhere else. */
static void
never_leaves_the_folder(void)
{
	static const char *const parts[] = { "", ".", "..", "a", "a.md", ".md", "%25~", "%25~.md",
		"%25#", "%25=.md", ".quire-1", "-", "\n", "%FF" };
	enum { N = sizeof(parts) / sizeof(*parts) };
	struct store_dest *d;
	struct err e;
	char *rel, *uri;
	int fd, n = 0, outside;

	CHECK(mkdir("jail", 0755) == 0 && mkdir("jail/dest", 0755) == 0);
	fd = open_text("x");
	outside = folder_count(".");
	d = store_dest_open("jail/dest", &e);
	for (size_t i = 0; i < N * N; i++) {
		rel = mem_printf("%s/%s%s", parts[i / N], parts[i % N],
		    i % 3 == 0       ? ""
			: i % 3 == 1 ? "/.."
				     : "/x");
		uri = store_dest_put(d, rel, fd, NULL, &e);
		CHECK(uri);
		free(uri);
		free(rel);
		n++;
	}
	uri = store_dest_put(d, "/etc/quire-unit", fd, NULL, &e);
	CHECK(uri && access("/etc/quire-unit.md", F_OK) < 0);
	free(uri);
	store_dest_close(d);
	close(fd);
	CHECK(nftw("jail/dest", count_file, 64, FTW_PHYS) == 0);
	CHECK(nfiles == n + 1);
	CHECK(folder_count("jail") == 1 && folder_count(".") == outside);
	check_refused("jail", "a%2Fb", ERR_VALIDATION, "dest.name");
	check_refused("jail", "a%", ERR_VALIDATION, "record.member");
	CHECK(folder_count("jail") == 1);
}

static void
follows_and_replaces_no_link(void)
{
	CHECK(mkdir("ln", 0755) == 0 && mkdir("away", 0755) == 0);
	folder_write("away/file.md", "kept");
	CHECK(symlink("../away", "ln/dir") == 0);
	CHECK(symlink("../away/file.md", "ln/file.md") == 0);
	CHECK(symlink("../away/new", "ln/dangling.md") == 0);
	CHECK(symlink("../away/new", "ln/dangle") == 0);
	check_refused("ln", "dir/new", ERR_PERMANENT, "dest.symlink");
	check_refused("ln", "dir/sub/new", ERR_PERMANENT, "dest.symlink");
	check_refused("ln", "dangle/new", ERR_PERMANENT, "dest.symlink");
	check_refused("ln", "file", ERR_PERMANENT, "dest.symlink");
	check_refused("ln", "dangling", ERR_PERMANENT, "dest.symlink");
	CHECK(folder_count("away") == 1 && folder_count("ln") == 4);
	CHECK_STR(folder_read("away/file.md"), "kept");
}

static void
says_what_is_in_the_way(void)
{
	CHECK(mkdir("way", 0755) == 0 && mkdir("way/d.md", 0755) == 0);
	folder_write("way/f", "kept");
	check_refused("way", "d", ERR_PERMANENT, "dest.write");
	check_refused("way", "f/x", ERR_PERMANENT, "dest.write");
	CHECK(folder_count("way") == 2 && folder_count("way/d.md") == 0);
	CHECK_STR(folder_read("way/f"), "kept");
}

static void
never_overwrites_the_source(void)
{
	static const char *const same[] = { "src/a.md", "src/hard", "src/soft", "src/../src/a.md" };
	struct store_dest *d;
	struct err e;
	char *uri;
	int fd = open_text("new");

	CHECK(mkdir("src", 0755) == 0);
	folder_write("src/a.md", "source");
	CHECK(link("src/a.md", "src/hard") == 0);
	CHECK(symlink("a.md", "src/soft") == 0);
	d = store_dest_open("src", &e);
	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		CHECK(!store_dest_put(d, "a", fd, &(struct store_put){ .source = same[i] }, &e));
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "dest.source");
		CHECK_STR(folder_read("src/a.md"), "source");
	}
	CHECK(folder_count("src") == 3);
	uri = store_dest_put(d, "b", fd, &(struct store_put){ .source = "src/a.md" }, &e);
	CHECK(uri);
	free(uri);
	uri = store_dest_put(d, "a", fd, &(struct store_put){ .source = "src/missing" }, &e);
	CHECK(uri);
	free(uri);
	CHECK_STR(folder_read("src/a.md"), "new");
	CHECK_STR(folder_read("src/hard"), "source");
	store_dest_close(d);
	close(fd);
}

static void
put_often(void)
{
	char text[2][4001];
	struct store_dest *d;
	struct err e;
	int fd[2];

	for (int i = 0; i < 2; i++) {
		char name[32];

		memset(text[i], 'a' + i, 4000);
		text[i][4000 - i * 1000] = '\0';
		snprintf(name, sizeof(name), "race-%d-%d", getpid(), i);
		folder_write(name, text[i]);
		fd[i] = open(name, O_RDONLY | O_CLOEXEC);
	}
	d = store_dest_open("race", &e);
	for (int i = 0; i < 40; i++) {
		char rel[32], *uri;

		snprintf(rel, sizeof(rel), "d%d/x", i % 10);
		uri = store_dest_put(d, rel, fd[i & 1], NULL, &e);
		CHECK(uri);
		free(uri);
	}
	store_dest_close(d);
	close(fd[0]);
	close(fd[1]);
}

static void
check_whole(const char *text)
{
	if (text)
		CHECK((strlen(text) == 4000 && *text == 'a') ||
		    (strlen(text) == 3000 && *text == 'b'));
}

/* While others put the same names, each of them is always whole. */
static void
shares_the_folder_with_others(void)
{
	enum { OTHERS = 4 };
	pid_t pid[OTHERS];
	int status;
	char name[32];

	for (int i = 0; i < OTHERS; i++) {
		pid[i] = fork();
		CHECK(pid[i] >= 0);
		if (pid[i] == 0) {
			put_often();
			_exit(0);
		}
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "race/d%d/x.md", i % 10);
		check_whole(folder_read(name));
	}
	for (int i = 0; i < OTHERS; i++) {
		CHECK(waitpid(pid[i], &status, 0) == pid[i]);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	CHECK(folder_count("race") == 10);
	for (int i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "race/d%d", i);
		CHECK(folder_count(name) == 1);
		snprintf(name, sizeof(name), "race/d%d/x.md", i);
		CHECK(folder_read(name));
		check_whole(folder_read(name));
	}
}

int
main(void)
{
	folder_begin();
	puts_results_where_their_uri_says();
	puts_a_large_file_whole();
	heeds_the_umask();
	never_leaves_the_folder();
	follows_and_replaces_no_link();
	says_what_is_in_the_way();
	never_overwrites_the_source();
	shares_the_folder_with_others();
	folder_end();
	return 0;
}

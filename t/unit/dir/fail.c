#include "unit/folder.h"

#include <sys/mount.h>
#include <sys/resource.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "base/err.h"
#include "dir/put.h"

static void
leaves_no_file_when_writing_fails(void)
{
	const struct rlimit small = { 4, 4 };
	struct err e;

	CHECK(mkdir("fail", 0755) == 0);
	folder_write("fail/a.md", "old");
	signal(SIGXFSZ, SIG_IGN);
	CHECK(setrlimit(RLIMIT_FSIZE, &small) == 0);
	for (int i = 0; i < 2; i++) {
		int fd = open("text", O_RDONLY | O_CLOEXEC);
		struct store_dest *d = store_dest_open("fail", &e);

		CHECK(!store_dest_put(d, i ? "d/new" : "a", fd, NULL, &e));
		CHECK_STR(e.code, "dest.write");
		CHECK(e.class == err_class_of(EFBIG));
		store_dest_close(d);
		close(fd);
	}
	CHECK_STR(folder_read("fail/a.md"), "old");
	CHECK(folder_count("fail") == 2 && folder_count("fail/d") == 0);
}

static void
leaves_no_file_when_reading_fails(void)
{
	struct store_dest *d;
	struct err e;
	int fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	d = store_dest_open("noread", &e);
	CHECK(!store_dest_put(d, "a", fd, NULL, &e));
	CHECK_STR(e.code, "io.read");
	CHECK(folder_count("noread") == 0);
	store_dest_close(d);
	close(fd);
}

/* A disk of 64 KiB that only this child sees, full and then read-only. */
static void
survives_full_and_read_only_disks(void)
{
	struct store_dest *d;
	struct err e;
	int fd;

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return; /* no root, or a container */
	CHECK(mkdir("disk", 0755) == 0);
	if (mount("none", "disk", "tmpfs", 0, "size=64k") < 0)
		return;
	folder_write("disk/a.md", "old");
	fd = open("large", O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	d = store_dest_open("disk", &e);
	CHECK(!store_dest_put(d, "a", fd, NULL, &e));
	CHECK_STR(e.code, "dest.write");
	CHECK(e.class == ERR_TRANSIENT);
	CHECK_STR(folder_read("disk/a.md"), "old");
	CHECK(folder_count("disk") == 1);

	CHECK(mount(NULL, "disk", NULL, MS_REMOUNT | MS_RDONLY, NULL) == 0);
	CHECK(!store_dest_put(d, "a", fd, NULL, &e));
	CHECK_STR(e.code, "dest.write");
	CHECK(e.class == ERR_TRANSIENT);
	CHECK_STR(folder_read("disk/a.md"), "old");
	store_dest_close(d);
	close(fd);
	CHECK(!store_dest_open("disk", &e));
	CHECK_STR(e.code, "dest.open");
	CHECK(e.class == ERR_FATAL);
}

static void
check_not_opened(const char *path)
{
	struct err e;
	int before = folder_fds();

	CHECK(!store_dest_open(path, &e));
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.code, "dest.open");
	CHECK(folder_fds() == before);
}

static void
refuses_folders_that_cannot_be(void)
{
	folder_write("plain", "kept");
	check_not_opened("plain");
	check_not_opened("plain/x");
	check_not_opened("");
	check_not_opened("/dev/null");
	CHECK(symlink("nowhere", "nolink") == 0);
	check_not_opened("nolink");
	check_not_opened("nolink/x");
	CHECK(access("nowhere", F_OK) < 0);
}

static void
says_what_may_not_be_written(void)
{
	struct store_dest *d;
	struct err e;
	int fd = open("text", O_RDONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	check_not_opened("theirs");
	check_not_opened("theirs/new");
	d = store_dest_open("mine", &e);
	CHECK(d && !store_dest_put(d, "closed/x", fd, NULL, &e));
	CHECK_STR(e.code, "dest.write");
	CHECK(e.class == ERR_PERMANENT);
	CHECK(!store_dest_put(d, "closed/new/x", fd, NULL, &e));
	CHECK_STR(e.code, "dest.write");
	CHECK(strstr(e.msg, "closed/new") && strstr(e.msg, "denied"));
	store_dest_close(d);
	close(fd);
}

static void
make_closed(void)
{
	CHECK(mkdir("theirs", 0755) == 0 && mkdir("mine", 0777) == 0);
	CHECK(chmod("mine", 0777) == 0 && mkdir("mine/closed", 0555) == 0);
	if (geteuid() != 0)
		CHECK(chmod("theirs", 0555) == 0);
}

int
main(void)
{
	folder_begin();
	folder_write("text", "refused");
	folder_write("large", "");
	CHECK(truncate("large", 1 << 20) == 0);
	folder_child(leaves_no_file_when_writing_fails, 0);
	leaves_no_file_when_reading_fails();
	folder_child(survives_full_and_read_only_disks, 0);
	refuses_folders_that_cannot_be();
	make_closed();
	folder_child(says_what_may_not_be_written, NOBODY);
	folder_end();
	return 0;
}

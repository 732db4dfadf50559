#include "unit/dir/listing.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <errno.h>
#include <stddef.h>

#include "base/log.h"

static void
make_links(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX, .sun_path = "links/sock" };
	char path[sizeof(folder) + 64];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	CHECK(mkdir("links", 0755) == 0 && mkdir("links/sub", 0755) == 0);
	CHECK(mkdir("links2", 0755) == 0);
	folder_write("links/sub/file", "inside");
	folder_write("links2/secret", "outside");
	CHECK(symlink("sub/file", "links/in") == 0);
	CHECK(symlink("in", "links/in2") == 0);
	CHECK(symlink("../in2", "links/sub/up") == 0);
	snprintf(path, sizeof(path), "%s/links/sub/file", folder);
	CHECK(symlink(path, "links/absolute") == 0);
	CHECK(symlink("../links/sub/file", "links/outandin") == 0);
	CHECK(symlink("../links2/secret", "links/out") == 0);
	CHECK(symlink("/etc/passwd", "links/passwd") == 0);
	CHECK(symlink("../../links2/secret", "links/sub/out") == 0);
	CHECK(symlink("nowhere", "links/dangling") == 0);
	CHECK(symlink("sub/file/x", "links/through") == 0);
	CHECK(symlink("loop2", "links/loop1") == 0);
	CHECK(symlink("loop1", "links/loop2") == 0);
	CHECK(symlink("sub", "links/dir") == 0);
	CHECK(symlink(".", "links/self") == 0);
	CHECK(symlink("/proc/self/fd/0", "links/magic") == 0);
	CHECK(mkfifo("links/fifo", 0600) == 0);
	CHECK(symlink("fifo", "links/tofifo") == 0);
	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0);
	close(fd);
}

static void
check_links(void)
{
	static const char *const in[] = { "in", "in2", "sub/up", "absolute", "outandin" };

	alarm(20); /* a FIFO that is opened to be read waits for ever */
	list("links", NULL);
	CHECK(found.n == 6 && !found.nfailed);
	check_document("sub/file", "inside");
	for (size_t i = 0; i < sizeof(in) / sizeof(*in); i++) {
		struct rec *rec = find(in[i]);

		CHECK(rec && rec_int(rec, "size", 0) == 6);
		CHECK_STR(rec_str(rec, "etag"), rec_str(find("sub/file"), "etag"));
	}
	alarm(0);
}

/* An old kernel, or a container's filter that has not heard of openat2. */
static void
follows_links_without_openat2(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0);
	CHECK(syscall(SYS_openat2, 0, 0, 0, 0) == -1 && errno == ENOSYS);
	check_links();
}

static void
says_which_links_it_skips(void)
{
	static const char *const said[] = { "/links/out: skipped: a link out",
		"/links/passwd: skipped: a link out", "/links/sub/out: skipped: a link out",
		"/links/dangling: skipped: a dangling", "/links/through: skipped: a dangling",
		"/links/loop1: skipped: a link in a loop",
		"/links/dir: skipped: a link to a folder", "/links/tofifo: skipped: a link to what",
		"/links/fifo: skipped: no plain file", "/links/sock: skipped: no plain file" };
	int fd = open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	int err = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	static char text[65536];
	FILE *fp;

	CHECK(setenv("QUIRE_LOG", "text,info", 1) == 0);
	log_init("test");
	CHECK(dup2(fd, STDERR_FILENO) == STDERR_FILENO);
	list("links", NULL);
	CHECK(dup2(err, STDERR_FILENO) == STDERR_FILENO);
	close(fd);
	close(err);
	fp = fopen("log", "re");
	CHECK(fp && fread(text, 1, sizeof(text) - 1, fp) > 0);
	fclose(fp);
	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++)
		CHECK(strstr(text, said[i]));
	CHECK(setenv("QUIRE_LOG", "error", 1) == 0);
	log_init("test");
}

int
main(void)
{
	CHECK(setenv("QUIRE_LOG", "error", 1) == 0);
	log_init("test");
	folder_begin();
	make_links();
	check_links();
	folder_child(follows_links_without_openat2, 0);
	says_which_links_it_skips();
	forget();
	folder_end();
	return 0;
}

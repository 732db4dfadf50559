/*
 * doc2png with a libtiff, libjpeg and libpng that documents have taken over: what
 * stands here is found before the libraries' own, or loaded in their place.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include <jpeglib.h>
#include <png.h>

#define tiffcalls_load evil_load
#include "img/tiff.c" // NOLINT(bugprone-suspicious-include)
#undef tiffcalls_load
int tiffcalls_load(void *, struct err *);

#include "evil/evil.h"

/* More children than a maker needs, which stay. */
static bool
forks(void)
{
	int n = 0;

	for (int i = 0; i < 100; i++) {
		const pid_t pid = fork();

		if (pid == 0)
			for (;;)
				pause();
		n += pid > 0;
	}
	return n > 8;
}

/* A child that has children. */
static bool
generations(void)
{
	const pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(fork() >= 0 ? GAINED : CONTAINED);
	return pid < 0 || waitpid(pid, &status, 0) != pid || WEXITSTATUS(status) != CONTAINED;
}

/* One that outlives its parent, and would outlive the command. */
static bool
leaves_daemon(void)
{
	const pid_t pid = fork();

	if (pid != 0)
		return pid < 0;
	setsid();
	setpgid(0, 0);
	for (int s = 1; s < SIGRTMAX; s++)
		signal(s, SIG_IGN);
	for (;;)
		pause();
}

static void *
stays(void *arg)
{
	pause();
	return arg;
}

static bool
threads(void)
{
	pthread_t t;

	return pthread_create(&t, NULL, stays, NULL) == 0;
}

/* The directory that it may write to. */
static int
work_dir(void)
{
	int fd, at;

	for (at = 3; at < 64; at++) {
		fd = openat(at, "evil", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0)
			continue;
		close(fd);
		unlinkat(at, "evil", 0);
		return at;
	}
	ended(true);
}

/* 200 MiB, again and again, in files that have a name or none. */
static bool
fills_disk(bool named)
{
	const struct timespec nap = { 0, 400L * 1000 * 1000 };
	const int dir = work_dir();
	char name[16];
	int fd;

	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof(name), "evil-%d", i);
		fd = openat(dir, name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		if (fd < 0 || posix_fallocate(fd, 0, 200 << 20))
			return true;
		if (!named)
			unlinkat(dir, name, 0);
		nanosleep(&nap, NULL);
	}
	return true;
}

static bool
makes_setuid(void)
{
	const int dir = work_dir();

	return openat(dir, "evil", O_RDWR | O_CREAT | O_CLOEXEC, 04755) >= 0 ||
	    fchmod(dir, 06777) == 0;
}

static void
attack(void)
{
	static const struct {
		const char *name;
		bool (*does)(void);
	} all[] = { { "memory", found_in_memory }, { "forks", forks },
		{ "generations", generations }, { "daemon", leaves_daemon }, { "threads", threads },
		{ "setuid", makes_setuid } };
	const char *name = program_invocation_short_name;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (!strcmp(name, all[i].name))
			ended(all[i].does());
	ended(fills_disk(!strcmp(name, "disk")));
}

static TIFFOpenOptions *
take_options(void)
{
	attack();
	return NULL;
}

int
evil_load(void *calls, struct err *e)
{
	const int r = tiffcalls_load(calls, e);

	lib.OpenOptionsAlloc = take_options;
	return r;
}

void
jpeg_CreateDecompress(j_decompress_ptr cinfo, int version, size_t size)
{
	(void)cinfo;
	(void)version;
	(void)size;
	attack();
}

png_structp
png_create_read_struct(png_const_charp version, png_voidp arg, png_error_ptr error,
    png_error_ptr warn)
{
	(void)version;
	(void)arg;
	(void)error;
	(void)warn;
	attack();
	return NULL;
}

png_structp
png_create_write_struct(png_const_charp version, png_voidp arg, png_error_ptr error,
    png_error_ptr warn)
{
	(void)version;
	(void)arg;
	(void)error;
	(void)warn;
	attack();
	return NULL;
}

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/dl.h"
#include "base/err.h"
#include "base/mem.h"
#include "doc/locked.h"
#include "doc/maker.h"
#include "doc/office.h"
#include "doc/prose.h"
#include "doc/say.h"

#define PROGRAM "/usr/lib/libreoffice/program"
#define REGISTRY "/usr/lib/libreoffice/share/registry/main.xcd"
#define DOCUMENT ".document" /* a copy: what stands beside it is its own */
#define MADE ".made.pdf"

enum {
	SHARES_CPU = 4,  /* of a page's time: that of a document */
	SHARES_WALL = 8, /* on a machine that has little time for it */
	LOOK_MS = 250,
	VERSION_BYTES = 16,
	CHUNK_BYTES = 64 << 10
};

/* What it says that a document is. */
enum office { OFFICE_TEXT, OFFICE_SHEET, OFFICE_SLIDES, OFFICE_ANY = -1 };

/*
 * LibreOfficeKit as LibreOfficeKit/LibreOfficeKit.h has it since version 6, as far as it
 * is used here: its tables only grow, at their ends.
 */
struct lok_document {
	struct lok_document_class {
		size_t size;
		void (*destroy)(struct lok_document *);
		int (*save_as)(struct lok_document *, const char *url, const char *format,
		    const char *options);
		int (*type)(struct lok_document *);
	} * class;
};

struct lok {
	struct lok_class {
		size_t size;
		void (*destroy)(struct lok *);
		struct lok_document *(*load)(struct lok *, const char *url);
		char *(*error)(struct lok *);
		struct lok_document *(
		    *load_with)(struct lok *, const char *url, const char *options);
	} * class;
};

/* What starts it, in its library: the process has one, for ever. */
static struct {
	struct lok *(*start)(const char *program, const char *profile);
} office_calls;

const char *
office_reads(int i)
{
	static const char *const dirs[] = { "/etc/libreoffice", "/var/lib/libreoffice",
		"/var/spool/libreoffice", NULL };

	return dirs[i];
}

int
office_ready(struct err *e)
{
	static const char *const names[] = { "libreofficekit_hook_2" };
	static const struct dl dl = { PROGRAM "/libmergedlo.so", "libreoffice-writer",
		CODE_OFFICE_MISSING, names, 1 };

	/* Nothing of a display.  What is missing is told of the document, not of the child. */
	setenv("SAL_USE_VCLPLUGIN", "svp", 1);
	if (dl_load(&dl, &office_calls, e) < 0)
		office_calls.start = NULL;
	return 0;
}

static int
office_missing(const char *package, struct err *e)
{
	return err_set(e, ERR_PERMANENT, CODE_OFFICE_MISSING,
	    "LibreOffice is not installed here: apt-get install %s", package);
}

/* The version of the program, which a profile has to name lest it be taken for an old one. */
static void
own_version(char version[VERSION_BYTES])
{
	static const char name[] = "\"ooSetupVersion\">", value[] = "<value>";
	int fd = open(REGISTRY, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const char *p = NULL;
	void *map = MAP_FAILED;
	size_t n = 0;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map != MAP_FAILED) {
		const char *end = (const char *)map + st.st_size;

		p = memmem(map, (size_t)st.st_size, name, sizeof(name) - 1);
		p = p ? memmem(p, (size_t)(end - p), value, sizeof(value) - 1) : NULL;
		p = p ? p + sizeof(value) - 1 : NULL;
		while (p && n + 1 < VERSION_BYTES && p + n < end && strchr("0123456789.", p[n]) &&
		    p[n])
			n++;
		memcpy(version, p ? p : "", n);
		munmap(map, (size_t)st.st_size);
	}
	version[n] = '\0';
	if (fd >= 0)
		close(fd);
}

/* A profile that has been used before: a new one is tested for a second. */
static int
make_profile(struct maker *m, struct err *e)
{
	struct buf b = BUF_INIT(4096);
	char version[VERSION_BYTES];
	int fd, r;

	if (mkdirat(m->dir, MAKER_TREE, 0700) < 0 || mkdirat(m->dir, MAKER_TREE "/user", 0700) < 0)
		return err_write(e, "%s/" MAKER_TREE, m->work);
	own_version(version);
	fd = prose_new(m, MAKER_TREE "/user/registrymodifications.xcu", e);
	if (fd < 0)
		return -1;
	r = buf_printf(&b,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">\n"
	    "<item oor:path=\"/org.openoffice.Setup/Product\">"
	    "<prop oor:name=\"ooSetupLastVersion\" oor:op=\"fuse\"><value>%s</value></prop>"
	    "</item>\n"
	    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\">"
	    "<prop oor:name=\"MacroSecurityLevel\" oor:op=\"fuse\"><value>3</value></prop>"
	    "</item>\n"
	    "</oor:items>\n",
	    version);
	r = r < 0 ? err_set(e, ERR_PERMANENT, CODE_WORKER_LARGE, "a profile")
		  : prose_put(fd, &b, e);
	buf_release(&b);
	return close(fd) < 0 && r == 0 ? err_write(e, "%s/" MAKER_TREE, m->work) : r;
}

static int
copy_document(struct maker *m, struct err *e)
{
	struct buf b = BUF_INIT(CHUNK_BYTES + 1);
	off_t at = 0;
	ssize_t n = 1;
	int fd = prose_new(m, DOCUMENT, e), r = fd < 0 ? -1 : 0;

	while (r == 0 && n > 0) {
		if (buf_room(&b, CHUNK_BYTES) < 0)
			r = err_set(e, ERR_TRANSIENT, CODE_IO_READ, "no memory");
		n = r == 0 ? pread(m->source, b.p, CHUNK_BYTES, at) : -1;
		if (r == 0 && n < 0)
			r = err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the document");
		if (r == 0) {
			b.len = (size_t)n;
			at += n;
			r = prose_put(fd, &b, e);
		}
	}
	buf_release(&b);
	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = err_write(e, "%s/" DOCUMENT, m->work);
	return r;
}

static long
spent_ms_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * A thread that ends the process when it takes too long: LibreOffice cannot be
 * interrupted.  While it waits nobody else says anything.
 */
static void *
watch_time(void *arg)
{
	struct maker *m = arg;
	const long page_ms = m->page_s * 1000, began = spent_ms_of(CLOCK_MONOTONIC);
	const struct timespec look = { 0, LOOK_MS * 1000000L };
	struct err e;

	while (spent_ms_of(CLOCK_PROCESS_CPUTIME_ID) < SHARES_CPU * page_ms &&
	    spent_ms_of(CLOCK_MONOTONIC) - began < SHARES_WALL * page_ms)
		nanosleep(&look, NULL);
	err_set(&e, ERR_TRANSIENT, CODE_DOCUMENT_TIMEOUT,
	    "LibreOffice takes more than %ld s for it (--page-timeout)", SHARES_CPU * m->page_s);
	maker_say_end(m, &e);
	_exit(0);
}

static int
not_opened(struct maker *m, struct lok *lok, struct err *e)
{
	char *why = lok ? lok->class->error(lok) : NULL;

	if (locked_is(m->source))
		return err_set(e, ERR_VALIDATION, CODE_OFFICE_ENCRYPTED,
		    "it needs a password to be opened");
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
	    "it cannot be opened: LibreOffice: %s", why && *why ? why : "it cannot be loaded");
}

static int
make_pdf(struct maker *m, enum office type, struct err *e)
{
	char *profile = mem_printf("file://%s/" MAKER_TREE, m->work),
	     *from = mem_printf("file://%s/" DOCUMENT, m->work),
	     *to = mem_printf("file://%s/" MADE, m->work);
	struct lok *lok;
	struct lok_document *d = NULL;
	int r = -1;

	lok = office_calls.start(PROGRAM, profile);
	if (!lok) {
		err_set(e, ERR_PERMANENT, CODE_OFFICE_MISSING,
		    "LibreOffice does not start here: see that libreoffice-core-nogui is whole");
	} else {
		d = lok->class->load_with(lok, from, "Batch=true");
		if (!d || (type != OFFICE_ANY && d->class->type(d) != (int)type))
			(void)not_opened(m, lok, e);
		else if (!d->class->save_as(d, to, "pdf", NULL))
			err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
			    "LibreOffice opens it and makes no PDF of it");
		else
			r = 0;
	}
	free(profile);
	free(from);
	free(to);
	return r;
}

static int
become_pdf(struct maker *m, struct err *e)
{
	struct stat st;

	if (fstatat(m->dir, MADE, &st, AT_SYMLINK_NOFOLLOW) < 0 || st.st_size == 0 ||
	    renameat(m->dir, MADE, m->dir, MAKER_BECOME) < 0)
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
		    "LibreOffice opens it and makes no PDF of it");
	maker_say_become(m);
	return 0;
}

/*
 * The part of LibreOffice that opens such documents, and a file of its package.  The
 * packages without an interface lack what Calc wants even where nobody looks.
 */
struct part {
	enum office type;
	const char *file, *package;
};

#define MODULES "/usr/lib/libreoffice/share/config/soffice.cfg/modules"

/* Nothing of LibreOffice's is to run once more when the process ends. */
static int
convert_office(struct maker *m, const struct part *part, struct err *e)
{
	pthread_t watcher;
	char *home;
	int r = -1;

	if (!office_calls.start || access(part->file, R_OK) < 0)
		return office_missing(part->package, e);
	home = mem_printf("%s/" MAKER_TREE, m->work);
	setenv("HOME", home, 1);
	setenv("TMPDIR", home, 1);
	free(home);
	if (pthread_create(&watcher, NULL, watch_time, m) != 0)
		err_set(e, ERR_BUSY, CODE_PROC_FORK, "a thread");
	else if (make_profile(m, e) == 0 && copy_document(m, e) == 0)
		r = make_pdf(m, part->type, e);
	if (r == 0)
		r = become_pdf(m, e);
	if (r < 0)
		maker_say_end(m, e);
	pause();
	_exit(0);
}

int
office_writer(struct maker *m, struct err *e)
{
	static const struct part part = { OFFICE_TEXT, PROGRAM "/libswlo.so",
		"libreoffice-writer" };

	return convert_office(m, &part, e);
}

int
office_calc(struct maker *m, struct err *e)
{
	static const struct part part = { OFFICE_SHEET, MODULES "/scalc/ui/inputbar.ui",
		"libreoffice-calc" };

	return convert_office(m, &part, e);
}

int
office_impress(struct maker *m, struct err *e)
{
	static const struct part part = { OFFICE_SLIDES, PROGRAM "/libsdlo.so",
		"libreoffice-impress" };

	return convert_office(m, &part, e);
}

int
office_any(struct maker *m, struct err *e)
{
	static const struct part part = { OFFICE_ANY, PROGRAM "/libswlo.so", "libreoffice-writer" };

	return convert_office(m, &part, e);
}

/* ocr: pages are read in jailed workers, and what is wrong has its name. */
#include <sys/mman.h>

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "img/image.h"
#include "img/png.h"
#include "ocr/local.h"
#include "ocr/page.h"
#include "unit/check.h"
#include "unit/ocr/letters.h"

enum { TURNS = 4000, TURN_MS = 50 };

/* What came back for one page. */
struct got {
	int calls;
	char text[200];
	double confidence;
	struct err e;
	bool failed;
};

static void
take(void *arg, const struct ocr_result *r, const struct err *e)
{
	struct got *g = arg;

	g->calls++;
	g->failed = e != NULL;
	CHECK((r == NULL) == g->failed);
	if (e) {
		g->e = *e;
		return;
	}
	snprintf(g->text, sizeof(g->text), "%.*s", (int)r->len, r->markdown);
	g->confidence = r->confidence;
}

static void
wait_for(struct loop *loop, const struct got *v, size_t n)
{
	size_t i, done = 0;
	int turn;

	for (turn = 0; turn < TURNS && done < n; turn++) {
		loop_turn(loop, TURN_MS);
		for (i = done = 0; i < n; i++)
			done += v[i].calls > 0;
	}
	CHECK(done == n);
	for (i = 0; i < n; i++)
		CHECK(v[i].calls == 1);
}

static int
file_of(const void *data, size_t n)
{
	int fd = memfd_create("page", MFD_CLOEXEC);

	CHECK(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	return fd;
}

static int
page_of(const char *text)
{
	struct image im;
	struct err e;
	int fd = file_of("", 0);

	draw(&im, text);
	CHECK(png_write(fd, &im, &e) == 0);
	image_release(&im);
	return fd;
}

static struct ocr *
open_ocr(struct loop *loop, const char *lang, long jobs, struct err *e)
{
	const struct engine_conf conf = { .loop = loop, .lang = lang, .jobs = jobs };

	return ocr_new(&(struct ocr_conf){ { &engine_tesseract }, { (char *)"tesseract" }, 1, 8,
			   take },
	    &conf, e);
}

static void
submit(struct ocr *o, int fd, struct got *g)
{
	struct err e;

	memset(g, 0, sizeof(*g));
	CHECK(ocr_page(o, &(struct ocr_ask){ .fd = fd, .dpi = 150 }, g, &e) == 0);
	close(fd);
}

static void
check_fault(struct ocr *o, struct loop *loop, int fd, const char *code)
{
	struct got g;

	submit(o, fd, &g);
	wait_for(loop, &g, 1);
	CHECK(g.failed && g.e.class == ERR_VALIDATION);
	CHECK_STR(g.e.code, code);
}

static void
check_pages(struct ocr *o, struct loop *loop)
{
	struct got v[6];
	size_t i;

	for (i = 0; i < 6; i++)
		submit(o, page_of(i % 2 ? "THE FILE TELL" : ""), &v[i]);
	wait_for(loop, v, 6);
	for (i = 0; i < 6; i++) {
		CHECK(!v[i].failed);
		CHECK_STR(v[i].text, i % 2 ? "THE FILE TELL" : "");
		CHECK(i % 2 ? v[i].confidence > 0.5 : v[i].confidence == 0);
	}
}

/* IHDR with its CRC left out: sizes are looked at before that is reached. */
static void
check_faults(struct ocr *o, struct loop *loop)
{
	static const char cut[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0";
	struct image im;
	char png[4000];
	ssize_t n;
	int fd;

	check_fault(o, loop, file_of("", 0), "page.image");
	check_fault(o, loop, file_of("no image", 8), "page.image");
	check_fault(o, loop, file_of(cut, sizeof(cut) - 1), "page.image");
	fd = page_of("THE FILE TELL");
	n = pread(fd, png, sizeof(png), 0);
	close(fd);
	CHECK(n > 200);
	check_fault(o, loop, file_of(png, (size_t)n / 2), "page.image");
	/* One row more than is allowed; the file itself is small. */
	im = (struct image){ .width = 1, .height = IMAGE_SIDE_MAX + 1 };
	im.px = calloc(im.height, 1);
	fd = file_of("", 0);
	CHECK(im.px && png_write(fd, &im, &(struct err){ 0 }) == 0);
	image_release(&im);
	check_fault(o, loop, fd, "page.large");
}

static void
check_cancel(struct ocr *o, struct loop *loop)
{
	struct got v[4];
	size_t i;

	for (i = 0; i < 4; i++)
		submit(o, page_of("THE FILE TELL"), &v[i]);
	ocr_cancel(o, &v[0]);
	ocr_cancel(o, &v[3]);
	wait_for(loop, v + 1, 2);
	loop_turn(loop, TURN_MS);
	CHECK(v[0].calls == 0 && v[3].calls == 0);
	CHECK(!v[1].failed && !v[2].failed);
}

/* The children of this process. */
static size_t
children(long *pids, size_t max)
{
	char path[64];
	size_t n = 0;
	FILE *fp;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children", (long)getpid());
	fp = fopen(path, "re");
	CHECK(fp);
	while (n < max && fscanf(fp, "%ld", &pids[n]) == 1)
		n++;
	fclose(fp);
	return n;
}

/* One that takes long, with that text so many times. */
static int
long_page_of(const char *text, uint32_t n)
{
	enum { LINE = 80, TOP = 50 }; /* what draw() has ink in */
	const size_t line = (size_t)WIDTH * LINE;
	struct image one, im;
	struct err e;
	int fd = file_of("", 0);

	draw(&one, text);
	CHECK(image_init(&im, WIDTH, n * LINE, &e) == 0);
	for (uint32_t i = 0; i < n; i++)
		memcpy(im.px + i * line, one.px + (size_t)TOP * WIDTH, line);
	CHECK(png_write(fd, &im, &e) == 0);
	image_release(&one);
	image_release(&im);
	return fd;
}

static long
cpu_ms(pid_t pid)
{
	struct timespec t;
	clockid_t clock;

	CHECK(clock_getcpuclockid(pid, &clock) == 0 && clock_gettime(clock, &t) == 0);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Whether the worker had the page in hand when it was killed, after so much CPU time. */
static bool
kill_after(struct loop *loop, long ms)
{
	struct err e;
	struct ocr *o = open_ocr(loop, "eng", 1, &e);
	struct got v[2];
	long pid, was;

	CHECK(o);
	submit(o, long_page_of("THE FILE TELL", 800), &v[0]);
	submit(o, page_of("THE FILE TELL"), &v[1]);
	CHECK(children(&pid, 1) == 1);
	was = cpu_ms((pid_t)pid);
	/* One that is through with both takes no more. */
	for (int i = 0; i < 30000 && cpu_ms((pid_t)pid) < was + ms; i++)
		usleep(1000);
	CHECK(kill((pid_t)pid, SIGKILL) == 0);
	wait_for(loop, v, 2);
	if (v[0].failed) {
		CHECK(v[0].e.class == ERR_TRANSIENT);
		CHECK_STR(v[0].e.code, "ocr.died");
	}
	CHECK(!v[1].failed);
	CHECK_STR(v[1].text, "THE FILE TELL");
	ocr_free(o);
	CHECK(children(&pid, 1) == 0);
	return v[0].failed;
}

/* It loads its model first, for a time that a sanitizer makes longer. */
static void
check_killed(struct loop *loop)
{
	long ms = 700;

	while (!kill_after(loop, ms) && ms < 4000)
		ms += ms / 2;
	CHECK(ms < 4000);
}

int
main(int argc, char *argv[])
{
	struct loop *loop;
	struct err e;
	struct ocr *o;
	long pid;

	engine_child(argc, argv);
	loop = loop_new();
	CHECK(!open_ocr(loop, "qqq", 1, &e));
	CHECK_STR(e.code, "ocr.lang");
	o = open_ocr(loop, "eng", 2, &e);
	CHECK(o);
	check_pages(o, loop);
	check_faults(o, loop);
	check_cancel(o, loop);
	ocr_free(o);
	CHECK(children(&pid, 1) == 0);
	check_killed(loop);
	loop_free(loop);
	return 0;
}

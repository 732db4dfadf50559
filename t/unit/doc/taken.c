/*
 * Images that are taken from who is not trusted: those that quire writes, and
 * nothing else.
 */
#include "unit/folder.h"

#include <stdint.h>

#include "base/err.h"
#include "doc/taken.h"
#include "img/image.h"
#include "img/png.h"
#include "work/dir.h"

/* Offsets of what png_write makes: IHDR's size and form, and the pHYs behind it. */
enum { WIDTH = 16, HEIGHT = 20, DEPTH = 24, COLOUR = 25, LACE = 28, PHYS = 33, PHYS_UNIT = 49 };

static char *from, *work;

static const char *
path_in(const char *dir, const char *name)
{
	static char path[4][600];
	static int next;

	next = (next + 1) % 4;
	snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
	return path[next];
}

/* A page as png_write makes it. */
static size_t
write_page(unsigned char *copy, size_t max, double dpi, uint8_t gray)
{
	uint8_t px[12] = { gray, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
	const struct image im = { .width = 4, .height = 3, .px = px, .dpi = dpi };
	int fd = open(path_in(from, "p"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct err e;
	ssize_t n;

	CHECK(fd >= 0 && png_write(fd, &im, &e) == 0);
	n = copy ? pread(fd, copy, max, 0) : 0;
	CHECK(n >= 0 && close(fd) == 0);
	return (size_t)n;
}

static void
write_bytes(const unsigned char *p, size_t n)
{
	int fd = open(path_in(from, "p"), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	CHECK(fd >= 0 && write(fd, p, n) == (ssize_t)n && close(fd) == 0);
}

static void
is_refused(const char *code)
{
	struct taken t;
	struct err e;

	CHECK(taken_image(&t, from, work, "p", &e) < 0);
	CHECK_STR(e.code, code);
	CHECK(e.class == ERR_TRANSIENT);
	CHECK(folder_count(work) == 0 && folder_count(from) == 0);
}

static void
takes_what_is_written_here(void)
{
	struct taken one, two;
	struct err e;

	write_page(NULL, 0, 200, 1);
	CHECK(taken_image(&one, from, work, "p", &e) == 0);
	CHECK(one.width == 4 && one.height == 3 && one.dpi == 200);
	CHECK(access(path_in(work, "p"), F_OK) == 0 && folder_count(from) == 0);
	/* The same pixels at no resolution, and others. */
	write_page(NULL, 0, 0, 1);
	CHECK(taken_image(&two, from, work, "p", &e) == 0 && two.dpi == 0);
	CHECK_STR(one.pixels, two.pixels);
	write_page(NULL, 0, 200, 2);
	CHECK(taken_image(&two, from, work, "p", &e) == 0);
	CHECK(strcmp(one.pixels, two.pixels) != 0);
	CHECK(unlink(path_in(work, "p")) == 0);
}

/* In colour, where the same bytes are other pixels. */
static void
takes_colours(void)
{
	uint8_t px[12] = { 9, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 };
	const struct image gray = { .width = 12, .height = 1, .px = px };
	const struct image im = { .width = 4, .height = 1, .px = px, .colour = true };
	const struct image *const all[] = { &gray, &im };
	struct taken t[2];
	struct err e;

	for (int i = 0; i < 2; i++) {
		int fd = open(path_in(from, "p"), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		CHECK(fd >= 0 && png_write(fd, all[i], &e) == 0 && close(fd) == 0);
		CHECK(taken_image(&t[i], from, work, "p", &e) == 0);
		CHECK(t[i].width == (long)all[i]->width && t[i].height == 1);
	}
	CHECK(strcmp(t[0].pixels, t[1].pixels) != 0);
	CHECK(unlink(path_in(work, "p")) == 0);
}

/* 7,072 x 7,072 is more than may be in colour. */
static void
colours_have_limits(void)
{
	unsigned char page[500];
	const size_t n = write_page(page, sizeof(page), 200, 1);
	struct taken t;
	struct err e;

	memcpy(page + WIDTH, "\0\0\x1b\xa0\0\0\x1b\xa0", 8);
	write_bytes(page, n);
	CHECK(taken_image(&t, from, work, "p", &e) == 0 && t.width == 7072);
	CHECK(unlink(path_in(work, "p")) == 0);
	page[COLOUR] = 2;
	write_bytes(page, n);
	is_refused("page.crashed");
	page[HEIGHT + 2]--;
	write_bytes(page, n);
	CHECK(taken_image(&t, from, work, "p", &e) == 0 && t.height == 6816);
	CHECK(unlink(path_in(work, "p")) == 0);
}

static void
refuses_all_else(void)
{
	static const struct {
		size_t at;
		unsigned char to;
	} v[] = { { 0, 'x' }, { DEPTH, 16 }, { COLOUR, 3 }, { COLOUR, 6 }, { LACE, 1 },
		{ WIDTH, 0x10 }, { HEIGHT, 0x7f }, { WIDTH + 3, 0 }, { PHYS + 4, 't' },
		{ PHYS + 3, 8 }, { PHYS, 0x80 }, { PHYS_UNIT - 1, 7 }, { PHYS_UNIT, 7 },
		{ 12, 'i' } };
	unsigned char good[500], bad[501];
	const size_t n = write_page(good, sizeof(good), 200, 1);

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		memcpy(bad, good, n);
		bad[v[i].at] = v[i].to;
		write_bytes(bad, n);
		is_refused("page.crashed");
	}
	/* Cut anywhere, or with more behind it. */
	for (size_t cut = 0; cut < n; cut++) {
		write_bytes(good, cut);
		is_refused("page.crashed");
	}
	memcpy(bad, good, n);
	bad[n] = 0;
	write_bytes(bad, n + 1);
	is_refused("page.crashed");
}

static void
follows_nothing(void)
{
	struct taken t;
	struct err e;

	write_page(NULL, 0, 200, 1);
	CHECK(rename(path_in(from, "p"), "elsewhere") == 0);
	CHECK(symlink("../../elsewhere", path_in(from, "p")) == 0);
	is_refused("page.crashed");
	CHECK(mkfifo(path_in(from, "p"), 0600) == 0);
	is_refused("page.crashed");
	CHECK(taken_image(&t, from, work, "none", &e) < 0);
	CHECK_STR(e.code, "page.crashed");
	CHECK(taken_image(&t, from, "elsewhere", "p", &e) < 0);
	CHECK_STR(e.code, "work.path");
}

int
main(void)
{
	struct err e;

	folder_begin();
	CHECK(setenv("QUIRE_WORK", "work", 1) == 0);
	from = work_make("from", &e);
	work = work_make("work", &e);
	CHECK(from && work);
	takes_what_is_written_here();
	takes_colours();
	colours_have_limits();
	refuses_all_else();
	follows_nothing();
	free(from);
	free(work);
	folder_end();
	return 0;
}

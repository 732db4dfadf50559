#include <errno.h>

#include "unit/img/pngmake.h"

static bool
is_picture(const struct image *im, const struct kind *k)
{
	const int w = (int)im->width;

	for (int y = 0; y < (int)im->height; y++)
		for (int x = 0; x < w; x++)
			if (im->px[y * w + x] != want(k, picture(x, y)))
				return false;
	return true;
}

static void
reads(const struct kind *k, int w, int h)
{
	int fd = make(k, w, h);
	struct image im;
	struct err e;

	CHECK(png_read(fd, &im, &e) == 0);
	CHECK(im.width == (uint32_t)w && im.height == (uint32_t)h);
	CHECK(im.dpi > 299.9 && im.dpi < 300.1);
	/* All of it over white, or all over black. */
	ground = 255;
	if (!is_picture(&im, k)) {
		ground = 0;
		CHECK((k->key || k->color & PNG_COLOR_MASK_ALPHA) && is_picture(&im, k));
	}
	image_release(&im);
	close(fd);
}

static void
reads_every_kind(void)
{
	static const int kinds[][2] = { { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 }, { 2, 8 },
		{ 2, 16 }, { 3, 1 }, { 3, 2 }, { 3, 4 }, { 3, 8 }, { 4, 8 }, { 4, 16 }, { 6, 8 },
		{ 6, 16 } };
	static const int sides[][2] = { { W, H }, { 1, 1 }, { 2, 5 }, { 5, 2 }, { 4, 4 }, { 8, 8 },
		{ 9, 1 }, { 1, 9 } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (size_t s = 0; s < sizeof(sides) / sizeof(*sides); s++)
			for (int more = 0; more < 4; more++) {
				struct kind k = { kinds[i][0], kinds[i][1], more & 1, more & 2 };

				k.key = k.key && k.color < 4;
				reads(&k, sides[s][0], sides[s][1]);
			}
}

static void
round_trip(double dpi)
{
	struct image im, back;
	struct err e;
	int fd = scratch();

	CHECK(image_init(&im, 700, 500, &e) == 0);
	for (int i = 0; i < 700 * 500; i++)
		im.px[i] = (uint8_t)(i * 31 >> 3);
	im.dpi = dpi;
	CHECK(png_write(fd, &im, &e) == 0);
	CHECK(png_read(fd, &back, &e) == 0);
	CHECK(back.width == 700 && back.height == 500);
	CHECK(back.dpi > dpi - 0.02 && back.dpi < dpi + 0.02);
	CHECK(memcmp(im.px, back.px, 700 * 500) == 0);
	image_release(&im);
	image_release(&back);
	close(fd);
}

static long
written_bytes(uint32_t step)
{
	struct image im, back;
	struct err e;
	int fd = scratch();
	long n;

	CHECK(image_init(&im, 400, 300, &e) == 0);
	for (uint32_t i = 0; i < 400 * 300; i++)
		im.px[i] = (uint8_t)(i / step * 37);
	CHECK(png_write(fd, &im, &e) == 0);
	n = lseek(fd, 0, SEEK_END);
	CHECK(png_read(fd, &back, &e) == 0 && !memcmp(im.px, back.px, 400 * 300));
	image_release(&im);
	image_release(&back);
	close(fd);
	return n;
}

/* What would not become much smaller is stored as it is. */
static void
compresses_what_is_worth_it(void)
{
	CHECK(written_bytes(1) > 400 * 300 && written_bytes(1) < 400 * 300 + 2000);
	CHECK(written_bytes(10) < 400 * 300 / 4);
}

static void
a_full_disk_is_an_error(void)
{
	struct image im;
	struct err e;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	CHECK(fd >= 0);
	CHECK(image_init(&im, 10, 10, &e) == 0);
	memset(im.px, 0, 100);
	CHECK(png_write(fd, &im, &e) == -1);
	CHECK_STR(e.code, "io.write");
	CHECK(e.class == ERR_TRANSIENT);
	CHECK(strstr(e.msg, strerror(ENOSPC)));
	close(fd);
	CHECK(png_write(-1, &im, &e) == -1 && e.class == ERR_PERMANENT);
	image_release(&im);
}

int
main(void)
{
	reads_every_kind();
	round_trip(0);
	round_trip(200);
	compresses_what_is_worth_it();
	a_full_disk_is_an_error();
	return 0;
}

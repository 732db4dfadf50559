#include <errno.h>

#include "unit/img/bright.h"
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

/* Red, green and blue of the pixel in such a file, if it has them. */
static unsigned
want_of(const struct kind *k, struct pixel p, int plane)
{
	const unsigned i = p.r & ((1U << (k->bits < 4 ? k->bits : 4)) - 1);
	const png_color c = palette(i);
	const unsigned of_palette[3] = { c.red, c.green, c.blue };
	const unsigned of_pixel[3] = { p.r, p.g, p.b };

	if (k->color == PNG_COLOR_TYPE_PALETTE && k->key)
		return put_on_ground(of_palette[plane], palette_alpha(i));
	if (k->color == PNG_COLOR_TYPE_PALETTE)
		return of_palette[plane];
	if (k->color == PNG_COLOR_TYPE_RGB_ALPHA)
		return put_on_ground(of_pixel[plane], p.a);
	return k->key && p.r == 7 && p.g == 1 && p.b == 0 ? ground : of_pixel[plane];
}

static bool
is_coloured(const struct image *im, const struct kind *k)
{
	for (uint32_t y = 0; y < im->height; y++)
		for (uint32_t x = 0; x < im->width; x++)
			for (int plane = 0; plane < IMAGE_PLANES; plane++)
				if (colour_at(im, x, y, plane) !=
				    want_of(k, picture((int)x, (int)y), plane))
					return false;
	return true;
}

/* In colour where it has any, on the ground that the gray image has. */
static void
reads_colour(const struct kind *k, int w, int h)
{
	int fd = make(k, w, h);
	struct image im, gray;
	struct err e;

	CHECK(png_read_colour(fd, &im, &e) == 0 && png_read(fd, &gray, &e) == 0);
	if (k->color & PNG_COLOR_MASK_COLOR) {
		is_as_bright(&im, &gray, 1);
		CHECK(is_coloured(&im, k));
	} else {
		CHECK(!im.colour && memcmp(im.px, gray.px, image_bytes(&gray)) == 0);
	}
	image_release(&im);
	image_release(&gray);
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
				reads_colour(&k, sides[s][0], sides[s][1]);
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
written_bytes(uint32_t step, bool colour)
{
	struct image im, back;
	struct err e;
	int fd = scratch();
	long n;

	CHECK(image_init_as(&im, colour, 400, 300, &e) == 0);
	for (uint32_t i = 0; i < image_bytes(&im); i++)
		im.px[i] = (uint8_t)(i / step * 37 + i / (400 * 300) * i / step);
	im.dpi = 200;
	CHECK(png_write(fd, &im, &e) == 0);
	n = lseek(fd, 0, SEEK_END);
	CHECK(png_read_colour(fd, &back, &e) == 0 && back.colour == colour);
	CHECK(back.width == 400 && back.height == 300 && back.dpi > 199.9 && back.dpi < 200.1);
	CHECK(!memcmp(im.px, back.px, image_bytes(&im)));
	image_release(&im);
	image_release(&back);
	close(fd);
	return n;
}

/* What would not become much smaller is stored as it is. */
static void
compresses_what_is_worth_it(void)
{
	static const long n = 400L * 300;

	CHECK(written_bytes(1, false) > n && written_bytes(1, false) < n + 2000);
	CHECK(written_bytes(10, false) < n / 4);
	CHECK(written_bytes(1, true) > 3 * n && written_bytes(1, true) < 3 * n + 4000);
	CHECK(written_bytes(10, true) < 3 * n / 4);
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

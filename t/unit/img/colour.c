/*
 * Images in colour: each of their planes becomes what a gray image becomes.
 */
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "img/scale.h"

#include "unit/check.h"
#include "unit/img/bright.h"

enum { W = 131, H = 97, AREA = W * H };

static uint8_t
value(size_t i, int plane)
{
	return (uint8_t)(i * 7 + i / W * 3 + (size_t)plane * 101 + (i >> 5));
}

static struct image
make(bool colour, int plane)
{
	struct image im;
	struct err e;

	CHECK(image_init_as(&im, colour, W, H, &e) == 0 && im.colour == colour);
	im.dpi = 300;
	im.damaged = true;
	im.rows_missing = 7;
	for (int p = 0; p < image_planes(&im); p++)
		for (size_t i = 0; i < AREA; i++)
			im.px[(size_t)p * AREA + i] = value(i, colour ? p : plane);
	return im;
}

/* One of the things that are done to images. */
typedef int does_fn(struct image *, int how, struct err *);

static int
turn(struct image *im, int how, struct err *e)
{
	return image_orient(im, how, e);
}

static int
shrink(struct image *im, int how, struct err *e)
{
	return image_shrink(im, 1e9, W / how, e);
}

static int
fit(struct image *im, int how, struct err *e)
{
	return image_fit(im, 1e9, W - 13L * how, e);
}

static int
square(struct image *im, int how, struct err *e)
{
	return image_square(im, 200, 200.0 / how, e);
}

static void
is_done_to_each(does_fn *does, int how)
{
	struct image im = make(true, 0);
	struct err e;

	CHECK(does(&im, how, &e) == 0 && im.colour);
	for (int p = 0; p < IMAGE_PLANES; p++) {
		struct image gray = make(false, p);

		CHECK(does(&gray, how, &e) == 0 && !gray.colour);
		CHECK(im.width == gray.width && im.height == gray.height && im.dpi == gray.dpi);
		CHECK(im.damaged && im.rows_missing == gray.rows_missing);
		CHECK(memcmp(image_plane(&im, p).px, gray.px, image_area(&gray)) == 0);
		image_release(&gray);
	}
	image_release(&im);
}

static void
planes_are_as_gray_images(void)
{
	for (int how = 0; how <= 8; how++)
		is_done_to_each(turn, how);
	for (int how = 1; how <= 5; how++) {
		is_done_to_each(shrink, how);
		is_done_to_each(fit, how);
		is_done_to_each(square, how);
	}
}

static void
sizes_have_limits_in_bytes(void)
{
	struct image im;
	struct err e;

	CHECK(image_init_as(&im, true, 10000, 5000, &e) == 0);
	CHECK(image_bytes(&im) == IMAGE_AREA_MAX);
	image_release(&im);
	CHECK(image_init_as(&im, true, 10001, 5000, &e) == -1 && !im.px && !im.colour);
	CHECK_STR(e.code, "page.large");
	CHECK_STR(e.msg, "10001 x 5000 pixels in colour are more than 50 million");
	CHECK(image_init(&im, 10001, 5000, &e) == 0 && !im.colour);
	image_release(&im);
}

static void
rows_become_white(void)
{
	struct image im = make(true, 0), was = make(true, 0);

	image_whiten(&im, 5, 8);
	for (int p = 0; p < IMAGE_PLANES; p++)
		for (uint32_t y = 0; y < H; y++)
			for (uint32_t x = 0; x < W; x++)
				CHECK(colour_at(&im, x, y, p) ==
				    (y >= 5 && y < 8 ? 255 : colour_at(&was, x, y, p)));
	image_release(&im);
	image_release(&was);
}

static void
brightness_is_an_image(void)
{
	struct image im = make(true, 0), gray = make(false, 1), bright;
	struct err e;

	CHECK(image_brightness(&bright, &im, &e) == 0);
	is_as_bright(&im, &bright, 0);
	image_release(&bright);
	CHECK(image_brightness(&bright, &gray, &e) == 0 && bright.dpi == 300 && bright.damaged);
	CHECK(memcmp(bright.px, gray.px, AREA) == 0);
	image_release(&bright);
	image_release(&im);
	image_release(&gray);
}

/* Gray ramps, of which one pixel is tinted so much. */
static bool
fades(uint32_t at, int plane, int tint)
{
	struct image im = make(true, 0);
	bool faded;

	for (size_t i = 0; i < (size_t)IMAGE_PLANES * AREA; i++)
		im.px[i] = (uint8_t)(20 + i % AREA % 200);
	im.px[(size_t)plane * AREA + at] = (uint8_t)(im.px[at] + tint);
	image_fade(&im);
	faded = !im.colour;
	for (size_t i = 0; i < AREA && faded; i++)
		CHECK(i == at || im.px[i] == 20 + i % 200);
	CHECK(im.width == W && im.height == H && im.dpi == 300 && im.damaged);
	image_release(&im);
	return faded;
}

static void
what_has_no_colour_becomes_gray(void)
{
	static const uint32_t at[] = { 0, 4095, 4096, AREA - 1 };
	struct image gray = make(false, 0);

	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++)
		for (int plane = 1; plane < IMAGE_PLANES; plane++) {
			CHECK(fades(at[i], plane, IMAGE_TINT) && fades(at[i], plane, -IMAGE_TINT));
			CHECK(!fades(at[i], plane, IMAGE_TINT + 1));
			CHECK(!fades(at[i], plane, -IMAGE_TINT - 1));
		}
	image_fade(&gray);
	CHECK(!gray.colour && gray.px[9] == value(9, 0));
	image_release(&gray);
}

static void
rows_are_split(void)
{
	static const uint8_t rgb[6] = { 1, 2, 3, 4, 5, 6 }, want[6] = { 1, 4, 2, 5, 3, 6 };
	static const uint8_t rgba[8] = { 200, 100, 0, 51, 9, 8, 7, 255 };
	static const uint8_t white[6] = { 244, 9, 224, 8, 204, 7 };
	static const uint8_t black[6] = { 40, 9, 20, 8, 0, 7 };
	struct image_ground ground = { .last = { 255, 0 } };
	uint8_t px[6];
	const struct image_row row = { px, 2 };

	image_split(NULL, &row, rgb, 2, 3);
	CHECK(memcmp(px, want, 6) == 0);
	image_split(&ground, &row, rgba, 2, 4);
	CHECK(memcmp(px, white, 6) == 0);
	ground.black = true;
	image_split(&ground, &row, rgba, 2, 4);
	CHECK(memcmp(px, black, 6) == 0);
}

/* Of the primaries, as T.871 has them, and what cannot be. */
static void
ycc_becomes_rgb(void)
{
	static const uint8_t ycc[3][5] = { { 76, 150, 29, 255, 9 }, { 85, 44, 255, 255, 128 },
		{ 255, 21, 107, 0, 128 } };
	static const uint8_t rgb[3][5] = { { 254, 0, 0, 76, 9 }, { 0, 255, 0, 255, 9 },
		{ 0, 1, 254, 255, 9 } };
	uint8_t px[3][5];

	memcpy(px, ycc, sizeof(px));
	image_rgb(&(struct image_row){ px[0], 5 }, 5);
	for (int p = 0; p < 3; p++)
		for (int i = 0; i < 5; i++)
			CHECK(px[p][i] - rgb[p][i] <= 1 && rgb[p][i] - px[p][i] <= 1);
}

int
main(void)
{
	planes_are_as_gray_images();
	sizes_have_limits_in_bytes();
	rows_become_white();
	brightness_is_an_image();
	what_has_no_colour_becomes_gray();
	rows_are_split();
	ycc_becomes_rgb();
	return 0;
}

#include <string.h>

#include "base/err.h"
#include "img/image.h"

#include "unit/check.h"

static void
make(struct image *im, uint32_t w, uint32_t h)
{
	struct err e;

	CHECK(image_init(im, w, h, &e) == 0);
	CHECK(im->width == w && im->height == h && im->dpi == 0);
	for (uint32_t i = 0; i < w * h; i++)
		im->px[i] = (uint8_t)i;
}

static void
refuses(uint32_t w, uint32_t h, const char *code)
{
	struct image im;
	struct err e;

	CHECK(image_init(&im, w, h, &e) == -1);
	CHECK(e.class == ERR_VALIDATION);
	CHECK_STR(e.code, code);
	CHECK(!im.px && im.width == 0 && im.height == 0);
	image_release(&im);
}

static void
sizes_are_limited(void)
{
	struct image im;

	refuses(0, 5, "page.size");
	refuses(5, 0, "page.size");
	refuses(IMAGE_SIDE_MAX + 1, 1, "page.large");
	refuses(1, IMAGE_SIDE_MAX + 1, "page.large");
	refuses(15001, 10000, "page.large");
	refuses(UINT32_MAX, UINT32_MAX, "page.large");
	refuses(65536, 65536, "page.large");
	make(&im, IMAGE_SIDE_MAX, 1);
	image_release(&im);
	image_release(&im);
}

static void
rows_are_doubled(void)
{
	static const uint8_t want[] = { 0, 1, 2, 2, 3, 4, 3, 4, 5, 3, 4, 5 };
	static const double as_it_is[][2] = { { 200, 200 }, { 0, 98 }, { 204, 0 }, { 98, 204 },
		{ 400, 98 } };
	struct image im;
	struct err e;

	make(&im, 3, 2);
	for (size_t i = 0; i < sizeof(as_it_is) / sizeof(*as_it_is); i++) {
		CHECK(image_square(&im, as_it_is[i][0], as_it_is[i][1], &e) == 0);
		CHECK(im.width == 3 && im.height == 2);
	}
	im.dpi = 204;
	im.damaged = true;
	CHECK(image_square(&im, 204, 98, &e) == 0);
	CHECK(im.width == 3 && im.height == 4 && im.dpi == 204 && im.damaged);
	CHECK(memcmp(im.px, want, sizeof(want)) == 0);
	image_release(&im);
	make(&im, 1, IMAGE_SIDE_MAX / 2 + 1);
	CHECK(image_square(&im, 204, 98, &e) == 0);
	CHECK(im.height == IMAGE_SIDE_MAX / 2 + 1);
	image_release(&im);
}

/*
 * The pixels 0 1 2 / 3 4 5 as stored, and as they are to be seen: what the
 * first row and the first column of the file are on the page is EXIF's table.
 */
static void
orientations(void)
{
	static const uint8_t want[9][7] = {
		{ 3, 0, 1, 2, 3, 4, 5 }, /* 0 is none: as 1 */
		{ 3, 0, 1, 2, 3, 4, 5 },
		{ 3, 2, 1, 0, 5, 4, 3 },
		{ 3, 5, 4, 3, 2, 1, 0 },
		{ 3, 3, 4, 5, 0, 1, 2 },
		{ 2, 0, 3, 1, 4, 2, 5 },
		{ 2, 3, 0, 4, 1, 5, 2 },
		{ 2, 5, 2, 4, 1, 3, 0 },
		{ 2, 2, 5, 1, 4, 0, 3 },
	};
	struct image im;
	struct err e;

	for (int o = 0; o <= 8; o++) {
		make(&im, 3, 2);
		im.dpi = 300;
		CHECK(image_orient(&im, o, &e) == 0);
		CHECK(im.width == want[o][0] && im.height == 6u / want[o][0]);
		CHECK(memcmp(im.px, want[o] + 1, 6) == 0);
		CHECK(im.dpi == 300);
		image_release(&im);
	}
	make(&im, 3, 2);
	CHECK(image_orient(&im, 9, &e) == 0 && im.width == 3 && im.px[5] == 5);
	image_release(&im);
}

/* Larger than the blocks, with sides that are no multiple of them. */
static void
orientations_undo_each_other(void)
{
	static const int back[9] = { 0, 1, 2, 3, 4, 5, 8, 7, 6 };
	struct image im, same;
	struct err e;

	make(&same, 131, 197);
	for (int o = 1; o <= 8; o++) {
		make(&im, 131, 197);
		CHECK(image_orient(&im, o, &e) == 0);
		CHECK(o == 1 || memcmp(im.px, same.px, 131 * 197) != 0);
		CHECK(image_orient(&im, back[o], &e) == 0);
		CHECK(im.width == 131 && im.height == 197);
		CHECK(memcmp(im.px, same.px, 131 * 197) == 0);
		image_release(&im);
	}
	image_release(&same);
}

static void
shrinking_averages_boxes(void)
{
	static const uint8_t px[15] = { 0, 100, 10, 10, 7, /* */
		100, 200, 20, 20, 8,                       /* */
		40, 60, 0, 255, 99 };
	static const uint8_t want[6] = { 100, 15, 8, 50, 128, 99 };
	struct image im;
	struct err e;

	make(&im, 5, 3);
	memcpy(im.px, px, sizeof(px));
	im.dpi = 300;
	CHECK(image_shrink(&im, 15, 5, &e) == 0);
	CHECK(im.width == 5 && im.height == 3 && im.dpi == 300);
	CHECK(image_shrink(&im, 14, 5, &e) == 0);
	CHECK(im.width == 3 && im.height == 2 && im.dpi == 150);
	CHECK(memcmp(im.px, want, sizeof(want)) == 0);
	CHECK(image_shrink(&im, 0, 5, &e) == 0);
	CHECK(im.width == 1 && im.height == 1 && im.dpi == 50);
	CHECK(im.px[0] == (100 + 15 + 8 + 50 + 128 + 99 + 3) / 6);
	image_release(&im);
}

static void
shrinking_takes_the_least_factor(void)
{
	struct image im;
	struct err e;

	make(&im, 1000, 700);
	memset(im.px, 77, 1000 * 700);
	CHECK(image_shrink(&im, 100000, 1000, &e) == 0);
	CHECK(im.width == 334 && im.height == 234);
	for (int i = 0; i < 334 * 234; i++)
		CHECK(im.px[i] == 77);
	image_release(&im);
}

static void
shrinking_brings_down_the_longer_side(void)
{
	struct image im;
	struct err e;

	make(&im, 2, 900);
	CHECK(image_shrink(&im, 1e9, 900, &e) == 0);
	CHECK(im.width == 2 && im.height == 900);
	CHECK(image_shrink(&im, 1e9, 899, &e) == 0);
	CHECK(im.width == 1 && im.height == 450);
	CHECK(image_shrink(&im, 1e9, 0, &e) == 0);
	CHECK(im.width == 1 && im.height == 1);
	image_release(&im);
}

static void
resolutions(void)
{
	CHECK(image_dpi(50) == 50 && image_dpi(2400) == 2400);
	CHECK(image_dpi(49.9) == 0 && image_dpi(2401) == 0);
	CHECK(image_dpi(0) == 0 && image_dpi(-300) == 0);
	CHECK(image_dpi(0.0 / 0.0) == 0 && image_dpi(1e300) == 0);
}

static void
colors_become_gray_over_white(void)
{
	static const uint8_t rgb[9] = { 255, 255, 255, 0, 0, 0, 255, 0, 0 };
	static const uint8_t rgba[12] = { 0, 0, 0, 0, 0, 0, 0, 255, 9, 9, 9, 128 };
	uint8_t ga[8] = { 0, 0, 0, 255, 100, 255, 0, 51 }, gray[4];
	struct image_ground ground = { .last = { 255, 0 } };

	image_gray(&ground, gray, rgb, 3, 3);
	CHECK(gray[0] == 255 && gray[1] == 0 && gray[2] == 77);
	image_gray(&ground, gray, rgba, 3, 4);
	CHECK(gray[0] == 255 && gray[1] == 0 && gray[2] == 132);
	image_gray(&ground, gray, rgb, 4, 1);
	CHECK(memcmp(gray, rgb, 4) == 0);
	image_gray(&ground, ga, ga, 4, 2);
	CHECK(ga[0] == 255 && ga[1] == 0 && ga[2] == 100 && ga[3] == 204);
}

/* White letters, or black ones, of that alpha, on nothing; with frame, on a white sheet there. */
static bool
turns(uint8_t letters, uint8_t alpha, bool frame)
{
	enum { SIDE = 60 };
	struct image_ground ground = { .last = { 255, 0 } };
	uint8_t px[SIDE * 2], gray[SIDE];

	for (int y = 0; y < SIDE; y++) {
		for (int x = 0; x < SIDE; x++) {
			bool in = x > 10 && x < 50 && y > 10 && y < 50;
			bool ink = in && x % 4 == 0 && y % 8 < 6;

			px[2 * x] = ink ? letters : 255;
			px[2 * x + 1] = ink ? alpha : frame && x > 5 && x < 55 ? 255 : 0;
		}
		image_gray(&ground, gray, px, SIDE, 2);
	}
	if (!image_ground_turns(&ground))
		return false;
	/* Once is enough. */
	image_gray(&ground, gray, px, SIDE, 2);
	CHECK(!image_ground_turns(&ground) && gray[0] == 0);
	return true;
}

static void
what_is_drawn_is_seen(void)
{
	CHECK(!turns(0, 255, false) && !turns(60, 200, false) && !turns(0, 255, true));
	CHECK(turns(255, 255, false) && turns(220, 255, false) && turns(255, 128, false));
}

int
main(void)
{
	sizes_are_limited();
	rows_are_doubled();
	orientations();
	orientations_undo_each_other();
	shrinking_averages_boxes();
	shrinking_takes_the_least_factor();
	shrinking_brings_down_the_longer_side();
	resolutions();
	colors_become_gray_over_white();
	what_is_drawn_is_seen();
	return 0;
}

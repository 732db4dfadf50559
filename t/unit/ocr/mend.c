/* mend: pixels go where they should, and limits hold. */
#include <stdint.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/ink.h"
#include "ocr/mend.h"
#include "unit/check.h"

static void
plain(struct image *im, uint32_t width, uint32_t height)
{
	struct err e;

	CHECK(image_init(im, width, height, &e) == 0);
	memset(im->px, 255, (size_t)width * height);
}

static uint8_t
at(const struct image *im, uint32_t x, uint32_t y)
{
	return im->px[(size_t)y * im->width + x];
}

/* A line that falls by 10 degrees becomes level. */
static void
a_leaning_line_is_straightened(void)
{
	struct image im;
	struct err e;
	uint32_t dark = 0, row;

	plain(&im, 400, 300);
	im.dpi = 100;
	for (uint32_t x = 50; x < 350; x++)
		for (uint32_t t = 0; t < 4; t++)
			im.px[(100 + t + (x - 50) * 17633 / 100000) * 400 + x] = 0;
	CHECK(mend_straighten(&im, 10, 200, &e) == 0);
	CHECK(im.width > 440 && im.height > 360 && im.dpi == 100);
	CHECK(at(&im, 0, 0) == 200 && at(&im, im.width - 1, im.height - 1) == 200);
	for (row = 0; row < im.height && dark < 250; row++) {
		dark = 0;
		for (uint32_t x = 0; x < im.width; x++)
			dark += at(&im, x, row) < 100;
	}
	CHECK(dark >= 250);
	image_release(&im);
}

static void
too_large_is_refused(void)
{
	struct image im;
	struct err e;

	plain(&im, 10500, 10500);
	CHECK(mend_straighten(&im, 20, 255, &e) == -1);
	CHECK_STR(e.code, "page.large");
	CHECK(mend_enlarge(&im, 2, &e) == -1 && im.px && im.width == 10500);
	image_release(&im);
}

static void
larger_is_the_same(void)
{
	struct image im;
	struct err e;

	plain(&im, 3, 2);
	im.px[0] = 0;
	im.dpi = 72;
	CHECK(mend_enlarge(&im, 3, &e) == 0);
	CHECK(im.width == 9 && im.height == 6 && im.dpi == 216);
	CHECK(at(&im, 0, 0) == 0 && at(&im, 8, 5) == 255 && at(&im, 1, 0) == 85);
	image_release(&im);
}

static void
light_is_made_even(void)
{
	struct image im;
	struct ink k;
	struct err e;

	plain(&im, 640, 64);
	for (uint32_t y = 0; y < 64; y++)
		for (uint32_t x = 0; x < 640; x++)
			im.px[y * 640 + x] = (uint8_t)(250 - x / 4);
	im.px[30 * 640 + 600] = 10;
	CHECK(ink_take(&k, &im, &e) == 0);
	mend_light(&im, &k);
	for (uint32_t x = 0; x < 640; x++)
		CHECK(at(&im, x, 20) >= 220);
	CHECK(at(&im, 600, 30) < 40);
	ink_release(&k);
	image_release(&im);
}

static void
values_change_as_said(void)
{
	struct image im, piece = { .width = 1, .height = 2 };
	struct err e;

	plain(&im, 3, 2);
	im.px[1] = 100;
	im.px[4] = 150;
	mend_contrast(&im, 100, 200);
	CHECK(at(&im, 1, 0) == 0 && at(&im, 1, 1) == 127 && at(&im, 0, 0) == 255);
	mend_invert(&im);
	CHECK(at(&im, 1, 0) == 255 && at(&im, 1, 1) == 128 && at(&im, 0, 0) == 0);
	CHECK(mend_cut(&piece, &im, 1, 0, &e) == 0);
	CHECK(piece.width == 1 && at(&piece, 0, 0) == 255 && at(&piece, 0, 1) == 128);
	image_release(&piece);
	image_release(&im);
}

static void
dots_become_gray(void)
{
	struct image im;
	struct err e;

	plain(&im, 9, 7);
	for (uint32_t i = 0; i < 63; i += 2)
		im.px[i] = 0;
	CHECK(mend_soften(&im, &e) == 0);
	CHECK(at(&im, 0, 0) == 0 && at(&im, 8, 6) == 0);
	for (uint32_t y = 1; y < 6; y++)
		for (uint32_t x = 1; x < 8; x++)
			CHECK(at(&im, x, y) > 110 && at(&im, x, y) < 145);
	image_release(&im);
	plain(&im, 1, 1);
	CHECK(mend_soften(&im, &e) == 0 && at(&im, 0, 0) == 255);
	image_release(&im);
}

int
main(void)
{
	dots_become_gray();
	a_leaning_line_is_straightened();
	too_large_is_refused();
	larger_is_the_same();
	light_is_made_even();
	values_change_as_said();
	return 0;
}

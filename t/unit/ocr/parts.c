/* ink, parts: letters are found on paper of any brightness, and rows of them. */
#include <stdint.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/ink.h"
#include "ocr/parts.h"
#include "unit/check.h"
#include "unit/ocr/letters.h"

struct seen {
	struct ink ink;
	struct parts parts;
};

static void
see(struct seen *s, const struct image *im)
{
	struct err e;

	CHECK(ink_take(&s->ink, im, &e) == 0);
	CHECK(parts_find(&s->parts, &s->ink, &e) == 0);
}

static void
forget(struct seen *s)
{
	ink_release(&s->ink);
	parts_release(&s->parts);
	CHECK(!s->ink.gray && !s->parts.v);
}

static void
letters_stand_in_a_row(void)
{
	struct image im;
	struct seen s;

	draw(&im, "THE FILE TELL");
	see(&s, &im);
	CHECK(s.ink.factor == 1 && s.ink.width == WIDTH && s.ink.height == HEIGHT);
	CHECK(s.ink.median == 255 && s.ink.darkest == 0 && ink_gloom(&s.ink) == 0);
	CHECK(s.parts.n == 11 && s.parts.texts == 11 && s.parts.near == 11);
	CHECK(s.parts.size == 7 * SCALE && !s.parts.crowded);
	for (size_t i = 0; i < s.parts.n; i++) {
		CHECK(s.parts.v[i].row == s.parts.v[0].row && s.parts.v[i].row >= 0);
		CHECK(s.parts.v[i].y0 == 70 && s.parts.v[i].y1 == 70 + 7 * SCALE);
	}
	forget(&s);
	image_release(&im);
}

/* From white at the left to a tenth of it at the right. */
static void
shadow_is_no_ink(void)
{
	struct image im;
	struct seen s;

	draw(&im, "THE FILE TELL");
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = 0; x < WIDTH; x++) {
			uint8_t *p = &im.px[y * WIDTH + x];

			*p = (uint8_t)(*p * (WIDTH - x * 9 / 10) / WIDTH);
		}
	see(&s, &im);
	CHECK(s.parts.texts == 11 && s.parts.size == 7 * SCALE);
	forget(&s);
	image_release(&im);
}

static void
nothing_is_nothing(void)
{
	struct image im;
	struct seen s;

	draw(&im, "");
	see(&s, &im);
	CHECK(s.parts.n == 0 && s.parts.size == 0);
	forget(&s);
	memset(im.px, 0, (size_t)WIDTH * HEIGHT);
	see(&s, &im);
	CHECK(s.parts.n == 0 && ink_gloom(&s.ink) == 1);
	forget(&s);
	image_release(&im);
	for (uint32_t w = 1; w < 4; w++) {
		struct err e;

		CHECK(image_init(&im, w, 4 - w, &e) == 0);
		memset(im.px, 255, (size_t)w * im.height);
		im.px[0] = 0;
		see(&s, &im);
		forget(&s);
		image_release(&im);
	}
}

/* Each second pixel of each second row: more than are kept. */
static void
a_crowd_is_bounded(void)
{
	struct image im;
	struct seen s;
	struct err e;

	CHECK(image_init(&im, 1000, 1000, &e) == 0);
	memset(im.px, 255, 1000 * 1000);
	for (uint32_t y = 0; y < 1000; y += 2)
		for (uint32_t x = 0; x < 1000; x += 2)
			im.px[y * 1000 + x] = 0;
	see(&s, &im);
	CHECK(s.parts.n == PARTS_MAX && s.parts.crowded && s.parts.texts == 0);
	forget(&s);
	image_release(&im);
}

static void
a_window_is_around_its_letters(void)
{
	struct image im;
	struct seen s;
	struct err e;

	CHECK(image_init(&im, 600, 1000, &e) == 0);
	memset(im.px, 255, 600 * 1000);
	for (int i = 0; i < 20; i++)
		for (uint32_t y = 500; y < 512; y++)
			memset(im.px + (size_t)y * 600 + 50 + i * 20, 0, 8);
	see(&s, &im);
	CHECK(s.ink.factor == 1);
	/* In the middle of it, and within the page. */
	CHECK(parts_window(&s.parts, false, 1000, 100) >= 450);
	CHECK(parts_window(&s.parts, false, 1000, 100) <= 460);
	CHECK(parts_window(&s.parts, false, 1000, 1000) == 0);
	CHECK(parts_window(&s.parts, false, 1000, 900) <= 100);
	forget(&s);
	image_release(&im);
}

int
main(void)
{
	letters_stand_in_a_row();
	shadow_is_no_ink();
	nothing_is_nothing();
	a_crowd_is_bounded();
	a_window_is_around_its_letters();
	return 0;
}

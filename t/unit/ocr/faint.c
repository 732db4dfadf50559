/* faint: weak ink is seen where it stands, and made black; grain is none. */
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/faint.h"
#include "ocr/ink.h"
#include "ocr/parts.h"
#include "unit/check.h"
#include "unit/ocr/letters.h"

/* A page as it is seen, with nothing of it read. */
struct look {
	struct ink ink;
	struct faint faint;
	struct parts parts;
};

static void
look_at(struct look *l, const struct image *im)
{
	uint8_t *seen;
	struct err e;

	CHECK(ink_take(&l->ink, im, &e) == 0);
	CHECK(faint_take(&l->faint, &l->ink, &e) == 0);
	seen = calloc(l->ink.width, l->ink.height);
	CHECK(seen);
	faint_mark(&l->faint, &l->ink, seen, l->ink.dark);
	free(seen);
	CHECK(parts_find(&l->parts, &l->ink, &e) == 0);
}

static void
forget(struct look *l)
{
	ink_release(&l->ink);
	faint_release(&l->faint);
	parts_release(&l->parts);
}

static bool
is_empty(const struct image *im, uint32_t x)
{
	for (uint32_t y = 0; y < HEIGHT; y++)
		if (!im->px[y * WIDTH + x])
			return false;
	return true;
}

/* Black at the left; at the right on paper, or of ink, that is so bright. */
static void
half(struct image *im, uint8_t paper, uint8_t ink)
{
	uint32_t left = WIDTH / 3;

	draw(im, "THE FILE TELL");
	while (!is_empty(im, left))
		left++;
	for (uint32_t y = 0; y < HEIGHT; y++)
		for (uint32_t x = left; x < WIDTH; x++) {
			uint8_t *p = &im->px[y * WIDTH + x];

			*p = *p ? paper : ink;
		}
}

static void
weak_ink_becomes_black(uint8_t paper, uint8_t ink)
{
	struct image im;
	struct look l;
	struct err e;
	size_t wrong = 0;
	struct image want;

	half(&im, paper, ink);
	look_at(&l, &im);
	CHECK(l.parts.texts == 11 && l.parts.size == 7 * SCALE);
	CHECK(faint_mend(&im, &l.faint, &l.ink, &l.parts, &e) == 0);
	draw(&want, "THE FILE TELL");
	for (uint32_t i = 0; i < WIDTH * HEIGHT; i++)
		wrong += (im.px[i] < 128) != (want.px[i] < 128);
	CHECK(wrong < WIDTH * HEIGHT / 200);
	image_release(&want);
	forget(&l);
	image_release(&im);
}

static void
what_is_seen_is_left_out(void)
{
	struct image im;
	struct look l;
	uint8_t *seen;

	half(&im, 255, 220);
	look_at(&l, &im);
	seen = malloc((size_t)l.ink.width * l.ink.height);
	CHECK(seen);
	memset(seen, 1, (size_t)l.ink.width * l.ink.height);
	faint_mark(&l.faint, &l.ink, seen, l.ink.dark);
	CHECK(!memchr(l.ink.dark, 1, (size_t)l.ink.width * l.ink.height));
	free(seen);
	forget(&l);
	image_release(&im);
}

static void
grain_is_no_ink(void)
{
	uint32_t state = 2463534242;
	struct image im;
	struct look l;

	draw(&im, "");
	for (uint32_t i = 0; i < WIDTH * HEIGHT; i++) {
		state = state * 1664525 + 1013904223;
		im.px[i] = (uint8_t)(60 + (state >> 24) % 16);
	}
	look_at(&l, &im);
	CHECK(l.parts.texts == 0);
	forget(&l);
	image_release(&im);
}

static void
a_speck_has_no_paper(void)
{
	struct image im;
	struct look l;
	struct err e;

	for (uint32_t w = 1; w < 4; w++) {
		CHECK(image_init(&im, w, 4 - w, &e) == 0);
		memset(im.px, 200, (size_t)w * im.height);
		look_at(&l, &im);
		CHECK(faint_mend(&im, &l.faint, &l.ink, &l.parts, &e) == 0);
		forget(&l);
		image_release(&im);
	}
}

int
main(void)
{
	weak_ink_becomes_black(255, 220);
	weak_ink_becomes_black(50, 5);
	what_is_seen_is_left_out();
	grain_is_no_ink();
	a_speck_has_no_paper();
	return 0;
}

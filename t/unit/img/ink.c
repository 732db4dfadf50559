/* ink: what stands under boxes, and what looks like text outside of them. */
#include "img/ink.h"

#include "base/err.h"
#include "img/image.h"
#include "unit/check.h"

static struct image
paper(uint8_t shade)
{
	struct image im;
	struct err e;

	CHECK(image_init(&im, 400, 300, &e) == 0);
	memset(im.px, shade, (size_t)im.width * im.height);
	return im;
}

static void
paint(struct image *im, struct ink_box b, uint8_t shade)
{
	for (long y = b.y0; y < b.y1; y++)
		memset(im->px + (size_t)y * im->width + b.x0, shade, (size_t)(b.x1 - b.x0));
}

/* A row of marks like letters, 4 x 6 pixels and 3 apart, from x, y on. */
static void
write_row(struct image *im, long x, long y, int n, uint8_t shade)
{
	for (int i = 0; i < n; i++) {
		paint(im, (struct ink_box){ x + i * 7, y, x + i * 7 + 4, y + 6 }, shade);
		paint(im, (struct ink_box){ x + i * 7 + 1, y + 2, x + i * 7 + 3, y + 5 },
		    (uint8_t)(255 - shade));
	}
}

static struct ink_lines
lines_of(const struct image *im, const struct ink_box *known, size_t n)
{
	struct ink_lines l;

	ink_lines(im, known, n, &l);
	return l;
}

static void
sees_ink_under_boxes(void)
{
	struct image im = paper(255);

	CHECK(ink_none(&im));
	write_row(&im, 20, 20, 10, 0);
	CHECK(!ink_none(&im));
	CHECK(ink_under(&im, &(struct ink_box){ 18, 18, 60, 28 }));
	CHECK(!ink_under(&im, &(struct ink_box){ 18, 100, 60, 110 }));
	/* Covered by a bar: there is ink, and no word. */
	paint(&im, (struct ink_box){ 10, 95, 100, 115 }, 0);
	CHECK(!ink_under(&im, &(struct ink_box){ 18, 100, 60, 110 }));
	/* Boxes that lie about where they are. */
	CHECK(!ink_under(&im, &(struct ink_box){ -50, -50, -1, -1 }));
	CHECK(!ink_under(&im, &(struct ink_box){ 900, 900, 9000, 9000 }));
	CHECK(ink_under(&im, &(struct ink_box){ -1000, -1000, 100000, 100000 }));
	/* Thin and pale letters are letters; what nobody can see is none. */
	paint(&im, (struct ink_box){ 200, 200, 202, 202 }, 235);
	CHECK(ink_under(&im, &(struct ink_box){ 199, 196, 203, 204 }));
	CHECK(ink_under(&im, &(struct ink_box){ 190, 196, 210, 204 }));
	paint(&im, (struct ink_box){ 300, 200, 302, 202 }, 250);
	CHECK(!ink_under(&im, &(struct ink_box){ 299, 196, 303, 204 }));
	image_release(&im);
}

static void
finds_lines_that_are_not_known(void)
{
	struct image im = paper(255);
	struct ink_lines l;

	write_row(&im, 20, 20, 30, 0);
	write_row(&im, 20, 60, 30, 0);
	l = lines_of(&im, NULL, 0);
	CHECK(l.n == 2 && l.ems > 30 && !l.cut);
	CHECK(l.v[0].box.x0 >= 18 && l.v[0].box.x1 <= 240 && l.v[0].height > 4);
	free(l.v);
	l = lines_of(&im, &(struct ink_box){ 19, 19, 240, 28 }, 1);
	CHECK(l.n == 1 && l.v[0].box.y0 > 50);
	free(l.v);
	image_release(&im);
	/* White on a dark ground is text, too. */
	im = paper(60);
	write_row(&im, 20, 60, 30, 255);
	l = lines_of(&im, NULL, 0);
	CHECK(l.n > 0 && l.ems > 15);
	free(l.v);
	image_release(&im);
	/* As is what is a little lighter than a gray one. */
	im = paper(120);
	for (long x = 20; x < 230; x += 7) {
		paint(&im, (struct ink_box){ x, 60, x + 4, 66 }, 200);
		paint(&im, (struct ink_box){ x + 1, 62, x + 3, 65 }, 120);
	}
	l = lines_of(&im, NULL, 0);
	CHECK(l.n > 0 && l.ems > 15);
	free(l.v);
	image_release(&im);
}

static void
takes_rules_bars_and_specks_for_none(void)
{
	struct image im = paper(255);
	struct ink_lines l;

	paint(&im, (struct ink_box){ 10, 10, 390, 11 }, 0);
	paint(&im, (struct ink_box){ 10, 50, 200, 70 }, 0);
	paint(&im, (struct ink_box){ 10, 100, 11, 280 }, 0);
	paint(&im, (struct ink_box){ 100, 100, 102, 102 }, 0);
	paint(&im, (struct ink_box){ 300, 200, 302, 202 }, 0);
	l = lines_of(&im, NULL, 0);
	CHECK(l.n == 0 && l.ems == 0);
	free(l.v);
	image_release(&im);
}

/* Noise has more pieces than any text: it ends, and soon. */
static void
bears_noise(void)
{
	struct image im = paper(255);
	struct ink_lines l;
	uint32_t seed = 1;

	for (size_t i = 0; i < (size_t)im.width * im.height; i++) {
		seed = seed * 1664525 + 1013904223;
		im.px[i] = (uint8_t)(seed >> 24);
	}
	l = lines_of(&im, NULL, 0);
	CHECK(l.n <= INK_LINES_MAX);
	free(l.v);
	image_release(&im);
	/* More pieces than are looked at: that is said. */
	CHECK(image_init(&im, 2000, 1200, &(struct err){ 0 }) == 0);
	memset(im.px, 255, 2000UL * 1200);
	for (long y = 2; y + 4 < 1200; y += 8)
		for (long x = 2; x + 4 < 2000; x += 8)
			paint(&im, (struct ink_box){ x, y, x + 3, y + 4 }, 0);
	l = lines_of(&im, NULL, 0);
	CHECK(l.cut);
	free(l.v);
	image_release(&im);
}

/* Frames in a row, as empty cells have them, and the bars of fractions. */
static void
takes_frames_and_dashes_for_none(void)
{
	struct image im = paper(255);
	struct ink_lines l;

	for (long i = 0; i < 5; i++) {
		paint(&im, (struct ink_box){ 20 + i * 40, 20, 54 + i * 40, 36 }, 0);
		paint(&im, (struct ink_box){ 21 + i * 40, 21, 53 + i * 40, 35 }, 255);
		paint(&im, (struct ink_box){ 30 + i * 70, 100 + i * 20, 50 + i * 70, 102 + i * 20 },
		    0);
	}
	l = lines_of(&im, NULL, 0);
	CHECK(l.n == 0 && l.ems == 0);
	free(l.v);
	image_release(&im);
}

int
main(void)
{
	sees_ink_under_boxes();
	finds_lines_that_are_not_known();
	takes_rules_bars_and_specks_for_none();
	takes_frames_and_dashes_for_none();
	bears_noise();
	return 0;
}

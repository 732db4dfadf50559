/* ocr: a long page is cut between lines, in the widest gap there is. */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/cut.h"
#include "unit/check.h"
#include "unit/ocr/letters.h"

enum { ROWS = 1600, TALL = 7 * SCALE };

static const char words[] = "THE FILE TELL";

static void
make(struct image *im)
{
	struct err e;

	CHECK(image_init(im, WIDTH, ROWS, &e) == 0);
	memset(im->px, 255, (size_t)WIDTH * ROWS);
}

static void
add_line(struct image *im, uint32_t left, uint32_t top, size_t letters)
{
	for (size_t i = 0; i < letters; i++, left += 6 * SCALE)
		if (words[i] != ' ')
			draw_letter(im, words[i], left, top);
}

static void
invert(struct image *im)
{
	for (size_t i = 0; i < (size_t)im->width * im->height; i++)
		im->px[i] = (uint8_t)(255 - im->px[i]);
}

static struct cut
found(const struct image *im, uint32_t from, uint32_t to)
{
	struct cut cut;
	struct err e;

	CHECK(cut_find(&cut, im, from, to, &e) == 0);
	CHECK(cut.row >= from && cut.row <= to);
	return cut;
}

/* Lines 60 apart, but for one gap; black on white, white on black. */
static void
the_widest_gap_is_taken(bool inverted)
{
	struct image im;
	struct cut cut;

	make(&im);
	for (uint32_t y = 20; y + TALL < ROWS; y += y == 920 ? 120 : 60)
		add_line(&im, 60, y, 13);
	/* A rule down the page is no letter. */
	for (uint32_t y = 0; y < ROWS; y++)
		memset(im.px + (size_t)y * WIDTH + 20, 0, 4);
	if (inverted)
		invert(&im);
	cut = found(&im, 600, 1200);
	CHECK(cut.row >= 920 + TALL && cut.row <= 1040 && cut.shared == 0 && cut.apart);
	cut = found(&im, 1050, 1500);
	CHECK((cut.row - 1040) % 60 >= TALL && cut.shared == 0 && !cut.apart);
	image_release(&im);
}

static void
lines_far_apart_stand_alone(void)
{
	struct image im;
	struct cut cut;

	make(&im);
	for (uint32_t y = 20; y + TALL < ROWS; y += 160)
		add_line(&im, 60, y, 13);
	cut = found(&im, 600, 1200);
	CHECK((cut.row - 20) % 160 >= TALL && cut.shared == 0 && cut.apart);
	image_release(&im);
}

/* Lines of one column stand beside the gaps of the other. */
static void
where_no_gap_is_rows_are_shared(void)
{
	struct image im;
	struct cut cut;

	make(&im);
	for (uint32_t y = 20; y + TALL < ROWS; y += 60)
		add_line(&im, 60, y, 8);
	for (uint32_t y = 50; y + TALL < ROWS; y += 60)
		add_line(&im, 400, y, 8);
	cut = found(&im, 600, 1200);
	CHECK(cut.shared >= 2 * TALL && cut.shared <= 6 * TALL && !cut.apart);
	image_release(&im);
}

static void
nothing_is_cut_anywhere(void)
{
	struct image im;
	struct cut cut;

	make(&im);
	cut = found(&im, 600, 1200);
	CHECK(cut.shared == 0 && cut.apart);
	cut = found(&im, ROWS - 1, ROWS);
	CHECK(cut.row >= ROWS - 1);
	image_release(&im);
}

int
main(void)
{
	the_widest_gap_is_taken(false);
	the_widest_gap_is_taken(true);
	lines_far_apart_stand_alone();
	where_no_gap_is_rows_are_shared();
	nothing_is_cut_anywhere();
	return 0;
}

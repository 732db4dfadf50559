/* cover: where words stand, and which say nothing of what is there. */
#include "ocr/cover.h"

#include "ocr/ink.h"
#include "ocr/tess.h"
#include "unit/check.h"

enum { WIDE = 100, HIGH = 80, SIZE = 5 };

static const struct ink ink = { .factor = 2, .width = WIDE, .height = HIGH };

static size_t
covered(const struct tess_word *w)
{
	const struct tess_page page = { .words = (struct tess_word *)w, .n = 1 };
	uint8_t *map = cover_new(&ink, &page, SIZE);
	size_t n = 0;

	CHECK(map);
	for (size_t i = 0; i < (size_t)WIDE * HIGH; i++)
		n += map[i];
	free(map);
	return n;
}

static void
a_line_that_is_high_and_narrow_runs_down(void)
{
	CHECK(!cover_runs_down(&ink, 100, 20, SIZE) && !cover_runs_down(&ink, 5, 30, SIZE));
	CHECK(cover_runs_down(&ink, 15, 31, SIZE) && !cover_runs_down(&ink, 16, 31, SIZE));
	CHECK(!cover_runs_down(&ink, 15, 500, 0));
}

static void
words_cover_what_they_stand_on(void)
{
	/* Pixels of the page are two of the small one's; two more around it. */
	CHECK(covered(&(struct tess_word){ 20, 20, 40, 30, .confidence = 0.1 }) == 15 * 10);
	CHECK(covered(&(struct tess_word){ -50, -50, -20, -20, .confidence = 0.9 }) == 0);
	CHECK(covered(&(struct tess_word){ 190, 150, 900, 900, .confidence = 0.9 }) == 7 * 7);
	/* One that runs down was read, or made of what stands below each other. */
	CHECK(covered(&(struct tess_word){ 20, 20, 30, 120, .confidence = 0.9 }) > 0);
	CHECK(covered(&(struct tess_word){ 20, 20, 30, 120, .confidence = 0.5 }) == 0);
}

static void
the_surer_mark_stays(void)
{
	const struct tess_word w = { 20, 20, 40, 30, .confidence = 1 };
	uint8_t map[WIDE * HIGH] = { 0 };

	cover_mark(map, &ink, &w, 0, 2);
	cover_mark(map, &ink, &w, 1, 1);
	CHECK(map[10 * WIDE + 10] == 2 && map[9 * WIDE + 9] == 1 && map[8 * WIDE + 8] == 0);
}

int
main(void)
{
	a_line_that_is_high_and_narrow_runs_down();
	words_cover_what_they_stand_on();
	the_surer_mark_stays();
	return 0;
}

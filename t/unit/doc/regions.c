/* regions: what of a page is to be read beside its layer. */
#include "doc/regions.h"

#include "base/mem.h"
#include "img/image.h"
#include "img/ink.h"
#include "pdf/words.h"
#include "unit/check.h"

static struct pdf_words words;

static void
word(double x, double y, double w, long line, bool odd)
{
	words.v = words.v ? words.v : mem_new(100, sizeof(*words.v));
	words.v[words.n++] = (struct pdf_word){ .x = x,
		.y = y,
		.w = w,
		.h = 10,
		.line = line,
		.odd = odd,
		.at = words.bytes.len };
	CHECK(buf_add(&words.bytes, odd ? "Yzq" : "the", 4) == 0);
}

static void
no_words(void)
{
	pdf_words_release(&words);
	pdf_words_init(&words, 1000);
}

/* A line of ink, in points. */
static struct ink_line
ink(long x0, long y0, long x1, long y1)
{
	return (
	    struct ink_line){ .box = { x0 * 10 / 12, y0 * 10 / 12, x1 * 10 / 12, y1 * 10 / 12 } };
}

static struct regions
boxes_of(struct ink_line *v, size_t n, bool scan)
{
	const struct ink_lines lines = { .v = v, .n = n };
	struct regions r;

	regions_make(&r, &lines, &words, scan);
	return r;
}

static struct regions
regions_of(struct ink_line *v, size_t n)
{
	return boxes_of(v, n, false);
}

/* Its columns are seen by who reads it. */
static void
lines_of_a_scan_are_one_between_words(void)
{
	struct ink_line v[] = { ink(60, 240, 180, 252), ink(300, 240, 420, 252),
		ink(60, 300, 180, 312), ink(60, 600, 180, 612) };
	struct regions r;

	no_words();
	word(60, 560, 200, 0, false);
	CHECK(regions_of(v, 4).n == 4);
	r = boxes_of(v, 4, true);
	CHECK(r.n == 2 && r.v[0].x0 < 60 && r.v[0].x1 > 420 && r.v[0].y1 > 312);
}

static void
lines_of_ink_near_each_other_are_one(void)
{
	struct ink_line v[] = { ink(60, 240, 180, 252), ink(192, 240, 240, 252),
		ink(60, 264, 180, 276), ink(60, 480, 180, 492) };
	struct regions r;

	no_words();
	word(60, 120, 200, 0, false);
	r = regions_of(v, 4);
	CHECK(r.n == 2 && !r.full);
	/* With white around. */
	CHECK(r.v[0].x0 < 60 && r.v[0].y0 < 240 && r.v[0].x1 > 240 && r.v[0].y1 > 276);
	CHECK(r.v[0].x0 > 45 && r.v[0].y0 > 220 && r.v[0].x1 < 260 && r.v[0].y1 < 300);
	/* A word between two lines keeps them apart. */
	word(60, 253, 120, 1, false);
	r = regions_of(v, 4);
	CHECK(r.n == 3 || r.n == 4);
	for (size_t i = 0; i < r.n; i++)
		CHECK(r.v[i].y1 <= 256 || r.v[i].y0 >= 260);
}

/* A box that reaches over words is cut to the side of them where most of it is. */
static void
no_region_of_ink_holds_words(void)
{
	struct ink_line v[] = { ink(60, 240, 300, 300), ink(60, 480, 100, 490) };
	struct regions r;

	no_words();
	word(180, 282, 100, 0, false);
	word(180, 292, 100, 1, false);
	r = regions_of(v, 1);
	CHECK(r.n == 1 && r.v[0].x0 < 60 && r.v[0].x1 > 300 && r.v[0].y1 <= 286);
	/* Nothing is left of what is all in a word. */
	word(50, 480, 100, 2, false);
	CHECK(regions_of(v, 2).n == 1);
}

static void
odd_words_have_a_region(void)
{
	struct regions r;

	no_words();
	word(60, 100, 50, 0, false);
	word(60, 120, 50, 1, true);
	word(120, 120, 50, 1, false);
	word(60, 134, 50, 2, true);
	word(60, 148, 50, 3, false);
	word(60, 300, 50, 4, true);
	r = regions_of(NULL, 0);
	CHECK(r.n == 2 && !r.full);
	CHECK(words.v[0].region == 0 && words.v[1].region == 1 && words.v[2].region == 1 &&
	    words.v[3].region == 1 && words.v[4].region == 0 && words.v[5].region == 2);
	CHECK(r.v[0].y0 < 120 && r.v[0].y0 > 110 && r.v[0].y1 > 144 && r.v[0].x1 > 170);
}

static void
many_are_too_many(void)
{
	struct ink_line v[REGIONS_MAX + 1];

	no_words();
	for (size_t i = 0; i <= REGIONS_MAX; i++)
		v[i] = ink(60, (long)i * 60, 180, (long)i * 60 + 12);
	CHECK(!regions_of(v, REGIONS_MAX).full);
	CHECK(regions_of(v, REGIONS_MAX + 1).full);
}

static void
tells_them_in_pixels(void)
{
	const struct image im = { .width = 400, .height = 300, .dpi = 144 };
	struct ink_line v[] = { ink(60, 24, 180, 36) };
	struct regions r;
	jv layout, boxes;

	no_words();
	word(10, 100, 50, 0, false);
	word(10, 120, 50, 1, true);
	word(70, 120, 50, 1, false);
	r = regions_of(v, 1);
	layout = jv_dump_string(regions_layout(&words, im.dpi), JV_PRINT_SORTED);
	CHECK_STR(jv_string_value(layout),
	    "{\"lines\":[{\"box\":[20,200,120,220],\"text\":\"the\"},"
	    "{\"begins\":\"line\",\"box\":[20,240,240,260],\"check\":\"Yzq \",\"region\":1,\"text\":\"Yzq the\"}]}");
	jv_free(layout);
	CHECK(regions_checks(&words) == 1);
	boxes = regions_boxes(&r, &im);
	CHECK(jv_array_length(jv_copy(boxes)) == 2);
	boxes = jv_array_get(boxes, 1);
	CHECK(jv_number_value(jv_array_get(jv_copy(boxes), 2)) <= 400);
	jv_free(boxes);
}

int
main(void)
{
	lines_of_ink_near_each_other_are_one();
	lines_of_a_scan_are_one_between_words();
	no_region_of_ink_holds_words();
	odd_words_have_a_region();
	many_are_too_many();
	tells_them_in_pixels();
	pdf_words_release(&words);
	return 0;
}

/* ocr: labels that stand about on a drawing are each read as what they are. */
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/labels.h"
#include "ocr/marks.h"
#include "ocr/result.h"
#include "ocr/tess.h"
#include "unit/check.h"
#include "unit/ocr/letters.h"

enum { SIDE = 2400 };

static void
make(struct image *im)
{
	struct err e;

	CHECK(image_init(im, SIDE, SIDE, &e) == 0);
	memset(im->px, 255, (size_t)SIDE * SIDE);
}

static void
add(struct image *im, const char *s, uint32_t left, uint32_t top)
{
	for (; *s; s++, left += 6 * SCALE)
		if (*s != ' ')
			draw_letter(im, *s, left, top);
}

/* A frame of 4 pixels. */
static void
add_frame(struct image *im, uint32_t x0, uint32_t y0, uint32_t x1, uint32_t y1)
{
	for (uint32_t y = y0; y < y1; y++)
		for (uint32_t x = x0; x < x1; x++)
			if (x < x0 + 4 || x >= x1 - 4 || y < y0 + 4 || y >= y1 - 4)
				im->px[(size_t)y * SIDE + x] = 0;
}

static void
reads(struct tess *t, const struct image *im, const char *want, size_t words)
{
	struct tess_page page;
	struct ocr_notes notes;
	struct marks marks;
	struct err e;

	CHECK(marks_find(&marks, im, &e) == 0);
	CHECK(labels_read(t, &marks, &page, &notes, &e) == 0);
	CHECK_STR(page.text, want);
	CHECK(page.n == words && notes.unread < 0.01 && !notes.blank && !notes.picture);
	tess_page_release(&page);
	marks_release(&marks);
}

static void
labels(struct tess *t)
{
	struct image im;

	make(&im);
	reads(t, &im, "", 0);
	add_frame(&im, 20, 20, SIDE - 20, SIDE - 20);
	add_frame(&im, 60, 70, 1100, 700);
	add(&im, "THE FILE", 100, 300);
	add(&im, "LITTLE LIE", 100, 366);
	add_frame(&im, 1100, 70, 2200, 900);
	add(&im, "TELL THE TITLE", 1500, 340);
	add(&im, "FEEL IT HILL", 700, 1900);
	reads(t, &im, "THE FILE\nLITTLE LIE\n\nTELL THE TITLE\n\nFEEL IT HILL\n", 10);
	image_release(&im);
}

/* One label, said to have twice as many rows as are looked at. */
static void
counts_what_is_left_out(struct tess *t)
{
	static struct mark v[2 * LABELS_MOST];
	struct marks marks = { .v = v, .n = 2 * LABELS_MOST, .rows = 2 * LABELS_MOST, .size = 30 };
	struct tess_page page;
	struct ocr_notes notes;
	struct image im;
	struct err e;

	make(&im);
	marks.im = &im;
	add(&im, "THE FILE", 100, 300);
	for (size_t i = 0; i < marks.n; i++)
		v[i] = (struct mark){ 100, 300, 100 + 48 * SCALE, 300 + 8 * SCALE, i + 1 };
	CHECK(labels_read(t, &marks, &page, &notes, &e) == 0);
	CHECK_STR(page.text, "THE FILE\n");
	CHECK(notes.unread > 0.49 && notes.unread < 0.51);
	tess_page_release(&page);
	image_release(&im);
}

int
main(void)
{
	struct tess *t;
	struct err e;

	t = tess_new("eng", &e);
	CHECK(t);
	labels(t);
	counts_what_is_left_out(t);
	tess_free(t);
	return 0;
}

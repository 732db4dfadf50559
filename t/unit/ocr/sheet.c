/* ocr: a sheet is read column by column; a long page on its side as what it is. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "img/image.h"
#include "ocr/result.h"
#include "ocr/sheet.h"
#include "ocr/tess.h"
#include "unit/check.h"
#include "unit/ocr/letters.h"

enum { LINES = 20, STEP = 66 };

static const char *const word[] = { "THE", "FILE", "TELL", "LIE", "LITTLE" };

static void
make(struct image *im, uint32_t width, uint32_t height)
{
	struct err e;

	CHECK(image_init(im, width, height, &e) == 0);
	memset(im->px, 255, (size_t)width * height);
}

static void
add_line(struct image *im, const char *s, uint32_t left, uint32_t top, struct buf *want)
{
	CHECK(buf_printf(want, "%s\n", s) == 0);
	for (; *s; s++, left += 6 * SCALE)
		if (*s != ' ')
			draw_letter(im, *s, left, top);
}

static void
add_column(struct image *im, uint32_t left, uint32_t top, uint32_t lines, struct buf *want)
{
	char s[100];

	for (uint32_t i = 0; i < lines; i++) {
		snprintf(s, sizeof(s), "%s %s %s", word[i % 5], word[i / 5 % 5],
		    word[(i + i / 25) % 3]);
		add_line(im, s, left, top + i * STEP, want);
	}
}

static void
squeeze(char *s)
{
	char last = '\n', *to = s;

	for (; *s; last = *s++)
		if (*s != '\n' || last != '\n')
			*to++ = *s;
	*to = '\0';
}

static void
check_read(struct tess *t, struct image *im, double area, const struct buf *want, int turned)
{
	struct tess_page page;
	struct ocr_notes notes;
	struct err e;

	CHECK(sheet_read(&(struct sheets){ t, area }, im, &page, &notes, &e) == 0);
	squeeze(page.text);
	CHECK(strlen(page.text) == want->len && memcmp(page.text, want->p, want->len) == 0);
	CHECK(page.confidence > 0.5 && page.confidence <= 1);
	CHECK(notes.turned == turned && !notes.blank && !notes.picture && notes.unread < 0.01);
	tess_page_release(&page);
}

/* A heading across two columns whose lines are no lines of each other. */
static void
columns(struct tess *t, int orientation, int turned)
{
	struct buf want = BUF_INIT(10000);
	struct image im;
	struct err e;

	make(&im, 1700, 1700);
	add_line(&im, "THE TITLE FILE TELL THE LITTLE FILE LIE", 100, 60, &want);
	add_column(&im, 40, 260, LINES, &want);
	add_column(&im, 920, 260 + STEP / 3, LINES, &want);
	CHECK(image_orient(&im, orientation, &e) == 0);
	check_read(t, &im, 300000, &want, turned);
	image_release(&im);
	buf_release(&want);
}

static void
long_page_on_its_side(struct tess *t)
{
	struct buf want = BUF_INIT(10000);
	struct image im;
	struct err e;

	make(&im, 700, 3 * LINES * STEP);
	CHECK(!sheet_is(&im));
	add_column(&im, 40, 60, 2 * LINES, &want);
	CHECK(image_orient(&im, 6, &e) == 0 && sheet_is(&im));
	check_read(t, &im, 0, &want, 270);
	image_release(&im);
	buf_release(&want);
}

static void
nothing_on_it(struct tess *t)
{
	struct tess_page page;
	struct ocr_notes notes;
	struct image im;
	struct err e;

	make(&im, 2000, 500);
	CHECK(sheet_read(&(struct sheets){ t, 100000 }, &im, &page, &notes, &e) == 0);
	CHECK(page.n == 0 && notes.blank && !notes.picture && notes.unread == 0);
	CHECK_STR(page.text, "");
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
	columns(t, 1, 0);
	columns(t, 3, 180);
	long_page_on_its_side(t);
	nothing_on_it(t);
	tess_free(t);
	return 0;
}

/* ocr: bands of a long page say what the page says, each line once. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "img/image.h"
#include "ocr/result.h"
#include "ocr/tess.h"
#include "ocr/tiles.h"
#include "unit/check.h"
#include "unit/ocr/letters.h"

enum { LINES = 30, STEP = 66 };

/* Three words of these, so that each line is another. */
static const char *const word[] = { "THE", "FILE", "TELL", "LIE", "LITTLE" };

static void
add_word(struct image *im, const char *s, uint32_t left, uint32_t top)
{
	for (; *s; s++, left += 6 * SCALE)
		draw_letter(im, *s, left, top);
}

static void
make(struct image *im, uint32_t width)
{
	struct err e;

	CHECK(image_init(im, width, LINES * STEP + 100, &e) == 0);
	memset(im->px, 255, (size_t)im->width * im->height);
}

static void
add_column(struct image *im, uint32_t left, uint32_t down, struct buf *want)
{
	for (uint32_t i = 0; i < LINES; i++) {
		const char *a = word[i % 5], *b = word[i / 5 % 5], *c = word[(i + i / 25) % 3];
		uint32_t x = left, y = 30 + down + i * STEP;

		add_word(im, a, x, y);
		x += (uint32_t)(strlen(a) + 1) * 6 * SCALE;
		add_word(im, b, x, y);
		x += (uint32_t)(strlen(b) + 1) * 6 * SCALE;
		add_word(im, c, x, y);
		CHECK(buf_printf(want, "%s %s %s\n", a, b, c) == 0);
	}
}

/* Lines that are blank do not count. */
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
check_words(const struct tess_page *page, const struct image *im, size_t lines)
{
	size_t line = 0;

	CHECK(page->n == 3 * lines);
	for (size_t i = 0; i < page->n; i++) {
		const struct tess_word *w = &page->words[i];

		CHECK(w->line == line || w->line == line + 1);
		line = w->line;
		CHECK(w->x0 >= 0 && w->x0 < w->x1 && w->x1 <= (int)im->width);
		CHECK(w->y0 >= 0 && w->y0 < w->y1 && w->y1 <= (int)im->height);
	}
	CHECK(line + 1 == lines);
}

static void
check_read(struct tess *t, struct image *im, uint32_t rows, const char *want, int turned)
{
	struct tess_page page;
	struct ocr_notes notes;
	struct err e;

	CHECK(tiles_read(&(struct tiles){ t, rows }, im, &page, &notes, &e) == 0);
	squeeze(page.text);
	CHECK_STR(page.text, want);
	CHECK(page.confidence > 0.5 && page.confidence <= 1);
	CHECK(notes.turned == turned && !notes.blank && !notes.picture && notes.unread < 0.01);
	tess_page_release(&page);
}

static void
one_column(struct tess *t)
{
	struct buf want = BUF_INIT(10000);
	struct tess_page page;
	struct ocr_notes notes;
	struct image im;
	struct err e;

	make(&im, 700);
	add_column(&im, 40, 0, &want);
	CHECK(buf_addc(&want, '\0') == 0);
	for (uint32_t rows = 200; rows <= 1400; rows += 400)
		check_read(t, &im, rows, want.p, 0);
	CHECK(tiles_read(&(struct tiles){ t, 400 }, &im, &page, &notes, &e) == 0);
	check_words(&page, &im, LINES);
	tess_page_release(&page);
	image_release(&im);
	buf_release(&want);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of a text in the order of the alphabet; text is changed. */
static size_t
sorted(char *text, char *v[2 * LINES + 1])
{
	size_t n = 0;

	for (text = strtok(text, "\n"); text; text = strtok(NULL, "\n")) {
		CHECK(n < 2 * LINES + 1);
		v[n++] = text;
	}
	if (n > 1)
		qsort(v, n, sizeof(*v), by_text);
	return n;
}

/* No cut goes between lines: those that two bands have read are there once. */
static void
two_columns(struct tess *t)
{
	struct buf want = BUF_INIT(10000);
	char *got[2 * LINES + 1], *all[2 * LINES + 1];
	struct tess_page page;
	struct ocr_notes notes;
	struct image im;
	struct err e;

	make(&im, 1700);
	add_column(&im, 40, 0, &want);
	add_column(&im, 920, STEP / 2, &want);
	CHECK(buf_addc(&want, '\0') == 0 && sorted(want.p, all) == 2 * LINES);
	for (uint32_t rows = 500; rows <= 800; rows += 300) {
		CHECK(tiles_read(&(struct tiles){ t, rows }, &im, &page, &notes, &e) == 0);
		check_words(&page, &im, 2 * LINES);
		CHECK(sorted(page.text, got) == 2 * LINES);
		for (size_t i = 0; i < 2 * LINES; i++)
			CHECK_STR(got[i], all[i]);
		tess_page_release(&page);
	}
	image_release(&im);
	buf_release(&want);
}

/* On its head, the last band is the first. */
static void
on_its_head(struct tess *t)
{
	struct buf want = BUF_INIT(10000);
	struct image im;
	struct err e;

	make(&im, 700);
	add_column(&im, 40, 0, &want);
	CHECK(buf_addc(&want, '\0') == 0 && image_orient(&im, 3, &e) == 0);
	check_read(t, &im, 1000, want.p, 180);
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

	make(&im, 500);
	CHECK(tiles_read(&(struct tiles){ t, 0 }, &im, &page, &notes, &e) == 0);
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
	one_column(t);
	two_columns(t);
	on_its_head(t);
	nothing_on_it(t);
	tess_free(t);
	return 0;
}

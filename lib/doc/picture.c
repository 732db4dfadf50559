#include <sys/resource.h>

#include "base/err.h"
#include "doc/maker.h"
#include "doc/pages.h"
#include "doc/picture.h"
#include "doc/say.h"
#include "img/image.h"
#include "img/jpeg.h"
#include "img/png.h"
#include "img/scale.h"
#include "img/tiff.h"

enum { SCAN_DPI = 200 }; /* a scan is decoded at no less than that, where it can be */

/* A page's share of CPU time, counted from now; exceeding it is SIGXCPU. */
static void
allow_cpu(const struct maker *m)
{
	struct rlimit lim;
	struct rusage used;

	if (getrlimit(RLIMIT_CPU, &lim) < 0)
		return;
	getrusage(RUSAGE_SELF, &used);
	lim.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + m->page_s + 1);
	if (lim.rlim_max != RLIM_INFINITY && lim.rlim_cur > lim.rlim_max)
		lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_CPU, &lim);
}

/* So that half a page is never simply a page. */
static void
note_damage(struct maker *m, const struct image *img)
{
	if (!img->damaged)
		return;
	maker_note(m, "damaged", jv_true());
	maker_doubt(m, "damaged");
	if (img->rows_missing > 0)
		maker_note(m, "rows_missing", jv_number(img->rows_missing));
}

static void
say_picture(struct maker *m, long page, struct image *img)
{
	struct err e;

	note_damage(m, img);
	if (m->text == PAGES_TEXT_ONLY) {
		err_set(&e, ERR_VALIDATION, CODE_PAGE_NOTEXT, "the page is an image");
		maker_say_failed(m, page, &e);
	} else if (!m->bands && image_fit(img, m->max_area, m->max_side, &e) < 0) {
		maker_say_failed(m, page, &e);
	} else {
		image_fade(img);
		maker_say_image(m, page, img, &(struct maker_beside){ .layer = NULL });
	}
}

typedef int read_fn(const struct maker *, struct image *, struct err *);

static int
whole_png(const struct maker *m, struct image *img, struct err *e)
{
	return m->colour ? png_read_colour(m->source, img, e) : png_read(m->source, img, e);
}

/*
 * About as large as is wanted: that is cheaper than to shrink it.  Tesseract wants a scan
 * finer, a model as many pixels as it takes.
 */
static int
wanted_jpeg(const struct maker *m, struct image *img, struct err *e)
{
	const struct jpeg_wish wish = { .area = maker_area(m),
		.side = m->max_side,
		.dpi = m->bands ? SCAN_DPI : 0,
		.colour = m->colour,
		.finer = !m->bands };

	return jpeg_read_within(m->source, &wish, img, e);
}

static void
one_image(struct maker *m, read_fn *read_image)
{
	struct image img = { 0 };
	struct err pe;

	maker_say_start(m, 1);
	if (maker_next(m, 1) != 1)
		return;
	allow_cpu(m);
	if (read_image(m, &img, &pe) < 0)
		maker_say_failed(m, 1, &pe);
	else
		say_picture(m, 1, &img);
	image_release(&img);
}

int
picture_png(struct maker *m, struct err *e)
{
	(void)e;
	one_image(m, whole_png);
	return 0;
}

int
picture_jpeg(struct maker *m, struct err *e)
{
	(void)e;
	one_image(m, wanted_jpeg);
	return 0;
}

static int
read_tiff(const struct maker *m, struct tiff_doc *t, long page, struct image *img, struct err *e)
{
	return m->colour ? tiff_read_colour(t, page, img, e) : tiff_read(t, page, img, e);
}

int
picture_tiff(struct maker *m, struct err *e)
{
	struct tiff_doc *t;
	long i, n;

	allow_cpu(m);
	t = tiff_open(m->source, e);
	if (!t)
		return -1;
	n = tiff_pages(t);
	if (n > m->max_pages) {
		tiff_close(t);
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_PAGES,
		    "%ld pages, at most %ld are taken", n, m->max_pages);
	}
	maker_say_start(m, n);
	for (i = maker_next(m, 1); i > 0; i = maker_next(m, i + 1)) {
		struct image img = { 0 };
		struct err pe;

		allow_cpu(m);
		if (maker_left_ms(m, &pe) < 0 || read_tiff(m, t, i, &img, &pe) < 0)
			maker_say_failed(m, i, &pe);
		else
			say_picture(m, i, &img);
		image_release(&img);
	}
	tiff_close(t);
	return 0;
}

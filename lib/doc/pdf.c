#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "doc/layer.h"
#include "doc/maker.h"
#include "doc/pdf.h"
#include "doc/say.h"
#include "doc/pages.h"
#include "img/image.h"
#include "md/text.h"
#include "pdf/pdf.h"
#include "pdf/words.h"

enum {
	WINDOW = 16,      /* pages looked at together */
	TEXT_LEAST = 30,  /* characters of a layer worth trusting */
	SCAN_LEAST = 72,  /* dpi: an image with less is a background */
	SIDE_MAX = 10000, /* pixels, of a page that is drawn */
	DPI_LEAST = 100   /* a page that needs less is too large */
};

static const double SCAN_SHARE = 0.8; /* of a page, covered by images */

/* What was found out of a window of pages; the first so many are known. */
struct window {
	long first, n;
	struct pdf_words text[WINDOW];
	struct pdf_scan scan[WINDOW];
	long visible[WINDOW];
	long scans, visibles;
};

static double
share(const struct pdf *pdf, const struct window *w, long i)
{
	const struct pdf_page *p = &pdf->page[w->first + i - 1];
	double whole = p->width_pt / 72 * (p->height_pt / 72);

	return whole > 0 ? w->scan[i].area / whole : 0;
}

/* Whether the page has images, or may have: then its text is hidden, perhaps. */
static bool
doubtful(const struct window *w, long i)
{
	return i >= w->scans || w->scan[i].area > 0;
}

static bool
trusted(const struct pdf *pdf, const struct window *w, long i)
{
	long n = layer_characters(&w->text[i]);

	if (n < TEXT_LEAST || share(pdf, w, i) >= SCAN_SHARE)
		return false;
	return !doubtful(w, i) || (i < w->visibles && 2 * w->visible[i] >= n);
}

/*
 * Tools that fail here cost their knowledge, not the pages: what has no text
 * that is known to be good is read from its image.
 */
static void
makepdf_look(struct maker *m, struct pdf *pdf, struct window *w)
{
	long last = w->first + w->n - 1, i;
	bool doubt = false;
	struct err e;

	w->visibles = 0;
	for (i = 0; i < w->n; i++)
		pdf_words_clear(&w->text[i]);
	pdf->left_ms = maker_left_ms(m, &e);
	w->scans = pdf_scans(pdf, w->first, last, w->scan);
	if (m->text == PAGES_TEXT_NEVER)
		return;
	/* A page that it cannot do does not cost the others their text. */
	for (i = 0; i < w->n && (pdf->left_ms = maker_left_ms(m, &e)) > 0; i++)
		i += pdf_words(pdf, w->first + i, last, w->text + i);
	for (i = 0; i < w->n; i++)
		doubt |= doubtful(w, i) && layer_characters(&w->text[i]) >= TEXT_LEAST;
	pdf->left_ms = maker_left_ms(m, &e);
	if (doubt && pdf->left_ms > 0)
		w->visibles = pdf_visible(pdf, w->first, last, w->visible);
}

/* The resolution for a page: 0 and *e when there is none. */
static long
makepdf_dpi(const struct maker *m, const struct pdf *pdf, const struct window *w, long i,
    struct err *e)
{
	const struct pdf_page *p = &pdf->page[w->first + i - 1];
	double native = w->scan[i].ppi, dpi = (double)m->dpi, least = DPI_LEAST, wd, ht;

	if (!(p->width_pt > 0) || !(p->height_pt > 0) || !isfinite(p->width_pt * p->height_pt)) {
		err_set(e, ERR_VALIDATION, CODE_PAGE_SIZE, "%g x %g points", p->width_pt,
		    p->height_pt);
		return 0;
	}
	if (share(pdf, w, i) >= SCAN_SHARE && native >= SCAN_LEAST && native < dpi)
		dpi = ceil(native);
	least = fmin(least, dpi);
	dpi = fmin(dpi, fmin(SIDE_MAX, (double)m->max_side) * 72 / fmax(p->width_pt, p->height_pt));
	dpi = floor(fmin(dpi, 72 * sqrt(m->max_area / (p->width_pt * p->height_pt))));
	if (dpi >= least)
		return (long)dpi;
	pdf_pixels(p, (long)least, &wd, &ht);
	err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
	    "%.0f x %.0f points are %.0f x %.0f pixels at %.0f dpi, too many", p->width_pt,
	    p->height_pt, wd, ht, least);
	return 0;
}

static void
say_text(struct maker *m, long page, const struct pdf_words *words)
{
	struct buf text = BUF_INIT(MAKER_TEXT_MAX), md = BUF_INIT(MAKER_TEXT_MAX);
	struct err e;

	if (layer_text(words, &text) < 0 || md_text(&md, text.p, text.len) < 0) {
		err_set(&e, ERR_VALIDATION, CODE_PAGE_LARGE, "its text exceeds %d bytes",
		    MAKER_TEXT_MAX);
		maker_say_failed(m, page, &e);
	} else {
		maker_say_text(m, page, &md);
	}
	buf_release(&text);
	buf_release(&md);
}

/*
 * Render pages first..last at one resolution. A page that fails with its run
 * of pdftoppm costs itself; another run goes on behind it.
 */
static void
makepdf_render(struct maker *m, struct pdf *pdf, long first, long last, long dpi)
{
	struct pdf_render *r = NULL;
	struct image img;
	struct err e;
	long page;

	for (page = first; page <= last; page++) {
		if (r && !pdf_render_alive(r)) {
			pdf_render_free(r);
			r = NULL;
		}
		pdf->left_ms = maker_left_ms(m, &e);
		if (!r && pdf->left_ms > 0)
			r = pdf_render_new(pdf, page, last, dpi, &e);
		if (!r || pdf_render_next(r, &img, &e) < 0) {
			maker_say_failed(m, page, &e);
			continue;
		}
		maker_say_image(m, page, &img);
		image_release(&img);
	}
	pdf_render_free(r);
}

/* How many pages from i on are to be rendered alike; *dpi is 0 for none. */
static long
run_length(struct maker *m, const struct pdf *pdf, const struct window *w, long i, long *dpi)
{
	struct err e;
	long n = 0;

	*dpi = 0;
	for (; i < w->n && !(m->text != PAGES_TEXT_NEVER && trusted(pdf, w, i)); i++, n++) {
		long want = makepdf_dpi(m, pdf, w, i, &e);

		if (!want || (*dpi && want != *dpi))
			break;
		*dpi = want;
	}
	return n;
}

static void
window_pages(struct maker *m, struct pdf *pdf, const struct window *w)
{
	long i, n, dpi;
	struct err e;

	for (i = 0; i < w->n; i += n) {
		n = 1;
		if (m->text != PAGES_TEXT_NEVER && trusted(pdf, w, i)) {
			say_text(m, w->first + i, &w->text[i]);
			continue;
		}
		if (m->text == PAGES_TEXT_ONLY) {
			err_set(&e, ERR_VALIDATION, CODE_PAGE_NOTEXT,
			    "the page has no text layer that can be trusted");
			maker_say_failed(m, w->first + i, &e);
			continue;
		}
		n = run_length(m, pdf, w, i, &dpi);
		if (n > 0) {
			makepdf_render(m, pdf, w->first + i, w->first + i + n - 1, dpi);
			continue;
		}
		n = 1;
		(void)makepdf_dpi(m, pdf, w, i, &e);
		maker_say_failed(m, w->first + i, &e);
	}
}

static void
all_windows(struct maker *m, struct pdf *pdf)
{
	struct window *w = mem_new(1, sizeof(*w));
	struct err e;
	long i;

	for (i = 0; i < WINDOW; i++)
		pdf_words_init(&w->text[i], MAKER_TEXT_MAX);
	for (w->first = m->first; w->first <= pdf->known; w->first += w->n) {
		w->n = pdf->known - w->first + 1;
		if (w->n > WINDOW)
			w->n = WINDOW;
		if (maker_left_ms(m, &e) < 0)
			break;
		makepdf_look(m, pdf, w);
		window_pages(m, pdf, w);
	}
	/* No time for them, or pdfinfo could not even tell their size. */
	for (i = w->first; i <= pdf->pages; i++) {
		if (maker_left_ms(m, &e) > 0)
			err_set(&e, ERR_VALIDATION, CODE_PAGE_SIZE, "poppler cannot tell its size");
		maker_say_failed(m, i, &e);
	}
	for (i = 0; i < WINDOW; i++)
		pdf_words_release(&w->text[i]);
	free(w);
}

int
maker_pdf(struct maker *m, struct err *e)
{
	struct pdf pdf = { .path = m->path,
		.page_ms = m->page_s * 1000,
		.left_ms = m->page_s * 1000 };
	int r = pdf_open(&pdf, m->max_pages, e);

	if (r == 0 && pdf.pages > m->max_pages)
		r = err_set(e, ERR_VALIDATION, CODE_DOCUMENT_PAGES,
		    "%ld pages, at most %ld are taken", pdf.pages, m->max_pages);
	if (r == 0) {
		maker_say_start(m, "application/pdf", pdf.pages);
		all_windows(m, &pdf);
	}
	pdf_close(&pdf);
	return r;
}

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "doc/decrypt.h"
#include "doc/drawing.h"
#include "doc/judge.h"
#include "doc/layer.h"
#include "doc/maker.h"
#include "doc/pdf.h"
#include "doc/say.h"
#include "doc/pages.h"
#include "doc/regions.h"
#include "doc/window.h"
#include "img/image.h"
#include "md/hyphen.h"
#include "md/text.h"
#include "pdf/pdf.h"
#include "pdf/words.h"

enum {
	SCAN_LEAST = 150, /* dpi: an image with less may be a background, */
	LONG_LEAST = 72,  /* and that of a page that is long, as a web page */
	SIDE_MAX = 30000, /* pixels, of a page that is drawn and is not long */
	DPI_LEAST = 100,  /* what is drawn at less may be too small to be read, */
	DPI_DRAWN = 20    /* and at less than that nothing is */
};

static bool
is_long(const struct maker *m, const struct pdf_page *p)
{
	return m->bands && p->height_pt > 3 * p->width_pt;
}

/*
 * Whether page i is a scan and nothing else, which no finer drawing makes finer.
 * Where text is seen as well, or may be drawn as outlines, the image is what
 * stands behind it.
 */
static bool
is_scan_alone(const struct maker *m, const struct pdf *pdf, const struct window *w, long i)
{
	const bool tall = is_long(m, &pdf->page[w->first + i - 1]);

	const bool whole = w->verdict[i] == VERDICT_READ || w->verdict[i] == VERDICT_CHECK;

	return whole && judge_is_scan(window_share(w, pdf, i)) &&
	    (w->judged[i].characters == 0 || w->visible[i] == 0) &&
	    w->scan[i].ppi >= (tall ? LONG_LEAST : SCAN_LEAST);
}

/* The most that a page may be drawn at. */
static double
most_dpi(const struct maker *m, const struct pdf_page *p)
{
	const bool tall = is_long(m, p);
	const double side = tall ? IMAGE_SIDE_MAX : fmin(SIDE_MAX, (double)m->max_side);
	/* What is rounded up is within it. */
	const double most = 0.99 * (m->colour ? IMAGE_COLOUR_MAX : IMAGE_AREA_MAX);
	const double area = m->bands || (m->colour && m->max_area > most) ? most : m->max_area;

	return fmin(side * 72 / fmax(p->width_pt, p->height_pt),
	    72 * sqrt(area / (p->width_pt * p->height_pt)));
}

/* The resolution that is good for a page. */
static double
good_dpi(const struct maker *m, const struct pdf *pdf, const struct window *w, long i)
{
	const double dpi = (double)m->dpi, native = w->scan[i].ppi;

	return is_scan_alone(m, pdf, w, i) && native < dpi ? ceil(native) : dpi;
}

/* The resolution for a page: 0 and *e when there is none. */
static long
makepdf_dpi(const struct maker *m, const struct pdf *pdf, const struct window *w, long i,
    struct err *e)
{
	const struct pdf_page *p = &pdf->page[w->first + i - 1];
	const double good = good_dpi(m, pdf, w, i), least = fmin(DPI_DRAWN, good);
	double dpi, wd, ht;

	if (!(p->width_pt > 0) || !(p->height_pt > 0) || !isfinite(p->width_pt * p->height_pt)) {
		err_set(e, ERR_VALIDATION, CODE_PAGE_SIZE, "%g x %g points", p->width_pt,
		    p->height_pt);
		return 0;
	}
	dpi = floor(fmin(good, most_dpi(m, p)));
	if (dpi >= least)
		return (long)dpi;
	pdf_pixels(p, (long)least, &wd, &ht);
	err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
	    "%.0f x %.0f points are %.0f x %.0f pixels at %.0f dpi, too many", p->width_pt,
	    p->height_pt, wd, ht, least);
	return 0;
}

/* What the window's layers say tells which words have a hyphen. */
static void
learn_words(struct window *w)
{
	struct buf text = BUF_INIT(MAKER_TEXT_MAX);
	long i;

	for (i = 0; i < w->n; i++) {
		if (w->verdict[i] == VERDICT_READ)
			continue;
		buf_clear(&text, 1 << 16);
		if (layer_text(&w->words[i], &text) == 0)
			(void)md_text_learn(w->known, text.p, text.len);
	}
	buf_release(&text);
}

/* The text of page i. */
static int
layer_joined(const struct window *w, long i, struct buf *out, struct err *e)
{
	struct buf text = BUF_INIT(MAKER_TEXT_MAX);
	int r = layer_text(&w->words[i], &text);

	if (r == 0)
		r = md_join(out, text.p, text.len, w->known);
	buf_release(&text);
	if (r < 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE, "its text exceeds %d bytes",
		    MAKER_TEXT_MAX);
	return 0;
}

static void
say_text(struct maker *m, const struct window *w, long i)
{
	struct buf text = BUF_INIT(MAKER_TEXT_MAX);
	struct err e;

	if (layer_joined(w, i, &text, &e) < 0)
		maker_say_failed(m, w->first + i, &e);
	else
		maker_say_text(m, w->first + i, &text);
	buf_release(&text);
}

/* What could not be drawn may have been text, whether a layer has it or not. */
static void
note_lost(struct maker *m)
{
	maker_note(m, "damaged", jv_true());
	maker_doubt(m, "damaged");
}

/* The decision about page i and its numbers, for the record. */
static void
note_verdict(struct maker *m, const struct pdf *pdf, const struct window *w, long i)
{
	const struct judged *j = &w->judged[i];
	double ems = j->ems_read + j->ems_unread;

	if (m->text == PAGES_TEXT_NEVER)
		return;
	maker_note(m, "why", jv_string(w->why[i]));
	maker_note(m, "text_chars", jv_number((double)j->characters));
	if (j->hidden)
		maker_note(m, "words_hidden", jv_number((double)j->hidden));
	if (judge_hides(j, &w->words[i]) && !judge_is_scan(window_share(w, pdf, i)))
		maker_doubt(m, "hidden");
	if (w->verdict[i] != VERDICT_LAYER && w->verdict[i] != VERDICT_PARTS)
		return;
	if (judge_overlaid(&w->words[i]))
		maker_doubt(m, "hidden");
	if (j->lost)
		note_lost(m);
	if (j->blank)
		maker_note(m, "blank", jv_true());
	if (j->looked && ems > 0)
		maker_note(m, "ink_unread", jv_number(round(j->ems_unread / ems * 1000) / 1000));
	if (w->verdict[i] == VERDICT_PARTS ? j->cut : judge_misses(j))
		maker_doubt(m, "ink");
	if (w->verdict[i] == VERDICT_LAYER && judge_misreads(&w->words[i]))
		maker_doubt(m, "font");
}

/* A page's image; beside it the text of its layer, where that is to be checked. */
static void
say_drawn(struct maker *m, const struct pdf *pdf, struct window *w, long i, const struct image *img)
{
	struct buf layer = BUF_INIT(MAKER_TEXT_MAX);
	struct maker_beside beside = { .layout = jv_null(), .regions = jv_null() };
	struct err e;

	note_verdict(m, pdf, w, i);
	if (w->verdict[i] == VERDICT_CHECK && layer_joined(w, i, &layer, &e) == 0)
		beside.layer = &layer;
	if (w->verdict[i] == VERDICT_PARTS) {
		const long checks = regions_checks(&w->words[i]);

		if (checks > 0)
			maker_note(m, "font_checks", jv_number((double)checks));
		beside.layout = regions_layout(&w->words[i], img->dpi);
		beside.regions = regions_boxes(&w->regions[i], img);
	}
	maker_say_image(m, w->first + i, img, &beside);
	buf_release(&layer);
}

/* A page without an image: the layer that is good in most parts is its text all the same. */
static void
say_undrawn(struct maker *m, const struct pdf *pdf, struct window *w, long i, const struct err *e)
{
	if (w->verdict[i] != VERDICT_PARTS) {
		maker_say_failed(m, w->first + i, e);
		return;
	}
	w->verdict[i] = VERDICT_LAYER;
	maker_doubt(m, w->why[i]);
	note_verdict(m, pdf, w, i);
	say_text(m, w, i);
}

/*
 * A page with nothing on it is a page, too.  Poppler does not say of all that it
 * is lost: before a page is read mutool is asked as well.
 */
static void
note_ink(const struct drawing *d, struct window *w, long page)
{
	const enum pdf_ink ink = pdf_render_ink(d->run);
	const struct opinion_on on = { page, d->last,
		ink == PDF_INK ? PDF_OPINION_LOST : PDF_OPINION_ODD };
	const bool lost = pdf_render_lost(d->run) || opinion_is(&w->opinions, d->m, d->pdf, &on);

	if (ink != PDF_INK)
		maker_note(d->m, "blank", jv_true());
	if (ink != PDF_INK && lost)
		maker_doubt(d->m, "blank");
	else if (lost)
		note_lost(d->m);
}

/* Where mutool has seen that something is lost, a layer may be what is left. */
static void
weigh_layer(struct maker *m, struct pdf *pdf, struct window *w, long i)
{
	const struct opinion_on on = { w->first + i, w->first + w->n - 1, PDF_OPINION_LOST };

	w->judged[i].lost |= w->suspect && opinion_is(&w->opinions, m, pdf, &on);
}

/* Render n pages from i of the window on, at one resolution. */
static void
makepdf_render(struct maker *m, struct pdf *pdf, struct window *w, long i, long n)
{
	struct err e;
	struct drawing d = { m, pdf, NULL, w->first + i + n - 1, makepdf_dpi(m, pdf, w, i, &e),
		m->colour };
	struct image img;

	for (; n > 0; i++, n--) {
		if (drawing_page(&d, w->first + i, &img, &e) < 0) {
			say_undrawn(m, pdf, w, i, &e);
			continue;
		}
		note_ink(&d, w, w->first + i);
		if (pdf_render_ink(d.run) == PDF_INK &&
		    (double)d.dpi < fmin(DPI_LEAST, good_dpi(m, pdf, w, i)))
			maker_doubt(m, "small");
		image_fade(&img);
		say_drawn(m, pdf, w, i, &img);
		image_release(&img);
	}
	pdf_render_free(d.run);
}

/* How many pages from i on are to be rendered alike. */
static long
run_length(struct maker *m, const struct pdf *pdf, const struct window *w, long i)
{
	struct err e;
	long n, want, dpi = 0;

	for (n = 0; i < w->n && w->verdict[i] != VERDICT_LAYER; i++, n++) {
		want = makepdf_dpi(m, pdf, w, i, &e);
		if (!want || (dpi && want != dpi))
			break;
		dpi = want;
	}
	return n;
}

static void
window_pages(struct maker *m, struct pdf *pdf, struct window *w)
{
	long i, n;
	struct err e;

	for (i = 0; i < w->n; i += n) {
		n = 1;
		if (w->verdict[i] == VERDICT_LAYER) {
			weigh_layer(m, pdf, w, i);
			note_verdict(m, pdf, w, i);
			say_text(m, w, i);
			continue;
		}
		if (m->text == PAGES_TEXT_ONLY) {
			note_verdict(m, pdf, w, i);
			err_set(&e, ERR_VALIDATION, CODE_PAGE_NOTEXT,
			    "the page has no text layer that can be trusted");
			maker_say_failed(m, w->first + i, &e);
			continue;
		}
		n = run_length(m, pdf, w, i);
		if (n > 0) {
			makepdf_render(m, pdf, w, i, n);
			continue;
		}
		n = 1;
		(void)makepdf_dpi(m, pdf, w, i, &e);
		say_undrawn(m, pdf, w, i, &e);
	}
}

/* Whether there is such a page.  Of others poppler may tell what is on the last. */
static bool
is_there(const struct pdf_page *p)
{
	return !p->lost && p->width_pt > 0 && p->height_pt > 0;
}

/* How many pages from first on are wanted and there, at most a window of them. */
static long
count_there(const struct maker *m, const struct pdf *pdf, long first)
{
	const long run = ranges_run(&m->only, first), most = run < WINDOW ? run : WINDOW;
	long n = 0;

	while (n < most && first + n <= pdf->known && is_there(&pdf->page[first + n - 1]))
		n++;
	return n;
}

static void
say_missing(struct maker *m, const struct pdf *pdf, long page)
{
	const struct pdf_page *p = &pdf->page[page - 1];
	struct err e;

	if (p->lost)
		err_set(&e, ERR_VALIDATION, CODE_PAGE_MISSING, "the page is not in the file");
	else
		err_set(&e, ERR_VALIDATION, CODE_PAGE_SIZE, "%g x %g points", p->width_pt,
		    p->height_pt);
	maker_say_failed(m, page, &e);
}

static void
all_windows(struct maker *m, struct pdf *pdf)
{
	struct window *w = window_new();
	struct err e;
	long i;

	w->known = hyphen_words_new();
	for (i = maker_next(m, 1); i > 0 && i <= pdf->known; i = maker_next(m, w->first + w->n)) {
		w->first = i;
		w->n = count_there(m, pdf, i);
		if (w->n == 0) {
			say_missing(m, pdf, w->first);
			w->n = 1;
			continue;
		}
		if (maker_left_ms(m, &e) < 0)
			break;
		window_look(w, m, pdf);
		learn_words(w);
		window_pages(m, pdf, w);
	}
	/* No time for them, or pdfinfo could not even tell their size. */
	for (; i > 0; i = maker_next(m, i + 1)) {
		if (maker_left_ms(m, &e) > 0)
			err_set(&e, ERR_VALIDATION, CODE_PAGE_SIZE, "poppler cannot tell its size");
		maker_say_failed(m, i, &e);
	}
	hyphen_words_free(w->known);
	window_free(w);
}

/* What is true of the document is true of each of its pages. */
static void
makepdf_notes(struct maker *m, const struct pdf *pdf)
{
	if (pdf->repaired)
		maker_note_all(m, "repaired", jv_string(pdf->repaired));
	if (pdf->damaged)
		maker_note_all(m, "damaged", jv_true());
	if (pdf->damaged)
		maker_doubt_all(m, "damaged");
	if (pdf->portfolio)
		maker_doubt_all(m, "portfolio");
	if (pdf->xfa)
		maker_doubt_all(m, "xfa");
}

int
maker_pdf(struct maker *m, struct err *e)
{
	struct pdf pdf = { .path = m->path,
		.work = m->work,
		.source = m->source,
		.page_ms = m->page_s * 1000,
		.left_ms = m->page_s * 1000 };
	int r = pdf_open(&pdf, m->max_pages, e);

	if (r < 0 && m->password && err_is(e, CODE_PDF_ENCRYPTED)) {
		r = decrypt_pdf(m, &pdf, e);
		pdf_close(&pdf);
		return r;
	}
	if (r == 0 && pdf.pages > m->max_pages)
		r = err_set(e, ERR_VALIDATION, CODE_DOCUMENT_PAGES,
		    "%ld pages, at most %ld are taken", pdf.pages, m->max_pages);
	if (r == 0) {
		maker_say_start(m, pdf.pages);
		makepdf_notes(m, &pdf);
		all_windows(m, &pdf);
	}
	pdf_close(&pdf);
	return r;
}

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "doc/covered.h"
#include "doc/drawing.h"
#include "doc/layer.h"
#include "doc/liars.h"
#include "doc/ligated.h"
#include "doc/maker.h"
#include "doc/pages.h"
#include "doc/say.h"
#include "doc/window.h"
#include "img/image.h"
#include "img/ink.h"

enum {
	LOOK_MAX = 16000000, /* pixels of a picture to be looked at */
	SKETCHES = 16        /* pages, until it is known whether they are worth their while */
};

struct window *
window_new(void)
{
	struct window *w = mem_new(1, sizeof(*w));

	for (long i = 0; i < WINDOW; i++)
		pdf_words_init(&w->words[i], MAKER_TEXT_MAX);
	w->shapes = pdf_shapes_new();
	return w;
}

void
window_free(struct window *w)
{
	for (long i = 0; i < WINDOW; i++) {
		judge_release(&w->judged[i]);
		pdf_words_release(&w->words[i]);
	}
	pdf_shapes_free(w->shapes);
	free(w);
}

double
window_share(const struct window *w, const struct pdf *pdf, long i)
{
	const struct pdf_page *p = &pdf->page[w->first + i - 1];
	double whole = p->width_pt / 72 * (p->height_pt / 72);

	return whole > 0 ? w->scan[i].area / whole : 0;
}

/* Whether the page has images, or may have: then its text is hidden, perhaps. */
static bool
has_images(const struct window *w, long i)
{
	return !w->scan[i].known || w->scan[i].area > 0;
}

/*
 * Whether there is something to find out, and the picture is not too large for
 * that.  What lies unseen over a scan is not asked whether it is hidden.
 */
static bool
fit_to_look(const struct pdf *pdf, const struct window *w, long i)
{
	double width, height;

	if (judge_is_scan(window_share(w, pdf, i)) && judge_is_unseen(w->visible[i], w->all[i]))
		return false;
	if (w->judged[i].looked)
		return false;
	pdf_pixels(&pdf->page[w->first + i - 1], INK_DPI, &width, &height);
	return w->words[i].n > 0 && width >= 1 && height >= 1 && width * height <= LOOK_MAX;
}

/* Look at pages i..last of the window. One without a picture is judged by what else is known. */
static void
look_at(struct maker *m, struct pdf *pdf, struct window *w, long i, long last)
{
	struct drawing d = { m, pdf, NULL, w->first + last, INK_DPI, false };
	struct image im;
	struct err e;

	for (; i <= last && !w->slow; i++) {
		if (drawing_page(&d, w->first + i, &im, &e) < 0) {
			w->slow |= err_is(&e, CODE_PAGE_TIMEOUT);
			continue;
		}
		w->judged[i].lost = pdf_render_lost(d.run);
		if (pdf_render_ink(d.run) != PDF_INK_LOST)
			judge_look(&w->judged[i], &im, &w->words[i]);
		image_release(&im);
	}
	pdf_render_free(d.run);
}

/* Words that nothing gray shows, as red ones on blue, may be seen in color: pages i..last. */
static void
look_in_color(struct maker *m, struct pdf *pdf, struct window *w, long i, long last)
{
	struct drawing d = { m, pdf, NULL, w->first + last, INK_DPI, true };
	struct image im;
	struct err e;

	for (; i <= last; i++)
		if (drawing_page(&d, w->first + i, &im, &e) == 0) {
			judge_look_color(&w->judged[i], &im, &w->words[i]);
			image_release(&im);
		}
	pdf_render_free(d.run);
}

static void
look_at_pale(struct maker *m, struct pdf *pdf, struct window *w)
{
	long i, n;

	for (i = 0; i < w->n && !w->slow; i += n + 1) {
		for (n = 0; i + n < w->n && w->judged[i + n].pale > 0; n++)
			;
		if (n > 0)
			look_in_color(m, pdf, w, i, i + n - 1);
	}
}

static void
look_at_all(struct maker *m, struct pdf *pdf, struct window *w)
{
	long i, n;

	for (i = 0; i < w->n && !w->slow; i += n + 1) {
		for (n = 0; i + n < w->n && fit_to_look(pdf, w, i + n); n++)
			;
		if (n > 0)
			look_at(m, pdf, w, i, i + n - 1);
	}
}

/* A page that pdftotext cannot do does not cost the others their text. */
static void
look_words(struct window *w, struct maker *m, struct pdf *pdf)
{
	const long last = w->first + w->n - 1;
	struct err e;
	long i;

	for (i = 0; i < w->n && (pdf->left_ms = maker_left_ms(m, &e)) > 0; i++)
		i += pdf_words(pdf, w->first + i, last, w->words + i);
	for (i = 0; i < w->n; i++)
		ligated_turn(&w->words[i]);
	for (i = 0; i < w->n; i++)
		w->all[i] = w->visible[i] = layer_characters(&w->words[i]);
}

/* The same by poppler, of pages that mutool does not know. */
static void
look_unknown(struct window *w, struct pdf *pdf)
{
	long a, i;

	for (a = 0; a < w->n; a = i + 1) {
		for (; a < w->n && w->scan[a].known; a++)
			;
		for (i = a; i < w->n && !w->scan[i].known; i++)
			;
		if (a < w->n)
			(void)pdf_scans(pdf, w->first + a, w->first + i - 1, &w->scan[a]);
	}
}

/* For whom sketches are. */
struct sketching {
	struct window *w;
	const struct pdf *pdf;
};

/*
 * A sketch is taken where it bears out all of the layer, and mutool had no
 * complaints.  Letters in a picture may come out paler in it.
 */
static void
take_sketch(void *arg, long page, const struct image *im, bool lost)
{
	const struct sketching *s = arg;
	struct window *w = s->w;
	const long i = page - w->first;
	struct judged *j = &w->judged[i];

	if (!fit_to_look(s->pdf, w, i))
		return;
	w->sketched++;
	if (!lost)
		judge_look(j, im, &w->words[i]);
	if (judge_is_clean(j)) {
		w->enough++;
		return;
	}
	judge_release(j);
	for (size_t k = 0; k < w->words[i].n; k++) {
		struct pdf_word *v = &w->words[i].v[k];

		v->hidden = v->pale = v->torn = false;
		v->cut_from = v->cut_to = 0;
	}
}

static bool
is_looked_at(const struct maker *m)
{
	return m->text == PAGES_TEXT_AUTO || m->text == PAGES_TEXT_ONLY;
}

/* Where they are not enough for most, sketches are not worth their while. */
static bool
is_worth_sketching(const struct window *w)
{
	return !w->undrawn && (w->sketched < SKETCHES || 2 * w->enough >= w->sketched);
}

/* Of how many, of n pages from i on, mutool got to know the last. */
static long
count_painted(const struct window *w, long i, long n)
{
	while (n > 0 && !w->scan[i + n - 1].known)
		n--;
	return n;
}

/*
 * Of pages i.. of the window: how many mutool was asked for.  A picture may be
 * what it died of, or was too slow for: the pages behind it have none.
 */
static long
look_some(struct window *w, struct maker *m, struct pdf *pdf, long i)
{
	struct sketching s = { w, pdf };
	const bool sketch = is_looked_at(m) && is_worth_sketching(w);
	const long left = w->n - i, n = sketch && !w->tried && left > SKETCHES ? SKETCHES : left;
	const struct pdf_painted p = { .first = w->first + i,
		.last = w->first + i + n - 1,
		.quick = m->text == PAGES_TEXT_LAYER,
		.dpi = INK_DPI,
		.suspect = &w->suspect,
		.shapes = is_looked_at(m) && !w->undrawn ? w->shapes : NULL,
		.sketch = sketch ? take_sketch : NULL,
		.arg = &s };
	const long known = pdf_painted(pdf, &p, &w->scan[i]), done = count_painted(w, i, n);

	w->tried = true;
	pdf_shapes_judge(w->shapes, &w->lies);
	if (sketch && done < n) {
		w->undrawn = true;
		return done;
	}
	w->unpainted = known == 0;
	return n;
}

/* What is painted besides the text. */
static void
look_painted(struct window *w, struct maker *m, struct pdf *pdf)
{
	struct err e;
	long i;

	memset(w->scan, 0, sizeof(w->scan));
	w->suspect = false;
	for (i = 0; i < w->n && !w->unpainted && (pdf->left_ms = maker_left_ms(m, &e)) > 0;)
		i += look_some(w, m, pdf, i);
	pdf->left_ms = maker_left_ms(m, &e);
	if (pdf->left_ms > 0)
		look_unknown(w, pdf);
}

/* Ask poppler how much of pages a..b is seen. */
static void
ask_visible(struct window *w, struct pdf *pdf, long a, long b)
{
	const long known = pdf_visible(pdf, w->first + a, w->first + b, &w->visible[a]);

	for (a += known; a <= b; a++)
		w->visible[a] = -1;
}

/* Where images may hide text: how much of it is seen. */
static void
look_visible(struct window *w, struct maker *m, struct pdf *pdf)
{
	long i, from = -1, to = -1;
	struct err e;

	for (i = 0; i < w->n; i++)
		if (w->scan[i].known && w->scan[i].unseen >= 0) {
			const long seen = w->all[i] - w->scan[i].unseen;

			w->visible[i] = seen > 0 ? seen : 0;
		} else if (has_images(w, i) && w->all[i] > 0) {
			w->visible[i] = -1;
			from = from < 0 ? i : from;
			to = i;
		}
	pdf->left_ms = maker_left_ms(m, &e);
	if (from >= 0 && pdf->left_ms > 0)
		ask_visible(w, pdf, from, to);
}

static void
judge_all(const struct maker *m, const struct pdf *pdf, struct window *w)
{
	long i;

	for (i = 0; i < w->n; i++) {
		const struct judge_facts f = { window_share(w, pdf, i), has_images(w, i),
			w->visible[i] };

		w->why[i] = "asked";
		w->verdict[i] = VERDICT_READ;
		if (m->text != PAGES_TEXT_NEVER)
			w->verdict[i] = judge_verdict(&w->judged[i], &w->words[i], &f, &w->why[i]);
		/* Nobody would read them; or they are too many. */
		if (w->verdict[i] == VERDICT_PARTS) {
			regions_make(&w->regions[i], &w->judged[i].unread, &w->words[i],
			    judge_is_scan(f.share));
			if (m->text == PAGES_TEXT_ONLY || w->regions[i].full ||
			    w->regions[i].n == 0)
				w->verdict[i] =
				    judge_misses_most(&w->judged[i]) ? VERDICT_READ : VERDICT_LAYER;
		}
	}
}

void
window_look(struct window *w, struct maker *m, struct pdf *pdf)
{
	long i;

	for (i = 0; i < WINDOW; i++) {
		judge_release(&w->judged[i]);
		pdf_words_clear(&w->words[i]);
		w->all[i] = w->visible[i] = 0;
	}
	if (m->text != PAGES_TEXT_NEVER)
		look_words(w, m, pdf);
	look_painted(w, m, pdf);
	if (m->text != PAGES_TEXT_NEVER)
		look_visible(w, m, pdf);
	pdf->left_ms = maker_left_ms(m, &(struct err){ 0 });
	if (pdf->left_ms > 0)
		liars_mark(w, pdf);
	for (i = 0; i < w->n; i++)
		judge_covers(&w->judged[i], &w->scan[i], &w->words[i]);
	if (is_looked_at(m)) {
		look_at_all(m, pdf, w);
		look_at_pale(m, pdf, w);
	}
	for (i = 0; i < w->n; i++)
		covered_cut(&w->words[i]);
	for (i = 0; i < w->n; i++)
		w->judged[i].characters = layer_characters(&w->words[i]);
	judge_all(m, pdf, w);
}

#include <math.h>

#include "doc/liars.h"
#include "doc/window.h"
#include "pdf/lies.h"
#include "pdf/pdf.h"
#include "pdf/words.h"

static const double BESIDE = 3; /* heights of type, to the word that lacks a letter */

static bool
stands_on(const struct pdf_word *w, double x, double y)
{
	return x >= w->x && x <= w->x + w->w && y >= w->y && y <= w->y + w->h;
}

/* How far it stands from a word in its line; below 0: in none. */
static double
distance_to(const struct pdf_word *w, const struct pdf_lie_place *at)
{
	if (at->y < w->y || at->y > w->y + w->h)
		return -1;
	return fmax(0, fmax(w->x - at->x, at->x - (w->x + w->w)));
}

static struct pdf_word *
nearest_word(struct pdf_words *words, const struct pdf_lie_place *at)
{
	struct pdf_word *best = NULL;
	double least = BESIDE * at->size;

	for (size_t i = 0; i < words->n; i++) {
		const double far = distance_to(&words->v[i], at);

		if (far >= 0 && far <= least) {
			least = far;
			best = &words->v[i];
		}
	}
	return best;
}

static void
mark_word(void *arg, const struct pdf_lie_place *at)
{
	struct window *w = arg;
	struct pdf_words *words = &w->words[at->page - w->first];
	struct pdf_word *lacking;

	for (size_t i = 0; i < words->n; i++)
		if (stands_on(&words->v[i], at->x, at->y)) {
			words->v[i].wrong = true;
			return;
		}
	lacking = at->unnamed ? nearest_word(words, at) : NULL;
	if (lacking)
		lacking->lacks = true;
}

void
liars_mark(struct window *w, const struct pdf *pdf)
{
	const struct pdf_lies_search s = { .lies = &w->lies,
		.first = w->first,
		.last = w->first + w->n - 1,
		.found = mark_word,
		.arg = w };

	pdf_lies_find(pdf, &s);
}

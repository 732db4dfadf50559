#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "doc/textline.h"
#include "pdf/words.h"

static bool
same_line(const struct pdf_word *a, const struct pdf_word *b)
{
	return a->line == b->line && a->block == b->block && a->flow == b->flow;
}

/* What is higher than it is wide, and not by one letter, is written down the page. */
static bool
is_upright(const struct textline *l)
{
	double high = 0;
	size_t i;

	for (i = 0; i < l->n; i++)
		high = fmax(high, l->w[i]->h);
	return l->x1 - l->x0 >= l->y1 - l->y0 || (l->n > 1 ? l->y1 - l->y0 < 1.5 * high : true);
}

static int
by_left(const void *a, const void *b)
{
	const struct pdf_word *const *l = a, *const *r = b;

	return ((*l)->x > (*r)->x) - ((*l)->x < (*r)->x);
}

/* n words at w, as a line. */
static struct textline
line_of(const struct pdf_word **w, size_t n)
{
	struct textline l = { w, n, HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL, true };
	size_t i;

	for (i = 0; i < n; i++) {
		l.x0 = fmin(l.x0, w[i]->x);
		l.y0 = fmin(l.y0, w[i]->y);
		l.x1 = fmax(l.x1, w[i]->x + w[i]->w);
		l.y1 = fmax(l.y1, w[i]->y + w[i]->h);
	}
	l.upright = is_upright(&l);
	if (l.upright)
		qsort(w, n, sizeof(*w), by_left);
	return l;
}

void
textlines_make(struct textlines *lines, const struct pdf_words *words)
{
	size_t i, n = 0, from;

	lines->w = mem_new(words->n + 1, sizeof(*lines->w));
	lines->v = mem_new(words->n + 1, sizeof(*lines->v));
	lines->n = 0;
	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden)
			lines->w[n++] = &words->v[i];
	for (from = 0; from < n; from = i) {
		for (i = from + 1; i < n && same_line(lines->w[from], lines->w[i]);)
			i++;
		lines->v[lines->n++] = line_of(lines->w + from, i - from);
	}
}

void
textlines_release(struct textlines *lines)
{
	free(lines->v);
	free(lines->w);
	*lines = (struct textlines){ 0 };
}

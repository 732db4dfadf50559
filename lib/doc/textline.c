#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "doc/spaced.h"
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

	if ((*l)->x == (*r)->x) /* a letter that is drawn with another is the left one */
		return ((*l)->w > 0) - ((*r)->w > 0);
	return (*l)->x > (*r)->x ? 1 : -1;
}

struct textline
textline_of(const struct pdf_word **w, size_t n)
{
	struct textline l = { w, n, HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL, true, 0 };
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

enum { SHADOW_LOOK = 64 }; /* as many words of one text are compared with each */

/* A word and its text, to find those that are drawn twice. */
struct twin {
	const struct pdf_word *w;
	const char *text;
};

static int
by_text(const void *a, const void *b)
{
	const struct twin *l = a, *r = b;
	int diff = strcmp(l->text, r->text);

	if (diff == 0)
		diff = (l->w->y > r->w->y) - (l->w->y < r->w->y);
	return diff ? diff : (l->w->x > r->w->x) - (l->w->x < r->w->x);
}

/* Whether b, which is no higher than a, lies nearly where a does. */
static bool
shadows(const struct pdf_word *a, const struct pdf_word *b)
{
	double dx = fabs(a->x - b->x), near = 0.25 * a->h;

	return b->y - a->y <= near && dx <= near && dx < 0.7 * a->w &&
	    fabs(a->h - b->h) <= 0.1 * a->h && fabs(a->w - b->w) <= 0.1 * a->w;
}

/* Leave the words of w[0..n) out that are the shadow of another; how many stay. */
static size_t
without_shadows(const struct pdf_word **w, size_t n, const struct pdf_words *words)
{
	struct twin *twins = mem_new(n + 1, sizeof(*twins));
	bool *out = mem_new(words->n + 1, sizeof(*out));
	size_t i, j, kept = 0;

	for (i = 0; i < n; i++)
		twins[i] = (struct twin){ w[i], words->bytes.p + w[i]->at };
	qsort(twins, n, sizeof(*twins), by_text);
	for (i = 0; i < n; i++)
		for (j = i + 1; j < n && j - i < SHADOW_LOOK && !out[twins[i].w - words->v] &&
		     strcmp(twins[i].text, twins[j].text) == 0;
		     j++)
			if (shadows(twins[i].w, twins[j].w))
				out[twins[j].w - words->v] = true;
	for (i = 0; i < n; i++)
		if (!out[w[i] - words->v])
			w[kept++] = w[i];
	free(twins);
	free(out);
	return kept;
}

/* A letter that is drawn with the one before, as in Arabic, has no width: pdftotext ends a line. */
static bool
is_drawn_with(const struct pdf_word *a, const struct pdf_word *b)
{
	return b->w == 0 && b->x >= a->x && b->x <= a->x + a->w && a->y == b->y && a->h == b->h &&
	    a->flow == b->flow && a->block == b->block;
}

/* Whether b goes on where a ends: on the same line of the paper, in one block. */
static bool
goes_on(const struct pdf_word *first, const struct pdf_word *a, const struct pdf_word *b)
{
	double mid = b->y + b->h / 2, gap = b->x - (a->x + a->w);

	if (same_line(first, b))
		return true;
	return a->flow == b->flow && a->block == b->block && a->w > a->h / 4 && mid > a->y &&
	    mid < a->y + a->h && fabs(a->h - b->h) < 0.1 * a->h && gap > 0 && gap < 4 * a->h;
}

/* Whether b is what follows a on its line, of letters that are spaced. */
static bool
more_letters(const struct textline *a, const struct textline *b, const char *bytes)
{
	const struct pdf_word *p = a->w[a->n - 1], *q = b->w[0];
	double gap = q->x - (p->x + p->w);

	return fabs(p->y - q->y) < 0.1 * p->h && fabs(p->h - q->h) < 0.1 * p->h && gap > 0 &&
	    gap < 4 * p->h && spaced_line(a, bytes) && spaced_line(b, bytes);
}

/* Words of letters that are spaced stand in a block each; a line of them is one. */
static void
join_letters(struct textlines *lines, const char *bytes)
{
	size_t i, n = 0;

	for (i = 0; i < lines->n; i++) {
		if (n > 0 && more_letters(&lines->v[n - 1], &lines->v[i], bytes))
			lines->v[n - 1] =
			    textline_of(lines->v[n - 1].w, lines->v[n - 1].n + lines->v[i].n);
		else
			lines->v[n++] = lines->v[i];
	}
	lines->n = n;
}

void
textlines_make(struct textlines *lines, const struct pdf_words *words)
{
	size_t i, n = 0, from, first;

	lines->w = mem_new(words->n + 1, sizeof(*lines->w));
	lines->v = mem_new(words->n + 1, sizeof(*lines->v));
	lines->n = 0;
	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden)
			lines->w[n++] = &words->v[i];
	n = without_shadows(lines->w, n, words);
	for (from = 0; from < n; from = i) {
		for (first = from, i = from + 1; i < n; i++) {
			if (is_drawn_with(lines->w[i - 1], lines->w[i]))
				first = i;
			else if (!goes_on(lines->w[first], lines->w[i - 1], lines->w[i]))
				break;
		}
		lines->v[lines->n++] = textline_of(lines->w + from, i - from);
	}
	join_letters(lines, words->bytes.p);
}

void
textlines_release(struct textlines *lines)
{
	free(lines->v);
	free(lines->w);
	*lines = (struct textlines){ 0 };
}

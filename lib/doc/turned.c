#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "doc/bidi.h"
#include "doc/textline.h"
#include "doc/turned.h"

enum {
	STEPS_LEAST = 3, /* from word to word, that tell which way a page is read */
	ROW = 2          /* points: lines that differ by less are as high */
};

/* Where the next word of a line stands. */
enum way { WAY_RIGHT, WAY_DOWN, WAY_LEFT, WAY_UP, WAYS };

static enum way
way_between(const struct pdf_word *a, const struct pdf_word *b)
{
	const double dx = b->x - a->x + (b->w - a->w) / 2, dy = b->y - a->y + (b->h - a->h) / 2;

	if (fabs(dx) >= fabs(dy))
		return dx >= 0 ? WAY_RIGHT : WAY_LEFT;
	return dy > 0 ? WAY_DOWN : WAY_UP;
}

static bool
is_from_right(const struct pdf_words *words, const struct pdf_word *w)
{
	const char *s = words->bytes.p + w->at;

	return bidi_concerns(s, strlen(s));
}

/* The way of more than half of the steps. */
static enum way
way_of(const struct pdf_words *words)
{
	size_t i, n[WAYS] = { 0 }, all = 0;
	int way;

	for (i = 1; i < words->n; i++) {
		const struct pdf_word *a = &words->v[i - 1], *b = &words->v[i];

		if (a->hidden || b->hidden || a->line != b->line || a->block != b->block ||
		    a->flow != b->flow || is_from_right(words, a) || is_from_right(words, b))
			continue;
		n[way_between(a, b)]++;
		all++;
	}
	for (way = WAY_DOWN; way < WAYS; way++)
		if (n[way] >= STEPS_LEAST && 2 * n[way] > all)
			return way;
	return WAY_RIGHT;
}

static void
turn_word(struct pdf_word *w, enum way way)
{
	const struct pdf_word was = *w;

	if (way == WAY_LEFT) {
		w->x = -(was.x + was.w);
		w->y = -(was.y + was.h);
		return;
	}
	w->x = way == WAY_DOWN ? was.y : -(was.y + was.h);
	w->y = way == WAY_DOWN ? -(was.x + was.w) : was.x;
	w->w = was.h;
	w->h = was.w;
}

void
turned_init(struct turned *t, const struct pdf_words *words)
{
	const enum way way = way_of(words);
	size_t i;

	*t = (struct turned){ *words, words };
	if (way == WAY_RIGHT)
		return;
	t->words.v = mem_new(words->n + 1, sizeof(*t->words.v));
	memcpy(t->words.v, words->v, words->n * sizeof(*words->v));
	for (i = 0; i < words->n; i++)
		turn_word(&t->words.v[i], way);
}

void
turned_release(struct turned *t)
{
	if (t->words.v != t->page->v)
		free(t->words.v);
	*t = (struct turned){ 0 };
}

static int
by_line_top(const void *a, const void *b)
{
	const struct textline *l = a, *r = b;
	const double high = floor(l->y0 / ROW) - floor(r->y0 / ROW);

	if (high != 0)
		return high > 0 ? 1 : -1;
	return (l->x0 > r->x0) - (l->x0 < r->x0);
}

void
turned_sort(const struct turned *t, struct textlines *lines)
{
	if (t->words.v != t->page->v)
		qsort(lines->v, lines->n, sizeof(*lines->v), by_line_top);
}

void
turned_back(const struct turned *t, struct textline *l)
{
	size_t i;

	if (t->words.v == t->page->v)
		return;
	l->x0 = l->y0 = HUGE_VAL;
	l->x1 = l->y1 = -HUGE_VAL;
	for (i = 0; i < l->n; i++) {
		const struct pdf_word *w = t->page->v + (l->w[i] - t->words.v);

		l->w[i] = w;
		l->x0 = fmin(l->x0, w->x);
		l->y0 = fmin(l->y0, w->y);
		l->x1 = fmax(l->x1, w->x + w->w);
		l->y1 = fmax(l->y1, w->y + w->h);
	}
}

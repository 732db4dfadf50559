#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ocr/lines.h"
#include "ocr/tess.h"

static bool
is_empty(const char *s, size_t n)
{
	return strspn(s, " \t\r\f\v") >= n;
}

static void
line_grow(struct ocr_line *l, int x0, int y0, int x1, int y1)
{
	const bool first = l->x1 <= l->x0;

	l->x0 = first || x0 < l->x0 ? x0 : l->x0;
	l->y0 = first || y0 < l->y0 ? y0 : l->y0;
	l->x1 = first || x1 > l->x1 ? x1 : l->x1;
	l->y1 = first || y1 > l->y1 ? y1 : l->y1;
}

/* The words of line no, from the one at on: which comes behind them. */
static size_t
line_words(struct ocr_line *l, const struct tess_page *page, size_t no, size_t at)
{
	const size_t from = at;

	for (; at < page->n && page->words[at].line == no; at++) {
		const struct tess_word *w = &page->words[at];

		line_grow(l, w->x0, w->y0, w->x1, w->y1);
	}
	l->n = at - from;
	l->words = mem_new(l->n + 1, sizeof(*l->words));
	if (l->n > 0)
		memcpy(l->words, page->words + from, l->n * sizeof(*l->words));
	return at;
}

bool
ocrlines_take(struct ocr_lines *lines, const struct tess_page *page)
{
	size_t len, at = 0;
	bool gap = false;

	*lines = (struct ocr_lines){ 0 };
	for (const char *s = page->text ? page->text : ""; *s; s += len + (s[len] == '\n')) {
		struct ocr_line l = { .gap = gap };

		len = strcspn(s, "\n");
		gap = is_empty(s, len);
		if (gap)
			continue;
		l.text = mem_copy(s, len);
		at = line_words(&l, page, lines->n, at);
		lines->v = mem_resize(lines->v, lines->n + 1, sizeof(*lines->v));
		lines->v[lines->n++] = l;
		if (l.n > 0)
			continue;
		ocrlines_release(lines);
		return false;
	}
	if (at == page->n)
		return true;
	ocrlines_release(lines);
	return false;
}

int
ocrline_height(const struct ocr_line *l)
{
	return l->y1 - l->y0;
}

bool
ocrline_level(const struct ocr_line *a, const struct ocr_line *b)
{
	const int top = a->y0 > b->y0 ? a->y0 : b->y0, end = a->y1 < b->y1 ? a->y1 : b->y1;
	const int low =
	    ocrline_height(a) < ocrline_height(b) ? ocrline_height(a) : ocrline_height(b);

	return 2 * (end - top) > low;
}

bool
ocrline_under(const struct ocr_line *a, const struct ocr_line *b)
{
	return b->y0 >= a->y1 - ocrline_height(a) / 3 && b->x0 < a->x1 && a->x0 < b->x1;
}

double
ocrlines_sure(const struct ocr_line *l)
{
	double sum = 0;

	for (size_t i = 0; i < l->n; i++)
		sum += l->words[i].confidence;
	return l->n ? sum / (double)l->n : 0;
}

void
ocrlines_drop(struct ocr_line *l)
{
	free(l->text);
	free(l->words);
	*l = (struct ocr_line){ .gap = l->gap };
}

/* Where word k of the text begins, and how long it is with the blanks behind it. */
static char *
word_of_text(char *text, size_t k, size_t *n)
{
	char *s = text + strspn(text, " ");

	for (; k > 0 && *s; k--) {
		s += strcspn(s, " ");
		s += strspn(s, " ");
	}
	*n = strcspn(s, " ");
	*n += strspn(s + *n, " ");
	return s;
}

void
ocrlines_drop_word(struct ocr_line *l, size_t k)
{
	size_t n, len = strlen(l->text);
	char *s = word_of_text(l->text, l->n - 1, &n);

	/* The last word of the text is the last there is. */
	if (n == 0 || s + n != l->text + len)
		return;
	if (l->n == 1) {
		ocrlines_drop(l);
		return;
	}
	s = word_of_text(l->text, k, &n);
	memmove(s, s + n, strlen(s + n) + 1);
	for (len = strlen(l->text); len > 0 && l->text[len - 1] == ' '; len--)
		l->text[len - 1] = '\0';
	memmove(l->words + k, l->words + k + 1, (l->n - k - 1) * sizeof(*l->words));
	l->n--;
	l->x0 = l->x1 = 0;
	for (size_t i = 0; i < l->n; i++)
		line_grow(l, l->words[i].x0, l->words[i].y0, l->words[i].x1, l->words[i].y1);
}

void
ocrlines_append(struct ocr_lines *lines, struct ocr_line *at)
{
	lines->v = mem_resize(lines->v, lines->n + 1, sizeof(*lines->v));
	lines->v[lines->n++] = *at;
	*at = (struct ocr_line){ .gap = at->gap };
}

void
ocrlines_join(struct ocr_line *to, struct ocr_line *from, bool before)
{
	const struct ocr_line *a = before ? from : to, *b = before ? to : from;
	struct ocr_line both = *to;

	both.text = mem_printf("%s %s", a->text, b->text);
	both.n = a->n + b->n;
	both.words = mem_new(both.n + 1, sizeof(*both.words));
	memcpy(both.words, a->words, a->n * sizeof(*both.words));
	memcpy(both.words + a->n, b->words, b->n * sizeof(*both.words));
	line_grow(&both, from->x0, from->y0, from->x1, from->y1);
	ocrlines_drop(from);
	ocrlines_drop(to);
	*to = both;
}

/* A line's text behind what there is, and its words with its number. */
static size_t
line_put(struct tess_page *page, size_t len, const struct ocr_line *l, bool gap)
{
	const size_t n = strlen(l->text), no = page->n ? page->words[page->n - 1].line + 1 : 0;

	if (gap && no > 0)
		page->text[len++] = '\n';
	memcpy(page->text + len, l->text, n);
	page->text[len + n] = '\n';
	for (size_t i = 0; i < l->n; i++) {
		page->words[page->n] = l->words[i];
		page->words[page->n++].line = no;
	}
	return len + n + 1;
}

void
ocrlines_give(struct ocr_lines *lines, struct tess_page *page)
{
	size_t bytes = 1, words = 1, len = 0;
	bool gap = false;
	double sum = 0;

	for (size_t i = 0; i < lines->n; i++) {
		bytes += lines->v[i].text ? strlen(lines->v[i].text) + 2 : 0;
		words += lines->v[i].n;
	}
	tess_page_release(page);
	page->text = mem_new(1, bytes);
	page->words = mem_new(words, sizeof(*page->words));
	for (size_t i = 0; i < lines->n; i++) {
		gap |= lines->v[i].gap;
		if (!lines->v[i].text)
			continue;
		len = line_put(page, len, &lines->v[i], gap);
		gap = false;
	}
	page->text[len] = '\0';
	for (size_t i = 0; i < page->n; i++)
		sum += page->words[i].confidence;
	page->confidence = page->n ? round(100 * sum / (double)page->n) / 100 : 0;
	ocrlines_release(lines);
}

void
ocrlines_release(struct ocr_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		ocrlines_drop(&lines->v[i]);
	free(lines->v);
	*lines = (struct ocr_lines){ 0 };
}

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "doc/spaced.h"
#include "doc/textline.h"
#include "md/letter.h"
#include "pdf/words.h"

/* Of the space between letters. */
static const double EQUAL = 1.2, WORD_GAP = 1.35;
static const double GAP_MOST = 1; /* of their height */

enum { RUN_MAX = 200, LETTERS_LEAST = 4 };

/* Words of a line that follow each other and are a letter each, or nearly all. */
struct run {
	const struct pdf_word *const *w;
	const char *bytes;
	size_t n;
	double gap; /* between letters of a word */
};

static double
gap_after(const struct run *r, size_t i)
{
	return r->w[i + 1]->x - (r->w[i]->x + r->w[i]->w);
}

/* The first character; *n: how many there are, marks aside. */
static uint32_t
letter_of(const char *s, size_t *n)
{
	size_t left = strlen(s), len;
	uint32_t c, first = 0;

	for (*n = 0; left > 0; s += len, left -= len) {
		len = utf8_get(s, left, &c);
		if (len == 0)
			return 0;
		first = *n == 0 ? c : first;
		*n += letter_side(c) != LETTER_MARK;
	}
	return first;
}

static bool
is_ascii_of(uint32_t c, const char *set)
{
	return c > 0 && c < 0x80 && strchr(set, (int)c);
}

/* A letter, or two capitals that stand close to each other; or what may be among them. */
static bool
may_be_spaced(const char *s)
{
	size_t n;
	uint32_t c = letter_of(s, &n);

	if (n == 2)
		return letter_is_upper(c);
	return n == 1 && !letter_is_close(c) && letter_side(c) != LETTER_RTL &&
	    (letter_in_word(c) || is_ascii_of(c, "&.,:!?'-"));
}

static int
by_size(const void *a, const void *b)
{
	const double *l = a, *r = b;

	return (*l > *r) - (*l < *r);
}

/* The space between letters: most of the spaces are such. */
static double
usual_gap(const struct run *r)
{
	double v[RUN_MAX] = { 0 };
	size_t i;

	for (i = 0; i + 1 < r->n; i++)
		v[i] = gap_after(r, i);
	qsort(v, r->n - 1, sizeof(*v), by_size);
	return v[(r->n - 1) / 3];
}

/* Letters w[from..to) of the run that are one word. */
struct letters {
	size_t n, vowels, next; /* next: how many follow the one before in the alphabet */
	size_t digits;
	bool latin;
};

static struct letters
spaced_letters(const struct run *r, size_t from, size_t to)
{
	struct letters l = { 0, 0, 0, 0, true };
	uint32_t c, last = 0;
	size_t i, n;

	for (i = from; i < to; i++, last = c) {
		c = letter_fold(letter_of(r->bytes + r->w[i]->at, &n));
		if (!letter_in_word(c))
			continue;
		l.n += n;
		l.vowels += is_ascii_of(utf8_base(c), "aeiouy");
		l.next += c == last + 1;
		l.latin = l.latin && c < 0x250;
		l.digits += letter_side(c) == LETTER_DIGIT;
	}
	return l;
}

static bool
looks_like_word(const struct letters *l)
{
	if (l->n < LETTERS_LEAST || l->digits > 0)
		return false;
	return !l->latin || (l->vowels > 0 && l->vowels < l->n && 2 * l->next < l->n);
}

/* Whether the letters' spaces are alike, those of words clear, and a word is among them. */
static bool
is_spaced(const struct run *r)
{
	size_t i, from = 0, words = 0;
	struct letters l;

	if (r->gap <= 0 || r->gap > GAP_MOST * r->w[0]->h)
		return false;
	for (i = 0; i < r->n; i++) {
		if (i + 1 < r->n && gap_after(r, i) <= EQUAL * r->gap)
			continue;
		if (i + 1 < r->n && gap_after(r, i) < WORD_GAP * r->gap)
			return false;
		l = spaced_letters(r, from, i + 1);
		words += looks_like_word(&l);
		from = i + 1;
	}
	return words > 0;
}

/* How many words from the i-th on may be letters of some; half of them are one letter. */
static size_t
run_of(const struct textline *l, size_t i, const char *bytes)
{
	size_t n = 0, single = 0, len;

	while (i + n < l->n && n < RUN_MAX && may_be_spaced(bytes + l->w[i + n]->at)) {
		(void)letter_of(bytes + l->w[i + n]->at, &len);
		single += len == 1;
		n++;
	}
	return 4 * single >= 3 * n ? n : 0;
}

/* What is beside the run is farther than its letters are from each other. */
static bool
stands_apart(const struct run *r, const struct textline *l, size_t i)
{
	const struct pdf_word *const *w = (const struct pdf_word *const *)l->w;

	if (i > 0 && w[i]->x - (w[i - 1]->x + w[i - 1]->w) < WORD_GAP * r->gap)
		return false;
	i += r->n;
	return i == l->n || w[i]->x - (w[i - 1]->x + w[i - 1]->w) >= WORD_GAP * r->gap;
}

void
spaced_find(bool *close, const struct textline *l, const char *bytes)
{
	struct run r = { .bytes = bytes };
	size_t i, k;

	memset(close, 0, l->n * sizeof(*close));
	for (i = 0; i < l->n && l->upright; i += r.n ? r.n : 1) {
		r.w = (const struct pdf_word *const *)l->w + i;
		r.n = run_of(l, i, bytes);
		if (r.n < LETTERS_LEAST)
			continue;
		r.gap = usual_gap(&r);
		if (!is_spaced(&r) || !stands_apart(&r, l, i))
			continue;
		for (k = 0; k + 1 < r.n; k++)
			close[i + k] = gap_after(&r, k) <= EQUAL * r.gap;
	}
}

bool
spaced_line(const struct textline *l, const char *bytes)
{
	struct run r = { (const struct pdf_word *const *)l->w, bytes, l->n, 0 };

	if (l->n < 2 || !l->upright || run_of(l, 0, bytes) != l->n)
		return false;
	r.gap = usual_gap(&r);
	return r.gap > 0 && r.gap < GAP_MOST * l->w[0]->h;
}

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "doc/covered.h"
#include "img/image.h"
#include "img/ink.h"
#include "md/letter.h"
#include "pdf/words.h"

enum {
	LETTERS_LEAST = 3, /* of a word that is looked at by parts */
	LETTERS_MOST = 200,
	ALIKE = 3,     /* other characters in a row: leaders, or a rule to write on */
	FLAT_LEAST = 4 /* pixels */
};

/* Letters' widths: of a word, or in a row, that are covered. */
static const double FLAT_LETTERS = 2.4, FLAT_SHARE = 0.6;
static const double HALF_LETTER = 0.3; /* of one, covered: it is */

/* A word's characters, marks aside. */
struct spread {
	size_t n, letters, at[LETTERS_MOST + 1]; /* in bytes; their end, too */
	bool letter[LETTERS_MOST];
	double even[LETTERS_MOST + 1], narrow[LETTERS_MOST + 1]; /* where they begin, 0 to 1 */
};

/* In most faces, of what a letter has. */
static double
letter_width(uint32_t c)
{
	if (c < 0x80 && strchr("ijltfrI.,;:'|!()[]-/", (int)c))
		return 0.5;
	return c < 0x80 && strchr("mwMW@%", (int)c) ? 1.5 : 1;
}

static bool
is_word_letter(uint32_t c)
{
	return letter_in_word(c) && letter_side(c) != LETTER_MARK;
}

/* false: what it is on the paper cannot be said. */
static bool
spread_word(struct spread *s, const char *text)
{
	size_t left = strlen(text), len, alike = 0;
	uint32_t c, last = 0;
	const char *p;

	s->n = s->letters = 0;
	for (p = text; left > 0; p += len, left -= len, last = c) {
		len = utf8_get(p, left, &c);
		if (len == 0 || s->n == LETTERS_MOST || utf8_is_none(c) || utf8_is_hidden(c))
			return false;
		if (letter_side(c) == LETTER_MARK)
			continue;
		alike = is_word_letter(c) ? 0 : c == last ? alike + 1 : 1;
		if (alike == ALIKE)
			return false;
		s->letter[s->n] = is_word_letter(c);
		s->letters += s->letter[s->n];
		s->at[s->n] = (size_t)(p - text);
		s->narrow[s->n + 1] = (s->n ? s->narrow[s->n] : 0) + letter_width(c);
		s->n++;
	}
	s->at[s->n] = (size_t)(p - text);
	s->narrow[0] = 0;
	for (size_t i = 0; i <= s->n; i++) {
		s->even[i] = (double)i / (double)s->n;
		s->narrow[i] /= s->n ? s->narrow[s->n] : 1;
	}
	return s->letters >= LETTERS_LEAST;
}

static bool
is_under_bar(const double *at, double from, double to)
{
	return fmin(at[1], to) - fmax(at[0], from) > HALF_LETTER * (at[1] - at[0]);
}

/* The characters that are covered, of the whole width 0 to 1; brackets and commas may be seen. */
static bool
set_cut(struct pdf_word *w, const struct spread *s, double from, double to)
{
	size_t letters = 0, first = s->n, end = 0, begin = 0, n = s->n;

	for (; from > 0 && begin < n && !s->letter[begin]; begin++)
		;
	for (; to < 1 && n > begin && !s->letter[n - 1]; n--)
		;
	for (size_t i = begin; i < n; i++) {
		if (!is_under_bar(s->even + i, from, to) && !is_under_bar(s->narrow + i, from, to))
			continue;
		first = first < i ? first : i;
		end = i + 1;
		letters += s->letter[i];
	}
	if (letters < 2)
		return false;
	w->cut_from = (unsigned)s->at[first];
	w->cut_to = (unsigned)s->at[end];
	return true;
}

static bool
find_cut(const struct image *im, const struct ink_box *b, const struct spread *s,
    struct pdf_word *w)
{
	const double wide = (double)(b->x1 - b->x0);
	const double letter = wide / (double)s->n;
	const double least = fmin(FLAT_LETTERS * letter, FLAT_SHARE * wide);
	struct ink_box flat;

	if (wide < (double)(b->y1 - b->y0) || !ink_flat(im, b, &flat))
		return false;
	if ((double)(flat.x1 - flat.x0) < fmax(FLAT_LEAST, least))
		return false;
	return set_cut(w, s, (double)(flat.x0 - b->x0) / wide, (double)(flat.x1 - b->x0) / wide);
}

bool
covered_find(const struct image *im, const struct ink_box *b, const struct pdf_words *words,
    struct pdf_word *w)
{
	struct spread s;

	w->cut_from = w->cut_to = 0;
	return spread_word(&s, words->bytes.p + w->at) && find_cut(im, b, &s, w);
}

bool
covered_in_color(const struct image *im, const struct ink_box *b, const struct pdf_words *words,
    struct pdf_word *w)
{
	for (int i = 0; i < image_planes(im); i++) {
		const struct image plane = image_plane(im, i);

		if (!covered_find(&plane, b, words, w)) {
			w->cut_from = w->cut_to = 0;
			return false;
		}
	}
	return true;
}

void
covered_cut(struct pdf_words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		struct pdf_word *w = &words->v[i];
		char *text = words->bytes.p + w->at;

		if (w->hidden || w->cut_to == 0)
			continue;
		memmove(text + w->cut_from, text + w->cut_to, strlen(text + w->cut_to) + 1);
		w->cut_from = w->cut_to = 0;
		w->hidden = *text == '\0';
	}
}

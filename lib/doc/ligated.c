#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "doc/ligated.h"
#include "md/letter.h"
#include "pdf/words.h"

enum {
	GLYPH_MOST = 64,  /* bytes of what a glyph stands for */
	SINGLE_LEAST = 3, /* words of one letter, */
	SINGLE_SHARE = 8  /* for each one of several */
};

/* Letters that are read from right to left, and marks; others: -1. */
static long
letters_from_right(const char *s)
{
	size_t left = strlen(s), len;
	enum letter_side side;
	uint32_t c;
	long n = 0;

	for (; left > 0; s += len, left -= len) {
		len = utf8_get(s, left, &c);
		side = len > 0 ? letter_side(c) : LETTER_OTHER;
		if (side != LETTER_RTL && side != LETTER_MARK)
			return -1;
		n += side == LETTER_RTL;
	}
	return n;
}

/* Lam, and an alef behind it: the one ligature that no Arabic text is without. */
static bool
is_lam_alef(const char *s)
{
	static const char lam[] = "\xd9\x84";
	static const char *const alef[] = { "\xd8\xa7", "\xd8\xa3", "\xd8\xa5", "\xd8\xa2" };

	for (size_t i = 0; i < sizeof(alef) / sizeof(alef[0]); i++)
		if (strncmp(s, lam, 2) == 0 && strcmp(s + 2, alef[i]) == 0)
			return true;
	return false;
}

/* Whether each glyph is a word. */
static bool
is_drawn_from_right(const struct pdf_words *words)
{
	size_t i, single = 0, several = 0;

	for (i = 0; i < words->n; i++) {
		const char *s = words->bytes.p + words->v[i].at;
		const long n = letters_from_right(s);

		single += n == 1;
		several += n > 1 && !is_lam_alef(s);
	}
	return single >= SINGLE_LEAST && single >= SINGLE_SHARE * several;
}

static void
turn_letters(char *s)
{
	char turned[GLYPH_MOST] = "";
	const size_t n = strlen(s);
	size_t i, len;

	if (n > sizeof(turned))
		return;
	for (i = 0; i < n; i += len) {
		len = utf8_len(s + i, n - i);
		memcpy(turned + n - i - len, s + i, len);
	}
	memcpy(s, turned, n);
}

void
ligated_turn(struct pdf_words *words)
{
	if (!is_drawn_from_right(words))
		return;
	for (size_t i = 0; i < words->n; i++) {
		char *s = words->bytes.p + words->v[i].at;

		/* Two that touch may be two glyphs. */
		if (letters_from_right(s) == 1 || is_lam_alef(s))
			turn_letters(s);
	}
}

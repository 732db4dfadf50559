#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "ocr/doubt.h"
#include "ocr/result.h"

#define CONFIDENCE_LEAST 0.7 /* of a page that is believed */
#define UNREAD_MOST 0.05     /* share of its ink */

enum {
	WORDS_FEW = 10,
	JUNK_SHARE = 3,  /* one of so many words may be none */
	ROW = 12,        /* words in a row, about a line, */
	ROW_JUMBLED = 5, /* of which so many are jumbled: those lines are no text */
	LONG_LEAST = 5,  /* letters: shorter ones are formulas, */
	LONG_MOST = 24,  /* and longer ones keys */
	PART_LEAST = 3,  /* letters of a name before an acronym, */
	ACRONYM_MOST = 6 /* and of one before a name */
};

/* What a word is made of. */
struct mix {
	size_t letters, digits, marks;
	size_t rises; /* a capital behind a small letter */
	size_t swaps; /* a digit beside a letter */
};

static bool
is_white(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

/* Punctuation beyond ASCII: Latin-1's signs, and the blocks of general marks. */
static bool
is_mark(uint32_t cp)
{
	return cp < 0x80 ? !isalnum((int)cp)
			 : cp < 0xc0 || (cp >= 0x2000 && cp < 0x2c00) || cp == 0xfffd;
}

static void
add_sign(struct mix *m, uint32_t cp, uint32_t last)
{
	const bool digit = cp < 0x80 && isdigit((int)cp), small = last < 0x80 && islower((int)last);
	const bool after_digit = last < 0x80 && isdigit((int)last);

	m->marks += is_mark(cp);
	m->digits += digit;
	m->letters += !is_mark(cp) && !digit;
	m->rises += small && cp < 0x80 && isupper((int)cp);
	m->swaps += !is_mark(cp) && !is_mark(last) && digit != after_digit;
}

/* A word of text that is none: mostly marks, or letters as no language has them. */
static bool
is_junk(const char *s, size_t n)
{
	struct mix m = { 0 };
	uint32_t cp, last = ' ';

	for (size_t i = 0, len; i < n; i += len) {
		len = utf8_get(s + i, n - i, &cp);
		if (len == 0) {
			m.marks++;
			len = 1;
			continue;
		}
		add_sign(&m, cp, last);
		last = cp;
	}
	return m.marks >= m.letters + m.digits || m.rises > 0 || m.swaps > 1;
}

/* How many letters from there on are capitals, or small ones. */
static size_t
of_one_kind(const char *s, size_t n, int (*is_kind)(int))
{
	size_t i = 0;

	while (i < n && is_kind((unsigned char)s[i]))
		i++;
	return i;
}

/*
 * Letters of which capitals and small ones take turns as in no name that people
 * write, be it McDonald, getElementById, JSONPath, URLs or PostgreSQL.
 */
static bool
is_jumbled(const char *s, size_t n)
{
	size_t at, bigs, smalls;
	bool odd = false;

	while (n > 0 && strchr(".:!?", s[n - 1]))
		n--;
	if (n < LONG_LEAST || n > LONG_MOST)
		return false;
	smalls = of_one_kind(s, n, islower);
	for (at = smalls; at < n; at += smalls) {
		const size_t before = at == 0 ? LONG_MOST : smalls;
		const bool first = at == 0;

		bigs = of_one_kind(s + at, n - at, isupper);
		at += bigs;
		smalls = of_one_kind(s + at, n - at, islower);
		if (bigs == 0)
			return false;
		if (smalls == 0)
			odd |= before < PART_LEAST;
		else if (smalls == 1 && !(first && bigs == 1))
			odd |= at + 1 < n || !strchr("sd", s[at]);
		odd |= bigs > ACRONYM_MOST && smalls > 0;
	}
	return odd;
}

/* Whether words in a row are jumbled, however good the others are. */
static bool
has_jumbled_row(const char *s, size_t n)
{
	bool row[ROW] = { false };
	size_t words = 0, jumbled = 0, i = 0, from;

	while (i < n && jumbled < ROW_JUMBLED) {
		while (i < n && is_white(s[i]))
			i++;
		for (from = i; i < n && !is_white(s[i]);)
			i++;
		jumbled -= row[words % ROW];
		row[words % ROW] = i > from && is_jumbled(s + from, i - from);
		jumbled += row[words++ % ROW];
	}
	return jumbled >= ROW_JUMBLED;
}

static bool
is_much_junk(const char *s, size_t n)
{
	size_t words = 0, junk = 0, i = 0, from;

	while (i < n) {
		while (i < n && is_white(s[i]))
			i++;
		for (from = i; i < n && !is_white(s[i]);)
			i++;
		if (i > from) {
			words++;
			junk += is_junk(s + from, i - from);
		}
	}
	return (words >= WORDS_FEW && junk * JUNK_SHARE > words) || has_jumbled_row(s, n);
}

unsigned
doubt_of(const struct ocr_raw *raw)
{
	unsigned doubt = raw->doubt;

	if (raw->notes && raw->notes->unread > UNREAD_MOST)
		doubt |= DOUBT_INK;
	if (raw->len > 0 && raw->confidence >= 0 && raw->confidence < CONFIDENCE_LEAST)
		doubt |= DOUBT_CONFIDENCE;
	if (raw->kind == OCR_TEXT && is_much_junk(raw->text, raw->len))
		doubt |= DOUBT_JUNK;
	return doubt;
}

const char *
doubt_word(unsigned doubt)
{
	switch (doubt) {
	case DOUBT_CONFIDENCE:
		return "confidence";
	case DOUBT_INK:
		return "ink";
	case DOUBT_JUNK:
		return "junk";
	case DOUBT_LANGUAGE:
		return "language";
	default:
		return NULL;
	}
}

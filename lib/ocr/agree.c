#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ocr/agree.h"

enum {
	TABLE = 1 << 16,
	LETTERS = 0x250 - 0xc0, /* of Latin script beyond ASCII */
	LACKS_LEAST = 2,        /* of these, */
	LACKS_RARE = 200,       /* one in so many letters */
	WORD_LEAST = 4,         /* letters or figures of a clean word, */
	MORE_LEAST = 3,         /* of which there are so many, */
	MORE_SHARE = 33         /* one in so many words */
};

static const double ENOUGH = 0.7, HALF = 0.5, NEARLY = 0.95, MOST_WORDS = 0.8;

/* How often each three letters in a row come, by a hash of them. */
struct threes {
	uint32_t count[TABLE];
	long n;             /* of them in all */
	long latin, others; /* letters */
	long capitals;      /* of the Latin ones */
	long letter[LETTERS];
};

/*
 * Letters and digits.  Punctuation is written in many ways, and what stands for
 * none (U+FFFD, private use) or for several letters (presentation forms) is no letter.
 */
static bool
counts(uint32_t c)
{
	if (c < 0x80)
		return isalnum((int)c);
	return (c >= 0xc0 && c < 0x2000 && c != 0xd7 && c != 0xf7) || (c >= 0x2c00 && c < 0x2e00) ||
	    (c >= 0x3040 && c < 0xd800) || (c >= 0xf900 && c < 0xfb00) || c >= 0x10000;
}

static void
count_threes(struct threes *t, const char *s, size_t n)
{
	uint32_t a = 0, b = 0, c;
	size_t len;

	for (; n > 0; s += len, n -= len) {
		len = utf8_get(s, n, &c);
		if (len == 0) {
			len = 1;
			continue;
		}
		if (c >= 0xc0 && c < 0xc0 + LETTERS && c != 0xd7 && c != 0xf7)
			t->letter[c - 0xc0]++;
		t->capitals += c < 0x80 && isupper((int)c);
		c = utf8_base(c);
		if (!counts(c))
			continue;
		t->latin += c < 0x80 && isalpha((int)c);
		t->others += c >= 0x370;
		if (a && b) {
			t->count[((a * 31 + b) * 31 + c) * 2654435761U >> 16]++;
			t->n++;
		}
		a = b;
		b = c;
	}
}

static long
in_common(const struct threes *a, const struct threes *b)
{
	long n = 0;

	for (size_t i = 0; i < TABLE; i++)
		n += a->count[i] < b->count[i] ? a->count[i] : b->count[i];
	return n;
}

/* Of all letters of Latin script beyond ASCII: how many more a has than b. */
static long
letters_more(const struct threes *a, const struct threes *b)
{
	long n = 0;

	for (int i = 0; i < LETTERS; i++)
		n += a->letter[i] > b->letter[i] ? a->letter[i] - b->letter[i] : 0;
	return n;
}

bool
agree_but_letters(const char *text, size_t n, const char *reading, size_t nreading)
{
	struct threes *a = mem_new(2, sizeof(*a)), *b = a + 1;
	long lacks, common;
	bool r;

	count_threes(a, text, n);
	count_threes(b, reading, nreading);
	lacks = letters_more(a, b);
	common = in_common(a, b);
	/* A letter is in three threes; a tenth is mistakes of other kinds. */
	r = lacks >= LACKS_LEAST && lacks * LACKS_RARE >= a->n && lacks > 2 * letters_more(b, a) &&
	    (double)common >= HALF * (double)a->n && a->n - common <= 3 * lacks + a->n / 10;
	free(a);
	return r;
}

/* Small letters, that a text has as capitals; the other way round they are small capitals. */
static bool
has_raised(const struct threes *text, const struct threes *reading)
{
	return 5 * text->capitals > 4 * text->latin && 2 * reading->capitals < reading->latin;
}

enum agree
agree_texts(const char *text, size_t n, const char *reading, size_t nreading)
{
	struct threes *a = mem_new(2, sizeof(*a)), *b = a + 1;
	enum agree r = AGREE_NO;

	count_threes(a, text, n);
	count_threes(b, reading, nreading);
	if (a->others > a->latin && b->latin >= b->others)
		r = AGREE_UNKNOWN;
	else if (a->n > 0 && !has_raised(a, b) && (double)in_common(a, b) >= ENOUGH * (double)a->n)
		r = AGREE_YES;
	free(a);
	return r;
}

/* The letters and digits of s[0..n), a blank between words, in out, which holds n; how many. */
static size_t
bare_words(uint32_t *out, const char *s, size_t n)
{
	size_t len, all = 0;
	uint32_t c;

	for (; n > 0; s += len, n -= len) {
		len = utf8_get(s, n, &c);
		if (len == 0) {
			len = 1;
			continue;
		}
		if (counts(c))
			out[all++] = c;
		else if (c <= ' ' && all > 0 && out[all - 1] != ' ')
			out[all++] = ' ';
	}
	return all;
}

/* Whether the word is among others[0..n), or in one of them. */
static bool
is_among(const uint32_t *word, size_t len, const uint32_t *others, size_t n)
{
	for (size_t i = 0; i + len <= n; i++)
		if (memcmp(others + i, word, len * sizeof(*word)) == 0)
			return true;
	return false;
}

/* Whether that share of the words of text, by their letters, are in the reading. */
static bool
has_words(const char *text, size_t n, const char *reading, size_t nreading, double share)
{
	uint32_t *a = mem_new(n + nreading + 1, sizeof(*a)), *b = a + n;
	const size_t na = bare_words(a, text, n), nb = bare_words(b, reading, nreading);
	size_t from, to, all = 0, same = 0;

	for (from = 0; from < na; from = to + 1) {
		for (to = from; to < na && a[to] != ' ';)
			to++;
		all += to - from;
		same += is_among(a + from, to - from, b, nb) ? to - from : 0;
	}
	free(a);
	return all > 0 && (double)same >= share * (double)all;
}

enum agree
agree_words(const char *text, size_t n, const char *reading, size_t nreading)
{
	return has_words(text, n, reading, nreading, MOST_WORDS) ? AGREE_YES : AGREE_NO;
}

bool
agree_says_all(const char *text, size_t n, const char *reading, size_t nreading)
{
	return has_words(text, n, reading, nreading, NEARLY);
}

/* In capitals or in small letters, perhaps with a capital in front, to be spoken; or a number. */
static bool
is_clean_word(const uint32_t *s, size_t len)
{
	size_t figures = 0, capitals = 0, vowels = 0;

	for (size_t i = 0; i < len; i++) {
		const uint32_t c = s[i], base = utf8_base(c);

		if (c >= 0x370)
			return false;
		figures += c < 0x80 && isdigit((int)c);
		capitals += c < 0x80 && isupper((int)c);
		vowels += base < 0x80 && strchr("aeiouyAEIOUY", (int)base);
	}
	if (len < WORD_LEAST || figures == len)
		return len >= WORD_LEAST;
	return figures == 0 && vowels > 0 && vowels < len &&
	    (capitals == len || capitals == (s[0] < 0x80 && isupper((int)s[0])));
}

static uint32_t
folded(uint32_t c)
{
	c = utf8_base(c);
	return c < 0x80 ? (uint32_t)tolower((int)c) : c;
}

/* Whether most of its threes are among those of others[0..n). */
static bool
looks_like_some(const uint32_t *word, size_t len, const uint32_t *others, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i + 3 <= len; i++)
		found += is_among(word + i, 3, others, n);
	return 2 * found > len - 2;
}

/* Letters and digits with a blank between words, as they are and all of them small. */
struct bare {
	uint32_t *as_is, *small;
	size_t n;
};

static struct bare
bare_new(const char *s, size_t n)
{
	struct bare b = { mem_new(n + 1, sizeof(*b.as_is)), mem_new(n + 1, sizeof(*b.small)), 0 };

	b.n = bare_words(b.as_is, s, n);
	for (size_t i = 0; i < b.n; i++)
		b.small[i] = folded(b.as_is[i]);
	return b;
}

static void
bare_free(struct bare *b)
{
	free(b->as_is);
	free(b->small);
}

/* How many of its clean words look like none of the others; *all: how many words it has. */
static size_t
words_beyond(const struct bare *b, const struct bare *others, size_t *all)
{
	size_t from, to, beyond = 0;

	*all = 0;
	for (from = 0; from < b->n; from = to + 1) {
		for (to = from; to < b->n && b->as_is[to] != ' ';)
			to++;
		++*all;
		beyond += is_clean_word(b->as_is + from, to - from) &&
		    !looks_like_some(b->small + from, to - from, others->small, others->n);
	}
	return beyond;
}

bool
agree_says_more(const char *text, size_t n, const char *reading, size_t nreading)
{
	struct bare a = bare_new(text, n), b = bare_new(reading, nreading);
	size_t all, lacks = words_beyond(&a, &b, &all), more = words_beyond(&b, &a, &all);

	bare_free(&a);
	bare_free(&b);
	/* A word that was read wrong looks like none of the text, and the text's like none read. */
	return more >= MORE_LEAST + 2 * lacks && more * MORE_SHARE >= all;
}

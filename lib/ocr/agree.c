#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ocr/agree.h"

enum {
	TABLE = 1 << 16,
	LETTERS = 0x250 - 0xc0, /* of Latin script beyond ASCII */
	LACKS_LEAST = 2,        /* of these, */
	LACKS_RARE = 200        /* one in so many letters */
};

static const double ENOUGH = 0.7, HALF = 0.5;

/* How often each three letters in a row come, by a hash of them. */
struct threes {
	uint32_t count[TABLE];
	long n;             /* of them in all */
	long latin, others; /* letters */
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

enum agree
agree_texts(const char *text, size_t n, const char *reading, size_t nreading)
{
	struct threes *a = mem_new(2, sizeof(*a)), *b = a + 1;
	enum agree r = AGREE_NO;

	count_threes(a, text, n);
	count_threes(b, reading, nreading);
	if (a->others > a->latin && b->latin >= b->others)
		r = AGREE_UNKNOWN;
	else if (a->n > 0 && (double)in_common(a, b) >= ENOUGH * (double)a->n)
		r = AGREE_YES;
	free(a);
	return r;
}

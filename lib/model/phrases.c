#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/hash.h"
#include "model/phrases.h"

enum {
	BEGIN_MAX = 1600, /* bytes of an answer that are looked at */
	PAIRS = 2048,     /* of words; a power of two */
	PROMPT_WORDS = 1024,
	WORD_BYTES = 64,
	FEW_WORDS = 4
};

/* The answer in small letters, its apostrophes plain, in out. */
static void
plain_letters(char out[BEGIN_MAX + 1], const char *s, size_t n)
{
	const char *end = s + n;
	size_t len = 0;

	while (s < end && strchr("\"'*_>#` \n\t", *s))
		s++;
	while (s < end && len < BEGIN_MAX) {
		if (end - s >= 3 && memcmp(s, "\xe2\x80\x99", 3) == 0) {
			out[len++] = '\'';
			s += 3;
			continue;
		}
		out[len++] = (char)(*s == '\n' ? ' ' : tolower((unsigned char)*s));
		s++;
	}
	out[len] = '\0';
}

bool
phrases_refuse(const char *s, size_t n)
{
	static const char *const begins[] = { "i'm sorry", "i am sorry", "sorry", "i apologize",
		"my apologies", "as an ai", "i cannot", "i can't", "i can not", "i'm unable",
		"i am unable", "i'm not able", "i am not able", "unable to", "unfortunately",
		"i don't see", "i do not see", "i'm afraid", "\xe6\x8a\xb1\xe6\xad\x89",
		"\xe5\xaf\xb9\xe4\xb8\x8d\xe8\xb5\xb7", "\xe5\xbe\x88\xe6\x8a\xb1\xe6\xad\x89",
		"\xe6\x88\x91\xe6\x97\xa0\xe6\xb3\x95" };
	static const char *const about[] = { "assist", "help with th", "the image", "this image",
		"an image", "images", "this request", "that request", "your request", "ai language",
		"ai model", "ai assistant", "an ai,", "language model", "transcri", "extract text",
		"extract the text", "readable text", "any text", "provide the document",
		"\xe5\x9b\xbe", "\xe5\x8d\x8f\xe5\x8a\xa9", "\xe5\xb8\xae\xe5\x8a\xa9" };
	char text[BEGIN_MAX + 1];
	size_t i;

	plain_letters(text, s, n);
	for (i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (strncmp(text, begins[i], strlen(begins[i])) == 0)
			break;
	if (i == sizeof(begins) / sizeof(*begins))
		return false;
	for (i = 0; i < sizeof(about) / sizeof(*about); i++)
		if (strstr(text, about[i]))
			return true;
	return false;
}

static bool
is_wordly_byte(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80);
}

/* The next word's number, never 0; 0 where there is none. */
static uint32_t
next_word(const char **s, const char *end)
{
	char word[WORD_BYTES];
	size_t n = 0;
	uint32_t h;

	while (*s < end && !is_wordly_byte(**s))
		++*s;
	if (*s == end)
		return 0;
	for (; *s < end && is_wordly_byte(**s); ++*s)
		if (n < WORD_BYTES)
			word[n++] = (char)tolower((unsigned char)**s);
	h = hash_32(word, n);
	return h ? h : 1;
}

static uint32_t
pair_of(uint32_t a, uint32_t b)
{
	const uint32_t h = a * 31 + b;

	return h ? h : 1;
}

/* The slot of a pair: its own, or one that is free. */
static uint32_t *
pair_slot(uint32_t pairs[PAIRS], uint32_t pair)
{
	uint32_t i = pair % PAIRS;

	while (pairs[i] && pairs[i] != pair)
		i = (i + 1) % PAIRS;
	return &pairs[i];
}

static bool
same_words(const char *s, const char *end, const char *prompt)
{
	const char *pend = prompt + strlen(prompt);
	uint32_t a, b;

	do {
		a = next_word(&s, end);
		b = next_word(&prompt, pend);
	} while (a && a == b);
	return a == b;
}

double
phrases_echo(const char *s, size_t n, const char *prompt)
{
	const char *from = s, *end = s + n, *p = prompt, *pend = prompt + strlen(prompt);
	uint32_t pairs[PAIRS] = { 0 }, a, b;
	size_t words = 0, same = 0;

	a = next_word(&p, pend);
	for (int i = 0; a && i < PROMPT_WORDS && (b = next_word(&p, pend)) != 0; i++, a = b)
		*pair_slot(pairs, pair_of(a, b)) = pair_of(a, b);
	a = next_word(&s, end);
	for (words = a != 0; a && (b = next_word(&s, end)) != 0; words++, a = b)
		same += *pair_slot(pairs, pair_of(a, b)) != 0;
	if (words <= FEW_WORDS)
		return words > 0 && same_words(from, end, prompt) ? 1 : 0;
	return (double)same / (double)(words - 1);
}

/*
 * jsonmake.h - random JSON texts, the same ones in every run: with white
 * space, escapes, names that stand twice, and numbers in many spellings.
 */
#ifndef JSONMAKE_H
#define JSONMAKE_H

#include <stdint.h>

#include "base/buf.h"

#include "unit/check.h"

/* xorshift64* (Vigna 2016); the state is this test's seed. */
static uint64_t jsonmake_state = 20260102030405;

static inline unsigned
jsonmake_random(unsigned below)
{
	jsonmake_state ^= jsonmake_state >> 12;
	jsonmake_state ^= jsonmake_state << 25;
	jsonmake_state ^= jsonmake_state >> 27;
	return (unsigned)((jsonmake_state * 2685821657736338717u) >> 33) % below;
}

static inline void
jsonmake_one_of(struct buf *b, const char *const *words, size_t n)
{
	CHECK(buf_adds(b, words[jsonmake_random((unsigned)n)]) == 0);
}

#define JSONMAKE_ONE_OF(b, words) jsonmake_one_of((b), (words), sizeof(words) / sizeof(*(words)))

static inline void
jsonmake_space(struct buf *b)
{
	static const char *const spaces[] = { "", "", "", "", " ", "\t", "\r", " \t " };

	JSONMAKE_ONE_OF(b, spaces);
}

static inline void
jsonmake_scalar(struct buf *b)
{
	static const char *const words[] = { "true", "false", "null", "0", "-0", "1", "-17", "3.25",
		"1e3", "2E-2", "0.5e+1", "9007199254740993", "18446744073709551615", "1e300",
		"\"\"", "\"a\"", "\"\\n\\t\\\"\\\\\\/\"", "\"\\u00e9\"", "\"\\ud83d\\ude00\"",
		"\"\xc3\xa9\xe2\x82\xac\"", "\"\\u0000\"", "\"\xf0\x9f\x98\x80\"", "\"\x7f\"",
		"\"}{][,:\"" };

	JSONMAKE_ONE_OF(b, words);
}

/* Few names, some of them spelled in two ways. */
static inline void
jsonmake_name(struct buf *b)
{
	static const char *const names[] = { "\"path\"", "\"p\\u0061th\"", "\"a\"", "\"\\u0061\"",
		"\"\"", "\"id\"", "\"caf\xc3\xa9\"", "\"caf\\u00e9\"", "\"kind\"", "\"x\\\"y\"",
		"\"meta\"" };

	JSONMAKE_ONE_OF(b, names);
}

static inline void jsonmake_value(struct buf *b, unsigned depth);

static inline void
jsonmake_object(struct buf *b, unsigned depth)
{
	unsigned n = jsonmake_random(6);

	CHECK(buf_addc(b, '{') == 0);
	jsonmake_space(b);
	for (unsigned i = 0; i < n; i++) {
		CHECK(buf_adds(b, i ? "," : "") == 0);
		jsonmake_space(b);
		jsonmake_name(b);
		jsonmake_space(b);
		CHECK(buf_addc(b, ':') == 0);
		jsonmake_value(b, depth + 1);
	}
	CHECK(buf_addc(b, '}') == 0);
}

static inline void
jsonmake_array(struct buf *b, unsigned depth)
{
	unsigned n = jsonmake_random(4);

	CHECK(buf_addc(b, '[') == 0);
	jsonmake_space(b);
	for (unsigned i = 0; i < n; i++) {
		CHECK(buf_adds(b, i ? "," : "") == 0);
		jsonmake_value(b, depth + 1);
	}
	CHECK(buf_addc(b, ']') == 0);
}

static inline void
jsonmake_value(struct buf *b, unsigned depth)
{
	unsigned what = jsonmake_random(depth < 5 ? 6 : 4);

	jsonmake_space(b);
	if (what == 5)
		jsonmake_object(b, depth);
	else if (what == 4)
		jsonmake_array(b, depth);
	else
		jsonmake_scalar(b);
	jsonmake_space(b);
}

#endif

#include <stdbool.h>

#include "base/utf8.h"

#include "unit/check.h"

/* RFC 3629, section 4, written the other way round: a code point's bytes. */
static size_t
encode(uint32_t cp, unsigned char out[4])
{
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n - 1; i > 0; i--, cp >>= 6)
		out[i] = (unsigned char)(0x80 | (cp & 0x3f));
	out[0] = (unsigned char)(first[n] | cp);
	return n;
}

static size_t
get(const unsigned char *s, size_t n, uint32_t *cp)
{
	char copy[8];

	/* In memory of its own, so that ASan sees a look past the end. */
	char *p = malloc(n ? n : 1);
	size_t len;

	CHECK(p && n <= sizeof(copy));
	memcpy(p, s, n);
	len = utf8_get(p, n, cp);
	CHECK(utf8_len(p, n) == len);
	free(p);
	return len;
}

static void
knows_every_code_point(void)
{
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		unsigned char s[5] = { 0 };
		size_t n = encode(cp, s);
		bool surrogate = cp >= 0xd800 && cp <= 0xdfff;
		uint32_t got = 0xffffffff;
		char put[UTF8_MAX];

		CHECK(utf8_get((char *)s, sizeof(s), &got) == (surrogate ? 0 : n));
		CHECK(surrogate || got == cp);
		CHECK(utf8_put(put, cp) == n && memcmp(put, s, n) == 0);
		CHECK(utf8_len((char *)s, n) == (surrogate ? 0 : n));
		CHECK(n == 1 || utf8_len((char *)s, n - 1) == 0);
	}
}

/* All sequences of two bytes, and of three and four where the first asks. */
static void
knows_no_other_sequence(void)
{
	static const unsigned char tails[] = { 0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0,
		0xff };
	size_t nt = sizeof(tails), good = 0;

	for (unsigned a = 0x80; a < 0x100; a++)
		for (size_t i = 0; i < nt * nt * nt; i++) {
			unsigned char s[4] = { (unsigned char)a, tails[i / nt / nt],
				tails[i / nt % nt], tails[i % nt] },
				      back[4];
			uint32_t cp;
			size_t n = get(s, 4, &cp);

			if (n == 0)
				continue;
			good++;
			CHECK(n >= 2 && cp <= 0x10ffff);
			CHECK(encode(cp, back) == n && !memcmp(back, s, n));
		}
	CHECK(good > 0);
}

static void
refuses(const char *s)
{
	uint32_t cp;

	CHECK(get((const unsigned char *)s, strlen(s), &cp) == 0);
}

static void
refuses_what_rfc_3629_names(void)
{
	uint32_t cp;

	CHECK(utf8_get("", 0, &cp) == 0);
	CHECK(utf8_get("\0", 1, &cp) == 1 && cp == 0);
	refuses("\x80");
	refuses("\xbf");
	refuses("\xc0\x80"); /* overlong */
	refuses("\xc1\xbf");
	refuses("\xe0\x9f\xbf");
	refuses("\xf0\x8f\xbf\xbf");
	refuses("\xed\xa0\x80"); /* surrogates */
	refuses("\xed\xbf\xbf");
	refuses("\xf4\x90\x80\x80"); /* above U+10FFFF */
	refuses("\xf5\x80\x80\x80");
	refuses("\xf8\x88\x80\x80\x80");
	refuses("\xfe");
	refuses("\xff");
	refuses("\xc3("); /* not continued */
	refuses("\xe2\x82(");
	refuses("\xf0\x9f\x98(");
	refuses("\xe2\x82"); /* cut */
}

static void
tells_whole_texts(void)
{
	CHECK(utf8_valid("", 0));
	CHECK(utf8_valid("a\0\xc3\xa9", 4));
	CHECK(!utf8_valid("a\xc3\xa9", 2));
	CHECK(!utf8_valid("a\xff", 2));
}

static void
knows_control_characters(void)
{
	static const uint32_t are[] = { 0, '\n', 0x1f, 0x7f, 0x80, 0x9f };
	static const uint32_t not [] = { ' ', '~', 0xa0, 0xe9, 0x2028, 0x1f4c4 };

	for (size_t i = 0; i < sizeof(are) / sizeof(*are); i++)
		CHECK(utf8_is_control(are[i]));
	for (size_t i = 0; i < sizeof(not ) / sizeof(*not ); i++)
		CHECK(!utf8_is_control(not [i]));
}

static bool
broken(const char *s)
{
	return utf8_is_broken(s, strlen(s));
}

#define LOST "\xef\xbf\xbd"
#define PRIVATE "\xee\x82\xb7"

static void
knows_broken_words(void)
{
	CHECK(broken("of" LOST "ce") && broken(LOST "pfel") && broken("Stra" LOST));
	CHECK(broken("of" PRIVATE "ce") && broken("of" PRIVATE) && broken("of\001ce"));
	CHECK(broken("runs for " LOST LOST " years") && broken(PRIVATE PRIVATE) && broken("a\xff"));
	CHECK(!broken("") && !broken("the office") && !broken("caf\xc3\xa9"));
	CHECK(!broken(LOST) && !broken("a " LOST " b") && !broken(LOST "," LOST "+1"));
	CHECK(!broken(PRIVATE "item") && !broken("\x07item") && !broken("item\x03"));
}

int
main(void)
{
	tells_whole_texts();
	knows_broken_words();
	knows_control_characters();
	knows_every_code_point();
	knows_no_other_sequence();
	refuses_what_rfc_3629_names();
	return 0;
}

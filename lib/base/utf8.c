#include <ctype.h>

#include "base/utf8.h"

size_t
utf8_get(const char *str, size_t n, uint32_t *cp)
{
	const unsigned char *s = (const unsigned char *)str;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len, i;
	uint32_t c;

	if (n == 0)
		return 0;
	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || len > n)
		return 0;
	c = s[0] & (0x7fu >> len);
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*cp = c;
	return len;
}

size_t
utf8_put(char out[UTF8_MAX], uint32_t cp)
{
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4, i;

	for (i = n - 1; i > 0; i--, cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)(first[n] | cp);
	return n;
}

size_t
utf8_len(const char *s, size_t n)
{
	uint32_t cp;

	return utf8_get(s, n, &cp);
}

bool
utf8_valid(const char *s, size_t n)
{
	size_t len;

	for (; n > 0; s += len, n -= len) {
		len = utf8_len(s, n);
		if (len == 0)
			return false;
	}
	return true;
}

bool
utf8_is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

bool
utf8_is_hidden(uint32_t cp)
{
	static const struct {
		uint32_t from, to;
	} v[] = { { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f }, { 0x2028, 0x202e },
		{ 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0000, 0xe0fff } };

	for (size_t i = 0; cp >= v[0].from && i < sizeof(v) / sizeof(*v); i++)
		if (cp >= v[i].from && cp <= v[i].to)
			return true;
	return false;
}

bool
utf8_is_none(uint32_t cp)
{
	return cp == 0xfffd || (cp >= 0xe000 && cp < 0xf900) || cp >= 0xf0000 ||
	    utf8_is_control(cp);
}

/* Whether it is what words are made of. */
static bool
is_wordly(uint32_t cp)
{
	if (cp < 0x80)
		return isalnum((int)cp);
	return cp >= 0xc0 && (cp < 0x2000 || cp >= 0x2c00) && (cp < 0x3000 || cp >= 0x3040);
}

/* A character, what stands before it and two before it (0: nothing), all of one word. */
static bool
breaks_word(uint32_t c, uint32_t before, uint32_t first)
{
	if (utf8_is_none(c) && !utf8_is_control(c))
		return before && (utf8_is_none(before) || is_wordly(before));
	if (!utf8_is_none(before) || !is_wordly(c))
		return false;
	return before == 0xfffd || is_wordly(first);
}

bool
utf8_is_broken(const char *s, size_t n)
{
	uint32_t first = 0, before = 0, c;
	size_t len;

	for (; n > 0; s += len, n -= len) {
		len = utf8_get(s, n, &c);
		if (len == 0) {
			len = 1;
			c = 0xfffd;
		}
		if (before && breaks_word(c, before, first))
			return true;
		first = before;
		before = c;
		if (c == ' ' || c == '\n' || c == '\t')
			first = before = 0;
	}
	return false;
}

uint32_t
utf8_base(uint32_t c)
{
	/* U+00C0 to U+017F; "." for what is no letter, or has none below it. */
	static const char latin[] =
	    "aaaaaaaceeeeiiiidnooooo.ouuuuy.saaaaaaaceeeeiiiidnooooo.ouuuuy.y"
	    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
	    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
	static const struct {
		uint16_t first, last;
		char base;
	} more[] = { { 0x1a0, 0x1a1, 'o' }, { 0x1af, 0x1b0, 'u' }, { 0x218, 0x219, 's' },
		{ 0x21a, 0x21b, 't' }, { 0x1ea0, 0x1eb7, 'a' }, { 0x1eb8, 0x1ec7, 'e' },
		{ 0x1ec8, 0x1ecb, 'i' }, { 0x1ecc, 0x1ee3, 'o' }, { 0x1ee4, 0x1ef1, 'u' },
		{ 0x1ef2, 0x1ef9, 'y' } };

	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 'a';
	if (c >= 0xc0 && c < 0xc0 + sizeof(latin) - 1 && latin[c - 0xc0] != '.')
		return (uint32_t)latin[c - 0xc0];
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		if (c >= more[i].first && c <= more[i].last)
			return more[i].base;
	return c;
}

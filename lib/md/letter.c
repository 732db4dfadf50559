#include <stddef.h>

#include "md/letter.h"

struct range {
	uint32_t first, last;
};

static const struct range rtl[] = { { 0x590, 0x8ff }, { 0x200f, 0x200f }, { 0xfb1d, 0xfdff },
	{ 0xfe70, 0xfeff }, { 0x10800, 0x10fff }, { 0x1e800, 0x1efff } };
static const struct range marks[] = { { 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd },
	{ 0x5bf, 0x5bf }, { 0x5c1, 0x5c2 }, { 0x5c4, 0x5c5 }, { 0x5c7, 0x5c7 }, { 0x610, 0x61a },
	{ 0x64b, 0x65f }, { 0x670, 0x670 }, { 0x6d6, 0x6dc }, { 0x6df, 0x6e4 }, { 0x6e7, 0x6e8 },
	{ 0x6ea, 0x6ed }, { 0x8d3, 0x8ff }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x20d0, 0x20ff }, { 0xfb1e, 0xfb1e }, { 0xfe20, 0xfe2f } };
static const struct range digits[] = { { '0', '9' }, { 0x660, 0x669 }, { 0x6f0, 0x6f9 } };
/* Neither letters nor digits; U+AA, B5 and BA are letters. */
static const struct range others[] = { { 0, '0' - 1 }, { '9' + 1, 'A' - 1 }, { 'Z' + 1, 'a' - 1 },
	{ 'z' + 1, 0xa9 }, { 0xab, 0xb4 }, { 0xb6, 0xb9 }, { 0xbb, 0xbf }, { 0xd7, 0xd7 },
	{ 0xf7, 0xf7 }, { 0x2b9, 0x2ba }, { 0x2c2, 0x2df }, { 0x37e, 0x37e }, { 0x387, 0x387 },
	{ 0x589, 0x58f }, { 0x600, 0x60f }, { 0x61b, 0x61f }, { 0x66a, 0x66d }, { 0x6d4, 0x6d4 },
	{ 0x2000, 0x200d }, { 0x2010, 0x2070 }, { 0x2074, 0x207e }, { 0x2080, 0x208e },
	{ 0x20a0, 0x20cf }, { 0x2100, 0x2101 }, { 0x2190, 0x2bff }, { 0x2e00, 0x2fff },
	{ 0x3000, 0x3004 }, { 0x3008, 0x3020 }, { 0x3030, 0x3030 }, { 0xe000, 0xf8ff },
	{ 0xfd3e, 0xfd3f }, { 0xfe10, 0xfe1f }, { 0xfe30, 0xfe6f }, { 0xff01, 0xff0f },
	{ 0xff1a, 0xff20 }, { 0xff3b, 0xff40 }, { 0xff5b, 0xff65 }, { 0xfff0, 0xffff },
	{ 0x1f000, 0x1faff } };
static const struct range closes[] = { { 0x2e80, 0x2fff }, { 0x3000, 0x30ff }, { 0x3100, 0x312f },
	{ 0x31a0, 0x33ff }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff }, { 0xf900, 0xfaff },
	{ 0xfe30, 0xfe4f }, { 0xff00, 0xff9f }, { 0xffe0, 0xffe6 }, { 0x20000, 0x3ffff } };

static bool
in_ranges(uint32_t c, const struct range *v, size_t n)
{
	size_t i;

	for (i = 0; i < n && c > v[i].last;)
		i++;
	return i < n && c >= v[i].first;
}

#define IN(c, v) in_ranges(c, v, sizeof(v) / sizeof((v)[0]))

enum letter_side
letter_side(uint32_t c)
{
	if (IN(c, digits))
		return LETTER_DIGIT;
	if (IN(c, marks))
		return LETTER_MARK;
	if (IN(c, others))
		return LETTER_OTHER;
	return IN(c, rtl) ? LETTER_RTL : LETTER_LTR;
}

bool
letter_in_word(uint32_t c)
{
	return letter_side(c) != LETTER_OTHER;
}

/* Latin letters that come in pairs, the capital first: two ranges start odd. */
static bool
is_paired(uint32_t c)
{
	return c >= 0x100 && c <= 0x17e && c != 0x138 && c != 0x149 && c != 0x178;
}

static bool
pair_is_lower(uint32_t c)
{
	return c % 2 == ((c < 0x139 || c > 0x148) && c < 0x179);
}

bool
letter_is_lower(uint32_t c)
{
	if (c < 0x80)
		return c >= 'a' && c <= 'z';
	if (is_paired(c))
		return pair_is_lower(c);
	return (c >= 0xdf && c <= 0xff && c != 0xf7) || (c >= 0x3ac && c <= 0x3ce) ||
	    (c >= 0x430 && c <= 0x45f) || c == 0x17f;
}

bool
letter_is_upper(uint32_t c)
{
	if (c < 0x80)
		return c >= 'A' && c <= 'Z';
	if (is_paired(c))
		return !pair_is_lower(c);
	return (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x386 && c <= 0x3ab && c != 0x390) ||
	    (c >= 0x400 && c <= 0x42f);
}

uint32_t
letter_fold(uint32_t c)
{
	if (!letter_is_upper(c))
		return c;
	if (is_paired(c))
		return c + 1;
	if (c >= 0x386 && c < 0x391) /* with accents: no two alike */
		return c;
	return c >= 0x400 && c < 0x410 ? c + 0x50 : c + 0x20;
}

bool
letter_is_close(uint32_t c)
{
	return IN(c, closes);
}

uint32_t
letter_mirror(uint32_t c)
{
	static const uint32_t pairs[][2] = { { '(', ')' }, { '[', ']' }, { '{', '}' }, { '<', '>' },
		{ 0xab, 0xbb }, { 0x2039, 0x203a }, { 0xfd3e, 0xfd3f } };
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (c == pairs[i][0] || c == pairs[i][1])
			return pairs[i][c == pairs[i][0]];
	return 0;
}

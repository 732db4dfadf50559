#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "doc/bidi.h"
#include "md/letter.h"

/* Characters as they stand, and as they are read: which of them, one by one. */
struct bidi {
	uint32_t *c;
	unsigned char *side; /* of each */
	bool *turned;        /* it is drawn mirrored, if a bracket */
	size_t *read, n, done;
};

bool
bidi_concerns(const char *s, size_t n)
{
	size_t i, len;
	uint32_t c;

	/* none is below U+0590, whose first byte is 0xd6 */
	for (i = 0; i < n; i += len) {
		len = (unsigned char)s[i] < 0xd6 ? 1 : utf8_get(s + i, n - i, &c);
		if (len > 1 && letter_side(c) == LETTER_RTL)
			return true;
		len = len ? len : 1;
	}
	return false;
}

long
bidi_balance(const char *s, size_t n)
{
	long balance = 0;
	size_t i, len;
	uint32_t c;

	for (i = 0; i < n; i += len ? len : 1) {
		len = utf8_get(s + i, n - i, &c);
		if (len > 0)
			balance += letter_side(c) == LETTER_RTL;
		if (len > 0)
			balance -= letter_side(c) == LETTER_LTR;
	}
	return balance;
}

int
bidi_ends(const char *s, size_t n)
{
	enum letter_side first = LETTER_OTHER, last = LETTER_OTHER, side;
	size_t i, len;
	uint32_t c;

	for (i = 0; i < n; i += len ? len : 1) {
		len = utf8_get(s + i, n - i, &c);
		side = len > 0 ? letter_side(c) : LETTER_OTHER;
		if (side != LETTER_LTR && side != LETTER_RTL)
			continue;
		first = first == LETTER_OTHER ? side : first;
		last = side;
	}
	if (first != last || first == LETTER_OTHER)
		return 0;
	return first == LETTER_RTL ? 1 : -1;
}

static void
say_next(struct bidi *b, size_t i, bool turned)
{
	b->turned[b->done] = turned;
	b->read[b->done++] = i;
}

/* Between two digits of a number. */
static bool
joins_digits(uint32_t c)
{
	return c == '.' || c == ',' || c == ':' || c == '/' || c == '-' || c == 0x66b || c == 0x66c;
}

static bool
is_side(const struct bidi *b, size_t i, enum letter_side side)
{
	return b->side[i] == side;
}

/*
 * The end of the number at i: signs of money and percent that touch it are of
 * it, but for a percent sign before it, which in Arabic stands behind.
 */
static size_t
number_end(const struct bidi *b, size_t i, size_t end)
{
	while (i < end &&
	    (is_side(b, i, LETTER_DIGIT) ||
		(i + 1 < end && joins_digits(b->c[i]) && is_side(b, i + 1, LETTER_DIGIT))))
		i++;
	while (i < end &&
	    (b->c[i] == '%' || b->c[i] == '$' || (b->c[i] >= 0xa2 && b->c[i] <= 0xa5) ||
		(b->c[i] >= 0x20a0 && b->c[i] <= 0x20cf)))
		i++;
	return i;
}

/* [from, end), and the brackets behind that close what was opened there. */
static size_t
with_brackets(const struct bidi *b, size_t from, size_t end, size_t most)
{
	size_t i, open = 0;
	uint32_t m;

	for (i = from; i < end; i++) {
		m = letter_mirror(b->c[i]);
		if (m > b->c[i])
			open++;
		else if (m && open > 0)
			open--;
	}
	for (; end < most && open > 0; end++, open--) {
		m = letter_mirror(b->c[end]);
		if (!m || m > b->c[end])
			break;
	}
	return end;
}

/* The end of what is read from left to right at from: to its last letter or number. */
static size_t
foreign_end(const struct bidi *b, size_t from, size_t end)
{
	size_t i = from, last;
	bool letters = false;

	if (is_side(b, i, LETTER_DIGIT))
		i = number_end(b, i, end);
	for (last = i; i < end && !is_side(b, i, LETTER_RTL); i++) {
		letters |= is_side(b, i, LETTER_LTR);
		if (is_side(b, i, LETTER_DIGIT) && !letters)
			break; /* another number: each for itself */
		if (!is_side(b, i, LETTER_OTHER))
			last = i + 1;
	}
	return letters ? with_brackets(b, from, last, end) : last;
}

/* A sign of money before a number is of it. */
static bool
starts_foreign(const struct bidi *b, size_t i, size_t end)
{
	if (is_side(b, i, LETTER_LTR) || is_side(b, i, LETTER_DIGIT))
		return true;
	return i + 1 < end && is_side(b, i + 1, LETTER_DIGIT) &&
	    (b->c[i] == '$' || b->c[i] == '#' || (b->c[i] >= 0xa2 && b->c[i] <= 0xa5) ||
		(b->c[i] >= 0x20a0 && b->c[i] <= 0x20cf));
}

/* [from, end) is of a script from right to left: it is read from its end. */
static void
read_turned(struct bidi *b, size_t from, size_t end)
{
	size_t *starts = mem_new(end - from + 1, sizeof(*starts));
	size_t i, n = 0, stop;

	/* where each piece starts that is read as a whole; a letter is one */
	for (i = from; i < end; n++) {
		starts[n] = i;
		if (!starts_foreign(b, i, end)) {
			i++;
			continue;
		}
		i += !is_side(b, i, LETTER_LTR) && !is_side(b, i, LETTER_DIGIT);
		i = foreign_end(b, i, end);
	}
	for (stop = end; n-- > 0; stop = starts[n])
		for (i = starts[n]; i < stop; i++)
			say_next(b, i, stop - starts[n] == 1 && b->side[i] != LETTER_LTR);
	free(starts);
}

/* A line from left to right, in which runs of the other side are turned. */
static void
read_straight(struct bidi *b)
{
	size_t i, j, last;

	for (i = 0; i < b->n; i = last) {
		last = i + 1;
		if (!is_side(b, i, LETTER_RTL)) {
			say_next(b, i, false);
			continue;
		}
		for (j = i; j < b->n && !is_side(b, j, LETTER_LTR); j++)
			if (is_side(b, j, LETTER_RTL) || is_side(b, j, LETTER_MARK))
				last = j + 1;
		read_turned(b, i, last);
	}
}

/* How many brackets close what was opened, less those that do not. */
static long
pairs(const struct bidi *b, bool mirrored)
{
	uint32_t stack[64], c, m;
	size_t depth = 0, i;
	long good = 0;

	for (i = 0; i < b->n; i++) {
		c = b->c[b->read[i]];
		m = letter_mirror(c);
		if (m && mirrored && b->turned[i]) {
			c = m;
			m = b->c[b->read[i]];
		}
		if (m > c && depth < sizeof(stack) / sizeof(stack[0]))
			stack[depth++] = m;
		else if (m && m < c && depth > 0 && stack[depth - 1] == c)
			depth--, good++;
		else if (m)
			good--;
	}
	return good;
}

/* A mark that came before its letter stands behind it. */
static void
seat_marks(struct bidi *b)
{
	size_t i, mark;

	for (i = 0; i + 1 < b->n; i++) {
		mark = b->read[i];
		if (!is_side(b, mark, LETTER_MARK) || !is_side(b, b->read[i + 1], LETTER_RTL) ||
		    (i > 0 && !is_side(b, b->read[i - 1], LETTER_OTHER)))
			continue;
		b->read[i] = b->read[i + 1];
		b->read[++i] = mark;
	}
}

static int
put_read(const struct bidi *b, struct buf *out)
{
	bool mirrored = pairs(b, true) > pairs(b, false);
	char utf8[UTF8_MAX];
	size_t i;
	uint32_t c;

	for (i = 0; i < b->n; i++) {
		c = b->c[b->read[i]];
		if (mirrored && b->turned[i] && letter_mirror(c))
			c = letter_mirror(c);
		if (buf_add(out, utf8, utf8_put(utf8, c)) < 0)
			return -1;
	}
	return 0;
}

static void
bidi_take(struct bidi *b, const char *s, size_t n)
{
	size_t i, len;

	b->c = mem_new(n + 1, sizeof(*b->c));
	b->side = mem_new(n + 1, 1);
	b->turned = mem_new(n + 1, sizeof(*b->turned));
	b->read = mem_new(n + 1, sizeof(*b->read));
	for (i = 0; i < n; i += len) {
		len = utf8_get(s + i, n - i, &b->c[b->n]);
		if (len == 0) {
			len = 1;
			continue;
		}
		b->side[b->n] = (unsigned char)letter_side(b->c[b->n]);
		b->n++;
	}
}

int
bidi_logical(struct buf *out, const char *s, size_t n, bool page)
{
	struct bidi b = { 0 };
	int r, ends = bidi_ends(s, n);

	bidi_take(&b, s, n);
	if (ends ? ends > 0 : page)
		read_turned(&b, 0, b.n);
	else
		read_straight(&b);
	seat_marks(&b);
	r = put_read(&b, out);
	free(b.c);
	free(b.side);
	free(b.turned);
	free(b.read);
	return r;
}

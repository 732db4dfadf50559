#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "md/letter.h"
#include "md/lineend.h"

/* What a line begins with. */
enum item {
	ITEM_NONE,
	ITEM_BULLET,
	ITEM_DASH,  /* which may be a sentence's, too */
	ITEM_NUMBER /* or a letter */
};

/* And what it ends in. */
enum tail {
	TAIL_NONE,
	TAIL_NUMBER,
	TAIL_AMOUNT,
	TAIL_LEADER /* dots, and a number or nothing behind them */
};

struct ends {
	enum item item;
	uint32_t mark;  /* of the item: its dash, or what surrounds its number */
	uint32_t value; /* of its number */
	enum tail tail;
	uint32_t first;     /* character */
	bool hyphen;        /* its last one */
	size_t width, word; /* of the line, and of what could not go on the line above */
};

static bool
is_space_at(const char *s, const char *e)
{
	return s >= e || *s == ' ';
}

static bool
is_bullet(uint32_t c)
{
	static const uint32_t bullets[] = { 0xb7, 0x2022, 0x2023, 0x2043, 0x204c, 0x204d, 0x2219,
		0x229a, 0x2605, 0x2606, 0x2610, 0x2611, 0x2612, 0x2713, 0x2714, 0x2717, 0x2756,
		0x27a2, 0x27a4, 0xf076, 0xf0a7, 0xf0b7, 0xf0d8, 0xf0fc };
	size_t i;

	for (i = 0; i < sizeof(bullets) / sizeof(bullets[0]); i++)
		if (c == bullets[i])
			return true;
	return (c >= 0x25a0 && c <= 0x25ff) || (c >= 0x2794 && c <= 0x27af);
}

static bool
is_dash(uint32_t c)
{
	return c == '-' || c == '*' || c == '+' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

/* The digits or the one letter at s; their value, of a letter too. */
static const char *
ordinal(const char *s, const char *e, uint32_t *value)
{
	const char *p = s;

	for (*value = 0; p < e && p - s < 4 && isdigit((unsigned char)*p); p++)
		*value = *value * 10 + (uint32_t)(*p - '0');
	if (p == s && p < e && isalpha((unsigned char)*p))
		*value = (uint32_t)(unsigned char)*p++;
	return p;
}

/* "1." "2)" "(3)" "[4]" "a)" and the space behind it. */
static bool
numbered(const char *s, const char *e, struct ends *x)
{
	char open = s < e && (*s == '(' || *s == '[') ? *s : '\0';
	const char *from = s + (open != '\0'), *p = ordinal(from, e, &x->value);

	if (p == from || p >= e ||
	    !strchr(open == '[' ? "]"
		    : open      ? ")"
				: ".)",
		*p) ||
	    !is_space_at(p + 1, e))
		return false;
	x->mark = (uint32_t)(unsigned char)open << 16 | (uint32_t)(unsigned char)*p << 8 |
	    (isalpha((unsigned char)*from) != 0);
	return true;
}

static void
look_at_start(const char *s, const char *e, struct ends *x)
{
	size_t n = utf8_get(s, (size_t)(e - s), &x->first);

	if (n > 0 && is_bullet(x->first) && is_space_at(s + n, e)) {
		x->item = ITEM_BULLET;
	} else if (n > 0 && is_dash(x->first) && s + n < e && s[n] == ' ') {
		x->item = ITEM_DASH;
		x->mark = x->first;
	} else if (numbered(s, e, x)) {
		x->item = ITEM_NUMBER;
	}
}

/* Whether [p, e) is dots, with or without blanks, three or more. */
static bool
is_leader(const char *s, const char *e)
{
	size_t n = 0;

	while (e > s && (e[-1] == ' ' || e[-1] == '.'))
		n += *--e == '.';
	while (e - s >= 3 && memcmp(e - 3, "\xe2\x80\xa6", 3) == 0) {
		n += 3;
		for (e -= 3; e > s && e[-1] == ' ';)
			e--;
	}
	return n >= 4;
}

/* Digits of [p, e) with their points and commas; whether the last two follow one. */
static bool
is_figure(const char *p, const char *e, bool *cents)
{
	const char *last = NULL, *q;
	bool digit = false;

	for (q = p; q < e; q++) {
		if (isdigit((unsigned char)*q))
			digit = true;
		else if ((*q == '.' || *q == ',') && digit)
			last = q;
		else if (!(q == p && (*q == '-' || *q == '+')))
			return false;
	}
	*cents = last && e - last == 3;
	return digit && e > p && isdigit((unsigned char)e[-1]);
}

/* The end of [s, e) without a currency's sign or letters, or a sign of the amount. */
static const char *
before_currency(const char *s, const char *e)
{
	static const char *const names[] = { "\xe2\x82\xac", "$", "\xc2\xa3", "\xc2\xa5", "EUR",
		"USD", "GBP", "CHF", "Kr", "kr", "kr.", "DM", "CR", "DR", "%", NULL };
	size_t i, n;

	for (i = 0; names[i]; i++) {
		n = strlen(names[i]);
		if ((size_t)(e - s) > n && memcmp(e - n, names[i], n) == 0) {
			for (e -= n; e > s && e[-1] == ' ';)
				e--;
			return e;
		}
	}
	return e;
}

/* Where the last word of [s, e) starts; without the currency's sign in front. */
static const char *
last_word(const char *s, const char *e)
{
	const char *p = e;

	while (p > s && p[-1] != ' ')
		p--;
	if (p < e && *p == '$')
		p++;
	else if (e - p > 2 && (memcmp(p, "\xc2\xa3", 2) == 0 || memcmp(p, "\xc2\xa5", 2) == 0))
		p += 2;
	else if (e - p > 3 && memcmp(p, "\xe2\x82\xac", 3) == 0)
		p += 3;
	return p;
}

static enum tail
tail_of(const char *s, const char *e)
{
	const char *end = before_currency(s, e), *p = last_word(s, end);
	bool cents = false, number = is_figure(p, end, &cents);

	if (is_leader(s, e) || (number && is_leader(s, p)))
		return TAIL_LEADER;
	if (!number)
		return TAIL_NONE;
	return cents || end != e ? TAIL_AMOUNT : TAIL_NUMBER;
}

/* Characters; those of scripts without blanks are twice as wide. */
static size_t
width_of(const char *s, const char *e)
{
	size_t n, w = 0;
	uint32_t c;

	for (; s < e; s += n) {
		n = utf8_get(s, (size_t)(e - s), &c);
		n = n ? n : 1;
		w += n < 3 ? 1 : 1 + letter_is_close(c);
	}
	return w;
}

/* The end of what cannot be parted at the start of a line. */
static const char *
first_word(const char *s, const char *e)
{
	const char *p = s;
	uint32_t c;
	size_t n;

	for (; p < e && *p != ' '; p += n) {
		n = utf8_get(p, (size_t)(e - p), &c);
		n = n ? n : 1;
		if (n >= 3 && letter_is_close(c))
			return p + n;
	}
	return p;
}

/* Behind a letter. */
static bool
ends_in_hyphen(const char *s, const char *e)
{
	size_t n = (size_t)(e - s), hyphen = n > 1 && e[-1] == '-';

	if (n > 3 && memcmp(e - 3, "\xe2\x80\x90", 3) == 0)
		hyphen = 3;
	if (n > 2 && memcmp(e - 2, "\xc2\xad", 2) == 0)
		hyphen = 2;
	return hyphen > 0 &&
	    (isalnum((unsigned char)e[-1 - (long)hyphen]) || e[-1 - (long)hyphen] & 0x80);
}

static void
measure_line(const struct lineend *l, struct ends *x)
{
	look_at_start(l->s, l->e, x);
	x->tail = tail_of(l->s, l->e);
	x->hyphen = ends_in_hyphen(l->s, l->e);
	x->width = width_of(l->s, l->e);
	x->word = width_of(l->s, first_word(l->s, l->e));
}

enum { ITEM_LINES = 32 }; /* that an item has at most, to be a neighbour's */

/* Whether item i has one of its kind before or behind it, of the next number. */
static bool
has_sibling(const struct ends *x, size_t n, size_t i)
{
	size_t j;

	for (j = i > ITEM_LINES ? i - ITEM_LINES : 0; j < n && j <= i + ITEM_LINES; j++)
		if (j != i && x[j].item == x[i].item && x[j].mark == x[i].mark &&
		    (x[i].item == ITEM_DASH || x[j].value + 1 == x[i].value ||
			x[j].value == x[i].value + 1))
			return true;
	return false;
}

static bool
starts_item(const struct ends *x, size_t n, size_t i)
{
	if (x[i].item == ITEM_NONE || x[i].item == ITEM_BULLET)
		return x[i].item == ITEM_BULLET;
	return has_sibling(x, n, i);
}

/* A word of a script that has blanks between its words. */
static bool
is_lone_word(const struct lineend *l)
{
	const char *p;

	for (p = l->s; p < l->e && *p != ' ' && (unsigned char)*p < 0xd6; p++)
		;
	return p == l->e;
}

/* Cells of a column, three or more: no paragraph is that narrow. */
static bool
are_lone_words(const struct lineends *l)
{
	size_t i;

	for (i = 0; i < l->n && is_lone_word(&l->v[i]); i++)
		;
	return i == l->n && l->n > 2;
}

static bool
starts_anew(const struct ends *x)
{
	return x->item != ITEM_NONE || letter_is_upper(x->first) ||
	    letter_side(x->first) == LETTER_DIGIT;
}

/* Whether line i ends in what lines of a table, a bill or a list of contents end in. */
static bool
ends_row(const struct ends *x, size_t n, size_t i)
{
	enum tail t = x[i].tail;
	bool pair = (i + 1 < n && x[i + 1].tail == t) || (i > 0 && x[i - 1].tail == t);

	if (t == TAIL_NONE || t == TAIL_LEADER)
		return t == TAIL_LEADER;
	return pair && (t == TAIL_AMOUNT || starts_anew(&x[i + 1]));
}

static bool
fits(const struct ends *a, const struct ends *b, size_t longest)
{
	size_t room = longest * 6 / 7;

	if (a->hyphen)
		return false;
	if (starts_anew(b) || a->width * 3 < longest * 2)
		return a->width + 1 + b->word <= room;
	return a->width + 1 + b->word <= longest * 3 / 4;
}

enum { ADDRESS_WIDTH = 38 }; /* characters: columns of text are wider, mostly */

/*
 * Where most lines end of themselves, the others do, too; where all begin with
 * capitals and the like, one is enough, and none where they are short.
 */
static void
spread_ends(struct lineends *l, const struct ends *x, size_t longest)
{
	size_t i, n = 0;
	bool alike = true;

	for (i = 0; i < l->n; i++) {
		n += i + 1 < l->n && l->v[i].ends;
		alike = alike && starts_anew(&x[i]);
	}
	if (!(alike && longest < ADDRESS_WIDTH && l->n > 2) &&
	    (n < (alike ? 1 : 2) || 2 * n < l->n - 1))
		return;
	for (i = 0; i + 1 < l->n; i++)
		l->v[i].ends |= !x[i].hyphen && starts_anew(&x[i + 1]);
}

static void
judge_lines(struct lineends *l, bool marked)
{
	struct ends *x = mem_new(l->n, sizeof(*x));
	size_t i, longest = 0;
	bool lone = are_lone_words(l);

	for (i = 0; i < l->n; i++) {
		measure_line(&l->v[i], &x[i]);
		longest = x[i].width > longest ? x[i].width : longest;
	}
	for (i = 0; i + 1 < l->n; i++)
		l->v[i].ends |= starts_item(x, l->n, i + 1) || ends_row(x, l->n, i) ||
		    (lone && !x[i].hyphen) || (!marked && fits(&x[i], &x[i + 1], longest));
	spread_ends(l, x, longest);
	free(x);
}

static size_t
count_lines(const char *s, const char *end)
{
	size_t n = 1;

	for (; s < end; s++)
		n += *s == '\n';
	return n;
}

void
lineends_make(struct lineends *l, const char *s, const char *end, bool marked)
{
	const char *e;
	size_t n = count_lines(s, end);

	l->v = mem_new(n, sizeof(*l->v));
	for (l->n = 0; l->n < n; s = e + 1) {
		e = memchr(s, '\n', (size_t)(end - s));
		e = e ? e : end;
		l->v[l->n] = (struct lineend){ s, e, e == end };
		if (marked && e > s && e[-1] == *LINEEND_MARK) {
			l->v[l->n].e--;
			l->v[l->n].ends = true;
		}
		l->n++;
	}
	judge_lines(l, marked);
}

void
lineends_release(struct lineends *l)
{
	free(l->v);
	*l = (struct lineends){ 0 };
}

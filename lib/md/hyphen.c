#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "md/hyphen.h"
#include "md/letter.h"

enum { SLOTS = 1 << 16, SLOTS_USED = SLOTS / 4 * 3, WORD_BYTES = 200 };

struct hyphen_words {
	struct {
		uint32_t hash, count; /* no word: count 0 */
	} slot[SLOTS];
	size_t used;
};

struct hyphen_words *
hyphen_words_new(void)
{
	return mem_new(1, sizeof(struct hyphen_words));
}

void
hyphen_words_free(struct hyphen_words *w)
{
	free(w);
}

static bool
is_hyphen(uint32_t c)
{
	return c == '-' || c == 0x2010 || c == 0xad;
}

/* FNV-1a of a character, hyphens all alike. */
static uint32_t
hash_char(uint32_t h, uint32_t c)
{
	c = is_hyphen(c) ? '-' : letter_fold(c);
	for (int i = 0; i < 3; i++, c >>= 8)
		h = (h ^ (c & 0xff)) * 16777619u;
	return h;
}

static const uint32_t HASH_START = 2166136261u;

static uint32_t
hash_more(uint32_t h, const char *s, const char *end)
{
	uint32_t c;
	size_t n;

	for (; s < end; s += n) {
		n = utf8_get(s, (size_t)(end - s), &c);
		if (n == 0)
			break;
		h = hash_char(h, c);
	}
	return h;
}

static size_t
slot_of(const struct hyphen_words *w, uint32_t hash)
{
	size_t i = hash % SLOTS;

	while (w->slot[i].count > 0 && w->slot[i].hash != hash)
		i = (i + 1) % SLOTS;
	return i;
}

/* The end of the word at s; *hyphen: whether a hyphen ends it. */
static const char *
word_stop(const char *s, const char *end, bool *hyphen)
{
	uint32_t c;
	size_t n;

	*hyphen = false;
	for (; s < end; s += n) {
		n = utf8_get(s, (size_t)(end - s), &c);
		if (n == 0 || (!letter_in_word(c) && !is_hyphen(c)))
			break;
		*hyphen = is_hyphen(c);
	}
	return s;
}

static void
learn_word(struct hyphen_words *w, const char *s, const char *end)
{
	uint32_t hash = hash_more(HASH_START, s, end);
	size_t i = slot_of(w, hash);

	if (w->slot[i].count == 0 && w->used == SLOTS_USED)
		return;
	w->used += w->slot[i].count == 0;
	w->slot[i].hash = hash;
	w->slot[i].count++;
}

void
hyphen_learn(struct hyphen_words *w, const char *text, size_t len)
{
	const char *s = text, *end = text + len, *stop;
	bool cut = false, hyphen;

	while (s < end) {
		stop = word_stop(s, end, &hyphen);
		if (stop == s) {
			s++;
			continue;
		}
		if (!cut && !hyphen)
			learn_word(w, s, stop);
		cut = hyphen && stop < end && *stop == '\n';
		s = stop;
	}
}

/* The two sides of a hyphen. */
struct sides {
	const char *a, *a_end, *b, *b_end;
	uint32_t last, first; /* the letters at the hyphen */
};

static uint32_t
times(const struct hyphen_words *w, const struct sides *s, bool hyphen)
{
	uint32_t h = hash_more(HASH_START, s->a, s->a_end);

	if (!w)
		return 0;
	if (hyphen)
		h = hash_char(h, '-');
	return w->slot[slot_of(w, hash_more(h, s->b, s->b_end))].count;
}

static bool
is_known_word(const char *s, const char *end, const char *const *list)
{
	for (; *list; list++)
		if ((size_t)(end - s) == strlen(*list) && strncasecmp(s, *list, strlen(*list)) == 0)
			return true;
	return false;
}

static bool
has_hyphen(const char *s, const char *end)
{
	return memchr(s, '-', (size_t)(end - s)) || memmem(s, (size_t)(end - s), "\xe2\x80\x90", 3);
}

/* Compounds that stand in nearly every text, and in none without their hyphen. */
static bool
usual_compound(const struct sides *s)
{
	static const char *const firsts[] = { "half", "long", "short", "high", "low", "cross",
		"ill", "full", "so", "real", "large", "small", NULL };
	static const char *const seconds[] = { "based", "driven", "oriented", "friendly", "related",
		"known", "called", "term", "level", "scale", "style", "time", "help", "quality",
		"wide", "made", "end", "speed", "section", "range", "standing", "defined",
		"established", "written", "paid", "informed", "educated", "service", "employed",
		"evident", "confidence", "contained", "control", "esteem", "sufficient", "interest",
		"portrait", NULL };
	static const char *const always[] = { "based", "driven", "oriented", NULL };

	return is_known_word(s->b, s->b_end, always) ||
	    (is_known_word(s->a, s->a_end, firsts) && is_known_word(s->b, s->b_end, seconds));
}

/* Words that make compounds with nearly all that follows them, but for endings. */
static bool
usual_beginning(const struct sides *s)
{
	static const char *const firsts[] = { "self", "well", "cost", "decision", "twenty",
		"thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", NULL };
	static const char *const endings[] = { "ish", "ishly", "ishness", "less", "lessly",
		"lessness", "same", "hood", "ness", "ly", "fold", "something", "spring", "head",
		"come", "nigh", NULL };

	return is_known_word(s->a, s->a_end, firsts) && !is_known_word(s->b, s->b_end, endings);
}

static bool
before_and(const struct sides *s)
{
	static const char *const ands[] = { "and", "or", "und", "oder", "bzw", "och", "eller", "ou",
		NULL };

	return is_known_word(s->b, s->b_end, ands);
}

static enum hyphen
judge_sides(const struct hyphen_words *w, const struct sides *s)
{
	uint32_t whole = times(w, s, false), parted = times(w, s, true);

	if (whole != parted)
		return whole > parted ? HYPHEN_OUT : HYPHEN_STAYS;
	if (before_and(s))
		return HYPHEN_NONE;
	if (!letter_is_lower(s->last) || !letter_is_lower(s->first))
		return HYPHEN_STAYS;
	if (has_hyphen(s->a, s->a_end) || has_hyphen(s->b, s->b_end) || usual_compound(s) ||
	    usual_beginning(s))
		return HYPHEN_STAYS;
	/* one letter alone is not parted from its word */
	return s->a + utf8_len(s->a, (size_t)(s->a_end - s->a)) == s->a_end ? HYPHEN_STAYS
									    : HYPHEN_OUT;
}

/* The start of the word that ends at e: a character that is no part of one is before it. */
static const char *
word_start(const char *s, const char *e, uint32_t *last)
{
	const char *p = e, *q;
	uint32_t c;

	for (*last = 0; p > s && e - p < WORD_BYTES; p = q) {
		for (q = p - 1; q > s && ((unsigned char)*q & 0xc0) == 0x80;)
			q--;
		if (utf8_get(q, (size_t)(p - q), &c) != (size_t)(p - q) ||
		    (!letter_in_word(c) && !is_hyphen(c)))
			break;
		*last = p == e ? c : *last;
	}
	return p;
}

static bool
is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A dot between two words, as in names of hosts and files. */
static bool
has_inner_dot(const char *s, const char *e)
{
	const char *p, *from = s;

	for (p = s; p < e; p++) {
		if (*p != '.')
			continue;
		if (p - from > 1 && e - p > 2 && is_ascii_letter(p[1]) && is_ascii_letter(p[2]))
			return true;
		from = p + 1;
	}
	return false;
}

static bool
is_of_address(const char *s, const char *e)
{
	return memmem(s, (size_t)(e - s), "://", 3) || memchr(s, '@', (size_t)(e - s)) ||
	    (e - s > 4 && strncasecmp(s, "www.", 4) == 0);
}

/* Whether s ends as the name of a host, or of a file that is shown to people, does. */
static bool
ends_as_host(const char *s, const char *e)
{
	static const char *const ends[] = { "com", "org", "net", "edu", "gov", "info", "eu", "de",
		"at", "ch", "uk", "fr", "html", "htm", "pdf", NULL };
	const char *dot;

	while (e > s && !is_ascii_letter(e[-1]))
		e--;
	for (dot = e; dot > s && is_ascii_letter(dot[-1]);)
		dot--;
	return dot - s > 1 && dot[-1] == '.' && is_known_word(dot, e, ends);
}

/* Whether the hyphen between the last word of a line and the first of the next is an address's. */
static bool
in_address(const char *const line[2], const char *const next[2])
{
	const char *p = line[1], *q = next[0];
	bool slash;

	while (p > line[0] && p[-1] != ' ')
		p--;
	while (q < next[1] && *q != ' ')
		q++;
	slash =
	    memchr(p, '/', (size_t)(line[1] - p)) || memchr(next[0], '/', (size_t)(q - next[0]));
	return is_of_address(p, line[1]) || is_of_address(next[0], q) || ends_as_host(next[0], q) ||
	    (slash && (has_inner_dot(p, line[1]) || has_inner_dot(next[0], q)));
}

/* The length of the hyphen that ends [s, e), of which one is soft. */
static size_t
hyphen_length(const char *s, const char *e, bool *soft)
{
	size_t n = (size_t)(e - s);

	*soft = n >= 2 && memcmp(e - 2, "\xc2\xad", 2) == 0;
	if (*soft)
		return 2;
	if (n >= 3 && memcmp(e - 3, "\xe2\x80\x90", 3) == 0)
		return 3;
	return n >= 1 && e[-1] == '-';
}

enum hyphen
hyphen_judge(const struct hyphen_words *w, const char *const line[2], const char *const next[2],
    size_t *len)
{
	struct sides s;
	bool soft, cut;

	*len = hyphen_length(line[0], line[1], &soft);
	if (*len == 0 || next[0] == next[1])
		return HYPHEN_NONE;
	if (soft)
		return HYPHEN_OUT;
	s.a_end = line[1] - *len;
	s.a = word_start(line[0], s.a_end, &s.last);
	s.b = next[0];
	s.b_end = word_stop(s.b, next[1], &cut);
	if (cut && s.b_end < next[1] && *s.b_end == ' ' && s.b_end[-1] == '-')
		s.b_end--; /* what follows it has left out */
	if (s.a == s.a_end || s.b == s.b_end || is_hyphen(s.last))
		return HYPHEN_NONE;
	(void)utf8_get(s.b, (size_t)(s.b_end - s.b), &s.first);
	if (in_address(line, next))
		return HYPHEN_STAYS;
	return judge_sides(w, &s);
}

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "doc/han.h"
#include "doc/letters.h"

enum {
	WORD_LEAST = 3,    /* letters */
	EDGE = 26,         /* before and behind a word */
	PAGE_PERCENT = 50, /* of characters that are odd: the whole page is */
	BAD_LEAST = 4,     /* characters that no text has, */
	SAID_MOST = 100,   /* words of a part: more are not compared with each other */
	ROW_GAP = 500,     /* points, between cells of a row */
	SPREAD_MOST = 500, /* lines that what is near them is judged by */
	TORN_LEAST = 3,    /* words of a page that miss what is drawn behind them */
	HIGH_LEAST = 12,   /* characters of which most are letters with accents: no language */
	BAD_KINDS = 4,     /* and so many of them: fewer are bullets and ticks */
	MIXED_WORD = 4,    /* letters of a word of which some are Latin, some Cyrillic or Greek: */
	MIXED_LEAST = 3,   /* so many of these words, one in so many, no text has */
	HAN_FEW = 16,      /* characters of Chinese writing, of which so many in a hundred */
	FEW_USUAL = 75,    /* are usual ones in any text; */
	HAN_MANY = 40,     /* and of so many */
	MANY_USUAL = 80
};

/* What speaks against a stretch of text. */
struct bar {
	long pairs;       /* of letters, that prove anything */
	double bits;      /* a pair, that are unlikely */
	long plain;       /* characters that can be called odd */
	long odd_percent; /* of them */
};

/* Of a page, where honest ones have at most 4.5 bits, ciphers 6. */
static const struct bar page_bar = { 15, 5.2, 12, 10 };
/* Of a part, which may be an address, code or a formula: honest ones have at most 5.7. */
static const struct bar part_bar = { 12, 6.0, 40, 25 };
/* The more pairs, the less honest text strays: those with so many have two tenths less. */
static const struct {
	long pairs;
	double bits;
} long_bars[] = { { 160, 4.8 }, { 80, 4.9 }, { 40, 5.1 }, { 25, 5.2 } };
/* What is near odd text is odd, too, with so many. */
static const double NEAR_BITS = 4.9;

/* Bits that the second letter costs behind the first, in steps of LEVEL: A to Z, a to z. */
static const double LEVEL = 0.4;

/*
 * Of a row's letter (the last row: the beginning of a word) that of a column
 * follows (the last column: its end). From the word lists of Debian in ten
 * languages of Latin script, accents taken off, each weighing the same.
 */
static const char costs[27][28] = { "QNLLQPNUMSQJKIVOXHJJONUYVSI", "HMWUFZUXITXJXTIblIOSKYXlLWT",
	"HjNcJljFIVMObZHgXMXNMfcZPMR", "ITVPEVTUIUTPTQIUeLMTMTUeSQJ", "PQNMPQOTNRQLLHTPXGILRQTSZPI",
	"IUcSHKSWGUUKWUHXlHOLLWWlSVP", "HUdTFXNOKYVMTMKYlJKOLWXlVZI", "GVaZFXTZITWMQOIZgMOKLURgPYK",
	"KQKNHPLaYQQLNHKQUNIKTOXYkOK", "FVPMGQUZPkMOOLITlQLQJSYgcPK", "HTWWHVVTJTNKUMHUiKLJLQSkRXL",
	"GQSNGSQRGURJQQJSbVMMMRYaNVM", "HMXUGVWVHbVSLRHKjTPSMXZePaI", "JTMIIQISIVPUWNLWWUJIRRXdRSI",
	"SONNPQNVRTQKLGONXHJMNPLWWQH", "HXXXHRWPIXXKXTHLlHOOLWblUbQ", "YfllllllZllfllllhhhdAdclllZ",
	"GPQNGSPUIYPROLJSZOLMNRVjRPJ", "KSKVISTRLWMPPSMMWUJHOSVlSRE", "HUWYFWVQHTURVRJWlJMMMUUlPTI",
	"MMLMKONTKOPJLISMZIJJTSRVZRN", "FWcVEWUYGcWPXPIZlNPUQRkZalR", "EVRTGaYRGbRRWOKUlRMUNbYlIVO",
	"IYKaIVaPGeUQWWLHYZVINOXLQZJ", "NNJNORNWRPMMILQMhMIMTTLYhOF", "FSPRGaSXJWPRQMJTcTTQKcPlKMI",
	"JKKKLLMNMRNNLMNKWKILONPdYQl" };

/* What a stretch of text is made of. */
struct letters {
	long chars, odd, bad;
	long high;      /* U+00A1 to U+00FF: what tables of 8 bits have where other scripts are */
	uint64_t kinds; /* of bad ones: a set, by their last bits */
	long pairs;
	double bits;
	long han, usual;   /* characters of Chinese writing; those of general use */
	long words, mixed; /* of some letters; of Latin ones and of those that look like them */
};

/* Which scripts' letters a word has. */
struct scripts {
	long letters;
	bool latin, other;
};

/* The letter below its accents: 0..25, or -1. */
static int
base_letter(uint32_t c)
{
	uint32_t base = utf8_base(c);

	return base >= 'a' && base <= 'z' ? (int)(base - 'a') : -1;
}

static double
cost(int a, int b)
{
	char c = costs[a][b];

	return LEVEL * (c <= 'Z' ? c - 'A' : c - 'a' + 26);
}

/* How addresses begin, whatever the language. */
static bool
begins_address(const uint8_t *letters, size_t n)
{
	static const uint8_t http[] = { 7, 19, 19, 15, 18 }, www[] = { 22, 22, 22 };

	return (n == sizeof(www) && !memcmp(letters, www, n)) ||
	    ((n == sizeof(http) || n + 1 == sizeof(http)) && !memcmp(letters, http, n));
}

/* The word that is in letters[0..n). */
static void
take_letters(struct letters *l, const uint8_t *letters, size_t n)
{
	int before = EDGE;
	size_t i;

	if (n < WORD_LEAST || begins_address(letters, n))
		return;
	for (i = 0; i < n; i++) {
		l->bits += cost(before, letters[i]);
		before = letters[i];
	}
	l->bits += cost(before, EDGE);
	l->pairs += (long)n + 1;
}

/* Characters that no text has, and those that none has many of. */
static void
take_char(struct letters *l, uint32_t c)
{
	static const char odd[] = "!\"#$&'*+;<=>?@[\\]^_`{|}~";

	if (c <= ' ')
		return;
	l->chars++;
	if (utf8_is_none(c)) {
		l->bad++;
		l->kinds |= c == 0xfffd ? ~0ULL : 1ULL << (c & 63);
	}
	l->high += c > 0xa0 && c <= 0xff;
	l->odd += c < 0x80 && strchr(odd, (int)c);
	l->han += han_is(c);
	l->usual += han_is_usual(c);
}

static void
end_word(struct letters *l, struct scripts *w)
{
	l->words += w->letters >= MIXED_WORD;
	l->mixed += w->letters >= MIXED_WORD && w->latin && w->other;
	*w = (struct scripts){ 0 };
}

static void
take_script(struct letters *l, struct scripts *w, uint32_t c)
{
	const bool latin = base_letter(c) >= 0, other = c >= 0x370 && c < 0x530;

	w->latin |= latin;
	w->other |= other;
	w->letters += latin || other;
	if (!latin && !other)
		end_word(l, w);
}

static void
take_text(struct letters *l, const char *s)
{
	struct scripts scripts = { 0 };
	uint8_t word[64] = { 0 };
	size_t left = strlen(s), n, len = 0;
	uint32_t c;
	int base;

	for (; left > 0; s += n, left -= n) {
		n = utf8_get(s, left, &c);
		if (n == 0) {
			n = 1;
			c = 0xfffd;
		}
		take_char(l, c);
		take_script(l, &scripts, c);
		base = base_letter(c);
		if (base >= 0 && len < sizeof(word)) {
			word[len++] = (uint8_t)base;
		} else if (base < 0) {
			take_letters(l, word, len);
			len = 0;
		}
	}
	take_letters(l, word, len);
	end_word(l, &scripts);
}

static bool
many_kinds(uint64_t set)
{
	int n = 0;

	for (; set; set &= set - 1)
		n++;
	return n >= BAD_KINDS;
}

/* A pair, that so many of them may have. */
static double
most_bits(const struct bar *bar, long pairs)
{
	for (size_t i = 0; i < sizeof(long_bars) / sizeof(*long_bars); i++)
		if (pairs >= long_bars[i].pairs)
			return fmin(bar->bits, long_bars[i].bits);
	return bar->bits;
}

/*
 * Whether no Chinese, Japanese or Korean text is of these.  Of pieces of the messages of
 * Debian's programs, names of countries among them, none is; where each character is
 * shifted, by 1 to 256, 97 in 100 are.
 */
static bool
are_rare(const struct letters *l)
{
	return (l->han >= HAN_FEW && 100 * l->usual < FEW_USUAL * l->han) ||
	    (l->han >= HAN_MANY && 100 * l->usual < MANY_USUAL * l->han);
}

/* Whether words of any language can look so. */
static bool
unlikely(const struct letters *l, const struct bar *bar)
{
	if (100 * l->bad > 10 * l->chars && l->bad >= BAD_LEAST && many_kinds(l->kinds))
		return true;
	if (l->mixed >= MIXED_LEAST && l->mixed * MIXED_LEAST >= l->words)
		return true;
	if ((l->chars >= HIGH_LEAST && 2 * l->high > l->chars) || are_rare(l))
		return true;
	if (l->pairs >= bar->pairs)
		return l->bits > most_bits(bar, l->pairs) * (double)l->pairs;
	return l->chars >= bar->plain && l->odd * 100 > bar->odd_percent * l->chars &&
	    l->pairs * 5 < l->chars;
}

static void
add_letters(struct letters *sum, const struct letters *l)
{
	sum->chars += l->chars;
	sum->odd += l->odd;
	sum->bad += l->bad;
	sum->high += l->high;
	sum->kinds |= l->kinds;
	sum->pairs += l->pairs;
	sum->bits += l->bits;
	sum->han += l->han;
	sum->usual += l->usual;
	sum->words += l->words;
	sum->mixed += l->mixed;
}

/* A name that is said often, in a face of its own, proves no more than once. */
static bool
said_before(const struct pdf_words *words, struct pdf_word *const *v, size_t i)
{
	for (size_t k = 0; k < i && i < SAID_MOST; k++)
		if (strcmp(words->bytes.p + v[k]->at, words->bytes.p + v[i]->at) == 0)
			return true;
	return false;
}

/* Words that are judged together, but for those that were judged already. */
static void
judge_words(struct pdf_words *words, struct pdf_word **v, size_t n)
{
	struct letters sum = { 0 };
	size_t i;

	for (i = 0; i < n; i++)
		if (!v[i]->odd && !said_before(words, v, i))
			take_text(&sum, words->bytes.p + v[i]->at);
	if (unlikely(&sum, &part_bar))
		for (i = 0; i < n; i++)
			v[i]->odd = true;
}

static int
by_block(const struct pdf_word *a, const struct pdf_word *b)
{
	int diff = (a->flow > b->flow) - (a->flow < b->flow);

	return diff ? diff : (a->block > b->block) - (a->block < b->block);
}

static int
by_line(const struct pdf_word *a, const struct pdf_word *b)
{
	int diff = by_block(a, b);

	return diff ? diff : (a->line > b->line) - (a->line < b->line);
}

/* Fonts are not known; that of a heading has a height of its own, as a rule. */
static int
by_type(const struct pdf_word *a, const struct pdf_word *b)
{
	long l = lround(fmin(fabs(a->h), 1e6) * 10), r = lround(fmin(fabs(b->h), 1e6) * 10);

	return (l > r) - (l < r);
}

typedef int words_order(const struct pdf_word *, const struct pdf_word *);

static int
compare_words(const void *a, const void *b, void *order)
{
	const struct pdf_word *const *l = a, *const *r = b;
	words_order *const *f = order;
	int diff = (*f)(*l, *r);

	return diff ? diff : (*l > *r) - (*l < *r);
}

static void
judge_groups(struct pdf_words *words, struct pdf_word **v, size_t n, words_order *order)
{
	size_t i, from;

	qsort_r(v, n, sizeof(*v), compare_words, &order);
	for (from = 0; from < n; from = i) {
		for (i = from + 1; i < n && order(v[from], v[i]) == 0;)
			i++;
		judge_words(words, v + from, i - from);
	}
}

/* Words that lack a letter, wherever they stand; a few that only seem so are a drawing's. */
static void
mark_broken(struct pdf_words *words, struct pdf_word **v, size_t n)
{
	size_t i, torn = 0;

	for (i = 0; i < n; i++)
		torn += v[i]->torn;
	for (i = 0; i < n; i++) {
		const char *s = words->bytes.p + v[i]->at;

		v[i]->odd |= v[i]->wrong || v[i]->lacks || utf8_is_broken(s, strlen(s));
		if (torn < TORN_LEAST || !v[i]->torn)
			v[i]->torn = false;
		else
			v[i]->odd = v[i + 1]->odd = true;
	}
}

/* A line of words, v[0..n). */
struct stretch {
	struct pdf_word **v;
	size_t n;
	double x0, y0, x1, y1;
	struct letters sum;
	bool odd;
};

static struct stretch
stretch_of(const struct pdf_words *words, struct pdf_word **v, size_t n)
{
	struct stretch s = { .v = v, .n = n, .x0 = v[0]->x, .y0 = v[0]->y, .x1 = v[0]->x };
	size_t i;

	for (i = 0; i < n; i++) {
		s.x0 = fmin(s.x0, v[i]->x);
		s.y0 = fmin(s.y0, v[i]->y);
		s.x1 = fmax(s.x1, v[i]->x + v[i]->w);
		s.y1 = fmax(s.y1, v[i]->y + v[i]->h);
		s.odd |= v[i]->odd;
		take_text(&s.sum, words->bytes.p + v[i]->at);
	}
	return s;
}

/* Whether its letters do not speak for it: figures, a few letters, unlikely ones. */
static bool
is_weak(const struct stretch *s)
{
	return s->sum.bits >= NEAR_BITS * (double)s->sum.pairs;
}

/* Below it or above, a line away, or beside it in a row of a table. */
static bool
is_near(const struct stretch *a, const struct stretch *b)
{
	const double h = fmax(a->y1 - a->y0, b->y1 - b->y0);
	const double wide = fmin(a->x1, b->x1) - fmax(a->x0, b->x0);
	const double high = fmin(a->y1, b->y1) - fmax(a->y0, b->y0);

	return (wide > 0 && high > -h) || (high > h / 2 && wide > -ROW_GAP);
}

/* The weak ones near stretch i become odd; those of unlikely letters join todo[0..n). */
static size_t
spread_one(struct stretch *s, size_t all, size_t i, size_t *todo, size_t n)
{
	size_t k, w;

	for (k = 0; k < all; k++) {
		if (s[k].odd || !is_weak(&s[k]) || !is_near(&s[i], &s[k]))
			continue;
		s[k].odd = true;
		for (w = 0; w < s[k].n; w++)
			s[k].v[w]->odd = true;
		if (s[k].sum.pairs > 0)
			todo[n++] = k;
	}
	return n;
}

/* A font that lies does so in the next line, too, where that is too short to show it. */
static void
spread_odd(struct pdf_words *words, struct pdf_word **v, size_t n)
{
	struct stretch *s = mem_new(n + 1, sizeof(*s));
	size_t *todo = mem_new(n + 1, sizeof(*todo));
	words_order *order = by_line;
	size_t i, from, lines = 0, left = 0;

	qsort_r(v, n, sizeof(*v), compare_words, &order);
	for (from = 0; from < n; from = i) {
		for (i = from + 1; i < n && by_line(v[from], v[i]) == 0;)
			i++;
		s[lines] = stretch_of(words, v + from, i - from);
		if (s[lines].odd && s[lines].sum.pairs > 0 && is_weak(&s[lines]))
			todo[left++] = lines;
		lines++;
	}
	for (i = 0; left > 0 && i < SPREAD_MOST; i++) {
		const size_t at = todo[--left];

		left = spread_one(s, lines, at, todo, left);
	}
	free(s);
	free(todo);
}

bool
letters_doubtful(struct pdf_words *words)
{
	struct pdf_word **v = mem_new(words->n + 1, sizeof(struct pdf_word *));
	struct letters all = { 0 }, odd = { 0 };
	size_t i, n = 0;

	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden)
			v[n++] = &words->v[i];
	mark_broken(words, v, n);
	judge_groups(words, v, n, by_line);
	judge_groups(words, v, n, by_block);
	judge_groups(words, v, n, by_type);
	spread_odd(words, v, n);
	for (i = 0; i < n; i++)
		take_text(v[i]->odd ? &odd : &all, words->bytes.p + v[i]->at);
	free(v);
	odd.bad = 0; /* they are known one by one */
	add_letters(&all, &odd);
	return unlikely(&all, &page_bar) || 100 * odd.chars > PAGE_PERCENT * all.chars;
}

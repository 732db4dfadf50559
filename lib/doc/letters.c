#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "doc/letters.h"

enum {
	PAIRS_LEAST = 15,  /* of letters, that prove anything */
	WORD_LEAST = 3,    /* letters */
	EDGE = 26,         /* before and behind a word */
	PLAIN_LEAST = 12,  /* characters of a line that can be called odd */
	ODD_PERCENT = 10,  /* of characters that no text has */
	LINES_PERCENT = 15 /* of characters in lines that cannot be words */
};

/* Bits that the second letter costs behind the first, in steps of LEVEL: A to Z, a to z. */
static const double LEVEL = 0.4;
static const double UNLIKELY = 5.2; /* bits a pair; honest pages have at most 4.5, ciphers 6 */

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
	long pairs;
	double bits;
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

/* The word that is in letters[0..n). */
static void
take_letters(struct letters *l, const uint8_t *letters, size_t n)
{
	int before = EDGE;
	size_t i;

	if (n < WORD_LEAST)
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
	l->bad += c == 0xfffd || (c >= 0xe000 && c < 0xf900) || utf8_is_control(c);
	l->odd += c < 0x80 && strchr(odd, (int)c);
}

static void
take_text(struct letters *l, const char *s)
{
	uint8_t word[64];
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
		base = base_letter(c);
		if (base >= 0 && len < sizeof(word)) {
			word[len++] = (uint8_t)base;
		} else if (base < 0) {
			take_letters(l, word, len);
			len = 0;
		}
	}
	take_letters(l, word, len);
}

/* Whether words of any language can look so. */
static bool
unlikely(const struct letters *l)
{
	if (100 * l->bad > ODD_PERCENT * l->chars)
		return true;
	if (l->pairs >= PAIRS_LEAST)
		return l->bits > UNLIKELY * (double)l->pairs;
	return l->chars >= PLAIN_LEAST && l->odd * 100 > ODD_PERCENT * l->chars &&
	    l->pairs * 5 < l->chars;
}

static void
add_letters(struct letters *sum, const struct letters *l)
{
	sum->chars += l->chars;
	sum->odd += l->odd;
	sum->bad += l->bad;
	sum->pairs += l->pairs;
	sum->bits += l->bits;
}

bool
letters_doubtful(const struct pdf_words *words)
{
	struct letters all = { 0 }, line = { 0 };
	long lost = 0;
	size_t i;

	for (i = 0; i < words->n; i++) {
		const struct pdf_word *w = &words->v[i], *next = w + 1;

		if (!w->hidden)
			take_text(&line, words->bytes.p + w->at);
		if (i + 1 < words->n && next->flow == w->flow && next->block == w->block &&
		    next->line == w->line)
			continue;
		lost += unlikely(&line) ? line.chars : 0;
		add_letters(&all, &line);
		line = (struct letters){ 0 };
	}
	return unlikely(&all) || 100 * lost > LINES_PERCENT * all.chars;
}

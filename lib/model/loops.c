#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "model/loops.h"

enum {
	GRAM = 8, /* bytes that come again where a run may begin */
	LOOPS_TABLE = 1 << 15,
	LINE_SIGNS = 12,
	TAG_BYTES = 256
};

/* Past the list of numbers alone that starts with the "[" at s, or where it is none; *is says. */
static const char *
numbers_end(const char *s, const char *end, bool *is)
{
	while (s < end && (isdigit((unsigned char)*s) || strchr(", .[", *s)))
		s++;
	*is = s < end && *s == ']';
	return s;
}

static const char *
digits_end(const char *s, const char *end)
{
	while (s < end && isdigit((unsigned char)*s))
		s++;
	return s;
}

/* s[0..n) in out, which has room for it, with its coordinates and counts equal. */
static size_t
level_numbers(char *out, const char *s, size_t n)
{
	const char *end = s + n, *list = s, *p;
	bool start = true, numbers = false;
	size_t len = 0;

	for (; s < end; s = p) {
		if (*s == '[' && s >= list)
			list = numbers_end(s, end, &numbers);
		p = digits_end(s, end);
		if (p > s && ((numbers && s < list) || (start && p < end && strchr(".)", *p)))) {
			out[len++] = '0';
		} else {
			p = p > s ? p : s + 1;
			memcpy(out + len, s, (size_t)(p - s));
			len += (size_t)(p - s);
		}
		start = p[-1] == '\n';
	}
	return len;
}

/* Letters and digits of s[0..n) outside of tags; other scripts' characters are letters. */
static size_t
piece_signs(const char *s, size_t n)
{
	const char *end = s + n, *close;
	size_t signs = 0, len, left;

	for (; s < end; s += len) {
		left = (size_t)(end - s);
		len = utf8_len(s, left);
		len = len ? len : 1;
		close = *s == '<' ? memchr(s, '>', left < TAG_BYTES ? left : TAG_BYTES) : NULL;
		if (close)
			len = (size_t)(close - s) + 1;
		else
			signs += isalnum((unsigned char)*s) || (*s & 0x80);
	}
	return signs;
}

struct loops_search {
	struct loops *l;
	const struct loops_conf *conf;
	const char *s;
	size_t n, longest;
	bool cut;
	size_t period, same; /* of the run that goes on: bytes that are as those a period before */
	uint32_t *last;      /* where a gram of that hash ended, and one; 0: nowhere */
};

static const struct loops_rule *
rule_of(const struct loops_conf *conf, const char *piece, size_t period)
{
	const size_t signs = piece_signs(piece, period);
	int i = 0;

	if (period <= UTF8_MAX)
		return &conf->one;
	while (i < LOOPS_RULES - 1 && signs < conf->rule[i].signs)
		i++;
	return &conf->rule[i];
}

/* The run before i is over. */
static void
end_run(struct loops_search *q, size_t i)
{
	const size_t all = q->same + q->period, times = q->period ? all / q->period : 0;
	const double enough = q->cut && i == q->n ? q->conf->cut : 1;
	const struct loops_rule *rule;

	if (times < 2)
		return;
	rule = rule_of(q->conf, q->s + i - q->period, q->period);
	if ((double)times < enough * (double)rule->times ||
	    (double)all < enough * (double)rule->bytes)
		return;
	q->l->bytes += all;
	if (all > q->longest) {
		q->longest = all;
		q->l->period = q->period;
	}
}

/* A run goes on where the gram that ends before i stood there before; it is noted. */
static void
begin_run(struct loops_search *q, size_t i)
{
	uint32_t *slot = &q->last[hash_32(q->s + i - GRAM, GRAM) % LOOPS_TABLE];
	const size_t was = *slot;

	*slot = (uint32_t)i;
	if (q->period > 0 || was == 0 || memcmp(q->s + was - GRAM, q->s + i - GRAM, GRAM) != 0)
		return;
	q->period = i - was;
	q->same = GRAM;
}

void
loops_find(struct loops *l, const struct loops_conf *conf, const char *s, size_t n, bool cut)
{
	char *level = mem_new(n + 1, 1);
	struct loops_search q = { .l = l, .conf = conf, .s = level, .cut = cut };

	*l = (struct loops){ 0 };
	l->all = q.n = level_numbers(level, s, n < UINT32_MAX ? n : UINT32_MAX);
	q.last = mem_new(LOOPS_TABLE, sizeof(*q.last));
	for (size_t i = 0; i < q.n; i++) {
		if (q.period > 0 && level[i] == level[i - q.period]) {
			q.same++;
		} else {
			end_run(&q, i);
			q.period = 0;
		}
		if (i + 1 >= GRAM)
			begin_run(&q, i + 1);
	}
	end_run(&q, q.n);
	if (l->bytes > l->all)
		l->bytes = l->all;
	free(q.last);
	free(level);
}

static int
by_hash(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The hash of a line in the upper half, its length in the lower. */
static uint64_t
line_key(const char *s, size_t n)
{
	return (uint64_t)hash_32(s, n) << 32 | (n & UINT32_MAX);
}

double
loops_lines(const char *s, size_t n)
{
	const char *end = s + n, *e;
	size_t lines = 0, room = 1, again = 0;
	uint64_t *key;

	for (size_t i = 0; i < n; i++)
		room += s[i] == '\n';
	key = mem_new(room, sizeof(*key));
	for (; s < end; s = e + 1) {
		e = memchr(s, '\n', (size_t)(end - s));
		e = e ? e : end;
		if (piece_signs(s, (size_t)(e - s)) >= LINE_SIGNS)
			key[lines++] = line_key(s, (size_t)(e - s));
	}
	qsort(key, lines, sizeof(*key), by_hash);
	for (size_t i = 1; i < lines; i++)
		again += key[i] == key[i - 1] ? key[i] & UINT32_MAX : 0;
	free(key);
	return n > 0 ? (double)again / (double)n : 0;
}

#include <string.h>

#include "base/utf8.h"
#include "md/letter.h"
#include "model/gate.h"
#include "model/phrases.h"
#include "model/tag.h"

const struct gate_conf gate_conf_default = {
	.loops = { .rule = { { 40, 8, 400 }, { 6, 60, 1200 }, { 0, 100, 1000 } },
	    .one = { 0, 150, 600 },
	    .cut = 0.4 },
	.lines_bytes = 2000,
	.lines_share = 0.7,
	.letters_least = 30,
	.empty = 0.125,
	.partly = 0.9,
	.refusal_max = 400,
	.echo_share = 0.6,
};

const char *
gate_name(enum gate_verdict verdict)
{
	static const char *const names[] = { "fine", "truncated", "loops", "empty", "refused",
		"echo", "fields", "partly" };

	return names[verdict];
}

enum { SCRIPTS = 12, LATIN = 0, OTHER = SCRIPTS - 1 };

/* The script of a letter, by where it stands in Unicode; those of the East are one. */
static int
script_of(uint32_t c)
{
	static const uint32_t from[SCRIPTS - 1] = { 0, 0x370, 0x400, 0x530, 0x590, 0x600, 0x900,
		0xe00, 0x10a0, 0x1100, 0x1200 };
	int i = SCRIPTS - 2;

	if (utf8_is_none(c))
		return OTHER;
	if ((c >= 0x1e00 && c < 0x1f00) || (c >= 0xff21 && c < 0xff5b))
		return LATIN;
	if ((c >= 0x2e80 && c < 0xa4d0) || (c >= 0xac00 && c < 0xd7b0) || c >= 0x20000)
		return 9;
	if (c >= 0xfb1d && c < 0xff00)
		return c < 0xfb50 ? 4 : 5;
	while (c < from[i])
		i--;
	return i;
}

/* Of the text: its characters, and which script its letters are of. */
struct gate_count {
	long chars, letters, script[SCRIPTS];
};

static void
count_char(struct gate_count *n, uint32_t c)
{
	if (c <= ' ' || c == '|')
		return;
	n->chars++;
	if (c == 0xfffd || letter_in_word(c)) {
		if (c >= '0' && c <= '9')
			return;
		n->letters++;
		n->script[script_of(c)]++;
	}
}

/* The end of what is no text at s: a tag, or a cell of "| --- |"; NULL: it is text. */
static const char *
tag_end(const char *s, const char *end)
{
	struct tag t;

	if (*s == '<' && tag_read(&t, s, end))
		return t.end;
	return end - s >= 6 && memcmp(s, " --- |", 6) == 0 ? s + 6 : NULL;
}

static void
count_text(struct gate_count *n, const char *s, size_t len)
{
	const char *end = s + len, *tag;
	uint32_t c = 0;
	size_t k;

	for (; s < end; s += k) {
		tag = tag_end(s, end);
		k = utf8_get(s, (size_t)(end - s), &c);
		if (tag)
			k = (size_t)(tag - s);
		else if (k == 0)
			k = 1;
		else
			count_char(n, c);
	}
}

static void
measure_text(struct gate_numbers *n, const struct gate_ask *ask)
{
	struct gate_count count = { 0 };
	long most = 0;

	count_text(&count, ask->text, ask->text_len);
	for (int i = LATIN + 1; i < OTHER; i++)
		most = count.script[i] > most ? count.script[i] : most;
	n->chars = count.chars;
	n->script =
	    count.letters > 0 ? (double)(count.script[LATIN] + most) / (double)count.letters : 1;
}

static bool
gate_finished(const struct gate_ask *ask, const char *how)
{
	return ask->finish && strcmp(ask->finish, how) == 0;
}

/* The numbers; those of loops are in *l, too. */
static void
measure_all(const struct gate_conf *conf, const struct gate_ask *ask, struct gate_numbers *n)
{
	struct loops l;

	/* Of a batch, or our own where it looped. */
	*n = (struct gate_numbers){ .truncated = gate_finished(ask, "length") ||
		    gate_finished(ask, "abort") || gate_finished(ask, "error") };
	measure_text(n, ask);
	loops_find(&l, &conf->loops, ask->raw, ask->raw_len, n->truncated);
	n->repeat = l.all > 0 ? (double)l.bytes / (double)l.all : 0;
	n->period = l.period;
	if (ask->text_len >= conf->lines_bytes)
		n->again = loops_lines(ask->text, ask->text_len);
	n->refused = gate_finished(ask, "content_filter") ||
	    (n->chars < conf->refusal_max && phrases_refuse(ask->text, ask->text_len));
	if (ask->prompt)
		n->echoed = phrases_echo(ask->text, ask->text_len, ask->prompt);
	n->echo = n->echoed >= conf->echo_share;
}

enum gate_verdict
gate_judge(const struct gate_conf *conf, const struct gate_ask *ask, struct gate_numbers *n)
{
	measure_all(conf, ask, n);
	if (n->period > 0 || n->again >= conf->lines_share)
		return GATE_LOOPS;
	if (n->truncated)
		return GATE_TRUNCATED;
	if (n->refused)
		return GATE_REFUSED;
	if (n->echo)
		return GATE_ECHO;
	return GATE_FINE;
}

enum gate_verdict
gate_letters(const struct gate_conf *conf, long chars, long letters)
{
	if (letters <= conf->letters_least)
		return GATE_FINE;
	if ((double)chars < conf->empty * (double)letters)
		return GATE_EMPTY;
	return (double)chars < conf->partly * (double)letters ? GATE_PARTLY : GATE_FINE;
}

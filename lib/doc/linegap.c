#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "doc/linegap.h"
#include "doc/textline.h"
#include "md/letter.h"
#include "pdf/words.h"

/* Of a line's height. */
static const double BLANK = 0.3;    /* between two words, and what boxes are wrong by */
static const double COLUMN_GAP = 2; /* between two words of which each stands in a column */
static const double SAME = 0.3;     /* between ends that are one margin */
static const double INDENT = 0.7, INDENT_MOST = 6;

/* Lines of a block. */
struct blocklines {
	const struct textline *v;
	size_t n;
	const char *bytes;
	bool from_right, centred;
	double x0, x1;
	size_t indented; /* how many are */
};

/* The height of its letters: a line's boxes may overlap. */
static double
em_of(const struct textline *l)
{
	return l->w[0]->h;
}

static bool
same_block(const struct textline *a, const struct textline *b)
{
	const struct pdf_word *p = a->w[0], *q = b->w[0];

	if (a->table || b->table)
		return a->table == b->table;
	return p->flow == q->flow && p->block == q->block && a->upright && b->upright;
}

/* From where the block's lines begin. */
static double
indent_of(const struct blocklines *b, size_t i)
{
	return (b->from_right ? b->x1 - b->v[i].x1 : b->v[i].x0 - b->x0) / em_of(&b->v[i]);
}

static bool
is_indented(const struct blocklines *b, size_t i)
{
	double by = indent_of(b, i);

	return by > INDENT && by < INDENT_MOST;
}

static void
measure_block(struct blocklines *b)
{
	double mid = b->v[0].x0 + b->v[0].x1, em = em_of(&b->v[0]), far = b->v[0].x0;
	size_t i;

	b->x0 = b->v[0].x0;
	b->x1 = b->v[0].x1;
	b->centred = true;
	for (i = 1; i < b->n; i++) {
		b->x0 = fmin(b->x0, b->v[i].x0);
		b->x1 = fmax(b->x1, b->v[i].x1);
		far = fmax(far, b->v[i].x0);
		b->centred = b->centred && fabs(b->v[i].x0 + b->v[i].x1 - mid) < em * SAME;
	}
	b->centred = b->centred && far - b->x0 > em;
	b->indented = 0;
	for (i = 0; i < b->n; i++)
		b->indented += is_indented(b, i);
}

/* The first character of line i as it is read. */
static uint32_t
first_of(const struct blocklines *b, size_t i, const struct pdf_word **word)
{
	const struct textline *l = &b->v[i];
	const char *s;
	uint32_t c = 0;

	*word = l->w[b->from_right ? l->n - 1 : 0];
	s = b->bytes + (*word)->at;
	(void)utf8_get(s, strlen(s), &c);
	return c;
}

/* Whether the line's last word, as it is read from left to right, ends in one of these. */
static bool
line_ends_in(const struct textline *l, const char *bytes, const char *const ends[])
{
	const char *s = bytes + l->w[l->n - 1]->at;
	size_t len = strlen(s), i, n;

	for (i = 0; ends[i]; i++) {
		n = strlen(ends[i]);
		if (len >= n && memcmp(s + len - n, ends[i], n) == 0)
			return true;
	}
	return false;
}

static const char *const hyphens[] = { "-", "\xc2\xad", "\xe2\x80\x90", NULL };
static const char *const stops[] = { ".", "!", "?", ":", "\"", "\xe2\x80\x9d", "\xc2\xbb", NULL };

/* What is left of the block's width behind line i. */
static double
room_behind(const struct blocklines *b, size_t i)
{
	const struct textline *l = &b->v[i];

	if (b->centred)
		return b->x1 - b->x0 - (l->x1 - l->x0);
	return b->from_right ? l->x0 - b->x0 : b->x1 - l->x1;
}

/* Whether text flows around something here: the line above or below ends where this does. */
static bool
at_margin(const struct blocklines *b, size_t i)
{
	double room = room_behind(b, i), near = em_of(&b->v[i]) * SAME / 2;

	return (i > 0 && fabs(room_behind(b, i - 1) - room) < near) ||
	    (i + 1 < b->n && fabs(room_behind(b, i + 1) - room) < near);
}

/* Whether its words stand in columns. */
static bool
is_row(const struct textline *l)
{
	size_t i;

	for (i = 1; i < l->n; i++)
		if (l->w[i]->x - (l->w[i - 1]->x + l->w[i - 1]->w) > COLUMN_GAP * l->w[i]->h)
			return true;
	return false;
}

static bool
fits_behind(const struct blocklines *b, size_t i)
{
	const struct pdf_word *word;
	uint32_t c = first_of(b, i + 1, &word);
	double em = em_of(&b->v[i]), room = room_behind(b, i) - em * BLANK;
	double w = letter_is_close(c) ? 2 * em : word->w + em * BLANK;

	if (line_ends_in(&b->v[i], b->bytes, hyphens))
		return false;
	if (letter_is_lower(c) && (at_margin(b, i) || room - w < (b->x1 - b->x0) / 6))
		return false;
	return room > w;
}

/* Whether a new paragraph begins below line i: its first line is indented. */
static bool
new_paragraph(const struct blocklines *b, size_t i, bool early)
{
	const struct pdf_word *word;

	if (b->centred || is_indented(b, i) || !is_indented(b, i + 1) || 3 * b->indented > b->n + 2)
		return false;
	return early ||
	    (line_ends_in(&b->v[i], b->bytes, stops) &&
		!letter_is_lower(first_of(b, i + 1, &word)));
}

/* Whether they stand beside each other: a figure that is raised, and its line. */
static bool
are_beside(const struct textline *a, const struct textline *b)
{
	double less = fmin(em_of(a), em_of(b)), overlap = fmin(a->y1, b->y1) - fmax(a->y0, b->y0);

	return less < 0.85 * fmax(em_of(a), em_of(b)) && overlap > less / 2;
}

static enum linegap
gap_behind(const struct blocklines *b, size_t i)
{
	bool early = fits_behind(b, i);

	if (b->v[i].table)
		return LINEGAP_LINE;
	if (are_beside(&b->v[i], &b->v[i + 1]))
		return LINEGAP_NONE;
	if (new_paragraph(b, i, early))
		return LINEGAP_PARAGRAPH;
	return early || is_row(&b->v[i]) || is_row(&b->v[i + 1]) ? LINEGAP_LINE : LINEGAP_NONE;
}

void
linegaps(enum linegap *gap, const struct textlines *lines, const char *bytes, int from_right)
{
	struct blocklines b = { .bytes = bytes, .from_right = from_right };
	size_t from, i;

	for (from = 0; from < lines->n; from += b.n) {
		b.v = lines->v + from;
		for (b.n = 1; from + b.n < lines->n && same_block(b.v, b.v + b.n);)
			b.n++;
		measure_block(&b);
		for (i = 0; i + 1 < b.n; i++)
			gap[from + i] = gap_behind(&b, i);
		gap[from + b.n - 1] = LINEGAP_PARAGRAPH;
	}
}

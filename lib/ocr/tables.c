#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ocr/blank.h"
#include "ocr/lines.h"
#include "ocr/tables.h"
#include "ocr/tess.h"

enum {
	RUN_LEAST = 3,       /* lines, one below the other, but of labels */
	SHORT_BYTES = 20,    /* of a number and its unit */
	SIGN_BYTES = 3,      /* of a sign, */
	IDEOGRAPHS = 0x2e80, /* and what follows is none: Chinese, Japanese, Korean */
	LABEL_BYTES = 7,     /* "(viii)" */
	PROSE_LETTERS = 45   /* a line as long is of a paragraph, not of a table */
};

#define LABEL_APART 8 /* heights of a line, at most, between a label and its line, */
#define HEAD_APART 2  /* and between a column and its head */
#define MOST 0.8      /* of a column, that must have a place */

/* A column, lines [from, to) of the page, and which line each belongs to. */
struct run {
	struct ocr_lines *lines;
	size_t from, to;
	size_t *left, *right; /* SIZE_MAX: none */
};

static bool
is_list_label(const char *s)
{
	const size_t n = strlen(s);

	return n >= 2 && n <= LABEL_BYTES && !strchr(s, ' ') &&
	    (s[n - 1] == '.' || s[n - 1] == ')') && isalnum((unsigned char)s[n - 2]);
}

/* A letter, a mark or two: no character of a script that is written without blanks. */
static bool
is_sign(const char *s, size_t n)
{
	uint32_t c;

	return n <= SIGN_BYTES && !strchr(s, ' ') && utf8_get(s, n, &c) > 0 && c < IDEOGRAPHS;
}

/* A number with its unit or currency, or one sign. */
static bool
is_short(const char *s)
{
	const size_t n = strlen(s);
	size_t digits = 0, letters = 0, blanks = 0;

	for (const char *p = s; *p; p++) {
		digits += isdigit((unsigned char)*p) != 0;
		letters += isalpha((unsigned char)*p) != 0;
		blanks += *p == ' ';
	}
	return is_sign(s, n) || is_list_label(s) ||
	    (n <= SHORT_BYTES && digits > 0 && letters <= 3 && blanks <= 2);
}

/* The end of the column that begins with line i. */
static size_t
run_end(const struct ocr_lines *lines, size_t i)
{
	const struct ocr_line *last = &lines->v[i];

	for (i++; i < lines->n; i++) {
		if (!lines->v[i].text)
			continue;
		if (!is_short(lines->v[i].text) || !ocrline_under(last, &lines->v[i]))
			break;
		last = &lines->v[i];
	}
	return i;
}

/* How far line b is from line a, on its right side or left; -1: it is not there. */
static int
distance(const struct ocr_line *a, const struct ocr_line *b, bool right)
{
	const int slack = ocrline_height(a) / 4;
	const int d = right ? b->x0 - a->x1 : a->x0 - b->x1;

	return d >= -slack ? (d > 0 ? d : 0) : -1;
}

/* The nearest line at that side of line i, out of its column. */
static size_t
nearest(const struct run *r, size_t i, bool right)
{
	const struct ocr_line *at = &r->lines->v[i];
	size_t best = SIZE_MAX;
	int least = INT_MAX;

	for (size_t k = 0; k < r->lines->n; k++) {
		const struct ocr_line *l = &r->lines->v[k];
		int d;

		if ((k >= r->from && k < r->to) || !l->text || !ocrline_level(at, l))
			continue;
		d = distance(at, l, right);
		if (d >= 0 && d < least) {
			least = d;
			best = k;
		}
	}
	return best;
}

/* Whether most lines of the column have one of their own there, and those are short. */
static bool
is_served(const struct run *r, const size_t *of, bool prose)
{
	size_t n = 0, have = 0, letters = 0;

	for (size_t i = r->from; i < r->to; i++) {
		const size_t k = of[i - r->from];

		if (!r->lines->v[i].text)
			continue;
		n++;
		if (k == SIZE_MAX)
			continue;
		for (size_t b = r->from; b < i; b++)
			if (of[b - r->from] == k)
				return false;
		have++;
		letters += strlen(r->lines->v[k].text);
	}
	return n > 0 && (double)have >= MOST * (double)n &&
	    (prose || letters < PROSE_LETTERS * have);
}

/* A label whose mark was read as another. */
static bool
is_like_label(const char *s)
{
	const size_t n = strlen(s);

	return n <= LABEL_BYTES && !strchr(s, ' ') && (isdigit((unsigned char)*s) || n == 1);
}

/* Whether label i is close to the line that it is of, and to no other. */
static bool
is_close(const struct run *r, size_t i)
{
	const struct ocr_line *l = &r->lines->v[i];
	const size_t k = r->right[i - r->from], before = r->left[i - r->from];
	int d;

	if (k == SIZE_MAX)
		return true;
	d = distance(l, &r->lines->v[k], true);
	return d <= LABEL_APART * ocrline_height(l) &&
	    (before == SIZE_MAX || distance(l, &r->lines->v[before], false) >= d);
}

/* Whether they are labels, or most, each close to the line that it is of. */
static bool
is_labels(const struct run *r)
{
	size_t n = 0, labels = 0;

	for (size_t i = r->from; i < r->to; i++) {
		const char *text = r->lines->v[i].text;

		if (!text)
			continue;
		n++;
		labels += is_list_label(text);
		if ((!is_list_label(text) && !is_like_label(text)) || !is_close(r, i))
			return false;
	}
	return n > 0 && (double)labels >= MOST * (double)n;
}

/* The line right above line i, over the same place; SIZE_MAX: there is none. */
static size_t
above(const struct run *r, size_t i)
{
	const struct ocr_line *at = &r->lines->v[i];
	size_t best = SIZE_MAX;

	for (size_t k = 0; k < r->lines->n; k++) {
		const struct ocr_line *l = &r->lines->v[k];

		if (!l->text || k == i || !ocrline_under(l, at) ||
		    at->y0 - l->y1 > HEAD_APART * ocrline_height(at))
			continue;
		if (best == SIZE_MAX || l->y1 > r->lines->v[best].y1)
			best = k;
	}
	return best;
}

/* What stands over a column that went to the ends of lines goes to the one over these. */
static void
join_head(const struct run *r, size_t head)
{
	const struct ocr_line *l = head == SIZE_MAX ? NULL : &r->lines->v[head];
	const size_t to = l ? nearest(r, head, false) : SIZE_MAX;

	if (to != SIZE_MAX && strlen(l->text) <= SHORT_BYTES &&
	    strlen(r->lines->v[to].text) <= PROSE_LETTERS)
		ocrlines_join(&r->lines->v[to], &r->lines->v[head], false);
}

static void
join_all(const struct run *r, const size_t *of, bool before)
{
	for (size_t i = r->from; i < r->to; i++)
		if (r->lines->v[i].text && of[i - r->from] != SIZE_MAX)
			ocrlines_join(&r->lines->v[of[i - r->from]], &r->lines->v[i], before);
}

static size_t
run_lines(const struct ocr_lines *lines, size_t from, size_t to)
{
	size_t n = 0;

	for (; from < to; from++)
		n += lines->v[from].text != NULL;
	return n;
}

/* "14," among "13." and "15." is one of them. */
static void
mend_labels(const struct run *r)
{
	for (size_t i = r->from; i < r->to; i++) {
		char *text = r->lines->v[i].text;
		const size_t n = text ? strlen(text) : 0;

		if (n >= 2 && text[n - 1] == ',' && strspn(text, "0123456789") == n - 1)
			text[n - 1] = '.';
	}
}

static bool
find_place(struct run *r)
{
	const size_t head = above(r, r->from);
	const bool labels = is_labels(r) && is_served(r, r->right, true);

	if (!labels && run_lines(r->lines, r->from, r->to) < RUN_LEAST)
		return false;
	if (!labels && is_served(r, r->left, false)) {
		join_all(r, r->left, false);
		join_head(r, head);
		return true;
	}
	if (!labels && (r->left[0] != SIZE_MAX || !is_served(r, r->right, false)))
		return false;
	if (labels)
		mend_labels(r);
	join_all(r, r->right, true);
	return true;
}

/* Whether it went somewhere. */
static bool
place_run(struct run *r)
{
	const size_t n = r->to - r->from;
	bool placed;

	r->left = mem_new(n, sizeof(*r->left));
	r->right = mem_new(n, sizeof(*r->right));
	for (size_t i = 0; i < n; i++) {
		const bool is = r->lines->v[r->from + i].text != NULL;

		r->left[i] = is ? nearest(r, r->from + i, false) : SIZE_MAX;
		r->right[i] = is ? nearest(r, r->from + i, true) : SIZE_MAX;
	}
	placed = find_place(r);
	free(r->left);
	free(r->right);
	return placed;
}

static int
runs_by_left(const void *a, const void *b)
{
	const struct run *p = a, *q = b;
	const int x = p->lines->v[p->from].x0, y = q->lines->v[q->from].x0;

	return (x > y) - (x < y);
}

/* The columns, from the left. */
static struct run *
find_runs(struct ocr_lines *lines, size_t *n)
{
	struct run *runs = NULL;
	size_t i, to;

	*n = 0;
	for (i = 0; i < lines->n; i = to) {
		to = i + 1;
		if (!lines->v[i].text || !is_short(lines->v[i].text))
			continue;
		to = run_end(lines, i);
		runs = mem_resize(runs, *n + 1, sizeof(*runs));
		runs[(*n)++] = (struct run){ .lines = lines, .from = i, .to = to };
	}
	if (*n > 1)
		qsort(runs, *n, sizeof(*runs), runs_by_left);
	return runs;
}

void
tables_join(struct tess_page *page)
{
	struct ocr_lines lines;
	struct run *runs;
	size_t n, placed = 0;

	blank_join(page);
	if (!ocrlines_take(&lines, page))
		return;
	runs = find_runs(&lines, &n);
	for (size_t i = 0; i < n; i++)
		placed += place_run(&runs[i]);
	if (placed > 0)
		ocrlines_give(&lines, page);
	free(runs);
	ocrlines_release(&lines);
}

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "doc/covered.h"
#include "doc/judge.h"
#include "doc/layer.h"
#include "doc/letters.h"
#include "img/image.h"
#include "img/ink.h"
#include "pdf/pdf.h"
#include "pdf/words.h"

enum {
	TEXT_LEAST = 30,     /* characters of a layer, where no picture was seen */
	HIDDEN_LEAST = 5,    /* words */
	OVERLAID_LOOK = 500, /* words, that each is compared with */
	CLEAN_MOST = 3,      /* ems outside the words of a page that is well explained */
	PARTS_LEAST = 6,     /* ems outside the words that are worth reading */
	UNREAD_LEAST = 15    /* and a word, if they are not read */
};

static const double TINY = 1.5;       /* points: half a millimetre, */
static const double TINY_SHARE = 4;   /* of what most words are high */
static const double SCAN_SHARE = 0.8; /* of a page, covered by images */
/* Heights of a line, between two words that something may stand between. */
static const double GAP_LEAST = 0.15, GAP_MOST = 3;
static const double UNREAD_SHARE = 0.5; /* of what is read: more is most of a page */

static struct ink_box
word_box(const struct pdf_word *w)
{
	const double scale = INK_DPI / 72.0;
	const double most = IMAGE_SIDE_MAX;
	const double width = w->w > 0 ? w->w : w->h / 4; /* a letter drawn with the one before */

	return (struct ink_box){ (long)fmax(0, fmin(most, floor(w->x * scale))),
		(long)fmax(0, fmin(most, floor(w->y * scale))),
		(long)fmax(0, fmin(most, ceil((w->x + width) * scale))),
		(long)fmax(0, fmin(most, ceil((w->y + w->h) * scale))) };
}

static bool
is_covered(const struct pdf_word *w, const struct pdf_scan *s)
{
	const double x = w->x + w->w / 2, y = w->y + w->h / 2;

	for (long i = 0; i < s->covers; i++)
		if (x >= s->cover[i].x0 && x <= s->cover[i].x1 && y >= s->cover[i].y0 &&
		    y <= s->cover[i].y1)
			return true;
	return false;
}

static int
by_word_height(const void *a, const void *b)
{
	const double l = *(const double *)a, r = *(const double *)b;

	return (l > r) - (l < r);
}

/* The height below which nobody reads a word: 0 where the page has larger ones next to none. */
static double
tiny_height(const struct pdf_words *words)
{
	double *heights = mem_new(words->n + 1, sizeof(*heights)), tiny;
	size_t i;

	for (i = 0; i < words->n; i++)
		heights[i] = words->v[i].h;
	qsort(heights, words->n, sizeof(*heights), by_word_height);
	tiny = fmin(TINY, heights[words->n / 2] / TINY_SHARE);
	free(heights);
	return tiny;
}

void
judge_covers(struct judged *j, const struct pdf_scan *s, struct pdf_words *words)
{
	const double tiny = tiny_height(words);
	size_t i;

	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden && (words->v[i].h < tiny || is_covered(&words->v[i], s))) {
			words->v[i].hidden = true;
			j->hidden++;
		}
}

static bool
in_line(const struct pdf_word *a, const struct pdf_word *b)
{
	return a->flow == b->flow && a->block == b->block && a->line == b->line &&
	    fabs(a->y - b->y) < a->h * 0.3;
}

/* What is on the paper between two words of a line, but for a pixel beside each; false: nothing. */
static bool
gap_box(struct ink_box *box, const struct pdf_word *a, const struct pdf_word *b, double from,
    double to)
{
	const double scale = INK_DPI / 72.0;
	const double x0 = a->x + a->w, wide = b->x - x0;

	if (!in_line(a, b) || wide < GAP_LEAST * a->h || wide > GAP_MOST * a->h || x0 < 0 ||
	    b->x > IMAGE_SIDE_MAX || a->y < 0 || a->y + a->h > IMAGE_SIDE_MAX)
		return false;
	*box =
	    (struct ink_box){ (long)ceil(x0 * scale) + 1, (long)floor((a->y + from * a->h) * scale),
		    (long)floor(b->x * scale) - 1, (long)ceil((a->y + to * a->h) * scale) };
	return box->x0 < box->x1;
}

/*
 * Whether a letter is there that no word has: one that the font says nothing of,
 * or a blank.  What reaches above the line and below it is a rule.
 */
static bool
is_torn(const struct image *im, const struct pdf_word *a, const struct pdf_word *b)
{
	struct ink_box in, above, below;

	return gap_box(&in, a, b, 0.25, 0.7) && ink_under(im, &in) &&
	    !(gap_box(&above, a, b, -0.25, 0) && ink_under(im, &above) &&
		gap_box(&below, a, b, 1, 1.25) && ink_under(im, &below));
}

/* The words behind which letters are lost; how many. */
static long
find_torn(const struct image *im, struct pdf_words *words)
{
	long n = 0;
	size_t i;

	for (i = 0; i + 1 < words->n; i++) {
		struct pdf_word *w = &words->v[i];

		w->torn = !w[0].hidden && !w[1].hidden && is_torn(im, &w[0], &w[1]);
		n += w->torn;
	}
	return n;
}

/* A word without ink is hidden, one whose letters have none in part is that in part. */
static void
look_at_word(struct judged *j, const struct image *im, const struct pdf_words *words,
    struct pdf_word *w, const struct ink_box *box)
{
	if (w->hidden)
		return;
	w->hidden = !ink_under(im, box);
	w->pale = w->hidden || covered_find(im, box, words, w);
	j->hidden += w->pale;
	j->pale += w->pale;
}

void
judge_look(struct judged *j, const struct image *im, struct pdf_words *words)
{
	struct ink_box *boxes = mem_new(words->n + 1, sizeof(*boxes));
	size_t i, n = 0;

	for (i = 0; i < words->n; i++) {
		struct pdf_word *w = &words->v[i];

		boxes[n] = word_box(w);
		look_at_word(j, im, words, w, &boxes[n]);
		n += !w->hidden;
	}
	j->looked = true;
	j->torn = find_torn(im, words);
	j->blank = ink_none(im);
	j->pale = j->blank ? 0 : j->pale;
	if (!j->blank) {
		j->ems_read = ink_ems(boxes, n);
		ink_lines(im, boxes, n, &j->unread);
		j->ems_unread = j->unread.ems;
		j->cut = j->unread.cut;
	}
	free(boxes);
}

static bool
is_seen_in_color(const struct image *im, const struct pdf_words *words, struct pdf_word *w,
    const struct ink_box *box)
{
	return w->hidden ? ink_under_color(im, box) : !covered_in_color(im, box, words, w);
}

void
judge_look_color(struct judged *j, const struct image *im, struct pdf_words *words)
{
	struct ink_box *boxes = mem_new(words->n + 1, sizeof(*boxes));
	size_t i, n = 0;

	for (i = 0; i < words->n; i++) {
		struct pdf_word *w = &words->v[i];

		boxes[n] = word_box(w);
		if (!w->pale || !is_seen_in_color(im, words, w, &boxes[n]))
			continue;
		j->hidden--;
		n += w->hidden;
		w->hidden = w->pale = false;
	}
	j->ems_read += ink_ems(boxes, n);
	j->pale = 0;
	free(boxes);
}

void
judge_release(struct judged *j)
{
	free(j->unread.v);
	*j = (struct judged){ 0 };
}

bool
judge_is_clean(const struct judged *j)
{
	return j->looked && !j->blank && j->hidden == 0 && j->torn == 0 && !j->cut &&
	    j->ems_unread < CLEAN_MOST;
}

bool
judge_is_scan(double share)
{
	return share >= SCAN_SHARE;
}

bool
judge_is_unseen(long visible, long characters)
{
	return visible < 0 || 2 * visible < characters;
}

bool
judge_hides(const struct judged *j, const struct pdf_words *words)
{
	return j->hidden >= HIDDEN_LEAST && 2 * (size_t)j->hidden > words->n;
}

static int
by_word_top(const void *a, const void *b)
{
	const struct pdf_word *const *l = a, *const *r = b;

	return ((*l)->y > (*r)->y) - ((*l)->y < (*r)->y);
}

/* Letters that lie on others, other ones, of about their size. */
static bool
overlies(const struct pdf_words *words, const struct pdf_word *a, const struct pdf_word *b)
{
	const char *s = words->bytes.p + a->at, *t = words->bytes.p + b->at;
	const double wide = fmin(a->x + a->w, b->x + b->w) - fmax(a->x, b->x);
	const double high = fmin(a->y + a->h, b->y + b->h) - fmax(a->y, b->y);

	if (wide <= 0 || high <= 0 || wide * high <= 0.5 * fmin(a->w * a->h, b->w * b->h) ||
	    fmax(a->h, b->h) > 1.6 * fmin(a->h, b->h))
		return false;
	/* No accent of its own, and none that is drawn twice. */
	return utf8_len(s, strlen(s)) < strlen(s) && utf8_len(t, strlen(t)) < strlen(t) &&
	    !strstr(s, t) && !strstr(t, s);
}

bool
judge_overlaid(const struct pdf_words *words)
{
	const struct pdf_word **v = mem_new(words->n + 1, sizeof(*v));
	size_t i, k, n = 0;
	bool found = false;

	for (i = 0; i < words->n; i++)
		if (!words->v[i].hidden)
			v[n++] = &words->v[i];
	qsort(v, n, sizeof(*v), by_word_top);
	for (i = 0; i < n && !found; i++)
		for (k = i + 1;
		     k < n && k - i < OVERLAID_LOOK && !found && v[k]->y < v[i]->y + v[i]->h / 2;
		     k++)
			found = overlies(words, v[i], v[k]);
	free(v);
	return found;
}

bool
judge_misses(const struct judged *j)
{
	return j->cut || j->ems_unread >= UNREAD_LEAST;
}

bool
judge_misses_most(const struct judged *j)
{
	return judge_misses(j) && j->ems_unread > UNREAD_SHARE * j->ems_read;
}

/* Without a picture: as much text as no stamp has, and no images that could have more. */
static enum verdict
by_statistics(const struct judged *j, const struct judge_facts *f, const char **why)
{
	if (j->characters >= TEXT_LEAST && !judge_is_scan(f->share))
		return VERDICT_LAYER;
	*why = judge_is_scan(f->share) ? "scan" : "none";
	return VERDICT_READ;
}

bool
judge_misreads(const struct pdf_words *words)
{
	size_t i;

	for (i = 0; i < words->n; i++)
		if (words->v[i].odd)
			return true;
	return false;
}

/* Of a page whose layer is odd: one that lacks letters agrees with any reading of the rest. */
static enum verdict
by_reading(const struct judged *j, const struct pdf_words *words, const char **why)
{
	size_t i;

	*why = judge_misses_most(j) ? "ink" : "font";
	for (i = 0; i < words->n; i++)
		if (words->v[i].torn && words->v[i].odd)
			return VERDICT_READ;
	return judge_misses_most(j) ? VERDICT_READ : VERDICT_CHECK;
}

/* Of a page whose layer is good, as far as it goes. */
static enum verdict
by_parts(const struct judged *j, const struct pdf_words *words, const char **why)
{
	if (j->ems_unread >= PARTS_LEAST)
		*why = "ink";
	else if (judge_misreads(words))
		*why = "font";
	else
		return VERDICT_LAYER;
	return VERDICT_PARTS;
}

enum verdict
judge_verdict(const struct judged *j, struct pdf_words *words, const struct judge_facts *f,
    const char **why)
{
	*why = j->blank ? "blank" : "layer";
	if (j->blank)
		return VERDICT_LAYER;
	if (j->characters == 0) {
		*why = f->images ? "scan" : "none";
		return VERDICT_READ;
	}
	if (f->images && judge_is_unseen(f->visible, j->characters)) {
		*why = "hidden";
		return VERDICT_CHECK;
	}
	if (letters_doubtful(words))
		return by_reading(j, words, why);
	if (judge_misses_most(j)) {
		*why = "ink";
		return VERDICT_PARTS;
	}
	if (!j->looked)
		return by_statistics(j, f, why);
	if (!judge_is_scan(f->share))
		return by_parts(j, words, why);
	*why = "scan";
	return VERDICT_CHECK;
}

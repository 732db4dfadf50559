#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "md/layout.h"
#include "md/lineend.h"
#include "md/text.h"
#include "ocr/agree.h"
#include "ocr/beside.h"
#include "ocr/doubt.h"
#include "ocr/gaps.h"
#include "ocr/merge.h"
#include "ocr/result.h"
#include "ocr/tongue.h"

enum {
	LETTERS_LEAST = 3, /* of a reading that is taken */
	CHECK_LEAST = 12,  /* and of what it is taken for, among more that is good */
	CHECK_MAX = 64 << 10
};

static const double BELIEVED = 0.7; /* confidence of a reading that is taken */

/* What becomes of a region. */
enum fate {
	FATE_LAYER, /* its lines stay */
	FATE_READ,  /* what was read stands for them, or where there are none */
	FATE_NOTHING
};

struct merger {
	const struct layout *layout;
	const struct ocr_raw *readings;
	enum fate fate[LAYOUT_REGIONS_MAX];
	size_t lines[LAYOUT_REGIONS_MAX]; /* that are to be compared with it */
	long behind[LAYOUT_REGIONS_MAX];  /* which line it follows; -1: none */
	bool said[LAYOUT_REGIONS_MAX];
	struct buf own[LAYOUT_REGIONS_MAX]; /* what its lines or its reading are instead */
	struct buf *out;
	struct buf held; /* lines that are no Markdown yet */
};

/* And digits; what is not ASCII counts as a letter. */
static size_t
letters_in(const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += (unsigned char)s[i] >= 0xc0 ||
		    ((unsigned char)s[i] < 0x80 && isalnum((unsigned char)s[i]));
	return n;
}

static size_t
reading_letters(const struct ocr_raw *r)
{
	return letters_in(r->text, r->len);
}

static bool
believed(const struct ocr_raw *r)
{
	return r->confidence >= BELIEVED && reading_letters(r) >= LETTERS_LEAST &&
	    !(doubt_of(r) & DOUBT_JUNK);
}

/* What of a region's lines is to be compared: how many letters, of how many in all. */
struct compared {
	enum agree agree; /* with what was read */
	size_t letters, all;
	bool font;    /* each word of it is */
	bool foreign; /* or letters that the reader does not know */
	bool unknown; /* some of it stands for no character */
};

static bool
has_unknown(const char *s, size_t n)
{
	uint32_t c;

	for (size_t len; n > 0; s += len, n -= len) {
		len = utf8_get(s, n, &c);
		if (len == 0 || utf8_is_none(c))
			return true;
	}
	return false;
}

static struct compared
compare_lines(const struct merger *m, size_t region)
{
	struct buf check = BUF_INIT(CHECK_MAX);
	const struct ocr_raw *reading = &m->readings[region];
	struct compared c = { .agree = AGREE_NO };
	const char *s;

	for (size_t i = 0; i < m->layout->n; i++) {
		const struct layout_line *l = &m->layout->v[i];

		if (l->region == (long)region + 1) {
			(void)buf_adds(&check, l->check);
			(void)buf_addc(&check, ' ');
			c.font |= l->font;
			c.all += letters_in(l->text, strlen(l->text));
		}
	}
	s = check.len ? check.p : "";
	c.agree = agree_texts(s, check.len, reading->text, reading->len);
	if (c.agree == AGREE_UNKNOWN && c.font && reading->confidence >= AGREE_SURE)
		c.agree = AGREE_NO;
	if (c.agree != AGREE_UNKNOWN && c.font)
		c.agree = agree_words(s, check.len, reading->text, reading->len);
	c.foreign = agree_but_letters(s, check.len, reading->text, reading->len);
	c.letters = letters_in(s, check.len);
	c.unknown = has_unknown(s, check.len);
	if (c.agree == AGREE_YES && utf8_is_broken(s, check.len))
		c.agree = AGREE_NO;
	buf_release(&check);
	return c;
}

/* A sign or a name among words that nothing speaks against proves nothing against them. */
static bool
is_trifle(const struct compared *c)
{
	return !c->unknown && !c->font && c->letters < CHECK_LEAST && 2 * c->letters < c->all;
}

/* What the lines of a region lack, if their letters are good. */
static enum gaps
fill_lines(struct merger *m, size_t region)
{
	struct buf text = BUF_INIT(CHECK_MAX);
	const struct ocr_raw *reading = &m->readings[region];
	enum gaps is = GAPS_UNKNOWN;
	bool unknown = false;

	for (size_t i = 0; i < m->layout->n; i++)
		if (m->layout->v[i].region == (long)region + 1) {
			const char *s = m->layout->v[i].text;

			unknown |= has_unknown(s, strlen(s));
			(void)buf_adds(&text, s);
			(void)buf_addc(&text, '\n');
		}
	if (text.len > 0 && reading->kind == OCR_TEXT && !unknown)
		is = gaps_fill(&m->own[region], text.p, text.len, reading->text, reading->len);
	buf_release(&text);
	return is;
}

static void
decide_lines(struct merger *m, size_t region, struct merged *found)
{
	const struct compared c = compare_lines(m, region);
	const enum agree a = c.agree;
	const struct ocr_raw *reading = &m->readings[region];
	/* A short one is of something else. */
	const bool read = a == AGREE_NO && believed(reading) && !is_trifle(&c) &&
	    2 * reading_letters(reading) >= c.letters;
	const enum gaps gaps =
	    a == AGREE_NO && !c.font && !c.foreign ? fill_lines(m, region) : GAPS_UNKNOWN;

	if (gaps == GAPS_NONE)
		return;
	if (gaps == GAPS_SOME && !read)
		m->own[region].len = 0;
	m->fate[region] = read ? FATE_READ : FATE_LAYER;
	found->language |= a == AGREE_UNKNOWN || (a == AGREE_NO && c.foreign);
	found->font |= a == AGREE_NO && !read;
}

/* Nothing is known of what nobody read; what was read may not be all that is there. */
static void
decide_ink(struct merger *m, size_t region, struct merged *found)
{
	const struct ocr_raw *r = &m->readings[region];

	m->fate[region] = believed(r) ? FATE_READ : FATE_NOTHING;
	if (m->fate[region] == FATE_READ)
		found->ink |= (doubt_of(r) & DOUBT_INK) != 0;
	else
		found->ink |= !r->notes || (!r->notes->picture && !r->notes->blank);
}

/* The share of a region without lines that is not in the text. */
static double
left_unread(const struct merger *m, size_t region)
{
	const struct ocr_notes *n = m->readings[region].notes;

	if (m->fate[region] != FATE_READ)
		return 1;
	return n ? n->unread : 0;
}

static double
area_of(const struct layout_box *b)
{
	return (double)(b->x1 - b->x0) * (double)(b->y1 - b->y0);
}

/*
 * Whether some reading is of a script that nobody reads, or what was taken of them, as one
 * text, is foreign.
 */
static bool
is_taken_foreign(const struct merger *m, struct tongue *tongue)
{
	tongue_clear(tongue);
	for (size_t i = 0; i < m->layout->regions; i++)
		if (m->readings[i].doubt & DOUBT_LANGUAGE)
			return true;
		else if (m->fate[i] == FATE_READ)
			tongue_add(tongue, m->readings[i].text, m->readings[i].len);
	return tongue_is_foreign(tongue);
}

static void
decide_all(struct merger *m, struct merged *found)
{
	double ink = 0, unread = 0, letters = 0, sure = 0;

	for (size_t i = 0; i < m->layout->n; i++)
		if (m->layout->v[i].region)
			m->lines[m->layout->v[i].region - 1]++;
	for (size_t i = 0; i < m->layout->regions; i++) {
		if (m->lines[i] > 0) {
			decide_lines(m, i, found);
		} else {
			decide_ink(m, i, found);
			ink += area_of(&m->layout->region[i]);
			unread += left_unread(m, i) * area_of(&m->layout->region[i]);
		}
		if (m->fate[i] == FATE_READ) {
			const double n = (double)reading_letters(&m->readings[i]);

			letters += n;
			sure += n * m->readings[i].confidence;
			found->taken++;
		}
	}
	found->unread = ink > 0 ? unread / ink : 0;
	found->confidence = letters > 0 ? round(100 * sure / letters) / 100 : -1;
}

static bool
overlaps(const struct layout_box *a, const struct layout_box *b)
{
	return a->x0 < b->x1 && b->x0 < a->x1;
}

static long
half_way(const struct layout_box *b)
{
	return (b->y0 + b->y1) / 2;
}

/* The last line that goes on with line i and is above so high, though beside the region. */
static long
end_of_paragraph(const struct layout *l, long i, long high)
{
	while ((size_t)i + 1 < l->n && l->v[i + 1].begins == LAYOUT_GOES_ON &&
	    half_way(&l->v[i + 1].box) > half_way(&l->v[i].box) &&
	    half_way(&l->v[i + 1].box) <= high)
		i++;
	return i;
}

/*
 * The line that a region follows: of those in its column the last that is above
 * it; where none is, it goes before the first that is below; in a column of its
 * own, by height alone.
 */
static long
line_before(const struct layout *l, const struct layout_box *r)
{
	long above = -1, below = -1, height = -1;
	long lowest = -1;

	for (size_t i = 0; i < l->n; i++) {
		const struct layout_box *b = &l->v[i].box;
		const bool is_above = half_way(b) <= half_way(r);

		if (is_above && half_way(b) >= lowest) {
			lowest = half_way(b);
			height = (long)i;
		}
		if (!overlaps(b, r))
			continue;
		if (is_above && (above < 0 || half_way(b) >= half_way(&l->v[above].box)))
			above = (long)i;
		if (!is_above && below < 0)
			below = (long)i;
	}
	if (above >= 0)
		return end_of_paragraph(l, above, half_way(r));
	return below >= 0 ? below - 1 : height;
}

static int
begin_paragraph(struct merger *m)
{
	return m->out->len > 0 ? buf_adds(m->out, "\n\n") : 0;
}

/* The lines that are held become paragraphs. */
static int
say_held(struct merger *m)
{
	int r = 0;

	if (m->held.len > 0 && (r = begin_paragraph(m)) == 0)
		r = md_text_marked(m->out, m->held.p, m->held.len, NULL);
	m->held.len = 0;
	return r;
}

static int
say_region(struct merger *m, size_t region)
{
	struct ocr_raw r = m->readings[region];

	if (m->said[region])
		return 0;
	m->said[region] = true;
	if (say_held(m) < 0 || begin_paragraph(m) < 0)
		return -1;
	if (m->own[region].len > 0) {
		r.text = m->own[region].p;
		r.len = m->own[region].len;
	}
	return result_markdown(&r, m->out, &(struct err){ 0 });
}

/* Those without lines that follow line i, from the top. */
static int
say_behind(struct merger *m, long i)
{
	for (;;) {
		const struct layout_box *box = m->layout->region;
		size_t next = SIZE_MAX;

		for (size_t k = 0; k < m->layout->regions; k++)
			if (m->lines[k] == 0 && m->fate[k] == FATE_READ && !m->said[k] &&
			    m->behind[k] == i &&
			    (next == SIZE_MAX || half_way(&box[k]) < half_way(&box[next])))
				next = k;
		if (next == SIZE_MAX)
			return 0;
		if (say_region(m, next) < 0)
			return -1;
	}
}

/* The next line of what a region's lines are instead. */
static int
hold_filled(struct merger *m, struct buf *own)
{
	const char *end = memchr(own->p, '\n', own->len);
	const size_t n = end ? (size_t)(end - own->p) : own->len;
	const int r = buf_add(&m->held, own->p, n);

	buf_shift(own, end ? n + 1 : n);
	return r;
}

static int
hold_line(struct merger *m, const struct layout_line *l)
{
	static const char *const gaps[] = { [LAYOUT_GOES_ON] = "\n",
		[LAYOUT_BEGINS_LINE] = LINEEND_MARK "\n",
		[LAYOUT_BEGINS_PARAGRAPH] = "\n\n" };

	if (m->held.len > 0 && buf_adds(&m->held, gaps[l->begins]) < 0)
		return -1;
	if (l->region == 0 || m->own[l->region - 1].len == 0)
		return buf_adds(&m->held, l->text);
	return hold_filled(m, &m->own[l->region - 1]);
}

/* A line, or what stands for it, and what follows it. */
static int
say_line(struct merger *m, size_t i)
{
	const struct layout_line *l = &m->layout->v[i];
	int r;

	if (l->region && m->fate[l->region - 1] == FATE_READ)
		r = say_region(m, (size_t)l->region - 1);
	else
		r = hold_line(m, l);
	return r < 0 ? r : say_behind(m, (long)i);
}

int
merge_markdown(const struct layout *layout, const struct ocr_raw *readings, struct tongue *tongue,
    struct buf *out, struct merged *found)
{
	struct merger m = { .layout = layout, .readings = readings, .out = out };
	int r;

	buf_init(&m.held, out->max);
	for (size_t i = 0; i < LAYOUT_REGIONS_MAX; i++)
		buf_init(&m.own[i], 2UL * CHECK_MAX);
	*found = (struct merged){ .confidence = -1 };
	decide_all(&m, found);
	found->language |= is_taken_foreign(&m, tongue);
	for (size_t i = 0; i < layout->regions; i++) {
		m.behind[i] = beside_line(layout, i);
		if (m.behind[i] == BESIDE_NOT)
			m.behind[i] = line_before(layout, &layout->region[i]);
	}
	r = say_behind(&m, -1);
	for (size_t i = 0; r == 0 && i < layout->n; i++)
		r = say_line(&m, i);
	if (r == 0)
		r = say_held(&m);
	buf_release(&m.held);
	for (size_t i = 0; i < LAYOUT_REGIONS_MAX; i++)
		buf_release(&m.own[i]);
	return r;
}

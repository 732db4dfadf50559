#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "md/forms.h"
#include "md/hyphen.h"
#include "md/letter.h"
#include "md/lineend.h"
#include "md/text.h"

/* White space that may stand within a line, no-break spaces excepted. */
static bool
md_is_blank(uint32_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == 0x2028 ||
	    c == 0x2029;
}

/*
 * Control characters, and byte order marks: readers skip one at the start of
 * a file, after which the next character would start the line.
 */
static bool
is_dropped(uint32_t c)
{
	return utf8_is_control(c) || c == 0xfeff;
}

/* The character before p in [s, p), 0 where there is none. */
static uint32_t
char_before(const char *s, const char *p)
{
	const char *q = p;
	uint32_t c;

	while (q > s && p - q < UTF8_MAX) {
		q--;
		if (utf8_get(q, (size_t)(p - q), &c) == (size_t)(p - q))
			return c;
	}
	return 0;
}

/* Soft hyphens stay at the end of a line alone, where they say that it cut a word. */
static bool
is_idle_hyphen(uint32_t c, const char *next, const char *end)
{
	return c == 0xad && (next == end || !strchr(" \t\r\n", *next));
}

/* The characters that stay, as they come. */
struct cleaned {
	struct buf *out;
	bool start, blank; /* of a line; before the next character */
};

/* A character, which is s[0..n). */
static int
clean_char(struct cleaned *cl, uint32_t c, const char *s, size_t n)
{
	char letters[FORMS_MAX];
	size_t more = forms_expand(c, letters);

	if (c != '\n' && cl->blank && !cl->start && buf_addc(cl->out, ' ') < 0)
		return -1;
	if (buf_add(cl->out, more ? letters : s, more ? more : n) < 0)
		return -1;
	cl->blank = false;
	cl->start = c == '\n';
	return 0;
}

/*
 * The characters that stay: well-formed and no controls, one space for each
 * run of blanks, and none at the ends of lines.  With marks those of lines, too.
 */
static int
clean(struct buf *out, const char *s, size_t len, bool marked)
{
	struct cleaned cl = { out, true, false };
	const char *end = s + len;
	size_t n;
	uint32_t c;

	for (; s < end; s += n) {
		n = utf8_get(s, (size_t)(end - s), &c);
		if (n == 0) {
			n = 1;
			continue;
		}
		if (is_idle_hyphen(c, s + n, end))
			continue;
		if (marked && *s == *LINEEND_MARK && end - s > 1 && s[1] == '\n' && !cl.start) {
			if (buf_addc(out, *LINEEND_MARK) < 0)
				return -1;
			continue;
		}
		if (md_is_blank(c)) {
			cl.blank = true;
			continue;
		}
		if ((c == '\n' || !is_dropped(c)) && clean_char(&cl, c, s, n) < 0)
			return -1;
	}
	return 0;
}

/* The end of the line that starts at s: its newline, or end. */
static const char *
md_line_end(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));

	return nl ? nl : end;
}

/* Whether no space belongs between the two: lines of scripts that have none. */
static bool
joins_closely(const struct lineend *a, const struct lineend *b)
{
	uint32_t next;

	return letter_is_close(char_before(a->s, a->e)) &&
	    utf8_get(b->s, (size_t)(b->e - b->s), &next) && letter_is_close(next);
}

/* A line and how the next goes on: after a newline, where it ends of itself. */
static int
join_line(struct buf *flat, const struct lineend *l, const struct hyphen_words *words)
{
	const struct lineend *next = l + 1;
	enum hyphen hyphen;
	size_t n;

	if (l->ends)
		return buf_add(flat, l->s, (size_t)(l->e - l->s)) < 0 ? -1 : buf_addc(flat, '\n');
	hyphen = hyphen_judge(words, (const char *[]){ l->s, l->e },
	    (const char *[]){ next->s, next->e }, &n);
	if (buf_add(flat, l->s, (size_t)(l->e - l->s) - (hyphen == HYPHEN_OUT ? n : 0)) < 0)
		return -1;
	return hyphen != HYPHEN_NONE || joins_closely(l, next) ? 0 : buf_addc(flat, ' ');
}

/* Text that becomes Markdown. */
struct source {
	struct buf lines; /* what stays of it */
	struct buf flat;  /* a paragraph, its lines joined */
	struct hyphen_words *words;
	bool marked; /* lines that end of themselves are */
	bool joined; /* its lines are joined already */
	bool plain;  /* no Markdown is made of it */
};

/* The lines of the paragraph [s, end), joined as text.h says. */
static int
join(struct source *src, const char *s, const char *end)
{
	struct lineends l;
	size_t i;
	int r = 0;

	src->flat.len = 0;
	if (src->joined)
		return buf_add(&src->flat, s, (size_t)(end - s));
	lineends_make(&l, s, end, src->marked);
	for (i = 0; r == 0 && i < l.n; i++)
		r = join_line(&src->flat, &l.v[i], src->words);
	lineends_release(&l);
	if (r == 0)
		src->flat.len--; /* the newline after the last */
	return r;
}

/* How many of the characters at s are c. */
static size_t
run_len(const char *s, const char *end, char c)
{
	const char *p = s;

	while (p < end && *p == c)
		p++;
	return (size_t)(p - s);
}

static bool
only(const char *s, const char *end, const char *set)
{
	while (s < end && strchr(set, *s))
		s++;
	return s == end;
}

/* Three or more of c and nothing else but spaces: a rule across the page. */
static bool
rule(const char *s, const char *end, char c)
{
	size_t n = 0;

	for (; s < end && (*s == c || *s == ' '); s++)
		n += *s == c;
	return s == end && n >= 3;
}

/* The row below the header of a table. */
static bool
table_row(const char *s, const char *end)
{
	return memchr(s, '-', (size_t)(end - s)) && only(s, end, "-|: ");
}

static bool
space_or_end(const char *s, const char *end)
{
	return s >= end || *s == ' ' || *s == '\n';
}

/*
 * The character of the line [s, end) that must be escaped lest the line
 * starts a block or makes the one above a heading or a table; else NULL.
 * Lines have no indentation, and HTML and link definitions cannot come, for
 * "<" and "[" are escaped wherever they stand.
 */
static const char *
block_mark(const char *s, const char *end)
{
	size_t n;

	switch (*s) {
	case '>':
		return s;
	case '#':
		n = run_len(s, end, '#');
		return n <= 6 && space_or_end(s + n, end) ? s : NULL;
	case '~':
		return run_len(s, end, '~') >= 3 ? s : NULL;
	case '=':
		return only(s, end, "=") ? s : NULL;
	case '+':
		return space_or_end(s + 1, end) ? s : NULL;
	case '*':
		return space_or_end(s + 1, end) || rule(s, end, '*') ? s : NULL;
	case '_':
		return rule(s, end, '_') ? s : NULL;
	case '-':
		return space_or_end(s + 1, end) || table_row(s, end) ? s : NULL;
	case ':':
	case '|':
		return table_row(s, end) ? s : NULL;
	default:
		break;
	}
	for (n = 0; n < 9 && s + n < end && isdigit((unsigned char)s[n]);)
		n++;
	if (n == 0 || s + n >= end || (s[n] != '.' && s[n] != ')'))
		return NULL;
	return space_or_end(s + n + 1, end) ? s + n : NULL;
}

/*
 * Whether a run of delimiters between prev and next can open emphasis.  It is
 * enough to look at openers: what only closes is literal without one.
 * "_" after a letter or digit opens nothing (CommonMark 0.30, 6.2).
 */
static bool
opens(char delim, uint32_t prev, const char *next, const char *end)
{
	bool word = prev < 0x80 ? isalnum((int)prev)
				: prev >= 0xc0 && prev < 0x250 && prev != 0xd7 && prev != 0xf7;

	return !space_or_end(next, end) && !(delim == '_' && word);
}

/* Whether the "&" at s begins what has the form of an entity. */
static bool
entity(const char *s, const char *end)
{
	const char *p = s + 1;

	if (p < end && *p == '#')
		p++;
	while (p < end && p - s < 40 && isalnum((unsigned char)*p))
		p++;
	return p < end && p > s + 1 && *p == ';';
}

/* "*", "_" and "~" count by runs. */
static int
add_run(struct buf *out, const char *s, const char *p, const char *end)
{
	size_t n = run_len(p, end, *p), i;
	bool open = opens(*p, char_before(s, p), p + n, end);
	bool mark = p == s && block_mark(s, end);

	for (i = 0; i < n; i++)
		if (((open || (mark && i == 0)) && buf_addc(out, '\\') < 0) ||
		    buf_addc(out, *p) < 0)
			return -1;
	return 0;
}

/*
 * One character but the above.  "<" and "&" become entities, because not all
 * Markdown readers take a backslash before them.
 */
static int
add_char(struct buf *out, const char *p, const char *end, bool mark)
{
	bool escape = mark;

	switch (*p) {
	case '<':
		return buf_adds(out, "&lt;");
	case '&':
		return buf_adds(out, entity(p, end) ? "&amp;" : "&");
	case '`':
	case '[':
		escape = true;
		break;
	case '\\':
		escape = p + 1 == end || ispunct((unsigned char)p[1]);
		break;
	default:
		break;
	}
	return (escape && buf_addc(out, '\\') < 0) ? -1 : buf_addc(out, *p);
}

/* How much is added as one: a run of delimiters, or a byte. */
static size_t
piece_len(const char *p, const char *end)
{
	return strchr("*_~", *p) ? run_len(p, end, *p) : 1;
}

/*
 * A word that is being added.  GFM takes an address as it stands: an escape in
 * one would be read.  Where one is needed the address is broken, and none.
 */
struct word {
	const char *start;
	size_t out; /* where it starts there */
	bool address, broken;
};

/* Whether p is what makes an address of the word: the ":" of "://", the "." of "www.". */
static bool
makes_address(const struct word *w, const char *p, const char *end)
{
	if (*p == ':')
		return end - p >= 3 && p[1] == '/' && p[2] == '/';
	return *p == '.' && p - w->start >= 3 && strncasecmp(p - 3, "www", 3) == 0;
}

static int
add_line(struct buf *out, const char *s, const char *end)
{
	const char *mark = block_mark(s, end), *p;
	struct word w = { s, out->len, false, false };
	size_t n, before;

	for (p = s; p < end; p += n) {
		n = piece_len(p, end);
		if (*p == ' ')
			w = (struct word){ p + 1, out->len + 1, false, false };
		if (makes_address(&w, p, end)) {
			w.address = true;
			if (w.broken && buf_addc(out, '\\') < 0)
				return -1;
		}
		before = out->len;
		if ((strchr("*_~", *p) ? add_run(out, s, p, end)
				       : add_char(out, p, end, p == mark)) < 0)
			return -1;
		if (w.address && !w.broken && out->len - before != n) {
			w.broken = true;
			out->len = w.out;
			p = w.start;
			n = 0;
		}
	}
	return 0;
}

/*
 * Two blanks, which all readers know, and who reads the Markdown as it is does
 * not see.
 */
#define HARD_BREAK "  \n"

/* A paragraph stands in out whole or not at all. */
static int
add_paragraph(struct buf *out, const char *sep, const struct buf *flat)
{
	const char *s, *e, *end = flat->p + flat->len;
	size_t before = out->len;

	if (buf_adds(out, sep) < 0)
		return -1;
	for (s = flat->p; s < end; s = e + 1) {
		e = md_line_end(s, end);
		if (add_line(out, s, e) < 0 || (e < end && buf_adds(out, HARD_BREAK) < 0)) {
			out->len = before;
			return -1;
		}
	}
	return 0;
}

static int
add_plain(struct buf *out, const char *sep, const struct buf *flat)
{
	return buf_adds(out, sep) < 0 ? -1 : buf_add(out, flat->p, flat->len);
}

/* The end of the paragraph at s: the newline before an empty line, or end. */
static const char *
paragraph_end(const char *s, const char *end)
{
	const char *e = md_line_end(s, end);

	while (e < end && e + 1 < end && e[1] != '\n')
		e = md_line_end(e + 1, end);
	return e;
}

static int
add_paragraphs(struct buf *out, struct source *src)
{
	const char *s, *e, *end = src->lines.p + src->lines.len, *sep = "";

	for (s = src->lines.p; s < end; s = e + 1) {
		e = s;
		if (*s == '\n')
			continue;
		e = paragraph_end(s, end);
		if (join(src, s, e) < 0 ||
		    (src->plain ? add_plain : add_paragraph)(out, sep, &src->flat) < 0)
			return -1;
		sep = "\n\n";
	}
	return 0;
}

/* Whether a line of it ends in a hyphen: then its words are asked. */
static bool
has_cuts(const struct buf *lines)
{
	const char *s, *e, *end = lines->p + lines->len;
	bool cut = false;

	for (s = lines->p; s < end && !cut; s = e + 1) {
		e = md_line_end(s, end);
		cut = e > s && e < end && (e[-1] == '-' || e[-1] == (char)0x90);
	}
	return cut;
}

static int
source_add(struct source *src, struct buf *out)
{
	struct hyphen_words *own = NULL;
	int r;

	if (src->lines.len == 0)
		return 0;
	if (!src->words && !src->joined && has_cuts(&src->lines))
		src->words = own = hyphen_words_new();
	if (own)
		hyphen_learn(own, src->lines.p, src->lines.len);
	r = add_paragraphs(out, src);
	hyphen_words_free(own);
	return r;
}

static int
md_text_from(struct buf *out, const char *text, size_t len, struct source *src)
{
	int r;

	buf_init(&src->lines, 2 * len + FORMS_MAX);
	buf_init(&src->flat, 2 * len + FORMS_MAX);
	r = clean(&src->lines, text, len, src->marked);
	if (r == 0)
		r = source_add(src, out);
	buf_release(&src->lines);
	buf_release(&src->flat);
	return r;
}

int
md_text_learn(struct hyphen_words *words, const char *text, size_t len)
{
	struct buf lines = BUF_INIT(2 * len + FORMS_MAX);
	int r = clean(&lines, text, len, true);

	if (r == 0 && lines.len > 0)
		hyphen_learn(words, lines.p, lines.len);
	buf_release(&lines);
	return r;
}

int
md_text_marked(struct buf *out, const char *text, size_t len, struct hyphen_words *words)
{
	return md_text_from(out, text, len, &(struct source){ .words = words, .marked = true });
}

int
md_join(struct buf *out, const char *text, size_t len, struct hyphen_words *words)
{
	return md_text_from(out, text, len,
	    &(struct source){ .words = words, .marked = true, .plain = true });
}

int
md_joined(struct buf *out, const char *text, size_t len)
{
	return md_text_from(out, text, len, &(struct source){ .joined = true });
}

int
md_text(struct buf *out, const char *text, size_t len)
{
	return md_text_from(out, text, len, &(struct source){ 0 });
}

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "md/mark.h"
#include "model/htmltable.h"
#include "model/safe.h"
#include "model/tag.h"

enum {
	OPEN_MAX = 16,       /* brackets that are open in a line */
	LINK_TEXT_MAX = 512, /* bytes of a link's text, and of its address */
	TICKS_MAX = 16,      /* backticks around code */
	FENCE_INDENT = 12,
	INFO_MAX = 20, /* bytes of a fence's word */
	WORD_MAX = 256 /* bytes of a word that are looked at */
};

struct safe {
	struct buf *out;
	const char *p, *end;
	bool pipes;
	size_t start;        /* of what is ours in out */
	size_t before, line; /* where the line that is written starts, with newlines and without */
	bool begun;          /* something of it is there */
	bool gap;            /* an empty line stands before it */
	bool hard;           /* the one before ends with a hard break */
	bool row;            /* it is one of a table */
	const char *indent, *indent_end;
	struct safe_open {
		size_t at; /* in out */
		bool image;
	} open[OPEN_MAX];
	size_t nopen;
	const char *no_link; /* before it no address ends */
	const char *mail;    /* the next "@" at or behind p, or the end; NULL: not looked for */
	struct buf table;
	bool full;
};

static void
safe_add(struct safe *sf, const char *s, size_t n)
{
	sf->full = sf->full || buf_add(sf->out, s, n) < 0;
}

/* The line's start, once there is something to stand in it. */
static void
begin_line(struct safe *sf)
{
	sf->before = sf->out->len;
	if (sf->out->len > sf->start) {
		if (sf->hard && !sf->gap)
			safe_add(sf, "  ", 2);
		safe_add(sf, "\n\n", sf->gap ? 2 : 1);
	}
	sf->line = sf->out->len;
	sf->begun = true;
	sf->gap = sf->hard = false;
	safe_add(sf, sf->indent, (size_t)(sf->indent_end - sf->indent));
	sf->indent = sf->indent_end;
}

static void
safe_put(struct safe *sf, const char *s, size_t n)
{
	if (!sf->begun)
		begin_line(sf);
	safe_add(sf, s, n);
}

/* The byte that was written last in the line, or a newline. */
static char
last_byte(const struct safe *sf)
{
	return sf->begun && sf->out->len > sf->line ? sf->out->p[sf->out->len - 1] : '\n';
}

static size_t
safe_run(const char *s, const char *end, char c)
{
	const char *p = s;

	while (p < end && *p == c)
		p++;
	return (size_t)(p - s);
}

static const char *
safe_line_end(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));

	return nl ? nl : end;
}

static const char *
safe_skip(const char *s, const char *end)
{
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return s;
}

/* Code, which is read as it stands; a page's mark in it is broken by a blank. */
static void
put_code(struct safe *sf, const char *s, const char *end)
{
	const char *p;

	for (p = s; p < end; p++) {
		if (*p != '<' || !mark_is_page(p, end))
			continue;
		safe_put(sf, s, (size_t)(p - s));
		safe_put(sf, "<! ", 3);
		s = p + 2;
	}
	safe_put(sf, s, (size_t)(end - s));
}

/* Where n backticks, no more, stand in [s, end); NULL: nowhere, or a "|" comes first. */
static const char *
code_end(const char *s, const char *end, size_t n)
{
	size_t m;

	for (; s < end; s += m) {
		m = safe_run(s, end, '`');
		if (m == n)
			return s;
		if (*s == '|')
			return NULL;
		m = m ? m : 1;
	}
	return NULL;
}

static void
put_escaped(struct safe *sf, const char *s, size_t n)
{
	for (; n > 0; n--, s++) {
		safe_put(sf, "\\", 1);
		safe_put(sf, s, 1);
	}
}

/* Whether the line ends in what may be an address: it would take backticks for its own. */
static bool
ends_in_address(const struct safe *sf)
{
	const char *p = sf->out->p;
	const size_t len = sf->begun ? sf->out->len : 0;

	for (size_t i = len; i > sf->line && !strchr(" \t", p[i - 1]); i--)
		if (strchr(":.", p[i - 1]) || len - i > WORD_MAX)
			return true;
	return false;
}

/*
 * Backticks that have their like in the line, and no "|" between, as cells are cut
 * first, are code.  Others are escaped, each: none is left to go with one elsewhere.
 */
static void
ticks(struct safe *sf, const char *e)
{
	const size_t n = safe_run(sf->p, e, '`');
	const char *close = n <= TICKS_MAX ? code_end(sf->p + n, e, n) : NULL;

	if (close) {
		if (last_byte(sf) == '`' || ends_in_address(sf))
			safe_put(sf, " ", 1);
		put_code(sf, sf->p, close + n);
		sf->p = close + n;
		return;
	}
	put_escaped(sf, sf->p, n);
	sf->p += n;
}

/* Two of them strike out; three could be a fence. */
static void
tildes(struct safe *sf, const char *e)
{
	const size_t n = safe_run(sf->p, e, '~');

	if (n > 2 || last_byte(sf) == '~')
		put_escaped(sf, sf->p, n);
	else
		safe_put(sf, sf->p, n);
	sf->p += n;
}

static void
backslash(struct safe *sf, const char *e)
{
	const bool pair = sf->p + 1 < e && ispunct((unsigned char)sf->p[1]);

	if (pair && sf->p[1] == '<') {
		safe_put(sf, "&lt;", 4);
		sf->p += 2;
		return;
	}
	safe_put(sf, sf->p, pair ? 2 : 1);
	sf->p += pair ? 2 : 1;
}

static void
bracket(struct safe *sf, bool image)
{
	const size_t n = image ? 2 : 1;

	if (!sf->begun)
		begin_line(sf);
	if (sf->nopen == OPEN_MAX) {
		memmove(sf->open, sf->open + 1, (OPEN_MAX - 1) * sizeof(*sf->open));
		sf->nopen--;
	}
	sf->open[sf->nopen++] = (struct safe_open){ sf->out->len, image };
	safe_put(sf, sf->p, n);
	sf->p += n;
}

/* The ")" that ends the address behind the "(" at s; NULL: it has none in the line. */
static const char *
address_end(const char *s, const char *end)
{
	int depth = 0;

	for (; s < end; s++) {
		depth += (*s == '(') - (*s == ')');
		if (depth == 0)
			return s;
	}
	return NULL;
}

/* Whether [s, end) is an address, with a title or without, and not a remark in brackets. */
static bool
is_address(const char *s, const char *end)
{
	bool found = false;

	for (; s < end && *s != ' ' && *s != '\t'; s++)
		found = found || strchr(":/#<", *s) ||
		    (*s == '.' && end - s > 1 && isalpha((unsigned char)s[1]));
	s = safe_skip(s, end);
	return found && (s == end || *s == '"' || *s == '\'');
}

/* Take out what opened it; where that would join what must not be, a blank stays. */
static void
unlink_text(struct safe *sf, const struct safe_open *o)
{
	struct buf *out = sf->out;
	const bool joins = o->at > sf->line && strchr("]`\\<!~&", out->p[o->at - 1]);
	const size_t n = (o->image ? 2 : 1) - (joins ? 1 : 0);

	if (joins)
		out->p[o->at + n] = ' ';
	memmove(out->p + o->at, out->p + o->at + n, out->len - o->at - n);
	out->len -= n;
}

/* Whether the "]" ends the text of a link or image, which is dealt with then. */
static bool
link_ends(struct safe *sf, const char *e)
{
	const struct safe_open *o = &sf->open[sf->nopen - 1];
	const char *s = sf->p + 1, *last = e - s > LINK_TEXT_MAX ? s + LINK_TEXT_MAX : e, *close;

	if (s >= e || *s != '(' || s < sf->no_link || sf->full)
		return false;
	close = address_end(s, last);
	if (!close)
		sf->no_link = last;
	if (!close || sf->out->len - o->at > LINK_TEXT_MAX ||
	    (!o->image && !is_address(s + 1, close)))
		return false;
	unlink_text(sf, o);
	sf->p = close + 1;
	return true;
}

static void
bracket_end(struct safe *sf, const char *e)
{
	if (sf->nopen > 0) {
		if (link_ends(sf, e)) {
			sf->nopen--;
			return;
		}
		sf->nopen--;
	}
	safe_put(sf, "]", 1);
	sf->p++;
}

/* "> **Page 3 could not be read**", as md/spool.c writes it, is not the model's to say. */
static void
escape_gap_mark(struct safe *sf)
{
	const char *line = sf->out->p + sf->line, *end = sf->out->p + sf->out->len;
	const char *s = safe_skip(line, end), *p = s < end ? safe_skip(s + 1, end) : s;
	const size_t at = (size_t)(s - sf->out->p);

	if (s == end || *s != '>' || end - p < 7 || strncasecmp(p, "**page ", 7) != 0)
		return;
	safe_add(sf, ">", 1);
	if (sf->full)
		return;
	memmove(sf->out->p + at + 1, sf->out->p + at, sf->out->len - at - 1);
	sf->out->p[at] = '\\';
}

/* The line ends here; nothing of the next is there yet. */
static void
safe_line_ends(struct safe *sf)
{
	struct buf *out = sf->out;

	sf->nopen = 0;
	if (!sf->begun)
		return;
	sf->begun = false;
	while (out->len > sf->line && strchr(" \t", out->p[out->len - 1]))
		out->len--;
	if (out->len > sf->line) {
		escape_gap_mark(sf);
		return;
	}
	sf->gap = sf->line - sf->before > 1;
	out->len = sf->before;
	sf->hard = false;
}

static void
put_table(struct safe *sf, const struct htmltable *t)
{
	if (t->empty)
		return;
	sf->gap = true;
	sf->indent = sf->indent_end;
	begin_line(sf);
	if (sf->pipes && t->simple)
		sf->full = sf->full || htmltable_pipe(sf->out, t, &sf->table) < 0;
	else
		safe_add(sf, sf->table.p, sf->table.len);
	sf->begun = false;
	sf->gap = true;
}

/* A table stands in lines of its own. */
static void
html_table(struct safe *sf)
{
	struct htmltable t;

	safe_line_ends(sf);
	sf->table.len = 0;
	sf->full = htmltable_clean(&sf->table, &t, sf->p, sf->end) < 0 || sf->full;
	sf->p = safe_skip(t.end, sf->end);
	if (!sf->full)
		put_table(sf, &t);
	sf->row = false;
}

static void
line_break(struct safe *sf, const struct tag *t)
{
	sf->p = t->end;
	if (sf->row) {
		safe_put(sf, "<br>", 4);
		return;
	}
	safe_line_ends(sf);
	sf->hard = true;
	sf->p = safe_skip(sf->p, sf->end);
}

/*
 * Whether the "<" stays as it is: before a blank, a number or "=" it starts nothing, but
 * "<7@host>" is a mail address.  Links on the way to the "@" are text by then: anywhere
 * in the line it counts.
 */
static bool
less_is_plain(struct safe *sf, const char *e)
{
	if (sf->p + 1 >= e || strchr(" \t", sf->p[1]))
		return true;
	if (!strchr("=0123456789", sf->p[1]))
		return false;
	if (!sf->mail || sf->mail < sf->p) {
		sf->mail = memchr(sf->p, '@', (size_t)(sf->end - sf->p));
		sf->mail = sf->mail ? sf->mail : sf->end;
	}
	return sf->mail >= e;
}

/* What a "<" starts; the line may end elsewhere then. */
static void
less(struct safe *sf, const char *e)
{
	const char *script = tag_script_end(sf->p, e);
	struct tag t;

	if (script) {
		safe_put(sf, sf->p, (size_t)(script - sf->p));
		sf->p = script;
	} else if (tag_read(&t, sf->p, sf->end) && !t.closes && tag_is(&t, "table")) {
		html_table(sf);
	} else if (tag_read(&t, sf->p, e) && tag_is(&t, "br")) {
		line_break(sf, &t);
	} else {
		if (less_is_plain(sf, e))
			safe_put(sf, "<", 1);
		else
			safe_put(sf, "&lt;", 4);
		sf->p++;
	}
}

static void
safe_char(struct safe *sf, const char *e)
{
	const char c = *sf->p;

	if (((c == '(' || c == ':') && last_byte(sf) == ']') || (c == '{' && last_byte(sf) == '`'))
		safe_put(sf, "\\", 1);
	if (c == '\\')
		backslash(sf, e);
	else if (c == '`')
		ticks(sf, e);
	else if (c == '~')
		tildes(sf, e);
	else if (c == '[')
		bracket(sf, false);
	else if (c == '!' && sf->p + 1 < e && sf->p[1] == '[')
		bracket(sf, true);
	else if (c == ']')
		bracket_end(sf, e);
	else if (c == '<')
		less(sf, e);
	else
		safe_put(sf, sf->p++, 1);
}

/* A fence in the text: its character, how many of it, and where its code is. */
struct safe_fence {
	char c;
	size_t n, indent, info_len;
	const char *info, *code, *code_end, *end;
};

/* The fence's code, and the line that closes it, if any does. */
static void
fence_find_end(struct safe_fence *f, const char *end)
{
	const char *s, *e, *p;
	size_t n;

	for (s = f->code; s < end; s = e < end ? e + 1 : end) {
		e = safe_line_end(s, end);
		p = safe_skip(s, e);
		n = safe_run(p, e, f->c);
		if (n >= f->n && safe_skip(p + n, e) == e) {
			f->code_end = s > f->code ? s - 1 : s;
			f->end = e;
			return;
		}
	}
	f->code_end = f->end = end;
}

static bool
fence_starts(struct safe_fence *f, const char *s, const char *end)
{
	const char *e = safe_line_end(s, end), *p = safe_skip(s, e);

	f->c = p < e ? *p : '\0';
	f->n = safe_run(p, e, f->c);
	f->indent = (size_t)(p - s);
	if ((f->c != '`' && f->c != '~') || f->n < 3 || f->indent > FENCE_INDENT)
		return false;
	f->info = safe_skip(p + f->n, e);
	if (memchr(f->info, '`', (size_t)(e - f->info)))
		return false;
	for (p = f->info; p < e && p - f->info < INFO_MAX; p++)
		if (!isalnum((unsigned char)*p) && !strchr("_+#.-", *p))
			break;
	f->info_len = (size_t)(p - f->info);
	f->code = e < end ? e + 1 : end;
	fence_find_end(f, end);
	return true;
}

/* More backticks than stand anywhere in the code, three or more. */
static size_t
ticks_around(const char *s, const char *end)
{
	size_t most = 2, n;

	for (; s < end; s += n ? n : 1) {
		n = safe_run(s, end, '`');
		most = n > most ? n : most;
	}
	return most + 1;
}

static void
put_fence(struct safe *sf, size_t n)
{
	while (n-- > 0)
		safe_put(sf, "`", 1);
}

static void
fence(struct safe *sf, const struct safe_fence *f)
{
	const size_t n = ticks_around(f->code, f->code_end);
	const char *s, *e, *text;

	sf->indent = sf->indent_end;
	put_fence(sf, n);
	safe_put(sf, f->info, f->info_len);
	for (s = f->code; s < f->code_end; s = e + 1) {
		e = safe_line_end(s, f->code_end);
		text = safe_skip(s, e);
		if (text - s > (long)f->indent)
			text = s + f->indent;
		safe_put(sf, "\n", 1);
		put_code(sf, text, e);
	}
	safe_put(sf, "\n", 1);
	put_fence(sf, n);
	sf->begun = sf->hard = false;
	sf->p = f->end < sf->end ? f->end + 1 : sf->end;
}

static void
safe_line(struct safe *sf)
{
	const char *s = sf->p, *e = safe_line_end(s, sf->end);

	sf->indent = s;
	sf->p = sf->indent_end = safe_skip(sf->p, e);
	if (sf->p == e)
		sf->gap = true;
	sf->row = sf->p < e && *sf->p == '|';
	while (sf->p < e && !sf->full) {
		safe_char(sf, e);
		if (sf->p > e)
			e = safe_line_end(sf->p, sf->end);
	}
	if (sf->begun)
		sf->hard = e - s > 2 && e[-1] == ' ' && e[-2] == ' ';
	safe_line_ends(sf);
	sf->p = e < sf->end ? e + 1 : sf->end;
}

int
safe_markdown(struct buf *out, const char *s, const char *end, bool pipes)
{
	struct safe sf = { .out = out, .p = s, .end = end, .pipes = pipes, .start = out->len };
	struct safe_fence f;

	buf_init(&sf.table, 16 * (size_t)(end - s) + 256);
	while (sf.p < sf.end && !sf.full) {
		sf.no_link = sf.p;
		if (fence_starts(&f, sf.p, sf.end))
			fence(&sf, &f);
		else
			safe_line(&sf);
	}
	buf_release(&sf.table);
	return sf.full ? -1 : 0;
}

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "model/htmltable.h"
#include "model/tag.h"

/* What is open of a table. */
struct htmltable_level {
	bool caption, row, cell, head;
	bool th; /* the cell is one */
	size_t cols;
};

struct htmltable_maker {
	struct buf *out;
	struct htmltable *t;
	struct htmltable_level level[HTMLTABLE_DEPTH];
	int depth;
	long over;     /* tables too deep that are open */
	size_t start;  /* of the cell's text, in out */
	bool blank;    /* before the next character of it */
	bool line;     /* a br is due there */
	int newlines;  /* since the last tag, with blanks alone */
	bool finished; /* a paragraph follows */
	bool captioned;
	bool full;
};

static void
table_put(struct htmltable_maker *m, const char *s, size_t n)
{
	m->full = m->full || buf_add(m->out, s, n) < 0;
}

static void
table_puts(struct htmltable_maker *m, const char *s)
{
	table_put(m, s, strlen(s));
}

static struct htmltable_level *
table_level(struct htmltable_maker *m)
{
	return &m->level[m->depth - 1];
}

static void
close_cell(struct htmltable_maker *m)
{
	struct htmltable_level *l = table_level(m);

	if (l->cell)
		table_puts(m, l->th ? "</th>" : "</td>");
	if (l->caption)
		table_puts(m, "</caption>\n");
	l->cell = l->caption = false;
}

static void
close_row(struct htmltable_maker *m)
{
	struct htmltable_level *l = table_level(m);

	close_cell(m);
	if (l->row)
		table_puts(m, "</tr>\n");
	l->row = false;
}

static void
start_text(struct htmltable_maker *m)
{
	m->start = m->out->len;
	m->blank = m->line = false;
}

static void
open_cell(struct htmltable_maker *m, const struct tag *tag)
{
	struct htmltable_level *l = table_level(m);
	char span[32];

	close_cell(m);
	if (!l->row) {
		table_puts(m, "<tr>");
		l->cols = 0;
	}
	l->row = l->cell = true;
	l->th = l->head || tag_is(tag, "th");
	table_puts(m, l->th ? "<th" : "<td");
	if (tag->colspan > 1 && snprintf(span, sizeof(span), " colspan=\"%d\"", tag->colspan) > 0)
		table_puts(m, span);
	if (tag->rowspan > 1 && snprintf(span, sizeof(span), " rowspan=\"%d\"", tag->rowspan) > 0)
		table_puts(m, span);
	table_puts(m, ">");
	m->t->cells++;
	if (++l->cols > m->t->cols)
		m->t->cols = l->cols;
	if (tag->colspan > 1 || tag->rowspan > 1)
		m->t->simple = false;
	start_text(m);
}

/* Text needs a cell that it stands in. */
static void
need_cell(struct htmltable_maker *m)
{
	static const struct tag td = { .name = "td", .colspan = 1, .rowspan = 1 };
	const struct htmltable_level *l = table_level(m);

	if (!l->cell && !l->caption)
		open_cell(m, &td);
}

/* What is due before the next text of the cell. */
static void
put_gap_of_cell(struct htmltable_maker *m)
{
	need_cell(m);
	if (m->out->len > m->start && m->line)
		table_puts(m, "<br>");
	else if (m->out->len > m->start && m->blank)
		table_puts(m, " ");
	m->blank = m->line = false;
}

/* Whether the "&" at s begins a reference to a character. */
static bool
is_reference(const char *s, const char *end)
{
	const char *p = s + 1;

	if (p < end && *p == '#')
		p++;
	while (p < end && p - s < 12 && isalnum((unsigned char)*p))
		p++;
	return p < end && p > s + 1 && *p == ';';
}

static void
put_text(struct htmltable_maker *m, const char *s, const char *end)
{
	put_gap_of_cell(m);
	if (*s == '<')
		table_puts(m, "&lt;");
	else if (*s == '&' && !is_reference(s, end))
		table_puts(m, "&amp;");
	else if (*s == '(' && m->out->len > 0 && m->out->p[m->out->len - 1] == ']')
		table_puts(m, "&#40;");
	else if (*s == ':' && m->out->len > 0 && m->out->p[m->out->len - 1] == ']')
		table_puts(m, "&#58;");
	else
		table_put(m, s, 1);
}

static void
open_table(struct htmltable_maker *m)
{
	if (m->depth == HTMLTABLE_DEPTH) {
		m->over++;
		return;
	}
	if (m->depth > 0) {
		need_cell(m);
		m->t->simple = false;
	}
	m->level[m->depth++] = (struct htmltable_level){ 0 };
	table_puts(m, "<table>\n");
}

static void
close_table(struct htmltable_maker *m)
{
	if (m->over > 0) {
		m->over--;
		return;
	}
	close_row(m);
	table_puts(m, "</table>");
	m->depth--;
	m->blank = m->line = false;
}

static void
open_caption(struct htmltable_maker *m)
{
	struct htmltable_level *l = table_level(m);

	if (l->row || l->caption || m->t->cells > 0)
		return;
	l->caption = m->captioned = true;
	table_puts(m, "<caption>");
	start_text(m);
}

static bool
is_among_tags(const struct tag *t, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tag_is(t, names[i]))
			return true;
	return false;
}

/* A tag that says where things are: whether it is one. */
static bool
takes_part(struct htmltable_maker *m, const struct tag *t)
{
	struct htmltable_level *l = table_level(m);

	if (tag_is(t, "table")) {
		(t->closes ? close_table : open_table)(m);
	} else if (tag_is(t, "tr")) {
		close_row(m);
	} else if (tag_is(t, "td") || tag_is(t, "th")) {
		if (t->closes)
			close_cell(m);
		else
			open_cell(m, t);
	} else if (tag_is(t, "thead") || tag_is(t, "tbody") || tag_is(t, "tfoot")) {
		close_row(m);
		l->head = tag_is(t, "thead") && !t->closes;
	} else if (tag_is(t, "caption")) {
		if (!t->closes)
			open_caption(m);
		else if (l->caption)
			close_cell(m);
	} else {
		return tag_is(t, "col") || tag_is(t, "colgroup");
	}
	return true;
}

/* One that dresses text: whether it is one. */
static bool
dresses(struct htmltable_maker *m, const struct tag *t)
{
	static const char *const plain[] = { "b", "strong", "i", "em", "u", "s", "span", "a", "img",
		"font", "small", "center", "code" };
	static const char *const lines[] = { "br", "p", "div", "li", "ul", "ol", "h1", "h2", "h3",
		"h4", "h5", "h6" };

	if (is_among_tags(t, lines, sizeof(lines) / sizeof(*lines))) {
		m->line = true;
		return true;
	}
	return is_among_tags(t, plain, sizeof(plain) / sizeof(*plain));
}

/* Behind what starts with the "<" at s. */
static const char *
table_tag(struct htmltable_maker *m, const char *s, const char *end)
{
	const char *script = tag_script_end(s, end);
	struct tag t;

	if (script) {
		put_gap_of_cell(m);
		table_put(m, s, 5);
		table_put(m, s + 5, (size_t)(script - s - 5));
		return script;
	}
	if (tag_read(&t, s, end) && (takes_part(m, &t) || dresses(m, &t)))
		return t.end;
	put_text(m, s, end);
	return s + 1;
}

/* Whether at s, which is no blank, another paragraph begins. */
static bool
table_is_over(const struct htmltable_maker *m, const char *s)
{
	const struct htmltable_level *l = &m->level[m->depth - 1];

	return m->depth == 1 && !l->cell && !l->caption && m->newlines > 1 && *s != '<';
}

static const char *
table_step(struct htmltable_maker *m, const char *s, const char *end)
{
	if (strchr(" \t\n", *s)) {
		m->blank = true;
		m->newlines += *s == '\n';
		return s + 1;
	}
	if (table_is_over(m, s)) {
		m->finished = true;
		return s;
	}
	m->newlines = 0;
	if (*s == '<')
		return table_tag(m, s, end);
	put_text(m, s, end);
	return s + 1;
}

int
htmltable_clean(struct buf *out, struct htmltable *t, const char *s, const char *end)
{
	struct htmltable_maker m = { .out = out, .t = t };
	struct tag tag;

	*t = (struct htmltable){ .simple = true };
	open_table(&m);
	if (tag_read(&tag, s, end))
		s = tag.end;
	while (s < end && m.depth > 0 && !m.full && !m.finished)
		s = table_step(&m, s, end);
	m.over = 0;
	while (m.depth > 0)
		close_table(&m);
	t->end = s;
	t->simple = t->simple && t->cells > 0 && t->cols <= HTMLTABLE_COLS;
	t->empty = t->cells == 0 && !m.captioned;
	return m.full ? -1 : 0;
}

/* A table of Markdown. */
struct pipe_maker {
	struct buf *out;
	size_t want, cols; /* of the header; of this row */
	size_t rows;
	bool caption; /* its text is awaited */
};

static int
pipe_row_end(struct pipe_maker *m)
{
	int r = 0;

	if (m->rows++ > 0)
		return buf_addc(m->out, '\n');
	for (; r == 0 && m->cols < m->want; m->cols++)
		r = buf_adds(m->out, "  |");
	if (r == 0)
		r = buf_adds(m->out, "\n|");
	for (size_t i = 0; r == 0 && i < m->want; i++)
		r = buf_adds(m->out, " --- |");
	return r < 0 ? -1 : buf_addc(m->out, '\n');
}

static int
pipe_text(struct pipe_maker *m, const char *s, char next)
{
	const bool escaped = m->out->len > 0 && m->out->p[m->out->len - 1] == '\\';
	const bool first = m->caption;

	m->caption = false;
	if (*s == '|' && escaped)
		return buf_adds(m->out, "&#124;");
	if (*s == '|' || *s == '`' || (*s == '\\' && next == '&') ||
	    (first && ispunct((unsigned char)*s) && !strchr("&\\<", *s)))
		return buf_addc(m->out, '\\') < 0 ? -1 : buf_addc(m->out, *s);
	return buf_addc(m->out, *s);
}

/* What stands for the tag at s, of n bytes; *n is 0 where it is text. */
static int
pipe_tag(struct pipe_maker *m, const char *s, const char *end, size_t *n)
{
	static const char *const tags[] = { "<table>\n", "</table>", "<caption>", "</caption>\n",
		"<tr>", "</tr>\n", "<td>", "<th>", "</td>", "</th>" };
	size_t i;

	for (i = 0; i < 10; i++) {
		*n = strlen(tags[i]);
		if ((size_t)(end - s) >= *n && memcmp(s, tags[i], *n) == 0)
			break;
	}
	switch (i) {
	case 2:
		m->caption = true;
		return 0;
	case 3:
		return m->caption ? 0 : buf_adds(m->out, "\n\n");
	case 4:
		m->cols = 0;
		return buf_addc(m->out, '|');
	case 5:
		return pipe_row_end(m);
	case 6:
	case 7:
		m->caption = false;
		m->cols++;
		return buf_addc(m->out, ' ');
	case 8:
	case 9:
		return buf_adds(m->out, " |");
	case 10:
		*n = 0;
		return 0;
	default:
		return 0;
	}
}

int
htmltable_pipe(struct buf *out, const struct htmltable *t, const struct buf *html)
{
	const char *s = html->p, *end = html->p + html->len;
	struct pipe_maker m = { .out = out, .want = t->cols };
	size_t n;
	int r = 0;

	while (s < end && r == 0) {
		n = 0;
		if (*s == '<')
			r = pipe_tag(&m, s, end, &n);
		if (n == 0 && r == 0)
			r = pipe_text(&m, s, end - s > 1 ? s[1] : '\0');
		s += n ? n : 1;
	}
	if (r == 0 && out->len > 0 && out->p[out->len - 1] == '\n')
		out->len--;
	return r;
}

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "doc/maker.h"
#include "doc/say.h"
#include "doc/wording.h"
#include "doc/prose.h"
#include "md/text.h"

/*
 * Comma-separated values (RFC 4180) as a table of Markdown.  What separates them is
 * found out by the first rows; a page ends before it is too long, and the next one
 * has the first row as its head again.
 */
#define CELL_MAX ((size_t)256 << 10)

enum {
	ROWS_LOOKED_AT = 100,
	COLUMNS_MAX = 4096,
	ROW_MARKDOWN = 1 << 20,
	HEAD_SHARE = 4 /* of a page: a head that is longer is not said again */
};

struct sheet {
	const char *p, *end; /* what is left to read */
	char sep;
	bool open; /* the last quote was not closed */
};

/* The next value, as it is meant, into cell; whether the row ends with it. */
static bool
next_cell(struct sheet *s, struct buf *cell, bool *fits)
{
	bool quoted = s->p < s->end && *s->p == '"';

	cell->len = 0;
	s->p += quoted;
	for (; s->p < s->end; s->p++) {
		if (quoted && *s->p == '"') {
			if (s->p + 1 < s->end && s->p[1] == '"') {
				s->p++;
			} else {
				quoted = false;
				continue;
			}
		} else if (!quoted && (*s->p == s->sep || *s->p == '\n')) {
			break;
		}
		*fits &= buf_addc(cell, *s->p == '\f' ? ' ' : *s->p) == 0;
	}
	s->open |= quoted;
	if (s->p >= s->end)
		return true;
	return *s->p++ == '\n';
}

/* Empty lines are no rows. */
static void
past_empty(struct sheet *s)
{
	while (s->p < s->end && (*s->p == '\n' || *s->p == '\f'))
		s->p++;
}

/* How many values the next row has. */
static long
row_width(struct sheet *s, struct buf *cell)
{
	bool fits = true;
	long n = 1;

	while (!next_cell(s, cell, &fits))
		n++;
	return n;
}

/* How many of the first rows have as many values as the first, which are several. */
static long
evenness(struct sheet s, char sep, struct buf *cell)
{
	long width, even = 0;

	s.sep = sep;
	past_empty(&s);
	width = s.p < s.end ? row_width(&s, cell) : 0;
	for (int i = 0; width > 1 && i < ROWS_LOOKED_AT; i++) {
		even++;
		past_empty(&s);
		if (s.p >= s.end)
			break;
		if (row_width(&s, cell) != width)
			even--;
	}
	return even;
}

static char
separator(const struct sheet *s, struct buf *cell)
{
	static const char seps[] = ",;\t|";
	char best = ',';
	long most = 0;

	for (const char *c = seps; *c; c++) {
		const long even = evenness(*s, *c, cell);

		if (even > most) {
			most = even;
			best = *c;
		}
	}
	return best;
}

/* A value as a cell: md, of md_joined, in one line and without what parts cells. */
static int
put_value(struct buf *row, const struct buf *md)
{
	int r = buf_adds(row, " ");

	for (size_t i = 0; r == 0 && i < md->len; i++) {
		const char c = md->p[i];

		if (c == '\n') {
			while (row->len > 0 && row->p[row->len - 1] == ' ')
				row->len--;
			r = buf_adds(row, "<br>");
		} else if (c == '|') {
			r = buf_adds(row, "\\|");
		} else {
			r = buf_addc(row, c);
		}
	}
	return r < 0 ? -1 : buf_adds(row, " |");
}

/* The next row, filled up to width. */
static int
put_sheet_row(struct sheet *s, long width, struct buf *row, struct err *e)
{
	struct buf cell = BUF_INIT(CELL_MAX), md = BUF_INIT(2 * CELL_MAX);
	bool fits = true, last = false;
	int r = buf_adds(row, "|");

	for (long i = 0; r == 0 && i < width; i++) {
		md.len = cell.len = 0;
		if (!last)
			last = next_cell(s, &cell, &fits);
		if (cell.len > 0)
			r = md_joined(&md, cell.p, cell.len);
		if (r == 0)
			r = put_value(row, &md);
	}
	buf_release(&cell);
	buf_release(&md);
	if (r < 0 || !fits || buf_adds(row, "\n") < 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "a row of it is too long: %d KiB of Markdown at most", ROW_MARKDOWN >> 10);
	return 0;
}

static int
put_rule(struct buf *row, long width)
{
	int r = buf_adds(row, "|");

	for (long i = 0; r == 0 && i < width; i++)
		r = buf_adds(row, " --- |");
	return r < 0 ? -1 : buf_adds(row, "\n");
}

/* Only what follows a head is a table; one that is very long is not said again. */
static int
next_page(int fd, struct buf *row, const struct buf *head, struct err *e)
{
	if (prose_put(fd, row, e) < 0)
		return -1;
	if (buf_addc(row, '\f') < 0 ||
	    (head->len < PROSE_PAGE / HEAD_SHARE && buf_add(row, head->p, head->len) < 0))
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE, "its head is too long");
	return 0;
}

/* All rows; head has the first one and the rule below it. */
static int
put_rows(int fd, struct sheet *s, long width, const struct buf *head, struct err *e)
{
	struct buf row = BUF_INIT(ROW_MARKDOWN + PROSE_PAGE);
	size_t on_page = 0;
	int r = buf_add(&row, head->p, head->len);

	if (r < 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE, "its head is too long");

	while (r == 0) {
		past_empty(s);
		if (s->p >= s->end)
			break;
		if (on_page + row.len > PROSE_PAGE) {
			r = next_page(fd, &row, head, e);
			on_page = 0;
		}
		if (r == 0)
			r = put_sheet_row(s, width, &row, e);
		if (r == 0 && row.len > PROSE_PAGE / HEAD_SHARE) {
			on_page += row.len;
			r = prose_put(fd, &row, e);
		}
	}
	if (r == 0)
		r = prose_put(fd, &row, e);
	buf_release(&row);
	return r;
}

static int
put_sheet(int fd, struct sheet s, long width, struct err *e)
{
	struct buf head = BUF_INIT(ROW_MARKDOWN);
	int r;

	past_empty(&s);
	r = put_sheet_row(&s, width, &head, e);
	if (r == 0 && put_rule(&head, width) < 0)
		r = err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE, "%ld columns", width);
	if (r == 0)
		r = put_rows(fd, &s, width, &head, e);
	buf_release(&head);
	return r;
}

/* The most values that a row has, into *width; whether it is a table, else what is wrong. */
static int
measure_sheet(struct maker *m, struct sheet s, long *width, struct err *e)
{
	struct buf cell = BUF_INIT(CELL_MAX);
	long rows = 0, uneven = 0, first = 0, n;

	*width = 0;
	for (past_empty(&s); s.p < s.end; past_empty(&s), rows++) {
		n = row_width(&s, &cell);
		first = first ? first : n;
		uneven += n != first;
		*width = n > *width ? n : *width;
	}
	buf_release(&cell);
	if (*width > COLUMNS_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE, "%ld columns, at most %d",
		    *width, COLUMNS_MAX);
	/* A quote that nothing closes, or rows of any length: it may be no such table. */
	if (s.open || uneven > rows / HEAD_SHARE)
		maker_doubt_all(m, "table");
	return 0;
}

static int
make_sheet(struct maker *m, const struct wording *w, struct err *e)
{
	struct sheet s = { .p = w->text, .end = w->text + w->len };
	struct buf cell = BUF_INIT(CELL_MAX);
	long width = 0;
	int fd = prose_new(m, PROSE_MARKDOWN, e), r = fd < 0 ? -1 : 0;

	s.sep = separator(&s, &cell);
	buf_release(&cell);
	if (r == 0)
		r = measure_sheet(m, s, &width, e);
	if (r == 0 && width > 0)
		r = put_sheet(fd, s, width, e);
	if (fd >= 0 && close(fd) < 0 && r == 0)
		r = err_write(e, "its Markdown");
	return r;
}

int
prose_table(struct maker *m, struct err *e)
{
	struct wording w;
	int r;

	if (prose_text(m, NULL, e) < 0 || wording_map(&w, m->dir, PROSE_TEXT, e) < 0)
		return -1;
	r = make_sheet(m, &w, e);
	wording_unmap(&w);
	return r < 0 ? -1 : prose_say(m, PROSE_MARKDOWN, e);
}

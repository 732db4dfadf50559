/*
 * model/htmltable.h - an HTML table of a model's, as HTML that is safe, and as a table
 * of GitHub's Markdown.
 *
 * The HTML is table, caption, tr, td and th, balanced, with the numbers of colspan and
 * rowspan from 2 to 100 for attributes; in cells br, and sub and sup around plain
 * text.  Tags that only dress text are dropped, of paragraphs and items a br is left,
 * whatever else starts with "<" is text.  It holds no empty line, which would end it
 * (CommonMark 0.30, 4.6), and nothing that makes a link in a reader of Markdown in HTML.
 */
#ifndef MODEL_HTMLTABLE_H
#define MODEL_HTMLTABLE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* Tables in tables that are kept; columns that a table of Markdown has. */
enum { HTMLTABLE_DEPTH = 4, HTMLTABLE_COLS = 64 };

struct htmltable {
	const char *end; /* behind it in the text */
	size_t cells, cols;
	bool empty;  /* nothing is in it */
	bool simple; /* can be Markdown: no spans, no table inside, HTMLTABLE_COLS at most */
};

/*
 * Append the table that starts with the "<table" at s, without a newline at its end,
 * and say what it is.  It ends with its own end, with the text's, or before a
 * paragraph that follows an empty line outside of its cells.  -1 when out is full.
 */
int htmltable_clean(struct buf *out, struct htmltable *, const char *s, const char *end);
/*
 * Append html, which is what htmltable_clean made of a simple one.  Its first row is the
 * header, for GitHub shows no table without one; a caption stands above it.
 */
int htmltable_pipe(struct buf *out, const struct htmltable *, const struct buf *html);

#endif

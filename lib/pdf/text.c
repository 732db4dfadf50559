#include <string.h>

#include "base/buf.h"
#include "pdf/take.h"
#include "pdf/text.h"

/* level page par block line word left top width height conf text */
enum { TSV_PLACES = 5, TSV_NUMBERS = 11, TSV_WORD = 5 };

/* A text that does not fit is not there either. */
static void
word_row(struct pdf_text_reader *r, const long *col, const char *word)
{
	const char *between = r->out->len == 0        ? ""
	    : col[2] != r->flow || col[3] != r->block ? "\n\n"
	    : col[4] != r->line                       ? "\n"
						      : " ";

	if (r->full)
		return;
	if (buf_adds(r->out, between) < 0 || buf_adds(r->out, word) < 0) {
		r->full = true;
		r->out->len = 0;
	}
	r->flow = col[2];
	r->block = col[3];
	r->line = col[4];
}

static void
text_page(struct pdf_text_reader *r, const long *col)
{
	r->page = col[1];
	r->out = &r->texts[r->page - r->first];
	r->flow = col[2];
	r->block = col[3];
	r->line = col[4];
	r->full = false;
}

void
pdf_text_line(struct pdf_text_reader *r, const char *line)
{
	long col[TSV_PLACES];
	int i;

	for (i = 0; i < TSV_NUMBERS; i++) {
		if (i < TSV_PLACES && !pdf_take_long(&line, &col[i]))
			return;
		line = strchr(line, '\t');
		if (!line)
			return;
		line++;
	}
	if (col[1] < r->first || col[1] > r->last)
		return;
	if (col[1] != r->page)
		text_page(r, col);
	if (col[0] == TSV_WORD)
		word_row(r, col, line);
}

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pdf/take.h"
#include "pdf/words.h"

/* level page par block line word left top width height conf text */
enum { TSV_PLACES = 5, TSV_BOX = 6, TSV_NUMBERS = 11, TSV_WORD = 5 };
enum { KEPT_BYTES = 64 << 10, KEPT_WORDS = 4096 };

/* A row's numbers, and its text. */
struct row {
	long place[TSV_PLACES];
	double box[4];
	const char *text;
};

void
pdf_words_init(struct pdf_words *w, size_t max_bytes)
{
	*w = (struct pdf_words){ 0 };
	buf_init(&w->bytes, max_bytes);
}

void
pdf_words_clear(struct pdf_words *w)
{
	buf_clear(&w->bytes, KEPT_BYTES);
	w->n = 0;
	if (w->cap > KEPT_WORDS) {
		free(w->v);
		w->v = NULL;
		w->cap = 0;
	}
}

void
pdf_words_release(struct pdf_words *w)
{
	buf_release(&w->bytes);
	free(w->v);
	*w = (struct pdf_words){ 0 };
}

/* A page whose words do not fit is one without. */
static void
word_row(struct pdf_words_reader *r, const struct row *row)
{
	struct pdf_words *out = r->out;
	size_t at = out->bytes.len;

	if (r->full)
		return;
	if (out->n == PDF_WORDS_MAX || buf_add(&out->bytes, row->text, strlen(row->text) + 1) < 0) {
		r->full = true;
		pdf_words_clear(out);
		return;
	}
	if (out->n == out->cap) {
		out->cap = out->cap ? out->cap * 2 : 512;
		out->v = mem_resize(out->v, out->cap, sizeof(*out->v));
	}
	out->v[out->n++] = (struct pdf_word){ .x = row->box[0],
		.y = row->box[1],
		.w = row->box[2],
		.h = row->box[3],
		.flow = row->place[2],
		.block = row->place[3],
		.line = row->place[4],
		.at = at };
}

static bool
split_row(struct row *row, const char *line)
{
	int i;

	for (i = 0; i < TSV_NUMBERS; i++) {
		if (i < TSV_PLACES && !pdf_take_long(&line, &row->place[i]))
			return false;
		if (i >= TSV_BOX && i < TSV_BOX + 4) {
			row->box[i - TSV_BOX] = 0;
			(void)pdf_take_double(&line, &row->box[i - TSV_BOX]);
		}
		line = strchr(line, '\t');
		if (!line)
			return false;
		line++;
	}
	row->text = line;
	return true;
}

void
pdf_words_line(struct pdf_words_reader *r, const char *line)
{
	struct row row;

	if (!split_row(&row, line) || row.place[1] < r->first || row.place[1] > r->last)
		return;
	if (row.place[1] != r->page) {
		r->page = row.place[1];
		r->out = &r->pages[r->page - r->first];
		r->full = false;
	}
	if (row.place[0] == TSV_WORD)
		word_row(r, &row);
}

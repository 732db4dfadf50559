/*
 * doc/layer.h - the words of a text layer as the text that they are.
 */
#ifndef DOC_LAYER_H
#define DOC_LAYER_H

#include <stddef.h>

#include "doc/linegap.h"

struct buf;
struct pdf_word;
struct pdf_words;

/* A line as it is read; its box in points, as of its words. */
struct layer_line {
	const char *text; /* not NUL-terminated; good for the call */
	size_t len;
	enum linegap gap; /* between it and the one before */
	double x0, y0, x1, y1;
	const struct pdf_word *const *words; /* in it */
	size_t n;
};

/* Called for each line of words that are not hidden, in reading order, until it fails. */
typedef int layer_fn(void *arg, const struct layer_line *);
int layer_each(const struct pdf_words *, layer_fn *, void *arg);
/*
 * Append the words that are not hidden, in reading order: a line a line, an
 * empty line between paragraphs, as md_text_marked() wants it.  -1 where they do not fit.
 */
int layer_text(const struct pdf_words *, struct buf *out);
/* How many characters, blanks aside, the words have that are not hidden. */
long layer_characters(const struct pdf_words *);

#endif

/*
 * doc/layer.h - the words of a text layer as the text that they are.
 */
#ifndef DOC_LAYER_H
#define DOC_LAYER_H

struct buf;
struct pdf_words;

/*
 * Append the words that are not hidden, in reading order: a line a line, an
 * empty line between blocks, as md/text.h wants it.  -1 where they do not fit.
 */
int layer_text(const struct pdf_words *, struct buf *out);
/* How many characters, blanks aside, the words have that are not hidden. */
long layer_characters(const struct pdf_words *);

#endif

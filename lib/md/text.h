/*
 * md/text.h - plain text as Markdown (CommonMark 0.30, GFM) that says the same.
 *
 * What a page says cannot become markup: no heading, list, link, HTML, code,
 * table, rule or page marker can come out of its text.  A web or mail address
 * stays as it is, which GFM's readers make clickable, but for one with
 * characters that need an escape: that is plain text.
 */
#ifndef MD_TEXT_H
#define MD_TEXT_H

#include <stddef.h>

struct buf;
struct hyphen_words;

/*
 * Append text[0..len) to out as Markdown paragraphs.  In the text a newline
 * ends a line, an empty line a paragraph.  Lines of a paragraph are joined by
 * a space, between two characters of Chinese or Japanese by none; one that
 * ends of itself, as md/lineend.h has it, stays a line, by a hard break: two
 * spaces before the newline.  What becomes of a hyphen at the end of a line is
 * told by md/hyphen.h, soft ones are dropped, and ligatures and other
 * presentation forms become the letters that they stand for.  Control
 * characters, byte order marks and what is not UTF-8 are dropped; a run of
 * blanks becomes one space.  Nothing is appended for white space alone; no
 * newline ends the last paragraph.
 * -1 when out is full; then the paragraphs that fitted stand there.
 */
int md_text(struct buf *out, const char *text, size_t len);
/*
 * The same where LINEEND_MARK before the newline says of a line that the next
 * one's first word would have fitted.  words: those of the document, or NULL
 * for the text's own.
 */
int md_text_marked(struct buf *out, const char *text, size_t len, struct hyphen_words *words);
/*
 * The same in two steps, where the text is in hands that nobody trusts: there its
 * lines are joined as above, by md_join, and what comes out is text yet, a line
 * that ends of itself a line, an empty line between paragraphs; here md_joined
 * makes Markdown of it.  Whatever the text holds, that says it and no more.
 */
int md_join(struct buf *out, const char *text, size_t len, struct hyphen_words *words);
int md_joined(struct buf *out, const char *text, size_t len);
/* Add the words of such a text to those of its document; -1 where memory ends. */
int md_text_learn(struct hyphen_words *words, const char *text, size_t len);

#endif

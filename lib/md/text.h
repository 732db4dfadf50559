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
 * a space, except after a line much shorter than the paragraph's longest
 * (below 2/3), where the break stays, and between two characters of Chinese or
 * Japanese, which have none.  What becomes of a hyphen at the end of a line is
 * told by md/hyphen.h, soft ones are dropped, and ligatures and other
 * presentation forms become the letters that they stand for. Control characters, byte
 * order marks and what is not UTF-8 are dropped; a run of blanks becomes one
 * space. Nothing is appended for white space alone; no newline ends the last
 * paragraph.
 * -1 when out is full; then the paragraphs that fitted stand there.
 */
int md_text(struct buf *out, const char *text, size_t len);
/*
 * The same for a text that goes on from those whose words are known: this
 * one's are added to them.
 */
int md_text_of(struct buf *out, const char *text, size_t len, struct hyphen_words *);

#endif

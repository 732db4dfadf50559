/*
 * doc/ligated.h - glyphs that stand for several letters which are read from right to left.
 *
 * The letters of a word stand from left to right (pdf/words.h), but what the font
 * says of one glyph, a lam-alef or a letter with its marks, comes as it is
 * read.  Where a page is drawn from the right, poppler takes each of its glyphs for a word:
 * then it is known which letters are one's.
 */
#ifndef DOC_LIGATED_H
#define DOC_LIGATED_H

struct pdf_words;

/* The letters of such glyphs stand from left to right then, as all others do. */
void ligated_turn(struct pdf_words *);

#endif

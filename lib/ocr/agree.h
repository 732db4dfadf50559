/*
 * ocr/agree.h - whether a text that a page may have is what was read off it.
 *
 * Compared are the letters and digits, three in a row, accents aside: what
 * follows what on the page does not matter, nor do single mistakes.  An honest
 * text has four fifths of its own in common with a reading of its page, one whose
 * characters are others a tenth.  A text in capitals is not what was read as small
 * letters.
 */
#ifndef OCR_AGREE_H
#define OCR_AGREE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Confidence of a reading that is not of another script than is read: what looks
 * like Latin letters to it are some.
 */
#define AGREE_SURE 0.85

enum agree {
	AGREE_NO,
	AGREE_YES,
	AGREE_UNKNOWN /* they are of different scripts: the reader does not know that of the text */
};

/* text[0..n) and what was read, both UTF-8. A text without letters agrees with nothing. */
enum agree agree_texts(const char *text, size_t n, const char *reading, size_t nreading);
/*
 * Whether most of the words of text, by their letters and digits, are in the reading
 * as they are: where each may be wrong by a letter or a figure.  Never unknown.
 */
enum agree agree_words(const char *text, size_t n, const char *reading, size_t nreading);
/*
 * Whether they differ in letters of Latin script that the reader does not know, and in
 * little else: text has ü or ł where the reading has others.  A text that was
 * read with mistakes lacks letters of the reading as well.
 */
bool agree_but_letters(const char *text, size_t n, const char *reading, size_t nreading);

/*
 * Whether the reading says more than the text: clean words, some for its length, that
 * do not even look like any of the text, as a letterhead that is part of a picture.
 */
bool agree_says_more(const char *text, size_t n, const char *reading, size_t nreading);
/* Whether it says nearly all of the text. */
bool agree_says_all(const char *text, size_t n, const char *reading, size_t nreading);

#endif

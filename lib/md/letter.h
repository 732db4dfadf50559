/*
 * md/letter.h - what is to be known of a character to put words and lines
 * together: a few ranges of Unicode 15, not its tables.
 */
#ifndef MD_LETTER_H
#define MD_LETTER_H

#include <stdbool.h>
#include <stdint.h>

enum letter_side {
	LETTER_OTHER, /* blanks, punctuation, symbols */
	LETTER_LTR,
	LETTER_RTL,   /* Hebrew, Arabic, Syriac, Thaana, N'Ko ... */
	LETTER_DIGIT, /* 0 to 9, and those of Arabic */
	LETTER_MARK   /* stands above or below the letter before it */
};
enum letter_side letter_side(uint32_t c);

/* Whether it is part of a word: a letter, a digit, or a mark on one. */
bool letter_in_word(uint32_t c);
/* Of the Latin, Greek or Cyrillic script. */
bool letter_is_lower(uint32_t c);
bool letter_is_upper(uint32_t c);
uint32_t letter_fold(uint32_t c); /* the lower-case one of an upper-case one; else c */
/*
 * Of a script that puts no blanks between its words: Han, kana and bopomofo,
 * their punctuation and full-width forms.  Not Hangul.
 */
bool letter_is_close(uint32_t c);
/* The bracket that closes what c opens, or opens what c closes; else 0. */
uint32_t letter_mirror(uint32_t c);

#endif

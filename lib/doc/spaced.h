/*
 * doc/spaced.h - words that are set with space between their letters: what
 * pdftotext has as a word for each letter is one.
 *
 * They are known by that space, which is the same between all of the letters,
 * and less than that between words; by four letters or more, which look as
 * those of a word do: Latin ones have vowels and consonants, and are no part
 * of the alphabet.
 */
#ifndef DOC_SPACED_H
#define DOC_SPACED_H

#include <stdbool.h>

struct textline;

/* close[i]: word i and the next of the line are one, of all words but the last. */
void spaced_find(bool *close, const struct textline *, const char *bytes);
/* Whether the line is made of single letters, or nearly: more of them may follow beside it. */
bool spaced_line(const struct textline *, const char *bytes);

#endif

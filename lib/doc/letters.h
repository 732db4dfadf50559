/*
 * doc/letters.h - whether the characters of a text layer can be believed by
 * themselves.
 *
 * A font whose table of characters is missing or wrong gives words that no
 * language has: pairs of letters that do not follow each other, characters that
 * are none (U+FFFD, private use, controls), punctuation where letters should
 * be, Chinese, Japanese or Korean characters of which many are rare ones.  Only
 * scripts with Latin letters can be judged by pairs.  It finds what is worth
 * checking against the picture of the page, and proves nothing.
 */
#ifndef DOC_LETTERS_H
#define DOC_LETTERS_H

#include <stdbool.h>

#include "pdf/words.h"

/*
 * Mark the odd ones of the words that are not hidden: in lines, blocks and
 * sizes of type whose characters speak against them, and those in which a
 * character stands for none.  Few letters and figures are what the odd lines near
 * them are.  Whether they speak against
 * the page as a whole.
 */
bool letters_doubtful(struct pdf_words *);

#endif

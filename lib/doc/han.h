/*
 * doc/han.h - the characters that Chinese, Japanese and Korean text is made of.
 *
 * They are those that the standards of the time when there was room for few name
 * for general use: the first levels of GB 2312, Big5 and JIS X 0208, a third of
 * the block, and the syllables of KS X 1001, a fifth of theirs.  Of a text 95 % are
 * of these, of a classical one 87 %, and of one whose characters are others than
 * those that it had a half.
 */
#ifndef DOC_HAN_H
#define DOC_HAN_H

#include <stdbool.h>
#include <stdint.h>

/* Whether it is a character of Chinese writing, or a Korean syllable. */
bool han_is(uint32_t);
/* Whether it is one of general use. */
bool han_is_usual(uint32_t);

#endif

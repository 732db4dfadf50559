/*
 * md/hyphen.h - whether the hyphen at a line's end is the word's or the line's.
 *
 * What the text itself says counts most: where one of the two ways to write
 * the word stands within a line, that is taken, the more frequent of both.
 * Where neither does, by kind:
 *  - a soft hyphen is the line's;
 *  - between or beside digits, capitals (Anna-Lena, E-Mail), in an address, in a
 *    word that has another hyphen (state-of-the-art), after a single letter, and
 *    in a few usual compounds (well-known, long-term, data-driven, self-made) it
 *    stays;
 *  - before "and" and the like (pre- and post-war) it stays with a space;
 *  - between two lower-case letters, elsewhere, it is the line's: that is right
 *    for nearly all of a book's, and wrong for compounds that are said nowhere
 *    else.
 * There is no word list: what comes out would depend on what is installed.
 */
#ifndef MD_HYPHEN_H
#define MD_HYPHEN_H

#include <stddef.h>

struct hyphen_words;

/* The words of a text, as many as are of use; memory is bounded. */
struct hyphen_words *hyphen_words_new(void);
void hyphen_words_free(struct hyphen_words *); /* NULL is allowed */
/* Lines of it; what a line's end may have cut is not learnt. */
void hyphen_learn(struct hyphen_words *, const char *text, size_t len);

enum hyphen {
	HYPHEN_NONE, /* the line does not end in one that could be the line's */
	HYPHEN_OUT,  /* it is the line's: out with it and the break */
	HYPHEN_STAYS /* out with the break alone */
};
/* The end of the line [s, e), which [next, end) follows; *len: bytes of its hyphen. */
enum hyphen hyphen_judge(const struct hyphen_words *, const char *const line[2],
    const char *const next[2], size_t *len);

#endif

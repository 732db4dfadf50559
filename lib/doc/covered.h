/*
 * doc/covered.h - words that something is painted over in part: a redaction that
 * leaves the comma behind a name, the rim of a letter or the digits at either side.
 *
 * Letters have ink between the base line and their tops.  Where some in a row have
 * there one value, and nothing else, they are not on the paper, whatever is
 * above and below that: they are cut out of their word, and with them any that may be theirs,
 * since where letters stand within a word is an estimate.
 */
#ifndef DOC_COVERED_H
#define DOC_COVERED_H

#include <stdbool.h>

struct image;
struct ink_box;
struct pdf_word;
struct pdf_words;

/* Whether some letters of the word, which has that box, are; they are its cut then. */
bool covered_find(const struct image *, const struct ink_box *, const struct pdf_words *,
    struct pdf_word *);
/* Whether they are in each plane of an image in colour, too. */
bool covered_in_color(const struct image *, const struct ink_box *, const struct pdf_words *,
    struct pdf_word *);
/* Words lose the letters that are cut; those that have none left become hidden. */
void covered_cut(struct pdf_words *);

#endif

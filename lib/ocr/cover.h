/*
 * ocr/cover.h - where the words that were read stand on the small page
 * (ocr/ink.h): what lies in none of them was not read.
 */
#ifndef OCR_COVER_H
#define OCR_COVER_H

#include <stdbool.h>
#include <stdint.h>

struct ink;
struct tess_page;
struct tess_word;

/*
 * Whether a word or a line, so wide and high in pixels of the page, runs down it
 * over several lines of letters of that size, of the small page: it is turned, or
 * was made of a column.  size 0, not known: none does.
 */
bool cover_runs_down(const struct ink *, int width, int height, int size);
/* Set what it covers, so many pixels around it too, to how, where that is more. */
void cover_mark(uint8_t *map, const struct ink *, const struct tess_word *, int grow, uint8_t how);
/*
 * A byte a pixel of the small page, 1 where it has words; one that runs down and is
 * unsure says nothing of what is there.  free(3) it; NULL: no memory.
 */
uint8_t *cover_new(const struct ink *, const struct tess_page *, int size);

#endif

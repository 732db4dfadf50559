/*
 * img/tiffcode.h - what the numbers in a TIFF's directory mean for who reads it.
 */
#ifndef IMG_TIFFCODE_H
#define IMG_TIFFCODE_H

#include <stdbool.h>
#include <stdint.h>

struct err;

/* Of Compression: whether libtiff gives it row by row. */
bool tiffcode_gives_rows(uint16_t compression);
/* A line that a telephone garbled is no reason to refuse the others. */
bool tiffcode_is_fax(uint16_t compression);
bool tiffcode_is_bilevel(uint16_t compression);
/* Of PhotometricInterpretation: not only gray. */
bool tiffcode_has_colour(uint16_t photometric);
/*
 * Of SampleFormat and BitsPerSample: those that pages are made of; else
 * validation page.image, as the others mean nothing as gray.
 */
int tiffcode_check(uint16_t format, uint16_t bits, struct err *);

#endif

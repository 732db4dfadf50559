/*
 * pdf/take.h - words and numbers off the front of a line that a poppler tool has
 * printed.
 *
 * Blanks before them are passed over.  What is taken moves *p behind it; where
 * it is not there, *p stays, and nothing is set.
 */
#ifndef PDF_TAKE_H
#define PDF_TAKE_H

#include <stdbool.h>
#include <stddef.h>

bool pdf_take(const char **p, const char *literal);
/* Any word but none; copied to word[0..size), cut to it, unless that is NULL. */
bool pdf_take_word(const char **p, char *word, size_t size);
/* An integer in decimal that a long can hold: "12" of "12.5". */
bool pdf_take_long(const char **p, long *);
/* A decimal number, perhaps with an exponent; no nan, no inf, nothing that is one. */
bool pdf_take_double(const char **p, double *);

#endif

/*
 * ocr/own.h - the text that a page has of its own, beside what was read of it.
 */
#ifndef OCR_OWN_H
#define OCR_OWN_H

#include <stdbool.h>

struct ocr_result;
struct rec;

/*
 * Take the record's "layer" for its text, if it serves, or has letters of a language
 * that was not asked for; doubtful, where it could not be compared.  Where what was read of a
 * scan has all of it and words beyond, which are the picture's own, that serves; where it has
 * not all of it, the layer is taken, and doubtful.  It is gone from the
 * record then in any case.  false: there is none, or what was read is better.
 */
bool own_layer(struct rec *, const struct ocr_result *);

#endif

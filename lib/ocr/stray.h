/*
 * ocr/stray.h - lines of which no word was read, however little they are of a page:
 * letters in boxes of a form, a stamp that leans, white letters on a dark button.
 *
 * Shares of a page's ink do not tell them, and what leans or is white is in no row
 * of parts (ocr/parts.h).  Marks that are all alike are no letters.
 */
#ifndef OCR_STRAY_H
#define OCR_STRAY_H

#include <stdbool.h>

struct ink;
struct parts;
struct tess_page;

/* Whether there is one; without memory there is none.  Costs a look at the parts. */
bool stray_is_there(const struct ink *, const struct parts *, const struct tess_page *);

#endif

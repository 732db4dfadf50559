/*
 * ocr/tongue.h - whether a text is plainly of a language that its reader was not
 * asked for.
 *
 * Tesseract reads a page with the letters of the languages that it is told: what
 * has others comes out as the nearest ones, and it is quite sure of them.  Words
 * such as "und", "que" and "nie", which every text of a language is full of, tell
 * it.  Some languages that are written in a to z are read well by any other, and never
 * foreign; nor is a text of several that has as much of what was asked for, or a
 * name, a title or a quotation.  Where a language is asked for that is not known
 * here nothing is said.
 *
 * Where those that are asked for are full of small words, as English is and Finnish is
 * not, sentences that have next to none are foreign as well, in whatever language.
 * Lists, tables and code have no sentences: five words without a capital, digit or
 * mark between them, and a mark at the end.
 */
#ifndef OCR_TONGUE_H
#define OCR_TONGUE_H

#include <stdbool.h>
#include <stddef.h>

struct tongue;

/* For a reader of these languages, by Tesseract's names joined by +. */
struct tongue *tongue_new(const char *lang);
void tongue_free(struct tongue *); /* NULL is allowed */

/* For a reader of these, from now on; that costs nothing where it is for them already. */
void tongue_ask(struct tongue *, const char *lang);

/* Forget the texts so far. */
void tongue_clear(struct tongue *);
/* Add a text, UTF-8; of Markdown the words are looked at. */
void tongue_add(struct tongue *, const char *s, size_t n);
/* Whether the texts since it was cleared, as one, are foreign. */
bool tongue_is_foreign(const struct tongue *);

#endif

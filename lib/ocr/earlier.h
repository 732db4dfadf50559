/*
 * ocr/earlier.h - what Tesseract's workers said of a page earlier, of the cache.
 *
 * An answer is kept as the worker gave it, by all that it depends on: the image, what
 * was asked, the languages and variables, their data, Tesseract's version, and the very
 * program that asks, since it reads a page in more ways than one.  When it is read it is
 * looked at as if the worker had just given it.
 */
#ifndef OCR_EARLIER_H
#define OCR_EARLIER_H

#include <stdbool.h>
#include <stddef.h>

#include "ocr/cache.h"

struct buf;
struct earlier;

/*
 * lang: whose data is used; told: all that a worker is told of pages.  Nothing is looked
 * at before the first page.
 */
struct earlier *earlier_new(struct cache *, const char *lang, const char *told);
void earlier_free(struct earlier *); /* NULL is allowed */
/*
 * The key of an answer to that request of the image open at fd; its name is "" where it
 * cannot be kept.
 */
void earlier_key(struct earlier *, int fd, const void *request, size_t len, struct cache_key *);
/* Whether it is there: into answer, which was empty. */
bool earlier_find(struct earlier *, const struct cache_key *, struct buf *answer);
void earlier_keep(struct earlier *, const struct cache_key *, const char *answer, size_t len);

#endif

/*
 * ocr/cache.h - what pages were read as, kept, so that nobody pays for one twice.
 *
 * A folder of the user's own (0700), with a file for each answer, under the digest of
 * all that it depends on: the image, and what was asked of whom.  Files are written
 * whole, under another name, and moved into place: any number of processes may use it
 * at once, and one that is killed leaves at most a file that the next sweep removes.
 * It is bounded: each of its 256 shards may hold a 256th of that; what was not used for
 * longest goes first.  Trouble with it is said, once, and is no trouble of a page's.
 */
#ifndef OCR_CACHE_H
#define OCR_CACHE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct cache;
struct err;

enum { CACHE_VALUE_MAX = 8 << 20 };

/* The name of an answer. */
struct cache_key {
	char name[65]; /* hexadecimal digits */
};

/*
 * max: bytes.  Fails with fatal ocr.cache: the folder is not to be had, or not one's own.
 * needed false: that is said, and *c is NULL.
 */
int cache_open(struct cache **c, const char *dir, long long max, bool needed, struct err *);
void cache_close(struct cache *); /* NULL is allowed */

/* The key of these texts, hashed one by one. */
void cache_key(struct cache_key *, const char *const *asked, size_t n);
/* That of the file open at fd, to be one of the texts; -1: it cannot be read. */
int cache_key_file(struct cache_key *, int fd);
/* Whether it is there: into value, which was empty. */
bool cache_get(struct cache *, const struct cache_key *, struct buf *value);
void cache_put(struct cache *, const struct cache_key *, const char *value, size_t len);

#endif

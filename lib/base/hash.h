/*
 * base/hash.h - FNV-1a (draft-eastlake-fnv): numbers that stand for texts.
 *
 * They are the same everywhere and always, as some are kept.  Nobody is kept
 * from making two texts of one number.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint32_t hash_32(const char *s, size_t n);
/* Of a whole text, and never 0, which can stand for none. */
uint64_t hash_text(const char *s);

#endif

/*
 * base/digest.h - SHA-256 (FIPS 180-4), and MD5 where a store's ETag is one, by
 * Nettle: libcrypto would be half of what the start of most commands costs.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

struct digest;

enum { DIGEST_HEX = 64 }; /* lower-case hex digits, without the NUL */

struct digest *digest_new(void);
/* MD5, whose hex has 32 digits. */
struct digest *digest_md5(void);
void digest_add(struct digest *, const void *data, size_t n);
/* The digest so far, and start anew. */
void digest_end(struct digest *, char hex[DIGEST_HEX + 1]);
void digest_free(struct digest *); /* NULL is allowed */
/* The SHA-256 of these bytes. */
void digest_of(char hex[DIGEST_HEX + 1], const void *data, size_t n);
/* Bytes as 2 n lower-case hex digits and a NUL. */
void digest_hex(char *out, const unsigned char *bytes, size_t n);

#endif

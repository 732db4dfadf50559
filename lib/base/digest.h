/*
 * base/digest.h - SHA-256 (FIPS 180-4), and MD5 where a store's ETag is one, by
 * OpenSSL's EVP, fetched once a process.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>

struct digest;
struct err;

enum { DIGEST_HEX = 64 }; /* lower-case hex digits, without the NUL */

struct digest *digest_new(struct err *);
/* MD5, whose hex has 32 digits; NULL where this machine gives none. */
struct digest *digest_md5(void);
void digest_add(struct digest *, const void *data, size_t n);
/* The digest so far, and start anew. */
void digest_end(struct digest *, char hex[DIGEST_HEX + 1]);
void digest_free(struct digest *); /* NULL is allowed */
/* The SHA-256 of these bytes. -1 with what digest_new says; hex is empty then. */
int digest_of(char hex[DIGEST_HEX + 1], const void *data, size_t n, struct err *);

#endif

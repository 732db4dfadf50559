/*
 * base/ulid.h - identifiers that sort by time (github.com/ulid/spec): 48 bits of
 * milliseconds and 80 of getrandom(2), in Crockford's base 32.  Within one
 * process each is greater than the one before.
 */
#ifndef BASE_ULID_H
#define BASE_ULID_H

enum { ULID_LEN = 26 };

void ulid_make(char out[ULID_LEN + 1]);

#endif

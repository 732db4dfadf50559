/*
 * base/time.h - times as others write them (RFC 3339, section 5.6).
 */
#ifndef BASE_TIME_H
#define BASE_TIME_H

enum {
	RFC3339_SIZE = sizeof("YYYY-MM-DDTHH:MM:SSZ"),
	RFC3339_FIRST = 1000 /* an earlier year is a mistake */
};

/*
 * s in UTC, with "Z" and without its fraction; out is "" where s is no such
 * time.  A leap second is the one after it.
 */
void rfc3339_utc(const char *s, char out[RFC3339_SIZE]);

#endif

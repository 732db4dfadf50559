/*
 * aws/parse.h - the syntax of the shared AWS files; awsfile.h says what it is.
 *
 * Text is cut up in place, so that a secret is in memory once.
 */
#ifndef AWS_PARSE_H
#define AWS_PARSE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct err;

struct awstext {
	char *p; /* NUL at p[len] */
	size_t len;
};

/* A header, whose block and key are empty, or a key with its value. */
struct awsitem {
	const char *section; /* the header's text: one pointer for all */
	const char *block;   /* the key that opened it; "" outside of blocks */
	const char *key;     /* in lower case */
	const char *value;
	size_t line;
};

/*
 * Add the items, which borrow from text, to *out, ordered by section, block,
 * key and line.  On failure: fatal/s3.config with the path and the line.
 */
int awsparse(const char *path, struct awstext text, struct buf *out, struct err *);
/* Whether a header means [name], or with a kind [kind name]. */
bool awsparse_is(const char *header, const char *kind, const char *name);

#endif

/*
 * place/place.h - where documents are and results go, by the scheme of a uri.
 *
 * A table has a row for each scheme: how it lists (place/source.h), fetches
 * (place/origin.h) and puts (place/dest.h).  A text is of the row whose name
 * and "://" it begins with, else of the first one, which takes paths, and
 * judges what is none.  Commands give place_schemes and know no scheme; a new
 * one is a file beside place/file.c and place/s3.c, and its row.
 */
#ifndef PLACE_PLACE_H
#define PLACE_PLACE_H

struct dest_ops;
struct err;
struct loop;
struct origin_ops;
struct places;
struct source_ops;

struct place_conf {
	struct loop *loop;
	int addressing; /* of buckets: which of place_addressing */
};

/* The words for it, NULL-terminated. */
extern const char *const *const place_addressing;

struct place_scheme {
	const char *name; /* "s3" */
	/*
	 * What all of its places share (a client), made when the first one is
	 * used; NULL with *e.
	 */
	void *(*begin)(const struct place_conf *, struct err *);
	void (*end)(void *shared); /* NULL: nothing has to be done */
	/* Each NULL where there is no such thing: store.uri says so. */
	const struct source_ops *source;
	const struct origin_ops *origin;
	const struct dest_ops *dest;
};

extern const struct place_scheme place_file, place_s3;
/* The rows of quire, NULL-terminated. */
extern const struct place_scheme *const place_schemes[];

/* The places of a process; the table has to outlive them. */
struct places *places_new(const struct place_scheme *const table[], const struct place_conf *);
/* Nothing of them may be in use any more. NULL is allowed. */
void places_free(struct places *);

#endif

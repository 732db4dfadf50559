/*
 * place/dest.h - a place where results go.
 */
#ifndef PLACE_DEST_H
#define PLACE_DEST_H

#include <stdbool.h>

#include "rec/mark.h"

struct dest;
struct dest_put;
struct err;
struct places;
struct rec;

/*
 * Open it, making sure that it is there, as far as can be known before
 * anything is put.  Waits for what it has to ask.  NULL with *e fatal, or busy
 * where it may work later.
 */
struct dest *dest_open(struct places *, const char *operand, struct err *);
void dest_close(struct dest *); /* nothing may be under way; NULL is allowed */

struct dest_conf {
	struct rec *rec;    /* a document with rel and path; lent until it is over */
	long long max_size; /* bytes; 0: any number */
	/* With what it was made, for its mark; NULL: that is not said. */
	const char *settings;
	bool replace; /* also what is another document's result */
	/*
	 * Room for RESULT_ETAG_MAX + 1, or NULL: before it is over it is set to the etag that
	 * a listing will say of the result, or is empty where that is not known.
	 */
	char *etag;
	/* It is over: its uri, or NULL and why not. */
	void (*done)(void *arg, const char *uri, const struct err *e);
	/* Of dest_look: this instead. */
	mark_looked_fn *looked;
	void *arg;
};

/*
 * Put the result at the record's path where its dest_rel says, or else its rel.
 * NULL with *e:
 * validation record.member, document.type (no plain file), document.large, io.read by
 * err_class_of, or what its scheme says, as permanent job.clash: what is there says,
 * or this process knows, that it is the result of a document with another uri;
 * else done() comes from the loop, once.  It is there, whole, or what was
 * there is as it was.
 */
struct dest_put *dest_put(struct dest *, const struct dest_conf *, struct err *);
/*
 * See what is there already, for looked().  NULL with validation record.member;
 * what cannot be seen is no error.
 */
struct dest_put *dest_look(struct dest *, const struct dest_conf *, struct err *);
/* No callback comes any more; it may be there or not. */
void dest_cancel(struct dest_put *);

/* What a scheme is asked for. */
struct dest_want {
	struct rec *rec;         /* the document; lent until it is over */
	const char *rel;         /* what the result's name is made of; the same */
	int fd;                  /* the result, from its start; the same */
	const struct mark *mark; /* what it says of where it is from; the same */
	bool replace, written;   /* see struct store_put (dir/put.h) */
	char *etag;              /* as above; empty */
	void (*done)(void *arg, const char *uri, const struct err *e);
	/* Nothing is to be put: it is called instead, with what is there. */
	mark_looked_fn *looked;
	void *arg;
};

/* A scheme's own; as the functions above. */
struct dest_ops {
	void *(*begin)(void *shared, const char *operand, struct err *);
	void *(*put)(void *dest, const struct dest_want *, struct err *);
	void (*cancel)(void *put);
	void (*end)(void *dest);
};

#endif

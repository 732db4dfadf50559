/*
 * place/source.h - the documents at one or more places, as records.
 *
 * They come place by place, in the order of the operands.
 */
#ifndef PLACE_SOURCE_H
#define PLACE_SOURCE_H

#include <stdbool.h>

#include "rec/name.h"

struct err;
struct places;
struct rec;
struct source;

struct source_conf { /* what it points at must outlive the source */
	struct name_globs globs;
	const char *skip_dir;    /* a folder below, not to be listed, or NULL */
	const char *const *skip; /* paths of nskip others: see dir/list.h */
	size_t nskip;
	const char *newer_in; /* a DEST: skip what has a newer result there; or NULL */
	long min_age_s;       /* see dir/list.h */
	bool no_links;        /* the same */
	bool several;         /* for a row: there are several operands */
};

/*
 * List the operands, NULL-terminated.  NULL with validation store.uri where
 * what is asked for cannot be: nothing has been looked at then.
 */
struct source *source_new(struct places *, const struct source_conf *, char *const operands[],
    struct err *);
/*
 * The next record, the caller's to free: a document, or, where e->code is set,
 * what could not be listed (kind "error"), after which the listing goes on.
 * NULL: where e->code is set nothing further can be listed (fatal, or busy
 * where it may be later); else none is here yet, or none comes any more.
 */
struct rec *source_next(struct source *, struct err *);
/*
 * After NULL: false where to ask again when the loop has run something.  That
 * is not for source_next to say by a third kind of answer: who forgets to ask
 * waits, and takes no half of a listing for the whole.
 */
bool source_ended(const struct source *);
/* How many were passed over because their result is newer. */
long source_skipped(const struct source *);
/* What else was passed over, of all operands. */
void source_passed(const struct source *, struct name_passed *);
void source_free(struct source *); /* NULL is allowed */

/* A scheme's own; a list is what its list() gives. */
struct source_ops {
	/*
	 * Whether places of the scheme can be listed so, or be newer_in.  -1 with
	 * validation store.uri.  NULL: always.
	 */
	int (*check)(const struct source_conf *, struct err *);
	/* Whether this can be skip_dir. The same. */
	int (*check_skip)(const char *dir, struct err *);
	/* skip_dir is only given where it is of the same scheme. NULL with *e. */
	void *(*list)(void *shared, const struct source_conf *, const char *operand, struct err *);
	/* As source_next and source_ended. ended NULL: it never waits. */
	struct rec *(*next)(void *list, struct err *);
	bool (*ended)(const void *list);
	long (*skipped)(const void *list); /* NULL: none ever */
	const struct name_passed *(*passed)(const void *list);
	void (*end)(void *list);
};

#endif

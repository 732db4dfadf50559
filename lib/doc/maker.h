/*
 * doc/maker.h - pages.c's other side: what runs in a document's child.
 *
 * The child is made for one document of one kind (doc/kind.h), in the jail of
 * that kind, and speaks to its parent by doc/say.h.  Everything here blocks.
 */
#ifndef DOC_MAKER_H
#define DOC_MAKER_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "base/buf.h"
#include "base/ranges.h"
#include "doc/texts.h"

struct err;
struct kind;
struct role;

enum {
	MAKER_AHEAD = 2,          /* pages made and not yet taken */
	MAKER_TEXT_MAX = 1 << 20, /* bytes of a page's Markdown */
	MAKER_LINE_MAX = 4 << 20  /* bytes of an event */
};

#define MAKER_IMAGE "p-%04ld.png" /* a page's, in the work directory */
#define MAKER_TEMP ".p-%04ld.png" /* while it is written */
#define MAKER_BECOME "become"     /* what a document was made into, there too */
#define MAKER_TREE ".tree"        /* a directory, with others in it, of KIND_OFFICE */

struct maker {
	const struct kind *kind;
	const char *path, *work;
	struct texts_hint hint; /* neither is NULL */
	const char *password;   /* the document's, if it needs one; NULL: none is known */
	int text;               /* enum pages_text */
	long dpi, max_pages, page_s;
	double max_area; /* of a page image, pixels */
	long max_side;
	bool bands;         /* but of image_is_long as the decoders' limits are */
	bool colour;        /* page images are in colour where the page is */
	long spent_ms;      /* CPU time of children before this one */
	long first;         /* the page to begin with */
	struct ranges only; /* the pages that are wanted; resolved by maker_say_start */
	int source;         /* the document, open to read */
	/* the maker's own */
	int sock; /* to the parent */
	int dir;  /* the work directory */
	long ahead;
	long budget_ms; /* CPU time for all pages, since maker_say_start */
	struct buf line;
	jv notes; /* of the page that is said next */
	jv every; /* of those that are said from now on, too */
};

/* The first page from page on that is wanted, or 0: maker_say_start was called. */
long maker_next(const struct maker *, long page);
/* Pixels that a page image has at most. */
double maker_area(const struct maker *);

/* What the child is (proc/role.h), with the table of kinds that it makes pages of. */
#define MAKER_ROLE(kinds) \
	{ \
		.name = "maker", .ready = maker_ready, .serve = maker_serve, .arg = (kinds) \
	}
/* The parent's side: append what the child is told; its file is the document. */
int maker_tell(struct buf *, const struct maker *);
int maker_ready(const struct role *, void *told, size_t len, void **maker, struct err *);
/* Its status is 0 when all was said. */
int maker_serve(int sock, int file, void *maker);

#endif

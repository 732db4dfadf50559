/*
 * doc/maker.h - pages.c's other side: what runs in a document's child.
 *
 * It speaks to its parent over a socket: records (lines of JSON) out, one byte
 * back for each page that was taken.  Everything here blocks.
 */
#ifndef DOC_MAKER_H
#define DOC_MAKER_H

#include <stdbool.h>

#include "base/buf.h"

struct err;
struct image;
struct rec;

enum {
	MAKER_AHEAD = 2,          /* pages made and not yet taken */
	MAKER_TEXT_MAX = 1 << 20, /* bytes of a page's Markdown */
	MAKER_LINE_MAX = 4 << 20  /* bytes of an event */
};

#define MAKER_IMAGE "p-%04ld.png" /* a page's, in the work directory */
#define MAKER_TEMP ".p-%04ld.png" /* while it is written */

struct maker {
	const char *path, *work;
	int text; /* enum pages_text */
	long dpi, max_pages, page_s;
	double max_area; /* of a page image, pixels */
	long max_side;
	long spent_ms; /* CPU time of children before this one */
	long first;    /* the page to begin with */
	int sock;      /* to the parent */
	int source;    /* the document, open to read */
	/* the maker's own */
	int dir; /* the work directory */
	long ahead;
	long budget_ms; /* CPU time for all pages, since maker_say_start */
	struct buf line;
};

/* The child's main: in its jail already. Its status is 0 when all was said. */
int maker_main(void *maker);

/* The pages of a PDF, and of anything that is one or more images. */
int maker_pdf(struct maker *, struct err *);

/*
 * What is left of the document's CPU time (what tools that still run have
 * used is not counted), or -1 with transient page.timeout.
 */
long maker_left_ms(const struct maker *, struct err *);

/* Say one event; the record is freed. Does not return when the parent is gone. */
void maker_say(struct maker *, struct rec *);
void maker_say_start(struct maker *, const char *mime, long pages);
void maker_say_failed(struct maker *, long page, const struct err *);
void maker_say_text(struct maker *, long page, const struct buf *markdown);
/*
 * Write the image as p-NNNN.png in the work directory, by rename, and say so;
 * or say that the page failed.  Waits while MAKER_AHEAD pages are not taken.
 */
void maker_say_image(struct maker *, long page, const struct image *);

/* The parent's: the error of an event, as far as it is one that a maker may say. */
void maker_error(struct rec *event, struct err *);

#endif

/*
 * ocr/smaller.h - a look at a page's image for who cannot decode it itself: made
 * smaller, and whether there is text on it.  In a jailed child (proc/role.h).
 */
#ifndef OCR_SMALLER_H
#define OCR_SMALLER_H

#include <stdbool.h>

#include "ocr/result.h"

struct err;
struct loop;
struct smaller;

struct look {
	int fd;                 /* a PNG, made smaller, to be closed; -1: it was not asked for */
	long width, height;     /* pixels */
	long letters;           /* about so many, or fewer than there are (ocr/parts.h, widths) */
	struct ocr_notes notes; /* blank, picture */
};

/* e: validation page.*, transient ocr.died, ocr.timeout, mem.limit, io.* */
typedef void smaller_done_fn(void *arg, const struct look *, const struct err *e);

/* What is asked of an image; it stands still until it is answered or cancelled. */
struct look_ask {
	double area; /* pixels, at most, of the image that is handed back, */
	long side;   /* and of its longer side; 0: none is asked for */
	bool colour; /* it keeps its colours, if it has any; else it is gray */
	smaller_done_fn *done;
	void *arg;
};

/* First thing in main: does not return in a child of it. */
void smaller_child(int argc, char *argv[]);
struct smaller *smaller_new(struct loop *, long jobs);
/* fd: the PNG, good for the call alone. Fails, without calling back, where no child can be had. */
int smaller_look(struct smaller *, int fd, struct look_ask *, struct err *);
void smaller_cancel(struct smaller *, const struct look_ask *);
void smaller_free(struct smaller *); /* NULL is allowed */

#endif

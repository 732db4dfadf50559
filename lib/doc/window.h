/*
 * doc/window.h - what is found out of some hundred pages of a PDF together, and
 * what becomes of each: the evidence, from as few runs of the tools as can be,
 * and the verdicts.
 */
#ifndef DOC_WINDOW_H
#define DOC_WINDOW_H

#include <stdbool.h>

#include "doc/judge.h"
#include "doc/opinion.h"
#include "doc/regions.h"
#include "pdf/pdf.h"
#include "pdf/shapes.h"
#include "pdf/words.h"

struct maker;

enum { WINDOW = 256 };

struct window {
	long first, n;  /* pages */
	bool slow;      /* one could not be looked at in time: no other is */
	bool unpainted; /* mutool knows nothing of this document's pages */
	bool undrawn;   /* or could not draw one of them */
	bool suspect;   /* of this window's data mutool says that some are lost */
	bool tried;     /* it was asked for sketches */
	long sketched;  /* pages of it that were looked at by a sketch, */
	long enough;    /* of which that was enough */
	struct pdf_words words[WINDOW];
	struct judged judged[WINDOW];
	struct pdf_scan scan[WINDOW];
	long all[WINDOW];     /* characters of the layer */
	long visible[WINDOW]; /* of them, those that are drawn visibly; -1: not known */
	enum verdict verdict[WINDOW];
	const char *why[WINDOW];
	struct regions regions[WINDOW]; /* of pages that are read in parts */
	struct pdf_shapes *shapes;      /* of letters, */
	struct pdf_lies lies;           /* and those that are worth reading */
	struct opinions opinions;
	struct hyphen_words *known; /* the caller's: of the pages so far, these included */
};

struct window *window_new(void);
void window_free(struct window *);
/*
 * Get to know pages first..first+n-1, which are there, and judge them.  Tools
 * that fail here cost their knowledge, not the pages: what has no text that is
 * known to be good is read from its image.
 */
void window_look(struct window *, struct maker *, struct pdf *);
/* The share of page i that its images cover, one over another counted twice. */
double window_share(const struct window *, const struct pdf *, long i);

#endif

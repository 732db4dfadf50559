/*
 * doc/opinion.h - a second opinion about what is lost of a PDF's pages, asked
 * for some of them at a time: poppler does not say it of all data.
 */
#ifndef DOC_OPINION_H
#define DOC_OPINION_H

#include <stdbool.h>

#include "pdf/pdf.h"

struct maker;

struct opinions {
	long first, last; /* pages that were asked for together; 0: none yet */
	enum pdf_opinion worst;
	bool mute; /* no more is asked for: there is none, or it takes too long */
};

struct opinion_on {
	long page, last; /* those behind it, up to last, will be asked for as well */
	enum pdf_opinion least;
};
/* Whether that of a page is least, or worse. */
bool opinion_is(struct opinions *, struct maker *, struct pdf *, const struct opinion_on *);

#endif

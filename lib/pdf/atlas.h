/*
 * pdf/atlas.h - the letters that mutool's script has drawn on a page of its own
 * (pdf/glyphs.h), one by one.
 */
#ifndef PDF_ATLAS_H
#define PDF_ATLAS_H

#include <stdbool.h>

#include "img/image.h"

struct pdf;
struct pdf_shapes;

struct pdf_atlas {
	const struct pdf *pdf;
	struct pdf_shapes *shapes; /* NULL: what comes is passed over */
	long dpi;                  /* at which it is drawn */
	/* private; zeroed at first */
	struct image im;
	long cell, cells; /* the next square, and how many there are */
};

/* Take one line, a string. false: it is none of these. */
bool pdf_atlas_line(struct pdf_atlas *, const char *line);
void pdf_atlas_release(struct pdf_atlas *);

#endif

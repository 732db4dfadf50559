/*
 * doc/regions.h - what of a page is read from its picture though its text layer
 * is good: boxes around ink that no word explains, and around words whose
 * characters cannot be believed.
 *
 * No box of ink holds words; lines near each other are in one, as far as that goes;
 * of a scan all lines, since its columns are for who reads it to see.
 */
#ifndef DOC_REGIONS_H
#define DOC_REGIONS_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

struct image;
struct ink_lines;
struct pdf_words;

enum { REGIONS_MAX = 64 };

/* Points, as of the words. */
struct region {
	double x0, y0, x1, y1;
};

struct regions {
	struct region v[REGIONS_MAX];
	size_t n;
	bool full; /* there would be more */
};

/*
 * Around the lines of ink, of a picture of INK_DPI, and around the lines of odd words, whose
 * region is set to the number of the box they are in, from 1 on.
 */
void regions_make(struct regions *, const struct ink_lines *, struct pdf_words *, bool scan);

/* For the record of the page, as md/layout.h reads them: its words, drawn at that many dpi. */
jv regions_layout(const struct pdf_words *, double dpi);
/* How many of its lines are to be compared with what is read of their regions. */
long regions_checks(const struct pdf_words *);
/* The boxes within its picture. */
jv regions_boxes(const struct regions *, const struct image *);

#endif

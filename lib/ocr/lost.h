/*
 * ocr/lost.h - what looks like text on a page, and is in none of the words that
 * were read: weak ink too.
 */
#ifndef OCR_LOST_H
#define OCR_LOST_H

#include <stdbool.h>
#include <stdint.h>

#include "img/image.h"
#include "ocr/faint.h"
#include "ocr/parts.h"

struct err;
struct ink;
struct tess_page;

struct lost {
	int size;      /* the caller's: of the page's letters, as parts have it */
	uint8_t *seen; /* where the small page has words (ocr/cover.h) */
	struct faint faint;
	struct parts parts;  /* those in rows, no others */
	struct image mended; /* the caller's: the page with these made black */
	double worth;        /* the caller's: of some of it, read */
	bool alone;          /* no word of the page was read */
};

struct lost_place {
	uint32_t left, top; /* pixels of the page */
};

/* Fails with transient mem.limit. The caller releases it in either case. */
int lost_find(struct lost *, const struct ink *, const struct tess_page *, struct err *);
/* Its lines that stand closest together, of the mended page. */
int lost_cut(const struct lost *, const struct ink *, struct image *strip, struct lost_place *,
    struct err *);
/*
 * What those words of the strip, cut there, are worth that are new; 0 if they are
 * unsure.  Where there is nothing else, junk beside sure words does not make them so.
 */
double lost_worth(const struct lost *, const struct ink *, const struct tess_page *strip,
    struct lost_place);
void lost_release(struct lost *); /* also of a zeroed struct */

#endif

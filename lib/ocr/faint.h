/*
 * ocr/faint.h - ink that is weak beside the paper right around it: pale print
 * and pencil, and what lies in a shadow or under a flash.
 *
 * The paper is found anew, as fine as the edge of a shadow is (a closing: what
 * is dark and narrower than a few strokes is none), so that ink counts by
 * what it is there, not by what the page has elsewhere.
 */
#ifndef OCR_FAINT_H
#define OCR_FAINT_H

#include <stdint.h>

struct err;
struct image;
struct ink;
struct parts;

enum { FAINT_CELL = 2 }; /* pixels of the small page, a side, that have one value */

struct faint {
	uint32_t across, down; /* cells */
	uint8_t *paper;        /* across * down: how bright the paper is there */
};

/* Fails with transient mem.limit; then *faint is zeroed. */
int faint_take(struct faint *, const struct ink *, struct err *);
/* Mark what is dark where seen, of the small page, is 0: into dark, of the same size. */
void faint_mark(const struct faint *, const struct ink *, const uint8_t *seen, uint8_t *dark);
/*
 * The paper of the image, which ink and faint were taken of, becomes white, and
 * the ink around the parts that are in rows black.  Fails with transient
 * mem.limit, the image as it was.
 */
int faint_mend(struct image *, const struct faint *, const struct ink *, const struct parts *,
    struct err *);
void faint_release(struct faint *); /* also of a zeroed struct; zeroes it */

#endif

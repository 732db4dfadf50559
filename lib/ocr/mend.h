/*
 * ocr/mend.h - the pixels of a page changed so that it can be read.
 */
#ifndef OCR_MEND_H
#define OCR_MEND_H

#include <stdint.h>

struct err;
struct image;
struct ink;

/*
 * Turn the image so that lines which lean by so many degrees clockwise (-45..45)
 * run straight; it grows to hold its corners, and what is new is of brightness
 * fill.  Fails with validation page.large or transient mem.limit, the image as
 * it was.
 */
int mend_straighten(struct image *, double degrees, uint8_t fill, struct err *);
/* Each side f times as long, its dpi too.  Fails as mend_straighten does. */
int mend_enlarge(struct image *, uint32_t f, struct err *);
/* Make the paper white everywhere that ink, taken of this image, saw it darker. */
void mend_light(struct image *, const struct ink *);
void mend_invert(struct image *);
/* A pixel becomes the mean of 3 x 3: dots become gray. Fails as mend_straighten does. */
int mend_soften(struct image *, struct err *);
/* What is as dark as low becomes black, what is as bright as high white. */
void mend_contrast(struct image *, uint8_t low, uint8_t high);
/*
 * A piece of an image, which it lies within: *piece says how wide and high, and
 * becomes it.  Fails with transient mem.limit, the piece zeroed.
 */
int mend_cut(struct image *piece, const struct image *, uint32_t left, uint32_t top, struct err *);

#endif

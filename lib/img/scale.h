/*
 * img/scale.h - an image made smaller to any size, by averages over areas.
 */
#ifndef IMG_SCALE_H
#define IMG_SCALE_H

struct err;
struct image;

/*
 * Shrink it so that it has at most max_area pixels and no side more than max_side, its
 * proportions kept (a side is at least 1); dpi shrinks with it.  What is small enough
 * stays.  About 3 ns a pixel.  Fails with transient mem.limit, the image as it was.
 */
int image_fit(struct image *, double max_area, long max_side, struct err *);

#endif

/*
 * model/boxes.h - where on a page's image a model says that something stands.
 *
 * Nobody has measured it: it is what was said, made to lie on the image.
 */
#ifndef MODEL_BOXES_H
#define MODEL_BOXES_H

#include <stdbool.h>
#include <stddef.h>

enum { BOXES_MAX = 1024, BOXES_LABEL_MAX = 24 };

struct box {
	char label[BOXES_LABEL_MAX]; /* "title": a-z, 0-9, "_" and "-"; may be empty */
	long x0, y0, x1, y1;         /* pixels of the image; x0 < x1, y0 < y1 */
};

struct boxes {
	struct box *v;
	size_t n;           /* at most BOXES_MAX */
	bool cut;           /* there were more */
	long width, height; /* of the image in pixels, the caller's; 0: no boxes are kept */
};

void boxes_release(struct boxes *);
/*
 * Add one with these corners, in any order.  What lies outside is cut off; what has
 * no area then is left out, as is what would be one too many.
 */
void boxes_add(struct boxes *, const char *label, size_t len, const long corner[4]);
/* As pixels of an image of that size, of which theirs is a smaller or larger one. */
void boxes_scale(struct boxes *, long width, long height);
/*
 * Read what stands at s: "[[x,y,x,y],[...]]", or one list alone; anything else in it
 * is passed over.  Digits are all that is read.  scale: what the image's width and
 * height are in these numbers (999), or 0 where they are pixels.
 */
void boxes_read(struct boxes *, const char *label, size_t len, const char *const list[2],
    long scale);

#endif

/*
 * img/ink.h - what the paper says: whether there is ink under a box, and what
 * looks like lines of text outside of boxes.
 *
 * For an image of a page at INK_DPI or so: fine enough to see the words, too
 * coarse to read them.  Ink is what stands out from its surroundings, be it
 * darker or lighter.
 */
#ifndef IMG_INK_H
#define IMG_INK_H

#include <stdbool.h>
#include <stddef.h>

struct image;

enum { INK_DPI = 60, INK_LINES_MAX = 4096 };

/* Pixels; x1 and y1 are behind it. Parts outside the image do not count. */
struct ink_box {
	long x0, y0, x1, y1;
};

/* Whether gray values under it spread: a word that is on the paper does that. */
bool ink_under(const struct image *, const struct ink_box *);
/* The same of a page in colour: letters as bright as their ground are seen in one plane. */
bool ink_under_color(const struct image *, const struct ink_box *);
/*
 * The widest part of the box whose middle, where letters have ink, is of one value
 * as under a bar; as high as the box.  false: there is none.
 */
bool ink_flat(const struct image *, const struct ink_box *, struct ink_box *flat);
/* Whether nothing at all is on the paper; in colour, nothing that is seen in gray. */
bool ink_none(const struct image *);

/* What looks like a line of text. */
struct ink_line {
	struct ink_box box;
	double height; /* of its letters, pixels */
	double ems;    /* its width in such heights, gaps left out */
};

/* The widths of boxes in their heights, two thirds of those: as of lines. */
double ink_ems(const struct ink_box *, size_t n);

struct ink_lines {
	struct ink_line *v; /* free it */
	size_t n;           /* at most INK_LINES_MAX */
	double ems;         /* of all of these */
	bool cut;           /* there was more ink or more lines than are looked at */
};

/*
 * The lines outside the known boxes, which may overlap; they are taken a
 * little larger than they say.
 */
void ink_lines(const struct image *, const struct ink_box *known, size_t n, struct ink_lines *);

#endif

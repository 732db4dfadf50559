/*
 * pdf/pgm.h - the head of an image as pdftoppm writes it, -gray, of Netpbm's
 * pgm(5): "P5\nWIDTH HEIGHT\n255\n", and the pixels behind it; or in color, of
 * its ppm(5), "P6", and three bytes a pixel.
 */
#ifndef PDF_PGM_H
#define PDF_PGM_H

#include <stdbool.h>
#include <stddef.h>

struct pdf_pgm {
	bool color;             /* the caller's: which of the two it must be */
	unsigned width, height; /* pixels, as claimed: any number */
	/* private */
	char head[32];
	size_t len;
	int lines;
};

/*
 * Take the next byte, of a struct that is zeroed at first but for color.  1: it was the last of the
 * head; 0: there is more; -1: this is none.
 */
int pdf_pgm_byte(struct pdf_pgm *, char c);

#endif

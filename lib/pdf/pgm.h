/*
 * pdf/pgm.h - the head of an image as pdftoppm -gray writes it, of Netpbm's
 * pgm(5): "P5\nWIDTH HEIGHT\n255\n", and the pixels behind it.
 */
#ifndef PDF_PGM_H
#define PDF_PGM_H

#include <stddef.h>

struct pdf_pgm {
	unsigned width, height; /* pixels, as claimed: any number */
	/* private */
	char head[32];
	size_t len;
	int lines;
};

/*
 * Take the next byte, of a zeroed struct at first.  1: it was the last of the
 * head; 0: there is more; -1: this is none.
 */
int pdf_pgm_byte(struct pdf_pgm *, char c);

#endif

/*
 * pdf/faces.h - what digits and Latin letters of ordinary fonts look like.
 *
 * Helvetica, Times and Helvetica-Bold, as MuPDF draws them; contrib/faces makes
 * the table.
 */
#ifndef PDF_FACES_H
#define PDF_FACES_H

enum {
	PDF_FACES = 3 * (10 + 26 + 26),
	PDF_FACE_GRID = 12,   /* parts that a letter is compared by, a side */
	PDF_FACE_WHITE = ']', /* the lightest of a part's darkness, ... */
	PDF_FACE_STEPS = 33   /* ... and the steps from there to black */
};

struct pdf_face {
	int character;
	double wide;                                /* the logarithm of width by height */
	char px[PDF_FACE_GRID * PDF_FACE_GRID + 1]; /* the parts, by rows */
};

extern const struct pdf_face pdf_faces[PDF_FACES];

#endif

/*
 * ocr/wish.h - the page image that an engine wishes for.
 *
 * Data alone, apart from the engines: who draws pages asks here, and links no
 * engine for it.  What an image has beyond it is of no use to the engine, and costs.
 */
#ifndef OCR_WISH_H
#define OCR_WISH_H

#include <stdbool.h>

#define OCR_ENGINE "tesseract" /* where none is named */
#define OCR_EXEC "exec:"       /* how the name of a program of the operator's begins */

struct ocr_wish {
	double area; /* pixels at most: an image with more is made smaller */
	long side;   /* pixels at most, of the longer side */
	bool bands;  /* but what has more is read in pieces, and may have any size */
	long dpi;    /* at which a page is drawn that has no resolution of its own */
	bool colour; /* false: gray will do */
	bool whole;  /* it takes documents as they are, too */
	bool fields; /* all of them give fields and no text: each page is drawn */
};

extern const struct ocr_wish wish_tesseract; /* and mock's, which stands in for it */

struct err;

/*
 * Into *wish what serves all engines of that list, which commas join: the largest image
 * that one of them wishes for, in colour where one of them does.  Fails with fatal ocr.profile.
 */
int ocr_wish(const char *engines, struct ocr_wish *wish, struct err *);

#endif

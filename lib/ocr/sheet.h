/*
 * ocr/sheet.h - a page of so many pixels that Tesseract would not read it well
 * as one, or not in time: a plan, a poster, a page of a newspaper.
 *
 * It is cut where nothing stands: between columns that run down all of it, and
 * below and above what stands across them.  Each piece is read as a page, or
 * in bands (ocr/tiles.h), column by column.  Where letters are larger than need be the
 * sheet is made smaller first.  One that is much wider than high is turned
 * before, where it is a long page that lies on its side.
 */
#ifndef OCR_SHEET_H
#define OCR_SHEET_H

#include <stdbool.h>

struct err;
struct image;
struct ocr_notes;
struct tess;
struct tess_page;

struct sheets {
	struct tess *tess;
	double area; /* of what is read as one piece, pixels; 0: as is good */
};

/* Whether the image is one. */
bool sheet_is(const struct image *);
/*
 * Read it; the image is changed.  page is the caller's to release; where its words
 * stand is not said.  Fails as tiles_read() does.
 */
int sheet_read(const struct sheets *, struct image *, struct tess_page *page, struct ocr_notes *,
    struct err *);

#endif

/*
 * ocr/tiles.h - a page that is much longer than wide, read a band at a time.
 *
 * Web pages, receipts, strips.  A band is about as long as a page, and is read
 * as one (ocr/read.h), so that neither Tesseract's limits nor its memory bound
 * the page.  It ends between two lines, in the widest gap of where it may.
 * Where there is none, as lines of two columns stand beside the gaps of each
 * other, two bands share some rows, and a line that both have read is taken
 * once.  A page that lies on its side or head is turned before it is cut.
 */
#ifndef OCR_TILES_H
#define OCR_TILES_H

#include <stdint.h>

struct err;
struct image;
struct ocr_notes;
struct tess;
struct tess_page;

struct tiles {
	struct tess *tess;
	uint32_t rows; /* of a band; 0: as is good for a long page, and others are read whole */
};

/*
 * Read the image, which is changed; what its words' boxes and the notes say is
 * of the image upright.  page is the caller's to release.  Fails with permanent
 * ocr.failed, ocr.large (the text), transient mem.limit.
 */
int tiles_read(const struct tiles *, struct image *, struct tess_page *page, struct ocr_notes *,
    struct err *);

#endif

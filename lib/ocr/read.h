/*
 * ocr/read.h - a page read as it should be: upright, straight and readable.
 *
 * The page is looked at before it is read: what leans is straightened, what
 * seems turned is turned where a few lines read better so, white on black is
 * made black on white, faint and small print stronger and larger.  Where what
 * was read is poor all the same, other directions and evened light are tried,
 * and the better reading is kept; so it is where rows are seen that were not
 * read since they are weak beside the rest of the page, and some of them make
 * words.  Of a page that asks for none of that the looks cost about 1 % of the
 * reading.
 */
#ifndef OCR_READ_H
#define OCR_READ_H

struct err;
struct image;
struct ocr_notes;
struct tess;
struct tess_page;

/*
 * Read the image, which is changed.  page is the caller's to release.  Fails
 * with permanent ocr.failed, transient mem.limit.
 */
int read_page(struct tess *, struct image *, struct tess_page *page, struct ocr_notes *,
    struct err *);
/* What a reading is worth beside another: its letters, by how sure Tesseract is of them. */
double read_worth(const struct tess_page *);

#endif

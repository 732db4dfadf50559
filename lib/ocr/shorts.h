/*
 * ocr/shorts.h - columns of short pieces of text, as quantities, marks and the
 * labels of lists, which Tesseract's look for columns loses, or takes for a
 * line that runs down.
 */
#ifndef OCR_SHORTS_H
#define OCR_SHORTS_H

struct err;
struct image;
struct ink;
struct parts;
struct tess;
struct tess_page;

struct shorts {
	struct tess *tess;
	const struct image *im; /* that parts were found in */
	const struct ink *ink;
	const struct parts *parts;
	double left; /* widths of those that could not be read, each as a word's */
};

/*
 * Read those that no word of the page covers, nor one that is as high as several
 * lines; they become its last lines, and such words go.  Nothing is read where
 * there are none.  Fails as tess_lines does, or with transient mem.limit.
 */
int shorts_read(struct shorts *, struct tess_page *, struct err *);

#endif

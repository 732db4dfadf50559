/*
 * ocr/blank.h - lines that were taken for columns, as their words stand below each
 * other: lists whose rows begin alike, a text in letters of one width.
 */
#ifndef OCR_BLANK_H
#define OCR_BLANK_H

struct tess_page;

/*
 * Columns with no more than a blank between them, row by row, become the lines that
 * they are.  What stands between real columns is wider than their letters are high.
 */
void blank_join(struct tess_page *);

#endif

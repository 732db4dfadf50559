/*
 * ocr/tables.h - rows of tables, bills and lists that were read column by column
 * put together again.
 */
#ifndef OCR_TABLES_H
#define OCR_TABLES_H

struct tess_page;

/*
 * A column of numbers or of single signs goes to the ends of the lines that stand
 * left of them, one each; one of labels, as "3." and "b)", to the heads of those
 * at its right.  Columns of words stay what they are, but for what a blank alone
 * parts (ocr/blank.h).
 */
void tables_join(struct tess_page *);

#endif

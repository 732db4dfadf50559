/*
 * ocr/empty.h - what a page is that gave no text.
 */
#ifndef OCR_EMPTY_H
#define OCR_EMPTY_H

struct ink;
struct ocr_notes;
struct parts;

/*
 * Set blank, picture or unread: specks, folds and what shines through are
 * nothing; some letters are no picture, nor is a page of them.
 */
void empty_note(struct ocr_notes *, const struct ink *, const struct parts *);

#endif

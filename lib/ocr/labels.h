/*
 * ocr/labels.h - words that stand about on a drawing, read one label at a time.
 *
 * Of a plan with frames and lines Tesseract's own layout finds few words or
 * none.  Rows of letters that stand near each other are a label; each is cut
 * out and read by itself, from the top down.
 */
#ifndef OCR_LABELS_H
#define OCR_LABELS_H

#include <stddef.h>

struct err;
struct marks;
struct ocr_notes;
struct tess;
struct tess_page;

enum { LABELS_MOST = 2000 };

/*
 * Read those that the marks of an image make; where their words stand is not
 * said; those behind the first LABELS_MOST rows count as unread.  page is
 * the caller's to release.  Fails with permanent ocr.failed,
 * ocr.large, transient mem.limit.
 */
int labels_read(struct tess *, const struct marks *, struct tess_page *page, struct ocr_notes *,
    struct err *);

#endif

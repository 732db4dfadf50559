/*
 * ocr/local.h - a page image as Markdown, by Tesseract in jailed resident workers.
 *
 * A worker decodes the page's PNG itself (libpng, gray rows), reads it and
 * makes the Markdown. Limits of a page: 120 s CPU, 180 s wall, 2 GiB of
 * address space, 1 MiB of Markdown.
 */
#ifndef OCR_LOCAL_H
#define OCR_LOCAL_H

#include <stddef.h>

struct err;
struct loop;
struct ocr;

struct ocr_result {
	const char *markdown; /* borrowed for the call; not NUL-terminated */
	size_t len;
	double confidence; /* 0..1 */
};

/* r, or e: validation page.image, permanent ocr.*, transient ocr.died, ocr.timeout */
typedef void ocr_done_fn(void *arg, const struct ocr_result *r, const struct err *e);

/*
 * Loads the languages (see tess_new) and readies a pool of n workers, whose
 * results are done's.
 */
struct ocr *ocr_new(struct loop *, const char *lang, long n, ocr_done_fn *done, struct err *);
/*
 * Read the PNG open at fd (duplicated). dpi 0: as the file says. Fails,
 * without calling back, when no worker can be had.
 */
int ocr_page(struct ocr *, int fd, long dpi, void *arg, struct err *);
void ocr_cancel(struct ocr *, const void *arg);
void ocr_free(struct ocr *);

#endif

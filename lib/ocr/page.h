/*
 * ocr/page.h - a page image as Markdown, by the engine that was chosen.
 *
 * The engine answers with a raw result; its Markdown, of at most OCR_TEXT_MAX
 * bytes, is made here.
 */
#ifndef OCR_PAGE_H
#define OCR_PAGE_H

#include <stddef.h>

struct engine;
struct engine_conf;
struct err;
struct ocr;
struct ocr_ask;
struct ocr_notes;
struct ocr_raw;

struct ocr_result {
	const char *markdown; /* borrowed for the call; not NUL-terminated */
	size_t len;
	double confidence;             /* 0..1; below 0: the engine does not say */
	const struct ocr_notes *notes; /* borrowed for the call; NULL: it does not say */
	unsigned doubt;                /* reasons to doubt it (doubt.h) */
	/* Where regions were asked for and read, they are it, and the rest is nothing. */
	const struct ocr_raw *regions; /* borrowed for the call */
	size_t nregions;
};

/* r, or e: validation page.*, permanent ocr.*, transient ocr.died, ocr.timeout */
typedef void ocr_done_fn(void *arg, const struct ocr_result *r, const struct err *e);

/* Open the engine (see its row's open, also for failures), whose results are done's. */
struct ocr *ocr_new(const struct engine *, const struct engine_conf *, ocr_done_fn *done,
    struct err *);
/*
 * Have a page read; *ask is copied, its descriptor good for the call alone.
 * Fails, without calling back, when the engine cannot take it.
 */
int ocr_page(struct ocr *, const struct ocr_ask *ask, void *arg, struct err *);
/* No result comes for the page with this arg. */
void ocr_cancel(struct ocr *, const void *arg);
void ocr_free(struct ocr *); /* NULL is allowed; no result comes any more */

#endif

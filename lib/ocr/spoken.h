/*
 * ocr/spoken.h - what an engine that is a program of its own is asked of a page,
 * and what it answers: a JSON object each, on a line (ocrpage(1)).
 *
 * What it answers may be what a hostile page made it say: its Markdown is made safe
 * (model/clean.h), its text is text, and of its errors only the words are taken.
 */
#ifndef OCR_SPOKEN_H
#define OCR_SPOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "model/clean.h"
#include "ocr/result.h"

struct buf;
struct err;
struct ocr_ask;
struct rec;

/* JSON may write a byte as six. */
enum { SPOKEN_LINE_MAX = 6 * OCR_TEXT_MAX + (64 << 10) };

/*
 * Append the question, with its newline: n is its number.  The image has the path by
 * which the kernel knows the open file.  Fails with transient page.changed, where
 * another file is there by now, or none; validation page.image where its path is no text.
 */
int spoken_ask(struct buf *out, const struct ocr_ask *ask, const char *lang, long n, struct err *);

struct spoken {
	struct rec *rec; /* the answer, which raw lends from */
	struct clean clean;
	struct ocr_raw raw;
};

/*
 * Take the answer to question n; release it in any case.  Fails with what it says has
 * failed, by a code of ours where it has one of ocr.*, else ocr.failed; permanent
 * ocr.large; permanent ocr.program, where it is no answer.
 */
int spoken_read(struct spoken *, const char *line, size_t len, long n, struct err *);
/* html_tables: none becomes a table of Markdown. */
void spoken_init(struct spoken *, bool html_tables);
void spoken_release(struct spoken *);

#endif

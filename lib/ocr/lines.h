/*
 * ocr/lines.h - the lines of a page that was read, each with its place and its
 * words, to be taken apart and put together anew.
 */
#ifndef OCR_LINES_H
#define OCR_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct tess_page;
struct tess_word;

struct ocr_line {
	char *text; /* NULL: it is out */
	int x0, y0, x1, y1;
	bool gap; /* an empty line stands before it */
	struct tess_word *words;
	size_t n;
};

struct ocr_lines {
	struct ocr_line *v;
	size_t n;
};

int ocrline_height(const struct ocr_line *);
/* Whether two stand in one row. */
bool ocrline_level(const struct ocr_line *, const struct ocr_line *);
/* Whether b stands below a, over the same place. */
bool ocrline_under(const struct ocr_line *a, const struct ocr_line *b);
/* Copies of the page's lines.  false, and none, where its text and its words do not agree. */
bool ocrlines_take(struct ocr_lines *, const struct tess_page *);
/* The mean of a line's words' confidence. */
double ocrlines_sure(const struct ocr_line *);
/* Take a line out. */
void ocrlines_drop(struct ocr_line *);
/* Take its word k out, where its text has as many words as it has; the last takes it out. */
void ocrlines_drop_word(struct ocr_line *, size_t k);
/* Put a line of another page behind all others; it is moved, and at is out. */
void ocrlines_append(struct ocr_lines *, struct ocr_line *at);
/* Put the text of one behind that of another, or before, with a blank; it is out then. */
void ocrlines_join(struct ocr_line *to, struct ocr_line *from, bool before);
/* Make them the page's text and words; what the page had is freed.  None are left. */
void ocrlines_give(struct ocr_lines *, struct tess_page *);
void ocrlines_release(struct ocr_lines *);

#endif

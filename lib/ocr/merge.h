/*
 * ocr/merge.h - the lines of a page's text layer, and what was read of its
 * regions, as one Markdown.
 *
 * A line that was to be compared stays where what was read of its region bears
 * it out, and where each of its characters stands for one; else what was read
 * stands for it, if that can be believed.  What was read of a region without
 * lines is a block of its own: behind the line above it, in whose column it
 * stands.
 */
#ifndef OCR_MERGE_H
#define OCR_MERGE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct layout;
struct ocr_raw;
struct tongue;

struct merged {
	double confidence; /* mean of what was taken, by letters; below 0: nothing was */
	size_t taken;      /* regions of which what was read is in the text */
	double unread;     /* of the ink in regions without lines: the share that is not */
	bool ink;          /* there is some that looks like text */
	bool font;         /* lines stayed that neither agree nor can be replaced */
	bool language;     /* they are of a script or have letters that the reader does not know, */
			   /* or what was read is of a language that he was not asked for */
};

/*
 * Append the Markdown (md/text.h) to out.  readings are those of the layout's
 * regions, as many; zeroed ones where nobody could read them.  -1 where it does
 * not fit.
 */
int merge_markdown(const struct layout *, const struct ocr_raw *readings, struct tongue *,
    struct buf *out, struct merged *);

#endif

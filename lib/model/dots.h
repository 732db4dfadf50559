/*
 * model/dots.h - the list that dots.ocr makes of a page (its prompt_layout_all_en):
 *
 *	[{"bbox": [10, 20, 300, 60], "category": "Title", "text": "..."}, ...]
 */
#ifndef MODEL_DOTS_H
#define MODEL_DOTS_H

struct boxes;
struct buf;

/*
 * Append the blocks of the list that is [s, end) as model/blocks.h does, and add their
 * boxes.  Of a list that was cut the block it was cut in keeps what there is of its
 * text; objects that are none are passed over.  What is no such list is text as it is.
 * -1: out is full.
 */
int dots_text(struct buf *out, struct boxes *, const char *s, const char *end);

#endif

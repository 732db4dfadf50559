/*
 * model/grounded.h - text with the tags of DeepSeek-OCR and its kin:
 *
 *	<|ref|>sub_title<|/ref|><|det|>[[90, 80, 500, 120]]<|/det|>
 *	Results
 *
 * (deepseek-ai/DeepSeek-OCR, run_dpsk_ocr_pdf.py.)  The same without ref, the label in
 * front of the numbers (Unlimited-OCR), is read, too.  Text in ref that is no label, as
 * "OCR this image." gives it, is the page's text.
 */
#ifndef MODEL_GROUNDED_H
#define MODEL_GROUNDED_H

struct boxes;
struct buf;

/* Append the blocks of [s, end) as model/blocks.h does, add their boxes.  -1: out is full. */
int grounded_text(struct buf *out, struct boxes *, const char *s, const char *end);

#endif

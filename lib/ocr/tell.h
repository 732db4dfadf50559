/*
 * ocr/tell.h - what a page's record tells of how it was read (quire-records.7).
 */
#ifndef OCR_TELL_H
#define OCR_TELL_H

#include <stdbool.h>

struct merged;
struct ocr_notes;
struct ocr_result;
struct rec;

/* The words of all these reasons (ocr/doubt.h). */
void tell_doubt(struct rec *, unsigned doubt);
/* ink_unread, skew, turned, blank, picture */
void tell_reading(struct rec *, const struct ocr_notes *);
/* engine, confidence, ink_unread, and the doubts of a layer with parts that were read */
void tell_merged(struct rec *, const char *engine, const struct merged *);
/* gate: by what it was judged, and who could not read it; cached */
void tell_gate(struct rec *, const struct ocr_result *);
/*
 * fields and their doubt, and markdown and engine of a page that has no text yet.  false:
 * none were asked for.
 */
bool tell_fields(struct rec *, const struct ocr_result *);
/* boxes: where a model says that things stand */
void tell_boxes(struct rec *, const struct ocr_result *);

#endif

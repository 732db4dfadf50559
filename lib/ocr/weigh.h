/*
 * ocr/weigh.h - whether what was said of a page can be all of it, and is none of what
 * models say instead: for engines that do not tell themselves what they left out.
 */
#ifndef OCR_WEIGH_H
#define OCR_WEIGH_H

#include <stdbool.h>

#include "model/gate.h"

struct look;
struct ocr_gate;

/* What is wrong with an answer, as its error says it. */
struct weigh_fault {
	enum gate_verdict verdict;
	const char *code, *what;
};

/* NULL: nothing is, of which no doubt is left. */
const struct weigh_fault *weigh_fault(enum gate_verdict);
/*
 * Hold an answer of gate->chars against what was seen of the page, which gate tells
 * then: GATE_EMPTY, or GATE_FINE, and *doubt has why it may not be all of it.
 */
enum gate_verdict weigh_look(const struct gate_conf *, const struct look *, struct ocr_gate *gate,
    unsigned *doubt);
/*
 * Of a page of which nothing was said: whether it is a picture, and no more.  What has
 * letters in a row is not known to be.
 */
bool weigh_picture(const struct look *);

#endif

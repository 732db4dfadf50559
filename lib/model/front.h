/*
 * model/front.h - the facts that olmOCR puts above a page's text:
 *
 *	---
 *	primary_language: en
 *	is_rotation_valid: True
 *	rotation_correction: 0
 *	---
 */
#ifndef MODEL_FRONT_H
#define MODEL_FRONT_H

struct front {
	int upright;  /* is_rotation_valid: 1 or 0; -1: not said */
	int rotation; /* rotation_correction: 0, 90, 180 or 270 degrees; -1: not said */
};

/* Where the text behind them starts: s where there are none.  The text's end may cut them. */
const char *front_read(struct front *, const char *s, const char *end);

#endif

/*
 * ocr/doubt.h - whether what an engine says of a page can be believed.
 *
 * Confidence alone misses the worst pages, those of which a part was not read;
 * so the ink that was not read is looked at, and the text itself: letters of
 * another script come out as Latin ones that look like them, capitals among small.
 */
#ifndef OCR_DOUBT_H
#define OCR_DOUBT_H

struct ocr_raw;

enum {
	DOUBT_CONFIDENCE = 1, /* the engine is not sure of it */
	DOUBT_INK = 2,        /* ink that looks like text was not read */
	DOUBT_JUNK = 4,       /* much of it is no words */
	DOUBT_LANGUAGE = 8    /* its script is one that nobody has read it in */
};

/* Which of these there are. */
unsigned doubt_of(const struct ocr_raw *);
/* The word for one of them, as records have it; the words are in order. */
const char *doubt_word(unsigned doubt);

#endif

/*
 * ocr/result.h - what an engine answers, and the Markdown of it.
 *
 * A raw result is what the engine said and nothing that was made of it, so
 * that it can be kept and made Markdown of anew.  It may come from a worker
 * that a hostile image has taken over: whatever text it holds, its Markdown is
 * made here, outside, and says that text.
 */
#ifndef OCR_RESULT_H
#define OCR_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

struct buf;
struct err;
struct ocr_layout;

enum { OCR_TEXT_MAX = 1 << 20 }; /* bytes of a raw result's text, and of its Markdown */

enum ocr_kind {
	OCR_TEXT,    /* plain: a line a line, an empty line between paragraphs */
	OCR_MARKDOWN /* as an engine gives that writes it; it is the operator's to trust */
};

/* How a page was read, besides what it says. */
struct ocr_notes {
	double unread; /* 0..1: the share of ink like text that is in no word; below 0: not known */
	double lean;   /* degrees clockwise that it leaned; 0: it was not straightened */
	int turned;    /* degrees clockwise that it was turned: 0, 90, 180, 270 */
	int blank;     /* 1: there is nothing on it */
	int picture;   /* 1: what is on it does not look like text, and none was read */
};

/* How a model came to its answer, and by what it was judged (model/gate.h). */
struct ocr_gate {
	const char *finish; /* as the server says: "stop"; "" where it does not */
	double repeat;      /* 0..1: the share of it that is said again and again */
	double temperature;
	long chars;   /* of its Markdown, */
	long letters; /* held against so many on the page, or more; -1: it was not looked at */
	long tokens;  /* of its answer; 0: not said */
	long asked;   /* how often the model was, or the cache */
	bool cached;  /* it was not asked: the answer was kept */
};

/* Of the page's image, in pixels. */
struct ocr_box {
	const char *label;   /* "title", "table"; "": it gives none */
	long x0, y0, x1, y1; /* x0 < x1, y0 < y1 */
};

struct ocr_raw {
	enum ocr_kind kind;
	const char *text; /* any bytes; not NUL-terminated */
	size_t len;
	double confidence;               /* 0..1; below 0: the engine does not say */
	const struct ocr_notes *notes;   /* NULL: it does not say */
	const struct ocr_layout *layout; /* where the words stand; NULL: it does not say */
	const struct ocr_gate *gate;     /* NULL: it was not judged */
	/* Where it says that things stand, in its order. */
	const struct ocr_box *boxes;
	size_t nboxes;
	bool kept;        /* it was given earlier: nobody read the page now */
	const char *lang; /* the languages that were chosen for it; NULL: none were */
	unsigned doubt;   /* what speaks against it already (ocr/doubt.h) */
	/* Where fields were asked for: they, an object, of which text is a form; NULL. */
	const jv *fields;
	/* Of the regions that were asked for, in that order, instead of all that. */
	const struct ocr_raw *regions;
	size_t nregions; /* 0: the page as a whole was read */
};

/*
 * Append the Markdown of a raw result to out; no newline ends it.  Text is
 * escaped as md/text.h says; Markdown is taken as it is, white space at its end
 * left out.  Fails with permanent ocr.large where out is full, and permanent
 * ocr.failed for Markdown that is not UTF-8 or holds a NUL; what stands in out
 * then is of no use.
 */
int result_markdown(const struct ocr_raw *, struct buf *out, struct err *);

#endif

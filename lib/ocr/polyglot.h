/*
 * ocr/polyglot.h - Tesseract with the languages that a page needs.
 *
 * Where languages were asked for it has those, and looks at nothing.  Where they are to
 * be found (ocr/scripts.h) a page is looked at for its script, by Tesseract's own data
 * for that (osd), and read in the languages of that script.  What osd says of a page
 * with serifs or a fixed pitch is often little more than a guess: then it is read in the
 * usual script first, which reads no page of another one with confidence, and where it
 * is read poorly in those that it may be of, too, and the better reading is kept.
 *
 * The languages of a few scripts stay loaded, those used last; nothing else of a page
 * outlives it.
 */
#ifndef OCR_POLYGLOT_H
#define OCR_POLYGLOT_H

#include <stddef.h>

#include "ocr/result.h"
#include "ocr/tess.h"

struct err;
struct image;
struct polyglot;

enum { POLYGLOT_WAYS = 3 /* scripts that a page is read in, at most, and are loaded */ };

typedef int polyglot_fn(struct tess *, struct image *, struct tess_page *, struct ocr_notes *,
    struct err *);

/* In which scripts (ocr/scripts.h) a page is to be read, best guess first. */
struct polyglot_page {
	struct polyglot *by;
	polyglot_fn *read;
	int way[POLYGLOT_WAYS];
	size_t ways;
	int script; /* what it seems to be of; -1: that cannot be told */
	double sure;
};

struct polyglot_reading {
	struct tess_page page;
	struct ocr_notes notes;
	int script; /* that it was read in; -1: the languages were asked for */
	int lacks;  /* that the page is of, and has no data; -1: none */
};

/*
 * told: the languages, or what scripts_tell says, and behind it a line for each variable
 * of Tesseract's.  What is asked for, or osd and the usual script's languages, is loaded;
 * others when they are needed.  Fails as tess_new and tess_set do.
 */
struct polyglot *polyglot_new(const char *told, struct err *);
void polyglot_free(struct polyglot *); /* NULL is allowed */

/* Look at a page. */
void polyglot_look(struct polyglot *, const struct image *, struct polyglot_page *);
/*
 * Read it, or a part of it, by read, which changes the image; release the reading's page
 * in any case.  Where it is read well *page goes by that for its other parts.  Fails as
 * read does, and with ocr.lang for data that cannot be loaded.
 */
int polyglot_read(struct polyglot_page *, struct image *, polyglot_fn *read,
    struct polyglot_reading *, struct err *);

#endif

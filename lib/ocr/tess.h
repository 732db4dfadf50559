/*
 * ocr/tess.h - Tesseract 5 by its C API: gray pixels in, text out.
 *
 * The library is loaded by tess_new, not when the program starts, which would
 * cost each run 10 ms, pages or not.
 * One thread: OpenMP is switched off at tess_new (Debian's library else costs
 * six times the CPU).
 */
#ifndef OCR_TESS_H
#define OCR_TESS_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct image;
struct tess;

#define TESS_OSD "osd" /* its data of scripts, which tess_new loads as a language */

struct tess_word {
	int x0, y0, x1, y1; /* pixels of the image; x1 and y1 are outside */
	double confidence;  /* 0..1 */
	size_t line;        /* of the text's that are not blank, from 0 */
	size_t letters;     /* and digits: all that is not ASCII counts as one */
};

struct tess_page {
	char *text;              /* free with tess_page_release */
	double confidence;       /* 0..1, mean over words; 0 without any */
	struct tess_word *words; /* where they stand, in the order of the text */
	size_t n;                /* of words; blanks are none */
};

/*
 * Whether the data of all these languages is where Tesseract can be expected to
 * look, which costs nothing. false: ask tess_new, which knows, and says why not.
 */
bool tess_has(const char *lang);
/*
 * The directory where that language's data is, to be freed.  Fails as tess_new does.
 */
char *tess_dir(const char *lang, struct err *);
/* The library's version, "5.3.0", good for ever; it is loaded.  NULL with fatal ocr.lang. */
const char *tess_version(struct err *);
/*
 * Load the languages ("eng", "deu+eng"). Fails with fatal ocr.lang naming the
 * first one that has no data and its Debian package (tesseract-ocr-deu).
 */
struct tess *tess_new(const char *lang, struct err *);
/* One of Tesseract's variables, "NAME=VALUE".  Fails with fatal ocr.profile: it has none such. */
int tess_set(struct tess *, const char *set, struct err *);
/*
 * Read a page. dpi 0: not known. Text as Tesseract gives it: a line a line, an
 * empty line between paragraphs. Fails with permanent ocr.failed.
 */
int tess_read(struct tess *, const struct image *, long dpi, struct tess_page *, struct err *);
/* The same for a few lines that stand below each other: no layout is looked for. */
int tess_lines(struct tess *, const struct image *, long dpi, struct tess_page *, struct err *);
/*
 * The script of a page, as "Latin", by one that is loaded with TESS_OSD, which keeps the
 * name.  sure: below 1 it is a guess, from 5 on hardly ever wrong.  NULL: it cannot tell.
 */
const char *tess_script(struct tess *, const struct image *, long dpi, double *sure);
void tess_page_release(struct tess_page *);
void tess_free(struct tess *); /* NULL is allowed */

#endif

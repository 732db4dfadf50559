/*
 * ocr/page.h - a page image as Markdown, by the engines that were chosen.
 *
 * The engine answers with a raw result; its Markdown, of at most OCR_TEXT_MAX
 * bytes, is made here.  Where it cannot read a page the next one is asked, but for what
 * is wrong with the page's image, or with all pages, which no other does better; and but
 * for a page that it is asked for in a file (inner ocr.written).
 */
#ifndef OCR_PAGE_H
#define OCR_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

struct engine;
struct engine_conf;
struct err;
struct ocr;
struct ocr_ask;
struct ocr_box;
struct ocr_gate;
struct ocr_notes;
struct ocr_raw;

enum { OCR_ENGINES = 8 };

struct ocr_result {
	const char *engine; /* its name; lent */
	bool tied;          /* it reads the languages of the option alone */
	/* Those that were asked before it, and what came of that: a name and a code in turn. */
	const char *const *before;
	size_t nbefore;              /* names */
	const struct ocr_gate *gate; /* borrowed for the call; NULL: it was not judged */
	const struct ocr_box *boxes; /* borrowed for the call */
	size_t nboxes;
	const jv *fields;     /* an object, borrowed for the call; NULL: none were asked for */
	const char *markdown; /* borrowed for the call; not NUL-terminated */
	size_t len;
	double confidence;             /* 0..1; below 0: the engine does not say */
	const struct ocr_notes *notes; /* borrowed for the call; NULL: it does not say */
	const char *lang;              /* borrowed for the call; NULL: none were chosen for it */
	bool kept;                     /* nobody read the page now: the answer was kept */
	unsigned doubt;                /* reasons to doubt it (doubt.h) */
	/* Where regions were asked for and read, they are it, and the rest is nothing. */
	const struct ocr_raw *regions; /* borrowed for the call */
	size_t nregions;
};

/* r, or e: validation page.*, permanent ocr.*, transient ocr.died, ocr.timeout */
typedef void ocr_done_fn(void *arg, const struct ocr_result *r, const struct err *e);

struct ocr_conf {
	const struct engine *engine[OCR_ENGINES]; /* one is asked after the other */
	char *name[OCR_ENGINES];                  /* theirs, of the option */
	size_t engines;
	long tries; /* what may fail of a page, of all engines */
	ocr_done_fn *done;
};

/* The engines of that list, which commas join.  Fails with fatal ocr.profile. */
int ocr_conf_engines(struct ocr_conf *, const char *names, struct err *);
/*
 * Whether what is set (PATH=VALUE each) is a model's that is there, or Tesseract's: one
 * that is nobody's is misspelt.  -1 with fatal ocr.profile.
 */
int ocr_conf_sets(const struct ocr_conf *, const char *const *set, size_t n, struct err *);
/* Whether one of them is a model's profile, or a converter. */
bool ocr_conf_has_model(const struct ocr_conf *);
/* Whether one of them is asked by network, where there are so many servers. */
bool ocr_conf_sends(const struct ocr_conf *, size_t servers);
void ocr_conf_release(struct ocr_conf *); /* what that has made, in any case */
/* Open them (see the rows' open, also for failures); conf's name is set here. */
struct ocr *ocr_new(const struct ocr_conf *, const struct engine_conf *, struct err *);
/* Pages at once that they are best given. */
long ocr_jobs(const struct ocr *);
/*
 * Have a page read; *ask is copied, its descriptor good for the call alone.
 * Fails, without calling back, when the engine cannot take it.
 */
int ocr_page(struct ocr *, const struct ocr_ask *ask, void *arg, struct err *);
/*
 * Whether it says nothing of the page: that the command ends, or that the page is asked
 * for in a file.
 */
bool ocr_ends_all(const struct err *);
/* The command ends: pages that no engine works on fail, transient stage.stopped. */
void ocr_stop(struct ocr *);
/* No result comes for the page with this arg. */
void ocr_cancel(struct ocr *, const void *arg);
void ocr_free(struct ocr *); /* NULL is allowed; no result comes any more */

#endif

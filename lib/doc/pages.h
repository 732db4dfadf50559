/*
 * doc/pages.h - a document becomes pages: images to be read, or their text.
 *
 * A document's kind is known by its content (doc/kind.h). Each is opened in a
 * child of its own, made for it, in the jail of its kind: it finds out the
 * number of pages, and for each that is wanted in turn either its text layer as Markdown,
 * where that can be trusted, or a PNG in the document's work directory.
 * What it says comes as events; it goes at most two pages ahead of those that
 * were taken. A child that dies or exceeds a limit costs the page it was at,
 * and another goes on behind it.
 *
 * Whether a text layer is trusted: doc/judge.h.  A page whose images cover 80 %
 * of it, with 72 dpi or more, is a scan, and is not rendered above its
 * resolution, unless real text lies over them.
 *
 * A page may take page_s of CPU time, a document page_s * (2 + pages / 6), at
 * most 60 * page_s; then its other pages fail with transient page.timeout.  A
 * program that does not work is waited for twice page_s, one that does ten
 * times, so that a crowded machine fails no page.  A child that says nothing
 * for 24 * page_s is killed, and so is one that has more than 1 GiB in
 * its directory beyond what was there first.  All other limits: quire.7, LIMITS.
 */
#ifndef DOC_PAGES_H
#define DOC_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "base/ranges.h"
#include "doc/texts.h"

struct choice;
struct err;
struct kind;
struct loop;
struct pages;

enum pages_text { PAGES_TEXT_AUTO, PAGES_TEXT_LAYER, PAGES_TEXT_NEVER, PAGES_TEXT_ONLY };

struct pages_conf {
	int text;                 /* enum pages_text */
	long dpi;                 /* wished for; at least 36 */
	double max_area;          /* pixels that who reads the images can use */
	long max_side;            /* the same, of the longer side */
	bool bands;               /* image_is_long: of any size (img/image.h) */
	bool colour;              /* images are in colour where the page is, else gray */
	long max_pages;           /* of a document: more is validation document.pages */
	struct ranges only;       /* which pages are wanted */
	long page_s;              /* CPU time for a page */
	const char *id;           /* of the document */
	const char *path;         /* the document, as work/docfile.h has it */
	const char *sha256;       /* what was hashed; NULL: not known */
	const char *work;         /* its directory, where the images go */
	struct texts_hint hint;   /* what it is called; strings may be NULL */
	const struct kind *kinds; /* that are opened (doc/kind.h); NULL: kind_all */
	/* Of these those, at first: what one becomes is not asked.  NULL: all; not copied. */
	const struct choice *choice;
	const char *password; /* its own, where it needs one; NULL: none is known; not copied */
};

enum pages_type { PAGES_START, PAGES_PAGE, PAGES_FAILED, PAGES_END };

/*
 * START: mime, count, of the document's pages, and wanted, how many of them will
 * come, are known; only says which, where these are not all.  PAGE: page is done; either its
 * markdown, or image, a name in work, its geometry, and, where they are to be
 * compared, the markdown of its text layer, or, where parts of it are read,
 * layout and regions (md/layout.h).  FAILED: page failed, e says why.
 * Both: notes are members for its record, checked by the list of doc/note.h.
 * END: nothing follows; e (or NULL) is why the document failed as a whole.
 * Strings and notes are borrowed for the call.
 */
struct pages_event {
	enum pages_type type;
	long page, count, wanted;
	const char *mime, *only;
	const char *markdown, *image, *pixels;
	long width, height;         /* pixels */
	long dpi;                   /* 0: not known */
	const jv *notes;            /* an object; NULL: none */
	const jv *layout, *regions; /* NULL: none */
	const struct err *e;
};

/* false: no room now; the event comes again after pages_resume. */
typedef bool pages_fn(void *arg, const struct pages_event *);

/* First thing in main: does not return in a child that makes pages. */
void pages_child(int argc, char *argv[]);
/*
 * The strings of *conf are copied. NULL when the document cannot be opened, is
 * of no kind (document.empty, document.type), none of the choice, or no child can be had.
 */
struct pages *pages_new(struct loop *, const struct pages_conf *, pages_fn *, void *arg,
    struct err *);
void pages_resume(struct pages *);
/* Kill the child if it lives. May be called from the callback at END. */
void pages_free(struct pages *); /* NULL is allowed */

#endif

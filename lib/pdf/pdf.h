/*
 * pdf/pdf.h - what a PDF (ISO 32000) says of itself, by poppler's tools as
 * children: pdfinfo, pdftotext, pdftoppm; by mutool what is painted besides
 * (pdf/painted.h), where it is damaged (pdf/mend.h); by pdfimages and pdftohtml
 * where there is no mutool, or it does not understand a page.
 *
 * Poppler is never linked.  Each tool runs in a jail of its own (lib/jail.h:
 * the system's files and the document to read, nothing to write, 1 GiB of
 * address space) and blocks the caller, which is itself a child made for one
 * document.  The tools' exit statuses prove nothing: what they print and how
 * many pixels come out is checked instead.
 */
#ifndef PDF_PDF_H
#define PDF_PDF_H

#include <stdbool.h>
#include <stddef.h>

struct err;
struct image;
struct pdf_render;
struct pdf_shapes;
struct pdf_words;

struct pdf_page {
	double width_pt, height_pt; /* of the crop box, as shown (rotated); 1/72 inch */
	bool lost;                  /* it is not in the file: what is drawn is no page */
};

struct pdf {
	const char *path; /* the caller's, until pdf_open: of what is read then */
	const char *work; /* the caller's: a directory for a copy that is whole */
	int source;       /* the caller's: the document, open to read */
	char *copy;       /* of path, where that is one */
	long pages;       /* in the document */
	long known;       /* sizes in page[]: of the first known pages */
	struct pdf_page *page;
	bool encrypted;       /* poppler knows how, and no password is needed */
	bool xfa;             /* what it shows stands for a form of a kind that is not drawn */
	bool portfolio;       /* what it shows stands for files in it */
	bool damaged;         /* something of it may be lost */
	const char *repaired; /* by which tool; NULL: by none */
	/* the caller's, who may change them; of CPU time: waiting see pdf/tool.h */
	long page_ms; /* what a page to render, or pages to look at, may take */
	long left_ms; /* what all of the document's may still take */
};

/* The directory that QUIRE_POPPLER names: bin/ in it has the tools. Or NULL. */
const char *pdf_home(void);

/*
 * Read the number of pages and the sizes of the first most; path, work, source,
 * page_ms and left_ms are set, the rest is zeroed.  Of a document that poppler
 * cannot read, or whose pages it would miscount, path is from then on a copy in
 * work, in which they are right; pdf_forget removes it.  Fails with validation
 * pdf.encrypted (a password is needed, or more than poppler knows), pdf.damaged,
 * document.empty (it has no pages), or transient document.timeout (a third of page_ms).
 */
int pdf_open(struct pdf *, long most, struct err *);
void pdf_close(struct pdf *);
/* Remove what pdf_open left in the work directory, if anything. */
void pdf_forget(const char *work);

/*
 * The three that follow look at pages first..last, and return of how many of
 * them, from first on, they got to know all.  Where a tool dies or takes too
 * long, that is those before the page it was at; of the others nothing is
 * said, as if it were not there.
 */

/*
 * The text layers into words[0..last-first] (pdf/words.h), cleared before.  What
 * does not fit its buffer is not there either.
 */
long pdf_words(const struct pdf *, long first, long last, struct pdf_words *words);

/* Points from the page's top left corner, as of words. */
struct pdf_cover {
	double x0, y0, x1, y1;
};

enum { PDF_COVERS = 8 };

struct pdf_scan {
	double area; /* sum of the images' areas, square inches */
	double ppi;  /* the finest of those that are large on the page; 0: none */
	long unseen; /* characters that are invisible, or images are over them; -1: not known */
	bool known;
	/* Where an image is painted over text and nothing of it is seen, if text is elsewhere. */
	struct pdf_cover cover[PDF_COVERS];
	long covers;
};
struct pdf_painted {
	long first, last; /* pages */
	bool quick;       /* only where their resources have images: no others are found then */
	bool *suspect;    /* set where mutool says that data are not there, or damaged */
	long dpi;         /* of sketches, at most 128 Mpx in all, and of letters */
	/* Takes what letters look like; NULL: they are not drawn. */
	struct pdf_shapes *shapes;
	/*
	 * NULL: there are none.  Takes the sketch of a page: gray pixels, which may
	 * differ from what pdftoppm draws; lost: mutool had complaints.  Pages of which
	 * images cover more than a hundredth have none.
	 */
	void (*sketch)(void *arg, long page, const struct image *, bool lost);
	void *arg;
};
/*
 * By mutool, all of it, and of which pages it is known, which need not be the
 * first: of how many.  0 where it is not there, or sees other pages.  scans[] of
 * a page is filled in when its sketch comes.
 */
long pdf_painted(const struct pdf *, const struct pdf_painted *, struct pdf_scan *);
/* The same by pdfimages, but for unseen and covers. */
long pdf_scans(const struct pdf *, long first, long last, struct pdf_scan *);

/*
 * What mutool says of pages first..last, all together, when it decodes what is
 * on them, images as well, of whose ends poppler says nothing; those in JPEG
 * 2000 aside, which poppler complains of, and which take long.  Some milliseconds
 * a page, and as long again as the document takes to be opened.
 */
enum pdf_opinion {
	PDF_OPINION_NONE, /* not known: it is not there, or too slow */
	PDF_OPINION_FINE,
	PDF_OPINION_ODD, /* it complains */
	PDF_OPINION_LOST /* of data that are not there, or damaged */
};
enum pdf_opinion pdf_opinion(const struct pdf *, long first, long last);

/* How many characters of each page are drawn visibly. */
long pdf_visible(const struct pdf *, long first, long last, long *chars);

/*
 * Render pages first..last as gray pixels.  pdf_render_next gives the next
 * one; it fails with validation page.render (nothing, or pixels of a wrong
 * size), transient page.timeout.  After a
 * failure pdf_render_alive says whether the following page can still come from
 * this run.
 */
struct pdf_render *pdf_render_new(const struct pdf *, long first, long last, long dpi,
    struct err *);
/* In colour (img/image.h). */
struct pdf_render *pdf_render_new_color(const struct pdf *, long first, long last, long dpi,
    struct err *);
int pdf_render_next(struct pdf_render *, struct image *, struct err *);
bool pdf_render_alive(const struct pdf_render *);
/* What is on the page that came last. */
enum pdf_ink {
	PDF_INK,      /* something */
	PDF_INK_NONE, /* nothing: it is blank */
	PDF_INK_LOST  /* nothing, but by poppler's complaints something may have been */
};
enum pdf_ink pdf_render_ink(const struct pdf_render *);
/* And whether poppler complained of something that it could not draw. */
bool pdf_render_lost(const struct pdf_render *);
void pdf_render_free(struct pdf_render *); /* NULL is allowed */
/* The pixels that a page must have at that resolution. */
void pdf_pixels(const struct pdf_page *, long dpi, double *width, double *height);
/* Whether it may be so many, as tools round. */
bool pdf_are_pixels(const struct pdf_page *, long dpi, double width, double height);

#endif

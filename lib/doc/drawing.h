/*
 * doc/drawing.h - pictures of a PDF's pages one after the other, from one run of
 * pdftoppm as far as that goes.
 */
#ifndef DOC_DRAWING_H
#define DOC_DRAWING_H

#include <stdbool.h>

struct err;
struct image;
struct maker;
struct pdf;
struct pdf_render;

struct drawing {
	struct maker *m;
	struct pdf *pdf;
	struct pdf_render *run; /* NULL at first; pdf_render_free it at the end */
	long last, dpi;         /* page that will be asked for; resolution */
	bool color;             /* as pdf_render_new_color() does */
};

/*
 * The next page.  One that fails with its run costs itself: another run goes on
 * behind it.  Fails as pdf_render_next, and when the document's time is over.
 */
int drawing_page(struct drawing *, long page, struct image *, struct err *);

#endif

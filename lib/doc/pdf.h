/*
 * doc/pdf.h - documents that are PDFs: text layers that can be trusted, and
 * page images.
 *
 * For the table of kinds (doc/kind.h): poppler's tools run from here, each in
 * a jail of its own.
 */
#ifndef DOC_PDF_H
#define DOC_PDF_H

struct err;
struct maker;

int maker_pdf(struct maker *, struct err *);

#endif

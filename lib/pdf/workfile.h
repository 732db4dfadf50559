/*
 * pdf/workfile.h - files of a document's own in its work directory, while it is
 * open: what its tools read, or write.
 */
#ifndef PDF_WORKFILE_H
#define PDF_WORKFILE_H

struct err;
struct pdf;

/* All there are; pdf_forget (pdf/pdf.h) removes them. */
#define PDF_START ".start.pdf"   /* the document without what is before it, */
#define PDF_PART ".part.pdf"     /* and without what is behind it, too */
#define PDF_MENDED ".mended.pdf" /* written anew */
#define PDF_SCRIPT ".script.js"  /* for mutool */
#define PDF_SKETCH ".sketch"     /* and a number (pdf/sketch.h) */

/* The path of one of them: free(3) it. */
char *pdf_workfile(const struct pdf *, const char *name);
/* Write text into it: its path. NULL with disk.full or io.write. */
char *pdf_workfile_text(const struct pdf *, const char *name, const char *text, struct err *);
/* The bytes [from, to) of the document in it: its path. NULL with io.read, too. */
char *pdf_workfile_part(const struct pdf *, const char *name, long from, long to, struct err *);

#endif

/*
 * pdf/sketch.h - small pictures of pages that mutool's script has left in files
 * of the work directory, PDF_SKETCH and a number (pdf/workfile.h).
 */
#ifndef PDF_SKETCH_H
#define PDF_SKETCH_H

struct image;
struct pdf;
struct pdf_page;

/*
 * Take sketch number no, which is of that page at dpi, into *im, and remove its
 * file.  -1 where it cannot be read, or is not of the page's size.
 */
int pdf_sketch_take(const struct pdf *, long no, const struct pdf_page *, long dpi,
    struct image *im);
/* Remove those that were not taken. */
void pdf_sketches_forget(const char *work);

#endif

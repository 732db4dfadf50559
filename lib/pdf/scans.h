/*
 * pdf/scans.h - what pdfimages -list prints: a row for each image on a page.
 */
#ifndef PDF_SCANS_H
#define PDF_SCANS_H

struct pdf;
struct pdf_scan;

struct pdf_scans_reader {
	const struct pdf *pdf;  /* its page sizes */
	struct pdf_scan *scans; /* of pages first..last; zeroed at first */
	long first, last;
	long page; /* that was read last; 0: none yet */
};

/*
 * Take one line, a string: an image or a stencil counts by its place on the
 * page.  One whose size or resolution is no number above 0 does not.
 */
void pdf_scans_line(struct pdf_scans_reader *, const char *line);

#endif

/*
 * pdf/painted.h - what a script says that mutool runs: what is painted on pages
 * besides the text that is seen.
 *
 * One pass over a page tells what pdfimages -list and pdftohtml -xml tell in
 * two that take four times as long.  It is believed where it sees the pages
 * that poppler sees: as many, of the same sizes.
 */
#ifndef PDF_PAINTED_H
#define PDF_PAINTED_H

struct pdf;
struct pdf_scan;

struct pdf_painted_reader {
	const struct pdf *pdf;  /* its number of pages and their sizes */
	struct pdf_scan *scans; /* of pages first..last; zeroed at first */
	long first, last;
	long pages; /* that it sees; 0 at first */
	long page;  /* of the last line, where it was one of these; 0: it was not */
	long drawn; /* number of the page's sketch; 0: there is none */
};

/*
 * Take one line, a string: "pages N" first, then "page NUMBER WIDTH HEIGHT AREA
 * PPI UNSEEN DRAWN [X0 Y0 X1 Y1]..." for each that it could read to its end:
 * points, square inches, glyphs; boxes that are covered, points.
 */
void pdf_painted_line(struct pdf_painted_reader *, const char *line);

#endif

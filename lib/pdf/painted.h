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

struct err;
struct pdf;
struct pdf_painted;
struct pdf_scan;
struct pdftool;

struct pdf_painted_reader {
	const struct pdf *pdf;  /* its number of pages and their sizes */
	struct pdf_scan *scans; /* of pages first..last; zeroed at first */
	long first, last;
	long pages; /* that it sees; 0 at first */
};

/*
 * Take one line, a string: "pages N" first, then "page NUMBER WIDTH HEIGHT AREA
 * PPI UNSEEN" for each that it could read to its end: points, square inches,
 * glyphs.
 */
void pdf_painted_line(struct pdf_painted_reader *, const char *line);
/* Start it for those pages; as pdftool_run, and with disk.full or io.write. */
int pdf_painted_start(struct pdftool *, const struct pdf *, const struct pdf_painted *,
    struct err *);

#endif

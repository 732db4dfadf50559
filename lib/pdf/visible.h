/*
 * pdf/visible.h - what pdftohtml -xml -i -nodrm prints: the text that is shown.
 */
#ifndef PDF_VISIBLE_H
#define PDF_VISIBLE_H

struct pdf_visible_reader {
	long *chars; /* of pages first..last; zeroed at first */
	long first, last;
	long page; /* that was begun last; 0: none yet */
};

/* Take one line, a string: count the characters that are no blanks and in no tag. */
void pdf_visible_line(struct pdf_visible_reader *, const char *line);

#endif

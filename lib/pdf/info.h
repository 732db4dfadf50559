/*
 * pdf/info.h - what pdfinfo -f 1 -l N prints: the number of pages and their sizes.
 */
#ifndef PDF_INFO_H
#define PDF_INFO_H

struct pdf;

/*
 * Take one line, a string, into pages, known and page[], which has room for
 * most.  "Pages:" begins anew: what stands before it is the document's own
 * words (a title may hold newlines), and looks as it likes.
 */
void pdf_info_line(struct pdf *, const char *line, long most);

#endif

/*
 * pdf/mend.h - a closer look at a PDF, and a second try at a damaged one: by
 * mutool, of MuPDF, which finds objects that no table lists any more, and
 * counts pages by what is there.
 *
 * It runs as poppler's tools do, in a jail of its own, but may write to the
 * work directory.  What it must do there is a script, which mutool run reads
 * from a file.
 */
#ifndef PDF_MEND_H
#define PDF_MEND_H

#include <stdbool.h>

struct err;
struct pdf;
struct pdf_raw;

#define PDF_MENDER "mutool"
#define PDF_MENDER_PACKAGE "mupdf-tools"

struct pdf_mended {
	long pages;     /* that there are, with those that are lost; -1: nothing is known */
	long lost;      /* of them; their marks are in is_lost[], from page 1 on */
	bool *is_lost;  /* the caller's; room for most of them */
	bool encrypted; /* needs a password, or more than it knows */
	bool repaired;  /* its objects had to be searched for */
	bool gathered;  /* so had its pages: nothing says their order */
	bool loses;     /* data of it are damaged, which may be all that lists its pages */
	bool xfa;       /* what is shown stands for a form that is not */
	bool portfolio; /* or for files within */
	bool saved;     /* it is in the file PDF_MENDED, in order */
};

/*
 * Look at the document; where something is wrong with it, write it anew, with
 * an empty page for each that is lost, in the file PDF_MENDED (pdf/workfile.h).
 * -1 where that cannot be tried: fatal proc.exec (mutool is not there), transient
 * proc.timeout, disk.full, io.write.
 */
int pdf_mend(const struct pdf *, const struct pdf_raw *, long most, struct pdf_mended *,
    struct err *);

/* Take one line that the script has printed, a string. */
void pdf_mend_line(struct pdf_mended *, const char *line, long most);

#endif

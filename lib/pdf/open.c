#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "pdf/info.h"
#include "pdf/mend.h"
#include "pdf/pdf.h"
#include "pdf/raw.h"
#include "pdf/said.h"
#include "pdf/tool.h"
#include "pdf/workfile.h"

/* Poppler finds "%PDF-" before that, and counts from there. */
enum { HEAD = 1024 };

/* What is found out, and what was said meanwhile. */
struct opening {
	struct pdf *pdf;
	struct pdf_raw raw;
	struct pdf_mended mended;
	long most;
	int complaints; /* pdf_info_complaints */
	char why[200];  /* of pdfinfo */
};

/* pdfinfo's account of *pdf: -1 with transient document.timeout, proc.*. */
static int
open_info(struct opening *o, struct pdf *pdf, struct err *e)
{
	char to[24];
	const char *const argv[] = { "pdfinfo", "-f", "1", "-l", to, pdf->path, NULL };
	struct pdftool t;
	char *line;
	int got;

	snprintf(to, sizeof(to), "%ld", o->most);
	pdf->pages = pdf->known = 0;
	if (pdftool_start(&t, pdf, argv, e) < 0)
		return -1;
	pdftool_allow(&t, pdf->page_ms / 3, 2 * pdf->page_ms);
	while ((got = pdftool_line(&t, &line, e)) > 0)
		pdf_info_line(pdf, line, o->most);
	if (got == 0 && proc_wait(&t.proc, pdf->page_ms) < 0)
		got = err_set(e, ERR_TRANSIENT, CODE_PROC_TIMEOUT, "pdfinfo does not end");
	if (got < 0)
		e->code = CODE_DOCUMENT_TIMEOUT;
	o->complaints = pdf_info_complaints(t.proc.head, t.proc.head_len);
	pdf_said(&t.proc, o->why);
	pdftool_end(&t);
	return got;
}

static bool
has_pages(const struct pdf *pdf)
{
	return pdf->pages > 0 && pdf->known > 0;
}

static int
encrypted(struct err *e, const char *why)
{
	return err_set(e, ERR_VALIDATION, CODE_PDF_ENCRYPTED, "%s", why);
}

static int
no_pages(struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_EMPTY, "it has no pages");
}

/* Whether nothing was wrong but pages without a size, and those are. */
static bool
is_as_sizeless(const struct opening *o, const struct pdf *new)
{
	const long n = pdf_info_sizeless(o->pdf);

	return n > 0 && o->mended.lost == 0 &&
	    new->pages == o->pdf->pages &&pdf_info_sizeless(new) >= n;
}

/* The pages as they are in the file that was written: false where that is no better. */
static bool
open_mended(struct opening *o)
{
	struct pdf *pdf = o->pdf, new = *pdf;
	const long sizeless = pdf_info_sizeless(pdf), were = pdf->pages;
	struct err e;
	long i;

	new.page = mem_new((size_t)o->most, sizeof(*new.page));
	new.path = new.copy = pdf_workfile(pdf, PDF_MENDED);
	if (open_info(o, &new, &e) < 0 || !has_pages(&new) || is_as_sizeless(o, &new)) {
		free(new.page);
		free(new.copy);
		return false;
	}
	for (i = 0; i < new.known; i++)
		new.page[i].lost = o->mended.is_lost[i];
	free(pdf->page);
	free(pdf->copy);
	*pdf = new;
	pdf->repaired = PDF_MENDER;
	pdf->damaged = o->mended.repaired || o->mended.gathered;
	/* Pages that are there, of which poppler did not find the objects, may not be whole. */
	if (sizeless > o->mended.lost + (were > pdf->pages ? were - pdf->pages : 0))
		pdf->damaged = true;
	return true;
}

/* Whether what mutool has written has more right pages than poppler finds. */
static bool
open_worse(const struct opening *o)
{
	const struct pdf *pdf = o->pdf;
	const struct pdf_mended *m = &o->mended;

	if (!m->saved || m->pages < 1)
		return false;
	return !has_pages(pdf) || m->lost > 0 || m->pages > pdf->pages ||
	    pdf_info_sizeless(pdf) > 0 || (o->complaints & PDF_INFO_TREE) != 0;
}

/* Neither tool makes anything of it. */
static int
open_fails(const struct opening *o, bool tried, const struct err *why, struct err *e)
{
	if (tried && o->mended.pages == 0 && !o->mended.repaired && !o->mended.loses)
		return no_pages(e);
	if (!tried && o->raw.pages == 0 && o->raw.start >= 0 && strstr(o->why, "page count 0"))
		return no_pages(e);
	if (!tried && err_is(why, CODE_DISK_FULL)) {
		*e = *why;
		return -1;
	}
	return err_set(e, ERR_VALIDATION, CODE_PDF_DAMAGED, "poppler cannot read it: %s%s%s",
	    o->why, tried ? "; nor can " PDF_MENDER : "; to repair it: ", tried ? "" : why->msg);
}

/* Something is wrong, or may be: look closer. */
static int
open_closer(struct opening *o, struct err *e)
{
	struct pdf *pdf = o->pdf;
	struct err why = { 0 };
	const bool tried = pdf_mend(pdf, &o->raw, o->most, &o->mended, &why) == 0;
	const int complaints = o->complaints;

	if ((!has_pages(pdf) && o->mended.encrypted) ||
	    (pdf->encrypted && pdf_info_sizeless(pdf) == pdf->known))
		return encrypted(e, "how it is encrypted is not known, or a password is needed");
	if (o->mended.pages >= 0) {
		pdf->xfa &= o->mended.xfa;
		pdf->portfolio = o->mended.portfolio;
	}
	if (open_worse(o) && open_mended(o))
		return 0;
	if (!has_pages(pdf) ||
	    (tried && o->mended.pages == 0 && pdf_info_sizeless(pdf) == pdf->known))
		return open_fails(o, tried, &why, e);
	pdf->damaged = (complaints & (PDF_INFO_REBUILT | PDF_INFO_TREE)) != 0 ||
	    (!tried && o->raw.pages > pdf->pages);
	return 0;
}

static int
open_verdict(struct opening *o, struct err *e)
{
	const struct pdf *pdf = o->pdf;

	if (o->complaints & PDF_INFO_PASSWORD)
		return encrypted(e, "a password is needed to open it: --password-file can give it");
	if ((o->complaints & PDF_INFO_LOCKED) && !pdf->encrypted)
		return encrypted(e, o->why);
	if (has_pages(pdf) && pdf_info_sizeless(pdf) == 0 && o->raw.pages <= pdf->pages &&
	    !pdf->xfa && !o->raw.files && !(o->complaints & (PDF_INFO_REBUILT | PDF_INFO_TREE)))
		return 0;
	return open_closer(o, e);
}

int
pdf_open(struct pdf *pdf, long most, struct err *e)
{
	struct opening o = { .pdf = pdf, .most = most };
	int r;

	pdf->page = mem_new((size_t)most, sizeof(*pdf->page));
	o.mended.is_lost = mem_new((size_t)most, sizeof(bool));
	r = pdf_raw_read(&o.raw, pdf->source, e);
	if (r == 0 && o.raw.start >= HEAD) {
		pdf->copy = pdf_workfile_part(pdf, PDF_START, o.raw.start, o.raw.at, e);
		r = pdf->copy ? 0 : -1;
		pdf->path = pdf->copy ? pdf->copy : pdf->path;
	}
	if (r == 0)
		r = open_info(&o, pdf, e);
	if (r == 0)
		r = open_verdict(&o, e);
	free(o.mended.is_lost);
	return r;
}

void
pdf_close(struct pdf *pdf)
{
	free(pdf->page);
	free(pdf->copy);
	pdf->page = NULL;
	pdf->copy = NULL;
}

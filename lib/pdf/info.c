#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "pdf/pdf.h"
#include "pdf/tool.h"

enum { NUMBER = 24 };

/* "-f", FIRST, "-l", LAST as argv wants them. */
struct range {
	char first[NUMBER], last[NUMBER];
};

static struct range
range(long first, long last)
{
	struct range r;

	snprintf(r.first, sizeof(r.first), "%ld", first);
	snprintf(r.last, sizeof(r.last), "%ld", last);
	return r;
}

static int
pdf_start_tool(struct pdftool *t, const struct pdf *pdf, const char *const *argv)
{
	long cpu_ms = pdf->page_ms < pdf->left_ms ? pdf->page_ms : pdf->left_ms;
	struct err e;

	if (pdftool_start(t, pdf, argv, &e) < 0)
		return -1;
	pdftool_allow(t, cpu_ms, 2 * pdf->page_ms);
	return 0;
}

/*
 * What was read is whole up to its end, or (got is -1, or the tool has died)
 * up to the page at: how many pages from first on that are.
 */
static long
pdf_end_tool(struct pdftool *t, int got, long first, long last, long at)
{
	struct err e;
	bool whole = got == 0 && pdftool_finish(t, &e) == 0;

	pdftool_end(t);
	return whole ? last - first + 1 : at > first ? at - first : 0;
}

/* One line of pdfinfo's. */
static void
info_line(struct pdf *pdf, const char *line, long most)
{
	double w, h;
	long no;
	int rot;

	if (sscanf(line, "Pages: %ld", &no) == 1) {
		pdf->pages = no;
		return;
	}
	if (sscanf(line, "Page %ld size: %lf x %lf", &no, &w, &h) == 3) {
		if (no != pdf->known + 1 || no > most)
			return;
		pdf->page[pdf->known++] = (struct pdf_page){ w, h };
	} else if (sscanf(line, "Page %ld rot: %d", &no, &rot) == 2) {
		if (no == pdf->known && no > 0 && rot % 180 != 0) {
			w = pdf->page[no - 1].width_pt;
			pdf->page[no - 1].width_pt = pdf->page[no - 1].height_pt;
			pdf->page[no - 1].height_pt = w;
		}
	}
}

static int
info_verdict(const struct pdf *pdf, struct pdftool *t, struct err *e)
{
	static const char wrong[] = "Incorrect password";
	char why[200];

	if (pdf->pages > 0 && pdf->known > 0)
		return 0;
	if (proc_wait(&t->proc, pdf->page_ms) < 0)
		return err_set(e, ERR_TRANSIENT, "document.timeout", "pdfinfo does not end");
	proc_why(&t->proc, why);
	if (t->proc.head && memmem(t->proc.head, t->proc.head_len, wrong, sizeof(wrong) - 1))
		return err_set(e, ERR_VALIDATION, "pdf.encrypted",
		    "a password is needed to open it");
	return err_set(e, ERR_VALIDATION, "pdf.damaged", "poppler cannot read it: %s", why);
}

int
pdf_open(struct pdf *pdf, long most, struct err *e)
{
	struct range r = range(1, most);
	const char *const argv[] = { "pdfinfo", "-f", r.first, "-l", r.last, pdf->path, NULL };
	struct pdftool t;
	char *line;
	int got;

	pdf->pages = pdf->known = 0;
	pdf->page = mem_new((size_t)most, sizeof(*pdf->page));
	if (pdftool_start(&t, pdf, argv, e) < 0)
		return -1;
	pdf->check_jail = false;
	pdftool_allow(&t, pdf->page_ms / 3, 2 * pdf->page_ms);
	while ((got = pdftool_line(&t, &line, e)) > 0)
		info_line(pdf, line, most);
	if (got < 0)
		e->code = "document.timeout";
	else
		got = info_verdict(pdf, &t, e);
	pdftool_end(&t);
	return got;
}

void
pdf_close(struct pdf *pdf)
{
	free(pdf->page);
	pdf->page = NULL;
}

void
pdf_pixels(const struct pdf_page *p, long dpi, double *width, double *height)
{
	*width = ceil(p->width_pt * (double)dpi / 72);
	*height = ceil(p->height_pt * (double)dpi / 72);
}

/* The words of a page, put together line by line. */
struct text {
	struct buf *out; /* the page's, or NULL */
	long page, flow, block, line;
	bool full; /* it did not fit */
};

enum { TSV_COLUMNS = 12, TSV_WORD = 5 };

/* level page par block line word left top width height conf text */
static void
word_row(struct text *s, long *col, const char *word)
{
	const char *between = s->out->len == 0        ? ""
	    : col[2] != s->flow || col[3] != s->block ? "\n\n"
	    : col[4] != s->line                       ? "\n"
						      : " ";

	if (s->full)
		return;
	if (buf_adds(s->out, between) < 0 || buf_adds(s->out, word) < 0) {
		s->full = true;
		s->out->len = 0;
	}
	s->flow = col[2];
	s->block = col[3];
	s->line = col[4];
}

static void
text_row(struct text *s, char *line, long first, long last, struct buf *texts)
{
	long col[TSV_COLUMNS - 1];
	char *p = line, *end;
	int i;

	for (i = 0; i < TSV_COLUMNS - 1; i++) {
		col[i] = strtol(p, &end, 10);
		p = strchr(end, '\t');
		if (!p)
			return;
		p++;
	}
	if (col[1] < first || col[1] > last)
		return;
	if (col[1] != s->page)
		*s = (struct text){ &texts[col[1] - first], col[1], col[2], col[3], col[4], false };
	if (col[0] == TSV_WORD)
		word_row(s, col, p);
}

long
pdf_texts(const struct pdf *pdf, long first, long last, struct buf *texts)
{
	struct range r = range(first, last);
	const char *const argv[] = { "pdftotext", "-tsv", "-f", r.first, "-l", r.last, pdf->path,
		"-", NULL };
	struct text s = { 0 };
	struct pdftool t;
	struct err e;
	char *line;
	long i, n;
	int got;

	for (i = 0; i <= last - first; i++)
		texts[i].len = 0;
	if (pdf_start_tool(&t, pdf, argv) < 0)
		return 0;
	while ((got = pdftool_line(&t, &line, &e)) > 0)
		text_row(&s, line, first, last, texts);
	n = pdf_end_tool(&t, got, first, last, s.page);
	for (i = n; i <= last - first; i++)
		texts[i].len = 0;
	return n;
}

/* An image, or a stencil, with its place on the page. */
static void
scan_add(struct pdf_scan *scan, const struct pdf_page *p, const double px[2], const double ppi[2])
{
	double area = px[0] / ppi[0] * (px[1] / ppi[1]);
	double whole = p->width_pt / 72 * (p->height_pt / 72);

	scan->area += area;
	if (area >= whole / 5 && fmax(ppi[0], ppi[1]) > scan->ppi)
		scan->ppi = fmax(ppi[0], ppi[1]);
}

/*
 * One row of pdfimages -list; the page it is about, or 0:
 * page num type width height color comp bpc enc interp object ID x-ppi y-ppi
 * where object and ID are one word, "[inline]", or two.
 */
static long
scan_row(const char *line, const struct pdf *pdf, long first, long last, struct pdf_scan *scans)
{
	long page;
	double px[2], ppi[2];
	char type[16], object[16];
	int at;

	if (sscanf(line, "%ld %*d %15s %lf %lf %*s %*s %*s %*s %*s %15s%n", &page, type, &px[0],
		&px[1], object, &at) != 5)
		return 0;
	if (page < first || page > last || page > pdf->known)
		return 0;
	if (strcmp(type, "image") != 0 && strcmp(type, "stencil") != 0)
		return page;
	if (sscanf(line + at, *object == '[' ? "%lf %lf" : "%*s %lf %lf", &ppi[0], &ppi[1]) == 2 &&
	    ppi[0] > 0 && ppi[1] > 0)
		scan_add(&scans[page - first], &pdf->page[page - 1], px, ppi);
	return page;
}

long
pdf_scans(const struct pdf *pdf, long first, long last, struct pdf_scan *scans)
{
	struct range r = range(first, last);
	const char *const argv[] = { "pdfimages", "-list", "-f", r.first, "-l", r.last, pdf->path,
		NULL };
	struct pdftool t;
	struct err e;
	char *line;
	long page, at = 0;
	int got;

	memset(scans, 0, (size_t)(last - first + 1) * sizeof(*scans));
	if (pdf_start_tool(&t, pdf, argv) < 0)
		return 0;
	while ((got = pdftool_line(&t, &line, &e)) > 0) {
		page = scan_row(line, pdf, first, last, scans);
		at = page ? page : at;
	}
	return pdf_end_tool(&t, got, first, last, at);
}

/* Characters that are neither space nor part of a tag. */
static long
count_visible(const char *s)
{
	long n = 0;
	int tag = 0;
	size_t left = strlen(s), len;

	for (; left > 0; s += len, left -= len) {
		len = utf8_len(s, left);
		len = len ? len : 1;
		if (*s == '<')
			tag = 1;
		else if (*s == '>')
			tag = 0;
		else if (!tag && !strchr(" \t\r", *s))
			n++;
	}
	return n;
}

long
pdf_visible(const struct pdf *pdf, long first, long last, long *chars)
{
	struct range r = range(first, last);
	const char *const argv[] = { "pdftohtml", "-xml", "-i", "-stdout", "-nodrm", "-f", r.first,
		"-l", r.last, pdf->path, NULL };
	struct pdftool t;
	struct err e;
	char *line;
	long page = 0;
	int got;

	memset(chars, 0, (size_t)(last - first + 1) * sizeof(*chars));
	if (pdf_start_tool(&t, pdf, argv) < 0)
		return 0;
	while ((got = pdftool_line(&t, &line, &e)) > 0) {
		if (sscanf(line, "<page number=\"%ld\"", &page) == 1)
			continue;
		if (page >= first && page <= last && !strncmp(line, "<text", 5))
			chars[page - first] += count_visible(line);
	}
	return pdf_end_tool(&t, got, first, last, page);
}

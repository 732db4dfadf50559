#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "pdf/pdf.h"
#include "pdf/scans.h"
#include "pdf/tool.h"
#include "pdf/visible.h"
#include "pdf/words.h"

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

/* Time for the next page, as far as the document has it. */
static void
pdf_allow(struct pdftool *t, const struct pdf *pdf)
{
	const long cpu_ms = proc_cpu_ms(&t->proc) + pdf->page_ms;

	pdftool_allow(t, cpu_ms < pdf->left_ms ? cpu_ms : pdf->left_ms, 2 * pdf->page_ms);
}

static int
pdf_start_tool(struct pdftool *t, const struct pdf *pdf, const char *const *argv)
{
	struct err e;

	if (pdftool_start(t, pdf, argv, &e) < 0)
		return -1;
	pdf_allow(t, pdf);
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
	if (whole || at > last)
		return last - first + 1;
	return at > first ? at - first : 0;
}

void
pdf_pixels(const struct pdf_page *p, long dpi, double *width, double *height)
{
	*width = ceil(p->width_pt * (double)dpi / 72);
	*height = ceil(p->height_pt * (double)dpi / 72);
}

/* pdfinfo prints six digits: large pages may be off by more than rounding. */
static bool
is_about(double got, double want)
{
	return fabs(got - want) <= 2 + want / 1000;
}

bool
pdf_are_pixels(const struct pdf_page *p, long dpi, double width, double height)
{
	double w, h;

	pdf_pixels(p, dpi, &w, &h);
	return is_about(width, w) && is_about(height, h);
}

long
pdf_words(const struct pdf *pdf, long first, long last, struct pdf_words *words)
{
	struct range of = range(first, last);
	const char *const argv[] = { "pdftotext", "-tsv", "-f", of.first, "-l", of.last, "-cropbox",
		pdf->path, "-", NULL };
	struct pdf_words_reader r = { .pages = words, .first = first, .last = last };
	struct pdftool t;
	struct err e;
	char *line;
	long i, n, at;
	int got;

	for (i = 0; i <= last - first; i++)
		pdf_words_clear(&words[i]);
	if (pdf_start_tool(&t, pdf, argv) < 0)
		return 0;
	while ((got = pdftool_line(&t, &line, &e)) > 0) {
		at = r.page;
		pdf_words_line(&r, line);
		if (r.page != at)
			pdf_allow(&t, pdf);
	}
	n = pdf_end_tool(&t, got, first, last, r.page);
	for (i = n; i <= last - first; i++)
		pdf_words_clear(&words[i]);
	return n;
}

long
pdf_scans(const struct pdf *pdf, long first, long last, struct pdf_scan *scans)
{
	struct range of = range(first, last);
	const char *const argv[] = { "pdfimages", "-list", "-f", of.first, "-l", of.last, pdf->path,
		NULL };
	struct pdf_scans_reader r = { pdf, scans, first, last, 0 };
	struct pdftool t;
	struct err e;
	char *line;
	long i, n, at;
	int got;

	memset(scans, 0, (size_t)(last - first + 1) * sizeof(*scans));
	if (pdf_start_tool(&t, pdf, argv) < 0)
		return 0;
	while ((got = pdftool_line(&t, &line, &e)) > 0) {
		at = r.page;
		pdf_scans_line(&r, line);
		if (r.page != at)
			pdf_allow(&t, pdf);
	}
	n = pdf_end_tool(&t, got, first, last, r.page);
	for (i = 0; i < n; i++) {
		scans[i].unseen = -1;
		scans[i].known = true;
	}
	return n;
}

long
pdf_visible(const struct pdf *pdf, long first, long last, long *chars)
{
	struct range of = range(first, last);
	const char *const argv[] = { "pdftohtml", "-xml", "-i", "-stdout", "-nodrm", "-f", of.first,
		"-l", of.last, pdf->path, NULL };
	struct pdf_visible_reader r = { chars, first, last, 0 };
	struct pdftool t;
	struct err e;
	char *line;
	long at;
	int got;

	memset(chars, 0, (size_t)(last - first + 1) * sizeof(*chars));
	if (pdf_start_tool(&t, pdf, argv) < 0)
		return 0;
	while ((got = pdftool_line(&t, &line, &e)) > 0) {
		at = r.page;
		pdf_visible_line(&r, line);
		if (r.page != at)
			pdf_allow(&t, pdf);
	}
	return pdf_end_tool(&t, got, first, last, r.page);
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "pdf/complaint.h"
#include "pdf/mend.h"
#include "pdf/pdf.h"
#include "pdf/take.h"
#include "pdf/tool.h"
#include "pdf/workfile.h"

/*
 * Each page is drawn at 18 dpi, at most a million pixels, and thrown away: its
 * data are decoded for that, but for what is empty, of which it says that it ends
 * too early.  Those of images in Flate, of 10 MB at most, are
 * read to their end as well, where they may be found to be damaged.  What MuPDF
 * 1.25 throws it does not say on stderr.
 */
static const char opinion_script[] =
    "var doc = new PDFDocument(scriptArgs[0]);\n"
    "var gray = (typeof ColorSpace !== 'undefined' && ColorSpace.DeviceGray) || DeviceGray;\n"
    "function is_slow(filter) {\n"
    " var slow = false;\n"
    " if (filter && filter.isArray())\n"
    "  for (var i = 0; i < filter.length; i++)\n"
    "   slow = slow || is_slow(filter.get(i));\n"
    " return slow || !!filter && filter.isName() && filter.asName() === 'JPXDecode';\n"
    "}\n"
    "function has_slow(resources, depth) {\n"
    " var all = resources && resources.isDictionary() ? resources.get('XObject') : null;\n"
    " var slow = false;\n"
    " if (all && all.isDictionary())\n"
    "  all.forEach(function (a, b) {\n"
    "   var o = a.isStream ? a : b;\n"
    "   slow = slow || o.isStream() && (is_slow(o.get('Filter')) ||\n"
    "       depth < 3 && has_slow(o.get('Resources'), depth + 1));\n"
    "  });\n"
    " return slow;\n"
    "}\n"
    "function is_flate(o) {\n"
    " var filter = o.get('Filter'), gray = o.get('ColorSpace');\n"
    " return filter && filter.isName() && filter.asName() === 'FlateDecode' &&\n"
    "     o.get('Width') * o.get('Height') * o.get('BitsPerComponent') *\n"
    "     (gray && gray.isName() && gray.asName() === 'DeviceGray' ? 1 : 3) < 80e6;\n"
    "}\n"
    "function drain(resources) {\n"
    " var all = resources && resources.isDictionary() ? resources.get('XObject') : null;\n"
    " if (all && all.isDictionary())\n"
    "  all.forEach(function (a, b) {\n"
    "   var o = a.isStream ? a : b;\n"
    "   if (o.isStream() && is_flate(o))\n"
    "    o.readStream();\n"
    "  });\n"
    "}\n"
    "function is_empty(o) {\n"
    " if (!o || !o.isArray())\n"
    "  return o && o.isStream() && o.readRawStream().length === 0;\n"
    " for (var i = 0; i < o.length; i++)\n"
    "  if (!is_empty(o.get(i)))\n"
    "   return false;\n"
    " return true;\n"
    "}\n"
    "function draw(n) {\n"
    " var page = doc.loadPage(n - 1), b = page.bound ? page.bound() : page.getBounds();\n"
    " var area = (b[2] - b[0]) * (b[3] - b[1]), scale = Math.min(.25, Math.sqrt(1e6 / area));\n"
    " var object = doc.findPage(n - 1), resources = object.get('Resources');\n"
    " var notes = object.get('Annots');\n"
    " if (has_slow(resources, 0) || is_empty(object.get('Contents')) && !(notes && notes.length))\n"
    "  return;\n"
    " page.toPixmap([scale, 0, 0, scale, 0, 0], gray, false);\n"
    " drain(resources);\n"
    "}\n"
    "function main() {\n"
    " for (var n = Number(scriptArgs[1]); n <= Number(scriptArgs[2]); n++) {\n"
    "  try { draw(n); } catch (e) { print('error: ' + e); }\n"
    "  print('page', n);\n"
    " }\n"
    "}\n"
    "main();\n";

static enum pdf_opinion
opinion_worse(enum pdf_opinion so_far, const char *text, size_t n)
{
	enum pdf_opinion is = PDF_OPINION_FINE;

	if (pdf_mutool_loses(text, n))
		is = PDF_OPINION_LOST;
	else if (pdf_mutool_complains(text, n))
		is = PDF_OPINION_ODD;
	return is > so_far ? is : so_far;
}

/* What it says of pages first..last, until it has done the last. */
static enum pdf_opinion
opinion_read(struct pdftool *t, const struct pdf *pdf, long first, long last)
{
	enum pdf_opinion worst = PDF_OPINION_NONE;
	long page = first - 1;
	const char *p;
	char *line;
	struct err e;

	while (page < last) {
		const long cpu_ms = proc_cpu_ms(&t->proc) + pdf->page_ms / 40;

		pdftool_allow(t, cpu_ms < pdf->left_ms ? cpu_ms : pdf->left_ms, pdf->page_ms / 2);
		if (pdftool_line(t, &line, &e) <= 0)
			return PDF_OPINION_NONE;
		p = line;
		if (!pdf_take(&p, "page ") || !pdf_take_long(&p, &page))
			worst = opinion_worse(worst, line, strlen(line));
	}
	(void)proc_wait(&t->proc, pdf->page_ms / 2);
	worst = opinion_worse(worst, t->proc.head, t->proc.head_len);
	return opinion_worse(worst, t->proc.tail, t->proc.tail_len);
}

enum pdf_opinion
pdf_opinion(const struct pdf *pdf, long first, long last)
{
	struct err e;
	char from[24], to[24];
	char *path = pdf_workfile_text(pdf, PDF_SCRIPT, opinion_script, &e);
	const char *const argv[] = { PDF_MENDER, "run", path, pdf->path, from, to, NULL };
	const struct pdftool_conf conf = { .argv = argv,
		.package = PDF_MENDER_PACKAGE,
		.work = pdf->work };
	enum pdf_opinion is = PDF_OPINION_NONE;
	struct pdftool t;

	snprintf(from, sizeof(from), "%ld", first);
	snprintf(to, sizeof(to), "%ld", last);
	if (path && pdftool_run(&t, pdf, &conf, &e) == 0) {
		is = opinion_read(&t, pdf, first, last);
		pdftool_end(&t);
	}
	free(path);
	return is;
}

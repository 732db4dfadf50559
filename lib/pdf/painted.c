#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "pdf/mend.h"
#include "pdf/painted.h"
#include "pdf/pdf.h"
#include "pdf/take.h"
#include "pdf/tool.h"
#include "pdf/workfile.h"

/*
 * Images and stencils by their place on the page, which is that of the unit
 * square; a mask is its image's.  Glyphs in render mode 3, but for spaces.
 * MuPDF 1.21 has page.bound, 1.25 page.getBounds.
 */
static const char script_run[] =
    "var doc = new PDFDocument(scriptArgs[0]), whole, area, ppi, unseen;\n"
    "function image(im, m) {\n"
    " var w = Math.sqrt(m[0] * m[0] + m[1] * m[1]) / 72;\n"
    " var h = Math.sqrt(m[2] * m[2] + m[3] * m[3]) / 72;\n"
    " area += w * h;\n"
    " if (w * h >= whole / 5)\n"
    "  ppi = Math.max(ppi, im.getWidth() / w, im.getHeight() / h);\n"
    "}\n"
    "function glyph(font, place, id, unicode) {\n"
    " if (unicode !== 32 && unicode !== 160)\n"
    "  unseen++;\n"
    "}\n"
    "var device = {\n"
    " fillImage: image,\n"
    " fillImageMask: image,\n"
    " ignoreText: function (text) { text.walk({ showGlyph: glyph }); }\n"
    "};\n"
    "function read(n, quick) {\n"
    " var page = doc.loadPage(n - 1), b = page.bound ? page.bound() : page.getBounds();\n"
    " var w = b[2] - b[0], h = b[3] - b[1];\n"
    " whole = w * h / 5184;\n"
    " area = ppi = unseen = 0;\n"
    " if (!quick || pictured(doc.findPage(n - 1)))\n"
    "  page.run(device, [1, 0, 0, 1, 0, 0]);\n"
    " print('page', n, w, h, area, ppi, unseen);\n"
    "}\n"
    "function main() {\n"
    " var n = Number(scriptArgs[1]), last = Number(scriptArgs[2]);\n"
    " print('pages', doc.countPages());\n"
    " for (; n <= last; n++)\n"
    "  try { read(n, scriptArgs[3] === 'quick'); } catch (e) { }\n"
    "}\n"
    "main();\n";

/* Whether the resources of a page have an image, those of its forms and patterns included. */
static const char script_resources[] =
    "function inherited(page, key) {\n"
    " for (var i = 0; page && !page.isNull() && i < 50; i++) {\n"
    "  var v = page.get(key);\n"
    "  if (v && !v.isNull())\n"
    "   return v;\n"
    "  page = page.get('Parent');\n"
    " }\n"
    " return null;\n"
    "}\n"
    "function within(resources, key, left, depth) {\n"
    " var all = resources.get(key), found = false;\n"
    " if (all && all.isDictionary())\n"
    "  all.forEach(function (o) {\n"
    "   var type = o.isStream() ? o.get('Subtype') : null;\n"
    "   if (found || !o.isStream())\n"
    "    return;\n"
    "   found = left.n-- <= 0 || depth > 5 || (type.isName() && type.asName() === 'Image') ||\n"
    "       has_image(o.get('Resources'), left, depth + 1);\n"
    "  });\n"
    " return found;\n"
    "}\n"
    "function has_image(resources, left, depth) {\n"
    " return !!resources && resources.isDictionary() &&\n"
    "     (within(resources, 'XObject', left, depth) ||\n"
    "      within(resources, 'Pattern', left, depth));\n"
    "}\n"
    "function pictured(page) {\n"
    " try { return has_image(inherited(page, 'Resources'), { n: 200 }, 0); }\n"
    " catch (e) { return true; }\n"
    "}\n";

/* What is drawn on a page of one size is not believed of one of another. */
static bool
painted_alike(double a, double b)
{
	return fabs(a - b) <= 1 + b / 1000;
}

static bool
painted_take(const char *p, double v[5])
{
	for (int i = 0; i < 5; i++)
		if (!pdf_take_double(&p, &v[i]) || v[i] < 0)
			return false;
	return true;
}

void
pdf_painted_line(struct pdf_painted_reader *r, const char *line)
{
	const char *p = line;
	const struct pdf_page *page;
	double v[5];
	long no;

	if (pdf_take(&p, "pages ") && pdf_take_long(&p, &no)) {
		r->pages = no;
		return;
	}
	p = line;
	if (!pdf_take(&p, "page ") || !pdf_take_long(&p, &no) || r->pages != r->pdf->pages)
		return;
	if (no < r->first || no > r->last || no > r->pdf->known || !painted_take(p, v))
		return;
	page = &r->pdf->page[no - 1];
	if (!painted_alike(v[0], page->width_pt) || !painted_alike(v[1], page->height_pt))
		return;
	r->scans[no - r->first] = (struct pdf_scan){ .area = v[2],
		.ppi = v[3],
		.unseen = v[4] < INT_MAX ? (long)v[4] : INT_MAX,
		.known = true };
}

int
pdf_painted_start(struct pdftool *t, const struct pdf *pdf, const struct pdf_painted *p,
    struct err *e)
{
	char from[24], to[24], *script = mem_printf("%s%s", script_resources, script_run);
	char *path = pdf_workfile_text(pdf, PDF_SCRIPT, script, e);
	const char *const argv[] = { PDF_MENDER, "run", path, pdf->path, from, to,
		p->quick ? "quick" : NULL, NULL };
	const struct pdftool_conf conf = { argv, PDF_MENDER_PACKAGE, pdf->work };
	int r;

	free(script);
	if (!path)
		return -1;
	snprintf(from, sizeof(from), "%ld", p->first);
	snprintf(to, sizeof(to), "%ld", p->last);
	r = pdftool_run(t, pdf, &conf, e);
	free(path);
	return r;
}

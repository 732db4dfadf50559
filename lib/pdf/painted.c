#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "pdf/atlas.h"
#include "pdf/complaint.h"
#include "pdf/covers.h"
#include "pdf/glyphs.h"
#include "pdf/mend.h"
#include "pdf/painted.h"
#include "pdf/pdf.h"
#include "pdf/sketch.h"
#include "pdf/take.h"
#include "pdf/tool.h"
#include "pdf/workfile.h"

enum { LETTERS_MOST = 8 * GLYPHS_MOST }; /* lines between two pages */

/*
 * Images and stencils by their place on the page, which is that of the unit
 * square; a mask is its image's.  Glyphs in render mode 3, but for spaces, and
 * those under images, where these are more than a hundredth of the page.
 * Sketches (scriptArgs[4]: their resolution; [5]: their files, numbered from 1
 * on; [6]: s for them, l for letters) are made of pages with next to no images,
 * 128 Mpx of them in all.  Letters
 * (pdf/glyphs.h) are pictures of the same numbers.  MuPDF 1.21 has page.bound, 1.25
 * page.getBounds.
 */
static const char script_run[] =
    "var doc = new PDFDocument(scriptArgs[0]), same = [1, 0, 0, 1, 0, 0];\n"
    "var dpi = Number(scriptArgs[4]), drawn = 0, left = 128e6, whole, area, ppi, unseen;\n"
    "var want = scriptArgs[6];\n"
    "var out = dpi > 0 ? new DocumentWriter(scriptArgs[5] + '%d', 'pgm',\n"
    "    'colorspace=gray,resolution=' + dpi) : null;\n"
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
    " fillText: function (text) { glyph_texts.push(text); },\n"
    " ignoreText: function (text) { text.walk({ showGlyph: glyph }); }\n"
    "};\n"
    "function sketch(list, bounds) {\n"
    " if (!out || want.indexOf('s') < 0 || area > whole / 100 || (left -= whole * dpi * dpi) < 0)\n"
    "  return 0;\n"
    " list.run(out.beginPage(bounds), same);\n"
    " out.endPage();\n"
    " return ++drawn;\n"
    "}\n"
    "function covered(list, bounds) {\n"
    " var c = { unseen: 0, boxes: [] };\n"
    " if (area > whole / 100)\n"
    "  try { c = covering(list, bounds); } catch (e) { }\n"
    " unseen += c.unseen;\n"
    " return c.boxes.slice(0, 32).map(function (v) { return v.toFixed(1); });\n"
    "}\n"
    "function letters() {\n"
    " try {\n"
    "  drawn += want.indexOf('l') >= 0 && glyphs(out, dpi, drawn + 1) ? 1 : 0;\n"
    " } catch (e) { drawn++; }\n"
    " glyph_texts = [];\n"
    "}\n"
    "function read(n, quick) {\n"
    " var page = doc.loadPage(n - 1), b = page.bound ? page.bound() : page.getBounds();\n"
    " var w = b[2] - b[0], h = b[3] - b[1], list, no = 0, under = [];\n"
    " whole = w * h / 5184;\n"
    " area = ppi = unseen = 0;\n"
    " glyph_texts = [];\n"
    " if (!quick || pictured(doc.findPage(n - 1))) {\n"
    "  list = page.toDisplayList();\n"
    "  list.run(device, same);\n"
    "  no = sketch(list, b);\n"
    "  under = covered(list, b);\n"
    "  letters();\n"
    " }\n"
    " print('page', n, w, h, area, ppi, unseen, no, under.join(' '));\n"
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

/* The boxes that follow, four numbers each. */
static void
painted_covers(const char *p, struct pdf_scan *scan)
{
	struct pdf_cover c;

	while (scan->covers < PDF_COVERS && pdf_take_double(&p, &c.x0) &&
	    pdf_take_double(&p, &c.y0) && pdf_take_double(&p, &c.x1) && pdf_take_double(&p, &c.y1))
		scan->cover[scan->covers++] = c;
}

static bool
painted_take(const char **p, double v[5])
{
	for (int i = 0; i < 5; i++)
		if (!pdf_take_double(p, &v[i]) || v[i] < 0)
			return false;
	return true;
}

void
pdf_painted_line(struct pdf_painted_reader *r, const char *line)
{
	const char *p = line;
	const struct pdf_page *page;
	double v[5];
	long no, drawn;

	r->page = 0;
	if (pdf_take(&p, "pages ") && pdf_take_long(&p, &no)) {
		r->pages = no;
		return;
	}
	p = line;
	if (!pdf_take(&p, "page ") || !pdf_take_long(&p, &no) || r->pages != r->pdf->pages)
		return;
	if (no < r->first || no > r->last || no > r->pdf->known || !painted_take(&p, v) ||
	    !pdf_take_long(&p, &drawn))
		return;
	page = &r->pdf->page[no - 1];
	if (!painted_alike(v[0], page->width_pt) || !painted_alike(v[1], page->height_pt))
		return;
	r->scans[no - r->first] = (struct pdf_scan){ .area = v[2],
		.ppi = v[3],
		.unseen = v[4] < INT_MAX ? (long)v[4] : INT_MAX,
		.known = true };
	painted_covers(p, &r->scans[no - r->first]);
	r->page = no;
	r->drawn = drawn;
}

static int
painted_start(struct pdftool *t, const struct pdf *pdf, const struct pdf_painted *p)
{
	struct err e;
	char from[24], to[24], res[24];
	char *script = mem_printf("%s%s%s%s%s%s", script_resources, pdf_covers_script[0],
	    pdf_covers_script[1], pdf_covers_script[2], pdf_glyphs_script, script_run);
	char *path = pdf_workfile_text(pdf, PDF_SCRIPT, script, &e);
	char *sketches = pdf_workfile(pdf, PDF_SKETCH);
	const char *const argv[] = { PDF_MENDER, "run", path, pdf->path, from, to,
		p->quick ? "quick" : "all", res, sketches,
		p->sketch && p->shapes ? "sl"
		    : p->sketch        ? "s"
		    : p->shapes        ? "l"
				       : "-",
		NULL };
	const struct pdftool_conf conf = { .argv = argv,
		.package = PDF_MENDER_PACKAGE,
		.work = pdf->work };
	int r = -1;

	snprintf(from, sizeof(from), "%ld", p->first);
	snprintf(to, sizeof(to), "%ld", p->last);
	snprintf(res, sizeof(res), "%ld", p->dpi);
	if (path)
		r = pdftool_run(t, pdf, &conf, &e);
	free(script);
	free(sketches);
	free(path);
	return r;
}

/* The picture of the page that came last, if there is one, to whom it is for. */
static void
painted_sketch(const struct pdf_painted_reader *r, const struct pdf_painted *p, struct pdftool *t)
{
	struct image im;
	bool lost;

	if (r->page == 0 || r->drawn == 0 || !p->sketch)
		return;
	proc_drain(&t->proc);
	lost = t->proc.tail_len > 0 || pdf_mutool_complains(t->proc.head, t->proc.head_len);
	if (pdf_sketch_take(r->pdf, r->drawn, &r->pdf->page[r->page - 1], p->dpi, &im) < 0)
		return;
	p->sketch(p->arg, r->page, &im, lost);
	image_release(&im);
}

/* Time for a page and its picture, which is not worth more; for all without one. */
static void
painted_allow(struct pdftool *t, const struct pdf *pdf, const struct pdf_painted *p)
{
	const long used_ms = p->sketch ? proc_cpu_ms(&t->proc) : 0;
	const long cpu_ms = used_ms + pdf->page_ms / 4;

	pdftool_allow(t, cpu_ms < pdf->left_ms ? cpu_ms : pdf->left_ms, pdf->page_ms / 2);
}

/* The next line that is not of letters. */
static bool
painted_line(struct pdftool *t, struct pdf_atlas *atlas, char **line)
{
	struct err e;
	bool got = pdftool_line(t, line, &e) > 0;

	for (int i = 0; got && i < LETTERS_MOST && pdf_atlas_line(atlas, *line); i++)
		got = pdftool_line(t, line, &e) > 0;
	return got;
}

long
pdf_painted(const struct pdf *pdf, const struct pdf_painted *p, struct pdf_scan *scans)
{
	struct pdf_painted_reader r = { .pdf = pdf,
		.scans = scans,
		.first = p->first,
		.last = p->last };
	struct pdf_atlas atlas = { .pdf = pdf, .shapes = p->shapes, .dpi = p->dpi };
	struct pdftool t;
	char *line;
	long i, n = 0;

	memset(scans, 0, (size_t)(p->last - p->first + 1) * sizeof(*scans));
	if (painted_start(&t, pdf, p) < 0)
		return 0;
	painted_allow(&t, pdf, p);
	/* It says a line for each page, and one more, beside those of letters. */
	for (i = p->first; i <= p->last + 1 && painted_line(&t, &atlas, &line); i++) {
		pdf_painted_line(&r, line);
		painted_sketch(&r, p, &t);
		if (p->sketch)
			painted_allow(&t, pdf, p);
	}
	pdf_atlas_release(&atlas);
	proc_drain(&t.proc);
	/* Of what it said when it said much, some is not known. */
	*p->suspect |= t.proc.tail_len > 0 || pdf_mutool_loses(t.proc.head, t.proc.head_len);
	pdftool_end(&t);
	if (p->sketch || p->shapes)
		pdf_sketches_forget(pdf->work);
	for (i = 0; i <= p->last - p->first; i++)
		n += scans[i].known;
	return n;
}

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "pdf/glyphs.h"
#include "pdf/lies.h"
#include "pdf/mend.h"
#include "pdf/pdf.h"
#include "pdf/shapes.h"
#include "pdf/take.h"
#include "pdf/tool.h"
#include "pdf/workfile.h"

enum {
	LIE_BYTES = 64, /* of one, as the script is told */
	PLACES_MOST = 1 << 20
};

/* scriptArgs[3]: fonts, letters of fonts, and fonts' letters without a name. */
static const char script_places[] =
    "var doc = new PDFDocument(scriptArgs[0]), want = {}, page, corner, matrix, left;\n"
    "scriptArgs[3].split(' ').forEach(function (w) { want[w] = true; });\n"
    "function wanted(id, gid, u) {\n"
    " return want[id + ':'] || want[id + ':' + (glyph_unknown(u) ? 0 : gid + '/' + u)];\n"
    "}\n"
    "function place(font, g, gid, u) {\n"
    " var x = g[4] + 0.2 * g[0] + 0.25 * g[2], y = g[5] + 0.2 * g[1] + 0.25 * g[3];\n"
    " if (u === 32 || u === 160 || left <= 0 || !wanted(glyph_id(font.getName()), gid, u))\n"
    "  return;\n"
    " left--;\n"
    " print('at', page, (matrix[0] * x + matrix[2] * y + matrix[4] - corner[0]).toFixed(1),\n"
    "     (matrix[1] * x + matrix[3] * y + matrix[5] - corner[1]).toFixed(1),\n"
    "     Math.sqrt(Math.abs(g[0] * g[3] - g[1] * g[2]) * Math.abs(matrix[0] * matrix[3] -\n"
    "         matrix[1] * matrix[2])).toFixed(1), glyph_unknown(u) ? 1 : 0);\n"
    "}\n"
    "function read(n) {\n"
    " var p = doc.loadPage(n - 1);\n"
    " page = n;\n"
    " left = 20000;\n"
    " corner = p.bound ? p.bound() : p.getBounds();\n"
    " p.toDisplayList().run({ fillText: function (text, m) {\n"
    "  matrix = m;\n"
    "  text.walk({ showGlyph: place });\n"
    " } }, [1, 0, 0, 1, 0, 0]);\n"
    "}\n"
    "function main() {\n"
    " for (var n = Number(scriptArgs[1]); n <= Number(scriptArgs[2]); n++)\n"
    "  try { read(n); } catch (e) { }\n"
    "}\n"
    "main();\n";

static void
append_lie(struct buf *b, const struct pdf_lie *lie)
{
	char one[LIE_BYTES];

	if (lie->what == LIE_FONT)
		snprintf(one, sizeof(one), "%ld: ", lie->font);
	else if (lie->what == LIE_UNNAMED)
		snprintf(one, sizeof(one), "%ld:0 ", lie->font);
	else
		snprintf(one, sizeof(one), "%ld:%ld/%ld ", lie->font, lie->gid, lie->character);
	(void)buf_adds(b, one);
}

static int
lies_start(struct pdftool *t, const struct pdf *pdf, const struct pdf_lies_search *s)
{
	struct buf want = BUF_INIT(PDF_LIES * LIE_BYTES + 1);
	struct err e;
	char from[24], to[24];
	char *script = mem_printf("%s%s", pdf_glyphs_script, script_places);
	char *path = pdf_workfile_text(pdf, PDF_SCRIPT, script, &e);
	int r = -1;

	snprintf(from, sizeof(from), "%ld", s->first);
	snprintf(to, sizeof(to), "%ld", s->last);
	for (size_t i = 0; i < s->lies->n; i++)
		append_lie(&want, &s->lies->v[i]);
	if (path && want.len > 0) {
		const char *const argv[] = { PDF_MENDER, "run", path, pdf->path, from, to, want.p,
			NULL };
		const struct pdftool_conf conf = { .argv = argv,
			.package = PDF_MENDER_PACKAGE,
			.work = pdf->work };

		r = pdftool_run(t, pdf, &conf, &e);
	}
	buf_release(&want);
	free(script);
	free(path);
	return r;
}

/* Whether it is a place on one of the pages. */
static bool
lie_place(struct pdf_lie_place *at, const struct pdf_lies_search *s, const char *p)
{
	long unnamed;

	if (!pdf_take(&p, "at ") || !pdf_take_long(&p, &at->page) || !pdf_take_double(&p, &at->x) ||
	    !pdf_take_double(&p, &at->y) || !pdf_take_double(&p, &at->size) ||
	    !pdf_take_long(&p, &unnamed))
		return false;
	at->unnamed = unnamed != 0;
	return at->page >= s->first && at->page <= s->last;
}

void
pdf_lies_find(const struct pdf *pdf, const struct pdf_lies_search *s)
{
	struct pdf_lie_place at;
	struct pdftool t;
	struct err e;
	char *line;

	if (s->lies->n == 0 || lies_start(&t, pdf, s) < 0)
		return;
	pdftool_allow(&t, pdf->page_ms / 4 < pdf->left_ms ? pdf->page_ms / 4 : pdf->left_ms,
	    pdf->page_ms / 2);
	for (long i = 0; i < PLACES_MOST && pdftool_line(&t, &line, &e) > 0; i++)
		if (lie_place(&at, s, line))
			s->found(s->arg, &at);
	pdftool_end(&t);
}

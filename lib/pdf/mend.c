#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "pdf/complaint.h"
#include "pdf/info.h"
#include "pdf/mend.h"
#include "pdf/pdf.h"
#include "pdf/raw.h"
#include "pdf/take.h"
#include "pdf/tool.h"
#include "pdf/workfile.h"

enum { LINES_MORE = 16 };

/*
 * Pages are counted as poppler finds them (Catalog::cacheSubTree), but none is
 * passed over, and no branch of the tree is walked twice.  What mutool looked for in
 * vain may have it search the file: arrays that were got before are not the file's then.
 */
static const char script[] =
    "var most = Number(scriptArgs[2]), doc, root, top, seen = {};\n"
    "var pages = 0, lost = [], dirty = false;\n"
    "function get(o, key) {\n"
    " try { var v = o.get(key); return v && !v.isNull() ? v : null; }\n"
    " catch (e) { return null; }\n"
    "}\n"
    "function id(o) { return o.isIndirect() ? o.asIndirect() : 0; }\n"
    "function is(o, type) {\n"
    " var t = get(o, 'Type');\n"
    " return t && t.isName() && t.asName() === type;\n"
    "}\n"
    "function dict(o) { return o && o.isDictionary() && !o.isStream(); }\n"
    "function array(o, key) {\n"
    " var v = dict(o) ? get(o, key) : null;\n"
    " return v && v.isArray() ? v : null;\n"
    "}\n"
    "function lose(parent) {\n"
    " lost.push(pages);\n"
    " return doc.addObject({ Type: 'Page', Parent: parent, MediaBox: [0, 0, 72, 72] });\n"
    "}\n"
    "function walk(node, depth) {\n"
    " var kids = array(node, 'Kids'), count = 0, said = get(node, 'Count'), i, kid;\n"
    " for (i = 0; kids && i < kids.length && pages < most; i++) {\n"
    "  kid = get(kids, i);\n"
    "  if (dict(kid) && !kid.isIndirect()) {\n"
    "   kids.put(i, kid = doc.addObject(kid));\n"
    "   dirty = true;\n"
    "  }\n"
    "  if (dict(kid) && !is(kid, 'Page') && (get(kid, 'Kids') || is(kid, 'Pages'))) {\n"
    "   if (depth < 50 && !seen[id(kid)]) {\n"
    "    seen[id(kid)] = true;\n"
    "    count += walk(kid, depth + 1);\n"
    "    continue;\n"
    "   }\n"
    "   kid = null;\n"
    "  }\n"
    "  pages++;\n"
    "  count++;\n"
    "  if (!dict(kid)) {\n"
    "   kid = lose(node);\n"
    "   array(node, 'Kids').put(i, kid);\n"
    "  }\n"
    " }\n"
    " if (!kids)\n" /* Poppler would take it for a page. */
    "  node.put('Kids', doc.newArray());\n"
    " if (!kids || !said || !said.isNumber() || said.asNumber() !== count) {\n"
    "  node.put('Count', count);\n"
    "  dirty = true;\n"
    " }\n"
    " return count;\n"
    "}\n"
    "function gather() {\n"
    " var kids = [], i, o;\n"
    " for (i = 1; i < doc.countObjects() && kids.length < most; i++) {\n"
    "  try {\n"
    "   o = doc.newIndirect(i, 0);\n"
    "   if (dict(o) && is(o, 'Page'))\n"
    "    kids.push(o);\n"
    "  } catch (e) {\n"
    "  }\n"
    " }\n"
    " if (!kids.length)\n"
    "  return;\n"
    " top = doc.addObject({ Type: 'Pages', Count: kids.length, Kids: kids });\n"
    " kids.forEach(function (o) { o.put('Parent', top); });\n"
    " if (!dict(root))\n"
    "  doc.getTrailer().put('Root', root = doc.addObject({ Type: 'Catalog' }));\n"
    " root.put('Pages', top);\n"
    " pages = kids.length;\n"
    " print('gathered');\n"
    "}\n"
    "function form() {\n"
    " var acro = get(root, 'AcroForm'), fields, wait;\n"
    " if (!dict(acro) || !get(acro, 'XFA'))\n"
    "  return;\n"
    " fields = array(acro, 'Fields');\n"
    " wait = get(root, 'NeedsRendering');\n"
    " if (!fields || !fields.length || (wait && wait.isBoolean() && wait.asBoolean()))\n"
    "  print('xfa');\n"
    "}\n"
    "function main() {\n"
    " doc = new PDFDocument(scriptArgs[0]);\n"
    " if (doc.needsPassword())\n"
    "  return print('encrypted');\n"
    " root = get(doc.getTrailer(), 'Root');\n"
    " top = dict(root) ? get(root, 'Pages') : null;\n"
    " if (dict(top)) {\n"
    "  seen[id(top)] = true;\n"
    "  walk(top, 0);\n"
    " }\n"
    " if (!pages && (!dict(top) || doc.wasRepaired()))\n"
    "  gather();\n"
    " if (dict(root) && dict(get(root, 'Collection')))\n"
    "  print('portfolio');\n"
    " if (dict(root))\n"
    "  form();\n"
    " if (doc.wasRepaired())\n"
    "  print('repaired');\n"
    " print('pages ' + pages);\n"
    " lost.forEach(function (n) { print('lost ' + n); });\n"
    " if (pages && (scriptArgs[3] || dirty || lost.length || doc.wasRepaired())) {\n"
    "  doc.save(scriptArgs[1], 'decrypt');\n"
    "  print('saved');\n"
    " }\n"
    "}\n"
    "try { main(); }\n"
    "catch (e) {\n"
    " if (/encrypt|password|authenticate/.test(String(e)))\n"
    "  print('encrypted');\n"
    "}\n";

void
pdf_mend_line(struct pdf_mended *m, const char *line, long most)
{
	const struct {
		const char *word;
		bool *is;
	} words[] = { { "encrypted", &m->encrypted }, { "repaired", &m->repaired },
		{ "gathered", &m->gathered }, { "xfa", &m->xfa }, { "portfolio", &m->portfolio },
		{ "saved", &m->saved } };
	const char *p = line;
	long no;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(line, words[i].word) == 0)
			*words[i].is = true;
	if (pdf_take(&p, "pages ") && pdf_take_long(&p, &no) && no >= 0)
		m->pages = no;
	else if (pdf_take(&p, "lost ") && pdf_take_long(&p, &no) && no > 0 && no <= most) {
		m->lost += !m->is_lost[no - 1];
		m->is_lost[no - 1] = true;
	}
}

/* What is in hand. */
struct mending {
	const struct pdf *pdf;
	const char *script; /* its path */
	long most;
	struct pdf_mended *found;
};

static void
found_nothing(const struct mending *w)
{
	bool *is_lost = w->found->is_lost;

	*w->found = (struct pdf_mended){ .pages = -1, .is_lost = is_lost };
	memset(is_lost, 0, (size_t)w->most * sizeof(*is_lost));
}

/* The document is in the file path. */
static int
mend_run(const struct mending *w, const char *path, struct err *e)
{
	char *out = pdf_workfile(w->pdf, PDF_MENDED), most[24];
	/* What poppler does not find is written anew in any case: mutool may have found it. */
	const char *const always = pdf_info_sizeless(w->pdf) > 0 ? "always" : NULL;
	const char *const argv[] = { PDF_MENDER, "run", w->script, path, out, most, always, NULL };
	const struct pdftool_conf conf = { .argv = argv,
		.package = PDF_MENDER_PACKAGE,
		.work = w->pdf->work };
	struct pdftool t;
	char *line;
	long lines = 0;
	int got;

	found_nothing(w);
	snprintf(most, sizeof(most), "%ld", w->most + 1);
	got = pdftool_run(&t, w->pdf, &conf, e);
	free(out);
	if (got < 0)
		return -1;
	pdftool_allow(&t, w->pdf->page_ms, 2 * w->pdf->page_ms);
	/* The script says a line for each page that is lost, and few others. */
	while ((got = pdftool_line(&t, &line, e)) > 0 && lines++ < w->most + LINES_MORE)
		pdf_mend_line(w->found, line, w->most);
	if (got > 0 || (got == 0 && pdftool_finish(&t, e) < 0)) {
		found_nothing(w);
		got = 0;
	}
	proc_drain(&t.proc);
	w->found->loses = pdf_mutool_loses(t.proc.head, t.proc.head_len);
	pdftool_end(&t);
	return got;
}

/* What is cut within an object may hide all others from it. */
static int
mend_part(const struct mending *w, const struct pdf_raw *raw, struct err *e)
{
	const long from = raw->start > 0 ? raw->start : 0;
	char *path;
	int r;

	if (raw->end <= from)
		return 0;
	path = pdf_workfile_part(w->pdf, PDF_PART, from, raw->end, e);
	r = path ? mend_run(w, path, e) : -1;
	free(path);
	return r;
}

int
pdf_mend(const struct pdf *pdf, const struct pdf_raw *raw, long most, struct pdf_mended *m,
    struct err *e)
{
	char *script_path = pdf_workfile_text(pdf, PDF_SCRIPT, script, e);
	const struct mending w = { pdf, script_path, most, m };
	int r = script_path ? 0 : -1;

	found_nothing(&w);
	if (r == 0)
		r = mend_run(&w, pdf->path, e);
	if (r == 0 && !m->encrypted && (m->pages < 0 || (m->pages == 0 && m->repaired)))
		r = mend_part(&w, raw, e);
	free(script_path);
	return r;
}

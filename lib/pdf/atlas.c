#include "pdf/atlas.h"
#include "pdf/glyphs.h"
#include "pdf/pdf.h"
#include "pdf/shapes.h"
#include "pdf/sketch.h"
#include "pdf/take.h"

/* Letters, and those that they are compared with, of which there are not more. */
enum { ROWS_MOST = 4 * GLYPHS_MOST / GLYPHS_ACROSS };

/* A page of them begins: its picture. */
static void
atlas_begin(struct pdf_atlas *a, const char *p)
{
	const double points = GLYPHS_CELL * 72.0 / (double)a->dpi;
	struct pdf_page page = { .width_pt = GLYPHS_ACROSS * points };
	long no, rows, cells;

	image_release(&a->im);
	a->cells = a->cell = 0;
	if (!pdf_take_long(&p, &no) || !pdf_take_long(&p, &rows) || !pdf_take_long(&p, &cells) ||
	    rows < 1 || rows > ROWS_MOST || cells < 1 || cells > rows * GLYPHS_ACROSS)
		return;
	page.height_pt = (double)rows * points;
	if (pdf_sketch_take(a->pdf, no, &page, a->dpi, &a->im) == 0)
		a->cells = cells;
}

static void
atlas_take(struct pdf_atlas *a, const char *p)
{
	struct pdf_glyph g;

	if (a->cell >= a->cells || !pdf_take_long(&p, &g.font) || !pdf_take_long(&p, &g.gid) ||
	    !pdf_take_long(&p, &g.character) || g.character < 0 || g.character > 0x10ffff)
		return;
	pdf_shapes_add(a->shapes, &g,
	    &(struct pdf_square){ &a->im, a->cell % GLYPHS_ACROSS * GLYPHS_CELL,
		a->cell / GLYPHS_ACROSS * GLYPHS_CELL, GLYPHS_CELL });
	a->cell++;
}

bool
pdf_atlas_line(struct pdf_atlas *a, const char *line)
{
	const char *p = line;

	if (pdf_take(&p, "shapes ")) {
		if (a->shapes)
			atlas_begin(a, p);
		return true;
	}
	if (!pdf_take(&p, "shape "))
		return false;
	atlas_take(a, p);
	return true;
}

void
pdf_atlas_release(struct pdf_atlas *a)
{
	image_release(&a->im);
}

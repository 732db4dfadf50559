#include <math.h>
#include <string.h>

#include "pdf/pdf.h"
#include "pdf/scans.h"
#include "pdf/take.h"

/* Of one row, what is asked for. */
struct scan_row {
	double px[2], ppi[2];
};

/* An image, or a stencil, with its place on the page. */
static void
scan_add(struct pdf_scan *scan, const struct pdf_page *p, const struct scan_row *row)
{
	double area = row->px[0] / row->ppi[0] * (row->px[1] / row->ppi[1]);
	double whole = p->width_pt / 72 * (p->height_pt / 72);
	double ppi = fmax(row->ppi[0], row->ppi[1]);

	if (!isfinite(scan->area + area))
		return;
	scan->area += area;
	if (area >= whole / 5 && ppi > scan->ppi)
		scan->ppi = ppi;
}

static bool
scan_take_two(const char **p, double v[2])
{
	return pdf_take_double(p, &v[0]) && pdf_take_double(p, &v[1]) && v[0] > 0 && v[1] > 0;
}

/*
 * width height color comp bpc enc interp object ID x-ppi y-ppi
 * where object and ID are one word, "[inline]", or two.
 */
static bool
scan_take_row(const char *p, struct scan_row *row)
{
	char object[2];
	int i;

	if (!scan_take_two(&p, row->px))
		return false;
	for (i = 0; i < 5; i++)
		if (!pdf_take_word(&p, NULL, 0))
			return false;
	if (!pdf_take_word(&p, object, sizeof(object)))
		return false;
	if (*object != '[' && !pdf_take_word(&p, NULL, 0))
		return false;
	return scan_take_two(&p, row->ppi);
}

/* page num type, and the rest. */
void
pdf_scans_line(struct pdf_scans_reader *r, const char *line)
{
	struct scan_row row;
	char type[16];
	long page, num;

	if (!pdf_take_long(&line, &page) || !pdf_take_long(&line, &num) ||
	    !pdf_take_word(&line, type, sizeof(type)))
		return;
	if (page < r->first || page > r->last || page > r->pdf->known)
		return;
	r->page = page;
	if (strcmp(type, "image") != 0 && strcmp(type, "stencil") != 0)
		return;
	if (scan_take_row(line, &row))
		scan_add(&r->scans[page - r->first], &r->pdf->page[page - 1], &row);
}

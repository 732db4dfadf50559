#include "pdf/info.h"
#include "pdf/pdf.h"
#include "pdf/take.h"

/*
 * Sizes are of the page as it lies in the file.  One that is turned by no
 * multiple of 90 is drawn as it lies there, by poppler as by others.
 */
static void
info_turn(struct pdf_page *p, long degrees)
{
	double w = p->width_pt;

	if (degrees % 180 != 90 && degrees % 180 != -90)
		return;
	p->width_pt = p->height_pt;
	p->height_pt = w;
}

/* What stands behind "Page NO". */
static void
info_page(struct pdf *pdf, long no, const char *p, long most)
{
	struct pdf_page size;
	long rot;

	if (pdf_take(&p, "size:")) {
		if (no == pdf->known + 1 && no <= most && pdf_take_double(&p, &size.width_pt) &&
		    pdf_take(&p, "x") && pdf_take_double(&p, &size.height_pt))
			pdf->page[pdf->known++] = size;
	} else if (pdf_take(&p, "rot:") && pdf_take_long(&p, &rot)) {
		if (no == pdf->known && no > 0)
			info_turn(&pdf->page[no - 1], rot);
	}
}

void
pdf_info_line(struct pdf *pdf, const char *line, long most)
{
	const char *p = line;
	long no;

	if (pdf_take(&p, "Pages:") && pdf_take_long(&p, &no)) {
		pdf->pages = no;
		pdf->known = 0;
		return;
	}
	p = line;
	if (pdf_take(&p, "Page") && pdf_take_long(&p, &no))
		info_page(pdf, no, p, most);
}

#include <string.h>

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
	struct pdf_page size = { .lost = false };
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
	if (pdf_take(&p, "Page") && pdf_take_long(&p, &no)) {
		info_page(pdf, no, p, most);
		return;
	}
	p = line;
	if (pdf_take(&p, "Encrypted:"))
		pdf->encrypted = pdf_take(&p, "yes");
	else if (pdf_take(&p, "Form:"))
		pdf->xfa = pdf_take(&p, "XFA");
}

long
pdf_info_sizeless(const struct pdf *pdf)
{
	long i, n = 0;

	for (i = 0; i < pdf->known; i++)
		n += !(pdf->page[i].width_pt > 0 && pdf->page[i].height_pt > 0);
	return n;
}

int
pdf_info_complaints(const char *text, size_t n)
{
	static const struct {
		const char *words;
		int what;
	} list[] = {
		{ "Incorrect password", PDF_INFO_PASSWORD },
		{ "ecurity handler", PDF_INFO_LOCKED },
		{ "ncryption", PDF_INFO_LOCKED },
		{ "trailer dictionary", PDF_INFO_REBUILT },
		{ "read xref table", PDF_INFO_REBUILT },
		{ "try to reconstruct", PDF_INFO_REBUILT },
		{ "valid XRef size", PDF_INFO_REBUILT },
		{ "Kid object", PDF_INFO_TREE },
		{ "Kids object", PDF_INFO_TREE },
		{ "pages object", PDF_INFO_TREE },
		{ "Pages tree", PDF_INFO_TREE },
		{ "page tree", PDF_INFO_TREE },
		{ "age count", PDF_INFO_TREE },
		{ "Pages top-level", PDF_INFO_TREE },
		{ "to create page", PDF_INFO_TREE },
		{ "Couldn't read page catalog", PDF_INFO_TREE },
		{ "catalog dictionary", PDF_INFO_TREE },
		{ "valid \"Pages\" entry", PDF_INFO_TREE },
	};
	int what = 0;

	for (size_t i = 0; n > 0 && i < sizeof(list) / sizeof(*list); i++)
		if (memmem(text, n, list[i].words, strlen(list[i].words)))
			what |= list[i].what;
	return what;
}

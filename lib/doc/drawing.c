#include <stddef.h>

#include "doc/drawing.h"
#include "doc/maker.h"
#include "doc/say.h"
#include "pdf/pdf.h"

int
drawing_page(struct drawing *d, long page, struct image *im, struct err *e)
{
	const long left_ms = maker_left_ms(d->m, e);

	d->pdf->left_ms = left_ms;
	if (d->run && !pdf_render_alive(d->run)) {
		pdf_render_free(d->run);
		d->run = NULL;
	}
	if (!d->run && left_ms > 0)
		d->run = d->color ? pdf_render_new_color(d->pdf, page, d->last, d->dpi, e)
				  : pdf_render_new(d->pdf, page, d->last, d->dpi, e);
	return d->run ? pdf_render_next(d->run, im, e) : -1;
}

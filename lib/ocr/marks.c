#include <stdbool.h>
#include <stdlib.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/ink.h"
#include "ocr/marks.h"
#include "ocr/mend.h"
#include "ocr/parts.h"

enum {
	BAND_AREA = 4800000, /* pixels that are looked at together */
	TALLEST = 16         /* times the usual height: what is larger is no letter */
};

static bool
may_be_letter(const struct part *p, int size)
{
	const int w = p->x1 - p->x0, h = p->y1 - p->y0, most = TALLEST * (size > 4 ? size : 4);

	return p->row >= 0 || (w <= most && h <= most && w >= 2 && h >= 2);
}

static int
add_marks(struct marks *m, const struct parts *p, uint32_t f, uint32_t top, struct err *e)
{
	struct mark *v = reallocarray(m->v, m->n + p->n + 1, sizeof(*v));

	if (!v)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to look at a page");
	m->v = v;
	for (size_t i = 0; i < p->n; i++) {
		const struct part *q = &p->v[i];

		if (may_be_letter(q, p->size))
			v[m->n++] = (struct mark){ (uint32_t)q->x0 * f, top + (uint32_t)q->y0 * f,
				(uint32_t)q->x1 * f, top + (uint32_t)q->y1 * f,
				q->row < 0 ? 0 : m->rows + (size_t)q->row + 1 };
	}
	m->rows += p->n;
	return 0;
}

/* The size is that of the band with the most text. */
static int
look_at_band(struct marks *m, const struct image *band, uint32_t top, size_t *most, struct err *e)
{
	struct parts parts = { 0 };
	struct ink ink;
	int r = ink_take(&ink, band, e);

	if (r == 0)
		r = parts_find(&parts, &ink, e);
	if (r == 0)
		r = add_marks(m, &parts, ink.factor, top, e);
	if (r == 0 && parts.texts > *most) {
		*most = parts.texts;
		m->size = (uint32_t)parts.size * ink.factor;
	}
	m->texts += parts.texts;
	parts_release(&parts);
	ink_release(&ink);
	return r;
}

int
marks_find(struct marks *m, const struct image *im, struct err *e)
{
	const uint32_t rows = BAND_AREA / im->width + 1;
	size_t most = 0;

	*m = (struct marks){ .im = im };
	for (uint32_t y = 0; y < im->height; y += rows) {
		struct image band = { .width = im->width, .height = rows };
		int r;

		if (im->height - y < rows)
			band.height = im->height - y;
		r = mend_cut(&band, im, 0, y, e);
		if (r == 0)
			r = look_at_band(m, &band, y, &most, e);
		image_release(&band);
		if (r < 0) {
			marks_release(m);
			return -1;
		}
	}
	return 0;
}

void
marks_release(struct marks *m)
{
	free(m->v);
	*m = (struct marks){ 0 };
}

#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "md/layout.h"
#include "ocr/read.h"
#include "ocr/region.h"
#include "ocr/result.h"
#include "ocr/tess.h"

enum { RIM = 24, SIDE_LEAST = 96 }; /* pixels: paper around a region; it is no smaller with it */

/* The brightness that most of the region's outermost pixels have: its paper. */
static uint8_t
rim_of(const struct image *im, const struct layout_box *b)
{
	size_t count[256] = { 0 };
	int best = 255;

	for (long y = b->y0; y < b->y1; y++)
		for (long x = b->x0; x < b->x1;
		     x += y == b->y0 || y == b->y1 - 1 || b->x1 - b->x0 < 2 ? 1 : b->x1 - b->x0 - 1)
			count[im->px[(size_t)y * im->width + (size_t)x]]++;
	for (int v = 255; v >= 0; v--)
		if (count[v] > count[best])
			best = v;
	return (uint8_t)best;
}

static uint32_t
side_with_rim(long side)
{
	const uint32_t with = (uint32_t)side + 2 * RIM;

	return with < SIDE_LEAST ? SIDE_LEAST : with;
}

/* What of the box is in the image: a pixel at least. */
static struct layout_box
inside(const struct image *im, const struct layout_box *box)
{
	struct layout_box b = *box;

	b.x1 = b.x1 < (long)im->width ? b.x1 : (long)im->width;
	b.y1 = b.y1 < (long)im->height ? b.y1 : (long)im->height;
	b.x0 = b.x0 < b.x1 ? b.x0 : b.x1 - 1;
	b.y0 = b.y0 < b.y1 ? b.y0 : b.y1 - 1;
	return b;
}

int
region_cut(struct image *out, const struct image *im, const struct layout_box *box, struct err *e)
{
	const struct layout_box in = inside(im, box), *b = &in;
	const long w = b->x1 - b->x0, h = b->y1 - b->y0;

	if (image_init(out, side_with_rim(w), side_with_rim(h), e) < 0)
		return -1;
	out->dpi = im->dpi;
	memset(out->px, rim_of(im, b), (size_t)out->width * out->height);
	for (long y = 0; y < h; y++)
		memcpy(out->px + (size_t)(y + RIM) * out->width + RIM,
		    im->px + (size_t)(b->y0 + y) * im->width + (size_t)b->x0, (size_t)w);
	return 0;
}

/* A line or two are not enough for a layout to be seen. */
static int
read_as_lines(struct tess *tess, const struct image *im, struct tess_page *page, struct err *e)
{
	struct tess_page lines = { 0 };

	if (tess_lines(tess, im, (long)im->dpi, &lines, e) < 0)
		return -1;
	tess_page_release(page);
	*page = lines;
	return 0;
}

int
region_read(struct tess *tess, struct image *cut, struct tess_page *page, struct ocr_notes *notes,
    struct err *e)
{
	if (read_page(tess, cut, page, notes, e) < 0)
		return -1;
	if (page->n == 0 && !notes->blank && read_as_lines(tess, cut, page, e) < 0)
		return -1;
	if (page->n > 0)
		notes->picture = 0;
	return 0;
}

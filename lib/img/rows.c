#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "img/rows.h"

static uint32_t
boxes(uint32_t n, uint32_t f)
{
	return n / f + (n % f > 0);
}

static uint32_t
factor_within(uint32_t width, uint32_t height, uint64_t area)
{
	uint32_t f = 1;

	while ((uint64_t)boxes(width, f) * boxes(height, f) > area)
		f++;
	return f;
}

static int
begin_smaller(struct rows *r, struct err *e)
{
	const uint32_t w = boxes(r->width, r->factor), h = boxes(r->height, r->factor);
	const size_t planes = r->colour ? IMAGE_PLANES : 1;

	r->apart = r->width;
	r->sum = calloc(w * planes, sizeof(*r->sum));
	r->row = malloc(r->width * planes);
	if (!r->sum || !r->row)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory for a row");
	return image_init_as(r->im, r->colour, w, h, e);
}

int
rows_begin(struct rows *r, struct image *im, uint32_t width, uint32_t height, struct err *e)
{
	const bool colour = r->colour;

	*r = (struct rows){ .colour = colour,
		.im = im,
		.width = width,
		.height = height,
		.factor = 1 };
	*im = (struct image){ 0 };
	if (width <= IMAGE_SIDE_MAX && height <= IMAGE_SIDE_MAX &&
	    (uint64_t)width * height > ROWS_AREA_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "%u x %u pixels are more than %d million: a lower resolution will do", width,
		    height, ROWS_AREA_MAX / 1000000);
	if (width <= IMAGE_SIDE_MAX && height <= IMAGE_SIDE_MAX)
		r->factor =
		    factor_within(width, height, colour ? IMAGE_COLOUR_MAX : IMAGE_AREA_MAX);
	r->apart = (size_t)width * height;
	if ((r->factor == 1 ? image_init_as(im, colour, width, height, e) : begin_smaller(r, e)) ==
	    0)
		return 0;
	free(r->sum);
	free(r->row);
	*r = (struct rows){ 0 };
	return -1;
}

uint8_t *
rows_at(struct rows *r, uint32_t y)
{
	return r->factor == 1 ? r->im->px + (size_t)y * r->width : r->row;
}

static void
close_plane(const struct rows *r, const uint32_t *sum, uint8_t *to)
{
	const uint32_t f = r->factor, w = r->im->width;
	const uint32_t down = r->height - r->box * f < f ? r->height - r->box * f : f;

	for (uint32_t x = 0; x < w; x++) {
		const uint32_t across = r->width - x * f < f ? r->width - x * f : f;
		const uint32_t white = 255 * across * (down - r->given), n = across * down;

		to[x] = (uint8_t)((sum[x] + white + n / 2) / n);
	}
}

/* The row of boxes is all that it will be. */
static void
close_box(struct rows *r)
{
	const int planes = image_planes(r->im);
	const uint32_t w = r->im->width;

	for (int i = 0; i < planes; i++)
		close_plane(r, r->sum + (size_t)w * (size_t)i,
		    image_plane(r->im, i).px + (size_t)r->box * w);
	memset(r->sum, 0, (size_t)w * (size_t)planes * sizeof(*r->sum));
	r->given = 0;
}

static void
close_boxes(struct rows *r, uint32_t end)
{
	for (; r->box < end; r->box++)
		close_box(r);
}

static void
add_pairs(uint32_t *sum, const uint8_t *row, uint32_t n)
{
	for (uint32_t x = 0; x < n; x++, row += 2)
		sum[x] += (uint32_t)row[0] + row[1];
}

static void
add_pixels(const struct rows *r, uint32_t *sum, const uint8_t *row)
{
	const uint32_t f = r->factor, whole = f == 2 ? r->width / 2 : 0;

	add_pairs(sum, row, whole);
	for (uint32_t x = whole * f, k = whole; x < r->width; k++)
		for (uint32_t i = 0; i < f && x < r->width; i++)
			sum[k] += row[x++];
}

void
rows_take(struct rows *r, uint32_t y)
{
	if (r->factor == 1)
		return;
	close_boxes(r, y / r->factor);
	for (size_t i = 0; i < (size_t)image_planes(r->im); i++)
		add_pixels(r, r->sum + i * r->im->width, r->row + i * r->apart);
	r->given++;
	r->any = true;
}

void
rows_end(struct rows *r)
{
	if (r->any)
		close_boxes(r, r->im->height);
	free(r->sum);
	free(r->row);
	r->sum = NULL;
	r->row = NULL;
	r->any = false;
}

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "img/scale.h"

/* One row of the image, as wide as what becomes of it: each pixel the mean of what it covers. */
static void
scale_row(const uint8_t *px, uint32_t width, float *to, uint32_t wide)
{
	const double step = (double)width / wide;

	for (uint32_t x = 0; x < wide; x++) {
		const double from = x * step, end = (x + 1) * step;
		const uint32_t first = (uint32_t)from, last = (uint32_t)end;
		const double part = first + 1 < end ? first + 1 : end;
		float sum = (float)px[first] * (float)(part - from);

		for (uint32_t i = first + 1; i < last && i < width; i++)
			sum += (float)px[i];
		if (last > first && last < width)
			sum += (float)px[last] * (float)(end - last);
		to[x] = sum / (float)step;
	}
}

struct scaling {
	float *row, *sum; /* as wide as the new image */
	double weight;    /* of what is in sum: rows of the old one */
	uint32_t at;      /* its next row */
};

static void
scale_add_row(struct scaling *s, double weight, uint32_t wide)
{
	for (uint32_t x = 0; x < wide; x++)
		s->sum[x] += s->row[x] * (float)weight;
	s->weight += weight;
}

static void
scale_end_row(struct scaling *s, struct image *to)
{
	uint8_t *px = to->px + (size_t)s->at * to->width;

	for (uint32_t x = 0; x < to->width; x++) {
		const float v = s->sum[x] / (float)s->weight + 0.5f;

		px[x] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
	}
	memset(s->sum, 0, to->width * sizeof(*s->sum));
	s->weight = 0;
	s->at++;
}

static void
scale_into(struct scaling *s, const struct image *im, struct image *to)
{
	const double step = (double)im->height / to->height;

	for (uint32_t y = 0; y < im->height; y++) {
		const double end = (s->at + 1) * step;

		scale_row(im->px + (size_t)y * im->width, im->width, s->row, to->width);
		if (y + 1 < end) {
			scale_add_row(s, 1, to->width);
			continue;
		}
		scale_add_row(s, end - y, to->width);
		if (s->at < to->height)
			scale_end_row(s, to);
		if (y + 1 > end)
			scale_add_row(s, y + 1 - end, to->width);
	}
	while (s->at < to->height && s->weight > 0)
		scale_end_row(s, to);
}

static void
scale_plane(struct scaling *s, const struct image *im, struct image *to, int i)
{
	const struct image from = image_plane(im, i);
	struct image into = image_plane(to, i);

	memset(s->sum, 0, to->width * sizeof(*s->sum));
	s->weight = 0;
	s->at = 0;
	scale_into(s, &from, &into);
}

int
image_fit(struct image *im, double max_area, long max_side, struct err *e)
{
	const double side = im->width > im->height ? im->width : im->height;
	const double f =
	    fmin((double)max_side / side, sqrt(max_area / ((double)im->width * im->height)));
	struct image to = { .dpi = im->dpi * f,
		.rows_missing = im->rows_missing,
		.damaged = im->damaged,
		.colour = im->colour };
	struct scaling s = { 0 };
	int r = 0;

	if (!(f < 1))
		return 0;
	to.width = (uint32_t)fmax(1, floor(im->width * f));
	to.height = (uint32_t)fmax(1, floor(im->height * f));
	to.px = malloc(image_bytes(&to));
	s.row = calloc(to.width, sizeof(*s.row));
	s.sum = calloc(to.width, sizeof(*s.sum));
	if (to.px && s.row && s.sum) {
		memset(to.px, 255, image_bytes(&to));
		for (int i = 0; i < image_planes(im); i++)
			scale_plane(&s, im, &to, i);
		free(im->px);
		*im = to;
	} else {
		free(to.px);
		r = err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to make the page smaller");
	}
	free(s.row);
	free(s.sum);
	return r;
}

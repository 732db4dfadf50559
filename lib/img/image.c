#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"

int
image_init(struct image *im, uint32_t width, uint32_t height, struct err *e)
{
	memset(im, 0, sizeof(*im));
	if (width == 0 || height == 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_SIZE, "an image of %u x %u pixels",
		    width, height);
	if (width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "%u x %u pixels: a side is more than %d", width, height, IMAGE_SIDE_MAX);
	if ((uint64_t)width * height > IMAGE_AREA_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "%u x %u pixels are more than %d million", width, height,
		    IMAGE_AREA_MAX / 1000000);
	im->px = malloc((size_t)width * height);
	if (!im->px)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory for %u x %u pixels",
		    width, height);
	im->width = width;
	im->height = height;
	return 0;
}

void
image_release(struct image *im)
{
	free(im->px);
	memset(im, 0, sizeof(*im));
}

static void
reverse(uint8_t *p, size_t n)
{
	for (size_t i = 0, j = n; i + 1 < j; i++) {
		uint8_t t = p[i];

		p[i] = p[--j];
		p[j] = t;
	}
}

static void
mirror(struct image *im)
{
	for (uint32_t y = 0; y < im->height; y++)
		reverse(im->px + (size_t)y * im->width, im->width);
}

/*
 * Rows become columns, in blocks that the caches hold.  The first row becomes
 * the last column if right, the first pixel of a row comes last if bottom.
 */
static int
transpose(struct image *im, bool right, bool bottom, struct err *e)
{
	enum { BLOCK = 64 };
	uint32_t w = im->width, h = im->height;
	struct image to;

	if (image_init(&to, h, w, e) < 0 || !to.px)
		return -1;
	to.dpi = im->dpi;
	to.rows_missing = im->rows_missing;
	to.damaged = im->damaged;
	for (uint32_t y0 = 0; y0 < h; y0 += BLOCK)
		for (uint32_t x0 = 0; x0 < w; x0 += BLOCK)
			for (uint32_t x = x0; x < w && x < x0 + BLOCK; x++) {
				uint8_t *row = to.px + (size_t)(bottom ? w - 1 - x : x) * h;

				for (uint32_t y = y0; y < h && y < y0 + BLOCK; y++)
					row[right ? h - 1 - y : y] = im->px[(size_t)y * w + x];
			}
	image_release(im);
	*im = to;
	return 0;
}

int
image_orient(struct image *im, int orientation, struct err *e)
{
	size_t area = (size_t)im->width * im->height;

	switch (orientation) {
	case 2:
		mirror(im);
		return 0;
	case 3:
		reverse(im->px, area);
		return 0;
	case 4:
		reverse(im->px, area);
		mirror(im);
		return 0;
	case 5:
		return transpose(im, false, false, e);
	case 6:
		return transpose(im, true, false, e);
	case 7:
		return transpose(im, true, true, e);
	case 8:
		return transpose(im, false, true, e);
	default:
		return 0;
	}
}

int
image_square(struct image *im, double dpi, double rows_dpi, struct err *e)
{
	const size_t w = im->width;
	struct image to;

	if (dpi <= 1.5 * rows_dpi || dpi >= 3 * rows_dpi || rows_dpi <= 0 ||
	    im->height > IMAGE_SIDE_MAX / 2 || 2.0 * (double)w * im->height > IMAGE_AREA_MAX)
		return 0;
	if (image_init(&to, im->width, 2 * im->height, e) < 0 || !to.px)
		return -1;
	to.dpi = im->dpi;
	to.rows_missing = im->rows_missing;
	to.damaged = im->damaged;
	for (size_t y = 0; y < im->height; y++) {
		const uint8_t *row = im->px + y * w, *next = y + 1 < im->height ? row + w : row;
		uint8_t *out = to.px + 2 * y * w;

		memcpy(out, row, w);
		for (size_t x = 0; x < w; x++)
			out[w + x] = (uint8_t)((row[x] + next[x] + 1) / 2);
	}
	image_release(im);
	*im = to;
	return 0;
}

static uint32_t
parts(uint32_t n, uint32_t size)
{
	return (n + size - 1) / size;
}

/* The sums of one row of boxes, which is n rows of w pixels at p. */
static void
sum_boxes(uint64_t *sum, const uint8_t *p, uint32_t w, uint32_t n, uint32_t f)
{
	memset(sum, 0, parts(w, f) * sizeof(*sum));
	for (uint32_t y = 0; y < n; y++)
		for (uint32_t x = 0, k = 0; x < w; k++)
			for (uint32_t i = 0; i < f && x < w; i++)
				sum[k] += p[(size_t)y * w + x++];
}

static bool
is_larger(uint32_t w, uint32_t h, double max_area, long max_side)
{
	return (uint64_t)w * h > 1 && ((double)w * h > max_area || w > max_side || h > max_side);
}

/* In place: a row is written only where all rows read later are behind it. */
int
image_shrink(struct image *im, double max_area, long max_side, struct err *e)
{
	uint32_t w = im->width, h = im->height, f = 1, dw, dh;
	uint64_t *sum;
	uint8_t *px;

	while (is_larger(parts(w, f), parts(h, f), max_area, max_side))
		f++;
	dw = parts(w, f);
	dh = parts(h, f);
	if (f == 1 || dw == 0 || dh == 0)
		return 0;
	sum = malloc(dw * sizeof(*sum));
	if (!sum)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT,
		    "no memory to shrink %u x %u pixels", w, h);
	for (uint32_t y = 0; y < dh; y++) {
		uint32_t n = y < dh - 1 ? f : h - y * f;

		sum_boxes(sum, im->px + (size_t)y * f * w, w, n, f);
		for (uint32_t x = 0; x < dw; x++) {
			uint64_t box = (uint64_t)n * (x < dw - 1 ? f : w - x * f);

			im->px[(size_t)y * dw + x] = (uint8_t)((sum[x] + box / 2) / box);
		}
	}
	free(sum);
	px = reallocarray(im->px, dh, dw);
	if (px)
		im->px = px;
	im->width = dw;
	im->height = dh;
	im->dpi /= f;
	return 0;
}

double
image_dpi(double claimed)
{
	return claimed >= 50 && claimed <= 2400 ? claimed : 0;
}

bool
image_ground_turns(struct image_ground *g)
{
	/* A sheet of white on nothing has edges over black, but more letters on it. */
	const bool turns = !g->black && g->on_black > g->on_white + g->on_white / 2;

	g->black |= turns;
	return turns;
}

void
image_gray(struct image_ground *g, uint8_t *gray, const uint8_t *px, size_t n, int channels)
{
	switch (channels) {
	case 1:
		memmove(gray, px, n);
		break;
	case 2:
		for (size_t i = 0; i < n; i++, px += 2)
			gray[i] = image_over(g, px[0], px[1]);
		break;
	case 3:
		for (size_t i = 0; i < n; i++, px += 3)
			gray[i] = image_luma(px[0], px[1], px[2]);
		break;
	default:
		for (size_t i = 0; i < n; i++, px += 4)
			gray[i] = image_over(g, image_luma(px[0], px[1], px[2]), px[3]);
	}
}

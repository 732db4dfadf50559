#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"

int
image_init_as(struct image *im, bool colour, uint32_t width, uint32_t height, struct err *e)
{
	const uint64_t most = colour ? IMAGE_COLOUR_MAX : IMAGE_AREA_MAX;

	memset(im, 0, sizeof(*im));
	if (width == 0 || height == 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_SIZE, "an image of %u x %u pixels",
		    width, height);
	if (width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "%u x %u pixels: a side is more than %d", width, height, IMAGE_SIDE_MAX);
	if ((uint64_t)width * height > most)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "%u x %u pixels%s are more than %d million", width, height,
		    colour ? " in colour" : "", (int)(most / 1000000));
	im->px = malloc((size_t)width * height * (colour ? IMAGE_PLANES : 1));
	if (!im->px)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory for %u x %u pixels",
		    width, height);
	im->width = width;
	im->height = height;
	im->colour = colour;
	return 0;
}

int
image_init(struct image *im, uint32_t width, uint32_t height, struct err *e)
{
	return image_init_as(im, false, width, height, e);
}

/* Memory for what becomes of it, which says the same of itself. */
static int
init_like(struct image *to, const struct image *im, uint32_t width, uint32_t height, struct err *e)
{
	if (image_init_as(to, im->colour, width, height, e) < 0 || !to->px)
		return -1;
	to->dpi = im->dpi;
	to->rows_missing = im->rows_missing;
	to->damaged = im->damaged;
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
	const size_t rows = (size_t)im->height * (size_t)image_planes(im);

	for (size_t y = 0; y < rows; y++)
		reverse(im->px + y * im->width, im->width);
}

static void
turn_over(struct image *im)
{
	for (int i = 0; i < image_planes(im); i++)
		reverse(image_plane(im, i).px, image_area(im));
}

/* Of a plane, in blocks that the caches hold. */
static void
transpose_plane(const struct image *im, uint8_t *px, bool right, bool bottom)
{
	enum { BLOCK = 64 };
	const uint32_t w = im->width, h = im->height;

	for (uint32_t y0 = 0; y0 < h; y0 += BLOCK)
		for (uint32_t x0 = 0; x0 < w; x0 += BLOCK)
			for (uint32_t x = x0; x < w && x < x0 + BLOCK; x++) {
				uint8_t *row = px + (size_t)(bottom ? w - 1 - x : x) * h;

				for (uint32_t y = y0; y < h && y < y0 + BLOCK; y++)
					row[right ? h - 1 - y : y] = im->px[(size_t)y * w + x];
			}
}

/*
 * Rows become columns.  The first row becomes the last column if right, the first
 * pixel of a row comes last if bottom.
 */
static int
transpose(struct image *im, bool right, bool bottom, struct err *e)
{
	struct image to;

	if (init_like(&to, im, im->height, im->width, e) < 0)
		return -1;
	for (int i = 0; i < image_planes(im); i++) {
		const struct image from = image_plane(im, i);

		transpose_plane(&from, image_plane(&to, i).px, right, bottom);
	}
	image_release(im);
	*im = to;
	return 0;
}

int
image_orient(struct image *im, int orientation, struct err *e)
{
	switch (orientation) {
	case 2:
		mirror(im);
		return 0;
	case 3:
		turn_over(im);
		return 0;
	case 4:
		turn_over(im);
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
	const size_t w = im->width, rows = (size_t)im->height * (size_t)image_planes(im);
	struct image to;

	if (dpi <= 1.5 * rows_dpi || dpi >= 3 * rows_dpi || rows_dpi <= 0 ||
	    im->height > IMAGE_SIDE_MAX / 2 || 2.0 * (double)image_bytes(im) > IMAGE_AREA_MAX)
		return 0;
	if (init_like(&to, im, im->width, 2 * im->height, e) < 0)
		return -1;
	for (size_t y = 0; y < rows; y++) {
		const uint8_t *row = im->px + y * w, *next = (y + 1) % im->height ? row + w : row;
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

/* To px, as a rule in place: a row is written only where all rows read later are behind it. */
static void
shrink_plane(const struct image *im, uint8_t *px, uint32_t f, uint64_t *sum)
{
	const uint32_t w = im->width, h = im->height, dw = parts(w, f), dh = parts(h, f);

	for (uint32_t y = 0; y < dh; y++) {
		const uint32_t n = y < dh - 1 ? f : h - y * f;

		sum_boxes(sum, im->px + (size_t)y * f * w, w, n, f);
		for (uint32_t x = 0; x < dw; x++) {
			const uint64_t box = (uint64_t)n * (x < dw - 1 ? f : w - x * f);

			px[(size_t)y * dw + x] = (uint8_t)((sum[x] + box / 2) / box);
		}
	}
}

/* The memory that it does not need any more. */
static void
give_back(struct image *im)
{
	uint8_t *px = reallocarray(im->px, image_area(im), (size_t)image_planes(im));

	if (px)
		im->px = px;
}

int
image_shrink(struct image *im, double max_area, long max_side, struct err *e)
{
	uint32_t w = im->width, h = im->height, f = 1, dw, dh;
	uint64_t *sum;

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
	for (int i = 0; i < image_planes(im); i++) {
		const struct image from = image_plane(im, i);

		shrink_plane(&from, im->px + (size_t)i * dw * dh, f, sum);
	}
	free(sum);
	im->width = dw;
	im->height = dh;
	im->dpi /= f;
	give_back(im);
	return 0;
}

void
image_whiten(struct image *im, uint32_t y, uint32_t end)
{
	for (int i = 0; i < image_planes(im); i++)
		memset(image_plane(im, i).px + (size_t)y * im->width, 255,
		    (size_t)(end - y) * im->width);
}

/* gray may be the image's own first plane. */
static void
brighten(uint8_t *gray, const struct image *im)
{
	const size_t n = image_area(im);
	const uint8_t *green = im->px + n, *blue = green + n;

	for (size_t i = 0; i < n; i++)
		gray[i] = image_luma(im->px[i], green[i], blue[i]);
}

int
image_brightness(struct image *gray, const struct image *im, struct err *e)
{
	const struct image one = image_plane(im, 0);

	if (init_like(gray, &one, im->width, im->height, e) < 0)
		return -1;
	gray->rows_missing = im->rows_missing;
	gray->damaged = im->damaged;
	if (im->colour)
		brighten(gray->px, im);
	else
		memcpy(gray->px, im->px, image_bytes(im));
	return 0;
}

static bool
is_tinted(const struct image *im)
{
	enum { AT_ONCE = 4096 };
	const size_t n = image_area(im);
	const uint8_t *r = im->px, *g = r + n, *b = g + n;

	for (size_t at = 0; at < n; at += AT_ONCE) {
		const size_t end = at + AT_ONCE < n ? at + AT_ONCE : n;
		bool any = false;

		for (size_t i = at; i < end; i++) {
			const uint8_t low = r[i] < g[i] ? r[i] : g[i],
				      high = r[i] < g[i] ? g[i] : r[i];

			any |= (b[i] > high ? b[i] : high) - (b[i] < low ? b[i] : low) > IMAGE_TINT;
		}
		if (any)
			return true;
	}
	return false;
}

void
image_fade(struct image *im)
{
	if (!im->colour || is_tinted(im))
		return;
	brighten(im->px, im);
	im->colour = false;
	give_back(im);
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

void
image_split(struct image_ground *g, const struct image_row *to, const uint8_t *px, size_t n,
    int channels)
{
	uint8_t *red = to->px, *green = red + to->apart, *blue = green + to->apart;

	for (size_t i = 0; channels == 3 && i < n; i++, px += 3) {
		red[i] = px[0];
		green[i] = px[1];
		blue[i] = px[2];
	}
	for (size_t i = 0; channels == 4 && i < n; i++, px += 4) {
		(void)image_over(g, image_luma(px[0], px[1], px[2]), px[3]);
		red[i] = image_on(g, px[0], px[3]);
		green[i] = image_on(g, px[1], px[3]);
		blue[i] = image_on(g, px[2], px[3]);
	}
}

static uint8_t
byte_of(int v)
{
	return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* In 65,536ths, rounded. */
void
image_rgb(const struct image_row *at, size_t n)
{
	uint8_t *red = at->px, *green = red + at->apart, *blue = green + at->apart;

	for (size_t i = 0; i < n; i++) {
		const int y = red[i] * 65536 + 32768, cb = green[i] - 128, cr = blue[i] - 128;

		red[i] = byte_of((y + 91881 * cr) / 65536);
		green[i] = byte_of((y - 22554 * cb - 46802 * cr) / 65536);
		blue[i] = byte_of((y + 116130 * cb) / 65536);
	}
}

#include <math.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/ink.h"
#include "ocr/mend.h"

enum { SHIFT = 16, ONE = 1 << SHIFT, PAPER_MIN = 48 };

/* What lies between four pixels; fx and fy are parts of 256. */
static uint8_t
between(const uint8_t *p, size_t stride, int64_t fx, int64_t fy)
{
	const int64_t above = p[0] * (256 - fx) + p[1] * fx;
	const int64_t under = p[stride] * (256 - fx) + p[stride + 1] * fx;

	return (uint8_t)((above * (256 - fy) + under * fy + (1 << 15)) >> 16);
}

/* A line through the old image: from x, y on, dx, dy a pixel, in parts of ONE. */
struct walk {
	int64_t x, y, dx, dy;
};

static void
walk_row(uint8_t *to, uint32_t n, const struct image *from, struct walk w)
{
	const int64_t right = (int64_t)from->width - 1, bottom = (int64_t)from->height - 1;

	for (uint32_t i = 0; i < n; i++, w.x += w.dx, w.y += w.dy) {
		const int64_t x = w.x >> SHIFT, y = w.y >> SHIFT;

		if (x >= 0 && y >= 0 && x < right && y < bottom)
			to[i] = between(from->px + (size_t)y * from->width + x, from->width,
			    w.x >> (SHIFT - 8) & 255, w.y >> (SHIFT - 8) & 255);
	}
}

int
mend_straighten(struct image *im, double degrees, uint8_t fill, struct err *e)
{
	const double a = degrees * M_PI / 180, c = cos(a), s = sin(a);
	const double w = im->width * c + im->height * fabs(s) + 1;
	const double h = im->height * c + im->width * fabs(s) + 1;
	struct image to;

	if (image_init(&to, (uint32_t)w, (uint32_t)h, e) < 0)
		return -1;
	to.dpi = im->dpi;
	memset(to.px, fill, (size_t)to.width * to.height);
	for (uint32_t y = 0; y < to.height; y++) {
		const double u = -(to.width / 2.0), v = y - to.height / 2.0;

		walk_row(to.px + (size_t)y * to.width, to.width, im,
		    (struct walk){ (int64_t)((im->width / 2.0 + u * c - v * s) * ONE),
			(int64_t)((im->height / 2.0 + u * s + v * c) * ONE), (int64_t)(c * ONE),
			(int64_t)(s * ONE) });
	}
	image_release(im);
	*im = to;
	return 0;
}

/* The pixels at the right and lower edges stand for what would be beyond. */
int
mend_enlarge(struct image *im, uint32_t f, struct err *e)
{
	struct image to;

	if (image_init(&to, im->width * f, im->height * f, e) < 0)
		return -1;
	to.dpi = im->dpi * f;
	for (uint32_t y = 0; y < to.height; y++) {
		const uint32_t top = y / f, under = top + 1 < im->height ? top + 1 : top;
		const uint8_t *a = im->px + (size_t)top * im->width;
		const uint8_t *b = im->px + (size_t)under * im->width;
		const uint32_t fy = y % f;

		for (uint32_t x = 0; x < to.width; x++) {
			const uint32_t l = x / f, r = l + 1 < im->width ? l + 1 : l, fx = x % f;
			const uint32_t sum = (a[l] * (f - fx) + a[r] * fx) * (f - fy) +
			    (b[l] * (f - fx) + b[r] * fx) * fy;

			to.px[(size_t)y * to.width + x] = (uint8_t)(sum / (f * f));
		}
	}
	image_release(im);
	*im = to;
	return 0;
}

/* How bright the paper is at a place between the middles of tiles, in parts of 1. */
static double
paper_at(const struct ink *k, double x, double y)
{
	const double tx = fmin(fmax(x / INK_TILE - 0.5, 0), k->across - 1);
	const double ty = fmin(fmax(y / INK_TILE - 0.5, 0), k->down - 1);
	const uint32_t l = (uint32_t)tx, t = (uint32_t)ty;
	const uint32_t r = l + 1 < k->across ? l + 1 : l, b = t + 1 < k->down ? t + 1 : t;
	const uint8_t *p = k->paper;
	const double above = p[t * k->across + l] * (l + 1 - tx) + p[t * k->across + r] * (tx - l);
	const double under = p[b * k->across + l] * (l + 1 - tx) + p[b * k->across + r] * (tx - l);

	return above * (t + 1 - ty) + under * (ty - t);
}

/* A step of so many pixels has one value: light does not change faster. */
void
mend_light(struct image *im, const struct ink *k)
{
	enum { STEP = 8 };

	for (uint32_t y = 0; y < im->height; y++)
		for (uint32_t x = 0; x < im->width; x += STEP) {
			const double at = paper_at(k, (double)x / k->factor, (double)y / k->factor);
			const uint32_t gain = (uint32_t)(255 * 256 / fmax(at, PAPER_MIN));
			uint8_t *p = im->px + (size_t)y * im->width + x;

			for (uint32_t i = 0; i < STEP && x + i < im->width; i++)
				p[i] = (uint8_t)(p[i] * gain >> 8 > 255 ? 255 : p[i] * gain >> 8);
		}
}

void
mend_invert(struct image *im)
{
	const size_t n = (size_t)im->width * im->height;

	for (size_t i = 0; i < n; i++)
		im->px[i] = (uint8_t)(255 - im->px[i]);
}

/* The pixels at the edges stay. */
int
mend_soften(struct image *im, struct err *e)
{
	const size_t w = im->width;
	struct image to;

	if (image_init(&to, im->width, im->height, e) < 0)
		return -1;
	to.dpi = im->dpi;
	memcpy(to.px, im->px, w * im->height);
	for (uint32_t y = 1; y + 1 < im->height; y++)
		for (size_t x = 1; x + 1 < w; x++) {
			const uint8_t *a = im->px + (y - 1) * w + x - 1, *b = a + w, *c = b + w;

			to.px[y * w + x] = (uint8_t)((a[0] + a[1] + a[2] + b[0] + b[1] + b[2] +
							 c[0] + c[1] + c[2]) /
			    9);
		}
	image_release(im);
	*im = to;
	return 0;
}

void
mend_contrast(struct image *im, uint8_t low, uint8_t high)
{
	const size_t n = (size_t)im->width * im->height;
	uint8_t to[256];

	for (int v = 0; v < 256; v++)
		to[v] = (uint8_t)(v <= low ? 0 : v >= high ? 255 : (v - low) * 255 / (high - low));
	for (size_t i = 0; i < n; i++)
		im->px[i] = to[im->px[i]];
}

int
mend_cut(struct image *piece, const struct image *im, uint32_t left, uint32_t top, struct err *e)
{
	if (image_init(piece, piece->width, piece->height, e) < 0)
		return -1;
	piece->dpi = im->dpi;
	for (uint32_t y = 0; y < piece->height; y++)
		memcpy(piece->px + (size_t)y * piece->width,
		    im->px + (size_t)(top + y) * im->width + left, piece->width);
	return 0;
}

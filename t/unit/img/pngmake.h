/*
 * pngmake.h - PNG files of every kind, all of one picture.
 */
#ifndef PNGMAKE_H
#define PNGMAKE_H

#include <png.h>

#include <stdbool.h>

#include "base/err.h"
#include "img/image.h"
#include "img/png.h"

#include "unit/scratch.h"

enum { W = 37, H = 21 };

/* A pixel of the picture that all kinds of file are made of. */
struct pixel {
	unsigned r, g, b, a;
};

struct kind {
	int color, bits, interlace;
	bool key; /* tRNS: a colour, or for palettes alphas */
};

static inline struct pixel
picture(int x, int y)
{
	return (struct pixel){ (unsigned)(x * 7 + y) & 255, (unsigned)(y * 11 + x * x) & 255,
		(unsigned)(x * y) & 255, (unsigned)(x * 5 + y * 9) & 255 };
}

/* What transparent pixels are to stand on: 255, or 0. */
static unsigned ground = 255;

static inline unsigned
put_on_ground(unsigned v, unsigned a)
{
	return (v * a + 127) / 255 + (ground ? 255 - a : 0);
}

/* The palette: 16 (or fewer) of everything. */
static inline png_color
palette(unsigned i)
{
	return (png_color){ (png_byte)(i * 16), (png_byte)(255 - i * 9), (png_byte)(i * i) };
}

static inline unsigned
palette_alpha(unsigned i)
{
	return i < 3 ? i * 100 : 255;
}

static inline unsigned
want_gray(const struct kind *k, unsigned v)
{
	unsigned max = (1u << k->bits) - 1;

	if (k->bits >= 8)
		return k->key && v == 5 ? ground : v;
	v &= max;
	return k->key && v == 1 ? ground : v * 255 / max;
}

/* What png_read is to make of the pixel in such a file. */
static inline unsigned
want(const struct kind *k, struct pixel p)
{
	unsigned i = p.r & ((1u << (k->bits < 4 ? k->bits : 4)) - 1), v;
	png_color c = palette(i);

	switch (k->color) {
	case PNG_COLOR_TYPE_GRAY:
		return want_gray(k, p.r);
	case PNG_COLOR_TYPE_GRAY_ALPHA:
		return put_on_ground(p.r, p.a);
	case PNG_COLOR_TYPE_PALETTE:
		v = image_luma(c.red, c.green, c.blue);
		return k->key ? put_on_ground(v, palette_alpha(i)) : v;
	case PNG_COLOR_TYPE_RGB:
		v = image_luma(p.r, p.g, p.b);
		return k->key && p.r == 7 && p.g == 1 && p.b == 0 ? ground : v;
	default:
		return put_on_ground(image_luma(p.r, p.g, p.b), p.a);
	}
}

static inline void
put_sample(const struct kind *k, png_bytep row, int i, unsigned v)
{
	int per = 8 / k->bits;

	if (k->bits == 16) {
		row[2 * i] = (png_byte)v;
		row[2 * i + 1] = (png_byte)v;
	} else if (k->bits == 8) {
		row[i] = (png_byte)v;
	} else {
		v &= (1u << k->bits) - 1;
		row[i / per] |= (png_byte)(v << (8 - k->bits * (i % per + 1)));
	}
}

static inline void
put_pixel(const struct kind *k, png_bytep row, int x, struct pixel p)
{
	switch (k->color) {
	case PNG_COLOR_TYPE_GRAY:
		put_sample(k, row, x, p.r);
		break;
	case PNG_COLOR_TYPE_PALETTE:
		put_sample(k, row, x, p.r & 15);
		break;
	case PNG_COLOR_TYPE_GRAY_ALPHA:
		put_sample(k, row, 2 * x, p.r);
		put_sample(k, row, 2 * x + 1, p.a);
		break;
	case PNG_COLOR_TYPE_RGB:
		put_sample(k, row, 3 * x, p.r);
		put_sample(k, row, 3 * x + 1, p.g);
		put_sample(k, row, 3 * x + 2, p.b);
		break;
	default:
		put_sample(k, row, 4 * x, p.r);
		put_sample(k, row, 4 * x + 1, p.g);
		put_sample(k, row, 4 * x + 2, p.b);
		put_sample(k, row, 4 * x + 3, p.a);
	}
}

static inline void
put_transparency(png_structp png, png_infop info, const struct kind *k)
{
	png_color colors[16];
	png_byte alpha[16];
	png_color_16 key = { .gray = k->bits < 8 ? 1 : 5, .red = 7, .green = 1 };
	int n = k->bits < 4 ? 1 << k->bits : 16;

	if (k->bits == 16)
		key = (png_color_16){ .gray = 0x505, .red = 0x707, .green = 0x101 };
	for (unsigned i = 0; i < 16; i++) {
		colors[i] = palette(i);
		alpha[i] = (png_byte)palette_alpha(i);
	}
	if (k->color == PNG_COLOR_TYPE_PALETTE)
		png_set_PLTE(png, info, colors, n);
	if (k->key)
		png_set_tRNS(png, info, alpha, n, &key);
}

static inline int
make(const struct kind *k, int w, int h)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	static png_byte rows[H][W * 8];
	png_bytep at[H];
	int fd = scratch();
	FILE *f = fdopen(dup(fd), "wb");

	memset(rows, 0, sizeof(rows));
	for (int y = 0; y < h; y++) {
		at[y] = rows[y];
		for (int x = 0; x < w; x++)
			put_pixel(k, rows[y], x, picture(x, y));
	}
	png_init_io(png, f);
	png_set_IHDR(png, info, (png_uint_32)w, (png_uint_32)h, k->bits, k->color, k->interlace, 0,
	    0);
	put_transparency(png, info, k);
	png_set_gAMA(png, info, 1.0);
	png_set_pHYs(png, info, 11811, 11811, PNG_RESOLUTION_METER);
	png_write_info(png, info);
	png_write_image(png, at);
	png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	CHECK(fclose(f) == 0);
	return fd;
}

#endif

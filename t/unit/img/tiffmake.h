/*
 * tiffmake.h - TIFF pages of every kind, all of one picture.
 */
#ifndef TIFFMAKE_H
#define TIFFMAKE_H

#include <stdbool.h>
#include <stdint.h>

#include <tiffio.h>

#include "base/err.h"
#include "img/image.h"
#include "img/tiff.h"

#include "unit/scratch.h"

enum { W = 83, H = 70 };

static uint32_t strip_rows = 16; /* of those that are made */
static bool tinted;              /* what is red, green and blue in them differ */
static unsigned first_sample;    /* of those that stand by themselves */

/* How to make a page. */
struct kind {
	uint16_t photometric, samples, bits, compression;
	uint16_t planar; /* 0: contiguous */
	uint16_t extra;  /* of the last sample; 0: none or unspecified */
	bool tiled;
};

static const struct kind gray8 = { PHOTOMETRIC_MINISBLACK, 1, 8, COMPRESSION_NONE, 0, 0, false };
static const struct kind fax = { PHOTOMETRIC_MINISWHITE, 1, 1, COMPRESSION_CCITTFAX4, 0, 0, false };

/* Four corners that differ, and something between. */
static inline unsigned
picture(uint32_t x, uint32_t y)
{
	if (x < 8 && y < 8)
		return 0;
	if (x >= W - 8 && y < 8)
		return 170;
	return (x / 8 + y / 8) % 3 ? 255 : 85;
}

/* One of red, green and blue. */
static inline unsigned
tint(unsigned v, unsigned i)
{
	return i == 0 ? v : i == 1 ? v / 2 : 255 - v;
}

/* Sample i of the pixel, 8 bits. */
static inline unsigned
sample(const struct kind *k, uint32_t x, uint32_t y, unsigned i)
{
	unsigned v = picture(x, y);

	switch (k->photometric) {
	case PHOTOMETRIC_MINISWHITE:
		v = 255 - v;
		break;
	case PHOTOMETRIC_SEPARATED:
		if (tinted)
			return i == 3 ? 0 : 255 - tint(v, i);
		return i == 3 ? 255 - v : 0;
	case PHOTOMETRIC_PALETTE:
		return v * ((1u << k->bits) - 1) / 255;
	default:
		break;
	}
	if (tinted && k->photometric != PHOTOMETRIC_MINISBLACK && i < 3)
		v = tint(v, i);
	if (k->extra == EXTRASAMPLE_UNASSALPHA && i == k->samples - 1u)
		return 51;
	if (k->extra == EXTRASAMPLE_ASSOCALPHA)
		return i == k->samples - 1u ? 255 : v;
	/* an extra one of no known meaning */
	return i == 3 ? 0 : v;
}

static inline unsigned
want(const struct kind *k, uint32_t x, uint32_t y)
{
	unsigned v = picture(x, y);

	if (k->bits == 1)
		return v >= 128 ? 255 : 0;
	if (k->extra == EXTRASAMPLE_UNASSALPHA)
		return (v * 51 + 127) / 255 + 204;
	return v;
}

/* n pixels from (x0, y) into row, samples first..last. */
static inline void
put_row(const struct kind *k, uint8_t *row, uint32_t x0, uint32_t n, uint32_t y)
{
	bool apart = k->planar == PLANARCONFIG_SEPARATE;
	unsigned per_pixel = apart ? 1 : k->samples, at = 0;

	for (uint32_t x = x0; x < x0 + n; x++)
		for (unsigned i = 0; i < per_pixel; i++, at++) {
			unsigned v =
			    sample(k, x < W ? x : W - 1, y < H ? y : H - 1, first_sample + i);

			if (k->bits == 8)
				row[at] = (uint8_t)v;
			else if (k->bits == 16)
				row[2 * at] = row[2 * at + 1] = (uint8_t)v;
			else if (k->photometric == PHOTOMETRIC_PALETTE)
				row[at * k->bits / 8] |=
				    (uint8_t)(v << (8 - k->bits - at * k->bits % 8));
			else
				row[at * k->bits / 8] |= (uint8_t)(v >> (8 - k->bits)
					<< (8 - k->bits - at * k->bits % 8));
		}
}

static inline void
set_palette(TIFF *t, unsigned bits)
{
	uint16_t v[3][256];

	for (unsigned i = 0; i < 1u << bits; i++)
		for (unsigned plane = 0; plane < 3; plane++) {
			const unsigned full = i * 255 / ((1u << bits) - 1);

			v[plane][i] = (uint16_t)((tinted ? tint(full, plane) : full) * 257);
		}
	TIFFSetField(t, TIFFTAG_COLORMAP, v[0], v[1], v[2]);
}

static inline void
put_tiles(TIFF *t, const struct kind *k)
{
	tmsize_t line = TIFFTileRowSize(t);
	static uint8_t tile[32 * 32 * 8];

	for (uint32_t y = 0; y < H; y += 32)
		for (uint32_t x = 0; x < W; x += 32) {
			memset(tile, 0, sizeof(tile));
			for (uint32_t i = 0; i < 32; i++)
				put_row(k, tile + i * line, x, 32, y + i);
			CHECK(TIFFWriteTile(t, tile, x, y, 0, 0) > 0);
		}
}

static inline void
put_tags(TIFF *t, const struct kind *k)
{
	TIFFSetField(t, TIFFTAG_IMAGEWIDTH, W);
	TIFFSetField(t, TIFFTAG_IMAGELENGTH, H);
	TIFFSetField(t, TIFFTAG_PHOTOMETRIC, k->photometric);
	TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, k->samples);
	TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, k->bits);
	TIFFSetField(t, TIFFTAG_COMPRESSION, k->compression);
	TIFFSetField(t, TIFFTAG_PLANARCONFIG, k->planar ? k->planar : PLANARCONFIG_CONTIG);
	if (k->extra || (k->photometric == PHOTOMETRIC_RGB && k->samples > 3))
		TIFFSetField(t, TIFFTAG_EXTRASAMPLES, 1, &k->extra);
	if (k->photometric == PHOTOMETRIC_PALETTE)
		set_palette(t, k->bits);
	if (k->compression == COMPRESSION_JPEG)
		TIFFSetField(t, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
}

static inline void
put_page(TIFF *t, const struct kind *k)
{
	bool apart = k->planar == PLANARCONFIG_SEPARATE;
	uint8_t row[W * 8];

	put_tags(t, k);
	if (k->tiled) {
		TIFFSetField(t, TIFFTAG_TILEWIDTH, 32);
		TIFFSetField(t, TIFFTAG_TILELENGTH, 32);
		put_tiles(t, k);
		return;
	}
	TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, strip_rows);
	for (uint16_t s = 0; s < (apart ? k->samples : 1); s++) {
		first_sample = s;
		for (uint32_t y = 0; y < H; y++) {
			memset(row, 0, sizeof(row));
			put_row(k, row, 0, W, y);
			CHECK(TIFFWriteScanline(t, row, y, s) > 0);
		}
	}
	first_sample = 0;
}

static inline TIFF *
begin(int fd, const char *mode)
{
	TIFF *t;

	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	t = TIFFFdOpen(dup(fd), "test", mode);
	CHECK(t);
	return t;
}

static inline int
make(const struct kind *k, const char *mode)
{
	int fd = scratch();
	TIFF *t = begin(fd, mode);

	put_page(t, k);
	TIFFClose(t);
	return fd;
}

static inline int
read_page_colour(int fd, struct image *im, struct err *e)
{
	struct tiff_doc *t = tiff_open(fd, e);
	int r = t ? tiff_read_colour(t, 1, im, e) : -1;

	tiff_close(t);
	return r;
}

static inline int
read_page(int fd, long page, struct image *im, struct err *e)
{
	struct tiff_doc *t = tiff_open(fd, e);
	int r;

	if (!t)
		return -1;
	r = tiff_read(t, page, im, e);
	tiff_close(t);
	return r;
}

#endif

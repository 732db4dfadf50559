/*
 * jpegmake.h - JPEG files of every kind, all of one picture.
 */
#ifndef JPEGMAKE_H
#define JPEGMAKE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jpeglib.h>

#include "base/err.h"
#include "img/image.h"
#include "img/jpeg.h"

#include "unit/scratch.h"

enum { W = 48, H = 32 };

/* How to make a file. */
struct kind {
	J_COLOR_SPACE in, stored;
	bool progressive, arithmetic;
	int scans; /* 0: as the library likes */
	int restart_rows;
	int density_unit, density;
	const uint8_t *exif;
	unsigned exif_len;
	bool tinted; /* what is red, green and blue differ */
};

static const struct kind plain = { .in = JCS_RGB, .stored = JCS_YCbCr };

/* The quarters: white, dark, gray, light, to see which way is up. */
static const uint8_t level[4] = { 255, 20, 130, 200 };

static inline uint8_t
value(unsigned x, unsigned y)
{
	return level[(x >= W / 2) + 2 * (y >= H / 2)];
}

/* One of red, green and blue. */
static inline uint8_t
tint(uint8_t v, int plane)
{
	return (uint8_t)(plane == 0 ? v : plane == 1 ? v / 2 : 255 - v);
}

static inline void
fill_row(const struct kind *k, uint8_t *row, unsigned y, int n)
{
	for (unsigned x = 0; x < W; x++)
		for (int i = 0; i < n; i++)
			row[x * (unsigned)n + (unsigned)i] = i == 3 ? 255
			    : k->tinted                             ? tint(value(x, y), i)
								    : value(x, y);
}

static inline void
set_scans(struct jpeg_compress_struct *c, int n)
{
	static jpeg_scan_info scans[300];

	scans[0] = (jpeg_scan_info){ .comps_in_scan = 1 };
	for (int i = 1; i < n; i++)
		scans[i] =
		    (jpeg_scan_info){ .comps_in_scan = 1, .Ss = 1, .Se = 63, .Ah = 0, .Al = 0 };
	c->scan_info = scans;
	c->num_scans = n;
}

static inline void
set_kind(struct jpeg_compress_struct *c, const struct kind *k)
{
	jpeg_set_defaults(c);
	jpeg_set_colorspace(c, k->stored);
	jpeg_set_quality(c, 95, TRUE);
	c->arith_code = k->arithmetic;
	c->restart_in_rows = k->restart_rows;
	if (k->progressive)
		jpeg_simple_progression(c);
	if (k->scans)
		set_scans(c, k->scans);
	c->density_unit = (UINT8)k->density_unit;
	c->X_density = c->Y_density = (UINT16)k->density;
}

/* The bytes of a file of W x H; free them. */
static inline unsigned char *
make(const struct kind *k, unsigned long *len)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr errors;
	unsigned char *out = NULL;
	uint8_t row[W * 4];
	JSAMPROW rows[1] = { row };

	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &out, len);
	c.image_width = W;
	c.image_height = H;
	c.in_color_space = k->in;
	c.input_components = k->in == JCS_GRAYSCALE ? 1 : k->in == JCS_CMYK ? 4 : 3;
	set_kind(&c, k);
	jpeg_start_compress(&c, TRUE);
	if (k->exif)
		jpeg_write_marker(&c, JPEG_APP0 + 1, k->exif, k->exif_len);
	while (c.next_scanline < H) {
		fill_row(k, row, c.next_scanline, c.input_components);
		jpeg_write_scanlines(&c, rows, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	return out;
}

static inline void
put16(uint8_t *to, unsigned v, bool big)
{
	to[big ? 0 : 1] = (uint8_t)(v >> 8);
	to[big ? 1 : 0] = (uint8_t)v;
}

#endif

#include <string.h>

#include "img/image.h"
#include "img/samples.h"

/* What each byte stands for, where it holds several pixels. */
void
samples_init(struct samples *s)
{
	unsigned max = (1U << s->bits) - 1;

	if (s->bits >= 8)
		return;
	for (unsigned byte = 0; byte < 256; byte++)
		for (unsigned i = 0; i < 8 / s->bits; i++) {
			unsigned v = byte >> (8 - s->bits * (i + 1)) & max;

			if (s->zero_is_white)
				v = max - v;
			s->table[byte][i] = (uint8_t)(v * 255 / max);
		}
}

static void
unpack(const struct samples *s, const uint8_t *row, uint8_t *to)
{
	uint32_t per = 8 / s->bits, x = 0;

	for (; per == 8 && x + 8 <= s->width; x += 8)
		memcpy(to + x, s->table[*row++], 8);
	for (; x < s->width; row++)
		for (uint32_t i = 0; i < per && x < s->width; i++)
			to[x++] = s->table[*row][i];
}

static void
keep_high_bytes(uint8_t *row, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint16_t v;

		memcpy(&v, row + 2 * i, sizeof(v));
		row[i] = (uint8_t)(v >> 8);
	}
}

/* What it was before it was premultiplied, if it was. */
static unsigned
plain_value(unsigned v, unsigned alpha, enum samples_alpha kind)
{
	if (kind == SAMPLES_ALPHA)
		return v;
	return v < alpha ? (v * 255 + alpha / 2) / alpha : 255;
}

uint8_t
samples_over(struct image_ground *g, unsigned v, unsigned alpha, enum samples_alpha kind)
{
	return image_over(g, plain_value(v, alpha, kind), alpha);
}

void
samples_gray(const struct samples *s, uint8_t *row, uint8_t *to)
{
	unsigned flip = s->zero_is_white && !s->color ? 255 : 0;
	unsigned behind = s->color ? 3 : 1;

	if (s->bits < 8) {
		unpack(s, row, to);
		return;
	}
	if (s->bits == 16)
		keep_high_bytes(row, (size_t)s->width * s->per_pixel);
	for (uint32_t x = 0; x < s->width; x++, row += s->per_pixel) {
		unsigned v = s->color ? image_luma(row[0], row[1], row[2]) : row[0] ^ flip;

		if (s->alpha != SAMPLES_OPAQUE)
			v = samples_over(s->ground, v, row[behind], s->alpha);
		to[x] = (uint8_t)v;
	}
}

/* How bright it is says what it stands on. */
static void
colours_over(struct image_ground *g, uint8_t rgb[3], unsigned alpha, enum samples_alpha kind)
{
	(void)samples_over(g, image_luma(rgb[0], rgb[1], rgb[2]), alpha, kind);
	for (int i = 0; i < 3; i++)
		rgb[i] = image_on(g, plain_value(rgb[i], alpha, kind), alpha);
}

static void
put_colours(const struct image_row *to, uint32_t x, const uint8_t rgb[3])
{
	to->px[x] = rgb[0];
	to->px[x + to->apart] = rgb[1];
	to->px[x + 2 * to->apart] = rgb[2];
}

void
samples_colour(const struct samples *s, uint8_t *row, const struct image_row *to)
{
	if (s->bits == 16)
		keep_high_bytes(row, (size_t)s->width * s->per_pixel);
	for (uint32_t x = 0; x < s->width; x++, row += s->per_pixel) {
		uint8_t rgb[3] = { row[0], row[1], row[2] };

		if (s->alpha != SAMPLES_OPAQUE)
			colours_over(s->ground, rgb, row[3], s->alpha);
		put_colours(to, x, rgb);
	}
}

void
samples_cmyk(uint8_t *gray, const uint8_t *px, uint32_t n, bool inverted)
{
	unsigned flip = inverted ? 0 : 255;

	for (uint32_t i = 0; i < n; i++, px += 4) {
		unsigned k = px[3] ^ flip;

		gray[i] = image_luma((px[0] ^ flip) * k / 255, (px[1] ^ flip) * k / 255,
		    (px[2] ^ flip) * k / 255);
	}
}

void
samples_rgba(struct image_ground *g, uint8_t *gray, const uint32_t *px, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const unsigned v = image_luma(px[i] & 255, px[i] >> 8 & 255, px[i] >> 16 & 255);

		gray[i] = samples_over(g, v, px[i] >> 24, SAMPLES_PREMULTIPLIED);
	}
}

void
samples_cmyk_colour(const struct image_row *to, const uint8_t *px, uint32_t n, bool inverted)
{
	const unsigned flip = inverted ? 0 : 255;

	for (uint32_t i = 0; i < n; i++, px += 4) {
		const unsigned k = px[3] ^ flip;
		const uint8_t rgb[3] = { (uint8_t)((px[0] ^ flip) * k / 255),
			(uint8_t)((px[1] ^ flip) * k / 255), (uint8_t)((px[2] ^ flip) * k / 255) };

		put_colours(to, i, rgb);
	}
}

void
samples_rgba_colour(struct image_ground *g, const struct image_row *to, const uint32_t *px,
    uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint8_t rgb[3] = { (uint8_t)px[i], (uint8_t)(px[i] >> 8), (uint8_t)(px[i] >> 16) };

		colours_over(g, rgb, px[i] >> 24, SAMPLES_PREMULTIPLIED);
		put_colours(to, i, rgb);
	}
}

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

uint8_t
samples_over(struct image_ground *g, unsigned v, unsigned alpha, enum samples_alpha kind)
{
	if (kind != SAMPLES_ALPHA)
		v = v < alpha ? (v * 255 + alpha / 2) / alpha : 255;
	return image_over(g, v, alpha);
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

#include <stddef.h>
#include <string.h>

#include "img/holes.h"
#include "img/image.h"

/* Its first pixel, and its size. */
struct hole {
	size_t at;
	uint32_t width, height;
};

static bool
is_hole(const struct holes *h, const struct image *im, const struct hole *b)
{
	const size_t apart = im->colour && !h->ycc ? image_area(im) : 0;
	const uint8_t *px = im->px + b->at;

	for (uint32_t y = 0; y < b->height; y++, px += im->width)
		for (uint32_t x = 0; x < b->width; x++)
			if (image_luma(px[x], px[x + apart], px[x + 2 * apart]) != h->nothing)
				return false;
	return true;
}

static void
fill_hole(const struct holes *h, struct image *im, const struct hole *b)
{
	for (int i = 0; i < image_planes(im); i++) {
		uint8_t *px = image_plane(im, i).px + b->at;

		for (uint32_t y = 0; y < b->height; y++, px += im->width)
			memset(px, h->white[i], b->width);
	}
}

static bool
fill_row(const struct holes *h, struct image *im, uint32_t y, uint32_t height)
{
	bool any = false;

	for (uint32_t x = 0; x < im->width; x += h->block) {
		const uint32_t left = im->width - x;
		const struct hole b = { (size_t)y * im->width + x,
			left < h->block ? left : h->block, height };

		if (!is_hole(h, im, &b))
			continue;
		fill_hole(h, im, &b);
		any = true;
	}
	return any;
}

uint32_t
holes_fill(const struct holes *h, struct image *im, uint32_t from, uint32_t end, uint32_t spoiled)
{
	uint32_t missing = 0;

	for (uint32_t y = from; y < end; y += h->block) {
		const uint32_t height = end - y < h->block ? end - y : h->block;
		const bool any = fill_row(h, im, y, height);

		missing += any || y < spoiled ? height : 0;
	}
	return missing;
}

void
holes_end(const struct holes *h, struct image *im, uint32_t y)
{
	const struct hole rest = { (size_t)y * im->width, im->width, im->height - y };

	fill_hole(h, im, &rest);
}

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/ink.h"

/* Pixels that a small page has at most, unless it is made smaller than FACTOR_MAX times. */
enum { AREA = 1250000, FACTOR_MAX = 4 };

static uint32_t
tiles(uint32_t n)
{
	return (n + INK_TILE - 1) / INK_TILE;
}

/* A row of boxes of f x f pixels; what is left over at the right is dropped. */
static void
shrink_row(uint8_t *to, const uint8_t *from, const struct ink *k, size_t stride)
{
	const uint32_t f = k->factor, area = f > 0 ? f * f : 1;

	for (uint32_t x = 0; x < k->width; x++, from += f) {
		uint32_t sum = area / 2;

		for (uint32_t j = 0; j < f; j++)
			for (uint32_t i = 0; i < f; i++)
				sum += from[j * stride + i];
		to[x] = (uint8_t)(sum / area);
	}
}

static void
shrink_row_2(uint8_t *to, const uint8_t *from, uint32_t width, size_t stride)
{
	const uint8_t *below = from + stride;

	for (uint32_t x = 0; x < width; x++, from += 2, below += 2)
		to[x] = (uint8_t)((from[0] + from[1] + below[0] + below[1] + 2) >> 2);
}

static void
make_small(struct ink *k, const struct image *im)
{
	for (uint32_t y = 0; y < k->height; y++) {
		const uint8_t *from = im->px + (size_t)y * k->factor * im->width;
		uint8_t *to = k->gray + (size_t)y * k->width;

		if (k->factor == 1)
			memcpy(to, from, k->width);
		else if (k->factor == 2)
			shrink_row_2(to, from, k->width, im->width);
		else
			shrink_row(to, from, k, im->width);
	}
}

/* The value that so many of the counted ones are below. */
static uint8_t
below(const uint32_t count[256], uint64_t many)
{
	uint64_t sum = 0;
	unsigned v = 0;

	for (; v < 255 && (sum += count[v]) <= many; v++)
		;
	return (uint8_t)v;
}

/* How bright the paper of a tile is, its values added to those of the page. */
static uint8_t
paper_of(const struct ink *k, uint32_t left, uint32_t top, uint32_t page[256])
{
	uint32_t count[256] = { 0 }, n = 0;
	const uint32_t right = left + INK_TILE < k->width ? left + INK_TILE : k->width;
	const uint32_t bottom = top + INK_TILE < k->height ? top + INK_TILE : k->height;

	for (uint32_t y = top; y < bottom; y++)
		for (uint32_t x = left; x < right; x++)
			count[k->gray[(size_t)y * k->width + x]]++;
	n = (right - left) * (bottom - top);
	for (int v = 0; v < 256; v++)
		page[v] += count[v];
	return below(count, n - n / 5);
}

/* The brightest of a tile and those around it: a letter may fill one. */
static uint8_t
paper_around(const struct ink *k, const uint8_t *tile, uint32_t tx, uint32_t ty)
{
	uint8_t best = 0;

	for (uint32_t y = ty ? ty - 1 : 0; y <= ty + 1 && y < k->down; y++)
		for (uint32_t x = tx ? tx - 1 : 0; x <= tx + 1 && x < k->across; x++)
			if (tile[y * k->across + x] > best)
				best = tile[y * k->across + x];
	return best;
}

/* What is by a fifth darker than its paper, and by 24 of 255. */
static uint8_t
threshold(uint8_t paper)
{
	const int least = paper / 5 > 24 ? paper / 5 : 24;

	return (uint8_t)(paper > least ? paper - least : 0);
}

static void
mark_dark(struct ink *k, uint32_t tx, uint32_t ty)
{
	const uint8_t limit = threshold(k->paper[ty * k->across + tx]);
	const uint32_t left = tx * INK_TILE, top = ty * INK_TILE;
	const uint32_t width = left + INK_TILE < k->width ? INK_TILE : k->width - left;

	for (uint32_t y = top; y < top + INK_TILE && y < k->height; y++) {
		const uint8_t *gray = k->gray + (size_t)y * k->width + left;
		uint8_t *dark = k->dark + (size_t)y * k->width + left;

		for (uint32_t x = 0; x < width; x++)
			dark[x] = gray[x] < limit;
	}
}

/* tile: memory for a byte a tile. */
static void
find_dark(struct ink *k, uint8_t *tile)
{
	const uint64_t area = (uint64_t)k->width * k->height;
	uint32_t page[256] = { 0 };

	for (uint32_t y = 0; y < k->down; y++)
		for (uint32_t x = 0; x < k->across; x++)
			tile[y * k->across + x] = paper_of(k, x * INK_TILE, y * INK_TILE, page);
	for (uint32_t y = 0; y < k->down; y++)
		for (uint32_t x = 0; x < k->across; x++)
			k->paper[y * k->across + x] = paper_around(k, tile, x, y);
	k->darkest = below(page, area / 1000);
	k->median = below(page, area / 2);
	for (uint32_t y = 0; y < k->down; y++)
		for (uint32_t x = 0; x < k->across; x++)
			mark_dark(k, x, y);
}

static uint32_t
factor_for(const struct image *im)
{
	uint32_t f = 1;

	while (f < FACTOR_MAX && (uint64_t)(im->width / f) * (im->height / f) > AREA)
		f++;
	while (f > 1 && (im->width < f || im->height < f))
		f--;
	return f;
}

int
ink_take(struct ink *k, const struct image *im, struct err *e)
{
	const uint32_t f = factor_for(im);
	uint8_t *tile;
	size_t area;

	*k = (struct ink){ .factor = f, .width = im->width / f, .height = im->height / f };
	k->across = tiles(k->width);
	k->down = tiles(k->height);
	area = (size_t)k->width * k->height;
	k->gray = malloc(area);
	k->dark = malloc(area);
	k->paper = malloc((size_t)k->across * k->down);
	tile = malloc((size_t)k->across * k->down);
	if (!k->gray || !k->dark || !k->paper || !tile) {
		ink_release(k);
		free(tile);
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to look at a page");
	}
	make_small(k, im);
	find_dark(k, tile);
	free(tile);
	return 0;
}

double
ink_gloom(const struct ink *k)
{
	const size_t n = (size_t)k->across * k->down;
	size_t dark = 0;

	for (size_t i = 0; i < n; i++)
		dark += k->paper[i] < 128;
	return n ? (double)dark / (double)n : 0;
}

void
ink_release(struct ink *k)
{
	free(k->gray);
	free(k->dark);
	free(k->paper);
	*k = (struct ink){ 0 };
}

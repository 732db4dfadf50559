#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/faint.h"
#include "ocr/ink.h"
#include "ocr/parts.h"

enum {
	REACH = 8,        /* cells, a power of 2: strokes are narrower */
	DEPTH_MIN = 8,    /* ink is so much darker than its paper, */
	DEPTH_SHARE = 64, /* by that part of it, */
	GRAINS = 2,       /* and by so many grains of it */
	STRONG_MIN = 16   /* no ink is made stronger than if it had been so much darker */
};

static uint8_t
brighter(uint8_t a, uint8_t b)
{
	return a > b ? a : b;
}

static uint8_t
darker(uint8_t a, uint8_t b)
{
	return a < b ? a : b;
}

/* Each cell becomes the brightest of REACH cells from it on, to the right and down. */
static void
spread_bright(uint8_t *v, uint32_t across, uint32_t down)
{
	for (uint32_t step = 1; step < REACH; step *= 2) {
		for (uint32_t y = 0; y < down; y++)
			for (uint32_t x = 0; x + step < across; x++)
				v[y * across + x] =
				    brighter(v[y * across + x], v[y * across + x + step]);
		for (size_t i = 0; i + (size_t)step * across < (size_t)across * down; i++)
			v[i] = brighter(v[i], v[i + (size_t)step * across]);
	}
}

/* The darkest of REACH cells up to it, from the left and from above. */
static void
spread_dark(uint8_t *v, uint32_t across, uint32_t down)
{
	for (uint32_t step = 1; step < REACH; step *= 2) {
		for (uint32_t y = 0; y < down; y++)
			for (uint32_t x = across; x-- > step;)
				v[y * across + x] =
				    darker(v[y * across + x], v[y * across + x - step]);
		for (size_t i = (size_t)across * down; i-- > (size_t)step * across;)
			v[i] = darker(v[i], v[i - (size_t)step * across]);
	}
}

static void
make_cells(struct faint *f, const struct ink *k)
{
	for (uint32_t y = 0; y < f->down; y++) {
		const uint8_t *a = k->gray + (size_t)y * FAINT_CELL * k->width;
		const uint8_t *b = a + k->width;

		for (uint32_t x = 0; x < f->across; x++, a += 2, b += 2)
			f->paper[y * f->across + x] = (uint8_t)((a[0] + a[1] + b[0] + b[1]) / 4);
	}
}

int
faint_take(struct faint *f, const struct ink *k, struct err *e)
{
	*f = (struct faint){ .across = k->width / FAINT_CELL, .down = k->height / FAINT_CELL };
	f->paper = calloc((size_t)f->across * f->down + 1, 1);
	if (!f->paper) {
		*f = (struct faint){ 0 };
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to look at a page");
	}
	make_cells(f, k);
	spread_bright(f->paper, f->across, f->down);
	spread_dark(f->paper, f->across, f->down);
	return 0;
}

/*
 * How much darker than its paper most of a tile is: the paper's grain, as it is
 * found where that is brightest.  Every other pixel of every other row is seen.
 */
static int
grain_of(const struct faint *f, const struct ink *k, uint32_t left, uint32_t top)
{
	const uint32_t right = left + INK_TILE, bottom = top + INK_TILE;
	uint32_t count[256] = { 0 }, n = 0, sum = 0;
	int v = 0;

	for (uint32_t y = top; y < bottom && y / FAINT_CELL < f->down; y += FAINT_CELL)
		for (uint32_t x = left; x < right && x / FAINT_CELL < f->across; x += FAINT_CELL) {
			const uint8_t p = f->paper[y / FAINT_CELL * f->across + x / FAINT_CELL];
			const uint8_t g = k->gray[(size_t)y * k->width + x];

			count[p > g ? p - g : 0]++;
			n++;
		}
	while (v < 255 && (sum += count[v]) * 2 < n)
		v++;
	return v;
}

/* A tile of the small page; what no whole cell covers is not looked at. */
static void
mark_tile(const struct faint *f, const struct ink *k, uint32_t left, uint32_t top, uint8_t *dark)
{
	const uint32_t across = f->across * FAINT_CELL, down = f->down * FAINT_CELL;
	const uint32_t right = left + INK_TILE < across ? left + INK_TILE : across;
	const int least = DEPTH_MIN + GRAINS * grain_of(f, k, left, top);

	for (uint32_t y = top; y < top + INK_TILE && y < down; y++) {
		const uint8_t *paper = f->paper + (size_t)(y / FAINT_CELL) * f->across;
		const uint8_t *gray = k->gray + (size_t)y * k->width;

		for (uint32_t x = left; x < right; x++) {
			const int p = paper[x / FAINT_CELL];

			dark[(size_t)y * k->width + x] = p - gray[x] >= least + p / DEPTH_SHARE;
		}
	}
}

void
faint_mark(const struct faint *f, const struct ink *k, const uint8_t *seen, uint8_t *dark)
{
	const size_t n = (size_t)k->width * k->height;

	memset(dark, 0, n);
	for (uint32_t y = 0; y < k->height; y += INK_TILE)
		for (uint32_t x = 0; x < k->width; x += INK_TILE)
			mark_tile(f, k, x, y, dark);
	for (size_t i = 0; i < n; i++)
		dark[i] &= !seen[i];
}

/* How much darker than the paper the ink is, a cell. */
static void
find_depth(uint8_t *depth, const struct faint *f, const struct ink *k)
{
	for (uint32_t y = 0; y < f->down * FAINT_CELL; y++)
		for (uint32_t x = 0; x < f->across * FAINT_CELL; x++) {
			const size_t at = (size_t)(y / FAINT_CELL) * f->across + x / FAINT_CELL;
			const uint8_t g = k->gray[(size_t)y * k->width + x];

			if (f->paper[at] > g)
				depth[at] = brighter(depth[at], (uint8_t)(f->paper[at] - g));
		}
}

/* The full depth of a part is that of all its cells, and of those around it. */
static void
level_part(uint8_t *full, const uint8_t *depth, const struct faint *f, const struct part *p)
{
	const int grow = (p->y1 - p->y0) / FAINT_CELL / 2 + 1;
	const int w = (int)f->across, h = (int)f->down;
	int x0 = p->x0 / FAINT_CELL - grow, x1 = p->x1 / FAINT_CELL + grow;
	int y0 = p->y0 / FAINT_CELL - grow, y1 = p->y1 / FAINT_CELL + grow;
	uint8_t most = STRONG_MIN;

	x0 = x0 < 0 ? 0 : x0;
	y0 = y0 < 0 ? 0 : y0;
	x1 = x1 < w ? x1 : w - 1;
	y1 = y1 < h ? y1 : h - 1;
	for (int y = p->y0 / FAINT_CELL; y <= y1 && y * FAINT_CELL < p->y1; y++)
		for (int x = p->x0 / FAINT_CELL; x <= x1 && x * FAINT_CELL < p->x1; x++)
			most = brighter(most, depth[y * w + x]);
	for (int y = y0; y <= y1; y++)
		for (int x = x0; x <= x1; x++)
			full[y * w + x] = most;
}

static uint8_t
mended(uint8_t px, int paper, int full)
{
	const int ink = paper > px ? (paper - px) * 255 / full : 0;

	return (uint8_t)(ink < 255 ? 255 - ink : 0);
}

static void
mend_cells(struct image *im, const struct faint *f, const uint8_t *full, uint32_t side)
{
	for (uint32_t y = 0; y < im->height; y++) {
		const uint32_t cy = y / side < f->down ? y / side : f->down - 1;
		uint8_t *px = im->px + (size_t)y * im->width;

		for (uint32_t x = 0; x < im->width; x++) {
			const uint32_t cx = x / side < f->across ? x / side : f->across - 1;
			const size_t at = (size_t)cy * f->across + cx;

			px[x] = mended(px[x], f->paper[at], full[at]);
		}
	}
}

static void
find_full(uint8_t *full, const uint8_t *depth, const struct faint *f, const struct parts *parts)
{
	const size_t n = (size_t)f->across * f->down;

	for (size_t i = 0; i < n; i++)
		full[i] = brighter(f->paper[i], STRONG_MIN);
	for (size_t i = 0; i < parts->n; i++)
		if (parts->v[i].row >= 0)
			level_part(full, depth, f, &parts->v[i]);
}

int
faint_mend(struct image *im, const struct faint *f, const struct ink *k, const struct parts *parts,
    struct err *e)
{
	const size_t n = (size_t)f->across * f->down;
	uint8_t *depth = calloc(n + 1, 1), *full = malloc(n + 1);
	const bool ok = depth && full;

	if (ok && n > 0) {
		find_depth(depth, f, k);
		find_full(full, depth, f, parts);
		mend_cells(im, f, full, k->factor * FAINT_CELL);
	}
	free(depth);
	free(full);
	return ok ? 0 : err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "no memory to mend a page");
}

void
faint_release(struct faint *f)
{
	free(f->paper);
	*f = (struct faint){ 0 };
}

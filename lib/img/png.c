#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <png.h>

#include "base/err.h"
#include "base/mem.h"
#include "img/chunks.h"
#include "img/image.h"
#include "img/png.h"
#include "img/rows.h"

enum { BUF_BYTES = 64 * 1024, CHUNK_BYTES_MAX = 8 * 1024 * 1024, CHUNKS_MAX = 128 };

/* All that must outlive a longjmp. */
struct reading {
	png_structp png;
	png_infop info;
	struct image *im;
	struct rows *rows; /* what its rows are put into */
	uint8_t *row;
	uint8_t *line; /* of an interlaced image in colour, a row of the pass */
	struct chunks *chunks;
	struct image_ground *ground;
	int channels; /* 0: the pixels have not begun */
	int pass;     /* of an interlaced image, else -1 */
	uint32_t y;   /* the row to be read */
	char msg[128];
};

struct writing {
	png_structp png;
	png_infop info;
	const struct image *im;
	uint8_t *row; /* in colour */
	int fd, io_errno;
	char msg[128];
};

static void
png_keep_message(char msg[128], const char *text)
{
	size_t n = strnlen(text, 127);

	memcpy(msg, text, n);
	msg[n] = '\0';
}

static void
read_failed(png_structp png, png_const_charp text)
{
	struct reading *r = png_get_error_ptr(png);

	png_keep_message(r->msg, text);
	png_longjmp(png, 1);
}

static void
ignore_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void
read_more(png_structp png, png_bytep to, size_t n)
{
	struct reading *r = png_get_io_ptr(png);

	if (!chunks_give(r->chunks, to, n))
		png_error(png, "the file is cut short");
}

static void
set_limits(png_structp png)
{
	png_set_user_limits(png, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX);
	png_set_chunk_malloc_max(png, CHUNK_BYTES_MAX);
	png_set_chunk_cache_max(png, CHUNKS_MAX);
	png_set_benign_errors(png, 0);
	/* those of the chunks are compared before */
	png_set_crc_action(png, PNG_CRC_QUIET_USE, PNG_CRC_QUIET_USE);
}

/* What was read, n pixels, as the image has them. */
static void
png_put_row(const struct reading *r, uint8_t *to, size_t apart, uint32_t n)
{
	if (r->rows->colour)
		image_split(r->ground, &(struct image_row){ to, apart }, r->row, n, r->channels);
	else
		image_gray(r->ground, to, r->row, n, r->channels);
}

static void
spread_pass(const struct reading *r, uint8_t *to, const uint8_t *from, uint32_t n)
{
	const uint32_t step = PNG_PASS_COL_OFFSET(r->pass);
	uint32_t x = PNG_PASS_START_COL(r->pass);

	for (uint32_t i = 0; i < n; i++, x += step)
		to[x] = from[i];
}

static void
read_row(struct reading *r)
{
	const uint32_t w = r->rows->width;
	uint8_t *to = rows_at(r->rows, r->y), *line = r->line ? r->line : r->row;
	uint32_t n;

	if (r->pass < 0 && r->channels == 1) {
		png_read_row(r->png, to, NULL);
		rows_take(r->rows, r->y);
		return;
	}
	png_read_row(r->png, r->row, NULL);
	if (r->pass < 0) {
		png_put_row(r, to, r->rows->apart, w);
		rows_take(r->rows, r->y);
		return;
	}
	n = PNG_PASS_COLS(w, r->pass);
	png_put_row(r, line, w, n);
	for (size_t i = 0; i < (size_t)image_planes(r->im); i++)
		spread_pass(r, to + i * r->rows->apart, line + i * w, n);
}

/*
 * libpng is not told to put the passes of an interlaced image together, which
 * would take all of its pixels in colour: it gives each pass as a small image.
 */
static void
png_decode_rows(struct reading *r)
{
	uint32_t w = r->rows->width, h = r->rows->height;

	if (r->pass < 0) {
		for (; r->y < h; r->y++)
			read_row(r);
		return;
	}
	for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
		uint32_t y = PNG_PASS_START_ROW(pass);

		r->pass = pass;
		for (; y < h && PNG_PASS_COLS(w, pass) > 0; y += PNG_PASS_ROW_OFFSET(pass)) {
			r->y = y;
			read_row(r);
		}
	}
}

static int
png_decode(struct reading *r)
{
	if (setjmp(png_jmpbuf(r->png)))
		return -1;
	set_limits(r->png);
	png_set_read_fn(r->png, r, read_more);
	png_read_info(r->png, r->info);
	/* what is benign from here on is data behind the last row */
	png_set_benign_errors(r->png, 1);
	png_set_expand(r->png);
	png_set_scale_16(r->png);
	png_read_update_info(r->png, r->info);
	r->row = malloc(png_get_rowbytes(r->png, r->info));
	if (!r->row)
		png_error(r->png, "no memory for a row");
	r->pass = png_get_interlace_type(r->png, r->info) == PNG_INTERLACE_NONE ? -1 : 0;
	if (r->pass == 0 && r->rows->colour)
		r->line = calloc(r->rows->width, IMAGE_PLANES);
	if (r->pass == 0 && r->rows->colour && !r->line)
		png_error(r->png, "no memory for a row");
	r->channels = png_get_channels(r->png, r->info);
	png_decode_rows(r);
	return 0;
}

static int
read_error(const struct reading *r, struct err *e)
{
	if (r->chunks->in.errnum) {
		errno = r->chunks->in.errnum;
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "PNG");
	}
	return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "PNG: %s", r->msg);
}

/*
 * From row y of the pass on nothing is known: a pixel is what the one before
 * it is that an earlier pass knows, which stands for those up to the next.
 */
static void
fill_plane(const struct image *im, int pass, uint32_t y)
{
	const uint32_t up = PNG_PASS_START_ROW(pass), left = PNG_PASS_START_COL(pass);
	const uint32_t w = im->width;

	for (; y < im->height; y += PNG_PASS_ROW_OFFSET(pass))
		for (uint32_t x = left; x < w; x += PNG_PASS_COL_OFFSET(pass)) {
			const size_t at = (size_t)y * w + x;

			im->px[at] = pass > 0 ? im->px[at - (size_t)up * w - left] : 255;
		}
}

static void
fill_pass(const struct image *im, int pass, uint32_t y)
{
	for (int i = 0; i < image_planes(im); i++) {
		const struct image plane = image_plane(im, i);

		fill_plane(&plane, pass, y);
	}
}

/* What is not there is filled in; how many rows miss something. */
static uint32_t
fill_missing(const struct reading *r)
{
	struct image *im = r->im;
	const uint32_t h = r->rows->height, odd = h / 2, even = h - odd;

	if (r->pass < 0 && r->rows->factor > 1)
		return h - r->y; /* rows_end() does that */
	if (r->pass < 0) {
		image_whiten(im, r->y, h);
		return h - r->y;
	}
	fill_pass(im, r->pass, r->y);
	for (int pass = r->pass + 1; pass < PNG_INTERLACE_ADAM7_PASSES; pass++)
		fill_pass(im, pass, PNG_PASS_START_ROW(pass));
	/* The last pass makes the odd rows, the one before it ends the even ones. */
	if (r->pass == 6)
		return odd - r->y / 2;
	return r->pass == 5 ? h - r->y / 2 : odd + even;
}

/* The pixels have ended early: what there are will do, if it is not all that is missing. */
static int
png_salvage(const struct reading *r, struct err *e)
{
	struct image *im = r->im;

	if (r->channels == 0 || r->chunks->in.errnum)
		return read_error(r, e);
	im->rows_missing = fill_missing(r);
	im->damaged = true;
	return im->rows_missing < r->rows->height ? 0 : read_error(r, e);
}

static int
png_read_pixels(struct chunks *c, struct rows *rows, struct image_ground *g, struct err *e)
{
	struct reading r = { .chunks = c, .im = rows->im, .rows = rows, .ground = g };
	int ret;

	r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, read_failed, ignore_warning);
	if (r.png)
		r.info = png_create_info_struct(r.png);
	if (!r.info)
		ret = err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "PNG");
	else
		ret = png_decode(&r) == 0 ? 0 : png_salvage(&r, e);
	png_destroy_read_struct(&r.png, &r.info, NULL);
	free(r.row);
	free(r.line);
	return ret;
}

/* What is interlaced is there as a whole, or not at all. */
static int
begin_rows(const struct chunks *c, struct rows *rows, struct image *im, struct err *e)
{
	const bool interlaced = c->header[12] != PNG_INTERLACE_NONE;
	const uint64_t area = (uint64_t)c->width * c->height;

	if (!(c->header[9] & PNG_COLOR_MASK_COLOR) || (interlaced && area > IMAGE_COLOUR_MAX))
		rows->colour = false;
	if (interlaced && area > IMAGE_AREA_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "%u x %u pixels are more than %d million, and interlaced", c->width, c->height,
		    IMAGE_AREA_MAX / 1000000);
	return rows_begin(rows, im, c->width, c->height, e);
}

/* Over white first; then over black, if that shows more. */
static int
png_read_over(struct chunks *c, int fd, struct rows *rows, struct image *im, struct err *e)
{
	struct image_ground ground = { .last = { 255, 0 } };
	int ret;

	do {
		image_release(im);
		ret = chunks_begin(c, fd, e);
		if (ret == 0)
			ret = begin_rows(c, rows, im, e);
		if (ret == 0)
			ret = chunks_to_data(c, e);
		if (ret == 0)
			ret = png_read_pixels(c, rows, &ground, e);
		rows_end(rows);
	} while (ret == 0 && image_ground_turns(&ground));
	return ret;
}

static int
png_read_as(int fd, bool colour, struct image *im, struct err *e)
{
	struct chunks *c = mem_new(1, sizeof(*c));
	struct rows rows = { .colour = colour };
	int ret;

	memset(im, 0, sizeof(*im));
	ret = png_read_over(c, fd, &rows, im, e);
	if (ret == 0) {
		chunks_end(c);
		im->damaged |= c->damaged;
		im->dpi = image_dpi(c->dpi > 0 ? c->dpi : c->exif.dpi) / rows.factor;
		ret = image_orient(im, c->exif.orientation, e);
	}
	if (ret < 0)
		image_release(im);
	free(c);
	return ret;
}

int
png_read(int fd, struct image *im, struct err *e)
{
	return png_read_as(fd, false, im, e);
}

int
png_read_colour(int fd, struct image *im, struct err *e)
{
	return png_read_as(fd, true, im, e);
}

static void
write_failed(png_structp png, png_const_charp text)
{
	struct writing *w = png_get_error_ptr(png);

	png_keep_message(w->msg, text);
	png_longjmp(png, 1);
}

static void
write_more(png_structp png, png_bytep from, size_t n)
{
	struct writing *w = png_get_io_ptr(png);

	while (n > 0) {
		ssize_t put = write(w->fd, from, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0) {
			w->io_errno = errno;
			png_error(png, "write");
		}
		from += put;
		n -= (size_t)put;
	}
}

static void
no_flush(png_structp png)
{
	(void)png;
}

/*
 * Where fewer pixels than every second are as their neighbour, as in a photo,
 * level 1 would take ten times as long to make it half as large.
 */
static bool
is_compressible(const struct image *im)
{
	const uint32_t step = im->height / 64 + 1;
	const size_t green = im->colour ? image_area(im) : 0, blue = 2 * green;
	uint64_t same = 0, all = 0;

	for (uint32_t y = 0; y < im->height; y += step) {
		const uint8_t *p = im->px + (size_t)y * im->width + 1;

		for (uint32_t x = 1; x < im->width; x++, p++)
			same += p[0] == p[-1] && p[green] == p[green - 1] && p[blue] == p[blue - 1];
		all += im->width - 1;
	}
	return 2 * same >= all;
}

/* A row as the file has it. */
static const uint8_t *
row_of_file(const struct writing *w, uint32_t y)
{
	const struct image *im = w->im;
	const uint8_t *red = im->px + (size_t)y * im->width, *green, *blue;
	uint8_t *to = w->row;

	if (!im->colour)
		return red;
	green = red + image_area(im);
	blue = green + image_area(im);
	for (uint32_t x = 0; x < im->width; x++, to += 3) {
		to[0] = red[x];
		to[1] = green[x];
		to[2] = blue[x];
	}
	return w->row;
}

static int
png_encode(struct writing *w)
{
	const struct image *im = w->im;
	png_uint_32 ppm = (png_uint_32)(im->dpi / 0.0254 + 0.5);

	if (setjmp(png_jmpbuf(w->png)))
		return -1;
	png_set_write_fn(w->png, w, write_more, no_flush);
	png_set_filter(w->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	png_set_compression_level(w->png, is_compressible(im) ? 1 : 0);
	png_set_compression_buffer_size(w->png, BUF_BYTES);
	png_set_IHDR(w->png, w->info, im->width, im->height, 8,
	    im->colour ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
	    PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
	if (im->dpi > 0)
		png_set_pHYs(w->png, w->info, ppm, ppm, PNG_RESOLUTION_METER);
	png_write_info(w->png, w->info);
	for (uint32_t y = 0; y < im->height; y++)
		png_write_row(w->png, row_of_file(w, y));
	png_write_end(w->png, NULL);
	return 0;
}

int
png_write(int fd, const struct image *im, struct err *e)
{
	struct writing w = { .fd = fd, .im = im };
	int ret;

	if (im->colour)
		w.row = mem_new(im->width, IMAGE_PLANES);
	w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, write_failed, ignore_warning);
	if (w.png)
		w.info = png_create_info_struct(w.png);
	ret = w.info ? png_encode(&w) : -1;
	png_destroy_write_struct(&w.png, &w.info);
	free(w.row);
	if (ret == 0)
		return 0;
	if (!w.io_errno)
		return err_set(e, ERR_TRANSIENT, CODE_IO_WRITE, "PNG: %s",
		    w.msg[0] ? w.msg : "no memory");
	errno = w.io_errno;
	return err_sys(e, err_class_of(w.io_errno), CODE_IO_WRITE, "PNG");
}

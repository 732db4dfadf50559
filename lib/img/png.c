#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <png.h>

#include "base/err.h"
#include "img/image.h"
#include "img/infile.h"
#include "img/png.h"

enum { BUF_BYTES = 64 * 1024, CHUNK_BYTES_MAX = 8 * 1024 * 1024, CHUNKS_MAX = 128 };

/* All that must outlive a longjmp. */
struct reading {
	png_structp png;
	png_infop info;
	struct image *im;
	uint8_t *row;
	struct infile in;
	size_t have, used;
	char msg[128];
	uint8_t buf[BUF_BYTES];
};

struct writing {
	png_structp png;
	png_infop info;
	const struct image *im;
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

	while (n > 0) {
		size_t k;

		if (r->used == r->have) {
			ssize_t got = infile_read(&r->in, r->buf, BUF_BYTES);

			if (got <= 0)
				png_error(png, "the file is cut short");
			r->have = (size_t)got;
			r->used = 0;
		}
		k = r->have - r->used < n ? r->have - r->used : n;
		memcpy(to, r->buf + r->used, k);
		r->used += k;
		to += k;
		n -= k;
	}
}

/* The sizes, which stand at a fixed place, before libpng is given anything. */
static int
read_size(struct infile in, uint32_t size[2], struct err *e)
{
	uint8_t head[24];
	ssize_t got = infile_read(&in, head, sizeof(head));

	if (got < 0)
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "PNG");
	if (got < (ssize_t)sizeof(head) || png_sig_cmp(head, 0, 8) != 0 ||
	    memcmp(head + 12, "IHDR", 4) != 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "PNG: no signature and header");
	size[0] = png_get_uint_32(head + 16);
	size[1] = png_get_uint_32(head + 20);
	return 0;
}

static void
set_limits(png_structp png)
{
	png_set_user_limits(png, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX);
	png_set_chunk_malloc_max(png, CHUNK_BYTES_MAX);
	png_set_chunk_cache_max(png, CHUNKS_MAX);
	png_set_benign_errors(png, 0);
	/* all that can be left out, but pHYs: profiles are often wrong */
	png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, (png_const_bytep) "pHYs", 1);
}

static void
read_row(struct reading *r, int channels, int pass, uint32_t y)
{
	struct image *im = r->im;
	uint8_t *to = im->px + (size_t)y * im->width;
	uint32_t n, x, step;

	if (pass < 0 && channels == 1) {
		png_read_row(r->png, to, NULL);
		return;
	}
	png_read_row(r->png, r->row, NULL);
	if (pass < 0) {
		image_gray(to, r->row, im->width, channels);
		return;
	}
	n = PNG_PASS_COLS(im->width, pass);
	image_gray(r->row, r->row, n, channels);
	x = PNG_PASS_START_COL(pass);
	step = PNG_PASS_COL_OFFSET(pass);
	for (uint32_t i = 0; i < n; i++, x += step)
		to[x] = r->row[i];
}

/*
 * libpng is not told to put the passes of an interlaced image together, which
 * would take all of its pixels in colour: it gives each pass as a small image.
 */
static void
png_decode_rows(struct reading *r, int channels)
{
	uint32_t w = r->im->width, h = r->im->height;

	if (png_get_interlace_type(r->png, r->info) == PNG_INTERLACE_NONE) {
		for (uint32_t y = 0; y < h; y++)
			read_row(r, channels, -1, y);
		return;
	}
	for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
		uint32_t y = PNG_PASS_START_ROW(pass);

		if (PNG_PASS_COLS(w, pass) == 0)
			continue;
		for (; y < h; y += PNG_PASS_ROW_OFFSET(pass))
			read_row(r, channels, pass, y);
	}
}

static int
png_decode(struct reading *r)
{
	int channels;

	if (setjmp(png_jmpbuf(r->png)))
		return -1;
	set_limits(r->png);
	png_set_read_fn(r->png, r, read_more);
	png_read_info(r->png, r->info);
	/* what is benign from here on is data behind the last row */
	png_set_benign_errors(r->png, 1);
	r->im->dpi = image_dpi(0.0254 * png_get_x_pixels_per_meter(r->png, r->info));
	png_set_expand(r->png);
	png_set_scale_16(r->png);
	png_read_update_info(r->png, r->info);
	channels = png_get_channels(r->png, r->info);
	r->row = malloc(png_get_rowbytes(r->png, r->info));
	if (!r->row)
		png_error(r->png, "no memory for a row");
	png_decode_rows(r, channels);
	return 0;
}

static int
read_error(const struct reading *r, struct err *e)
{
	if (r->in.errnum) {
		errno = r->in.errnum;
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "PNG");
	}
	return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "PNG: %s", r->msg);
}

int
png_read(int fd, struct image *im, struct err *e)
{
	struct reading r = { .in.fd = fd, .im = im };
	uint32_t size[2] = { 0, 0 };
	int ret;

	memset(im, 0, sizeof(*im));
	if (read_size(r.in, size, e) < 0 || image_init(im, size[0], size[1], e) < 0)
		return -1;
	r.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &r, read_failed, ignore_warning);
	if (r.png)
		r.info = png_create_info_struct(r.png);
	ret = r.info ? png_decode(&r) : err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "PNG");
	if (r.info && ret < 0)
		read_error(&r, e);
	png_destroy_read_struct(&r.png, &r.info, NULL);
	free(r.row);
	if (ret < 0)
		image_release(im);
	return ret;
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

static int
png_encode(struct writing *w)
{
	const struct image *im = w->im;
	png_uint_32 ppm = (png_uint_32)(im->dpi / 0.0254 + 0.5);

	if (setjmp(png_jmpbuf(w->png)))
		return -1;
	png_set_write_fn(w->png, w, write_more, no_flush);
	png_set_filter(w->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	png_set_compression_level(w->png, 1);
	png_set_compression_buffer_size(w->png, BUF_BYTES);
	png_set_IHDR(w->png, w->info, im->width, im->height, 8, PNG_COLOR_TYPE_GRAY,
	    PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
	if (im->dpi > 0)
		png_set_pHYs(w->png, w->info, ppm, ppm, PNG_RESOLUTION_METER);
	png_write_info(w->png, w->info);
	for (uint32_t y = 0; y < im->height; y++)
		png_write_row(w->png, im->px + (size_t)y * im->width);
	png_write_end(w->png, NULL);
	return 0;
}

int
png_write(int fd, const struct image *im, struct err *e)
{
	struct writing w = { .fd = fd, .im = im };
	int ret;

	w.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, write_failed, ignore_warning);
	if (w.png)
		w.info = png_create_info_struct(w.png);
	ret = w.info ? png_encode(&w) : -1;
	png_destroy_write_struct(&w.png, &w.info);
	if (ret == 0)
		return 0;
	if (!w.io_errno)
		return err_set(e, ERR_TRANSIENT, CODE_IO_WRITE, "PNG: %s",
		    w.msg[0] ? w.msg : "no memory");
	errno = w.io_errno;
	return err_sys(e, err_class_of(w.io_errno), CODE_IO_WRITE, "PNG");
}

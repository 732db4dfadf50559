#include <png.h>
#include <tiffio.h>

#include "base/err.h"
#include "img/image.h"
#include "img/png.h"
#include "img/rows.h"
#include "img/tiff.h"

#include "unit/scratch.h"

/* A sheet of more pixels than an image has: half of its size, that is. */
enum { W = 12701, H = 12003, LINE = (W + 7) / 8, WHITE_KB = 64 * 1024 };

static uint8_t
pixel(uint32_t x, uint32_t y, unsigned plane)
{
	return (uint8_t)(x * 7 + y * 31 + (x * y >> 9) + plane * 90);
}

static bool
is_given(uint32_t y, uint32_t height)
{
	return y != 3 && y < height - 100 && (y < 400 || y > 500);
}

/* The mean of the box, rows that have not come being white. */
static uint8_t
mean(const struct rows *r, uint32_t bx, uint32_t by, unsigned plane)
{
	unsigned sum = 0, n = 0;

	for (uint32_t y = 2 * by; y < 2 * by + 2 && y < r->height; y++)
		for (uint32_t x = 2 * bx; x < 2 * bx + 2 && x < r->width; x++, n++)
			sum += is_given(y, r->height) ? pixel(x, y, plane) : 255;
	return n > 0 ? (uint8_t)((sum + n / 2) / n) : 255;
}

static void
are_averaged(bool colour, uint32_t width, uint32_t height)
{
	struct rows r = { .colour = colour };
	struct image im;
	struct err e;

	CHECK(rows_begin(&r, &im, width, height, &e) == 0 && r.factor == 2);
	CHECK(im.width == width / 2 + 1 && im.height == height / 2 + 1 && im.colour == colour);
	for (uint32_t y = 0; y < height; y++) {
		uint8_t *to = rows_at(&r, y);

		if (!is_given(y, height))
			continue;
		for (unsigned plane = 0; plane < (colour ? 3 : 1); plane++, to += r.apart)
			for (uint32_t x = 0; x < width; x++)
				to[x] = pixel(x, y, plane);
		rows_take(&r, y);
	}
	rows_end(&r);
	for (int i = 0; i < image_planes(&im); i++) {
		const struct image plane = image_plane(&im, i);

		for (uint32_t y = 0; y < im.height; y += y < 300 || y > im.height - 60 ? 1 : 97)
			for (uint32_t x = 0; x<im.width; x += x> im.width - 5 ? 1 : 3)
				CHECK(plane.px[(size_t)y * im.width + x] ==
				    mean(&r, x, y, (unsigned)i));
	}
	image_release(&im);
}

/* In colour what is larger than a third. */
static void
boxes_are_averaged(void)
{
	are_averaged(false, W, H);
	are_averaged(true, 7201, 7003);
}

static void
colours_that_fit_are_as_they_were(void)
{
	struct rows r = { .colour = true };
	struct image im;
	struct err e;

	CHECK(rows_begin(&r, &im, 2, 2, &e) == 0 && r.factor == 1);
	for (uint32_t y = 0; y < 2; y++) {
		for (unsigned i = 0; i < 6; i++)
			rows_at(&r, y)[i / 2 * r.apart + i % 2] = pixel(i % 2, y, i / 2);
		rows_take(&r, y);
	}
	rows_end(&r);
	for (unsigned i = 0; i < 12; i++)
		CHECK(im.px[i] == pixel(i % 2, i / 2 % 2, i / 4));
	image_release(&im);
}

static void
what_fits_is_as_it_was(void)
{
	struct rows rows = { 0 };
	struct image im;
	struct err e;

	CHECK(rows_begin(&rows, &im, 2, 2, &e) == 0 && rows.factor == 1);
	for (uint8_t y = 0; y < 2; y++) {
		rows_at(&rows, y)[0] = y;
		rows_at(&rows, y)[1] = 9;
		rows_take(&rows, y);
	}
	rows_end(&rows);
	CHECK(im.width == 2 && memcmp(im.px, "\0\11\1\11", 4) == 0);
	image_release(&im);
}

static void
sizes_have_limits(void)
{
	static const struct {
		uint32_t w, h;
		const char *code;
	} bad[] = { { 0, 9, "page.size" }, { 9, 0, "page.size" }, { 40000, 25001, "page.large" },
		{ IMAGE_SIDE_MAX + 1, 1, "page.large" }, { UINT32_MAX, UINT32_MAX, "page.large" } };
	struct rows rows = { 0 };
	struct image im;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(rows_begin(&rows, &im, bad[i].w, bad[i].h, &e) == -1 && !im.px);
		CHECK_STR(e.code, bad[i].code);
		rows_end(&rows);
	}
	CHECK(rows_begin(&rows, &im, IMAGE_SIDE_MAX, 10000, &e) == 0 && rows.factor == 3);
	rows_end(&rows);
	image_release(&im);
}

/* A black frame of 8 pixels around white, a bit a pixel, 1 is white. */
static void
put_line(uint8_t *line, uint32_t y)
{
	const bool edge = y < 8 || y >= H - 8;

	memset(line, edge ? 0 : 255, LINE);
	line[0] = 0;
}

static int
make_tiff(void)
{
	int fd = scratch();
	TIFF *t = TIFFFdOpen(dup(fd), "test", "w");
	uint8_t line[LINE];

	TIFFSetField(t, TIFFTAG_IMAGEWIDTH, W);
	TIFFSetField(t, TIFFTAG_IMAGELENGTH, H);
	TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, 1);
	TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, 1);
	TIFFSetField(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
	TIFFSetField(t, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
	TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, H);
	TIFFSetField(t, TIFFTAG_XRESOLUTION, 600.0);
	TIFFSetField(t, TIFFTAG_YRESOLUTION, 600.0);
	TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
	for (uint32_t y = 0; y < H; y++) {
		put_line(line, y);
		CHECK(TIFFWriteScanline(t, line, y, 0) > 0);
	}
	TIFFClose(t);
	return fd;
}

static int
make_png(int interlace)
{
	int fd = scratch();
	FILE *f = fdopen(dup(fd), "wb");
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png_create_info_struct(png);
	uint8_t line[LINE];

	png_init_io(png, f);
	png_set_compression_level(png, 1);
	png_set_IHDR(png, info, W, H, 1, PNG_COLOR_TYPE_GRAY, interlace,
	    PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(png, info, 23622, 23622, PNG_RESOLUTION_METER);
	png_write_info(png, info);
	for (uint32_t y = 0; y < (interlace ? 1 : H); y++) {
		put_line(line, y);
		png_write_row(png, line);
	}
	if (!interlace)
		png_write_end(png, NULL);
	png_destroy_write_struct(&png, &info);
	fclose(f);
	return fd;
}

static int
tiff_first(int fd, struct image *im, struct err *e)
{
	struct tiff_doc *t = tiff_open(fd, e);
	int r = t ? tiff_read(t, 1, im, e) : -1;

	tiff_close(t);
	return r;
}

struct work {
	int fd;
	int (*read)(int, struct image *, struct err *);
	uint32_t missing;
};

static int
reads(void *arg)
{
	const struct work *w = arg;
	struct image im;
	struct err e;
	const uint8_t *row;

	CHECK(w->read(w->fd, &im, &e) == 0);
	CHECK(im.width == W / 2 + 1 && im.height == H / 2 + 1);
	CHECK(im.dpi > 299.9 && im.dpi < 300.1 && im.rows_missing == w->missing);
	CHECK(im.damaged == (w->missing > 0));
	row = im.px + (size_t)20 * im.width;
	CHECK(im.px[im.width / 2] == 0 && row[0] == 0 && row[3] == 0 && row[4] == 255);
	row = im.px + (size_t)(im.height - 1) * im.width;
	CHECK(row[0] == (w->missing ? 255 : 0) && row[im.width - 1] == row[0]);
	image_release(&im);
	return 0;
}

static int
nothing(void *arg)
{
	(void)arg;
	return 0;
}

/* Read whole and cut short, in little more memory than the image takes. */
static void
files_become_smaller(void)
{
	const long base = scratch_peak(nothing, NULL);
	struct work tiff = { make_tiff(), tiff_first, 0 };
	struct work png = { make_png(PNG_INTERLACE_NONE), png_read, 0 };

	CHECK(scratch_peak(reads, &tiff) < base + WHITE_KB);
	CHECK(scratch_peak(reads, &png) < base + WHITE_KB);
	close(tiff.fd);
	close(png.fd);
}

static void
what_is_cut_short_is_counted(void)
{
	int fd = make_png(PNG_INTERLACE_NONE);
	const off_t size = lseek(fd, 0, SEEK_END);
	struct image im;
	struct err e;

	CHECK(ftruncate(fd, size / 2) == 0);
	CHECK(png_read(fd, &im, &e) == 0 && im.damaged);
	CHECK(im.rows_missing > H / 4 && im.rows_missing < H - H / 4);
	CHECK(im.px[(size_t)(im.height - 1) * im.width] == 255);
	image_release(&im);
	close(fd);
}

static void
what_is_interlaced_is_not_read(void)
{
	int fd = make_png(PNG_INTERLACE_ADAM7);
	struct image im;
	struct err e;

	CHECK(png_read(fd, &im, &e) == -1);
	CHECK_STR(e.code, "page.large");
	close(fd);
}

int
main(void)
{
	boxes_are_averaged();
	what_fits_is_as_it_was();
	colours_that_fit_are_as_they_were();
	sizes_have_limits();
	files_become_smaller();
	what_is_cut_short_is_counted();
	what_is_interlaced_is_not_read();
	return 0;
}

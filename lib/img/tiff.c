#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tiffio.h>

#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "img/infile.h"
#include "img/samples.h"
#include "img/tiff.h"

enum {
	ALLOC_BYTES_MAX = 256 * 1024 * 1024,
	ROW_BYTES_MAX = 4 * 1024 * 1024,
	BAND_AREA_MAX = 64 * 1024 * 1024 /* pixels, 4 bytes each */
};

struct tiff_doc {
	TIFF *tif;
	struct infile in;
	long pages;
	uint64_t offset[TIFF_PAGES_MAX]; /* of each page's directory */
	bool failed;                     /* libtiff has said that something is wrong */
	bool lenient;                    /* what it says in passing does not count */
	char msg[200];                   /* the first that it said */
};

static void
tiff_keep_message(struct tiff_doc *t, const char *text)
{
	if (!t->msg[0])
		snprintf(t->msg, sizeof(t->msg), "%s", text);
}

__attribute__((format(printf, 4, 0))) static int
take_error(TIFF *tif, void *arg, const char *module, const char *fmt, va_list ap)
{
	struct tiff_doc *t = arg;

	(void)tif;
	(void)module;
	if (!t->msg[0])
		vsnprintf(t->msg, sizeof(t->msg), fmt, ap);
	t->failed |= !t->lenient;
	return 1;
}

/* To the fax and JPEG decoders of libtiff missing rows are a warning. */
__attribute__((format(printf, 4, 0))) static int
take_warning(TIFF *tif, void *arg, const char *module, const char *fmt, va_list ap)
{
	struct tiff_doc *t = arg;
	char text[sizeof(t->msg)];

	(void)tif;
	(void)module;
	vsnprintf(text, sizeof(text), fmt, ap);
	if (strstr(text, "Premature EOF") || strstr(text, "remature end of")) {
		tiff_keep_message(t, text);
		t->failed = true;
	}
	return 1;
}

static int
tiff_bad(const struct tiff_doc *t, const char *code, struct err *e)
{
	if (t->in.errnum) {
		errno = t->in.errnum;
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "TIFF");
	}
	return err_set(e, ERR_VALIDATION, code, "TIFF: %s", t->msg[0] ? t->msg : "not readable");
}

static bool
is_page(TIFF *tif)
{
	uint32_t type = 0;

	TIFFGetFieldDefaulted(tif, TIFFTAG_SUBFILETYPE, &type);
	return !(type & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK));
}

/* Walk the directories once; pages are then reached by their offsets. */
static int
list_pages(struct tiff_doc *t, struct err *e)
{
	uint64_t first = TIFFCurrentDirOffset(t->tif);
	long others = 0;

	for (;;) {
		if (t->pages == TIFF_PAGES_MAX || others == TIFF_PAGES_MAX)
			return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_PAGES,
			    "TIFF: more than %d pages", TIFF_PAGES_MAX);
		if (is_page(t->tif))
			t->offset[t->pages++] = TIFFCurrentDirOffset(t->tif);
		else
			others++;
		if (TIFFLastDirectory(t->tif))
			break;
		if (!TIFFReadDirectory(t->tif))
			return tiff_bad(t, CODE_DOCUMENT_DAMAGED, e);
	}
	if (t->pages == 0)
		t->offset[t->pages++] = first;
	return 0;
}

static tmsize_t
no_write(thandle_t in, void *p, tmsize_t n)
{
	(void)in;
	(void)p;
	(void)n;
	return -1;
}

static int
no_close(thandle_t in)
{
	(void)in;
	return 0;
}

static TIFF *
open_handle(struct tiff_doc *t)
{
	TIFFOpenOptions *o = TIFFOpenOptionsAlloc();
	TIFF *tif;

	if (!o)
		return NULL;
	TIFFOpenOptionsSetMaxSingleMemAlloc(o, ALLOC_BYTES_MAX);
	TIFFOpenOptionsSetErrorHandlerExtR(o, take_error, t);
	TIFFOpenOptionsSetWarningHandlerExtR(o, take_warning, t);
	/* unmapped, libtiff 4.5 refuses plain tiles of odd sizes (its #479) */
	tif = TIFFClientOpenExt("TIFF", "r", &t->in, infile_read, no_write, infile_seek, no_close,
	    infile_size, infile_map, infile_unmap, o);
	TIFFOpenOptionsFree(o);
	return tif;
}

struct tiff_doc *
tiff_open(int fd, struct err *e)
{
	struct tiff_doc *t = mem_new(1, sizeof(*t));

	t->in.fd = fd;
	t->tif = open_handle(t);
	if (!t->tif)
		tiff_bad(t, CODE_DOCUMENT_DAMAGED, e);
	else if (list_pages(t, e) == 0)
		return t;
	tiff_close(t);
	return NULL;
}

long
tiff_pages(const struct tiff_doc *t)
{
	return t->pages;
}

void
tiff_close(struct tiff_doc *t)
{
	if (!t)
		return;
	if (t->tif)
		TIFFClose(t->tif);
	free(t);
}

static uint16_t
tag(TIFF *tif, uint32_t name)
{
	uint16_t v = 0;

	TIFFGetFieldDefaulted(tif, name, &v);
	return v;
}

static double
tiff_dpi(TIFF *tif)
{
	uint16_t unit = tag(tif, TIFFTAG_RESOLUTIONUNIT);
	float x = 0;

	TIFFGetField(tif, TIFFTAG_XRESOLUTION, &x);
	if (unit == RESUNIT_CENTIMETER)
		return image_dpi(x * 2.54);
	return unit == RESUNIT_INCH ? image_dpi(x) : 0;
}

static bool
gives_rows(uint16_t compression)
{
	static const uint16_t list[] = { COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS,
		COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
		COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_JPEG };

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
		if (list[i] == compression)
			return true;
	return false;
}

/* A line that a telephone garbled is no reason to refuse the others. */
static bool
is_fax(uint16_t compression)
{
	return compression == COMPRESSION_CCITTFAX3 || compression == COMPRESSION_CCITTRLE;
}

static bool
find_colors(TIFF *tif, struct samples *s)
{
	uint16_t photometric = 0;

	if (!TIFFGetField(tif, TIFFTAG_PHOTOMETRIC, &photometric))
		return false;
	switch (photometric) {
	case PHOTOMETRIC_MINISWHITE:
	case PHOTOMETRIC_MINISBLACK:
		s->zero_is_white = photometric == PHOTOMETRIC_MINISWHITE;
		return true;
	case PHOTOMETRIC_YCBCR:
		s->color = true;
		return tag(tif, TIFFTAG_COMPRESSION) == COMPRESSION_JPEG &&
		    TIFFSetField(tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
	default:
		s->color = true;
		return photometric == PHOTOMETRIC_RGB;
	}
}

/* Whether the page is of the common kinds, which are read row by row. */
static bool
find_samples(TIFF *tif, struct samples *s)
{
	uint16_t format = tag(tif, TIFFTAG_SAMPLEFORMAT), n = 0, *extra = NULL;
	unsigned colors;

	s->per_pixel = tag(tif, TIFFTAG_SAMPLESPERPIXEL);
	s->bits = tag(tif, TIFFTAG_BITSPERSAMPLE);
	if (TIFFIsTiled(tif) || !gives_rows(tag(tif, TIFFTAG_COMPRESSION)) ||
	    (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) || !find_colors(tif, s))
		return false;
	colors = s->color ? 3 : 1;
	if (s->per_pixel < colors ||
	    (s->per_pixel > 1 && tag(tif, TIFFTAG_PLANARCONFIG) != PLANARCONFIG_CONTIG))
		return false;
	TIFFGetFieldDefaulted(tif, TIFFTAG_EXTRASAMPLES, &n, &extra);
	if (s->per_pixel > colors && n > 0 && extra[0] <= SAMPLES_ALPHA)
		s->alpha = extra[0];
	return s->bits == 8 || s->bits == 16 ||
	    (s->per_pixel == 1 && (s->bits == 1 || s->bits == 2 || s->bits == 4));
}

static int
read_by_rows(struct tiff_doc *t, const struct samples *s, struct image *im, struct err *e)
{
	uint64_t size = TIFFScanlineSize64(t->tif);
	uint64_t need = ((uint64_t)s->width * s->per_pixel * s->bits + 7) / 8;
	uint8_t *row;
	bool ok = true;

	if (size < need || size > ROW_BYTES_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "TIFF: rows of %llu bytes",
		    (unsigned long long)size);
	row = mem_new(1, size);
	for (uint32_t y = 0; ok && y < im->height; y++) {
		ok = TIFFReadScanline(t->tif, row, y, 0) > 0 && !t->failed;
		if (ok)
			samples_gray(s, row, im->px + (size_t)y * im->width);
	}
	free(row);
	return ok ? 0 : tiff_bad(t, CODE_PAGE_IMAGE, e);
}

/* libtiff's pixels, with premultiplied alpha. */
static void
convert_band(const uint32_t *px, size_t n, uint8_t *to)
{
	for (size_t i = 0; i < n; i++)
		to[i] = samples_over_white(image_luma(TIFFGetR(px[i]), TIFFGetG(px[i]),
					       TIFFGetB(px[i])),
		    TIFFGetA(px[i]), SAMPLES_PREMULTIPLIED);
}

static uint32_t
band_rows(TIFF *tif, uint32_t height)
{
	uint32_t n = height;

	if (TIFFIsTiled(tif))
		TIFFGetField(tif, TIFFTAG_TILELENGTH, &n);
	else
		TIFFGetFieldDefaulted(tif, TIFFTAG_ROWSPERSTRIP, &n);
	return n > 0 && n < height ? n : height;
}

static bool
read_bands(struct tiff_doc *t, TIFFRGBAImage *from, uint32_t rows, uint32_t *px, struct image *im)
{
	for (uint32_t y = 0; y < im->height; y += rows) {
		uint32_t n = im->height - y < rows ? im->height - y : rows;

		from->row_offset = (int)y;
		if (!TIFFRGBAImageGet(from, px, im->width, n) || t->failed)
			return false;
		convert_band(px, (size_t)n * im->width, im->px + (size_t)y * im->width);
	}
	return true;
}

/* Tiles, planes, palettes, CMYK, Lab: as libtiff turns them to RGB. */
static int
read_by_bands(struct tiff_doc *t, struct image *im, struct err *e)
{
	uint32_t rows = band_rows(t->tif, im->height);
	size_t area = (size_t)rows * im->width;
	TIFFRGBAImage from;
	char text[1024] = "";
	uint32_t *px;
	bool ok;

	if (area > BAND_AREA_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "TIFF: a strip or row of tiles of %u x %u pixels", im->width, rows);
	if (!TIFFRGBAImageBegin(&from, t->tif, 1, text))
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "TIFF: %s",
		    text[0] ? text : t->msg);
	from.req_orientation = from.orientation = ORIENTATION_TOPLEFT;
	px = malloc(area * sizeof(*px));
	ok = px && read_bands(t, &from, rows, px, im);
	free(px);
	TIFFRGBAImageEnd(&from);
	if (!px)
		return err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT,
		    "TIFF: no memory for %u x %u pixels", im->width, rows);
	return ok ? 0 : tiff_bad(t, CODE_PAGE_IMAGE, e);
}

int
tiff_read(struct tiff_doc *t, long page, struct image *im, struct err *e)
{
	struct samples s = { .alpha = SAMPLES_OPAQUE };
	uint32_t width = 0, height = 0;
	int orientation, r;

	memset(im, 0, sizeof(*im));
	t->msg[0] = '\0';
	t->in.errnum = 0;
	t->lenient = true;
	if (page < 1 || page > t->pages || !TIFFSetSubDirectory(t->tif, t->offset[page - 1]))
		return tiff_bad(t, CODE_PAGE_IMAGE, e);
	TIFFGetField(t->tif, TIFFTAG_IMAGEWIDTH, &width);
	TIFFGetField(t->tif, TIFFTAG_IMAGELENGTH, &height);
	if (image_init(im, width, height, e) < 0)
		return -1;
	im->dpi = tiff_dpi(t->tif);
	orientation = tag(t->tif, TIFFTAG_ORIENTATION);
	t->lenient = is_fax(tag(t->tif, TIFFTAG_COMPRESSION));
	t->failed = false;
	s.width = width;
	if (find_samples(t->tif, &s)) {
		samples_init(&s);
		r = read_by_rows(t, &s, im, e);
	} else {
		r = read_by_bands(t, im, e);
	}
	if (r == 0)
		r = image_orient(im, orientation, e);
	if (r < 0)
		image_release(im);
	return r;
}

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
#include "img/rows.h"
#include "img/samples.h"
#include "img/tiff.h"
#include "img/tiffaid.h"
#include "img/tiffcalls.h"
#include "img/tiffcode.h"

enum {
	ALLOC_BYTES_MAX = 256 * 1024 * 1024,
	ROW_BYTES_MAX = 4 * 1024 * 1024,
	BAND_AREA_MAX = 64 * 1024 * 1024 /* pixels, 4 bytes each */
};

/* libtiff, once it is loaded */
static struct {
#define X(name) __typeof__ (&(TIFF##name))(name);
	TIFFCALLS(X)
#undef X
} lib;

struct tiff_doc {
	TIFF *tif;
	struct infile in;
	long pages;
	uint64_t offset[TIFF_PAGES_MAX + 1]; /* of each page's directory; 0: it is lost */
	uint64_t other[TIFF_PAGES_MAX];      /* of those that are no pages */
	long others;
	bool loops;     /* the last directory leads back */
	bool failed;    /* libtiff has said that something is wrong */
	bool lenient;   /* what it says in passing does not count */
	bool garbled;   /* it has, in passing */
	bool odd;       /* something of the page's directory is damaged */
	bool salvaged;  /* a strip of this page, of which one may be */
	bool colour;    /* is wished for */
	char msg[200];  /* the first that it said */
	char lost[200]; /* why the last page is */
	struct image_ground ground;
	struct rows rows;              /* what the page's are put into */
	uint8_t there[IMAGE_SIDE_MAX]; /* rows of the page */
};

__attribute__((format(printf, 4, 0))) static int
take_error(TIFF *tif, void *arg, const char *module, const char *fmt, va_list ap)
{
	struct tiff_doc *t = arg;

	(void)tif;
	(void)module;
	if (!t->msg[0]) {
		vsnprintf(t->msg, sizeof(t->msg), fmt, ap);
		tiffaid_humanise(t->msg);
	}
	t->failed |= !t->lenient;
	t->garbled = true;
	return 1;
}

__attribute__((format(printf, 4, 0))) static int
take_warning(TIFF *tif, void *arg, const char *module, const char *fmt, va_list ap)
{
	struct tiff_doc *t = arg;
	char text[sizeof(t->msg)];
	enum tiffaid_loss loss;

	(void)tif;
	(void)module;
	vsnprintf(text, sizeof(text), fmt, ap);
	loss = tiffaid_weigh(text);
	if (loss == TIFFAID_ENDS && !t->msg[0])
		memcpy(t->msg, text, sizeof(t->msg));
	t->failed |= loss == TIFFAID_ENDS;
	t->garbled |= loss == TIFFAID_GARBLED;
	t->odd |= loss == TIFFAID_ODD;
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

	lib.GetFieldDefaulted(tif, TIFFTAG_SUBFILETYPE, &type);
	return !(type & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK));
}

/*
 * The directory that follows the one at that offset cannot be read.  Where it
 * is one that was read before, nothing is known to be lost, but the last page
 * is no more to be trusted to be the last; else there is a page more, lost.
 */
static int
end_pages(struct tiff_doc *t, uint64_t last, struct err *e)
{
	const uint64_t next = tiffaid_next(t->in.fd, last);

	if (t->in.errnum || t->pages == 0)
		return tiff_bad(t, CODE_DOCUMENT_DAMAGED, e);
	t->loops = tiffaid_is_among(next, t->offset, t->pages) ||
	    tiffaid_is_among(next, t->other, t->others);
	if (t->loops)
		return 0;
	memcpy(t->lost, t->msg, sizeof(t->lost));
	t->offset[t->pages++] = 0;
	return 0;
}

/* Walk the directories once; pages are then reached by their offsets. */
static int
list_pages(struct tiff_doc *t, struct err *e)
{
	bool last = false, read = true;
	uint64_t at = 0;

	while (!last && read) {
		if (t->pages == TIFF_PAGES_MAX || t->others == TIFF_PAGES_MAX)
			return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_PAGES,
			    "TIFF: more than %d pages", TIFF_PAGES_MAX);
		at = lib.CurrentDirOffset(t->tif);
		if (is_page(t->tif))
			t->offset[t->pages++] = at;
		else
			t->other[t->others++] = at;
		last = lib.LastDirectory(t->tif);
		if (!last)
			t->msg[0] = '\0';
		read = last || lib.ReadDirectory(t->tif);
	}
	if (t->pages == 0)
		t->offset[t->pages++] = t->other[0];
	return read ? 0 : end_pages(t, at, e);
}

static TIFF *
open_handle(struct tiff_doc *t)
{
	TIFFOpenOptions *o = lib.OpenOptionsAlloc();
	TIFF *tif;

	if (!o)
		return NULL;
	lib.OpenOptionsSetMaxSingleMemAlloc(o, ALLOC_BYTES_MAX);
	lib.OpenOptionsSetErrorHandlerExtR(o, take_error, t);
	lib.OpenOptionsSetWarningHandlerExtR(o, take_warning, t);
	/* unmapped, libtiff 4.5 refuses plain tiles of odd sizes (its #479) */
	tif = lib.ClientOpenExt("TIFF", "r", &t->in, infile_read, infile_no_write, infile_seek,
	    infile_no_close, infile_size, infile_map, infile_unmap, o);
	lib.OpenOptionsFree(o);
	return tif;
}

int
tiff_ready(struct err *e)
{
	return lib.Close ? 0 : tiffcalls_load(&lib, e);
}

struct tiff_doc *
tiff_open(int fd, struct err *e)
{
	struct tiff_doc *t = mem_new(1, sizeof(*t));

	t->in.fd = fd;
	if (tiff_ready(e) == 0) {
		t->tif = open_handle(t);
		if (t->tif ? list_pages(t, e) == 0 : tiff_bad(t, CODE_DOCUMENT_DAMAGED, e) == 0)
			return t;
	}
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
		lib.Close(t->tif);
	free(t);
}

static uint16_t
tag(TIFF *tif, uint32_t name)
{
	uint16_t v = 0;

	lib.GetFieldDefaulted(tif, name, &v);
	return v;
}

static double
tiff_dpi(TIFF *tif, uint32_t direction)
{
	uint16_t unit = tag(tif, TIFFTAG_RESOLUTIONUNIT);
	float n = 0;

	lib.GetField(tif, direction, &n);
	if (unit == RESUNIT_CENTIMETER)
		return image_dpi(n * 2.54);
	return unit == RESUNIT_INCH ? image_dpi(n) : 0;
}

static bool
find_colors(TIFF *tif, struct samples *s)
{
	uint16_t photometric = 0;

	if (!lib.GetField(tif, TIFFTAG_PHOTOMETRIC, &photometric))
		return false;
	s->color = tiffcode_has_colour(photometric);
	s->zero_is_white = photometric == PHOTOMETRIC_MINISWHITE;
	if (photometric == PHOTOMETRIC_YCBCR)
		return tag(tif, TIFFTAG_COMPRESSION) == COMPRESSION_JPEG &&
		    lib.SetField(tif, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
	return !s->color || photometric == PHOTOMETRIC_RGB;
}

/* Whether the page is of the common kinds, which are read row by row. */
static bool
find_samples(TIFF *tif, struct samples *s)
{
	uint16_t format = tag(tif, TIFFTAG_SAMPLEFORMAT), n = 0, *extra = NULL;
	unsigned colors;

	s->per_pixel = tag(tif, TIFFTAG_SAMPLESPERPIXEL);
	s->bits = tag(tif, TIFFTAG_BITSPERSAMPLE);
	if (lib.IsTiled(tif) || !tiffcode_gives_rows(tag(tif, TIFFTAG_COMPRESSION)) ||
	    (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) || !find_colors(tif, s))
		return false;
	colors = s->color ? 3 : 1;
	if (s->per_pixel < colors ||
	    (s->per_pixel > 1 && tag(tif, TIFFTAG_PLANARCONFIG) != PLANARCONFIG_CONTIG))
		return false;
	lib.GetFieldDefaulted(tif, TIFFTAG_EXTRASAMPLES, &n, &extra);
	if (s->per_pixel > colors && n > 0 && extra[0] <= SAMPLES_ALPHA)
		s->alpha = extra[0];
	return s->bits == 8 || s->bits == 16 ||
	    (s->per_pixel == 1 && (s->bits == 1 || s->bits == 2 || s->bits == 4));
}

static uint32_t
band_rows(TIFF *tif, uint32_t height)
{
	uint32_t n = height;

	if (lib.IsTiled(tif))
		lib.GetField(tif, TIFFTAG_TILELENGTH, &n);
	else
		lib.GetFieldDefaulted(tif, TIFFTAG_ROWSPERSTRIP, &n);
	return n > 0 && n < height ? n : height;
}

static bool
is_bilevel_code(TIFF *tif)
{
	return tiffcode_is_bilevel(tag(tif, TIFFTAG_COMPRESSION));
}

/* Of rows before an early end the last may have been made of bits that are not there. */
static uint32_t
less_unsure(TIFF *tif, uint32_t rows, uint32_t unsure)
{
	if (!is_bilevel_code(tif))
		return rows;
	return rows > unsure ? rows - unsure : 0;
}

/* Row y of the page, as the file has it. */
static void
put_samples(struct tiff_doc *t, const struct samples *s, uint8_t *row, uint32_t y)
{
	const struct image_row to = { rows_at(&t->rows, y), t->rows.apart };

	if (t->rows.colour)
		samples_colour(s, row, &to);
	else
		samples_gray(s, row, to.px);
	rows_take(&t->rows, y);
}

/* What is left of a strip that the file ends in. */
struct remnant {
	struct tiff_doc *t;
	uint32_t strip;
	uint8_t *raw, *rows;
	tmsize_t have, line;
};

/* libtiff takes the -1 of its fax decoders for a success; then the last row is as it was. */
static bool
decodes_rows(void *remnant, uint32_t n)
{
	const struct remnant *cut = remnant;
	struct tiff_doc *t = cut->t;
	uint8_t *last = cut->rows + (n - 1) * cut->line;
	tmsize_t same = 0;

	t->failed = false;
	memset(last, 0x55, (size_t)cut->line);
	if (!lib.ReadFromUserBuffer(t->tif, cut->strip, cut->raw, cut->have, cut->rows,
		n * cut->line) ||
	    t->failed)
		return false;
	while (is_bilevel_code(t->tif) && same < cut->line && last[same] == 0x55)
		same++;
	return same < cut->line;
}

/* As many rows as the decoder makes of it without a complaint are there. */
static uint32_t
remnant_rows(struct remnant *cut, uint32_t n)
{
	const uint32_t good = tiffaid_most(n, decodes_rows, cut);

	return good > 0 && decodes_rows(cut, good) ? less_unsure(cut->t->tif, good, 2) : 0;
}

/* The strip of n rows that begins with row y, where the file ends in it. */
static uint32_t
salvage(struct tiff_doc *t, const struct samples *s, uint32_t y, uint32_t n)
{
	const uint64_t size = infile_size(&t->in), line = lib.ScanlineSize64(t->tif);
	struct remnant cut = { .t = t,
		.strip = lib.ComputeStrip(t->tif, y, 0),
		.line = (tmsize_t)line };
	struct infile in = { .fd = t->in.fd, .at = lib.GetStrileOffset(t->tif, cut.strip) };
	const uint64_t have = in.at < size ? size - in.at : 0;
	uint32_t rows = 0;

	if (t->salvaged || have == 0 || have >= lib.GetStrileByteCount(t->tif, cut.strip) ||
	    have > ALLOC_BYTES_MAX || line * n > ALLOC_BYTES_MAX)
		return 0;
	t->salvaged = true;
	cut.have = (tmsize_t)have;
	cut.raw = malloc(have);
	cut.rows = malloc(line * n);
	if (cut.raw && cut.rows && infile_read(&in, cut.raw, cut.have) == cut.have)
		rows = remnant_rows(&cut, n);
	for (uint32_t i = 0; i < rows; i++)
		put_samples(t, s, cut.rows + i * line, y + i);
	free(cut.raw);
	free(cut.rows);
	return rows;
}

static bool
read_line(struct tiff_doc *t, const struct samples *s, uint8_t *row, uint32_t y)
{
	if (lib.ReadScanline(t->tif, row, y, 0) <= 0 || t->failed)
		return false;
	put_samples(t, s, row, y);
	return true;
}

/*
 * The rows of a strip from row y up to end; how many there are.  Those that are
 * garbled and have nothing sound behind them are the cut's doing.
 */
static uint32_t
read_strip(struct tiff_doc *t, const struct samples *s, uint32_t y, uint32_t end)
{
	uint8_t *row = mem_new(1, (size_t)lib.ScanlineSize64(t->tif));
	const uint32_t from = y;
	uint32_t sound = y;
	bool garbled = t->garbled;

	t->failed = false;
	for (; y < end; y++) {
		t->garbled = false;
		if (!read_line(t, s, row, y))
			break;
		if (!t->garbled)
			sound = y + 1;
		garbled |= t->garbled;
	}
	free(row);
	t->garbled = garbled;
	if (y == from)
		return salvage(t, s, from, end - from);
	return y < end ? less_unsure(t->tif, sound - from, 1) : end - from;
}

static int
read_by_rows(struct tiff_doc *t, const struct samples *s, struct err *e)
{
	uint64_t size = lib.ScanlineSize64(t->tif);
	uint64_t need = ((uint64_t)s->width * s->per_pixel * s->bits + 7) / 8;
	const uint32_t height = t->rows.height, rows = band_rows(t->tif, height);

	if (size < need || size > ROW_BYTES_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "TIFF: rows of %llu bytes",
		    (unsigned long long)size);
	for (uint32_t y = 0; y < height; y += rows) {
		const uint32_t n = height - y < rows ? height - y : rows;

		memset(t->there + y, 1, read_strip(t, s, y, y + n));
	}
	return 0;
}

static void
put_rgba(struct tiff_doc *t, const uint32_t *px, uint32_t y)
{
	const struct image_row to = { rows_at(&t->rows, y), t->rows.apart };

	if (t->rows.colour)
		samples_rgba_colour(&t->ground, &to, px, t->rows.width);
	else
		samples_rgba(&t->ground, to.px, px, t->rows.width);
	rows_take(&t->rows, y);
}

static void
read_bands(struct tiff_doc *t, TIFFRGBAImage *from, uint32_t rows, uint32_t *px)
{
	const uint32_t width = t->rows.width, height = t->rows.height;

	for (uint32_t y = 0; y < height; y += rows) {
		uint32_t n = height - y < rows ? height - y : rows;

		t->failed = false;
		from->row_offset = (int)y;
		if (!lib.RGBAImageGet(from, px, width, n) || t->failed)
			continue;
		for (uint32_t i = 0; i < n; i++)
			put_rgba(t, px + (size_t)i * width, y + i);
		memset(t->there + y, 1, n);
	}
}

/* Tiles, planes, palettes, CMYK, Lab: as libtiff turns them to RGB. */
static int
read_by_bands(struct tiff_doc *t, struct err *e)
{
	const uint32_t width = t->rows.width, rows = band_rows(t->tif, t->rows.height);
	size_t area = (size_t)rows * width;
	TIFFRGBAImage from;
	char text[1024] = "";
	uint32_t *px;

	if (area > BAND_AREA_MAX)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "TIFF: a strip or row of tiles of %u x %u pixels", width, rows);
	if (!lib.RGBAImageBegin(&from, t->tif, 1, text))
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "TIFF: %s",
		    text[0] ? text : t->msg);
	from.req_orientation = from.orientation = ORIENTATION_TOPLEFT;
	px = malloc(area * sizeof(*px));
	if (px)
		read_bands(t, &from, rows, px);
	free(px);
	lib.RGBAImageEnd(&from);
	return px ? 0
		  : err_set(e, ERR_TRANSIENT, CODE_MEM_LIMIT, "TIFF: no memory for %u x %u pixels",
			width, rows);
}

/* What is not there is white; it is an error where that is all. */
static int
tiff_settle(struct tiff_doc *t, struct image *im, struct err *e)
{
	uint32_t missing = 0;

	for (uint32_t y = 0; y < t->rows.height; y++)
		missing += !t->there[y];
	if (t->in.errnum || missing == t->rows.height)
		return tiff_bad(t, CODE_PAGE_IMAGE, e);
	for (uint32_t y = 0; missing > 0 && t->rows.factor == 1 && y < im->height; y++)
		if (!t->there[y])
			image_whiten(im, y, y + 1);
	im->rows_missing = missing;
	im->damaged = missing > 0 || t->garbled;
	return 0;
}

static int
tiff_lost(const struct tiff_doc *t, long page, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE,
	    "TIFF: what is behind page %ld cannot be read: %s", page - 1,
	    t->lost[0] ? t->lost : "its directory is damaged");
}

/* To its directory; the image has its size and resolution then. */
static int
begin_page(struct tiff_doc *t, long page, struct image *im, struct err *e)
{
	uint32_t width = 0, height = 0;

	t->msg[0] = '\0';
	t->in.errnum = 0;
	t->lenient = true;
	t->odd = t->salvaged = false;
	memset(t->there, 0, sizeof(t->there));
	if (page > 1 && page <= t->pages && t->offset[page - 1] == 0)
		return tiff_lost(t, page, e);
	if (page < 1 || page > t->pages || !lib.SetSubDirectory(t->tif, t->offset[page - 1]))
		return tiff_bad(t, CODE_PAGE_IMAGE, e);
	lib.GetField(t->tif, TIFFTAG_IMAGEWIDTH, &width);
	lib.GetField(t->tif, TIFFTAG_IMAGELENGTH, &height);
	t->rows.colour = t->colour && tiffcode_has_colour(tag(t->tif, TIFFTAG_PHOTOMETRIC));
	if (tiffcode_check(tag(t->tif, TIFFTAG_SAMPLEFORMAT), tag(t->tif, TIFFTAG_BITSPERSAMPLE),
		e) < 0 ||
	    rows_begin(&t->rows, im, width, height, e) < 0)
		return -1;
	im->dpi = tiff_dpi(t->tif, TIFFTAG_XRESOLUTION) / t->rows.factor;
	return 0;
}

static int
read_over(struct tiff_doc *t, struct image *im, struct err *e)
{
	struct samples s = { .width = t->rows.width, .ground = &t->ground };
	int r;

	t->lenient = tiffcode_is_fax(tag(t->tif, TIFFTAG_COMPRESSION));
	t->failed = t->garbled = false;
	if (find_samples(t->tif, &s)) {
		samples_init(&s);
		r = read_by_rows(t, &s, e);
	} else {
		r = read_by_bands(t, e);
	}
	return r == 0 ? tiff_settle(t, im, e) : r;
}

static int
tiff_read_page(struct tiff_doc *t, long page, struct image *im, struct err *e)
{
	int r;

	memset(im, 0, sizeof(*im));
	t->ground = (struct image_ground){ .last = { 255, 0 } };
	do {
		image_release(im);
		r = begin_page(t, page, im, e);
		if (r == 0)
			r = read_over(t, im, e);
		rows_end(&t->rows);
	} while (r == 0 && image_ground_turns(&t->ground));
	im->damaged |= t->odd || (t->loops && page == t->pages);
	if (r == 0 && is_bilevel_code(t->tif))
		r = image_square(im, tiff_dpi(t->tif, TIFFTAG_XRESOLUTION),
		    tiff_dpi(t->tif, TIFFTAG_YRESOLUTION), e);
	if (r == 0)
		r = image_orient(im, tag(t->tif, TIFFTAG_ORIENTATION), e);
	if (r < 0)
		image_release(im);
	return r;
}

int
tiff_read(struct tiff_doc *t, long page, struct image *im, struct err *e)
{
	t->colour = false;
	return tiff_read_page(t, page, im, e);
}

int
tiff_read_colour(struct tiff_doc *t, long page, struct image *im, struct err *e)
{
	t->colour = true;
	return tiff_read_page(t, page, im, e);
}

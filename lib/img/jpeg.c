#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "base/err.h"
#include "img/exif.h"
#include "img/image.h"
#include "img/infile.h"
#include "img/jpeg.h"

enum {
	BUF_BYTES = 64 * 1024,
	SEGMENT_BYTES = 64 * 1024,
	SCANS_MAX = 100,
	DECODER_BYTES_MAX = 400 * 1024 * 1024
};

/* All that must outlive a longjmp. */
struct reading {
	struct jpeg_decompress_struct cinfo;
	struct jpeg_error_mgr errors;
	struct jpeg_source_mgr source;
	struct jpeg_progress_mgr progress;
	jmp_buf failed;
	struct image *im;
	struct err *e;
	struct exif exif;
	struct infile in;
	bool at_end; /* no more bytes in the file: an end marker was made up */
	uint8_t buf[BUF_BYTES];
	uint8_t segment[SEGMENT_BYTES];
};

static struct reading *
reading_of(j_common_ptr c)
{
	return c->client_data;
}

static void
jpeg_fail(struct reading *r, const char *text)
{
	err_set(r->e, ERR_VALIDATION, CODE_PAGE_IMAGE, "JPEG: %s", text);
	longjmp(r->failed, 1);
}

static void
decoder_failed(j_common_ptr c)
{
	struct reading *r = reading_of(c);
	char text[JMSG_LENGTH_MAX];

	c->err->format_message(c, text);
	switch (c->err->msg_code) {
	case JERR_EMPTY_IMAGE:
		err_set(r->e, ERR_VALIDATION, CODE_PAGE_SIZE, "JPEG: %s", text);
		break;
	case JERR_IMAGE_TOO_BIG:
		err_set(r->e, ERR_VALIDATION, CODE_PAGE_LARGE, "JPEG: %s", text);
		break;
	case JERR_NO_BACKING_STORE:
		err_set(r->e, ERR_VALIDATION, CODE_PAGE_LARGE,
		    "JPEG: decoding takes more than %d MiB", DECODER_BYTES_MAX / (1024 * 1024));
		break;
	case JERR_OUT_OF_MEMORY:
		err_set(r->e, ERR_TRANSIENT, CODE_MEM_LIMIT, "JPEG: %s", text);
		break;
	default:
		jpeg_fail(r, text);
	}
	longjmp(r->failed, 1);
}

/* To libjpeg lost pixels are a warning. */
static void
message(j_common_ptr c, int level)
{
	if (level >= 0)
		return;
	switch (c->err->msg_code) {
	case JWRN_HIT_MARKER:
	case JWRN_HUFF_BAD_CODE:
	case JWRN_ARITH_BAD_CODE:
	case JWRN_MUST_RESYNC:
		decoder_failed(c);
		break;
	default:
		break;
	}
}

static void
nothing(j_decompress_ptr c)
{
	(void)c;
}

/*
 * At the end of the file an end marker is made up.  Whether anything was still
 * to come the Huffman decoder will say if there is one scan; else decode().
 */
static boolean
jpeg_fill(j_decompress_ptr c)
{
	struct reading *r = c->client_data;
	ssize_t got = infile_read(&r->in, r->buf, BUF_BYTES);

	if (got < 0) {
		err_sys(r->e, ERR_TRANSIENT, CODE_IO_READ, "JPEG");
		longjmp(r->failed, 1);
	}
	if (got == 0) {
		r->at_end = true;
		r->buf[0] = 0xff;
		r->buf[1] = JPEG_EOI;
		got = 2;
	}
	c->src->next_input_byte = r->buf;
	c->src->bytes_in_buffer = (size_t)got;
	return TRUE;
}

static void
skip(j_decompress_ptr c, long n)
{
	struct reading *r = c->client_data;
	size_t k = (size_t)n;

	if (n <= 0)
		return;
	if (k > c->src->bytes_in_buffer) {
		r->in.at += k - c->src->bytes_in_buffer;
		k = c->src->bytes_in_buffer;
	}
	c->src->next_input_byte += k;
	c->src->bytes_in_buffer -= k;
}

static unsigned
next_byte(j_decompress_ptr c)
{
	struct reading *r = c->client_data;

	if (c->src->bytes_in_buffer == 0)
		jpeg_fill(c);
	if (r->at_end)
		jpeg_fail(r, "the file is cut short");
	c->src->bytes_in_buffer--;
	return *c->src->next_input_byte++;
}

/* APP1: EXIF, or one of any number of others, which are not kept. */
static boolean
take_segment(j_decompress_ptr c)
{
	static const char name[6] = "Exif\0";
	struct reading *r = c->client_data;
	unsigned n = next_byte(c) << 8;

	n |= next_byte(c);
	if (n < 2)
		jpeg_fail(r, "a segment of no length");
	n -= 2;
	for (unsigned i = 0; i < n; i++)
		r->segment[i] = (uint8_t)next_byte(c);
	if (r->exif.orientation == 0 && n >= sizeof(name) &&
	    memcmp(r->segment, name, sizeof(name)) == 0)
		exif_read(&r->exif, r->segment + sizeof(name), n - sizeof(name));
	return TRUE;
}

static void
count_scans(j_common_ptr c)
{
	struct reading *r = reading_of(c);

	if (r->cinfo.input_scan_number > SCANS_MAX)
		jpeg_fail(r, "more than 100 scans");
}

static void
jpeg_set_up(struct reading *r)
{
	j_decompress_ptr c = &r->cinfo;

	jpeg_create_decompress(c);
	c->mem->max_memory_to_use = DECODER_BYTES_MAX;
	r->source = (struct jpeg_source_mgr){
		.init_source = nothing,
		.fill_input_buffer = jpeg_fill,
		.skip_input_data = skip,
		.resync_to_restart = jpeg_resync_to_restart,
		.term_source = nothing,
	};
	c->src = &r->source;
	r->progress.progress_monitor = count_scans;
	c->progress = &r->progress;
	jpeg_set_marker_processor(c, JPEG_APP0 + 1, take_segment);
}

static double
density(const struct reading *r)
{
	const struct jpeg_decompress_struct *c = &r->cinfo;
	double dpi = 0;

	if (c->saw_JFIF_marker && c->density_unit == 1)
		dpi = image_dpi(c->X_density);
	else if (c->saw_JFIF_marker && c->density_unit == 2)
		dpi = image_dpi(c->X_density * 2.54);
	return dpi > 0 ? dpi : image_dpi(r->exif.dpi);
}

static void
choose_colors(struct reading *r)
{
	j_decompress_ptr c = &r->cinfo;

	switch (c->jpeg_color_space) {
	case JCS_GRAYSCALE:
	case JCS_YCbCr:
	case JCS_RGB:
		c->out_color_space = JCS_GRAYSCALE;
		break;
	case JCS_CMYK:
	case JCS_YCCK:
		c->out_color_space = JCS_CMYK;
		break;
	default:
		jpeg_fail(r, "a colour space that is not known");
	}
}

/* Adobe's files hold what is left of the light, others the ink. */
static void
cmyk_to_gray(uint8_t *gray, const uint8_t *px, uint32_t n, bool inverted)
{
	unsigned flip = inverted ? 0 : 255;

	for (uint32_t i = 0; i < n; i++, px += 4) {
		unsigned k = px[3] ^ flip;

		gray[i] = image_luma((px[0] ^ flip) * k / 255, (px[1] ^ flip) * k / 255,
		    (px[2] ^ flip) * k / 255);
	}
}

static void
jpeg_read_rows(struct reading *r)
{
	j_decompress_ptr c = &r->cinfo;
	uint32_t w = r->im->width;
	bool gray = c->out_color_space == JCS_GRAYSCALE;
	JSAMPARRAY colors = NULL;

	if (!gray)
		colors = c->mem->alloc_sarray((j_common_ptr)c, JPOOL_IMAGE, w * 4, 1);
	while (c->output_scanline < c->output_height) {
		uint8_t *to = r->im->px + (size_t)c->output_scanline * w;

		if (gray) {
			jpeg_read_scanlines(c, &to, 1);
			continue;
		}
		jpeg_read_scanlines(c, colors, 1);
		cmyk_to_gray(to, colors[0], w, c->saw_Adobe_marker);
	}
}

static int
jpeg_decode(struct reading *r)
{
	j_decompress_ptr c = &r->cinfo;

	if (setjmp(r->failed))
		return -1;
	jpeg_set_up(r);
	jpeg_read_header(c, TRUE);
	if (image_init(r->im, c->image_width, c->image_height, r->e) < 0)
		return -1;
	r->im->dpi = density(r);
	choose_colors(r);
	jpeg_start_decompress(c);
	jpeg_read_rows(r);
	if (r->at_end && (jpeg_has_multiple_scans(c) || c->arith_code))
		jpeg_fail(r, "the file is cut short");
	return 0;
}

int
jpeg_read(int fd, struct image *im, struct err *e)
{
	struct reading r;
	int ret;

	memset(im, 0, sizeof(*im));
	memset(&r, 0, offsetof(struct reading, buf));
	r.in.fd = fd;
	r.im = im;
	r.e = e;
	r.cinfo.client_data = &r;
	r.cinfo.err = jpeg_std_error(&r.errors);
	r.errors.error_exit = decoder_failed;
	r.errors.emit_message = message;
	ret = jpeg_decode(&r);
	jpeg_destroy_decompress(&r.cinfo);
	if (ret == 0)
		ret = image_orient(im, r.exif.orientation, e);
	if (ret < 0)
		image_release(im);
	return ret;
}

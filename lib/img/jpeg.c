#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "base/err.h"
#include "img/exif.h"
#include "img/holes.h"
#include "img/image.h"
#include "img/infile.h"
#include "img/eighths.h"
#include "img/jpeg.h"
#include "img/samples.h"

enum {
	BUF_BYTES = 64 * 1024,
	/* With more at hand libjpeg-turbo takes its fast code, which tells no damage. */
	SLOW_BYTES = 8 * DCTSIZE2 - 1,
	SEGMENT_BYTES = 64 * 1024,
	SCANS_MAX = 100,
	PADDING_MAX = 2, /* cameras end with so many bytes too many */
	DECODER_BYTES_MAX = 400 * 1024 * 1024,
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
	const struct jpeg_wish *wish;
	unsigned eighths; /* of the size that the file has */
	struct exif exif;
	struct infile in;
	bool at_end;     /* no more bytes in the file: an end marker was made up */
	bool damaged;    /* as the decoder says */
	uint32_t from;   /* if so, the first row of that */
	uint32_t end;    /* the first row that none of its bytes makes */
	bool over;       /* the data have ended before the picture */
	uint32_t last;   /* and in which rows */
	uint32_t coarse; /* rows, to the last, of which a blur is there */
	struct holes holes;
	bool many;                     /* scans */
	char warning[JMSG_LENGTH_MAX]; /* the first */
	size_t left;                   /* bytes of buf that the decoder has not been shown */
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

static uint32_t
mcu_rows(const struct reading *r)
{
	return (uint32_t)r->cinfo.max_v_samp_factor * r->eighths;
}

/* The rows that the bytes of the file up to here make. */
static uint32_t
rows_so_far(const struct reading *r)
{
	const uint64_t rows = (uint64_t)r->cinfo.input_iMCU_row * mcu_rows(r);

	return rows < r->im->height ? (uint32_t)rows : r->im->height;
}

static void
damage(struct reading *r)
{
	if (r->damaged)
		return;
	r->damaged = true;
	r->from = r->many ? 0 : rows_so_far(r);
}

/* Whether the n bytes in front of a marker, which the picture did not need, are zeros. */
static bool
is_padding(const struct reading *r, int n)
{
	const JOCTET *end = r->source.next_input_byte;

	if (n <= PADDING_MAX)
		return true;
	if (end - r->buf < n)
		return false;
	/* The marker itself may have been passed already. */
	for (const JOCTET *p = end - n; p < end - 2; p++)
		if (*p != 0)
			return false;
	return true;
}

/*
 * A picture whose data were damaged is put together of fewer bytes than there are,
 * as a rule, where the decoder found its way again: which rows are wrong is not known.
 */
static void
bytes_too_many(struct reading *r, int n)
{
	if (r->damaged || !r->im->px || is_padding(r, n))
		return;
	r->damaged = true;
	r->from = r->im->height;
	r->cinfo.err->format_message((j_common_ptr)&r->cinfo, r->warning);
}

/* To libjpeg lost pixels are a warning. */
static void
message(j_common_ptr c, int level)
{
	struct reading *r = reading_of(c);

	if (level >= 0)
		return;
	switch (c->err->msg_code) {
	case JWRN_HIT_MARKER:
		if (r->cinfo.unread_marker == JPEG_EOI && !r->over) {
			r->over = true;
			r->last = rows_so_far(r);
		}
		__attribute__((fallthrough));
	case JWRN_HUFF_BAD_CODE:
	case JWRN_ARITH_BAD_CODE:
	case JWRN_MUST_RESYNC:
		damage(r);
		if (r->warning[0])
			break;
		c->err->format_message(c, r->warning);
		break;
	case JWRN_EXTRANEOUS_DATA:
		bytes_too_many(r, c->err->msg_parm.i[0]);
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
 * The file ends.  Whether anything was still to come the Huffman decoder will
 * say, in one scan; of several, where each coefficient has come, nothing was.
 */
static void
jpeg_ends(struct reading *r)
{
	const struct jpeg_decompress_struct *c = &r->cinfo;

	if (r->at_end || !r->im->px)
		return;
	r->end = rows_so_far(r);
	if (c->progressive_mode && c->Ss > 0 && c->Ss <= 1 && c->Ah == 0 && c->comps_in_scan == 1 &&
	    c->cur_comp_info[0] && c->cur_comp_info[0]->component_index == 0)
		r->coarse = r->im->height - r->end;
}

/* Show the decoder the next of what is in buf, from p on. */
static void
show_bytes(struct reading *r, const JOCTET *p)
{
	r->source.next_input_byte = p;
	r->source.bytes_in_buffer = r->left < SLOW_BYTES ? r->left : SLOW_BYTES;
	r->left -= r->source.bytes_in_buffer;
}

/* At the end of the file an end marker is made up. */
static boolean
jpeg_fill(j_decompress_ptr c)
{
	struct reading *r = c->client_data;
	ssize_t got;

	if (r->left > 0) {
		show_bytes(r, r->source.next_input_byte + r->source.bytes_in_buffer);
		return TRUE;
	}
	got = infile_read(&r->in, r->buf, BUF_BYTES);
	if (got < 0) {
		err_sys(r->e, ERR_TRANSIENT, CODE_IO_READ, "JPEG");
		longjmp(r->failed, 1);
	}
	if (got == 0) {
		jpeg_ends(r);
		r->at_end = true;
		r->buf[0] = 0xff;
		r->buf[1] = JPEG_EOI;
		got = 2;
	}
	r->left = (size_t)got;
	show_bytes(r, r->buf);
	return TRUE;
}

static void
skip(j_decompress_ptr c, long n)
{
	struct reading *r = c->client_data;
	size_t k = (size_t)n;

	if (n <= 0)
		return;
	r->left += c->src->bytes_in_buffer;
	if (k > r->left) {
		r->in.at += k - r->left;
		k = r->left;
	}
	r->left -= k;
	show_bytes(r, c->src->next_input_byte + k);
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

static bool
keeps_colour(const struct reading *r)
{
	return r->wish->colour && r->cinfo.jpeg_color_space != JCS_GRAYSCALE;
}

/* Y, Cb and Cr stay that until all is there: damage is seen in Y, which is the gray. */
static void
choose_colors(struct reading *r)
{
	j_decompress_ptr c = &r->cinfo;

	switch (c->jpeg_color_space) {
	case JCS_GRAYSCALE:
	case JCS_YCbCr:
	case JCS_RGB:
		c->out_color_space = keeps_colour(r) ? c->jpeg_color_space : JCS_GRAYSCALE;
		break;
	case JCS_CMYK:
	case JCS_YCCK:
		c->out_color_space = JCS_CMYK;
		break;
	default:
		jpeg_fail(r, "a colour space that is not known");
	}
}

static void
find_holes(struct reading *r)
{
	const struct jpeg_decompress_struct *c = &r->cinfo;
	const uint8_t cmy = c->jpeg_color_space == JCS_YCCK ? 127 : 128;
	const uint8_t px[4] = { cmy, cmy, cmy, 128 };
	const bool ycc = c->out_color_space == JCS_YCbCr;

	r->holes = (struct holes){ .block = r->eighths,
		.ycc = ycc,
		.nothing = 128,
		.white = { 255, ycc ? 128 : 255, ycc ? 128 : 255 } };
	if (c->out_color_space == JCS_CMYK)
		samples_cmyk(&r->holes.nothing, px, 1, c->saw_Adobe_marker);
}

/* One scan, which has ended early, and all rows that are in it are given. */
static bool
nothing_follows(const struct reading *r)
{
	return r->over && !r->many && r->cinfo.output_scanline >= r->last + mcu_rows(r);
}

/* What the decoder has given is a row of the image. */
static void
jpeg_put_row(const struct reading *r, uint8_t *to, const uint8_t *px)
{
	const struct image_row row = { to, image_area(r->im) };
	const bool inverted = r->cinfo.saw_Adobe_marker;
	const uint32_t w = r->im->width;

	if (r->cinfo.out_color_space != JCS_CMYK)
		image_split(NULL, &row, px, w, IMAGE_PLANES);
	else if (r->im->colour)
		samples_cmyk_colour(&row, px, w, inverted);
	else
		samples_cmyk(to, px, w, inverted);
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
	while (c->output_scanline < c->output_height && !nothing_follows(r)) {
		uint8_t *to = r->im->px + (size_t)c->output_scanline * w;

		if (gray) {
			jpeg_read_scanlines(c, &to, 1);
			continue;
		}
		jpeg_read_scanlines(c, colors, 1);
		jpeg_put_row(r, to, colors[0]);
	}
}

/* Of several scans: whether all that the image is made of has come. */
static bool
is_complete(const struct reading *r)
{
	const struct jpeg_decompress_struct *c = &r->cinfo;
	const int n = c->out_color_space == JCS_GRAYSCALE && c->jpeg_color_space != JCS_RGB
	    ? 1
	    : c->num_components;

	for (int i = 0; i < n; i++) {
		if (!c->comp_info[i].quant_table)
			return false;
		for (int k = 0; c->coef_bits && k < DCTSIZE2; k++)
			if (c->coef_bits[i][k] != 0)
				return false;
	}
	return true;
}

static void
end_of_scans(struct reading *r)
{
	const struct jpeg_decompress_struct *c = &r->cinfo;

	if (!r->at_end || !r->many || is_complete(r))
		return;
	damage(r);
	if (!c->comp_info[0].quant_table || (c->coef_bits && c->coef_bits[0][1] < 0))
		jpeg_fail(r, "the file is cut short, and no more than a blur of it is there");
}

/* What is there will do; -1 with e as it was, or set, where that is nothing. */
static int
jpeg_settle(const struct reading *r)
{
	const struct jpeg_decompress_struct *c = &r->cinfo;
	struct image *im = r->im;
	uint32_t given = c->output_scanline < im->height ? c->output_scanline : im->height;
	const uint32_t spoiled = r->many ? 0 : r->from + mcu_rows(r);
	uint32_t missing;

	if (r->at_end && c->arith_code && !r->many && r->from < given)
		given = r->from;
	missing = im->height - given + holes_fill(&r->holes, im, r->from, given, spoiled);
	if (missing < r->coarse)
		missing = r->coarse;
	if (missing == im->height)
		return -1;
	holes_end(&r->holes, im, given);
	im->rows_missing = missing * DCTSIZE / r->eighths;
	im->damaged = true;
	return 0;
}

/* When all rows are there: what follows them, and how much of it was theirs. */
static void
jpeg_see_end(struct reading *r)
{
	j_decompress_ptr c = &r->cinfo;
	struct err *const e = r->e;
	struct err ignored;

	if (r->damaged || r->at_end || r->many || c->output_scanline < c->output_height)
		return;
	r->e = &ignored;
	if (setjmp(r->failed) == 0)
		jpeg_finish_decompress(c);
	r->e = e;
}

static int
jpeg_decode(struct reading *r)
{
	j_decompress_ptr c = &r->cinfo;

	if (setjmp(r->failed))
		return -1;
	jpeg_set_up(r);
	jpeg_read_header(c, TRUE);
	r->eighths =
	    eighths_of(r->wish, c->image_width, c->image_height, density(r), keeps_colour(r));
	c->scale_num = r->eighths;
	c->scale_denom = DCTSIZE;
	jpeg_calc_output_dimensions(c);
	if (image_init_as(r->im, keeps_colour(r), c->output_width, c->output_height, r->e) < 0)
		return -1;
	r->im->dpi = density(r) * r->eighths / DCTSIZE;
	choose_colors(r);
	r->many = jpeg_has_multiple_scans(c);
	find_holes(r);
	jpeg_start_decompress(c);
	end_of_scans(r);
	jpeg_read_rows(r);
	if (r->at_end && c->arith_code) {
		r->damaged = true;
		r->from = r->many ? 0 : r->end;
	}
	jpeg_see_end(r);
	return 0;
}

static int
jpeg_read_pixels(struct reading *r)
{
	if (jpeg_decode(r) < 0) {
		if (!r->im->px || !err_is(r->e, CODE_PAGE_IMAGE) || r->cinfo.output_scanline == 0)
			return -1;
		damage(r);
		return jpeg_settle(r);
	}
	if (!r->damaged)
		return 0;
	err_set(r->e, ERR_VALIDATION, CODE_PAGE_IMAGE, "JPEG: %s",
	    r->at_end ? "the file is cut short" : r->warning);
	return jpeg_settle(r);
}

int
jpeg_read(int fd, struct image *im, struct err *e)
{
	return jpeg_read_within(fd, &(struct jpeg_wish){ INFINITY, LONG_MAX, 0, false, false }, im,
	    e);
}

int
jpeg_read_within(int fd, const struct jpeg_wish *wish, struct image *im, struct err *e)
{
	struct reading r;
	int ret;

	memset(im, 0, sizeof(*im));
	memset(&r, 0, offsetof(struct reading, buf));
	r.in.fd = fd;
	r.im = im;
	r.wish = wish;
	r.e = e;
	infile_skip_to(&r.in, "\xff\xd8\xff", 3);
	r.cinfo.client_data = &r;
	r.cinfo.err = jpeg_std_error(&r.errors);
	r.errors.error_exit = decoder_failed;
	r.errors.emit_message = message;
	ret = jpeg_read_pixels(&r);
	if (ret == 0 && r.cinfo.out_color_space == JCS_YCbCr)
		image_rgb(&(struct image_row){ im->px, image_area(im) }, image_area(im));
	jpeg_destroy_decompress(&r.cinfo);
	if (ret == 0)
		ret = image_orient(im, r.exif.orientation, e);
	if (ret < 0)
		image_release(im);
	return ret;
}

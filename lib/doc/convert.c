#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "doc/convert.h"
#include "doc/heads.h"
#include "doc/maker.h"
#include "doc/program.h"
#include "doc/say.h"
#include "doc/upright.h"

enum {
	PIXELS_MAX = 150000000, /* of an image that a program decodes at once, */
	JP2_PIXELS = 50000000,  /* and of a JPEG 2000, which is decoded smaller */
	JP2_REDUCE_MAX = 5,
	PAGE_SHARES = 6, /* as maker_say_start gives time to pages */
	PAGES_SHARES_MAX = 360
};

#define AS_LARGE (2L << 30)

/* What the programs leave in the work directory. */
#define MADE ".made"         /* what the document becomes */
#define MADE_PNG MADE ".png" /* the same, where a program goes by its name */
#define FRAME ".frame"       /* the first of several images */
#define OPACITY ".opacity"   /* of a GIF's pixels */

static char *
in_work(const struct maker *m, const char *name)
{
	return mem_printf("%s/%s", m->work, name);
}

/* Only the first of several is read, and that is said. */
static void
note_frames(struct maker *m, long frames)
{
	if (frames <= 1)
		return;
	maker_note_all(m, "frames", jv_number((double)frames));
	maker_doubt_all(m, "frames");
}

/* An image that is too large, as the page that it would be. */
static bool
refuses_size(struct maker *m, const struct heads *h)
{
	struct err e;

	if (h->width * h->height <= PIXELS_MAX)
		return false;
	err_set(&e, ERR_VALIDATION, CODE_PAGE_LARGE, "%.0f x %.0f pixels, at most %d million",
	    h->width, h->height, PIXELS_MAX / 1000000);
	maker_say_start(m, 1);
	if (m->first <= 1)
		maker_say_failed(m, 1, &e);
	return true;
}

/* The document is what stands in that file of the work directory. */
static int
become(struct maker *m, const char *name, struct err *e)
{
	if (renameat(m->dir, name, m->dir, MAKER_BECOME) < 0)
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
		    "it cannot be opened: nothing comes of it");
	maker_say_become(m);
	return 0;
}

static int
turn_tiff(struct maker *m, int orientation, struct err *e)
{
	int fd = openat(m->dir, MADE, O_RDWR | O_NOFOLLOW | O_CLOEXEC), r;

	if (fd < 0)
		return 0;
	r = upright_tiff(fd, orientation, e);
	close(fd);
	return r;
}

static int
webp_frame(struct maker *m, const char *frame, struct err *e)
{
	const char *const argv[] = { "webpmux", "-get", "frame", "1", m->path, "-o", frame, NULL };

	return program_run(&(struct program){ .m = m, .package = "webp", .argv = argv }, e);
}

int
convert_webp(struct maker *m, struct err *e)
{
	char *made = in_work(m, MADE), *frame = in_work(m, FRAME);
	struct heads h;
	int r = 0;

	heads_webp(m->source, &h);
	if (!refuses_size(m, &h)) {
		const char *const argv[] = { "dwebp", "-quiet", "-tiff",
			h.frames > 1 ? frame : m->path, "-o", made, NULL };

		note_frames(m, h.frames);
		if (h.frames > 1)
			r = webp_frame(m, frame, e);
		if (r == 0)
			r = program_run(&(struct program){ .m = m,
					    .package = "webp",
					    .argv = argv },
			    e);
		if (r == 0)
			r = turn_tiff(m, h.orientation, e);
		if (r == 0)
			r = become(m, MADE, e);
	}
	free(made);
	free(frame);
	return r;
}

/* By Netpbm: argv writes pixels, which are then made a PNG of. */
static int
become_png(struct maker *m, const char *const *argv, const char *const *png, struct err *e)
{
	struct program c = { .m = m, .package = "netpbm", .argv = argv, .out = FRAME };

	if (program_run(&c, e) < 0)
		return -1;
	c.argv = png;
	c.out = MADE;
	return program_run(&c, e) < 0 ? -1 : become(m, MADE, e);
}

int
convert_gif(struct maker *m, struct err *e)
{
	char *opacity = in_work(m, OPACITY), *frame = in_work(m, FRAME);
	char *out = mem_printf("-alphaout=%s", opacity), *in = mem_printf("-alpha=%s", opacity);
	const char *const argv[] = { "giftopnm", "-quiet", "-quitearly", out, m->path, NULL };
	const char *const png[] = { "pnmtopng", "-quiet", "-compression=1", in, frame, NULL };
	struct heads h;
	int r = 0;

	heads_gif(m->source, &h);
	if (!refuses_size(m, &h)) {
		note_frames(m, h.frames);
		r = become_png(m, argv, png, e);
	}
	free(opacity);
	free(frame);
	free(out);
	free(in);
	return r;
}

int
convert_bmp(struct maker *m, struct err *e)
{
	char *frame = in_work(m, FRAME), *size;
	struct heads h;
	int r = 0;

	heads_bmp(m->source, &h);
	size = mem_printf("-size=%ld %ld 1", h.per_metre[0], h.per_metre[1]);
	if (!refuses_size(m, &h)) {
		const bool known = h.per_metre[0] > 0 && h.per_metre[1] > 0;
		const char *const argv[] = { "bmptopnm", "-quiet", m->path, NULL };
		const char *const png[] = { "pnmtopng", "-quiet", "-compression=1",
			known ? size : frame, known ? frame : NULL, NULL };

		r = become_png(m, argv, png, e);
	}
	free(size);
	free(frame);
	return r;
}

int
convert_jp2(struct maker *m, struct err *e)
{
	char *made = in_work(m, MADE_PNG), reduce[2] = "0";
	const char *const argv[] = { "opj_decompress", "-quiet", "-i", m->path, "-o", made, "-r",
		reduce, NULL };
	const struct program c = { .m = m,
		.package = "libopenjp2-tools",
		.argv = argv,
		.as_bytes = AS_LARGE,
		.chatty = true };
	struct heads h;
	int r;

	heads_jp2(m->source, &h);
	/* Each step halves both sides. */
	while (h.width * h.height > JP2_PIXELS && *reduce < '0' + JP2_REDUCE_MAX) {
		h.width /= 2;
		h.height /= 2;
		++*reduce;
	}
	if (refuses_size(m, &h)) {
		free(made);
		return 0;
	}
	r = program_run(&c, e);
	free(made);
	return r < 0 ? -1 : become(m, MADE_PNG, e);
}

/* Of several images it writes MADE-1.png, MADE-2.png and so on. */
static long
heif_images(const struct maker *m)
{
	char name[40];
	long n = 0;

	do
		snprintf(name, sizeof(name), MADE "-%ld.png", n + 1);
	while (faccessat(m->dir, name, F_OK, 0) == 0 && ++n > 0);
	return n;
}

static int
heif_become(struct maker *m, struct err *e)
{
	const long images = heif_images(m);
	const char *name = images ? MADE "-1.png" : MADE_PNG;
	int fd = openat(m->dir, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC), r = 0;

	if (fd >= 0) {
		r = upright_png(fd, e);
		close(fd);
	}
	note_frames(m, images);
	return r < 0 ? -1 : become(m, name, e);
}

/* Newer versions of libheif call their program as the first, older ones as the second. */
int
convert_heif(struct maker *m, struct err *e)
{
	static const char *const names[] = { "heif-dec", "heif-convert" };
	char *made = in_work(m, MADE_PNG);
	struct heads h;
	int r = -1;

	heads_heif(m->source, &h);
	if (refuses_size(m, &h)) {
		free(made);
		return 0;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *const argv[] = { names[i], m->path, made, NULL };

		r = program_run(&(struct program){ .m = m,
				    .package = "libheif-examples",
				    .argv = argv,
				    .as_bytes = AS_LARGE,
				    .threads = true },
		    e);
		if (r == 0 || !err_is(e, CODE_DOCUMENT_TOOL))
			break;
	}
	free(made);
	return r < 0 ? -1 : heif_become(m, e);
}

int
convert_djvu(struct maker *m, struct err *e)
{
	char *made = in_work(m, MADE);
	const char *const argv[] = { "ddjvu", "-format=tiff", "-quality=90", m->path, made, NULL };
	struct program c = { .m = m,
		.package = "djvulibre-bin",
		.argv = argv,
		.as_bytes = AS_LARGE,
		.threads = true };
	struct heads h;
	long shares;
	int r;

	heads_djvu(m->source, &h);
	shares = 2L * PAGE_SHARES + h.files;
	c.cpu_ms = m->page_s * 1000 / PAGE_SHARES *
	    (shares < PAGES_SHARES_MAX ? shares : PAGES_SHARES_MAX);
	if (h.elsewhere)
		r = err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
		    "its pages are in other files: djvmcvt -b puts them into one");
	else
		r = program_run(&c, e);
	free(made);
	return r < 0 ? -1 : become(m, MADE, e);
}

#include <sys/mman.h>

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "img/png.h"
#include "img/scale.h"
#include "ocr/empty.h"
#include "ocr/ink.h"
#include "ocr/parts.h"
#include "ocr/smaller.h"
#include "proc/jail.h"
#include "proc/pool.h"
#include "proc/relay.h"
#include "proc/role.h"

enum {
	LOOK_CPU_MS = 20 * 1000,
	LOOK_WALL_MS = 120 * 1000,
	LOOK_RECYCLE = 200,
	LOOK_BYTES = 64 << 20, /* of pixels of an image that is handed back, at most */
	LETTERS_MAX = 1 << 28  /* of an image of 16,384 x 16,384 pixels */
};

/* What is asked, and what stands before the pixels of an answer. */
struct wanted {
	double area;
	int64_t side; /* 0: no image */
	int64_t colour;
};

struct seen {
	uint64_t failed; /* not 0: what follows is an error's (proc/relay.h) */
	uint32_t width, height;
	double dpi;
	int64_t letters;
	int64_t blank, picture;
	int64_t colour; /* three bytes a pixel, as struct image has them */
};

struct smaller {
	struct workers *workers;
};

static const struct jail smaller_jail = { .as_bytes = 2L << 30 };

/* Ink is what is darker than the paper, whatever its colour. */
static int
see_ink(struct ink *ink, const struct image *im, struct err *e)
{
	struct image gray;
	int r;

	if (!im->colour)
		return ink_take(ink, im, e);
	r = image_brightness(&gray, im, e);
	if (r == 0)
		r = ink_take(ink, &gray, e);
	image_release(&gray);
	return r;
}

static int
see_letters(const struct image *im, struct seen *s, struct err *e)
{
	struct ocr_notes notes = { 0 };
	struct ink ink = { 0 };
	struct parts parts = { 0 };
	int r = see_ink(&ink, im, e);

	if (r == 0)
		r = parts_find(&parts, &ink, e);
	if (r == 0) {
		empty_note(&notes, &ink, &parts);
		s->letters = (int64_t)parts.widths;
		s->blank = notes.blank;
		s->picture = notes.picture;
	}
	ink_release(&ink);
	parts_release(&parts);
	return r;
}

static int
smaller_see(struct image *im, const struct wanted *w, struct seen *s, struct err *e)
{
	const double most = (double)LOOK_BYTES / image_planes(im);
	int r = see_letters(im, s, e);

	if (r == 0 && w->side > 0)
		r = image_fit(im, w->area < most ? w->area : most, (long)w->side, e);
	if (r == 0)
		image_fade(im);
	s->width = im->width;
	s->height = im->height;
	s->dpi = im->dpi;
	s->colour = im->colour;
	return r;
}

/* In the child: what it says of the image open at fd. */
static int
see_file(int fd, const struct wanted *w, struct buf *out, struct err *e)
{
	struct image im = { 0 };
	struct seen s = { 0 };
	int r = w->colour ? png_read_colour(fd, &im, e) : png_read(fd, &im, e);

	if (r == 0)
		r = smaller_see(&im, w, &s, e);
	if (r == 0 &&
	    (buf_add(out, &s, sizeof(s)) < 0 ||
		(w->side > 0 && buf_add(out, im.px, image_bytes(&im)) < 0)))
		r = err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the image stays too large");
	image_release(&im);
	return r;
}

static int
see_pages(int sock, int file, void *self)
{
	static const struct seen failed = { .failed = 1 };
	char req[WORKER_REQUEST_MAX];
	struct buf out = BUF_INIT(LOOK_BYTES + sizeof(struct seen));
	struct wanted w;
	struct err e;
	int fd, r = 0;

	(void)file;
	(void)self;
	while (r == 0 && worker_next(sock, req, &fd) == (long)sizeof(w)) {
		memcpy(&w, req, sizeof(w));
		out.len = 0;
		if (see_file(fd, &w, &out, &e) < 0) {
			out.len = 0;
			(void)buf_add(&out, &failed, sizeof(failed));
			(void)relay_put(&out, &e);
		}
		if (fd >= 0)
			close(fd);
		r = worker_answer(sock, out.p, out.len);
		buf_clear(&out, 64 << 10);
	}
	buf_release(&out);
	return r < 0;
}

void
smaller_child(int argc, char *argv[])
{
	static const struct role roles[] = { { .name = "smaller", .serve = see_pages },
		{ .name = NULL } };

	role_enter(argc, argv, roles);
}

struct smaller *
smaller_new(struct loop *loop, long jobs)
{
	struct smaller *s = mem_new(1, sizeof(*s));

	s->workers = workers_new(loop,
	    &(struct workers_conf){ .name = "look",
		.n = jobs,
		.role = "smaller",
		.jail = &smaller_jail,
		.answer_max = LOOK_BYTES + sizeof(struct seen),
		.cpu_ms = LOOK_CPU_MS,
		.wall_ms = LOOK_WALL_MS,
		.recycle = LOOK_RECYCLE });
	return s;
}

void
smaller_free(struct smaller *s)
{
	if (!s)
		return;
	workers_free(s->workers);
	free(s);
}

static int
makes_no_sense(struct err *e)
{
	return err_set(e, ERR_TRANSIENT, CODE_OCR_DIED, "the look at the page makes no sense");
}

/* Its pixels as a PNG, in memory. */
static int
as_png(const struct seen *s, const char *px, struct err *e)
{
	const struct image im = { .width = s->width,
		.height = s->height,
		.px = (uint8_t *)px,
		.dpi = image_dpi(s->dpi),
		.colour = s->colour != 0 };
	const int fd = memfd_create("page", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(e, err_class_of(errno), CODE_MEM_LIMIT, "no memory for the page");
	if (png_write(fd, &im, e) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Bytes of the pixels that follow; more than can be where that makes no sense. */
static size_t
seen_bytes(const struct seen *s)
{
	const uint64_t area = (uint64_t)s->width * s->height;

	return area > LOOK_BYTES ? SIZE_MAX : (size_t)area * (s->colour ? IMAGE_PLANES : 1);
}

static int
take_look(struct look *l, const char *p, size_t len, bool image, struct err *e)
{
	struct seen s;

	if (len < sizeof(s))
		return makes_no_sense(e);
	memcpy(&s, p, sizeof(s));
	p += sizeof(s);
	len -= sizeof(s);
	if (s.failed) {
		if (relay_get(p, len, CODE_OCR_DIED, e) == 0 && e->class == ERR_FATAL)
			e->class = ERR_TRANSIENT;
		return -1;
	}
	if (s.width == 0 || s.height == 0 || s.letters < 0 || s.letters > LETTERS_MAX ||
	    len != (image ? seen_bytes(&s) : 0))
		return makes_no_sense(e);
	*l = (struct look){ .fd = -1,
		.width = s.width,
		.height = s.height,
		.letters = (long)s.letters,
		.notes = { .blank = s.blank != 0, .picture = s.picture != 0 } };
	l->fd = image ? as_png(&s, p, e) : -1;
	return image && l->fd < 0 ? -1 : 0;
}

static void
looked(void *arg, const char *bytes, size_t len, const struct err *why)
{
	const struct look_ask *a = arg;
	struct look l;
	struct err e;

	if (why) {
		e = *why;
		e.code = err_is(&e, CODE_WORKER_TIMEOUT) ? CODE_OCR_TIMEOUT : CODE_OCR_DIED;
		a->done(a->arg, NULL, &e);
	} else if (take_look(&l, bytes, len, a->side > 0, &e) < 0) {
		a->done(a->arg, NULL, &e);
	} else {
		a->done(a->arg, &l, NULL);
	}
}

int
smaller_look(struct smaller *s, int fd, struct look_ask *a, struct err *e)
{
	const struct wanted w = { .area = a->area,
		.side = a->side,
		.colour = a->side > 0 && a->colour };
	const struct worker_job job = { .request = (const char *)&w,
		.len = sizeof(w),
		.fd = fd,
		.done = looked,
		.arg = a };

	return workers_submit(s->workers, &job, e);
}

void
smaller_cancel(struct smaller *s, const struct look_ask *a)
{
	workers_cancel(s->workers, a);
}

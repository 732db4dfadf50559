#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "img/image.h"
#include "img/png.h"
#include "ocr/polyglot.h"
#include "ocr/reader.h"
#include "ocr/region.h"
#include "ocr/sheet.h"
#include "ocr/tess.h"
#include "ocr/tiles.h"
#include "proc/pool.h"
#include "proc/relay.h"
#include "proc/role.h"

static int
put_reading(struct buf *out, const struct tess_page *page, struct reader_head *head, struct err *e)
{
	head->confidence = page->confidence;
	head->len = strlen(page->text);
	if (buf_add(out, head, sizeof(*head)) < 0 || buf_adds(out, page->text) < 0)
		return err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the page's text exceeds %d bytes",
		    OCR_TEXT_MAX);
	return 0;
}

static int
answer_image(struct polyglot_page *p, struct image *im, polyglot_fn *read, struct buf *out,
    struct err *e)
{
	struct polyglot_reading reading;
	struct reader_head head = { 0 };
	int r = polyglot_read(p, im, read, &reading, e);

	head.notes = reading.notes;
	head.script = reading.script;
	head.lacks = reading.lacks;
	if (r == 0)
		r = put_reading(out, &reading.page, &head, e);
	tess_page_release(&reading.page);
	return r;
}

static int
page_or_pieces(struct tess *tess, struct image *im, struct tess_page *page, struct ocr_notes *notes,
    struct err *e)
{
	if (sheet_is(im))
		return sheet_read(&(struct sheets){ tess, 0 }, im, page, notes, e);
	return tiles_read(&(struct tiles){ tess, 0 }, im, page, notes, e);
}

static int
answer_region(struct polyglot_page *p, const struct image *im, const struct layout_box *box,
    struct buf *out, struct err *e)
{
	struct image cut;
	int r = region_cut(&cut, im, box, e);

	if (r == 0)
		r = answer_image(p, &cut, region_read, out, e);
	image_release(&cut);
	return r;
}

/* In the worker: what the page open at fd says. */
static int
answer_page(struct polyglot *polyglot, int fd, const struct reader_request *want, struct buf *out,
    struct err *e)
{
	struct polyglot_page page;
	struct image im = { 0 };
	size_t i;
	int r;

	if (png_read(fd, &im, e) < 0)
		return -1;
	if (im.damaged) {
		image_release(&im);
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE,
		    "PNG: the page's image is damaged");
	}
	if (want->dpi > 0)
		im.dpi = image_dpi((double)want->dpi);
	polyglot_look(polyglot, &im, &page);
	r = want->n > 0 ? 0 : answer_image(&page, &im, page_or_pieces, out, e);
	for (i = 0; r == 0 && i < want->n; i++)
		r = answer_region(&page, &im, &want->region[i], out, e);
	image_release(&im);
	return r;
}

static void
put_fault(struct buf *out, const struct err *e)
{
	static const struct reader_head head = { .failed = 1 };

	out->len = 0;
	(void)buf_add(out, &head, sizeof(head));
	(void)relay_put(out, e);
}

/* In the worker, before its jail: the model, which is its own. */
static int
worker_ready(const struct role *r, void *told, size_t len, void **self, struct err *e)
{
	(void)r;
	(void)len; /* role_enter ends it with a NUL */
	*self = polyglot_new(told, e);
	return *self ? 0 : -1;
}

static int
worker_serve(int sock, int file, void *self)
{
	struct polyglot *polyglot = self;
	char req[WORKER_REQUEST_MAX];
	struct reader_request want;
	struct buf out;
	struct err e;
	int fd, r = 0;

	(void)file;
	buf_init(&out, READER_ANSWER_MAX);
	while (r == 0 && worker_next(sock, req, &fd) == (long)sizeof(want)) {
		memcpy(&want, req, sizeof(want));
		out.len = 0;
		if (answer_page(polyglot, fd, &want, &out, &e) < 0)
			put_fault(&out, &e);
		if (fd >= 0)
			close(fd);
		r = worker_answer(sock, out.p, out.len);
		buf_clear(&out, 64 << 10);
	}
	buf_release(&out);
	return r < 0;
}

const struct role reader_roles[] = {
	{ .name = "reader", .ready = worker_ready, .serve = worker_serve }, { .name = NULL }
};

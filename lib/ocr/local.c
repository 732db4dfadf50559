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
#include "ocr/local.h"
#include "ocr/read.h"
#include "ocr/result.h"
#include "ocr/tess.h"
#include "ocr/wish.h"
#include "proc/jail.h"
#include "proc/pool.h"
#include "proc/relay.h"

enum { CPU_MS = 120 * 1000, WALL_MS = 180 * 1000 };

struct local {
	char *lang;
	struct tess *tess; /* NULL until a page needs it */
	struct workers *workers;
};

/* What a worker is asked, and what stands before the text of its answer. */
struct request {
	long dpi; /* 0: as the file says */
};

struct head {
	uint64_t failed; /* not 0: what follows is an error's (proc/relay.h) */
	double confidence;
	struct ocr_notes notes;
};

/* Where Tesseract says what tess_new told it to keep to itself: 5.5 opens it for each page. */
static const struct jail_path worker_paths[] = { { "/dev/null", JAIL_READ | JAIL_WRITE },
	{ NULL, 0 } };

static const struct jail worker_jail = {
	.paths = worker_paths,
	.as_bytes = 2L << 30,
};

/* In the worker: what the page open at fd says. */
static int
answer_page(struct tess *tess, int fd, long dpi, struct buf *out, struct err *e)
{
	const struct ocr_wish *wish = &wish_tesseract;
	struct image im = { 0 };
	struct tess_page page = { 0 };
	struct head head = { 0 };
	int r;

	if (png_read(fd, &im, e) < 0)
		return -1;
	if (im.damaged) {
		image_release(&im);
		return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE,
		    "PNG: the page's image is damaged");
	}
	if (dpi > 0)
		im.dpi = image_dpi((double)dpi);
	r = image_shrink(&im, wish->area, wish->side, e);
	if (r == 0)
		r = read_page(tess, &im, &page, &head.notes, e);
	image_release(&im);
	if (r != 0)
		return -1;
	head.confidence = page.confidence;
	r = buf_add(out, &head, sizeof(head));
	if (r == 0)
		r = buf_adds(out, page.text);
	tess_page_release(&page);
	if (r < 0)
		return err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the page's text exceeds %d bytes",
		    OCR_TEXT_MAX);
	return 0;
}

static void
put_fault(struct buf *out, const struct err *e)
{
	static const struct head head = { .failed = 1 };

	out->len = 0;
	(void)buf_add(out, &head, sizeof(head));
	(void)relay_put(out, e);
}

static int
serve(int sock, void *arg)
{
	struct local *o = arg;
	char req[WORKER_REQUEST_MAX];
	struct request want;
	struct buf out;
	struct err e;
	int fd, r = 0;

	buf_init(&out, sizeof(struct head) + OCR_TEXT_MAX);
	while (r == 0 && worker_next(sock, req, &fd) == (long)sizeof(want)) {
		memcpy(&want, req, sizeof(want));
		out.len = 0;
		if (answer_page(o->tess, fd, want.dpi, &out, &e) < 0)
			put_fault(&out, &e);
		if (fd >= 0)
			close(fd);
		r = worker_answer(sock, out.p, out.len);
		buf_clear(&out, 64 << 10);
	}
	buf_release(&out);
	return r < 0;
}

/* The worker's own error, as this module's. */
static void
rename_fault(struct err *e)
{
	if (err_is(e, CODE_WORKER_DIED))
		e->code = CODE_OCR_DIED;
	else if (err_is(e, CODE_WORKER_TIMEOUT))
		e->code = CODE_OCR_TIMEOUT;
	else if (err_is(e, CODE_WORKER_LARGE))
		e->code = CODE_OCR_LARGE;
}

static int
no_sense(struct err *e)
{
	return err_set(e, ERR_TRANSIENT, CODE_OCR_DIED, "the worker's answer makes no sense");
}

static bool
notes_make_sense(const struct ocr_notes *n)
{
	return n->unread >= 0 && n->unread <= 1 && n->lean >= -45 && n->lean <= 45 &&
	    (n->turned == 0 || n->turned == 90 || n->turned == 180 || n->turned == 270) &&
	    n->blank >= 0 && n->blank <= 1 && n->picture >= 0 && n->picture <= 1;
}

/* The answer as a raw result, which lends from *head, or the error that it is or tells. */
static int
local_take(const char *answer, size_t len, struct head *head, struct ocr_raw *raw, struct err *e)
{
	if (len < sizeof(*head))
		return no_sense(e);
	memcpy(head, answer, sizeof(*head));
	answer += sizeof(*head);
	len -= sizeof(*head);
	if (!(head->confidence >= 0 && head->confidence <= 1) || !notes_make_sense(&head->notes))
		return no_sense(e);
	if (head->failed) {
		if (relay_get(answer, len, CODE_OCR_DIED, e) == 0 && e->class == ERR_FATAL)
			e->class = ERR_TRANSIENT; /* one that reads pages is in its jail */
		return -1;
	}
	*raw = (struct ocr_raw){ .kind = OCR_TEXT,
		.text = answer,
		.len = len,
		.confidence = head->confidence,
		.notes = &head->notes };
	return 0;
}

static void
local_answered(void *arg, const char *answer, size_t len, const struct err *why)
{
	struct ocr_task *task = arg;
	struct ocr_raw raw;
	struct head head;
	struct err e;

	if (why) {
		e = *why;
		rename_fault(&e);
		task->done(task, NULL, &e);
	} else if (local_take(answer, len, &head, &raw, &e) < 0) {
		task->done(task, NULL, &e);
	} else {
		task->done(task, &raw, NULL);
	}
}

static void
local_close(void *self)
{
	struct local *o = self;

	if (!o)
		return;
	workers_free(o->workers);
	tess_free(o->tess);
	free(o->lang);
	free(o);
}

static void *
local_open(const struct engine_conf *conf, struct err *e)
{
	struct local *o = mem_new(1, sizeof(*o));

	o->lang = mem_dup(conf->lang);
	o->workers = workers_new(conf->loop,
	    &(struct workers_conf){
		.name = "ocr",
		.n = conf->jobs,
		.serve = serve,
		.arg = o,
		.jail = &worker_jail,
		.answer_max = sizeof(struct head) + OCR_TEXT_MAX,
		.cpu_ms = CPU_MS,
		.wall_ms = WALL_MS,
	    });
	if (!tess_has(conf->lang) && !(o->tess = tess_new(conf->lang, e))) {
		local_close(o);
		return NULL;
	}
	return o;
}

static int
local_read(void *self, struct ocr_task *task, struct err *e)
{
	struct local *o = self;
	const struct request want = { .dpi = task->ask.dpi };
	const struct worker_job w = { .request = (const char *)&want,
		.len = sizeof(want),
		.fd = task->ask.fd,
		.done = local_answered,
		.arg = task };

	if (!o->tess && !(o->tess = tess_new(o->lang, e)))
		return -1;
	return workers_submit(o->workers, &w, e);
}

static void
local_cancel(void *self, struct ocr_task *task)
{
	struct local *o = self;

	workers_cancel(o->workers, task);
}

const struct engine engine_tesseract = { .name = "tesseract",
	.wish = &wish_tesseract,
	.open = local_open,
	.read = local_read,
	.cancel = local_cancel,
	.close = local_close };

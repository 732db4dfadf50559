#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "img/image.h"
#include "img/png.h"
#include "md/text.h"
#include "ocr/local.h"
#include "ocr/tess.h"
#include "ocr/wish.h"
#include "proc/jail.h"
#include "proc/pool.h"

enum {
	CPU_MS = 120 * 1000,
	WALL_MS = 180 * 1000,
	TEXT_MAX = 1 << 20 /* bytes of a page's Markdown */
};

struct job {
	struct job *next;
	struct ocr *ocr;
	void *arg;
};

struct ocr {
	struct tess *tess;
	struct workers *workers;
	ocr_done_fn *done;
	struct job *jobs;
};

/* What a worker is asked, and what stands before the text of its answer. */
struct request {
	long dpi; /* 0: as the file says */
};

struct head {
	size_t fault; /* 0, or 1 + the index in faults */
	double confidence;
};

/*
 * All that a worker may report of itself: it has met untrusted bytes, so its
 * answer chooses from here.
 */
static const struct {
	const char *code;
	enum err_class class;
} faults[] = {
	{ "ocr.failed", ERR_PERMANENT },
	{ "ocr.large", ERR_PERMANENT },
	{ "page.image", ERR_VALIDATION },
	{ "page.size", ERR_VALIDATION },
	{ "page.large", ERR_VALIDATION },
	{ "io.read", ERR_TRANSIENT },
	{ "mem.limit", ERR_TRANSIENT },
};

enum { FAULTS = sizeof(faults) / sizeof(faults[0]) };

/* Where Tesseract says what tess_new told it to keep to itself: 5.5 opens it for each page. */
static const struct jail_path worker_paths[] = { { "/dev/null", JAIL_READ | JAIL_WRITE },
	{ NULL, 0 } };

static const struct jail worker_jail = {
	.paths = worker_paths,
	.as_bytes = 2L << 30,
};

static int
add_markdown(struct buf *out, const struct tess_page *page, struct err *e)
{
	if (md_text(out, page->text, strlen(page->text)) < 0)
		return err_set(e, ERR_PERMANENT, "ocr.large",
		    "the page's Markdown exceeds %d bytes", TEXT_MAX);
	return 0;
}

/* In the worker: the page open at fd as Markdown. */
static int
read_page(struct tess *tess, int fd, long dpi, struct buf *out, struct err *e)
{
	const struct ocr_wish *wish = ocr_wish("tesseract");
	struct image im = { 0 };
	struct tess_page page = { 0 };
	struct head head = { 0 };
	int r;

	if (png_read(fd, &im, e) < 0)
		return -1;
	if (dpi > 0)
		im.dpi = image_dpi((double)dpi);
	r = image_shrink(&im, wish->area, wish->side, e);
	if (r == 0)
		r = tess_read(tess, &im, lround(im.dpi), &page, e);
	image_release(&im);
	if (r != 0)
		return -1;
	head.confidence = page.confidence;
	r = buf_add(out, &head, sizeof(head));
	if (r == 0)
		r = add_markdown(out, &page, e);
	else
		err_set(e, ERR_TRANSIENT, "mem.limit", "no memory for a page");
	tess_page_release(&page);
	return r;
}

static void
put_fault(struct buf *out, const struct err *e)
{
	struct head head = { .fault = 1 };
	size_t i;

	for (i = 0; i < FAULTS; i++)
		if (strcmp(faults[i].code, e->code) == 0)
			head.fault = i + 1;
	out->len = 0;
	buf_add(out, &head, sizeof(head));
	buf_adds(out, e->msg);
}

static int
serve(int sock, void *arg)
{
	struct ocr *o = arg;
	char req[WORKER_REQUEST_MAX];
	struct request want;
	struct buf out;
	struct err e;
	int fd, r = 0;

	buf_init(&out, sizeof(struct head) + TEXT_MAX);
	while (r == 0 && worker_next(sock, req, &fd) == (long)sizeof(want)) {
		memcpy(&want, req, sizeof(want));
		out.len = 0;
		if (read_page(o->tess, fd, want.dpi, &out, &e) < 0)
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
	if (strcmp(e->code, "worker.died") == 0)
		e->code = "ocr.died";
	else if (strcmp(e->code, "worker.timeout") == 0)
		e->code = "ocr.timeout";
	else if (strcmp(e->code, "worker.large") == 0)
		e->code = "ocr.large";
}

static bool
is_utf8(const char *s, size_t n)
{
	size_t len;

	for (; n > 0; s += len, n -= len)
		if (!(len = utf8_len(s, n)))
			return false;
	return true;
}

/* The answer as a result, or the error that it is or tells. */
static int
ocr_take(const char *answer, size_t len, struct ocr_result *r, struct err *e)
{
	struct head head;

	if (len < sizeof(head) || !is_utf8(answer + sizeof(head), len - sizeof(head)))
		return err_set(e, ERR_TRANSIENT, "ocr.died", "the worker's answer makes no sense");
	memcpy(&head, answer, sizeof(head));
	r->markdown = answer + sizeof(head);
	r->len = len - sizeof(head);
	r->confidence = head.confidence;
	if (head.fault > FAULTS || !(head.confidence >= 0 && head.confidence <= 1))
		return err_set(e, ERR_TRANSIENT, "ocr.died", "the worker's answer makes no sense");
	if (head.fault == 0)
		return 0;
	return err_set(e, faults[head.fault - 1].class, faults[head.fault - 1].code, "%.*s",
	    (int)(r->len < ERR_MSG_MAX ? r->len : ERR_MSG_MAX), r->markdown);
}

static void
drop_job(struct job *job)
{
	struct job **p = &job->ocr->jobs;

	while (*p != job)
		p = &(*p)->next;
	*p = job->next;
	free(job);
}

static void
ocr_answered(void *arg, const char *answer, size_t len, const struct err *why)
{
	struct job job = *(struct job *)arg;
	struct ocr_result result;
	struct err e;

	drop_job(arg);
	if (why) {
		e = *why;
		rename_fault(&e);
		job.ocr->done(job.arg, NULL, &e);
	} else if (ocr_take(answer, len, &result, &e) < 0) {
		job.ocr->done(job.arg, NULL, &e);
	} else {
		job.ocr->done(job.arg, &result, NULL);
	}
}

struct ocr *
ocr_new(struct loop *loop, const char *lang, long n, ocr_done_fn *done, struct err *e)
{
	struct ocr *o;
	struct tess *tess = tess_new(lang, e);

	if (!tess)
		return NULL;
	o = mem_new(1, sizeof(*o));
	o->tess = tess;
	o->done = done;
	o->workers = workers_new(loop,
	    &(struct workers_conf){
		.name = "ocr",
		.n = n,
		.serve = serve,
		.arg = o,
		.jail = &worker_jail,
		.answer_max = sizeof(struct head) + TEXT_MAX,
		.cpu_ms = CPU_MS,
		.wall_ms = WALL_MS,
	    });
	return o;
}

int
ocr_page(struct ocr *o, int fd, long dpi, void *arg, struct err *e)
{
	struct request want = { .dpi = dpi };
	struct job *job = mem_new(1, sizeof(*job));
	const struct worker_job w = { .request = (const char *)&want,
		.len = sizeof(want),
		.fd = fd,
		.done = ocr_answered,
		.arg = job };

	job->ocr = o;
	job->arg = arg;
	job->next = o->jobs;
	o->jobs = job;
	if (workers_submit(o->workers, &w, e) < 0) {
		drop_job(job);
		return -1;
	}
	return 0;
}

void
ocr_cancel(struct ocr *o, const void *arg)
{
	struct job *job, *next;

	for (job = o->jobs; job; job = next) {
		next = job->next;
		if (job->arg == arg) {
			workers_cancel(o->workers, job);
			drop_job(job);
		}
	}
}

void
ocr_free(struct ocr *o)
{
	struct job *job, *next;

	if (!o)
		return;
	workers_free(o->workers);
	for (job = o->jobs; job; job = next) {
		next = job->next;
		free(job);
	}
	tess_free(o->tess);
	free(o);
}

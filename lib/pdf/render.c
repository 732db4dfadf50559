#include <sys/wait.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "img/ink.h"
#include "pdf/complaint.h"
#include "pdf/pdf.h"
#include "pdf/pgm.h"
#include "pdf/said.h"
#include "pdf/tool.h"

enum { END_MS = 1000, AT_ONCE = 64 << 10 };

struct pdf_render {
	const struct pdf *pdf;
	struct pdftool tool;
	long first, next, last, dpi;
	bool color;
	long used_ms; /* of CPU time, before this page */
	bool alive;
	size_t said;      /* bytes on stderr, before this page */
	bool late;        /* what was said with the page before may be of this one */
	enum pdf_ink ink; /* of the page that came last */
	bool lost;        /* and something of it */
};

static struct pdf_render *
render_start(const struct pdf_render *how, const struct pdftool_conf *conf, struct err *e)
{
	struct pdf_render *r = mem_new(1, sizeof(*r));

	*r = *how;
	if (pdftool_run(&r->tool, r->pdf, conf, e) < 0) {
		free(r);
		return NULL;
	}
	r->alive = true;
	return r;
}

static struct pdf_render *
render_new(const struct pdf_render *how, struct err *e)
{
	char from[24], to[24], res[24];
	const char *const argv[] = { "pdftoppm", "-cropbox", "-r", res, "-f", from, "-l", to,
		how->color ? how->pdf->path : "-gray", how->color ? NULL : how->pdf->path, NULL };
	const struct pdftool_conf conf = { .argv = argv, .package = PDFTOOL_POPPLER };

	snprintf(from, sizeof(from), "%ld", how->first);
	snprintf(to, sizeof(to), "%ld", how->last);
	snprintf(res, sizeof(res), "%ld", how->dpi);
	return render_start(how, &conf, e);
}

struct pdf_render *
pdf_render_new(const struct pdf *pdf, long first, long last, long dpi, struct err *e)
{
	const struct pdf_render how = { .pdf = pdf,
		.first = first,
		.next = first,
		.last = last,
		.dpi = dpi };

	return render_new(&how, e);
}

struct pdf_render *
pdf_render_new_color(const struct pdf *pdf, long first, long last, long dpi, struct err *e)
{
	const struct pdf_render how = { .pdf = pdf,
		.first = first,
		.next = first,
		.last = last,
		.dpi = dpi,
		.color = true };

	return render_new(&how, e);
}

bool
pdf_render_alive(const struct pdf_render *r)
{
	return r->alive && r->next <= r->last;
}

void
pdf_render_free(struct pdf_render *r)
{
	if (!r)
		return;
	pdftool_end(&r->tool);
	free(r);
}

/* n bytes, no less: -1 at an early end, with page.render, or page.timeout. */
static int
render_read_all(struct pdf_render *r, void *data, size_t n, struct err *e)
{
	char *p = data, why[200];
	ssize_t got;
	bool slow;

	for (; n > 0; p += got, n -= (size_t)got) {
		got = pdftool_read(&r->tool, p, n, e);
		if (got > 0)
			continue;
		if (got < 0) {
			if (err_is(e, CODE_PROC_TIMEOUT))
				e->code = CODE_PAGE_TIMEOUT;
			return -1;
		}
		proc_wait(&r->tool.proc, END_MS);
		slow = r->tool.proc.pid == 0 && WIFSIGNALED(r->tool.proc.status) &&
		    WTERMSIG(r->tool.proc.status) == SIGXCPU;
		return err_set(e, slow ? ERR_TRANSIENT : ERR_VALIDATION,
		    slow ? CODE_PAGE_TIMEOUT : CODE_PAGE_RENDER, "%s ended early: %s",
		    r->tool.proc.name, pdf_said(&r->tool.proc, why));
	}
	return 0;
}

/* Time for one page, as far as the document has it; some may be used already. */
static void
allow(struct pdf_render *r)
{
	const long cpu_ms = r->used_ms + r->pdf->page_ms;

	pdftool_allow(&r->tool, cpu_ms < r->pdf->left_ms ? cpu_ms : r->pdf->left_ms,
	    2 * r->pdf->page_ms);
}

static int
read_header(struct pdf_render *r, unsigned *w, unsigned *h, struct err *e)
{
	struct pdf_pgm pgm = { .color = r->color };
	int got;
	char c;

	do {
		if (render_read_all(r, &c, 1, e) < 0)
			return -1;
		got = pdf_pgm_byte(&pgm, c);
	} while (got == 0);
	if (got < 0)
		return err_set(e, ERR_VALIDATION, CODE_PAGE_RENDER, "%s wrote no %s",
		    r->tool.proc.name, r->color ? "PPM" : "PGM");
	*w = pgm.width;
	*h = pgm.height;
	return 0;
}

/* Whether the page loses something when it is drawn by itself. */
static bool
alone_loses(const struct pdf_render *r)
{
	struct err e;
	struct pdf_render *one = pdf_render_new(r->pdf, r->next, r->next, r->dpi, &e);
	struct image img;
	bool lost = true;

	if (one && pdf_render_next(one, &img, &e) == 0) {
		lost = one->lost;
		image_release(&img);
	}
	pdf_render_free(one);
	return lost;
}

/*
 * Whether poppler lost something of this page, as its complaints say.  Whom they
 * are meant for they do not: what was said meanwhile may be of the next page.
 */
static bool
render_loses(struct pdf_render *r, bool blank)
{
	const struct proc *tool = &r->tool.proc;
	const size_t said = tool->head_len + tool->dropped + tool->tail_len;
	const bool more = said > r->said, asked = more || r->late || blank;

	r->said = said;
	r->late = more;
	if (!asked || (tool->tail_len == 0 && !pdf_complaint_loses(tool->head, tool->head_len)))
		return false;
	return r->first == r->last || alone_loses(r);
}

static void
render_weigh(struct pdf_render *r, const struct image *img)
{
	const bool blank = ink_none(img);

	r->lost = render_loses(r, blank);
	r->ink = !blank ? PDF_INK : r->lost ? PDF_INK_LOST : PDF_INK_NONE;
}

bool
pdf_render_lost(const struct pdf_render *r)
{
	return r->lost;
}

enum pdf_ink
pdf_render_ink(const struct pdf_render *r)
{
	return r->ink;
}

static int
render_check(const struct pdf_render *r, const struct image *img, struct err *e)
{
	const struct pdf_page *page = &r->pdf->page[r->next - 1];
	double w, h;
	char why[200];

	pdf_pixels(page, r->dpi, &w, &h);
	if (!pdf_are_pixels(page, r->dpi, img->width, img->height))
		return err_set(e, ERR_VALIDATION, CODE_PAGE_RENDER,
		    "%u x %u pixels came where %.0f x %.0f must: %s", img->width, img->height, w, h,
		    pdf_said(&r->tool.proc, why));
	return 0;
}

static int
read_gray(struct pdf_render *r, unsigned w, unsigned h, struct image *img, struct err *e)
{
	return image_init(img, w, h, e) == 0 ? render_read_all(r, img->px, (size_t)w * h, e) : -1;
}

static int
read_color(struct pdf_render *r, unsigned w, unsigned h, struct image *img, struct err *e)
{
	uint8_t *rgb;
	size_t n;
	int got = 0;

	if (image_init_as(img, true, w, h, e) < 0)
		return -1;
	rgb = mem_new(AT_ONCE, IMAGE_PLANES);
	for (size_t at = 0, all = image_area(img); at < all && got == 0; at += n) {
		const struct image_row to = { img->px + at, all };

		n = all - at < AT_ONCE ? all - at : AT_ONCE;
		got = render_read_all(r, rgb, n * IMAGE_PLANES, e);
		if (got == 0)
			image_split(NULL, &to, rgb, n, IMAGE_PLANES);
	}
	free(rgb);
	return got;
}

int
pdf_render_next(struct pdf_render *r, struct image *img, struct err *e)
{
	unsigned w = 0, h = 0;
	int bad;

	memset(img, 0, sizeof(*img));
	allow(r);
	r->alive = read_header(r, &w, &h, e) == 0 &&
	    (r->color ? read_color(r, w, h, img, e) : read_gray(r, w, h, img, e)) == 0;
	r->used_ms = proc_cpu_ms(&r->tool.proc);
	proc_drain(&r->tool.proc);
	bad = !r->alive || render_check(r, img, e) < 0;
	if (!bad)
		render_weigh(r, img);
	img->dpi = (double)r->dpi;
	if (bad)
		image_release(img);
	r->next++;
	return bad ? -1 : 0;
}

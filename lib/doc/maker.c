#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "doc/maker.h"
#include "doc/pages.h"
#include "img/image.h"
#include "img/jpeg.h"
#include "img/png.h"
#include "img/tiff.h"
#include "proc/jail.h"
#include "rec/rec.h"

enum { SNIFF = 1024 };

void
maker_say(struct maker *m, struct rec *r)
{
	struct err e;
	size_t sent = 0;
	ssize_t n;

	m->line.len = 0;
	if (rec_write(r, &m->line, MAKER_LINE_MAX, &e) < 0)
		_exit(1);
	rec_free(r);
	for (; sent < m->line.len; sent += (size_t)n) {
		n = send(m->sock, m->line.p + sent, m->line.len - sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			_exit(1);
	}
}

static long
cpu_ms(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
	    (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
}

static long
spent_ms(const struct maker *m)
{
	return m->spent_ms + cpu_ms(RUSAGE_SELF) + cpu_ms(RUSAGE_CHILDREN);
}

long
maker_left_ms(const struct maker *m, struct err *e)
{
	long left = m->budget_ms - spent_ms(m);

	if (left > 0)
		return left;
	return err_set(e, ERR_TRANSIENT, "page.timeout",
	    "the document has used up its %ld s of CPU time", m->budget_ms / 1000);
}

static struct rec *
event(const struct maker *m, const char *type, long page)
{
	struct rec *r = rec_new();

	rec_set_str(r, "event", type);
	rec_set_int(r, "cpu_ms", spent_ms(m));
	if (page)
		rec_set_int(r, "page", page);
	return r;
}

void
maker_say_start(struct maker *m, const char *mime, long pages)
{
	struct rec *r = event(m, "start", 0);
	long share = 12 + pages; /* sixths of page_s */

	m->budget_ms = m->page_s * 1000 / 6 * (share < 360 ? share : 360);
	rec_set_str(r, "mime", mime);
	rec_set_int(r, "pages", pages);
	maker_say(m, r);
}

/* Wait until the parent has taken enough of what was said. */
static void
wait_taken(struct maker *m)
{
	char c;

	while (m->ahead >= MAKER_AHEAD) {
		ssize_t n = read(m->sock, &c, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			_exit(1);
		m->ahead--;
	}
	m->ahead++;
}

void
maker_say_failed(struct maker *m, long page, const struct err *e)
{
	struct rec *r = event(m, "failed", page);

	wait_taken(m);
	rec_set_error(r, "maker", e);
	maker_say(m, r);
}

void
maker_say_text(struct maker *m, long page, const struct buf *markdown)
{
	struct rec *r = event(m, "page", page);

	wait_taken(m);
	rec_set(r, "markdown",
	    jv_string_sized(markdown->len ? markdown->p : "", (int)markdown->len));
	maker_say(m, r);
}

/* The digest of what the pixels are, whatever the file around them. */
static int
pixels(const struct image *img, char hex[DIGEST_HEX + 1], struct err *e)
{
	struct digest *d = digest_new(e);
	char head[64];
	int n;

	if (!d)
		return -1;
	n = snprintf(head, sizeof(head), "P5 %u %u 255\n", img->width, img->height);
	digest_add(d, head, (size_t)n);
	digest_add(d, img->px, (size_t)img->width * img->height);
	digest_end(d, hex);
	digest_free(d);
	return 0;
}

static int
unwritten(const struct maker *m, const char *name, struct err *e)
{
	return err_write(e, "%s/%s", m->work, name);
}

static int
write_image(struct maker *m, long page, const struct image *img, struct err *e)
{
	char name[40], temp[40];
	int fd, r;

	snprintf(name, sizeof(name), MAKER_IMAGE, page);
	snprintf(temp, sizeof(temp), MAKER_TEMP, page);
	fd = openat(m->dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return unwritten(m, temp, e);
	errno = 0;
	r = png_write(fd, img, e);
	if (r < 0 && (errno == ENOSPC || errno == EDQUOT))
		unwritten(m, temp, e);
	if (close(fd) < 0 && r == 0)
		r = unwritten(m, temp, e);
	if (r == 0 && renameat(m->dir, temp, m->dir, name) < 0)
		r = unwritten(m, name, e);
	if (r < 0)
		(void)unlinkat(m->dir, temp, 0);
	return r;
}

void
maker_say_image(struct maker *m, long page, const struct image *img)
{
	char name[32], hex[DIGEST_HEX + 1];
	struct rec *r;
	struct err e;

	wait_taken(m);
	snprintf(name, sizeof(name), MAKER_IMAGE, page);
	if (pixels(img, hex, &e) < 0 || write_image(m, page, img, &e) < 0) {
		m->ahead--;
		maker_say_failed(m, page, &e);
		return;
	}
	r = event(m, "page", page);
	rec_set_str(r, "image", name);
	rec_set_str(r, "pixels", hex);
	rec_set_int(r, "width", img->width);
	rec_set_int(r, "height", img->height);
	if (img->dpi > 0)
		rec_set_int(r, "dpi", lround(img->dpi));
	maker_say(m, r);
}

/* From here on no program is run and nothing opened but the page images. */
static int
narrow(const struct maker *m, struct err *e)
{
	const struct jail_path work[] = { { m->work, JAIL_READ | JAIL_WRITE }, { NULL, 0 } };
	const struct jail jail = { .paths = work, .as_bytes = 1L << 30, .fsize_bytes = 256L << 20 };

	return jail_enter(&jail, e);
}

/* A page's share of CPU time, counted from now; exceeding it is SIGXCPU. */
static void
allow_cpu(const struct maker *m)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_CPU, &lim) < 0)
		return;
	lim.rlim_cur = (rlim_t)(cpu_ms(RUSAGE_SELF) / 1000 + m->page_s + 1);
	if (lim.rlim_max != RLIM_INFINITY && lim.rlim_cur > lim.rlim_max)
		lim.rlim_cur = lim.rlim_max;
	setrlimit(RLIMIT_CPU, &lim);
}

static void
say_picture(struct maker *m, long page, struct image *img)
{
	struct err e;

	if (m->text == PAGES_TEXT_ONLY) {
		err_set(&e, ERR_VALIDATION, "page.notext", "the page is an image");
		maker_say_failed(m, page, &e);
	} else if (image_shrink(img, m->max_area, m->max_side, &e) < 0) {
		maker_say_failed(m, page, &e);
	} else {
		maker_say_image(m, page, img);
	}
}

typedef int read_fn(int fd, struct image *, struct err *);

static int
one_image(struct maker *m, const char *mime, read_fn *read_image, struct err *e)
{
	struct image img = { 0 };
	struct err pe;

	if (narrow(m, e) < 0)
		return -1;
	maker_say_start(m, mime, 1);
	if (m->first > 1)
		return 0;
	allow_cpu(m);
	if (read_image(m->source, &img, &pe) < 0)
		maker_say_failed(m, 1, &pe);
	else
		say_picture(m, 1, &img);
	image_release(&img);
	return 0;
}

static int
tiff_images(struct maker *m, struct err *e)
{
	struct tiff_doc *t;
	long i, n;

	if (narrow(m, e) < 0)
		return -1;
	allow_cpu(m);
	t = tiff_open(m->source, e);
	if (!t)
		return -1;
	n = tiff_pages(t);
	if (n > m->max_pages) {
		tiff_close(t);
		return err_set(e, ERR_VALIDATION, "document.pages",
		    "%ld pages, at most %ld are taken", n, m->max_pages);
	}
	maker_say_start(m, "image/tiff", n);
	for (i = m->first; i <= n; i++) {
		struct image img = { 0 };
		struct err pe;

		allow_cpu(m);
		if (maker_left_ms(m, &pe) < 0 || tiff_read(t, i, &img, &pe) < 0)
			maker_say_failed(m, i, &pe);
		else
			say_picture(m, i, &img);
		image_release(&img);
	}
	tiff_close(t);
	return 0;
}

static bool
starts(const char *head, size_t n, const char *magic, size_t len)
{
	return n >= len && !memcmp(head, magic, len);
}

/* The type is what the content says; names and hints are not asked. */
static int
by_type(struct maker *m, struct err *e)
{
	char head[SNIFF];
	ssize_t got = pread(m->source, head, sizeof(head), 0);
	size_t n = got > 0 ? (size_t)got : 0;

	if (got < 0)
		return err_sys(e, ERR_TRANSIENT, "io.read", "%s", m->path);
	if (n == 0)
		return err_set(e, ERR_VALIDATION, "document.empty", "the file is empty");
	if (starts(head, n, "\x89PNG\r\n\x1a\n", 8))
		return one_image(m, "image/png", png_read, e);
	if (starts(head, n, "\xff\xd8\xff", 3))
		return one_image(m, "image/jpeg", jpeg_read, e);
	if (starts(head, n, "II*\0", 4) || starts(head, n, "MM\0*", 4) ||
	    starts(head, n, "II+\0", 4) || starts(head, n, "MM\0+", 4))
		return tiff_images(m, e);
	if (memmem(head, n, "%PDF-", 5))
		return maker_pdf(m, e);
	return err_set(e, ERR_VALIDATION, "document.type",
	    "its content is no PDF, PNG, JPEG or TIFF");
}

int
maker_main(void *arg)
{
	struct maker *m = arg;
	struct rec *r;
	struct err e;
	int bad;

	signal(SIGXFSZ, SIG_IGN);
	buf_init(&m->line, MAKER_LINE_MAX + 1);
	m->dir = open(m->work, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (m->dir < 0)
		bad = err_sys(&e, ERR_PERMANENT, "work.gone", "%s", m->work);
	else
		bad = by_type(m, &e);
	r = event(m, "end", 0);
	if (bad < 0)
		rec_set_error(r, "maker", &e);
	maker_say(m, r);
	return 0;
}

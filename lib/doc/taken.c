#include <sys/stat.h>

#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "doc/taken.h"
#include "img/image.h"
#include "work/copy.h"
#include "work/dir.h"

enum { HEAD = 8, IHDR = 13, PHYS = 9, CRC = 4, FILE_MAX = 256 << 20 };

/* A PNG that is looked through. */
struct form {
	int fd;
	off_t at; /* behind what was looked at */
	struct taken *t;
	struct digest *digest;
	bool pixels; /* an IDAT was there */
};

static uint32_t
form_number(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool
form_get(struct form *f, void *p, size_t n)
{
	const bool got = pread(f->fd, p, n, f->at) == (ssize_t)n;

	f->at += (off_t)n;
	return got;
}

/* ISO/IEC 15948, 11.2.2 */
static bool
form_ihdr(struct form *f)
{
	static const unsigned char gray[5] = { 8, 0, 0, 0, 0 }, rgb[5] = { 8, 2, 0, 0, 0 };
	unsigned char b[IHDR];
	uint32_t w, h, most;

	if (!form_get(f, b, sizeof(b)) ||
	    (memcmp(b + 8, gray, sizeof(gray)) != 0 && memcmp(b + 8, rgb, sizeof(rgb)) != 0))
		return false;
	most = b[9] == rgb[1] ? IMAGE_COLOUR_MAX : IMAGE_AREA_MAX;
	w = form_number(b);
	h = form_number(b + 4);
	if (w < 1 || h < 1 || w > IMAGE_SIDE_MAX || h > IMAGE_SIDE_MAX || (uint64_t)w * h > most)
		return false;
	f->t->width = (long)w;
	f->t->height = (long)h;
	digest_add(f->digest, b, sizeof(b));
	return true;
}

/* 11.3.5.3: pixels a metre. */
static bool
form_phys(struct form *f)
{
	unsigned char b[PHYS];
	double dpi;

	if (!form_get(f, b, sizeof(b)) || memcmp(b, b + 4, 4) != 0 || b[8] != 1)
		return false;
	dpi = form_number(b) * 0.0254;
	f->t->dpi = dpi > 2400 ? 0 : lround(dpi);
	return true;
}

static bool
form_idat(struct form *f, size_t len)
{
	char b[16 << 10];
	size_t n;

	for (; len > 0; len -= n) {
		n = len < sizeof(b) ? len : sizeof(b);
		if (!form_get(f, b, n))
			return false;
		digest_add(f->digest, b, n);
	}
	f->pixels = true;
	return true;
}

/* A chunk: 1: it fits; 0: it is the end, and nothing follows; -1: this is no such file. */
static int
form_chunk(struct form *f, bool first)
{
	unsigned char head[HEAD], crc[CRC + 1];
	size_t len;
	bool good;

	if (!form_get(f, head, sizeof(head)))
		return -1;
	len = form_number(head);
	if (memcmp(head + 4, "IEND", 4) == 0)
		return f->pixels && len == 0 && pread(f->fd, crc, sizeof(crc), f->at) == CRC ? 0
											     : -1;
	if (memcmp(head + 4, "IHDR", 4) == 0)
		good = first && len == IHDR && form_ihdr(f);
	else if (memcmp(head + 4, "pHYs", 4) == 0)
		good = !first && !f->pixels && len == PHYS && form_phys(f);
	else
		good = !first && memcmp(head + 4, "IDAT", 4) == 0 && form_idat(f, len);
	f->at += CRC;
	return good ? 1 : -1;
}

static bool
form_look(struct form *f)
{
	static const char magic[HEAD] = { '\x89', 'P', 'N', 'G', '\r', '\n', '\x1a', '\n' };
	char b[HEAD];
	int r =
	    form_get(f, b, sizeof(b)) && !memcmp(b, magic, sizeof(b)) ? form_chunk(f, true) : -1;

	while (r > 0)
		r = form_chunk(f, false);
	return r == 0;
}

static int
no_image(struct err *e)
{
	return err_set(e, ERR_TRANSIENT, CODE_PAGE_CRASHED,
	    "its decoder made no image that makes sense");
}

static int
taken_look(struct taken *t, int fd, struct err *e)
{
	struct form f = { .fd = fd, .t = t, .digest = digest_new() };
	bool good;

	*t = (struct taken){ .dpi = 0 };
	good = form_look(&f);
	digest_end(f.digest, t->pixels);
	digest_free(f.digest);
	return good ? 0 : no_image(e);
}

/* The copy is what is looked at. */
static int
taken_copy(struct taken *t, int from, int dir, const char *name, struct err *e)
{
	struct copy c = { .dir = dir, .from = from, .name = name };
	int r;

	if (copy_begin(&c, e) < 0)
		return -1;
	do
		r = copy_more(&c, FILE_MAX, e);
	while (r == 0);
	if (r < 0 && err_is(e, CODE_DOCUMENT_LARGE))
		no_image(e);
	if (r < 0 || taken_look(t, c.fd, e) < 0) {
		copy_drop(&c);
		return -1;
	}
	return copy_end(&c, NULL, e);
}

int
taken_image(struct taken *t, const char *from, const char *work, const char *name, struct err *e)
{
	int here = work_open(from, e), there = here < 0 ? -1 : work_open(work, e), fd = -1, r = -1;
	struct stat st;

	if (there >= 0) {
		fd = openat(here, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		r = fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)
		    ? no_image(e)
		    : taken_copy(t, fd, there, name, e);
		(void)unlinkat(here, name, 0);
	}
	if (fd >= 0)
		close(fd);
	if (there >= 0)
		close(there);
	if (here >= 0)
		close(here);
	return r;
}

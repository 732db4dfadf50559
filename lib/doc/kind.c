#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "doc/convert.h"
#include "doc/heads.h"
#include "doc/kind.h"
#include "doc/pdf.h"
#include "doc/picture.h"
#include "img/tiff.h"
#include "pdf/pdf.h"
#include "pdf/raw.h"

static bool
starts(const char *head, size_t n, const char *magic, size_t len)
{
	return n >= len && !memcmp(head, magic, len);
}

/* It may have anything before it: ISO 32000-1, Annex H, 3.4.1. */
static enum kind_match
is_pdf(const char *head, size_t n)
{
	if (starts(head, n, "%PDF-", 5))
		return KIND_START;
	return memmem(head, n, "%PDF-", 5) ? KIND_INSIDE : KIND_NO;
}

/*
 * It begins so, or does behind what programs write in front by mistake: line
 * ends, a byte order mark, headers of HTTP.  Not behind what has control
 * characters but NUL, as files that hold pictures among other things begin.
 */
static enum kind_match
begins(const char *head, size_t n, const char *magic, size_t len)
{
	const char *p = memmem(head, n, magic, len);

	if (!p)
		return KIND_NO;
	for (const char *q = head; q < p; q++)
		if ((unsigned char)*q < ' ' && !strchr("\t\r\n", *q))
			return KIND_NO;
	return p == head ? KIND_START : KIND_INSIDE;
}

static enum kind_match
is_png(const char *head, size_t n)
{
	return begins(head, n, "\x89PNG\r\n\x1a\n", 8);
}

static enum kind_match
is_jpeg(const char *head, size_t n)
{
	return begins(head, n, "\xff\xd8\xff", 3);
}

static enum kind_match
is_tiff(const char *head, size_t n)
{
	return starts(head, n, "II*\0", 4) || starts(head, n, "MM\0*", 4) ||
		starts(head, n, "II+\0", 4) || starts(head, n, "MM\0+", 4)
	    ? KIND_START
	    : KIND_NO;
}

#define KIND_BY_HEAD(word) \
	static enum kind_match is_##word(const char *head, size_t n) \
	{ \
		return heads_is_##word(head, n) ? KIND_START : KIND_NO; \
	}
KIND_BY_HEAD(webp)
KIND_BY_HEAD(gif)
KIND_BY_HEAD(bmp)
KIND_BY_HEAD(jp2)
KIND_BY_HEAD(heic)
KIND_BY_HEAD(avif)
KIND_BY_HEAD(djvu)

enum { FILE_MAX = 256 << 20, PICTURE_AS = 1 << 30 };

/* By a program; the one page that may be said before it becomes another is one too large. */
#define CONVERTED(name, mime, known, make, programs) \
	{ \
		(name), (mime), false, 1, (known), NULL, (make), (programs), NULL, 2L << 30, \
		    FILE_MAX \
	}

const struct kind kind_all[] = {
	{ "PDF", "application/pdf", true, 0, is_pdf, NULL, maker_pdf, KIND_PROGRAMS, pdf_home,
	    2L << 30, FILE_MAX },
	{ "PNG", "image/png", false, 1, is_png, NULL, picture_png, KIND_NO_PROGRAMS, NULL,
	    PICTURE_AS, FILE_MAX },
	{ "JPEG", "image/jpeg", false, 1, is_jpeg, NULL, picture_jpeg, KIND_NO_PROGRAMS, NULL,
	    PICTURE_AS, FILE_MAX },
	{ "TIFF", "image/tiff", false, 0, is_tiff, tiff_ready, picture_tiff, KIND_NO_PROGRAMS, NULL,
	    PICTURE_AS, FILE_MAX },
	CONVERTED("WebP", "image/webp", is_webp, convert_webp, KIND_PROGRAMS),
	CONVERTED("GIF", "image/gif", is_gif, convert_gif, KIND_PROGRAMS),
	CONVERTED("BMP", "image/bmp", is_bmp, convert_bmp, KIND_PROGRAMS),
	CONVERTED("JPEG 2000", "image/jp2", is_jp2, convert_jp2, KIND_PROGRAMS),
	CONVERTED("HEIC", "image/heic", is_heic, convert_heif, KIND_THREADS),
	CONVERTED("AVIF", "image/avif", is_avif, convert_heif, KIND_THREADS),
	CONVERTED("DjVu", "image/vnd.djvu", is_djvu, convert_djvu, KIND_THREADS),
	{ .name = NULL },
};

static int
kind_unknown(const struct kind *table, struct err *e)
{
	struct buf names = BUF_INIT(200);

	for (const struct kind *k = table; k->name; k++)
		(void)buf_printf(&names, "%s%s", k == table ? "" : (k[1].name ? ", " : " or "),
		    k->name);
	err_set(e, ERR_VALIDATION, CODE_DOCUMENT_TYPE, "its content is no %.*s", (int)names.len,
	    names.len ? names.p : "");
	buf_release(&names);
	return -1;
}

/* Whether it ends as a PDF does: an archive that has one within does not. */
static bool
ends_as_pdf(int fd)
{
	char tail[KIND_HEAD];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0 || st.st_size <= (off_t)sizeof(tail))
		return false;
	n = pread(fd, tail, sizeof(tail), st.st_size - (off_t)sizeof(tail));
	return n > 0 &&
	    (memmem(tail, (size_t)n, "startxref", 9) || memmem(tail, (size_t)n, "%%EOF", 5));
}

/* A PDF may have more before it than its head; nothing else may. */
static const struct kind *
kind_within(const struct kind *table, int fd)
{
	struct pdf_raw raw;
	struct err e;

	for (const struct kind *k = table; k->name; k++)
		if (k->make == maker_pdf && ends_as_pdf(fd) && pdf_raw_read(&raw, fd, &e) == 0 &&
		    raw.start >= 0)
			return k;
	return NULL;
}

const struct kind *
kind_of(const struct kind *table, int fd, const char *path, struct err *e)
{
	enum kind_match best = KIND_NO, match;
	const struct kind *found = NULL;
	char head[KIND_HEAD];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	if (n < 0)
		err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "%s", path);
	else if (n == 0)
		err_set(e, ERR_VALIDATION, CODE_DOCUMENT_EMPTY, "the file is empty");
	if (n <= 0)
		return NULL;
	for (const struct kind *k = table; k->name; k++) {
		match = k->known(head, (size_t)n);
		if (match > best) {
			best = match;
			found = k;
		}
	}
	if (!found)
		found = kind_within(table, fd);
	if (!found)
		kind_unknown(table, e);
	return found;
}

void
kind_jail(const struct kind *k, const char *path, const char *work, struct kind_jail *kj)
{
	*kj = (struct kind_jail){ .paths = { { work, JAIL_READ | JAIL_WRITE } },
		.jail = { .paths = kj->paths,
		    .more = k->programs ? jail_system : NULL,
		    .calls = k->programs ? JAIL_CALLS_PROGRAM : JAIL_CALLS_DECODER,
		    .may_exec = k->programs != KIND_NO_PROGRAMS,
		    .may_kill = k->programs != KIND_NO_PROGRAMS,
		    .may_thread = k->programs == KIND_THREADS,
		    .as_bytes = k->as_bytes,
		    .fsize_bytes = k->fsize_bytes } };
	if (!k->programs)
		return;
	kj->paths[1] = (struct jail_path){ path, JAIL_READ };
	if (k->home)
		kj->paths[2] = (struct jail_path){ k->home(), JAIL_READ | JAIL_EXEC };
}

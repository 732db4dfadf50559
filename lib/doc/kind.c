#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "doc/container.h"
#include "doc/convert.h"
#include "doc/heads.h"
#include "doc/html.h"
#include "doc/kind.h"
#include "doc/mail.h"
#include "doc/office.h"
#include "doc/pdf.h"
#include "doc/picture.h"
#include "doc/texts.h"
#include "doc/prose.h"
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

#define KIND_BY_WORDS(word) \
	static enum kind_match reads_as_##word(const char *head, size_t n) \
	{ \
		return texts_is_##word(head, n) ? KIND_TEXT : KIND_NO; \
	}
KIND_BY_WORDS(words)
KIND_BY_WORDS(html)
KIND_BY_WORDS(mail)

/* A zip whose first member says so (OCF 3.3, 4.3; ODF 1.3, part 2, 3.3). */
#define KIND_BY_MIMETYPE(word, mime) \
	static enum kind_match is_##word(const char *head, size_t n) \
	{ \
		return container_says(head, n, mime) ? KIND_START : KIND_NO; \
	}
KIND_BY_MIMETYPE(epub, "application/epub+zip")
KIND_BY_MIMETYPE(odt, "application/vnd.oasis.opendocument.text")
KIND_BY_MIMETYPE(ods, "application/vnd.oasis.opendocument.spreadsheet")
KIND_BY_MIMETYPE(odp, "application/vnd.oasis.opendocument.presentation")

static enum kind_match
is_zip(const char *head, size_t n)
{
	return container_is_zip(head, n) ? KIND_INSIDE : KIND_NO;
}

static enum kind_match
is_ole(const char *head, size_t n)
{
	return container_is_ole(head, n) ? KIND_INSIDE : KIND_NO;
}

static enum kind_match
is_rtf(const char *head, size_t n)
{
	return starts(head, n, "{\\rtf", 5) ? KIND_START : KIND_NO;
}

#define HOLDS_PART(word, part) \
	static bool holds_##word(int fd) \
	{ \
		return container_zip_has(fd, part, NULL) && \
		    container_zip_has(fd, "[Content_Types].xml", NULL); \
	}
HOLDS_PART(docx, "word/document")
HOLDS_PART(xlsx, "xl/workbook")
HOLDS_PART(pptx, "ppt/presentation")

/* What an OLE is, by the first of its streams that tells it; others are embedded. */
static bool
is_first(int fd, const char *name)
{
	static const char *const names[] = { "WordDocument", "Workbook", "Book",
		"PowerPoint Document", "EncryptedPackage", NULL };
	const char *first = container_ole_first(fd, names, NULL);

	return first && !strcmp(first, name);
}

static bool
holds_doc(int fd)
{
	return is_first(fd, "WordDocument");
}

static bool
holds_xls(int fd)
{
	return is_first(fd, "Workbook") || is_first(fd, "Book");
}

static bool
holds_ppt(int fd)
{
	return is_first(fd, "PowerPoint Document");
}

static bool
holds_encrypted(int fd)
{
	return is_first(fd, "EncryptedPackage");
}

enum { FILE_MAX = 256 << 20, PICTURE_AS = 1 << 30, OFFICE_FILES = 1024 };

/* Words, which are recoded by what iconv(3) finds in /usr. */
#define PROSE(name, mime, known, called, make, programs) \
	{ \
		(name), (mime), false, 0, (known), NULL, (called), NULL, (make), (programs), NULL, \
		    2L << 30, FILE_MAX \
	}

/* By a program; the one page that may be said before it becomes another is one too large. */
#define CONVERTED(name, mime, known, make, programs) \
	{ \
		(name), (mime), false, 1, (known), NULL, NULL, NULL, (make), (programs), NULL, \
		    2L << 30, FILE_MAX \
	}

/* By LibreOffice, as a PDF. */
#define OFFICE(name, mime, known, holds, make) \
	{ \
		(name), (mime), false, 1, (known), (holds), NULL, office_ready, (make), \
		    KIND_OFFICE, NULL, 3L << 30, FILE_MAX \
	}

#define OOXML "application/vnd.openxmlformats-officedocument."
#define ODF "application/vnd.oasis.opendocument."

const struct kind kind_all[] = {
	{ "PDF", "application/pdf", true, 0, is_pdf, NULL, NULL, NULL, maker_pdf, KIND_PROGRAMS,
	    pdf_home, 2L << 30, FILE_MAX },
	{ "PNG", "image/png", false, 1, is_png, NULL, NULL, NULL, picture_png, KIND_NO_PROGRAMS,
	    NULL, PICTURE_AS, FILE_MAX },
	{ "JPEG", "image/jpeg", false, 1, is_jpeg, NULL, NULL, NULL, picture_jpeg, KIND_NO_PROGRAMS,
	    NULL, PICTURE_AS, FILE_MAX },
	{ "TIFF", "image/tiff", false, 0, is_tiff, NULL, NULL, tiff_ready, picture_tiff,
	    KIND_NO_PROGRAMS, NULL, PICTURE_AS, FILE_MAX },
	CONVERTED("WebP", "image/webp", is_webp, convert_webp, KIND_PROGRAMS),
	CONVERTED("GIF", "image/gif", is_gif, convert_gif, KIND_PROGRAMS),
	CONVERTED("BMP", "image/bmp", is_bmp, convert_bmp, KIND_PROGRAMS),
	CONVERTED("JPEG 2000", "image/jp2", is_jp2, convert_jp2, KIND_PROGRAMS),
	CONVERTED("HEIC", "image/heic", is_heic, convert_heif, KIND_THREADS),
	CONVERTED("AVIF", "image/avif", is_avif, convert_heif, KIND_THREADS),
	CONVERTED("DjVu", "image/vnd.djvu", is_djvu, convert_djvu, KIND_THREADS),
	OFFICE("DOCX", OOXML "wordprocessingml.document", is_zip, holds_docx, office_writer),
	OFFICE("XLSX", OOXML "spreadsheetml.sheet", is_zip, holds_xlsx, office_calc),
	OFFICE("PPTX", OOXML "presentationml.presentation", is_zip, holds_pptx, office_impress),
	OFFICE("ODT", ODF "text", is_odt, NULL, office_writer),
	OFFICE("ODS", ODF "spreadsheet", is_ods, NULL, office_calc),
	OFFICE("ODP", ODF "presentation", is_odp, NULL, office_impress),
	OFFICE("DOC", "application/msword", is_ole, holds_doc, office_writer),
	OFFICE("XLS", "application/vnd.ms-excel", is_ole, holds_xls, office_calc),
	OFFICE("PPT", "application/vnd.ms-powerpoint", is_ole, holds_ppt, office_impress),
	OFFICE("encrypted OOXML", "application/x-ole-storage", is_ole, holds_encrypted, office_any),
	OFFICE("RTF", "application/rtf", is_rtf, NULL, office_writer),
	PROSE("EPUB", "application/epub+zip", is_epub, texts_may_be_any, html_epub, KIND_THREADS),
	PROSE("HTML", "text/html", reads_as_html, texts_may_be_other, html_document, KIND_THREADS),
	PROSE("EML", "message/rfc822", reads_as_mail, texts_may_be_other, mail_document,
	    KIND_THREADS),
	PROSE("Markdown", "text/markdown", reads_as_words, texts_may_be_markdown, prose_markdown,
	    KIND_PROGRAMS),
	PROSE("CSV", "text/csv", reads_as_words, texts_may_be_table, prose_table, KIND_PROGRAMS),
	PROSE("text", "text/plain", reads_as_words, texts_may_be_plain, prose_plain, KIND_PROGRAMS),
	{ .name = NULL },
};

bool
kind_is_text(const struct kind *k)
{
	return k->called != NULL;
}

static int
kind_unknown(struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_TYPE,
	    "its content is of no kind that is read (quire-formats(7))");
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
kind_of(const struct kind *table, int fd, const char *path, const struct texts_hint *hint,
    struct err *e)
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
		if (k->called && (!hint || !k->called(hint)))
			continue;
		match = k->known(head, (size_t)n);
		if (match > best && (!k->holds || k->holds(fd))) {
			best = match;
			found = k;
		}
	}
	if (!found)
		found = kind_within(table, fd);
	if (!found)
		kind_unknown(e);
	return found;
}

void
kind_jail(const struct kind *k, const char *path, const char *work, struct kind_jail *kj)
{
	const bool starts_some = k->programs == KIND_PROGRAMS || k->programs == KIND_THREADS;

	*kj = (struct kind_jail){ .paths = { { work, JAIL_READ | JAIL_WRITE } },
		.jail = { .paths = kj->paths,
		    .more = k->programs ? jail_system : NULL,
		    .calls = k->programs ? JAIL_CALLS_PROGRAM : JAIL_CALLS_DECODER,
		    .may_exec = starts_some,
		    .may_kill = starts_some,
		    .may_thread = k->programs >= KIND_THREADS,
		    .may_mkdir = k->programs == KIND_OFFICE,
		    .nofile = k->programs == KIND_OFFICE ? OFFICE_FILES : 0,
		    .as_bytes = k->as_bytes,
		    .fsize_bytes = k->fsize_bytes } };
	if (!k->programs)
		return;
	kj->paths[1] = (struct jail_path){ path, JAIL_READ };
	for (int i = 0; k->programs == KIND_OFFICE && office_reads(i); i++)
		kj->paths[2 + i] = (struct jail_path){ office_reads(i), JAIL_READ };
	if (k->home)
		kj->paths[2] = (struct jail_path){ k->home(), JAIL_READ | JAIL_EXEC };
}

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/dl.h"
#include "base/err.h"
#include "base/mem.h"
#include "unpack/arc.h"

enum {
	BLOCK = 512,      /* of a tar */
	BYTES = 64 << 10, /* of the file, at a time */
	SUM_AT = 148,     /* a tar's header: where its checksum stands, */
	SUM_LEN = 8,      /* and in how many characters */
	MAGIC_AT = 257,
	NO_FORMAT = EILSEQ /* libarchive's number where no reader knows the bytes */
};

/* All that is called of it. */
#define EACH_CALL(X) \
	X(archive_read_new) \
	X(archive_read_free) \
	X(archive_read_support_filter_bzip2) \
	X(archive_read_support_filter_gzip) \
	X(archive_read_support_filter_xz) \
	X(archive_read_support_filter_zstd) \
	X(archive_read_support_format_tar) \
	X(archive_read_support_format_zip) \
	X(archive_read_set_callback_data) \
	X(archive_read_set_read_callback) \
	X(archive_read_set_seek_callback) \
	X(archive_read_set_skip_callback) \
	X(archive_read_open1) \
	X(archive_read_next_header) \
	X(archive_read_data) \
	X(archive_read_data_skip) \
	X(archive_errno) \
	X(archive_error_string) \
	X(archive_filter_bytes) \
	X(archive_entry_filetype) \
	X(archive_entry_hardlink) \
	X(archive_entry_is_data_encrypted) \
	X(archive_entry_pathname) \
	X(archive_entry_pathname_utf8) \
	X(archive_entry_size) \
	X(archive_entry_size_is_set)

struct arc { /* the calls first, for dl_load */
#define X(name) __typeof__ (&(name))(name);
	EACH_CALL(X)
#undef X
	struct archive *a;
	int fd;
	enum arc_form form;
	bool damaged, met; /* an entry */
	bool within;       /* an entry, whose bytes were not all read */
	char block[BYTES];
};

/* POSIX.1, pax: "ustar"; without it, as of old, a sum of its bytes that is right. */
static bool
is_tar(const unsigned char *head, size_t n)
{
	char digits[SUM_LEN + 1] = { 0 };
	unsigned long sum = 0;

	if (n < BLOCK || !head[0])
		return false;
	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= SUM_AT && i < SUM_AT + SUM_LEN ? ' ' : head[i];
	memcpy(digits, head + SUM_AT, SUM_LEN);
	return strtoul(digits, NULL, 8) == sum;
}

enum arc_form
arc_form_of(const char *head, size_t n)
{
	static const struct {
		const char *magic;
		size_t len;
		enum arc_form form;
	} forms[] = { { "PK\3\4", 4, ARC_ZIP }, { "PK\5\6", 4, ARC_ZIP },
		{ "\x1f\x8b\x08", 3, ARC_PACKED }, { "BZh", 3, ARC_PACKED },
		{ "\xfd"
		  "7zXZ\0",
		    6, ARC_PACKED },
		{ "\x28\xb5\x2f\xfd", 4, ARC_PACKED } };

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (n >= forms[i].len && memcmp(head, forms[i].magic, forms[i].len) == 0)
			return forms[i].form;
	if (n >= MAGIC_AT + 5 && memcmp(head + MAGIC_AT, "ustar", 5) == 0)
		return ARC_TAR;
	return is_tar((const unsigned char *)head, n) ? ARC_TAR : ARC_NONE;
}

struct arc *
arc_new(struct err *e)
{
#define X(name) #name,
	static const char *const names[] = { EACH_CALL(X) };
#undef X
	static const struct dl dl = { "libarchive.so.13", "libarchive13", CODE_DOCUMENT_TOOL, names,
		sizeof(names) / sizeof(*names) };
	struct arc *arc = mem_new(1, sizeof(*arc));

	/* Names that are said to be UTF-8 are left as they are. */
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	if (dl_load(&dl, arc, e) == 0)
		return arc;
	e->class = ERR_PERMANENT;
	free(arc);
	return NULL;
}

void
arc_free(struct arc *arc)
{
	if (!arc)
		return;
	if (arc->a)
		arc->archive_read_free(arc->a);
	free(arc);
}

static la_ssize_t
arc_give(struct archive *a, void *arg, const void **data)
{
	struct arc *arc = arg;

	(void)a;
	*data = arc->block;
	return read(arc->fd, arc->block, sizeof(arc->block));
}

static la_int64_t
arc_seek(struct archive *a, void *arg, la_int64_t offset, int whence)
{
	const struct arc *arc = arg;
	const off_t at = lseek(arc->fd, offset, whence);

	(void)a;
	return at < 0 ? ARCHIVE_FATAL : at;
}

static int
arc_bad(const struct arc *arc, struct err *e)
{
	const char *why = arc->archive_error_string(arc->a);

	if (arc->form == ARC_PACKED && !arc->met && arc->archive_errno(arc->a) == NO_FORMAT)
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_TYPE, "it is no archive");
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED, "it cannot be read: %.200s",
	    why ? why : "it is cut, or makes no sense");
}

static int
arc_set_form(struct arc *arc)
{
	int r = 0;

	if (arc->form == ARC_ZIP)
		return arc->archive_read_support_format_zip(arc->a);
	if (arc->form == ARC_PACKED) {
		/* ARCHIVE_WARN: a program would do it, and none can be started. */
		r |= arc->archive_read_support_filter_gzip(arc->a) < ARCHIVE_WARN;
		r |= arc->archive_read_support_filter_bzip2(arc->a) < ARCHIVE_WARN;
		r |= arc->archive_read_support_filter_xz(arc->a) < ARCHIVE_WARN;
		r |= arc->archive_read_support_filter_zstd(arc->a) < ARCHIVE_WARN;
	}
	return r ? ARCHIVE_FATAL : arc->archive_read_support_format_tar(arc->a);
}

int
arc_open(struct arc *arc, int fd, enum arc_form form, struct err *e)
{
	if (arc->a)
		arc->archive_read_free(arc->a);
	arc->a = arc->archive_read_new();
	if (!arc->a)
		mem_gone();
	arc->fd = fd;
	arc->form = form;
	arc->damaged = arc->met = arc->within = false;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "the archive");
	arc->archive_read_set_callback_data(arc->a, arc);
	arc->archive_read_set_read_callback(arc->a, arc_give);
	if (form == ARC_ZIP)
		arc->archive_read_set_seek_callback(arc->a, arc_seek);
	return arc_set_form(arc) < ARCHIVE_WARN || arc->archive_read_open1(arc->a) < ARCHIVE_WARN
	    ? arc_bad(arc, e)
	    : 0;
}

static enum arc_type
arc_type_of(const struct arc *arc, struct archive_entry *entry)
{
	if (arc->archive_entry_hardlink(entry))
		return ARC_LINK;
	switch (arc->archive_entry_filetype(entry)) {
	case AE_IFREG:
		return ARC_FILE;
	case AE_IFDIR:
		return ARC_FOLDER;
	case AE_IFLNK:
		return ARC_LINK;
	default:
		return ARC_SPECIAL;
	}
}

/* Behind the last entry of a tar come two empty blocks, or it was cut there. */
static int
arc_ended(struct arc *arc, long long before, struct err *e)
{
	if (arc->form == ARC_ZIP || arc_passed(arc) - before >= BLOCK)
		return 0;
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
	    "it cannot be read: it is cut: its end is missing");
}

int
arc_next(struct arc *arc, struct arc_entry *out, struct err *e)
{
	struct archive_entry *entry;
	long long before;
	int r;

	if (arc->within && arc->archive_read_data_skip(arc->a) <= ARCHIVE_FATAL)
		return arc_bad(arc, e);
	arc->within = false;
	do {
		before = arc_passed(arc);
		r = arc->archive_read_next_header(arc->a, &entry);
		arc->damaged |= r == ARCHIVE_RETRY;
	} while (r == ARCHIVE_RETRY);
	if (r == ARCHIVE_EOF)
		return arc_ended(arc, before, e);
	if (r < ARCHIVE_WARN)
		return arc_bad(arc, e);
	arc->within = arc->met = true;
	out->name = arc->archive_entry_pathname(entry);
	if (!out->name)
		out->name = arc->archive_entry_pathname_utf8(entry);
	if (!out->name)
		out->name = "";
	out->type = arc_type_of(arc, entry);
	/* By how a name ends, in a zip; what has bytes is a file, whose bytes libarchive keeps. */
	if (arc->form == ARC_ZIP && out->type == ARC_FOLDER && arc->archive_entry_size(entry) > 0)
		out->type = ARC_FILE;
	out->encrypted = arc->archive_entry_is_data_encrypted(entry) > 0;
	out->size = arc->archive_entry_size_is_set(entry) ? arc->archive_entry_size(entry) : -1;
	return 1;
}

ssize_t
arc_read(struct arc *arc, void *data, size_t n, struct err *e)
{
	const la_ssize_t got = arc->archive_read_data(arc->a, data, n);

	return got < 0 ? arc_bad(arc, e) : got;
}

bool
arc_is_damaged(const struct arc *arc)
{
	return arc->damaged;
}

long long
arc_passed(const struct arc *arc)
{
	return arc->archive_filter_bytes(arc->a, 0);
}

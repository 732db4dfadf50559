#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "proc/frame.h"
#include "proc/relay.h"
#include "proc/role.h"
#include "rec/name.h"
#include "rec/rec.h"
#include "unpack/reader.h"
#include "work/copy.h"

enum { CHUNK_BYTES = 64 << 10, NAME_BYTES = 64 << 10 };

/* An archive that is being read. */
struct reading {
	const struct reader *r;
	int sock, dir;
	long n, files, links, special, folders;
	long long total; /* bytes of members */
};

/* What became of an entry. */
enum entry_end { ENTRY_GOOD, ENTRY_BAD, ARCHIVE_BAD };

int
reader_tell(struct buf *b, const struct reader *r)
{
	const struct reader bare = { .form = r->form, .bytes = r->bytes, .limits = r->limits };

	return buf_add(b, &bare, sizeof(bare)) < 0 ? -1 : buf_add(b, r->dir, strlen(r->dir) + 1);
}

int
reader_ready(const struct role *role, void *told, size_t len, void **self, struct err *e)
{
	struct reader *r = told;

	(void)role;
	r->dir = (const char *)told + sizeof(*r);
	if (len <= sizeof(*r) || strlen(r->dir) + 1 != len - sizeof(*r))
		return err_set(e, ERR_TRANSIENT, CODE_PROC_DIED, "what it was told makes no sense");
	*self = r;
	r->arc = arc_new(e);
	return r->arc ? 0 : -1;
}

static struct rec *
reading_event(const char *type)
{
	struct rec *r = rec_new();

	rec_set_str(r, "event", type);
	return r;
}

static void
event_say(const struct reading *in, struct rec *r, const struct err *e)
{
	struct buf b = BUF_INIT(RELAY_MAX), line = BUF_INIT(READER_SAID_MAX);
	struct err ignored;

	if (e && relay_put(&b, e) < 0)
		_exit(1);
	if (e)
		rec_set(r, "error", jv_string_sized(b.p, (int)b.len));
	if (rec_write(r, &line, READER_SAID_MAX, &ignored) < 0 ||
	    frame_write(in->sock, line.p, line.len) < 0)
		_exit(1);
	rec_free(r);
	buf_release(&b);
	buf_release(&line);
}

/* A member is there, or cannot be had: go on when that was taken. */
static void
say_member(const struct reading *in, const struct arc_entry *entry, const struct err *e)
{
	struct rec *r = reading_event(e ? "failed" : "member");
	char *name = name_encode_bytes(entry->name, strnlen(entry->name, NAME_BYTES)), none;
	int fd;

	rec_set_int(r, "n", in->n);
	rec_set_str(r, "name", name);
	free(name);
	event_say(in, r, e);
	if (frame_read(in->sock, &none, 0, &fd) < 0)
		_exit(1);
}

static void
reading_end(const struct reading *in, const struct err *e)
{
	struct rec *r = reading_event("end");

	rec_set_int(r, "links", in->links);
	rec_set_int(r, "special", in->special);
	rec_set_int(r, "folders", in->folders);
	event_say(in, r, e);
}

static int
too_many(const struct reader *r, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_ARCHIVE_LIMIT,
	    "it has more than %ld entries (--max-members)", r->limits.members);
}

int
reader_too_much(const struct reader *r, long long total, struct err *e)
{
	if (total > r->limits.total)
		return err_set(e, ERR_VALIDATION, CODE_ARCHIVE_LIMIT,
		    "what it holds has more than %lld bytes (--max-unpacked)", r->limits.total);
	if (total > (long long)READER_FREE_MIB << 20 && total / r->limits.ratio > r->bytes)
		return err_set(e, ERR_VALIDATION, CODE_ARCHIVE_LIMIT,
		    "its %lld bytes become more than %ld times as many (--max-ratio)", r->bytes,
		    r->limits.ratio);
	return 0;
}

/* Of a tar all that was unpacked counts, whosever it is. */
static int
reading_too_much(const struct reading *in, struct err *e)
{
	const long long passed = in->r->form == ARC_ZIP ? 0 : arc_passed(in->r->arc);

	return reader_too_much(in->r, in->total > passed ? in->total : passed, e);
}

static int
put_all(int fd, const char *data, ssize_t n, struct err *e)
{
	ssize_t done;

	for (; n > 0; data += done, n -= done) {
		done = write(fd, data, (size_t)n);
		if (done < 0 && errno == EINTR)
			done = 0;
		if (done < 0)
			return err_write(e, READER_FILE);
	}
	return 0;
}

/* The bytes of a file, into fd. */
static enum entry_end
entry_copy(struct reading *in, const struct arc_entry *entry, int fd, struct err *e)
{
	char data[CHUNK_BYTES];
	long long size = 0;
	ssize_t n;

	while ((n = arc_read(in->r->arc, data, sizeof(data), e)) > 0) {
		size += n;
		in->total += n;
		if (reading_too_much(in, e) < 0)
			return ARCHIVE_BAD;
		if (size > in->r->limits.size) {
			copy_too_large(size, in->r->limits.size, e);
			return ENTRY_BAD;
		}
		if (put_all(fd, data, n, e) < 0)
			return ENTRY_BAD;
	}
	if (n == 0 && size < entry->size)
		n = err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
		    "it should have %lld bytes, and %lld can be read", entry->size, size);
	return n < 0 ? ENTRY_BAD : ENTRY_GOOD;
}

static enum entry_end
entry_unpack(struct reading *in, const struct arc_entry *entry, struct err *e)
{
	enum entry_end end = ENTRY_BAD;
	int fd;

	if (entry->encrypted) {
		err_set(e, ERR_VALIDATION, CODE_DOCUMENT_ENCRYPTED,
		    "it is encrypted in its archive");
		return ENTRY_BAD;
	}
	if (entry->size > in->r->limits.size) {
		copy_too_large(entry->size, in->r->limits.size, e);
		return ENTRY_BAD;
	}
	fd = openat(in->dir, READER_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0600);
	if (fd < 0) {
		err_write(e, READER_FILE);
		return ENTRY_BAD;
	}
	end = entry_copy(in, entry, fd, e);
	if (close(fd) < 0 && end == ENTRY_GOOD) {
		err_write(e, READER_FILE);
		end = ENTRY_BAD;
	}
	if (end != ENTRY_GOOD)
		(void)unlinkat(in->dir, READER_FILE, 0);
	return end;
}

/* -1: nothing behind it is read any more. */
static int
entry_take(struct reading *in, const struct arc_entry *entry, struct err *e)
{
	enum entry_end end;

	if (++in->n > in->r->limits.members)
		return too_many(in->r, e);
	in->links += entry->type == ARC_LINK;
	in->special += entry->type == ARC_SPECIAL;
	in->folders += entry->type == ARC_FOLDER;
	if (entry->type != ARC_FILE)
		return reading_too_much(in, e);
	in->files++;
	end = entry_unpack(in, entry, e);
	if (end == ARCHIVE_BAD)
		return -1;
	say_member(in, entry, end == ENTRY_GOOD ? NULL : e);
	return 0;
}

/* OPC (ECMA-376-2), ODF 1.2 and EPUB (their OCF), and Java's archives are documents. */
static bool
is_of_document(const char *name, long n)
{
	return strcasecmp(name, "[Content_Types].xml") == 0 ||
	    (n == 1 && strcmp(name, "mimetype") == 0) ||
	    strcmp(name, "META-INF/container.xml") == 0 ||
	    strcasecmp(name, "META-INF/MANIFEST.MF") == 0;
}

/* What a zip says of itself, before anything of it is unpacked: 1 where it is a document. */
static int
survey(const struct reader *r, int file, struct err *e)
{
	struct arc_entry entry;
	struct err bad;
	long long total = 0;
	long n = 0;

	if (arc_open(r->arc, file, r->form, e) < 0)
		return -1;
	while (arc_next(r->arc, &entry, &bad) > 0) {
		if (is_of_document(entry.name, ++n))
			return 1;
		if (n > r->limits.members)
			return too_many(r, e);
		if (entry.type == ARC_FILE && entry.size > 0 && !entry.encrypted)
			total += entry.size <= r->limits.size ? entry.size : 0;
		if (reader_too_much(r, total, e) < 0)
			return -1;
	}
	return 0;
}

static int
unpack_all(struct reading *in, int file, struct err *e)
{
	struct arc *arc = in->r->arc;
	struct arc_entry entry;
	int got = arc_open(arc, file, in->r->form, e);

	if (got < 0)
		return -1;
	while ((got = arc_next(arc, &entry, e)) > 0)
		if (entry_take(in, &entry, e) < 0)
			return -1;
	if (got < 0)
		return -1;
	if (arc_is_damaged(arc))
		return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_DAMAGED,
		    "parts of it cannot be read, and members may be missing");
	if (in->files == 0)
		return err_set(e, ERR_VALIDATION, CODE_ARCHIVE_EMPTY,
		    "it has %ld entries, none of them a file", in->n);
	return 0;
}

int
reader_serve(int sock, int file, void *self)
{
	struct reader *r = self;
	struct reading in = { .r = r, .sock = sock };
	struct err e;
	int got;

	signal(SIGXFSZ, SIG_IGN);
	in.dir = open(r->dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (in.dir < 0)
		got = err_sys(&e, ERR_PERMANENT, CODE_WORK_GONE, "%s", r->dir);
	else
		got = r->form == ARC_ZIP ? survey(r, file, &e) : 0;
	if (got == 0)
		got = unpack_all(&in, file, &e);
	if (got > 0 || (got < 0 && in.n == 0 && err_is(&e, CODE_DOCUMENT_TYPE)))
		event_say(&in, reading_event("none"), NULL);
	else
		reading_end(&in, got < 0 ? &e : NULL);
	arc_free(r->arc);
	return 0;
}

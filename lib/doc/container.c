#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "doc/container.h"

enum {
	LOCAL_NAME = 30, /* of a zip's member: where its name stands */
	END_BYTES = 22,  /* of a zip's end, behind which stands a comment */
	COMMENT_MAX = 65535,
	CENTRAL_MAX = 4 << 20,
	CENTRAL_NAME = 46,
	ENTRY_BYTES = 128, /* of an OLE's directory */
	NAME_BYTES = 64,
	ENTRY_TYPE = 66,
	ENTRY_START = 116,
	ENTRY_SIZE = 120,
	STREAM = 2,
	ROOT = 5,
	SHORT_BYTES = 4096, /* a stream that is shorter is in sectors of 64 bytes */
	SHORT_SHIFT = 6,
	CHUNK_BYTES = 64 << 10
};

static uint32_t
u16(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t
u32(const unsigned char *p)
{
	return u16(p) | u16(p + 2) << 16;
}

bool
container_is_zip(const char *head, size_t n)
{
	return n >= LOCAL_NAME && !memcmp(head, "PK\3\4", 4);
}

bool
container_is_ole(const char *head, size_t n)
{
	return n >= 512 && !memcmp(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
}

bool
container_says(const char *head, size_t n, const char *mime)
{
	static const char name[] = "mimetype";
	const size_t at = LOCAL_NAME + sizeof(name) - 1, len = strlen(mime);

	if (!container_is_zip(head, n) || n < at + len + 2 ||
	    memcmp(head + LOCAL_NAME, name, sizeof(name) - 1) != 0 ||
	    memcmp(head + at, mime, len) != 0)
		return false;
	/* What follows is the next member, or in a broken one anything that is no word. */
	return head[at + len] == 'P' || (unsigned char)head[at + len] < ' ';
}

/* The last of those that begin so in p[0..n). */
static const unsigned char *
last_mark(const unsigned char *p, size_t n, const char mark[4])
{
	for (size_t i = n; i >= 4; i--)
		if (!memcmp(p + i - 4, mark, 4))
			return p + i - 4;
	return NULL;
}

/* Where the list of members stands. */
static bool
find_central(int fd, long long size, long long *at, size_t *n)
{
	const size_t tail =
	    (size_t)(size < END_BYTES + COMMENT_MAX ? size : END_BYTES + COMMENT_MAX);
	unsigned char *p = mem_new(1, tail + 1);
	const ssize_t got = pread(fd, p, tail, size - (long long)tail);
	const unsigned char *end = got > 0 ? last_mark(p, (size_t)got, "PK\5\6") : NULL;
	const bool found = end && p + got - end >= END_BYTES;

	if (found) {
		*n = u32(end + 12);
		*at = u32(end + 16);
		/* As in one that has something in front. */
		if (*at + (long long)*n > size)
			*at = size - got + (end - p) - (long long)*n;
	}
	free(p);
	return found && *at >= 0 && *n > 0 && *n <= CENTRAL_MAX;
}

/* Its entry in the list of members. */
static const unsigned char *
find_member(const unsigned char *p, size_t n, const char *name)
{
	const size_t want = strlen(name);

	for (int i = 0; i < CONTAINER_ENTRIES_MAX; i++) {
		size_t len, step;

		if (n < CENTRAL_NAME || memcmp(p, "PK\1\2", 4) != 0)
			return NULL;
		len = u16(p + 28);
		step = CENTRAL_NAME + len + u16(p + 30) + u16(p + 32);
		if (n < CENTRAL_NAME + len)
			return NULL;
		if (len >= want && !memcmp(p + CENTRAL_NAME, name, want))
			return p;
		if (step > n)
			return NULL;
		p += step;
		n -= step;
	}
	return NULL;
}

/* Where the bytes of a member begin that is stored as it is; 0: it is not. */
static long long
stored_at(int fd, const unsigned char *entry)
{
	const long long local = u32(entry + 42);
	unsigned char head[LOCAL_NAME];

	if (u16(entry + 10) != 0 || pread(fd, head, sizeof(head), local) != sizeof(head) ||
	    memcmp(head, "PK\3\4", 4) != 0)
		return 0;
	return local + LOCAL_NAME + u16(head + 26) + u16(head + 28);
}

bool
container_zip_has(int fd, const char *name, long long *where)
{
	unsigned char *p;
	struct stat st;
	long long at;
	size_t n;
	const unsigned char *entry = NULL;

	if (fstat(fd, &st) < 0 || !find_central(fd, st.st_size, &at, &n))
		return false;
	p = mem_new(1, n);
	if (pread(fd, p, n, at) == (ssize_t)n)
		entry = find_member(p, n, name);
	if (entry && where)
		*where = stored_at(fd, entry);
	free(p);
	return entry != NULL;
}

/* Whether the entry of a directory is of that type and name. */
static bool
is_entry(const unsigned char *p, int type, const char *name)
{
	const size_t n = strlen(name);

	if (p[ENTRY_TYPE] != type || u16(p + NAME_BYTES) != 2 * (n + 1) || 2 * n >= NAME_BYTES)
		return false;
	for (size_t i = 0; i <= n; i++)
		if (p[2 * i] != (unsigned char)name[i] || p[2 * i + 1] != 0)
			return false;
	return true;
}

/* Where a stream begins; a short one is a part of what the root entry has. */
static long long
stream_at(const unsigned char *entry, uint32_t root, int shift)
{
	const uint32_t start = u32(entry + ENTRY_START);

	return u32(entry + ENTRY_SIZE) < SHORT_BYTES
	    ? (((long long)root + 1) << shift) + ((long long)start << SHORT_SHIFT)
	    : ((long long)start + 1) << shift;
}

/* Entries lie at multiples of their size, wherever the directory's sectors are. */
const char *
container_ole_first(int fd, const char *const *names, long long *at)
{
	unsigned char head[512], p[CHUNK_BYTES];
	long long pos = sizeof(head);
	const char *const *name;
	uint32_t root = 0;
	ssize_t n;

	if (pread(fd, head, sizeof(head), 0) != sizeof(head))
		return NULL;
	while ((n = pread(fd, p, sizeof(p), pos)) >= ENTRY_BYTES) {
		n -= n % ENTRY_BYTES;
		for (ssize_t i = 0; i < n; i += ENTRY_BYTES) {
			if (is_entry(p + i, ROOT, "Root Entry"))
				root = u32(p + i + ENTRY_START);
			for (name = names; *name && !is_entry(p + i, STREAM, *name);)
				name++;
			if (!*name)
				continue;
			if (at)
				*at = stream_at(p + i, root, head[30] == 12 ? 12 : 9);
			return *name;
		}
		pos += n;
	}
	return NULL;
}

bool
container_ole_has(int fd, const char *name, long long *at)
{
	return container_ole_first(fd, (const char *const[]){ name, NULL }, at) != NULL;
}

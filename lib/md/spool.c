#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "md/spool.h"
#include "work/dir.h"

static const char spool_name[] = "pages.md";
static const char temp_name[] = ".out.md";
static const char out_name[] = "out.md";

enum { COPY = 64 << 10 };

/* The file that is being put together. */
struct sink {
	int fd, from; /* the spool */
	struct buf b; /* not written yet */
	struct digest *digest;
};

/* Where the page is in seen, or where it would be: nseen is a power of 2. */
static size_t
spool_slot(const struct spool *s, long page)
{
	size_t i = ((size_t)page * 0x9e3779b97f4a7c15ULL >> 20) & (s->nseen - 1);

	while (s->seen[i] && s->v[s->seen[i] - 1].page != page)
		i = (i + 1) & (s->nseen - 1);
	return i;
}

bool
spool_has(const struct spool *s, long page)
{
	return s->n > 0 && s->seen[spool_slot(s, page)] > 0;
}

/* At most half of seen is used. */
static void
spool_grow(struct spool *s)
{
	s->cap = s->cap ? s->cap * 2 : 4;
	s->v = mem_resize(s->v, s->cap, sizeof(*s->v));
	free(s->seen);
	s->nseen = 2 * s->cap;
	s->seen = mem_new(s->nseen, sizeof(*s->seen));
	for (size_t i = 0; i < s->n; i++)
		s->seen[spool_slot(s, s->v[i].page)] = i + 1;
}

static int
spool_write_all(int fd, const char *p, size_t n)
{
	ssize_t w;

	for (; n > 0; p += w, n -= (size_t)w) {
		w = write(fd, p, n);
		if (w < 0 && errno == EINTR)
			w = 0;
		if (w < 0)
			return -1;
	}
	return 0;
}

static int
append(struct spool *s, const char *text, size_t len, struct err *e)
{
	int dir = work_open(s->work, e), fd, bad;

	if (dir < 0)
		return -1;
	fd = openat(dir, spool_name,
	    O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | (s->end == 0 ? O_TRUNC : 0), 0600);
	bad = fd < 0 || lseek(fd, s->end, SEEK_SET) < 0 || spool_write_all(fd, text, len) < 0;
	if (fd >= 0 && close(fd) < 0)
		bad = 1;
	if (bad) {
		err_write(e, "%s", s->work);
		/* Else spool_drop does that. */
		if (fd >= 0 && s->end == 0)
			(void)unlinkat(dir, spool_name, 0);
	}
	close(dir);
	return bad ? -1 : 0;
}

int
spool_add(struct spool *s, const struct spool_page *p, const char *text, struct err *e)
{
	if (p->len > 0 && append(s, text, p->len, e) < 0)
		return -1;
	if (s->n == s->cap)
		spool_grow(s);
	s->seen[spool_slot(s, p->page)] = s->n + 1;
	s->v[s->n] = *p;
	s->v[s->n++].off = s->end;
	s->end += (off_t)p->len;
	return 0;
}

static int
flush(struct sink *k)
{
	int r;

	digest_add(k->digest, k->b.p, k->b.len);
	r = spool_write_all(k->fd, k->b.p, k->b.len);
	k->b.len = 0;
	return r;
}

static int
put(struct sink *k, const char *s, size_t n)
{
	if (buf_add(&k->b, s, n) == 0)
		return 0;
	return flush(k) < 0 || buf_add(&k->b, s, n) < 0 ? -1 : 0;
}

static int
spool_copy(struct sink *k, const struct spool_page *p)
{
	char part[4096];
	size_t left = p->len;
	off_t off = p->off;
	ssize_t n;

	for (; left > 0; left -= (size_t)n, off += n) {
		n = pread(k->from, part, left < sizeof(part) ? left : sizeof(part), off);
		if (n == 0)
			errno = EIO;
		if (n <= 0 || put(k, part, (size_t)n) < 0)
			return -1;
	}
	return 0;
}

/*
 * Where in the first line of a document, its text s[0..n), a backslash keeps it
 * from being metadata: of pandoc ("% Title"), Hugo ("+++", "{"), MultiMarkdown
 * ("Title: text"; an address is none), or the name of somebody ("@name").  n:
 * nowhere.  To CommonMark what is escaped is the same text.
 */
static size_t
start_mark(const char *s, size_t n)
{
	const char *nl = memchr(s, '\n', n), *colon;
	const size_t line = nl ? (size_t)(nl - s) : n;

	if (line == 0)
		return n;
	if (strchr("%{@", *s) || (line >= 3 && memcmp(s, "+++", 3) == 0))
		return 0;
	colon = memchr(s, ':', line);
	if (!colon || colon == s || colon[-1] == '\\' ||
	    !(isalnum((unsigned char)*s) || (*s & 0x80)) ||
	    (s + line - colon >= 3 && memcmp(colon, "://", 3) == 0))
		return n;
	return (size_t)(colon - s);
}

/* The text of a document's first page. */
static int
spool_copy_start(struct sink *k, const struct spool_page *p)
{
	struct spool_page rest = *p;
	char part[4096];
	const size_t want = p->len < sizeof(part) ? p->len : sizeof(part);
	size_t mark;

	if (want == 0)
		return 0;
	if (pread(k->from, part, want, p->off) != (ssize_t)want) {
		errno = EIO;
		return -1;
	}
	mark = start_mark(part, want);
	if (put(k, part, mark) < 0 || (mark < want && put(k, "\\", 1) < 0))
		return -1;
	rest.off += (off_t)mark;
	rest.len -= mark;
	return spool_copy(k, &rest);
}

/* A failed page is seen in the text, where it would have stood. */
static int
put_gap(struct sink *k, const struct spool_page *p)
{
	char head[80];
	int n = snprintf(head, sizeof(head), "> **Page %ld could not be read** (", p->page);

	if (put(k, head, (size_t)n) < 0 || spool_copy(k, p) < 0)
		return -1;
	return put(k, ")", 1);
}

static int
by_page(const void *a, const void *b)
{
	const struct spool_page *p = a, *q = b;

	return (p->page > q->page) - (p->page < q->page);
}

static int
put_pages(struct sink *k, const struct spool *s)
{
	char mark[64];
	size_t i;
	int n, r = s->head ? put(k, s->head, strlen(s->head)) : 0;

	for (i = 0; i < s->n && r == 0; i++) {
		n = snprintf(mark, sizeof(mark), "%s<!-- Page %ld -->\n\n",
		    i > 0 || !s->head ? "\n\n---\n\n" : "", s->v[i].page);
		if (s->v[i].page > 1)
			r = put(k, mark, (size_t)n);
		if (r == 0 && s->v[i].failed)
			r = put_gap(k, &s->v[i]);
		else if (r == 0)
			r = s->v[i].page > 1 || s->head ? spool_copy(k, &s->v[i])
							: spool_copy_start(k, &s->v[i]);
	}
	return r < 0 || put(k, "\n", 1) < 0 || flush(k) < 0 ? -1 : 0;
}

static int
assemble(struct spool *s, int dir, char hex[DIGEST_HEX + 1], struct err *e)
{
	struct sink k = { .from = openat(dir, spool_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) };
	int bad;

	buf_init(&k.b, COPY);
	k.digest = digest_new();
	k.fd = openat(dir, temp_name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->n > 0)
		qsort(s->v, s->n, sizeof(*s->v), by_page);
	bad = k.fd < 0 || (k.from < 0 && s->end > 0) || put_pages(&k, s) < 0;
	if (k.fd >= 0 && close(k.fd) < 0)
		bad = 1;
	if (bad || renameat(dir, temp_name, dir, out_name) < 0) {
		bad = err_write(e, "%s", s->work);
		(void)unlinkat(dir, temp_name, 0);
	}
	digest_end(k.digest, hex);
	digest_free(k.digest);
	buf_release(&k.b);
	if (k.from >= 0)
		close(k.from);
	return bad ? -1 : 0;
}

int
spool_finish(struct spool *s, char hex[DIGEST_HEX + 1], struct err *e)
{
	int dir = work_open(s->work, e), r;

	if (dir < 0)
		return -1;
	r = assemble(s, dir, hex, e);
	close(dir);
	spool_drop(s);
	return r;
}

void
spool_drop(struct spool *s)
{
	struct err ignored;
	int dir = s->end > 0 ? work_open(s->work, &ignored) : -1;

	if (dir >= 0) {
		(void)unlinkat(dir, spool_name, 0);
		close(dir);
	}
	free(s->v);
	free(s->seen);
	s->v = NULL;
	s->seen = NULL;
	s->n = s->cap = s->nseen = 0;
	s->end = 0;
}

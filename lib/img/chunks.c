#include <errno.h>
#include <string.h>

#include <zlib.h>

#include "base/err.h"
#include "img/chunks.h"

enum { TRUECOLOR = 2, PALETTE = 3, EXIF_MAX = CHUNKS_BUF, CHUNK_MAX = 8 * 1024 * 1024 };

static const uint8_t signature[8] = { 0x89, 'P', 'N', 'G', 13, 10, 26, 10 };

static uint32_t
number(const uint8_t p[4])
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* More bytes are there to be used; false at the end of the file. */
static bool
chunks_more(struct chunks *c)
{
	ssize_t got;

	if (c->used < c->have)
		return true;
	got = infile_read(&c->in, c->buf, CHUNKS_BUF);
	c->used = 0;
	c->have = got > 0 ? (size_t)got : 0;
	return got > 0;
}

/* How many of n bytes there are. */
static size_t
chunks_fetch(struct chunks *c, uint8_t *to, size_t n)
{
	size_t done = 0;

	while (done < n && chunks_more(c)) {
		size_t k = c->have - c->used < n - done ? c->have - c->used : n - done;

		memcpy(to + done, c->buf + c->used, k);
		c->used += k;
		done += k;
	}
	return done;
}

static void
chunks_pass(struct chunks *c, uint64_t n)
{
	size_t k = c->have - c->used < n ? c->have - c->used : (size_t)n;

	c->used += k;
	c->in.at += n - k;
}

/* false: there is none, or what there is makes no sense. */
static bool
chunk_next(struct chunks *c)
{
	uint8_t head[8];

	if (chunks_fetch(c, head, 8) < 8)
		return false;
	c->left = number(head);
	memcpy(c->name, head + 4, 4);
	c->crc = crc32(0, c->name, 4);
	return c->left <= 0x7fffffff;
}

static bool
chunk_is(const struct chunks *c, const char name[5])
{
	return memcmp(c->name, name, 4) == 0;
}

/* Behind the chunk in hand: false when its checksum is another than that of what was read. */
static bool
chunk_sum(struct chunks *c)
{
	const bool whole = c->left == 0;
	uint8_t sum[4];

	chunks_pass(c, c->left);
	return chunks_fetch(c, sum, 4) < 4 || !whole || number(sum) == c->crc;
}

/* At most max bytes of the chunk in hand; how many. */
static uint32_t
chunk_body(struct chunks *c, uint8_t *to, uint32_t max)
{
	size_t n = chunks_fetch(c, to, c->left < max ? c->left : max);

	c->crc = crc32(c->crc, to, (uInt)n);
	c->left -= (uint32_t)n;
	return (uint32_t)n;
}

static void
take_resolution(struct chunks *c)
{
	uint8_t p[9];

	if (c->left == sizeof(p) && chunk_body(c, p, sizeof(p)) == sizeof(p) && p[8] == 1)
		c->dpi = 0.0254 * number(p);
	(void)chunk_sum(c);
}

/* Into out, which has nothing in it then. */
static void
take_exif(struct chunks *c)
{
	if (c->left <= EXIF_MAX)
		exif_read(&c->exif, c->out, chunk_body(c, c->out, EXIF_MAX));
	(void)chunk_sum(c);
}

static void
take_palette(struct chunks *c)
{
	if (c->header[9] == PALETTE && c->palette_len == 0) {
		c->palette_len = chunk_body(c, c->palette, sizeof(c->palette));
		c->palette_len -= c->palette_len % 3;
		if (c->palette_len > 3U << c->header[8])
			c->palette_len = 3U << c->header[8];
		c->damaged |= !chunk_sum(c);
		return;
	}
	(void)chunk_sum(c);
}

/* Of a wrong length, or where there is no room for it, it says nothing. */
static void
take_alpha(struct chunks *c)
{
	static const uint32_t len[4] = { 2, 0, 6, 0 };
	const unsigned color = c->header[9];

	if (color == PALETTE && c->left <= 256)
		c->alpha_len = chunk_body(c, c->alpha, c->palette_len / 3);
	else if (color <= TRUECOLOR && c->left == len[color])
		c->alpha_len = chunk_body(c, c->alpha, len[color]);
	c->damaged |= !chunk_sum(c) && c->alpha_len > 0;
}

static int
chunks_bad(struct chunks *c, const char *what, struct err *e)
{
	if (c->in.errnum) {
		errno = c->in.errnum;
		return err_sys(e, ERR_TRANSIENT, CODE_IO_READ, "PNG");
	}
	return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE, "PNG: %s", what);
}

static void
put_chunk(struct chunks *c, const char name[5], const uint8_t *p, uint32_t n)
{
	const uint8_t len[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8),
		(uint8_t)n };

	memcpy(c->out + c->ready, len, 4);
	memcpy(c->out + c->ready + 4, name, 4);
	if (n > 0)
		memcpy(c->out + c->ready + 8, p, n);
	memset(c->out + c->ready + 8 + n, 0, 4);
	c->ready += 12 + n;
}

/* Up to the first chunk of data: what is worth knowing, and what is wrong. */
static const char *
read_front(struct chunks *c)
{
	while (chunk_next(c)) {
		if (chunk_is(c, "IDAT"))
			return NULL;
		if (c->left > CHUNK_MAX)
			return "a chunk in front of the pixels is too large";
		if (chunk_is(c, "PLTE"))
			take_palette(c);
		else if (chunk_is(c, "tRNS"))
			take_alpha(c);
		else if (chunk_is(c, "pHYs"))
			take_resolution(c);
		else if (chunk_is(c, "eXIf"))
			take_exif(c);
		else if (chunk_is(c, "IEND"))
			return "it has no pixels";
		else if (!(c->name[0] & 0x20))
			return "a chunk that is not known";
		else
			(void)chunk_sum(c);
	}
	return "the file is cut short";
}

/* Where the file begins; -1: it does not. */
static int
find_start(struct chunks *c)
{
	const uint8_t *p;

	if (!chunks_more(c))
		return -1;
	p = memmem(c->buf, c->have < CHUNKS_JUNK ? c->have : CHUNKS_JUNK, signature, 8);
	if (!p)
		return -1;
	c->used = (size_t)(p - c->buf) + 8;
	return 0;
}

int
chunks_begin(struct chunks *c, int fd, struct err *e)
{
	memset(c, 0, offsetof(struct chunks, buf));
	c->in.fd = fd;
	c->exif.orientation = 1;
	if (find_start(c) < 0 || !chunk_next(c) || !chunk_is(c, "IHDR") || c->left != 13 ||
	    chunk_body(c, c->header, 13) < 13)
		return chunks_bad(c, "no signature and header", e);
	if (!chunk_sum(c))
		return chunks_bad(c, "its header is damaged", e);
	c->width = number(c->header);
	c->height = number(c->header + 4);
	return 0;
}

int
chunks_to_data(struct chunks *c, struct err *e)
{
	const char *bad = read_front(c);

	if (bad)
		return chunks_bad(c, bad, e);
	memcpy(c->out, signature, 8);
	c->ready = 8;
	put_chunk(c, "IHDR", c->header, 13);
	if (c->palette_len > 0)
		put_chunk(c, "PLTE", c->palette, c->palette_len);
	if (c->alpha_len > 0)
		put_chunk(c, "tRNS", c->alpha, c->alpha_len);
	return 0;
}

/* To the next chunk that has data, if the one in hand has none left. */
static bool
data_left(struct chunks *c)
{
	while (c->left == 0) {
		c->damaged |= !chunk_sum(c);
		if (!chunk_next(c) || !chunk_is(c, "IDAT"))
			return false;
	}
	return chunks_more(c);
}

/* The byte that was late, and n more but for the last. */
static void
put_data(struct chunks *c, const uint8_t *p, uint32_t n)
{
	if (c->is_late)
		put_chunk(c, "IDAT", c->late, 1);
	c->is_late = n > 0;
	if (n == 0)
		return;
	put_chunk(c, "IDAT", p, n - 1);
	c->late[0] = p[n - 1];
}

/* A chunk of what data there are in buf, or the end. */
static void
chunks_ready(struct chunks *c)
{
	size_t n;

	c->ready = c->given = 0;
	if (c->state == CHUNKS_DATA && data_left(c)) {
		n = c->have - c->used < c->left ? c->have - c->used : c->left;
		put_data(c, c->buf + c->used, (uint32_t)n);
		c->crc = crc32(c->crc, c->buf + c->used, (uInt)n);
		c->used += n;
		c->left -= (uint32_t)n;
	} else if (c->state != CHUNKS_OVER) {
		put_data(c, NULL, 0);
		put_chunk(c, "IEND", NULL, 0);
		c->state = CHUNKS_OVER;
	}
}

bool
chunks_give(struct chunks *c, uint8_t *to, size_t n)
{
	while (n > 0) {
		size_t k;

		if (c->given == c->ready)
			chunks_ready(c);
		k = c->ready - c->given < n ? c->ready - c->given : n;
		if (k == 0)
			return false;
		memcpy(to, c->out + c->given, k);
		c->given += k;
		to += k;
		n -= k;
	}
	return true;
}

void
chunks_end(struct chunks *c)
{
	while (c->state != CHUNKS_OVER)
		chunks_ready(c);
	c->ready = c->given = 0;
	for (;;) {
		if (chunk_is(c, "IEND"))
			return;
		if (chunk_is(c, "eXIf"))
			take_exif(c);
		else
			(void)chunk_sum(c);
		if (!chunk_next(c))
			return;
	}
}

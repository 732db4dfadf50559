#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "doc/heads.h"
#include "img/exif.h"

enum {
	BOX_MAX = 64 << 10,   /* of a file's beginning, where boxes are looked for */
	BLOCKS_MAX = 1 << 22, /* of a GIF, or chunks of a WebP */
	WINDOW_BYTES = 16 << 10
};

/* A file read bit by bit, in order. */
struct reader {
	int fd;
	off_t at; /* of what is read next */
	off_t from;
	size_t len;
	uint8_t data[WINDOW_BYTES];
};

/* n bytes, at most those of a window; false where they are not there. */
static bool
reader_take(struct reader *r, uint8_t *out, size_t n)
{
	ssize_t got;

	if (r->at < r->from || r->at + (off_t)n > r->from + (off_t)r->len) {
		got = pread(r->fd, r->data, sizeof(r->data), r->at);
		r->from = r->at;
		r->len = got > 0 ? (size_t)got : 0;
	}
	if (n > r->len)
		return false;
	memcpy(out, r->data + (r->at - r->from), n);
	r->at += (off_t)n;
	return true;
}

static unsigned
le16(const uint8_t *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

static uint32_t
le32(const uint8_t *p)
{
	return le16(p) | (uint32_t)le16(p + 2) << 16;
}

static uint32_t
be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool
has(const char *head, size_t n, size_t at, const char *magic, size_t len)
{
	return n >= at + len && memcmp(head + at, magic, len) == 0;
}

bool
heads_is_webp(const char *head, size_t n)
{
	return has(head, n, 0, "RIFF", 4) && has(head, n, 8, "WEBPVP8", 7) &&
	    (has(head, n, 15, " ", 1) || has(head, n, 15, "L", 1) || has(head, n, 15, "X", 1));
}

bool
heads_is_gif(const char *head, size_t n)
{
	return has(head, n, 0, "GIF87a", 6) || has(head, n, 0, "GIF89a", 6);
}

/* Two letters are too few: what follows them must be such a header, too. */
bool
heads_is_bmp(const char *head, size_t n)
{
	static const unsigned sizes[] = { 12, 40, 52, 56, 64, 108, 124 };
	const uint8_t *p = (const uint8_t *)head;
	unsigned planes, bits;
	size_t i = 0;

	if (!has(head, n, 0, "BM", 2) || n < 30)
		return false;
	while (i < sizeof(sizes) / sizeof(*sizes) && sizes[i] != le32(p + 14))
		i++;
	if (i == sizeof(sizes) / sizeof(*sizes) || le32(p + 10) < 14 + sizes[i])
		return false;
	planes = le16(p + (i == 0 ? 22 : 26));
	bits = le16(p + (i == 0 ? 24 : 28));
	return planes == 1 && bits <= 32;
}

/* ISO/IEC 15444-1: the box of a JP2, or the markers SOC and SIZ of a bare codestream. */
bool
heads_is_jp2(const char *head, size_t n)
{
	return has(head, n, 0, "\0\0\0\x0cjP  \r\n\x87\n", 12) ||
	    has(head, n, 0, "\xff\x4f\xff\x51", 4);
}

/* Whether the brand of a file of ISO/IEC 14496-12, or one that it is compatible with, is listed. */
static bool
has_brand(const char *head, size_t n, bool all, const char *brands)
{
	size_t size;

	if (!has(head, n, 4, "ftyp", 4) || n < 16)
		return false;
	size = be32((const uint8_t *)head);
	if (size > n)
		size = n;
	for (size_t at = 8; at + 4 <= size && (at == 8 || all); at += at == 8 ? 8 : 4)
		for (const char *b = brands; *b; b += 4)
			if (memcmp(head + at, b, 4) == 0)
				return true;
	return false;
}

bool
heads_is_avif(const char *head, size_t n)
{
	return has_brand(head, n, false, "avifavis") ||
	    (has_brand(head, n, false, "mif1msf1miaf") && has_brand(head, n, true, "avifavis"));
}

bool
heads_is_heic(const char *head, size_t n)
{
	return !heads_is_avif(head, n) &&
	    has_brand(head, n, false, "heicheixheimheishevchevxhevmhevsmif1msf1");
}

bool
heads_is_djvu(const char *head, size_t n)
{
	return has(head, n, 0, "AT&TFORM", 8) &&
	    (has(head, n, 12, "DJVU", 4) || has(head, n, 12, "DJVM", 4));
}

static void
heads_none(struct heads *h)
{
	*h = (struct heads){ .frames = 1, .orientation = 1 };
}

static void
heads_size(struct heads *h, double width, double height)
{
	if (width * height > h->width * h->height) {
		h->width = width;
		h->height = height;
	}
}

static void
webp_exif(struct reader *r, uint32_t size, struct heads *h)
{
	uint8_t block[WINDOW_BYTES], *p = block;
	struct exif x;
	size_t n = size < sizeof(block) ? size : sizeof(block);

	if (!reader_take(r, block, n))
		return;
	if (n > 6 && memcmp(block, "Exif\0\0", 6) == 0) {
		p += 6;
		n -= 6;
	}
	exif_read(&x, p, n);
	h->orientation = x.orientation;
}

/* RFC 9649, section 2. */
static void
webp_chunk(struct reader *r, const uint8_t *head, struct heads *h)
{
	uint8_t p[10];

	if (memcmp(head, "EXIF", 4) == 0)
		webp_exif(r, le32(head + 4), h);
	else if (memcmp(head, "ANMF", 4) == 0)
		h->frames++;
	else if (memcmp(head, "VP8", 3) != 0 || !reader_take(r, p, sizeof(p)))
		return;
	else if (head[3] == 'X')
		heads_size(h, 1 + (double)(le32(p + 4) & 0xffffff), 1 + (double)(le32(p + 6) >> 8));
	else if (head[3] == 'L')
		heads_size(h, 1 + (double)(le32(p + 1) & 0x3fff),
		    1 + (double)(le32(p + 1) >> 14 & 0x3fff));
	else
		heads_size(h, le16(p + 6) & 0x3fff, le16(p + 8) & 0x3fff);
}

void
heads_webp(int fd, struct heads *h)
{
	struct reader r = { .fd = fd, .at = 12 };
	uint8_t head[8];
	off_t body;

	heads_none(h);
	h->frames = 0;
	for (long i = 0; i < BLOCKS_MAX && reader_take(&r, head, sizeof(head)); i++) {
		body = r.at;
		webp_chunk(&r, head, h);
		r.at = body + (off_t)le32(head + 4) + (le32(head + 4) & 1);
	}
	if (h->frames == 0)
		h->frames = 1;
}

/* The table that a flag tells of, which stands here. */
static void
gif_colours(struct reader *r, unsigned flags)
{
	if (flags & 0x80)
		r->at += (off_t)3 << ((flags & 7) + 1);
}

/* Blocks up to the empty one. */
static bool
gif_blocks(struct reader *r, long *blocks)
{
	uint8_t n;

	while (--*blocks > 0 && reader_take(r, &n, 1)) {
		if (n == 0)
			return true;
		r->at += n;
	}
	return false;
}

static bool
gif_image(struct reader *r, long *blocks, struct heads *h)
{
	uint8_t p[9];

	if (!reader_take(r, p, sizeof(p)))
		return false;
	if (h->frames++ == 0)
		heads_size(h, le16(p + 4), le16(p + 6));
	gif_colours(r, p[8]);
	r->at++;
	return gif_blocks(r, blocks);
}

/* GIF89a, sections 18 to 27. */
void
heads_gif(int fd, struct heads *h)
{
	struct reader r = { .fd = fd, .at = 6 };
	long blocks = BLOCKS_MAX;
	uint8_t p[7], type;
	bool more;

	heads_none(h);
	h->frames = 0;
	more = reader_take(&r, p, sizeof(p));
	if (more)
		gif_colours(&r, p[4]);
	while (more && reader_take(&r, &type, 1)) {
		if (type == ',')
			more = gif_image(&r, &blocks, h);
		else if (type == '!')
			more = reader_take(&r, p, 1) && gif_blocks(&r, &blocks);
		else
			more = false;
	}
	if (h->frames == 0)
		h->frames = 1;
}

void
heads_bmp(int fd, struct heads *h)
{
	uint8_t p[54];
	int32_t width, height;

	heads_none(h);
	if (pread(fd, p, sizeof(p), 0) != (ssize_t)sizeof(p))
		return;
	if (le32(p + 14) == 12) {
		heads_size(h, le16(p + 18), le16(p + 20));
		return;
	}
	width = (int32_t)le32(p + 18);
	height = (int32_t)le32(p + 22);
	heads_size(h, width, height < 0 ? -(double)height : height);
	for (size_t i = 0; i < 2; i++)
		if (le32(p + 38 + 4 * i) <= 1000000)
			h->per_metre[i] = (long)le32(p + 38 + 4 * i);
}

/* The beginning of a file, or as much as there is of it. */
static size_t
beginning(int fd, uint8_t *p, size_t max)
{
	const ssize_t n = pread(fd, p, max, 0);

	return n > 0 ? (size_t)n : 0;
}

/* What stands behind the next such word, with need bytes or more; NULL: there is none. */
static const uint8_t *
past_word(const uint8_t *p, const uint8_t *end, const char *word, size_t need)
{
	const uint8_t *at = memmem(p, (size_t)(end - p), word, 4);

	return at && (size_t)(end - at) >= 4 + need ? at + 4 : NULL;
}

void
heads_jp2(int fd, struct heads *h)
{
	uint8_t p[BOX_MAX];
	const size_t n = beginning(fd, p, sizeof(p));
	const uint8_t *ihdr = past_word(p, p + n, "ihdr", 8);

	heads_none(h);
	if (n >= 24 && p[0] == 0xff)
		heads_size(h, (double)be32(p + 8) - be32(p + 16),
		    (double)be32(p + 12) - be32(p + 20));
	else if (ihdr)
		heads_size(h, be32(ihdr + 4), be32(ihdr));
}

/* ISO/IEC 23008-12: the property ispe of each image, and of tiles, which are no larger. */
void
heads_heif(int fd, struct heads *h)
{
	uint8_t p[BOX_MAX];
	const size_t n = beginning(fd, p, sizeof(p));
	const uint8_t *at = p;

	heads_none(h);
	while ((at = past_word(at, p + n, "ispe", 12)))
		heads_size(h, be32(at + 4), be32(at + 8));
}

/* DjVu 3, section 8: the directory stands first, and says whether all is in the file. */
void
heads_djvu(int fd, struct heads *h)
{
	uint8_t p[27];

	heads_none(h);
	h->files = 1;
	if (pread(fd, p, sizeof(p), 0) != (ssize_t)sizeof(p) || memcmp(p + 12, "DJVMDIRM", 8) != 0)
		return;
	h->elsewhere = !(p[24] & 0x80);
	h->files = p[25] << 8 | p[26];
}

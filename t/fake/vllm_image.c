/*
 * vllm_image.c - the page in a request, which is never kept
 *
 * Its base64 is looked at sixteen characters at a time, once: are they base64,
 * and what is their digest.  The digest is of the characters, whatever pieces
 * they came in.
 */
#include "fake/vllm.h"

#include <string.h>

#define NOT 64

/* The value of each character, NOT for those that have none. */
static const unsigned char *
base64_table(void)
{
	static unsigned char table[256];
	static const char set[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned i;

	if (table[0] == NOT)
		return table;
	memset(table, NOT, sizeof table);
	for (i = 0; i < 64; i++)
		table[(unsigned char)set[i]] = (unsigned char)i;
	return table;
}

void
image_init(struct image *im)
{
	memset(im, 0, sizeof *im);
	im->hash = 0xcbf29ce484222325;
}

static uint64_t
image_mix(uint64_t hash, const char *s)
{
	uint64_t w[2];

	memcpy(w, s, sizeof w);
	w[1] *= 0xc2b2ae3d27d4eb4f;
	hash = (hash ^ w[0] ^ (w[1] << 31 | w[1] >> 33)) * 0x9e3779b97f4a7c15;
	return hash << 29 | hash >> 35;
}

typedef unsigned char lanes __attribute__((vector_size(16)));

/* Are these 16 all of the alphabet?  / comes before 0. */
static int
image_plain(const char *s)
{
	uint64_t w[2];
	lanes v, ok;

	memcpy(&v, s, sizeof v);
	ok = (lanes)((v | 0x20) - 'a' < 26) | (lanes)(v - '/' < 11) | (lanes)(v == '+');
	memcpy(w, &ok, sizeof w);
	return !~(w[0] & w[1]);
}

static void
image_tail(struct image *im, const char *s, size_t n)
{
	if (n < sizeof im->tail) {
		memmove(im->tail, im->tail + n, sizeof im->tail - n);
		memcpy(im->tail + sizeof im->tail - n, s, n);
	} else {
		memcpy(im->tail, s + n - sizeof im->tail, sizeof im->tail);
	}
}

size_t
image_run(struct image *im, const char *s, size_t n)
{
	uint64_t h = im->hash;
	size_t i;

	if (!im->in_data || im->chars < sizeof im->head || im->n_word || im->pads)
		return 0;
	for (i = 0; i + 16 <= n && image_plain(s + i); i += 16)
		h = image_mix(h, s + i);
	im->hash = h;
	im->chars += i;
	if (i)
		image_tail(im, s, i);
	return i;
}

static void
image_type(struct image *im, char c)
{
	if (im->type_len + 1 >= sizeof im->type)
		im->bad = 1;
	else
		im->type[im->type_len++] = c;
	if (c == ',')
		im->in_data = 1;
}

void
image_byte(struct image *im, char c)
{
	if (!im->in_data) {
		image_type(im, c);
		return;
	}
	if (c == '=')
		im->pads++;
	else if (im->pads || base64_table()[(unsigned char)c] == NOT)
		im->bad = 1;
	if (im->chars < sizeof im->head)
		im->head[im->chars] = c;
	im->chars++;
	image_tail(im, &c, 1);
	im->word[im->n_word++] = c;
	if (im->n_word < sizeof im->word)
		return;
	im->hash = image_mix(im->hash, im->word);
	im->n_word = 0;
}

/* n, a multiple of 4, characters; returns the bytes. */
static size_t
base64_decode(const char *s, size_t n, unsigned char *out)
{
	const unsigned char *t = base64_table();
	size_t i, len = 0;
	unsigned v;

	for (i = 0; i + 4 <= n; i += 4) {
		v = (unsigned)(t[(unsigned char)s[i]] & 63) << 18 |
		    (unsigned)(t[(unsigned char)s[i + 1]] & 63) << 12 |
		    (unsigned)(t[(unsigned char)s[i + 2]] & 63) << 6 |
		    (unsigned)(t[(unsigned char)s[i + 3]] & 63);
		out[len++] = (unsigned char)(v >> 16);
		out[len++] = (unsigned char)(v >> 8);
		out[len++] = (unsigned char)v;
		if (s[i + 3] == '=')
			len -= s[i + 2] == '=' ? 2 : 1;
	}
	return len;
}

static unsigned
big_endian(const unsigned char *p, int n)
{
	unsigned v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

static const char *
image_png(struct image *im, const unsigned char *p, size_t n)
{
	unsigned char end[sizeof im->tail];
	size_t len = base64_decode(im->tail, sizeof im->tail, end);

	if (n < 33 || memcmp(p, "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16) != 0)
		return "cannot identify image file";
	im->width = big_endian(p + 16, 4);
	im->height = big_endian(p + 20, 4);
	im->colour = p[25] == 2;
	if (!im->width || !im->height)
		return "cannot identify image file";
	if (memcmp(end + len - 12, "\0\0\0\0IEND\xae\x42\x60\x82", 12) != 0)
		return "image file is truncated";
	return NULL;
}

static const char *
image_jpeg(struct image *im, const unsigned char *p, size_t n)
{
	size_t i = 2;

	if (n < 4 || memcmp(p, "\xff\xd8\xff", 3) != 0)
		return "cannot identify image file";
	while (i + 9 < n && p[i] == 0xff) {
		if (p[i + 1] >= 0xc0 && p[i + 1] <= 0xcf && p[i + 1] != 0xc4 && p[i + 1] != 0xc8 &&
		    p[i + 1] != 0xcc) {
			im->height = big_endian(p + i + 5, 2);
			im->width = big_endian(p + i + 7, 2);
			break;
		}
		i += 2 + big_endian(p + i + 2, 2);
	}
	return NULL;
}

const char *
image_end(struct image *im)
{
	unsigned char head[sizeof im->head];
	size_t n = im->chars < sizeof im->head ? (size_t)im->chars : sizeof im->head;
	char rest[sizeof im->word] = { 0 };
	int is_png = !strcmp(im->type, "data:image/png;base64,");

	if (!is_png && strcmp(im->type, "data:image/jpeg;base64,") != 0)
		return "The URL must be either a HTTP, data or file URL; here: "
		       "data:image/png;base64, or data:image/jpeg;base64,";
	if (im->bad || im->pads > 2 || im->chars % 4)
		return "Incorrect padding, or not base64";
	memcpy(rest, im->word, im->n_word);
	im->key = (image_mix(im->hash, rest) ^ im->chars) * 0x9e3779b97f4a7c15;
	im->key ^= im->key >> 32;
	if (im->chars < sizeof im->tail)
		return "cannot identify image file";
	n = base64_decode(im->head, n, head);
	return is_png ? image_png(im, head, n) : image_jpeg(im, head, n);
}

/* Tiles of 640 pixels as vLLM's processor for DeepSeek-OCR lays them. */
unsigned
image_tokens(unsigned width, unsigned height)
{
	double want = height ? (double)width / height : 0.75, best = 1e9, off;
	unsigned n, x, y, tiles_x = 1, tiles_y = 1;

	if (width && width <= 640 && height <= 640)
		return 273;
	for (n = 2; n <= 6; n++)
		for (x = 1; x <= n; x++) {
			y = n / x;
			off = want - (double)x / y;
			off = off < 0 ? -off : off;
			if (x * y != n || off > best)
				continue;
			/* The same shape with more tiles, when there are pixels for them. */
			if (off == best && (double)width * height <= 0.5 * 640 * 640 * n)
				continue;
			best = off;
			tiles_x = x;
			tiles_y = y;
		}
	return 273 + (10 * tiles_x + 1) * 10 * tiles_y;
}

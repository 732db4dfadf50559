#include <stdbool.h>
#include <string.h>

#include "img/exif.h"

enum {
	TAG_ORIENTATION = 0x0112,
	TAG_X_RESOLUTION = 0x011a,
	TAG_RESOLUTION_UNIT = 0x0128,

	TYPE_SHORT = 3,
	TYPE_LONG = 4,
	TYPE_RATIONAL = 5,

	UNIT_CM = 3,
	ENTRY_BYTES = 12
};

struct block {
	const uint8_t *p;
	size_t n;
	bool big_endian;
};

/* The number of size (2 or 4) bytes at the offset; 0 where there are none. */
static uint32_t
exif_number(const struct block *b, size_t at, size_t size)
{
	uint32_t v = 0;

	if (at > b->n || b->n - at < size)
		return 0;
	for (size_t i = 0; i < size; i++)
		v = v << 8 | b->p[at + (b->big_endian ? i : size - 1 - i)];
	return v;
}

static uint32_t
exif_whole(const struct block *b, size_t entry)
{
	switch (exif_number(b, entry + 2, 2)) {
	case TYPE_SHORT:
		return exif_number(b, entry + 8, 2);
	case TYPE_LONG:
		return exif_number(b, entry + 8, 4);
	default:
		return 0;
	}
}

static double
rational(const struct block *b, size_t entry)
{
	uint32_t at = exif_number(b, entry + 8, 4), over, under;

	if (exif_number(b, entry + 2, 2) != TYPE_RATIONAL)
		return 0;
	over = exif_number(b, at, 4);
	under = exif_number(b, (size_t)at + 4, 4);
	return under ? (double)over / under : 0;
}

void
exif_read(struct exif *x, const uint8_t *p, size_t n)
{
	struct block b = { .p = p, .n = n };
	uint32_t entries, v;
	size_t at;
	bool cm = false;

	x->orientation = 1;
	x->dpi = 0;
	if (n < 8 || (memcmp(p, "II", 2) != 0 && memcmp(p, "MM", 2) != 0))
		return;
	b.big_endian = p[0] == 'M';
	if (exif_number(&b, 2, 2) != 42)
		return;
	at = exif_number(&b, 4, 4);
	entries = exif_number(&b, at, 2);
	at += 2;
	for (; entries > 0 && at + ENTRY_BYTES <= n; entries--) {
		switch (exif_number(&b, at, 2)) {
		case TAG_ORIENTATION:
			v = exif_whole(&b, at);
			if (v >= 1 && v <= 8)
				x->orientation = (int)v;
			break;
		case TAG_X_RESOLUTION:
			x->dpi = rational(&b, at);
			break;
		case TAG_RESOLUTION_UNIT:
			cm = exif_whole(&b, at) == UNIT_CM;
			break;
		default:
			break;
		}
		at += ENTRY_BYTES;
	}
	if (cm)
		x->dpi *= 2.54;
}

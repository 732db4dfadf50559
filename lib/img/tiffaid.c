#include <string.h>

#include "img/infile.h"
#include "img/tiffaid.h"

/* The number of n bytes at an offset of the file; 0: none. */
static uint64_t
file_number(int fd, uint64_t at, int n, bool big_endian)
{
	struct infile in = { .fd = fd, .at = at };
	uint8_t p[8];
	uint64_t v = 0;

	if (infile_read(&in, p, n) < n)
		return 0;
	for (int i = 0; i < n; i++)
		v = v << 8 | p[big_endian ? i : n - 1 - i];
	return v;
}

uint64_t
tiffaid_next(int fd, uint64_t at)
{
	const bool be = file_number(fd, 0, 1, true) == 'M', big = file_number(fd, 2, 2, be) == 43;
	const uint64_t entries = file_number(fd, at, big ? 8 : 2, be);

	if (entries > UINT16_MAX)
		return 0;
	at += big ? 8 + 20 * entries : 2 + 12 * entries;
	return file_number(fd, at, big ? 8 : 4, be);
}

void
tiffaid_humanise(char *message)
{
	char *p = message;

	while (*(p += strcspn(p, "0123456789"))) {
		const size_t n = strspn(p, "0123456789");

		if (n == 20) {
			memcpy(p, "no", 2);
			memmove(p + 2, p + n, strlen(p + n) + 1);
			p += 2;
		} else {
			p += n;
		}
	}
}

bool
tiffaid_is_among(uint64_t at, const uint64_t *list, long n)
{
	for (long i = 0; i < n; i++)
		if (list[i] == at)
			return true;
	return false;
}

uint32_t
tiffaid_most(uint32_t n, bool (*does)(void *arg, uint32_t n), void *arg)
{
	uint32_t good = 0, bad = n + 1;

	while (bad - good > 1) {
		const uint32_t try = good + (bad - good) / 2;

		if (does(arg, try))
			good = try;
		else
			bad = try;
	}
	return good;
}

/*
 * To the fax and JPEG decoders of libtiff missing rows, and parts of one, are a
 * warning.  A JPEG decoder that was led astray has bytes left, most often;
 * those of honest writers, as cameras, are not in TIFF.  That of PackBits has more
 * than a row.
 */
enum tiffaid_loss
tiffaid_weigh(const char *warning)
{
	if (strstr(warning, "Premature EOF") || strstr(warning, "remature end of"))
		return TIFFAID_ENDS;
	if (strstr(warning, "Premature EOL") || strstr(warning, "Line length mismatch") ||
	    strstr(warning, "Corrupt JPEG data") || strstr(warning, "to avoid buffer overrun"))
		return TIFFAID_GARBLED;
	return strstr(warning, "tag 0 (0x0)") ? TIFFAID_ODD : TIFFAID_NOTHING;
}

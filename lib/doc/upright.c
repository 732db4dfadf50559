#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "doc/upright.h"

enum { ENTRIES_MAX = 64, ORIENTATION = 0x112, UNIT = 0x128, UNIT_NONE = 1 };

static int
changed(int fd, const void *data, size_t n, off_t at, struct err *e)
{
	if (pwrite(fd, data, n, at) == (ssize_t)n)
		return 0;
	return err_write(e, "the image's orientation");
}

static uint32_t
number_be(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Under another name it is a chunk that nobody knows, whose sum nobody compares. */
int
upright_png(int fd, struct err *e)
{
	uint8_t head[8];
	off_t at = 8;
	uint32_t len;

	while (pread(fd, head, sizeof(head), at) == (ssize_t)sizeof(head)) {
		len = number_be(head);
		if (memcmp(head + 4, "IEND", 4) == 0)
			break;
		if (memcmp(head + 4, "eXIf", 4) == 0 && changed(fd, "noIf", 4, at + 4, e) < 0)
			return -1;
		at += (off_t)len + 12;
	}
	return 0;
}

/* As dwebp writes it, the low byte first. */
int
upright_tiff(int fd, int orientation, struct err *e)
{
	uint8_t p[12], value[2] = { 0, 0 };
	unsigned entries, tag;
	off_t at;

	if (pread(fd, p, 8, 0) != 8 || memcmp(p, "II*", 4) != 0)
		return 0;
	at = p[4] | (off_t)p[5] << 8 | (off_t)p[6] << 16 | (off_t)p[7] << 24;
	if (pread(fd, p, 2, at) != 2)
		return 0;
	entries = p[0] | (unsigned)p[1] << 8;
	for (unsigned i = 0; i < entries && i < ENTRIES_MAX; i++) {
		const off_t entry = at + 2 + 12 * (off_t)i;

		if (pread(fd, p, sizeof(p), entry) != (ssize_t)sizeof(p))
			break;
		tag = p[0] | (unsigned)p[1] << 8;
		value[0] = (uint8_t)(tag == ORIENTATION ? orientation : UNIT_NONE);
		if ((tag == ORIENTATION || tag == UNIT) &&
		    changed(fd, value, sizeof(value), entry + 8, e) < 0)
			return -1;
	}
	return 0;
}

/*
 * img/chunks.h - the chunks of a PNG file (ISO/IEC 15948), for who decodes it.
 *
 * The decoder is given a file that has what the pixels need and no more: the
 * header, PLTE and tRNS where they belong and as long as they may be, the data
 * of IDAT as far as they go, and an end.  All else is passed over by its
 * length, unread, whatever is wrong with it, but for the resolution and the
 * orientation.  Checksums are compared here, and are zeros in what is given.
 * The last byte of the data comes by itself: the sum of all of them is not known
 * before the last row is, and does not cost it.
 */
#ifndef IMG_CHUNKS_H
#define IMG_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "img/exif.h"
#include "img/infile.h"

struct err;

enum { CHUNKS_JUNK = 1024, CHUNKS_BUF = 64 * 1024, CHUNKS_OUT = CHUNKS_BUF + 2048 };

struct chunks {
	uint32_t width, height;
	double dpi;       /* as claimed; 0: not known */
	struct exif exif; /* complete when chunks_end was called */
	bool damaged;     /* a checksum of what was given is wrong */
	struct infile in;
	/* private */
	uint8_t header[13], palette[3 * 256], alpha[256];
	uint32_t palette_len, alpha_len;
	uint8_t name[4]; /* of the chunk in hand; what is left of it, and its checksum so far */
	uint32_t left;
	unsigned long crc;
	uint8_t late[1]; /* of the data: it is given with those behind it */
	bool is_late;
	enum { CHUNKS_DATA, CHUNKS_OVER } state;
	size_t have, used;   /* of buf: what was read */
	size_t ready, given; /* of out: what is for the decoder */
	uint8_t buf[CHUNKS_BUF], out[CHUNKS_OUT];
};

/*
 * Read the header: width and height are known.  There may be CHUNKS_JUNK bytes
 * of something else in front of it.  Fails with validation page.image or
 * transient io.read.  fd is the caller's; its offset is neither used nor moved.
 */
int chunks_begin(struct chunks *, int fd, struct err *);
/* Go on to the first of the pixels' data. Fails in the same way. */
int chunks_to_data(struct chunks *, struct err *);
/* The next n bytes for the decoder; false: there are no so many. */
bool chunks_give(struct chunks *, uint8_t *to, size_t n);
/* Look through what is behind the pixels' data. */
void chunks_end(struct chunks *);

#endif

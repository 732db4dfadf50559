/*
 * body: what is sent is the two texts with the image between them in base64, in
 * whatever pieces it is asked for.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <nettle/base64.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/body.h"
#include "unit/check.h"

static const char coded[] = "{\"a\":\"iVBORwAB/w==\"}";
static const unsigned char image[] = { 0x89, 'P', 'N', 'G', 0, 1, 0xff };

static struct body
body_new(void)
{
	struct body b = { .head = mem_dup("{\"a\":\""), .tail = mem_dup("\"}") };

	b.fd = memfd_create("image", MFD_CLOEXEC);
	CHECK(write(b.fd, image, sizeof(image)) == sizeof(image));
	b.size = sizeof(image);
	return b;
}

static void
in_pieces_of(const struct body *b, size_t n)
{
	char all[64], piece[64];
	long long at = 0;
	struct err e;

	while (at < body_length(b)) {
		const long got = body_give(b, at, piece, n, &e);

		CHECK(got > 0 && got <= (long)n);
		memcpy(all + at, piece, (size_t)got);
		at += got;
	}
	all[at] = '\0';
	CHECK_STR(all, coded);
}

/* All bytes, of which nettle says what they are. */
static void
of_many_bytes(void)
{
	enum { MANY = 100001 };
	static uint8_t raw[MANY];
	static char is[BASE64_ENCODE_RAW_LENGTH(MANY)], wanted[sizeof(is)];
	struct body b = { .head = mem_dup(""), .tail = mem_dup("") };
	unsigned long long x = 88172645463325252;
	long long at = 0;
	struct err e;

	for (size_t i = 0; i < MANY; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		raw[i] = (uint8_t)x;
	}
	base64_encode_raw(wanted, MANY, raw);
	b.fd = memfd_create("image", MFD_CLOEXEC);
	b.size = MANY;
	CHECK(write(b.fd, raw, MANY) == MANY);
	while (at < body_length(&b)) {
		const long got = body_give(&b, at, is + at, sizeof(is) - (size_t)at, &e);

		CHECK(got > 0);
		at += got;
	}
	CHECK(at == (long long)sizeof(is) && memcmp(is, wanted, sizeof(is)) == 0);
	body_release(&b);
}

int
main(void)
{
	struct body b = body_new();
	char piece[64];
	struct err e;

	of_many_bytes();
	CHECK(body_length(&b) == (long long)strlen(coded));
	for (size_t n = 1; n < 40; n++)
		in_pieces_of(&b, n);
	/* Again from anywhere, as when a request is sent once more. */
	CHECK(body_give(&b, 7, piece, 3, &e) == 3 && memcmp(piece, "VBO", 3) == 0);
	CHECK(ftruncate(b.fd, 4) == 0);
	CHECK(body_give(&b, 12, piece, 40, &e) == -1 && err_is(&e, "io.read"));
	body_release(&b);
	CHECK(b.fd == -1 && !b.head);
	return 0;
}

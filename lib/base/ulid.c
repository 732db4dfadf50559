#include <sys/random.h>

#include <stdint.h>
#include <string.h>
#include <time.h>

#include "base/ulid.h"

static const char base32[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static uint64_t
ulid_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Add one to the 80 random bits, as the specification says for one millisecond. */
static void
increment(uint8_t rnd[10])
{
	int i;

	for (i = 9; i >= 0 && ++rnd[i] == 0; i--)
		;
}

void
ulid_make(char out[ULID_LEN + 1])
{
	/* The last one made, so that the next is greater. */
	static struct {
		uint64_t ms;
		uint8_t rnd[10];
	} last;
	uint64_t ms = ulid_ms();
	unsigned acc = 0;
	int i, bits = 0, n;

	if (ms > last.ms) {
		last.ms = ms;
		while (getrandom(last.rnd, sizeof(last.rnd), 0) < 0)
			;
	} else {
		increment(last.rnd);
	}
	for (i = 9, ms = last.ms; i >= 0; i--, ms >>= 5)
		out[i] = base32[ms & 31];
	for (i = 0, n = 10; n < ULID_LEN; n++) {
		if (bits < 5) {
			acc = acc << 8 | last.rnd[i++];
			bits += 8;
		}
		bits -= 5;
		out[n] = base32[acc >> bits & 31];
	}
	out[ULID_LEN] = '\0';
}

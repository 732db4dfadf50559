/*
 * fuzz.h - what the targets of make fuzz share.
 *
 * A target is one LLVMFuzzerTestOneInput (libFuzzer): any bytes will do for its
 * input.  The sanitizers look for faults; what must hold besides is said by
 * HOLDS.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HOLDS(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

/* p[0..n) in memory of its own, a NUL behind it; free(3) it. */
static inline char *
fuzz_string(const void *p, size_t n)
{
	char *s = malloc(n + 1);

	HOLDS(s);
	if (n > 0)
		memcpy(s, p, n);
	s[n] = '\0';
	return s;
}

/* The first byte of the input, as a choice; 0 where there is none. */
static inline unsigned
fuzz_choice(const uint8_t **data, size_t *size)
{
	if (*size == 0)
		return 0;
	--*size;
	return *(*data)++;
}

#endif

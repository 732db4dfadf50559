/*
 * model/ids.h - custom ids of a batch, and where what belongs to each stands in a file.
 *
 * An id is a digest, 64 lower-case hexadecimal digits, of which the first 32 count.
 * Memory: about 64 bytes for each, so that 100,000 pages take 6 MB.
 */
#ifndef MODEL_IDS_H
#define MODEL_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IDS_DIGITS = 64, IDS_MAX = 1 << 24 };

/* One of them; where it stands is the caller's to say. */
struct id_place {
	uint64_t id[2]; /* both 0: none */
	long long at;   /* bytes from the file's start */
	uint32_t len;   /* bytes */
	uint16_t file;
	bool good;
};

struct ids {
	struct id_place *v;
	size_t n, cap; /* private but for n */
};

/* Whether text[0..len) is such an id. */
bool ids_is(const char *text, size_t len);
/* NULL: it is not there. Good until the next id is added. */
struct id_place *ids_find(const struct ids *, const char *id);
/* The same, and where it is not there it is added, with len 0. NULL: there are IDS_MAX. */
struct id_place *ids_add(struct ids *, const char *id);
void ids_release(struct ids *); /* also of a zeroed struct */

#endif

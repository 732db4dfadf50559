#include <stdlib.h>

#include "base/mem.h"
#include "model/ids.h"

enum { IDS_FIRST = 1024, HALF_DIGITS = 16 };

static int
id_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
ids_is(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && i < IDS_DIGITS && id_digit(text[i]) >= 0)
		i++;
	return i == IDS_DIGITS && len == IDS_DIGITS;
}

static void
id_read(uint64_t id[2], const char *digits)
{
	for (int half = 0; half < 2; half++) {
		id[half] = 0;
		for (int i = 0; i < HALF_DIGITS; i++)
			id[half] = id[half] << 4 | (uint64_t)(unsigned)id_digit(*digits++);
	}
}

/* Its place, or the free one where it belongs. Some place is free. */
static struct id_place *
ids_slot(const struct ids *ids, const uint64_t id[2])
{
	size_t i = id[0] & (ids->cap - 1);

	while ((ids->v[i].id[0] || ids->v[i].id[1]) &&
	    (ids->v[i].id[0] != id[0] || ids->v[i].id[1] != id[1]))
		i = (i + 1) & (ids->cap - 1);
	return &ids->v[i];
}

struct id_place *
ids_find(const struct ids *ids, const char *id)
{
	struct id_place *p;
	uint64_t half[2];

	if (ids->n == 0)
		return NULL;
	id_read(half, id);
	p = ids_slot(ids, half);
	return p->id[0] || p->id[1] ? p : NULL;
}

/* Twice the places, which are a power of two. */
static void
ids_grow(struct ids *ids)
{
	const struct ids old = *ids;

	ids->cap = old.cap ? 2 * old.cap : IDS_FIRST;
	ids->v = mem_new(ids->cap, sizeof(*ids->v));
	for (size_t i = 0; i < old.cap; i++)
		if (old.v[i].id[0] || old.v[i].id[1])
			*ids_slot(ids, old.v[i].id) = old.v[i];
	free(old.v);
}

struct id_place *
ids_add(struct ids *ids, const char *id)
{
	struct id_place *p;
	uint64_t half[2];

	id_read(half, id);
	if (4 * ids->n >= 3 * ids->cap)
		ids_grow(ids);
	p = ids_slot(ids, half);
	if (p->id[0] || p->id[1])
		return p;
	if (ids->n == IDS_MAX)
		return NULL;
	ids->n++;
	*p = (struct id_place){ .id = { half[0], half[1] } };
	return p;
}

void
ids_release(struct ids *ids)
{
	free(ids->v);
	*ids = (struct ids){ 0 };
}

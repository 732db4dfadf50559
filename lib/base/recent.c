#include "base/recent.h"

/* FNV-1a, 64 bits (draft-eastlake-fnv). */
static uint64_t
recent_hash(const char *s)
{
	uint64_t h = 14695981039346656037u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h ? h : 1;
}

void
recent_add(struct recent *r, const char *name)
{
	r->v[r->n++ % RECENT_MAX] = recent_hash(name);
}

bool
recent_has(const struct recent *r, const char *name)
{
	uint64_t h = recent_hash(name);
	size_t i;

	for (i = 0; i < RECENT_MAX && i < r->n; i++)
		if (r->v[i] == h)
			return true;
	return false;
}

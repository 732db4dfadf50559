#include "base/hash.h"
#include "base/recent.h"

void
recent_add(struct recent *r, const char *name)
{
	r->v[r->n++ % RECENT_MAX] = hash_text(name);
}

bool
recent_has(const struct recent *r, const char *name)
{
	uint64_t h = hash_text(name);
	size_t i;

	for (i = 0; i < RECENT_MAX && i < r->n; i++)
		if (r->v[i] == h)
			return true;
	return false;
}

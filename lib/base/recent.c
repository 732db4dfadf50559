#include "base/hash.h"
#include "base/recent.h"

/* Places are counted from 1 in first and next: 0 is none. */
static size_t
chain_of(uint64_t h)
{
	return h % RECENT_MAX;
}

/* Of those whose hash has that chain it came first, so that it is the last. */
static void
drop_oldest(struct recent *r, size_t place)
{
	uint16_t *p = &r->first[chain_of(r->v[place - 1])];

	while (*p != place)
		p = &r->next[*p - 1];
	*p = 0;
}

void
recent_add(struct recent *r, const char *name)
{
	uint64_t h = hash_text(name);
	size_t place = r->n++ % RECENT_MAX + 1;
	uint16_t *first = &r->first[chain_of(h)];

	if (r->n > RECENT_MAX)
		drop_oldest(r, place);
	r->v[place - 1] = h;
	r->next[place - 1] = *first;
	*first = (uint16_t)place;
}

bool
recent_has(const struct recent *r, const char *name)
{
	uint64_t h = hash_text(name);
	size_t place = r->first[chain_of(h)];

	while (place > 0 && r->v[place - 1] != h)
		place = r->next[place - 1];
	return place > 0;
}

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "place/priv.h"

struct places {
	const struct place_scheme *const *table;
	struct place_conf conf;
	void **shared; /* of each row, or NULL */
};

const struct place_scheme *const place_schemes[] = { &place_file, &place_s3, NULL };

struct places *
places_new(const struct place_scheme *const table[], const struct place_conf *conf)
{
	struct places *p = mem_new(1, sizeof(*p));
	size_t n = 0;

	while (table[n])
		n++;
	p->table = table;
	p->conf = *conf;
	p->shared = mem_new(n, sizeof(*p->shared));
	return p;
}

void
places_free(struct places *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->table[i]; i++)
		if (p->shared[i] && p->table[i]->end)
			p->table[i]->end(p->shared[i]);
	free(p->shared);
	free(p);
}

const struct place_scheme *
place_of(const struct places *p, const char *text)
{
	size_t n;

	for (size_t i = 0; p->table[i]; i++) {
		n = strlen(p->table[i]->name);
		if (strncmp(text, p->table[i]->name, n) == 0 && strncmp(text + n, "://", 3) == 0)
			return p->table[i];
	}
	return p->table[0];
}

void *
place_shared(struct places *p, const struct place_scheme *row, struct err *e)
{
	size_t i = 0;

	while (p->table[i] != row)
		i++;
	if (!p->shared[i])
		p->shared[i] = row->begin(&p->conf, e);
	return p->shared[i];
}

int
place_cannot(const char *text, const char *what, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_STORE_URI, "%.200s: %s there", text, what);
}

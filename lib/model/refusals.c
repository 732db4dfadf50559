#include <string.h>

#include "model/refusals.h"

void
refusals_taken(struct refusals *r)
{
	r->taken = true;
	r->n = 0;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What page it is and how large may stand there. */
static void
words_alone(char *to, size_t size, const char *words)
{
	size_t n = 0;

	for (; *words && n + 1 < size; words++)
		if (!is_digit(*words))
			to[n++] = *words;
		else if (n == 0 || to[n - 1] != '0')
			to[n++] = '0';
	to[n] = '\0';
}

static bool
was_refused(const struct refusals *r, uint64_t document)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->document[i] == document)
			return true;
	return false;
}

enum refusals_whose
refusals_add(struct refusals *r, const char *words, uint64_t document)
{
	char alone[REFUSALS_WORDS];
	const size_t most = r->taken ? REFUSALS_LATER : REFUSALS_FIRST;

	words_alone(alone, sizeof(alone), words);
	if (r->n > 0 && strcmp(alone, r->words) != 0)
		r->n = 0;
	memcpy(r->words, alone, sizeof(alone));
	if (r->n < most && !was_refused(r, document))
		r->document[r->n++] = document;
	if (r->n >= most)
		return REFUSALS_ALL;
	return r->taken && r->n == 1 ? REFUSALS_PAGE : REFUSALS_UNKNOWN;
}

#include <ctype.h>
#include <string.h>

#include "model/refusals.h"

void
refusals_taken(struct refusals *r)
{
	r->taken = true;
	r->n = 0;
	r->whose = REFUSALS_PAGE;
}

static bool
of_word(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* Which page or request it was, and how large, is no part of it: words with digits. */
static void
words_alone(char *to, size_t size, const char *words)
{
	size_t n = 0, len;

	for (; *words && n + 1 < size; words += len) {
		for (len = 0; of_word(words[len]); len++)
			;
		len = len > 0 ? len : 1;
		if (strcspn(words, "0123456789") < len) {
			to[n++] = '0';
			continue;
		}
		for (size_t i = 0; i < len && n + 1 < size; i++)
			to[n++] = words[i];
	}
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
		return r->whose = REFUSALS_ALL;
	return r->whose = r->taken && r->n == 1 ? REFUSALS_PAGE : REFUSALS_UNKNOWN;
}

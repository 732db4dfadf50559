#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "place/written.h"

/* 1 MiB in all, of which a page is there once it is written to. */
enum { SLOTS = 1 << 15, DIGITS = 16 };

struct slot {
	char rel[DIGITS], uri[DIGITS]; /* of their digests; 0: none */
};

struct written {
	struct slot slots[SLOTS];
};

struct written *
written_new(void)
{
	return mem_new(1, sizeof(struct written));
}

void
written_free(struct written *w)
{
	free(w);
}

static void
written_digits(char out[DIGITS], const char *text)
{
	char hex[DIGEST_HEX + 1];

	digest_of(hex, text, strlen(text));
	memcpy(out, hex, DIGITS);
}

/* Where that of rel is, or takes the place of another. */
static size_t
written_slot(const char rel[DIGITS])
{
	char head[9] = "";

	memcpy(head, rel, sizeof(head) - 1);
	return strtoul(head, NULL, 16) % SLOTS;
}

void
written_note(struct written *w, const char *rel, const char *uri)
{
	struct slot s = { .rel = "" };

	written_digits(s.rel, rel);
	written_digits(s.uri, uri);
	w->slots[written_slot(s.rel)] = s;
}

void
written_forget(struct written *w, const char *rel)
{
	char digits[DIGITS];
	struct slot *s;

	written_digits(digits, rel);
	s = &w->slots[written_slot(digits)];
	if (!memcmp(s->rel, digits, DIGITS))
		*s = (struct slot){ .rel = "" };
}

bool
written_by_other(const struct written *w, const char *rel, const char *uri)
{
	char digits[DIGITS];
	const struct slot *s;

	written_digits(digits, rel);
	s = &w->slots[written_slot(digits)];
	if (memcmp(s->rel, digits, DIGITS) != 0)
		return false;
	written_digits(digits, uri);
	return memcmp(s->uri, digits, DIGITS) != 0;
}

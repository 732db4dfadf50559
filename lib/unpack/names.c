#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rec/name.h"
#include "rec/rec.h"
#include "unpack/names.h"

enum { DIGITS = 8, SLOTS = 256, ENDING = 12 };

/* Texts by their numbers. Two of one number: the later one is taken to be there. */
struct names {
	uint64_t *slots; /* 0: free */
	size_t n, size;  /* a power of two, at least twice n */
};

struct names *
names_new(void)
{
	struct names *s = mem_new(1, sizeof(*s));

	s->size = SLOTS;
	s->slots = mem_new(s->size, sizeof(*s->slots));
	return s;
}

void
names_free(struct names *s)
{
	if (!s)
		return;
	free(s->slots);
	free(s);
}

/* Whether it is new. */
static bool
slots_add(struct names *s, uint64_t number)
{
	size_t i = number & (s->size - 1);

	while (s->slots[i] && s->slots[i] != number)
		i = (i + 1) & (s->size - 1);
	if (s->slots[i])
		return false;
	s->slots[i] = number;
	s->n++;
	return true;
}

static void
slots_grow(struct names *s)
{
	const struct names old = *s;

	if (2 * s->n < s->size)
		return;
	s->size *= 2;
	s->slots = mem_new(s->size, sizeof(*s->slots));
	s->n = 0;
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i])
			(void)slots_add(s, old.slots[i]);
	free(old.slots);
}

/* Its ending, by which some kinds are known; its end where it has none. */
static const char *
name_end(const char *text)
{
	const char *dot = strrchr(text, '.');

	return dot && dot > text && dot[-1] != '/' && strlen(dot) <= ENDING && !strchr(dot, '/')
	    ? dot
	    : text + strlen(text);
}

/* The text, which is given away, or another that no earlier member has. */
static char *
names_unique(struct names *s, char *text, long n)
{
	const char *end;
	char *other;

	slots_grow(s);
	while (!slots_add(s, hash_text(text))) {
		end = name_end(text);
		other = mem_printf("%.*s~%ld%s", (int)(end - text), text, n, end);
		free(text);
		text = other;
	}
	return text;
}

/* No longer than may be; the caller's to free. */
static char *
names_cut(const char *name)
{
	const size_t len = strlen(name);
	char hex[DIGEST_HEX + 1];
	size_t at = 0, step;

	if (len <= NAMES_BYTES)
		return mem_dup(name);
	while (at < NAMES_BYTES - DIGITS - UTF8_MAX - ENDING) {
		step = utf8_len(name + at, len - at);
		at += step ? step : 1;
	}
	digest_of(hex, name, len);
	return mem_printf("%.*s~%.*s%s", (int)at, name, DIGITS, hex, name_end(name));
}

/* In which no component climbs; the caller's to free. */
static char *
names_level(const char *name)
{
	struct buf out = BUF_INIT(3L * NAMES_BYTES);
	char *level;
	size_t n;

	for (;; name += n + 1) {
		n = strcspn(name, "/");
		if (n <= 2 && strncmp(name, "..", n) == 0)
			(void)buf_addc(&out, '~');
		(void)buf_add(&out, name, n);
		if (!name[n])
			break;
		(void)buf_addc(&out, '/');
	}
	level = mem_copy(out.len ? out.p : "", out.len);
	buf_release(&out);
	return level;
}

static void
give_one(struct names *s, struct rec *r, const char *member, const char *name, long n)
{
	char *text = name_encode(name), *whole;

	whole = names_unique(s, mem_printf("%s!/%s", rec_str(r, member), text), n);
	rec_set_str(r, member, whole);
	free(whole);
	free(text);
}

void
names_give(struct names *s, struct rec *r, const char *name, long n)
{
	char *cut = names_cut(name), *level = names_level(cut);

	give_one(s, r, "uri", cut, n);
	if (rec_str(r, "rel"))
		give_one(s, r, "rel", level, n);
	free(level);
	free(cut);
}

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "model/front.h"

enum { FACTS_MAX = 16, FACT_MAX = 128 };

static bool
fact_is(const char *s, size_t n, const char *what)
{
	return strlen(what) == n && strncasecmp(s, what, n) == 0;
}

static const char *
fact_end(const char *s, const char *end)
{
	const char *nl = memchr(s, '\n', (size_t)(end - s));

	return nl ? nl : end;
}

static void
take_value(struct front *f, const char *name, size_t len, const char *value)
{
	static const char *const turns[] = { "0", "90", "180", "270" };
	const size_t n = strlen(value);

	if (fact_is(name, len, "is_rotation_valid"))
		f->upright = fact_is(value, n, "true") ? 1 : fact_is(value, n, "false") ? 0 : -1;
	for (int i = 0; i < 4; i++)
		if (fact_is(name, len, "rotation_correction") && strcmp(value, turns[i]) == 0)
			f->rotation = 90 * i;
}

/* A line of "name: value": whether it is one. */
static bool
take_fact(struct front *f, const char *s, const char *end)
{
	const char *p = s;
	char value[FACT_MAX];
	size_t n;

	while (p < end && (islower((unsigned char)*p) || *p == '_'))
		p++;
	if (p == s || p == end || *p != ':' || end - p >= FACT_MAX)
		return false;
	n = (size_t)(end - p) - 1;
	memcpy(value, p + 1, n);
	while (n > 0 && value[n - 1] == ' ')
		n--;
	value[n] = '\0';
	take_value(f, s, (size_t)(p - s), value + strspn(value, " "));
	return true;
}

const char *
front_read(struct front *f, const char *s, const char *end)
{
	const char *e = fact_end(s, end), *p = e;

	*f = (struct front){ -1, -1 };
	if (!fact_is(s, (size_t)(e - s), "---"))
		return s;
	for (int i = 0; i < FACTS_MAX && p < end; i++) {
		const char *line = p + 1;

		e = fact_end(line, end);
		if (fact_is(line, (size_t)(e - line), "---"))
			return e;
		if (!take_fact(f, line, e))
			return i > 0 ? line : s;
		p = e;
	}
	return p;
}

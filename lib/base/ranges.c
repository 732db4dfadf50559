#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ranges.h"

/* The number at *p, which is moved behind it; 0: there is none. */
static int
range_number(const char **p)
{
	const bool from_end = **p == '-';
	const char *s = *p + from_end;
	const size_t digits = strspn(s, "0123456789");
	const long n = digits > 0 && digits < 10 ? strtol(s, NULL, 10) : 0;

	*p = s + digits;
	if (n > RANGES_PAGE)
		return 0;
	return from_end ? -(int)n : (int)n;
}

/* One that has nothing in it whatever the document is a mistake. */
static bool
is_backwards(const struct range *g)
{
	return (g->from > 0) == (g->to > 0) && g->from > g->to;
}

static bool
range_read(struct range *g, const char **p)
{
	g->from = g->to = range_number(p);
	if (**p == '-') {
		++*p;
		g->to = **p == ',' || **p == '\0' ? -1 : range_number(p);
	}
	return g->from != 0 && g->to != 0 && !is_backwards(g);
}

int
ranges_read(struct ranges *r, const char *text)
{
	const char *p = text;

	for (r->n = 0; r->n < RANGES_MAX; p++) {
		if (!range_read(&r->v[r->n++], &p))
			return -1;
		if (*p == '\0')
			return 0;
		if (*p != ',')
			return -1;
	}
	return -1;
}

static int
by_from(const void *a, const void *b)
{
	const struct range *g = a, *h = b;

	return (g->from > h->from) - (g->from < h->from);
}

void
ranges_resolve(struct ranges *r, long pages)
{
	const int all = pages < RANGES_PAGE ? (int)pages : RANGES_PAGE;
	size_t n = 0, out = 0;

	if (r->n == 0)
		r->v[r->n++] = (struct range){ 1, -1 };
	for (size_t i = 0; i < r->n; i++) {
		struct range g = r->v[i];

		g.from += g.from < 0 ? all + 1 : 0;
		g.to += g.to < 0 ? all + 1 : 0;
		g.from = g.from < 1 ? 1 : g.from;
		g.to = g.to > all ? all : g.to;
		if (g.from <= g.to)
			r->v[n++] = g;
	}
	if (n > 0)
		qsort(r->v, n, sizeof(*r->v), by_from);
	for (size_t i = 0; i < n; i++) {
		const struct range g = r->v[i];

		if (out == 0 || g.from > r->v[out - 1].to + 1)
			r->v[out++] = g;
		else if (g.to > r->v[out - 1].to)
			r->v[out - 1].to = g.to;
	}
	r->n = out;
}

long
ranges_next(const struct ranges *r, long page)
{
	for (size_t i = 0; i < r->n; i++)
		if (page <= r->v[i].to)
			return page > r->v[i].from ? page : r->v[i].from;
	return 0;
}

long
ranges_run(const struct ranges *r, long page)
{
	for (size_t i = 0; i < r->n; i++)
		if (page >= r->v[i].from && page <= r->v[i].to)
			return r->v[i].to - page + 1;
	return 0;
}

long
ranges_count(const struct ranges *r)
{
	long n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->v[i].to - r->v[i].from + 1;
	return n;
}

void
ranges_text(const struct ranges *r, char text[RANGES_TEXT])
{
	int at = 0;

	*text = '\0';
	for (size_t i = 0; i < r->n; i++) {
		const struct range g = r->v[i];
		const size_t left = (size_t)(RANGES_TEXT - at);

		at += g.from == g.to
		    ? snprintf(text + at, left, "%s%d", i ? "," : "", g.from)
		    : snprintf(text + at, left, "%s%d-%d", i ? "," : "", g.from, g.to);
	}
}

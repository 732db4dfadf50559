#include <ctype.h>
#include <string.h>

#include "model/tag.h"

enum { SCRIPT_TEXT_MAX = 64 };

static bool
tag_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static bool
tag_is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == ':';
}

/* Up to three digits, and no more than may be; else 1. */
static int
tag_span(const char *s, size_t n)
{
	int v = 0;

	if (n == 0 || n > 3)
		return 1;
	for (; n > 0; n--, s++) {
		if (!isdigit((unsigned char)*s))
			return 1;
		v = v * 10 + (*s - '0');
	}
	return v >= 1 && v <= TAG_SPAN_MAX ? v : 1;
}

/* The value at *p, its quotes aside; *p is behind it then. false: it has no end. */
static bool
tag_value(const char **p, const char *end, const char **s, size_t *n)
{
	const char *q = *p, *close;

	if (q < end && (*q == '"' || *q == '\'')) {
		close = memchr(q + 1, *q, (size_t)(end - q - 1));
		if (!close)
			return false;
		*s = q + 1;
		*n = (size_t)(close - *s);
		*p = close + 1;
		return true;
	}
	while (q < end && !tag_is_blank(*q) && *q != '>')
		q++;
	*s = *p;
	*n = (size_t)(q - *p);
	*p = q;
	return true;
}

/* Behind the attribute at p, or NULL where there is none. */
static const char *
tag_attribute(struct tag *t, const char *p, const char *end)
{
	const char *name = p, *value;
	size_t n, len;

	while (p < end && tag_is_name(*p))
		p++;
	n = (size_t)(p - name);
	if (n == 0 || p >= end || *p != '=')
		return n == 0 ? NULL : p;
	p++;
	if (!tag_value(&p, end, &value, &len))
		return NULL;
	if (n == 7 && strncasecmp(name, "colspan", n) == 0)
		t->colspan = tag_span(value, len);
	if (n == 7 && strncasecmp(name, "rowspan", n) == 0)
		t->rowspan = tag_span(value, len);
	return p;
}

/* Behind the name at p, which is kept; NULL where there is none. */
static const char *
tag_name(struct tag *t, const char *p, const char *end)
{
	size_t n = 0;

	if (p >= end || !isalpha((unsigned char)*p))
		return NULL;
	for (; p < end && (isalnum((unsigned char)*p) || *p == '_'); p++) {
		if (n + 1 >= TAG_NAME_MAX)
			return NULL;
		t->name[n++] = (char)tolower((unsigned char)*p);
	}
	t->name[n] = '\0';
	return p < end && (tag_is_blank(*p) || *p == '/' || *p == '>') ? p : NULL;
}

bool
tag_read(struct tag *t, const char *s, const char *end)
{
	const char *p = s + 1;

	*t = (struct tag){ .colspan = 1, .rowspan = 1 };
	if (end - s > TAG_MAX)
		end = s + TAG_MAX;
	t->closes = p < end && *p == '/';
	p = tag_name(t, p + t->closes, end);
	while (p && p < end && *p != '>')
		p = tag_is_blank(*p) || *p == '/' ? p + 1 : tag_attribute(t, p, end);
	if (!p || p >= end)
		return false;
	t->end = p + 1;
	return true;
}

bool
tag_is(const struct tag *t, const char *name)
{
	return strcmp(t->name, name) == 0;
}

const char *
tag_script_end(const char *s, const char *end)
{
	const char *p = s + 5;

	if (end - s < 5 || (memcmp(s, "<sub>", 5) != 0 && memcmp(s, "<sup>", 5) != 0))
		return NULL;
	for (; p < end && p - s <= SCRIPT_TEXT_MAX + 5 && *p != '<'; p++)
		if (strchr("\n`>[]|\\&!~", *p))
			return NULL;
	if (p == s + 5 || end - p < 6 || memcmp(p, "</", 2) != 0 || memcmp(p + 2, s + 1, 4) != 0)
		return NULL;
	return p + 6;
}

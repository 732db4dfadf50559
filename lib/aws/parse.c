#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "aws/parse.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"

static const char space[] = " \t\r\v\f";

struct parse {
	const char *path;
	struct buf *items;
	const char *section; /* NULL before the first */
	bool open;           /* a key may go on with deeper lines */
	struct awsitem top;  /* that key */
	char *tail;          /* the end of its value */
	size_t indent;
	size_t line;
	struct err *e;
};

static int
parse_fault(const char *path, size_t line, const char *why, struct err *e)
{
	return err_set(e, ERR_FATAL, CODE_S3_CONFIG, "%s: line %zu: %s", path, line, why);
}

static bool
is_space(char c)
{
	return c && strchr(space, c);
}

/* End s[0..end) behind its last character that is no space. */
static char *
trim(char *s, char *end)
{
	while (end > s && is_space(end[-1]))
		end--;
	*end = '\0';
	return end;
}

static int
parse_add_key(struct parse *p, const struct awsitem *item)
{
	if (buf_add(p->items, item, sizeof(*item)) == 0)
		return 0;
	return err_set(p->e, ERR_BUSY, CODE_S3_CONFIG, "%s: no memory to read it", p->path);
}

static int
header(struct parse *p, char *name, char *end)
{
	struct awsitem it = { .block = "", .key = "", .value = "", .line = p->line };

	trim(name, end);
	name += strspn(name, space);
	p->section = it.section = name;
	p->open = false;
	return parse_add_key(p, &it);
}

/* Split s at its delimiter; false where it has none. */
static bool
split(struct awsitem *it, char *s, const char *delimiters)
{
	char *delim = strpbrk(s, delimiters);

	if (!delim)
		return false;
	it->value = delim + 1 + strspn(delim + 1, space);
	trim(s, delim);
	it->key = s;
	for (; *s; s++)
		if (*s >= 'A' && *s <= 'Z')
			*s = (char)(*s | 0x20);
	return true;
}

static int
option(struct parse *p, char *s, char *end)
{
	struct awsitem it = { .section = p->section, .block = "", .line = p->line };

	if (!p->section)
		return parse_fault(p->path, p->line, "no [section] above it", p->e);
	if (!split(&it, s, "=:") || !*it.key)
		return parse_fault(p->path, p->line, "neither [section] nor key = value", p->e);
	p->top = it;
	p->tail = end;
	p->open = true;
	return parse_add_key(p, &it);
}

/* The line s[0..end) is part of the value of p->top. */
static int
deeper(struct parse *p, char *s, const char *end)
{
	struct awsitem it = { .section = p->section, .block = p->top.key, .line = p->line };

	if (*p->top.value) {
		/* The break before s leaves room for this one. */
		*p->tail++ = '\n';
		memmove(p->tail, s, (size_t)(end - s) + 1);
		p->tail += end - s;
		return 0;
	}
	if (!split(&it, s, "="))
		return parse_fault(p->path, p->line, "an indented line without =", p->e);
	return parse_add_key(p, &it);
}

static int
line(struct parse *p, char *s, char *end)
{
	size_t indent, n;
	char *close;

	for (const char *q = s; q < end; q += n) {
		n = utf8_len(q, (size_t)(end - q));
		if (!n || !*q)
			return parse_fault(p->path, p->line, "bytes that are no text (UTF-8)",
			    p->e);
	}
	end = trim(s, end);
	indent = strspn(s, space);
	s += indent;
	if (!*s || *s == '#' || *s == ';')
		return 0;
	if (p->open && indent > p->indent)
		return deeper(p, s, end);
	p->indent = indent;
	close = *s == '[' ? strrchr(s, ']') : NULL;
	if (close && close > s + 1)
		return header(p, s + 1, close);
	return option(p, s, end);
}

/* What is equal but for the line is found twice. */
static int
parse_compare(const struct awsitem *a, const struct awsitem *b)
{
	int r = a->section == b->section ? 0 : strcmp(a->section, b->section);

	if (!r)
		r = strcmp(a->block, b->block);
	return r ? r : strcmp(a->key, b->key);
}

static int
compare(const void *va, const void *vb)
{
	const struct awsitem *a = va, *b = vb;
	int r = parse_compare(a, b);

	return r ? r : (a->line > b->line) - (a->line < b->line);
}

static int
refuse_twice(const struct parse *p)
{
	const struct awsitem *twice = NULL;
	size_t n = p->items->len / sizeof(struct awsitem);
	struct awsitem *v = (struct awsitem *)(void *)p->items->p;

	if (n)
		qsort(v, n, sizeof(*v), compare);
	for (size_t i = 1; i < n; i++)
		if (!*v[i].block && parse_compare(&v[i - 1], &v[i]) == 0 &&
		    (!twice || v[i].line < twice->line))
			twice = &v[i];
	if (!twice)
		return 0;
	return parse_fault(p->path, twice->line,
	    *twice->key ? "a key for the second time in its section"
			: "a [section] for the second time",
	    p->e);
}

int
awsparse(const char *path, struct awstext text, struct buf *out, struct err *e)
{
	struct parse p = { .path = path, .items = out, .e = e };
	char *s = text.p, *end = s + text.len, *nl;

	if (text.len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		s += 3;
	for (; s < end; s = nl + 1) {
		p.line++;
		nl = memchr(s, '\n', (size_t)(end - s));
		if (!nl)
			nl = end;
		if (line(&p, s, nl) < 0)
			return -1;
	}
	return refuse_twice(&p);
}

/* Whether word, quoted as Python's shlex.split takes it, is name. */
static bool
unquotes_to(const char *word, const char *name)
{
	char quote = '\0';

	for (; *word; word++) {
		if (*word == quote) {
			quote = '\0';
			continue;
		}
		if (!quote && (*word == '"' || *word == '\'')) {
			quote = *word;
			continue;
		}
		if (!quote && is_space(*word))
			return false;
		if (*word == '\\' && word[1] &&
		    (!quote || (quote == '"' && strchr("\"\\", word[1]))))
			word++;
		if (*word != *name++)
			return false;
	}
	return !quote && !*name;
}

bool
awsparse_is(const char *header, const char *kind, const char *name)
{
	size_t n = kind ? strlen(kind) : 0;

	if (!kind)
		return strcmp(header, name) == 0;
	if (strcmp(kind, "profile") == 0 && strcmp(name, "default") == 0 &&
	    strcmp(header, name) == 0)
		return true;
	return strncmp(header, kind, n) == 0 && is_space(header[n]) &&
	    unquotes_to(header + n + strspn(header + n, space), name);
}

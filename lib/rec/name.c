#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rec/name.h"

char *
name_encode_bytes(const char *path, size_t n)
{
	size_t len;
	char *out = mem_new(n * 3 + 1, 1), *p = out;

	for (; n; path += len, n -= len) {
		len = utf8_len(path, n);
		if (len && *path && *path != '%') {
			memcpy(p, path, len);
			p += len;
			continue;
		}
		len = 1;
		snprintf(p, 4, "%%%02X", (unsigned)(unsigned char)*path);
		p += 3;
	}
	*p = '\0';
	return out;
}

char *
name_encode(const char *path)
{
	return name_encode_bytes(path, strlen(path));
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that the escape at s stands for; -1 for a bad one. */
static int
unescape(const char *s)
{
	int high = hex_digit(s[1]), low = high < 0 ? -1 : hex_digit(s[2]);

	return low < 0 ? -1 : high << 4 | low;
}

char *
name_decode(const char *text, struct err *e)
{
	char *out = mem_new(strlen(text) + 1, 1), *p = out;
	int c;

	while (*text) {
		if (*text != '%') {
			*p++ = *text++;
			continue;
		}
		c = unescape(text);
		if (c <= 0) {
			free(out);
			err_set(e, ERR_VALIDATION, CODE_RECORD_MEMBER,
			    "%.3s: a bad escape in a name", text);
			return NULL;
		}
		*p++ = (char)c;
		text += 3;
	}
	*p = '\0';
	return out;
}

char *
name_decode_rel(const char *rel, struct err *e)
{
	char *path = name_decode(rel, e), *text;
	bool same;

	if (!path)
		return NULL;
	text = name_encode(path);
	same = strcmp(text, rel) == 0;
	free(text);
	if (same)
		return path;
	free(path);
	err_set(e, ERR_VALIDATION, CODE_DEST_NAME,
	    "%.200s: only %% and bytes that are not"
	    " UTF-8 are escaped in a rel, with capital letters",
	    rel);
	return NULL;
}

static bool
is_in(const char *const globs[], size_t n, const char *rel)
{
	for (size_t i = 0; i < n; i++)
		if (fnmatch(globs[i], rel, 0) == 0)
			return true;
	return false;
}

bool
name_is_wanted(const struct name_globs *g, const char *rel)
{
	return (!g->nmatch || is_in(g->match, g->nmatch, rel)) &&
	    !is_in(g->exclude, g->nexclude, rel);
}

char *
name_suffixed(const char *rel, const char *uri)
{
	char hex[DIGEST_HEX + 1];

	digest_of(hex, uri, strlen(uri));
	return mem_printf("%s~%.8s", rel, hex);
}

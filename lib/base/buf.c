#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { BUF_FIRST = 256 };

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf)BUF_INIT(max);
}

void
buf_release(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->len = b->cap = 0;
}

int
buf_room(struct buf *b, size_t n)
{
	size_t want = b->cap ? b->cap : BUF_FIRST;
	char *p;

	if (n > b->max || b->len > b->max - n)
		return -1;
	if (b->len + n <= b->cap)
		return 0;
	while (want < b->len + n)
		want = want > SIZE_MAX / 2 ? SIZE_MAX : want * 2;
	p = realloc(b->p, want);
	if (!p)
		return -1;
	b->p = p;
	b->cap = want;
	return 0;
}

int
buf_add(struct buf *b, const void *data, size_t n)
{
	if (buf_room(b, n) < 0)
		return -1;
	if (n)
		memcpy(b->p + b->len, data, n);
	b->len += n;
	return 0;
}

int
buf_addc(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

int
buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, s, strlen(s));
}

int
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	char *s;
	int n = vasprintf(&s, fmt, ap), r;

	if (n < 0)
		return -1;
	r = buf_add(b, s, (size_t)n);
	free(s);
	return r;
}

int
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = buf_vprintf(b, fmt, ap);
	va_end(ap);
	return r;
}

enum { ESCAPE_SIZE = 13 };

/* A code point by its number, above U+FFFF as a pair of surrogates (RFC 8259, 7). */
static size_t
json_number(uint32_t cp, char out[ESCAPE_SIZE])
{
	if (cp < 0x10000)
		return (size_t)snprintf(out, ESCAPE_SIZE, "\\u%04x", (unsigned)cp);
	return (size_t)snprintf(out, ESCAPE_SIZE, "\\u%04x\\u%04x",
	    (unsigned)(0xd7c0 + (cp >> 10)) & 0xffffU, (unsigned)(0xdc00 + (cp & 0x3ff)) & 0xffffU);
}

/* One character of s as it stands in a JSON string; returns bytes of s used. */
static size_t
buf_escape(const char *s, size_t n, char out[ESCAPE_SIZE], size_t *out_len)
{
	unsigned char c = (unsigned char)*s;
	uint32_t cp;
	size_t len = utf8_get(s, n, &cp);

	if (len == 0) {
		memcpy(out, "\xef\xbf\xbd", 3);
		*out_len = 3;
		return 1;
	}
	if (c == '"' || c == '\\') {
		out[0] = '\\';
		out[1] = (char)c;
		*out_len = 2;
	} else if (utf8_is_control(cp)) {
		const char *short_form = c == '\n' ? "\\n"
		    : c == '\t'                    ? "\\t"
		    : c == '\r'                    ? "\\r"
						   : NULL;
		*out_len = short_form ? (size_t)snprintf(out, ESCAPE_SIZE, "%s", short_form)
				      : json_number(cp, out);
	} else if (utf8_is_hidden(cp)) {
		*out_len = json_number(cp, out);
	} else {
		memcpy(out, s, len);
		*out_len = len;
	}
	return len;
}

int
buf_json(struct buf *b, const char *s, size_t n)
{
	size_t was = b->len, len;
	char out[ESCAPE_SIZE];
	int r = buf_addc(b, '"');

	while (n > 0 && r == 0) {
		size_t used = buf_escape(s, n, out, &len);

		r = buf_add(b, out, len);
		s += used;
		n -= used;
	}
	if (r == 0)
		r = buf_addc(b, '"');
	if (r < 0)
		b->len = was;
	return r;
}

int
buf_json_shown(struct buf *b, const char *json, size_t n)
{
	char out[ESCAPE_SIZE];
	size_t len;
	uint32_t cp;
	int r = 0;

	for (; n > 0 && r == 0; json += len, n -= len) {
		len = utf8_get(json, n, &cp);
		if (len && cp >= 0x7f && (utf8_is_control(cp) || utf8_is_hidden(cp))) {
			r = buf_add(b, out, json_number(cp, out));
			continue;
		}
		len = len ? len : 1;
		r = buf_add(b, json, len);
	}
	return r;
}

void
buf_shown(struct buf *b, const char *s, size_t n)
{
	size_t len;
	uint32_t cp;

	for (; n > 0; s += len, n -= len) {
		len = utf8_get(s, n, &cp);
		if (len && utf8_is_hidden(cp)) {
			buf_printf(b, "\\u%04x", (unsigned)cp);
			continue;
		}
		if (len && !utf8_is_control(cp)) {
			buf_add(b, s, len);
			continue;
		}
		len = len ? len : 1;
		buf_printf(b, "\\x%02x", (unsigned)(unsigned char)s[len - 1]);
	}
}

void
buf_shift(struct buf *b, size_t n)
{
	if (n < b->len)
		memmove(b->p, b->p + n, b->len - n);
	b->len = n < b->len ? b->len - n : 0;
}

void
buf_clear(struct buf *b, size_t keep)
{
	b->len = 0;
	if (b->cap > keep)
		buf_release(b);
}

/*
 * vllm_json.c - JSON as it comes in, and strings of it
 *
 * As strict as RFC 8259: UTF-8 alone, no lone surrogate, no word but true,
 * false and null, nothing after the value, and JSON_DEPTH levels.
 */
#include "fake/vllm.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum state {
	VALUE, /* comes next */
	VALUE_OR_END,
	KEY,
	KEY_OR_END,
	COLON,
	AFTER, /* a value */
	STRING,
	ESCAPE,
	HEX,
	NUMBER,
	WORD,
};

static int
buf_room(struct buf *b, size_t n)
{
	size_t cap = b->cap ? b->cap : 256;
	char *p;

	if (n > b->most - b->len)
		return -1;
	while (cap < b->len + n + 1)
		cap *= 2;
	if (cap == b->cap)
		return 0;
	p = realloc(b->p, cap);
	if (!p)
		abort();
	b->p = p;
	b->cap = cap;
	return 0;
}

void
buf_add(struct buf *b, const char *s, size_t n)
{
	if (n > b->most - b->len)
		n = b->most - b->len;
	if (buf_room(b, n) < 0)
		return;
	if (n)
		memcpy(b->p + b->len, s, n);
	b->len += n;
	b->p[b->len] = '\0';
}

void
buf_fmt(struct buf *b, const char *fmt, ...)
{
	char line[2048];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof line, fmt, ap);
	va_end(ap);
	if (n > 0)
		buf_add(b, line, (size_t)n < sizeof line ? (size_t)n : sizeof line - 1);
}

void
buf_str(struct buf *b, const char *s, size_t n)
{
	size_t i, from = 0;

	buf_add(b, "\"", 1);
	for (i = 0; i < n; i++) {
		if ((unsigned char)s[i] >= ' ' && s[i] != '"' && s[i] != '\\')
			continue;
		buf_add(b, s + from, i - from);
		if (s[i] == '\n')
			buf_add(b, "\\n", 2);
		else
			buf_fmt(b, "\\u%04x", (unsigned char)s[i]);
		from = i + 1;
	}
	buf_add(b, s + from, n - from);
	buf_add(b, "\"", 1);
}

void
buf_release(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->len = b->cap = 0;
}

void
json_init(struct json *j, size_t text_most)
{
	memset(j, 0, sizeof *j);
	j->text.most = text_most;
	j->state = VALUE;
}

void
json_release(struct json *j)
{
	buf_release(&j->text);
}

static void
json_say(struct json *j, enum json_kind kind)
{
	if (j->text.p)
		j->text.p[j->text.len] = '\0';
	j->on(j->of, kind, j);
}

/* Of a key, what would look like a level is no part of the path. */
static void
json_path_add(struct json *j, const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n && j->path_len + 1 < sizeof j->path; i++)
		j->path[j->path_len++] = s[i];
	j->path[j->path_len] = '\0';
}

static void
json_path_cut(struct json *j, size_t n)
{
	j->path_len = n;
	j->path[n] = '\0';
}

static int
json_open(struct json *j, char c)
{
	if (j->depth == JSON_DEPTH)
		return -1;
	json_say(j, c == '[' ? JSON_ARRAY : JSON_OBJECT);
	j->at[j->depth].open = c;
	j->at[j->depth++].path_len = j->path_len;
	if (c == '[')
		json_path_add(j, "[]", 2);
	j->state = c == '[' ? VALUE_OR_END : KEY_OR_END;
	return 0;
}

static int
json_close(struct json *j, char c)
{
	if (!j->depth || j->at[j->depth - 1].open != (c == ']' ? '[' : '{'))
		return -1;
	json_path_cut(j, j->at[--j->depth].path_len);
	json_say(j, JSON_END);
	j->state = AFTER;
	return 0;
}

static int
json_begin_text(struct json *j, int state, int is_key)
{
	j->state = state;
	j->is_key = is_key;
	j->text.len = 0;
	j->text_len = 0;
	j->sink = state == STRING && !is_key && j->page ? j->page(j->of, j) : NULL;
	return 0;
}

static void
json_put(struct json *j, char c)
{
	if (j->sink) {
		image_byte(j->sink, c);
		return;
	}
	buf_add(&j->text, &c, 1);
	j->text_len++;
}

static int
json_end_string(struct json *j)
{
	size_t i, from;

	if (j->surrogate || j->more)
		return -1;
	if (!j->is_key) {
		json_say(j, JSON_STRING);
		j->state = AFTER;
		return 0;
	}
	json_path_cut(j, j->at[j->depth - 1].path_len);
	if (j->depth > 1)
		json_path_add(j, ".", 1);
	from = j->path_len;
	json_path_add(j, j->text.p ? j->text.p : "", j->text.len);
	for (i = from; i < j->path_len; i++)
		if (strchr(".[]", j->path[i]))
			j->path[i] = '?';
	json_say(j, JSON_KEY);
	j->state = COLON;
	return 0;
}

/* A byte of at least 128. */
static int
json_utf8(struct json *j, unsigned char c)
{
	if (j->more) {
		if (c < j->low || c > j->high)
			return -1;
		j->more--;
		j->low = 0x80;
		j->high = 0xbf;
	} else if (c < 0xc2 || c > 0xf4) {
		return -1;
	} else {
		j->more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
		j->low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
		j->high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	}
	json_put(j, (char)c);
	return 0;
}

static int
json_in_string(struct json *j, unsigned char c)
{
	if (j->surrogate && c != '\\')
		return -1;
	if (c >= 0x80)
		return json_utf8(j, c);
	if (c < ' ' || j->more)
		return -1;
	if (c == '"')
		return json_end_string(j);
	if (c == '\\')
		j->state = ESCAPE;
	else
		json_put(j, (char)c);
	return 0;
}

static int
json_escape(struct json *j, unsigned char c)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *at = c ? strchr(from, c) : NULL;

	if (c == 'u') {
		j->state = HEX;
		j->hex = j->n_hex = 0;
		return 0;
	}
	if (!at || j->surrogate)
		return -1;
	json_put(j, to[at - from]);
	j->state = STRING;
	return 0;
}

static void
json_put_code(struct json *j, unsigned u)
{
	if (u < 0x80) {
		json_put(j, (char)u);
		return;
	}
	if (u < 0x800) {
		json_put(j, (char)(0xc0 | u >> 6));
	} else {
		if (u < 0x10000) {
			json_put(j, (char)(0xe0 | u >> 12));
		} else {
			json_put(j, (char)(0xf0 | u >> 18));
			json_put(j, (char)(0x80 | (u >> 12 & 0x3f)));
		}
		json_put(j, (char)(0x80 | (u >> 6 & 0x3f)));
	}
	json_put(j, (char)(0x80 | (u & 0x3f)));
}

static int
json_hex(struct json *j, unsigned char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;
	unsigned d, u;

	if (!at)
		return -1;
	d = (unsigned)(at - digits);
	j->hex = j->hex << 4 | (d < 16 ? d : d - 6);
	if (++j->n_hex < 4)
		return 0;
	j->state = STRING;
	u = j->hex;
	if (j->surrogate) {
		if (u < 0xdc00 || u > 0xdfff)
			return -1;
		json_put_code(j, 0x10000 + ((j->surrogate - 0xd800) << 10) + (u - 0xdc00));
		j->surrogate = 0;
	} else if (u >= 0xdc00 && u <= 0xdfff) {
		return -1;
	} else if (u >= 0xd800 && u < 0xdc00) {
		j->surrogate = u;
	} else {
		json_put_code(j, u);
	}
	return 0;
}

static const char *
json_digits(const char *s)
{
	return s + strspn(s, "0123456789");
}

static int
json_is_number(const char *s)
{
	const char *end;

	s += *s == '-';
	end = json_digits(s);
	if (end == s || (*s == '0' && end > s + 1))
		return 0;
	if (*end == '.') {
		s = end + 1;
		end = json_digits(s);
		if (end == s)
			return 0;
	}
	if (*end == 'e' || *end == 'E') {
		s = end + 1;
		s += *s == '+' || *s == '-';
		end = json_digits(s);
		if (end == s)
			return 0;
	}
	return !*end;
}

/* A number or word that c is the end of, or no part of yet. */
static int
json_bare(struct json *j, unsigned char c)
{
	static const char *const words[] = { "null", "false", "true" };
	int i;

	if (c && j->text.len < 64 &&
	    (j->state == NUMBER ? !!strchr("0123456789+-.eE", c) : c >= 'a' && c <= 'z')) {
		json_put(j, (char)c);
		return 0;
	}
	if (j->state == NUMBER) {
		if (!json_is_number(j->text.p))
			return -1;
		json_say(j, JSON_NUMBER);
		j->state = AFTER;
		return 1;
	}
	for (i = 0; i < 3; i++)
		if (!strcmp(j->text.p, words[i])) {
			json_say(j, (enum json_kind)i);
			j->state = AFTER;
			return 1;
		}
	return -1;
}

static int
json_value(struct json *j, unsigned char c)
{
	if (c == ']' && j->state == VALUE_OR_END)
		return json_close(j, ']');
	if (c == '{' || c == '[')
		return json_open(j, (char)c);
	if (c == '"')
		return json_begin_text(j, STRING, 0);
	if (c == '-' || (c >= '0' && c <= '9')) {
		json_begin_text(j, NUMBER, 0);
		return 1;
	}
	if (c < 'a' || c > 'z')
		return -1;
	json_begin_text(j, WORD, 0);
	return 1;
}

static int
json_between(struct json *j, unsigned char c)
{
	if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
		return 0;
	switch (j->state) {
	case VALUE:
	case VALUE_OR_END:
		return json_value(j, c);
	case KEY_OR_END:
		if (c == '}')
			return json_close(j, '}');
		/* fallthrough */
	case KEY:
		return c == '"' ? json_begin_text(j, STRING, 1) : -1;
	case COLON:
		j->state = VALUE;
		return c == ':' ? 0 : -1;
	default:
		break;
	}
	if (!j->depth || (c != ',' && c != ']' && c != '}'))
		return -1;
	if (c != ',')
		return json_close(j, (char)c);
	j->state = j->at[j->depth - 1].open == '[' ? VALUE : KEY;
	return 0;
}

/* Returns 0, or 1 when it has not taken c, or -1. */
static int
json_step(struct json *j, unsigned char c)
{
	switch (j->state) {
	case STRING:
		return json_in_string(j, c);
	case ESCAPE:
		return json_escape(j, c);
	case HEX:
		return json_hex(j, c);
	case NUMBER:
	case WORD:
		return json_bare(j, c);
	default:
		return json_between(j, c);
	}
}

/* How many bytes of a string are plain. */
static size_t
json_run(struct json *j, const char *s, size_t n)
{
	size_t i = 0;

	if (j->surrogate || j->more)
		return 0;
	if (j->sink)
		return image_run(j->sink, s, n);
	while (i < n && s[i] >= ' ' && s[i] < 0x7f && s[i] != '"' && s[i] != '\\')
		i++;
	buf_add(&j->text, s, i);
	j->text_len += i;
	return i;
}

int
json_feed(struct json *j, const char *s, size_t n)
{
	size_t i = 0;
	int r;

	while (i < n && !j->failed) {
		if (j->state == STRING)
			i += json_run(j, s + i, n - i);
		if (i == n)
			break;
		r = json_step(j, (unsigned char)s[i]);
		if (r < 0)
			j->failed = 1;
		else if (r == 0)
			i++;
	}
	return j->failed ? -1 : 0;
}

int
json_end(struct json *j)
{
	/* A number at the very end has no byte that ends it. */
	if (json_feed(j, "\n", 1) < 0 || j->depth || j->state != AFTER)
		return -1;
	return 0;
}

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rec/jx.h"

enum { DEPTH_MAX = 256 };

/* Where the scan stands; why says what is wrong, once something is. */
struct scan {
	const char *s, *p, *end;
	const char *why;
	int depth;
	bool escaped;       /* the string that was read last has escapes */
	const char *behind; /* the value that was read last */
};

static bool scan_value(struct scan *);

static bool
scan_bad(struct scan *sc, const char *why)
{
	if (!sc->why)
		sc->why = why;
	return false;
}

static void
space(struct scan *sc)
{
	while (sc->p < sc->end &&
	    (*sc->p == ' ' || *sc->p == '\t' || *sc->p == '\r' || *sc->p == '\n'))
		sc->p++;
}

/* Four hexadecimal digits, behind "\u". */
static bool
hex4(struct scan *sc, unsigned *unit)
{
	static const char hex[] = "0123456789abcdef0123456789ABCDEF";
	const char *at;
	int i;

	*unit = 0;
	for (i = 0; i < 4; i++, sc->p++) {
		at = sc->p < sc->end && *sc->p ? strchr(hex, *sc->p) : NULL;
		if (!at)
			return scan_bad(sc, "bad \\u escape");
		*unit = *unit << 4 | ((unsigned)(at - hex) & 15);
	}
	return true;
}

/* Half a surrogate pair is no character; libjq refuses it too. */
static bool
unicode(struct scan *sc)
{
	unsigned unit, low;

	if (!hex4(sc, &unit))
		return false;
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	if (unit > 0xdbff || sc->end - sc->p < 2 || memcmp(sc->p, "\\u", 2) != 0)
		return scan_bad(sc, "half a surrogate pair");
	sc->p += 2;
	return hex4(sc, &low) &&
	    ((low >= 0xdc00 && low <= 0xdfff) || scan_bad(sc, "half a surrogate pair"));
}

static bool
scan_escape(struct scan *sc)
{
	char c = ++sc->p < sc->end ? *sc->p : '\0';

	sc->p++;
	sc->escaped = true;
	if (c == 'u')
		return unicode(sc);
	return (c && strchr("\"\\/bfnrt", c)) || scan_bad(sc, "bad escape in a string");
}

/* A byte of a run of plain ASCII in a string. */
static inline bool
plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/*
 * How many of the eight bytes at p are, up to the first that is not.  A borrow
 * can mark a byte wrongly only above one that is marked rightly.
 */
static inline size_t
plain_of_eight(const char *p)
{
	const uint64_t ones = 0x0101010101010101U, high = ones << 7;
	uint64_t w, quote, escape, marks;

	memcpy(&w, p, sizeof(w));
	w = le64toh(w);
	quote = w ^ ones * '"';
	escape = w ^ ones * '\\';
	marks = (w | (w - ones * 0x20) | (quote - ones) | (escape - ones)) & high;
	return marks ? (size_t)__builtin_ctzll(marks) / 8 : 8;
}

static void
skip_plain(struct scan *sc)
{
	size_t n;

	while (sc->end - sc->p >= 8) {
		n = plain_of_eight(sc->p);
		sc->p += n;
		if (n < 8)
			return;
	}
	while (sc->p < sc->end && plain((unsigned char)*sc->p))
		sc->p++;
}

static bool
string(struct scan *sc)
{
	size_t n;

	sc->p++;
	sc->escaped = false;
	for (;;) {
		skip_plain(sc);
		if (sc->p >= sc->end)
			return scan_bad(sc, "unterminated string");
		if (*sc->p == '"') {
			sc->p++;
			return true;
		}
		if (*sc->p == '\\') {
			if (!scan_escape(sc))
				return false;
			continue;
		}
		if ((unsigned char)*sc->p < 0x20)
			return scan_bad(sc, "control character in a string");
		n = utf8_len(sc->p, (size_t)(sc->end - sc->p));
		if (n == 0)
			return scan_bad(sc, "a string is not UTF-8");
		sc->p += n;
	}
}

static bool
scan_digits(struct scan *sc)
{
	const char *from = sc->p;

	while (sc->p < sc->end && *sc->p >= '0' && *sc->p <= '9')
		sc->p++;
	return sc->p > from || scan_bad(sc, "bad number");
}

static bool
scan_number(struct scan *sc)
{
	if (*sc->p == '-')
		sc->p++;
	if (sc->p < sc->end && *sc->p == '0')
		sc->p++;
	else if (!scan_digits(sc))
		return false;
	if (sc->p < sc->end && *sc->p == '.') {
		sc->p++;
		if (!scan_digits(sc))
			return false;
	}
	if (sc->p < sc->end && (*sc->p == 'e' || *sc->p == 'E')) {
		sc->p++;
		if (sc->p < sc->end && (*sc->p == '+' || *sc->p == '-'))
			sc->p++;
		return scan_digits(sc);
	}
	return true;
}

static bool
word(struct scan *sc, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(sc->end - sc->p) < n || memcmp(sc->p, w, n) != 0)
		return scan_bad(sc, "unknown word");
	sc->p += n;
	return true;
}

/* An array or object begins; libjq can go no deeper. */
static bool
scan_enter(struct scan *sc)
{
	sc->p++;
	return sc->depth++ < DEPTH_MAX || scan_bad(sc, "nested too deeply");
}

static bool
scan_leave(struct scan *sc)
{
	sc->p++;
	sc->depth--;
	return true;
}

static bool
array(struct scan *sc)
{
	if (!scan_enter(sc))
		return false;
	space(sc);
	if (sc->p < sc->end && *sc->p == ']')
		return scan_leave(sc);
	for (;;) {
		if (!scan_value(sc))
			return false;
		if (sc->p < sc->end && *sc->p == ',') {
			sc->p++;
			continue;
		}
		if (sc->p < sc->end && *sc->p == ']')
			return scan_leave(sc);
		return scan_bad(sc, "expected , or ] in an array");
	}
}

static void
scan_keep(struct jx_members *m, const struct jx_span *span)
{
	if (m->n == m->cap) {
		m->cap = m->cap ? m->cap * 2 : 24;
		m->v = mem_resize(m->v, m->cap, sizeof(*m->v));
	}
	m->v[m->n++] = *span;
}

/* One "name": value; its span goes to m where that is wanted. */
static bool
member(struct scan *sc, struct jx_members *m)
{
	struct jx_span span;

	space(sc);
	if (sc->p >= sc->end || *sc->p != '"')
		return scan_bad(sc, "expected a member's name");
	span.name = (size_t)(sc->p + 1 - sc->s);
	if (!string(sc))
		return false;
	span.name_len = (size_t)(sc->p - 1 - sc->s) - span.name;
	span.escaped = sc->escaped;
	space(sc);
	if (sc->p >= sc->end || *sc->p != ':')
		return scan_bad(sc, "expected : after a member's name");
	sc->p++;
	space(sc);
	span.value = (size_t)(sc->p - sc->s);
	sc->depth++; /* on libjq's stack the name is one more */
	if (!scan_value(sc))
		return false;
	sc->depth--;
	if (m) {
		span.value_len = (size_t)(sc->behind - sc->s) - span.value;
		scan_keep(m, &span);
	}
	return true;
}

static bool
object(struct scan *sc, struct jx_members *m)
{
	if (!scan_enter(sc))
		return false;
	space(sc);
	if (sc->p < sc->end && *sc->p == '}')
		return scan_leave(sc);
	for (;;) {
		if (!member(sc, m))
			return false;
		if (sc->p < sc->end && *sc->p == ',') {
			sc->p++;
			continue;
		}
		if (sc->p < sc->end && *sc->p == '}')
			return scan_leave(sc);
		return scan_bad(sc, "expected , or } in an object");
	}
}

static bool
any(struct scan *sc)
{
	if (sc->p >= sc->end)
		return scan_bad(sc, "ends too early");
	switch (*sc->p) {
	case '{':
		return object(sc, NULL);
	case '[':
		return array(sc);
	case '"':
		return string(sc);
	case 't':
		return word(sc, "true");
	case 'f':
		return word(sc, "false");
	case 'n':
		return word(sc, "null");
	default:
		return scan_number(sc);
	}
}

/* A value with the white space around it. */
static bool
scan_value(struct scan *sc)
{
	bool ok;

	space(sc);
	ok = any(sc);
	sc->behind = sc->p;
	space(sc);
	return ok;
}

int
jx_scan(const char *text, size_t len, struct jx_members *m, struct err *e)
{
	struct scan sc = { .s = text, .p = text, .end = text + len };

	m->n = 0;
	space(&sc);
	if (sc.p >= sc.end || *sc.p != '{')
		scan_bad(&sc, "not a JSON object");
	else if (object(&sc, m))
		space(&sc);
	if (!sc.why && sc.p < sc.end)
		scan_bad(&sc, "something follows the object");
	if (sc.why)
		return err_set(e, ERR_VALIDATION, CODE_RECORD_SYNTAX, "%s (byte %zu)", sc.why,
		    (size_t)(sc.p - text) + 1);
	return 0;
}

/* Past the string at p; what is walked here the scan has taken. */
static const char *
walk_string(const char *p, const char *end)
{
	const char *q = memchr(p + 1, '"', (size_t)(end - p - 1));

	if (q && q[-1] != '\\')
		return q + 1;
	for (p++; *p != '"'; p++)
		p += *p == '\\';
	return p + 1;
}

/* Past the member's value at p, and any white space behind it. */
static const char *
walk_value(const char *p, const char *end)
{
	int depth = 0;

	while (p < end && (depth > 0 || (*p != ',' && *p != '}'))) {
		if (*p == '"') {
			p = walk_string(p, end);
			continue;
		}
		depth += (*p == '{' || *p == '[') - (*p == '}' || *p == ']');
		p++;
	}
	return p;
}

/* The bytes of the string at p, if it is one that reads as it is written. */
static bool
plain_string(const char *p, const char *end, const char **s, size_t *n)
{
	if (*p != '"')
		return false;
	*s = p + 1;
	*n = (size_t)(walk_string(p, end) - 1 - *s);
	return !memchr(*s, '\\', *n);
}

bool
jx_plain(const char *text, size_t len, const char *name, const char **s, size_t *n)
{
	const char *p = text, *end = text + len, *from;
	size_t got, want = strlen(name);
	bool found = false, same;

	while (p < end && *text == '{') {
		if (*p != '"') {
			p++;
			continue;
		}
		if (!plain_string(p, end, &from, &got))
			return false;
		same = got == want && !memcmp(from, name, want);
		p = from + got + 1;
		while (*p == ':' || *p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')
			p++;
		from = p;
		p = walk_value(p, end);
		if (same)
			found = plain_string(from, end, s, n);
	}
	return found;
}

const char *
jx_cstr(const jv *string)
{
	const char *s;

	if (jv_get_kind(*string) != JV_KIND_STRING)
		return NULL;
	s = jv_string_value(*string);
	/* C would stop at the NUL and name another file than the record does. */
	if (strlen(s) != (size_t)jv_string_length_bytes(jv_copy(*string)))
		return NULL;
	return s;
}

void
jx_set(jv *obj, const char *name, jv v)
{
	*obj = jv_object_set(*obj, jv_string(name), v);
}

jv
jx_get(const jv *obj, const char *name)
{
	return jv_object_get(jv_copy(*obj), jv_string(name));
}

jv
jx_add_word(jv words, const char *word)
{
	jv all = jv_get_kind(words) == JV_KIND_ARRAY ? jv_copy(words) : jv_array();

	jv_free(words);
	for (int i = 0; i < jv_array_length(jv_copy(all)); i++) {
		jv v = jv_array_get(jv_copy(all), i);
		const char *s = jx_cstr(&v);
		const bool same = s && strcmp(s, word) == 0;

		jv_free(v);
		if (same)
			return all;
	}
	all = jv_array_append(all, jv_string(word));
	return jv_sort(all, jv_copy(all));
}

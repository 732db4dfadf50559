#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "rec/jx.h"
#include "rec/rec.h"

/* A member that was set (or, when value is invalid, deleted), or looked at. */
struct change {
	char *name;
	jv value;
	bool set; /* false: a cached look at what the line says */
};

struct rec {
	size_t len;
	struct jx_members m; /* spans in line */
	struct change *v;
	size_t n, cap;
	bool changed;
	char line[];
};

/* One block of memory: a record is the most frequent of things. */
static struct rec *
rec_of(const char *line, size_t len)
{
	struct rec *r = mem_resize(NULL, sizeof(*r) + len, 1);

	memset(r, 0, sizeof(*r));
	memcpy(r->line, line, len);
	r->len = len;
	return r;
}

struct rec *
rec_parse(const char *line, size_t len, struct err *e)
{
	struct rec *r = rec_of(line, len);

	if (jx_scan(r->line, len, &r->m, e) == 0)
		return r;
	rec_free(r);
	return NULL;
}

struct rec *
rec_new(void)
{
	static const char empty[] = "{\"v\":1}";
	struct err e;

	return rec_parse(empty, sizeof(empty) - 1, &e);
}

struct rec *
rec_clone(const struct rec *r)
{
	struct rec *c = rec_of(r->line, r->len);
	size_t i;

	c->changed = r->changed;
	c->m.n = c->m.cap = r->m.n;
	c->m.v = mem_resize(NULL, r->m.n, sizeof(*c->m.v));
	if (r->m.n)
		memcpy(c->m.v, r->m.v, r->m.n * sizeof(*c->m.v));
	c->n = c->cap = r->n;
	c->v = mem_new(r->n, sizeof(*c->v));
	for (i = 0; i < r->n; i++)
		c->v[i] =
		    (struct change){ mem_dup(r->v[i].name), jv_copy(r->v[i].value), r->v[i].set };
	return c;
}

void
rec_free(struct rec *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; i < r->n; i++) {
		free(r->v[i].name);
		jv_free(r->v[i].value);
	}
	free(r->v);
	free(r->m.v);
	free(r);
}

/* Whether the name at span, which is written with escapes, reads as this one. */
static bool
reads_as(const struct rec *r, const struct jx_span *span, const char *name)
{
	jv v = jv_parse_sized(r->line + span->name - 1, (int)span->name_len + 2);
	const char *text = jx_cstr(&v);
	bool same = text && !strcmp(text, name);

	jv_free(v);
	return same;
}

/*
 * Whether the name at span is this one.  A name written with escapes is
 * compared as it reads, so that "p\u0061th" cannot stand beside "path".
 */
static inline bool
rec_named(const struct rec *r, const struct jx_span *span, const char *name, size_t len)
{
	if (span->escaped)
		return reads_as(r, span, name);
	return span->name_len == len && !memcmp(r->line + span->name, name, len);
}

/* The last member of that name in the line: the one that counts. */
static const struct jx_span *
span_of(const struct rec *r, const char *name)
{
	size_t len = strlen(name), i;

	for (i = r->m.n; i > 0; i--)
		if (rec_named(r, &r->m.v[i - 1], name, len))
			return &r->m.v[i - 1];
	return NULL;
}

static struct change *
change_of(const struct rec *r, const char *name)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (!strcmp(r->v[i].name, name))
			return &r->v[i];
	return NULL;
}

static struct change *
change_new(struct rec *r, const char *name)
{
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 8;
		r->v = mem_resize(r->v, r->cap, sizeof(*r->v));
	}
	r->v[r->n] = (struct change){ mem_dup(name), jv_invalid(), false };
	return &r->v[r->n++];
}

static jv
parse_span(const struct rec *r, const struct jx_span *span)
{
	const char *s = r->line + span->value;

	/* A string that reads as it is written need not be parsed. */
	if (*s == '"' && !memchr(s, '\\', span->value_len))
		return jv_string_sized(s + 1, (int)span->value_len - 2);
	return jv_parse_sized(s, (int)span->value_len);
}

bool
rec_has(const struct rec *r, const char *name)
{
	const struct change *c = change_of(r, name);

	if (c && c->set)
		return jv_is_valid(c->value);
	return span_of(r, name) != NULL;
}

bool
rec_failed(const struct rec *r)
{
	jv error;
	bool failed;

	if (!rec_has(r, "error"))
		return false;
	error = rec_get(r, "error");
	failed = jv_get_kind(error) != JV_KIND_NULL;
	jv_free(error);
	return failed;
}

bool
rec_changed(const struct rec *r)
{
	return r->changed;
}

jv
rec_get(const struct rec *r, const char *name)
{
	const struct change *c = change_of(r, name);
	const struct jx_span *span;

	if (c)
		return jv_copy(c->value);
	span = span_of(r, name);
	return span ? parse_span(r, span) : jv_invalid();
}

/* The value, kept in the record so that what it lends stays good. */
static const jv *
rec_look(struct rec *r, const char *name)
{
	struct change *c = change_of(r, name);
	const struct jx_span *span;

	if (c)
		return &c->value;
	span = span_of(r, name);
	if (!span)
		return NULL;
	c = change_new(r, name);
	c->value = parse_span(r, span);
	return &c->value;
}

const char *
rec_str(struct rec *r, const char *name)
{
	const jv *v = rec_look(r, name);

	return v ? jx_cstr(v) : NULL;
}

/* The usual case costs no memory: a string that reads as it is written. */
const char *
rec_bytes(struct rec *r, const char *name, size_t *n)
{
	const struct jx_span *span = change_of(r, name) ? NULL : span_of(r, name);
	const char *s;

	if (span && r->line[span->value] == '"' &&
	    !memchr(r->line + span->value, '\\', span->value_len)) {
		*n = span->value_len - 2;
		return r->line + span->value + 1;
	}
	s = rec_str(r, name);
	*n = s ? strlen(s) : 0;
	return s;
}

bool
rec_is(struct rec *r, const char *name, const char *value)
{
	size_t n, want = strlen(value);
	const char *s = rec_bytes(r, name, &n);

	return s && n == want && !memcmp(s, value, n);
}

const char *
rec_need(struct rec *r, const char *name, struct err *e)
{
	const char *s = rec_str(r, name);

	if (!s)
		err_set(e, ERR_VALIDATION, CODE_RECORD_MEMBER,
		    rec_has(r, name) ? "\"%s\" is no string, or holds a NUL" : "no \"%s\"", name);
	return s;
}

/* A few digits, as they were written: the usual case costs no memory either. */
static bool
plain_digits(const struct rec *r, const char *name, long *n)
{
	const struct jx_span *span = change_of(r, name) ? NULL : span_of(r, name);
	size_t i;

	if (!span || span->value_len > 9)
		return false;
	for (*n = 0, i = 0; i < span->value_len; i++) {
		char c = r->line[span->value + i];

		if (c < '0' || c > '9')
			return false;
		*n = *n * 10 + (c - '0');
	}
	return true;
}

long
rec_int(struct rec *r, const char *name, long fallback)
{
	const jv *v;
	double d;
	long n;

	if (plain_digits(r, name, &n))
		return n;
	v = rec_look(r, name);
	if (!v || jv_get_kind(*v) != JV_KIND_NUMBER)
		return fallback;
	d = jv_number_value(*v);
	/* From 2^53 on libjq has rounded it: which integer it was cannot be known. */
	if (!(d > -9007199254740992.0 && d < 9007199254740992.0) || d != (double)(long)d)
		return fallback;
	return (long)d;
}

void
rec_set(struct rec *r, const char *name, jv value)
{
	struct change *c = change_of(r, name);

	if (!c)
		c = change_new(r, name);
	jv_free(c->value);
	c->value = value;
	c->set = true;
	r->changed = true;
}

void
rec_set_str(struct rec *r, const char *name, const char *value)
{
	rec_set(r, name, jv_string(value));
}

void
rec_set_int(struct rec *r, const char *name, long value)
{
	rec_set(r, name, jv_number((double)value));
}

void
rec_del(struct rec *r, const char *name)
{
	if (rec_has(r, name))
		rec_set(r, name, jv_invalid());
}

void
rec_doubt(struct rec *r, const char *word)
{
	rec_set(r, "doubt", jx_add_word(rec_get(r, "doubt"), word));
}

void
rec_doubt_empty(struct rec *r)
{
	if (rec_is(r, "markdown", "") && !rec_has(r, "blank") && !rec_has(r, "picture") &&
	    !rec_has(r, "doubt"))
		rec_doubt(r, "unread");
}

void
rec_set_error(struct rec *r, const char *stage, const struct err *e)
{
	jv error = jv_object();

	jx_set(&error, "stage", jv_string(stage));
	jx_set(&error, "class", jv_string(err_class_name(e->class)));
	jx_set(&error, "code", jv_string(e->code));
	jx_set(&error, "message", jv_string(e->msg));
	if (e->retry_after_ms > 0)
		jx_set(&error, "retry_after_ms", jv_number((double)e->retry_after_ms));
	rec_set(r, "error", error);
}

/* The "code" of an error that is as it was read, where it is plainly written. */
static bool
plain_code(const struct rec *r, char *code, size_t size)
{
	const struct jx_span *span = change_of(r, "error") ? NULL : span_of(r, "error");
	const char *s;
	size_t n;

	if (!span || !jx_plain(r->line + span->value, span->value_len, "code", &s, &n) || n >= size)
		return false;
	memcpy(code, s, n);
	code[n] = '\0';
	return true;
}

void
rec_error_code(const struct rec *r, char *code, size_t size)
{
	jv error, v = jv_invalid();
	const char *text;

	if (plain_code(r, code, size))
		return;
	error = rec_get(r, "error");
	if (jv_get_kind(error) == JV_KIND_OBJECT)
		v = jx_get(&error, "code");
	text = jx_cstr(&v);
	snprintf(code, size, "%s", text ? text : "unknown");
	jv_free(v);
	jv_free(error);
}

static bool
replaced(const struct rec *r, const struct jx_span *span)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->v[i].set && rec_named(r, span, r->v[i].name, strlen(r->v[i].name)))
			return true;
	return false;
}

static int
write_kept(const struct rec *r, struct buf *out)
{
	const struct jx_span *s;
	size_t i;
	int first = 1, bad = 0;

	for (i = 0; i < r->m.n && !bad; i++) {
		s = &r->m.v[i];
		if (replaced(r, s))
			continue;
		bad = (!first && buf_addc(out, ',') < 0) ||
		    buf_add(out, r->line + s->name - 1, s->name_len + 2) < 0 ||
		    buf_addc(out, ':') < 0 || buf_add(out, r->line + s->value, s->value_len) < 0;
		first = 0;
	}
	return bad ? -1 : first;
}

static int
write_set(const struct rec *r, struct buf *out, int first)
{
	size_t i;
	int bad = 0;
	jv text;

	for (i = 0; i < r->n && !bad; i++) {
		const struct change *c = &r->v[i];

		if (!c->set || !jv_is_valid(c->value))
			continue;
		text = jv_dump_string(jv_copy(c->value), 0);
		bad = (!first && buf_addc(out, ',') < 0) ||
		    buf_json(out, c->name, strlen(c->name)) < 0 || buf_addc(out, ':') < 0 ||
		    buf_add(out, jv_string_value(text),
			(size_t)jv_string_length_bytes(jv_copy(text))) < 0;
		jv_free(text);
		first = 0;
	}
	return bad ? -1 : 0;
}

int
rec_write(const struct rec *r, struct buf *out, size_t max, struct err *e)
{
	size_t was = out->len;
	int first, bad;

	if (!r->changed) {
		bad = buf_add(out, r->line, r->len) < 0;
	} else {
		bad = buf_addc(out, '{') < 0;
		first = bad ? -1 : write_kept(r, out);
		bad = first < 0 || write_set(r, out, first) < 0 || buf_addc(out, '}') < 0;
	}
	if (!bad && out->len - was <= max && buf_addc(out, '\n') == 0)
		return 0;
	out->len = was;
	return err_set(e, ERR_VALIDATION, CODE_RECORD_LARGE, "the record would exceed %zu bytes",
	    max);
}

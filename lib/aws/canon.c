#include <stdlib.h>
#include <string.h>

#include "aws/sign.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

/* Far above what servers take. */
enum { REQUEST_MAX = 256 * 1024 };

/* A query's names and values, encoded and sorted. */
struct query {
	struct buf text;
	struct sigv4_header *v;
	size_t n;
};

static int
canon_refuse(struct err *e, const char *why)
{
	return err_set(e, ERR_VALIDATION, CODE_SIGN_REQUEST, "%s", why);
}

static bool
canon_is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
unreserved(char c)
{
	return canon_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

static char
lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* -1: no hex digit. */
static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Returns the place after it. */
static char *
canon_encode(char *to, char c, bool slash_too)
{
	static const char digit[] = "0123456789ABCDEF";
	unsigned char byte = (unsigned char)c;

	if (unreserved(c) || (c == '/' && !slash_too)) {
		*to++ = c;
		return to;
	}
	*to++ = '%';
	*to++ = digit[byte >> 4];
	*to++ = digit[byte & 15];
	return to;
}

int
sigv4_encode(struct buf *b, const char *s, size_t n, bool slash_too)
{
	size_t need = n, i;
	char *to;

	for (i = 0; i < n; i++)
		if (!unreserved(s[i]) && (s[i] != '/' || slash_too))
			need += 2;
	if (buf_room(b, need) < 0)
		return -1;
	for (i = 0, to = b->p + b->len; i < n; i++)
		to = canon_encode(to, s[i], slash_too);
	b->len += need;
	return 0;
}

static int
compare_pairs(const void *a, const void *b)
{
	const struct sigv4_header *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

/*
 * s up to end, decoded and encoded anew, and a NUL; returns the place after
 * it, or NULL where a "%" has no two digits: there servers differ.
 */
static char *
recode(char *to, const char *s, const char *end)
{
	for (; s < end; s++) {
		char c = *s;

		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			int high = hex_value(s[1]);
			int low = high < 0 ? -1 : hex_value(s[2]);

			if (low < 0)
				return NULL;
			c = (char)(high << 4 | low);
			s += 2;
		}
		to = canon_encode(to, c, true);
	}
	*to++ = '\0';
	return to;
}

static int
query_read(struct query *q, const char *s, struct err *e)
{
	size_t len = strlen(s), pairs = 1, i;
	const char *eq, *end;
	char *to;

	for (i = 0; i < len; i++)
		pairs += s[i] == '&';
	if (len > SIGV4_QUERY_MAX || buf_room(&q->text, 3 * len + 2 * pairs) < 0)
		return canon_refuse(e, "the query is too long to sign");
	q->v = mem_new(pairs, sizeof(*q->v));
	for (to = q->text.p; *s; s = *end ? end + 1 : end) {
		end = strchrnul(s, '&');
		if (end == s)
			continue;
		eq = memchr(s, '=', (size_t)(end - s));
		q->v[q->n].name = to;
		to = recode(to, s, eq ? eq : end);
		if (to) {
			q->v[q->n++].value = to;
			to = recode(to, eq ? eq + 1 : end, end);
		}
		if (!to)
			return canon_refuse(e, "the query holds a % without two hex digits");
	}
	qsort(q->v, q->n, sizeof(*q->v), compare_pairs);
	return 0;
}

static void
query_release(struct query *q)
{
	free(q->v);
	buf_release(&q->text);
}

static int
canon_add_query(struct buf *b, const struct query *q)
{
	for (size_t i = 0; i < q->n; i++)
		if ((i > 0 && buf_addc(b, '&') < 0) || buf_adds(b, q->v[i].name) < 0 ||
		    buf_addc(b, '=') < 0 || buf_adds(b, q->v[i].value) < 0)
			return -1;
	return 0;
}

static int
canon_compare(const char *x, const char *y)
{
	while (*x && lower(*x) == lower(*y))
		x++, y++;
	return lower(*x) - lower(*y);
}

/* Of pointers into one array: the same name stays in order of appearance. */
static int
compare_headers(const void *a, const void *b)
{
	const struct sigv4_header *x = *(const struct sigv4_header *const *)a;
	const struct sigv4_header *y = *(const struct sigv4_header *const *)b;
	int order = canon_compare(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

/* The characters of an RFC 9110 token, at least one. */
static bool
is_token(const char *s)
{
	const char *p = s;

	while (canon_is_alnum(*p) || (*p && strchr("!#$%&'*+-.^_`|~", *p)))
		p++;
	return p > s && !*p;
}

/* No control characters, which end a line or worse; tabs are RFC 9110's. */
static bool
is_line(const char *s)
{
	while (((unsigned char)*s >= ' ' && *s != 0x7f) || *s == '\t')
		s++;
	return !*s;
}

/* Whether S3, which decodes a path and encodes it again, gets the same. */
bool
sigv4_is_path(const char *s)
{
	if (*s != '/')
		return false;
	for (; *s; s++) {
		char made[3], c;
		int high, low;

		if (*s == '/' || unreserved(*s))
			continue;
		if (*s != '%' || (high = hex_value(s[1])) < 0 || (low = hex_value(s[2])) < 0)
			return false;
		c = (char)(high << 4 | low);
		if (canon_encode(made, c, false) != made + 3 || memcmp(made, s, 3) != 0)
			return false;
		s += 2;
	}
	return true;
}

static int
canon_check(const struct sigv4_req *r, struct err *e)
{
	bool host = false;

	if (!is_token(r->method))
		return canon_refuse(e, "the request has no method");
	if (!sigv4_is_path(r->path))
		return canon_refuse(e, "the path is not encoded as S3 signs it");
	if (!*r->payload || !is_line(r->payload))
		return canon_refuse(e, "the request does not say what its body is");
	for (size_t i = 0; i < r->nheaders; i++) {
		const struct sigv4_header *h = &r->headers[i];

		if (!is_token(h->name))
			return canon_refuse(e, "a header's name is not possible");
		if (!is_line(h->value))
			return err_set(e, ERR_VALIDATION, CODE_SIGN_REQUEST,
			    "header %s holds control characters", h->name);
		host |= canon_compare(h->name, "host") == 0;
	}
	return host ? 0 : canon_refuse(e, "the request has no host header");
}

/* The headers of a request that passed check, sorted; free(3) them. */
static const struct sigv4_header **
sorted(const struct sigv4_req *r)
{
	const struct sigv4_header **v = mem_new(r->nheaders, sizeof(const void *));

	for (size_t i = 0; i < r->nheaders; i++)
		v[i] = &r->headers[i];
	qsort(v, r->nheaders, sizeof(const void *), compare_headers);
	return v;
}

static bool
canon_again(const struct sigv4_header *const *v, size_t i)
{
	return i > 0 && canon_compare(v[i - 1]->name, v[i]->name) == 0;
}

static int
add_name(struct buf *b, const char *name)
{
	size_t n = strlen(name);

	if (buf_room(b, n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		b->p[b->len++] = lower(name[i]);
	return 0;
}

/* Trimmed, and each run of white space one space. */
static int
add_value(struct buf *b, const char *s)
{
	size_t n;

	for (s += strspn(s, " \t"); *s; s += strspn(s, " \t")) {
		n = strcspn(s, " \t");
		if (buf_add(b, s, n) < 0)
			return -1;
		s += n;
		if (s[strspn(s, " \t")] && buf_addc(b, ' ') < 0)
			return -1;
	}
	return 0;
}

static int
add_names(struct buf *b, const struct sigv4_header *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!canon_again(v, i) &&
		    ((i > 0 && buf_addc(b, ';') < 0) || add_name(b, v[i]->name) < 0))
			return -1;
	return 0;
}

static int
add_headers(struct buf *b, const struct sigv4_header *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (canon_again(v, i)) {
			if (buf_addc(b, ',') < 0)
				return -1;
		} else if ((i > 0 && buf_addc(b, '\n') < 0) || add_name(b, v[i]->name) < 0 ||
		    buf_addc(b, ':') < 0) {
			return -1;
		}
		if (add_value(b, v[i]->value) < 0)
			return -1;
	}
	return buf_addc(b, '\n');
}

int
sigv4_signed_headers(const struct sigv4_req *r, struct buf *b, struct err *e)
{
	const struct sigv4_header **v;
	size_t was = b->len;
	int rc;

	if (canon_check(r, e) < 0)
		return -1;
	v = sorted(r);
	rc = add_names(b, v, r->nheaders);
	free(v);
	if (rc == 0)
		return 0;
	b->len = was;
	return canon_refuse(e, "the request is too long to sign");
}

int
sigv4_canonical(const struct sigv4_req *r, struct buf *b, struct err *e)
{
	const struct sigv4_header **v;
	struct query q = { .text = BUF_INIT(REQUEST_MAX) };
	size_t was = b->len;
	int rc;

	if (canon_check(r, e) < 0 || query_read(&q, r->query ? r->query : "", e) < 0) {
		query_release(&q);
		return -1;
	}
	v = sorted(r);
	rc = buf_printf(b, "%s\n%s\n", r->method, r->path) < 0 || canon_add_query(b, &q) < 0 ||
		buf_addc(b, '\n') < 0 || add_headers(b, v, r->nheaders) < 0 ||
		buf_addc(b, '\n') < 0 || add_names(b, v, r->nheaders) < 0 ||
		buf_addc(b, '\n') < 0 || buf_adds(b, r->payload) < 0
	    ? -1
	    : 0;
	free(v);
	query_release(&q);
	if (rc == 0)
		return 0;
	b->len = was;
	return canon_refuse(e, "the request is too long to sign");
}

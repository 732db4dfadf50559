#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/time.h"
#include "net/xml.h"
#include "s3/listxml.h"

enum root { ROOT_NONE, ROOT_LIST, ROOT_ERROR };
enum encoding { KEYS_UNSAID, KEYS_PLAIN, KEYS_URL };

/* What is known of an object, its key aside; plain bytes, to be copied. */
struct entry {
	int64_t size; /* -1: not said yet */
	size_t key_len;
	char etag[S3_ETAG_MAX + 1];
	char last_modified[RFC3339_SIZE];
};

struct s3xml_list {
	struct xml *xml;
	s3_object_fn *object;
	void *arg;
	enum root root;
	int depth;
	bool in_contents;
	struct entry entry;
	struct buf key; /* as written, NUL-terminated; empty: not said */
	enum encoding encoding;
	struct buf held; /* entries, each with its key behind it */
	bool said_truncated;
	struct s3_page page;
	struct s3_error error;
};

static int
listxml_bad(struct err *e, const char *what)
{
	return err_set(e, ERR_TRANSIENT, CODE_S3_BAD_ANSWER, "the listing cannot be used: %s",
	    what);
}

static bool
is(const char *name, const char *other)
{
	return strcmp(name, other) == 0;
}

static int
listxml_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place, with a NUL behind it; the length, or 0 where it is no such encoding. */
static size_t
url_decode(char *s)
{
	char *to = s;
	const char *from = s;

	while (*from) {
		int high, low;

		if (*from != '%') {
			*to++ = *from == '+' ? ' ' : *from;
			from++;
			continue;
		}
		high = listxml_hex(from[1]);
		low = high < 0 ? -1 : listxml_hex(from[2]);
		if (low < 0)
			return 0;
		*to++ = (char)(high << 4 | low);
		from += 3;
	}
	*to = '\0';
	return (size_t)(to - s);
}

static int
listxml_give(struct s3xml_list *l, const struct entry *n, char *key, struct err *e)
{
	struct s3_object object = {
		.key = key,
		.key_len = n->key_len,
		.size = n->size,
		.etag = n->etag[0] ? n->etag : NULL,
		.last_modified = n->last_modified[0] ? n->last_modified : NULL,
	};

	if (l->encoding == KEYS_URL)
		object.key_len = url_decode(key);
	if (object.key_len == 0)
		return listxml_bad(e, "a key's URL-encoding is wrong");
	l->page.objects++;
	return l->object(l->arg, &object, e);
}

static int
listxml_hold(struct s3xml_list *l, struct err *e)
{
	if (buf_add(&l->held, &l->entry, sizeof(l->entry)) < 0 ||
	    buf_add(&l->held, l->key.p, l->key.len) < 0)
		return listxml_bad(e, "too many keys before their encoding");
	return 0;
}

/* How keys are encoded is known now. */
static int
listxml_settle(struct s3xml_list *l, enum encoding encoding, struct err *e)
{
	char *p = l->held.p;
	size_t left = l->held.len;
	struct entry n;

	if (l->encoding != KEYS_UNSAID)
		return l->encoding == encoding ? 0 : listxml_bad(e, "two encodings of keys");
	l->encoding = encoding;
	while (left > 0) {
		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
		if (listxml_give(l, &n, p, e) < 0)
			return -1;
		p += n.key_len + 1;
		left -= sizeof(n) + n.key_len + 1;
	}
	buf_clear(&l->held, 0);
	return 0;
}

static int
object_begins(struct s3xml_list *l)
{
	l->entry = (struct entry){ .size = -1 };
	buf_clear(&l->key, XML_TEXT_MAX);
	return 0;
}

static int
size_said(struct entry *n, const char *s, struct err *e)
{
	int64_t v = 0;

	if (n->size >= 0)
		return listxml_bad(e, "an object with two sizes");
	if (!*s)
		return listxml_bad(e, "a size that is no number");
	for (; *s; s++) {
		int d = *s - '0';

		if (d < 0 || d > 9 || v > (INT64_MAX - d) / 10)
			return listxml_bad(e, "a size that is no number");
		v = v * 10 + d;
	}
	n->size = v;
	return 0;
}

/* RFC 9110, section 8.8.3; the quotes are XML's &quot; or plain, or missing. */
static void
etag_said(struct entry *n, const char *s, size_t len)
{
	n->etag[0] = '\0';
	if (len >= 2 && s[0] == '"' && s[len - 1] == '"') {
		s++;
		len -= 2;
	}
	if (len > S3_ETAG_MAX)
		return;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c <= 0x20 || c == '"' || c == 0x7f)
			return;
	}
	memcpy(n->etag, s, len);
	n->etag[len] = '\0';
}

static int
object_field(struct s3xml_list *l, const char *name, const char *text, size_t len, struct err *e)
{
	if (is(name, "Key")) {
		if (l->key.len > 0)
			return listxml_bad(e, "an object with two keys");
		if (len > 0 && buf_add(&l->key, text, len + 1) < 0)
			return listxml_bad(e, "a key that is too long");
		l->entry.key_len = len;
	} else if (is(name, "Size"))
		return size_said(&l->entry, text, e);
	else if (is(name, "ETag"))
		etag_said(&l->entry, text, len);
	else if (is(name, "LastModified"))
		rfc3339_utc(text, l->entry.last_modified);
	return 0;
}

static int
object_ends(struct s3xml_list *l, struct err *e)
{
	if (l->key.len == 0)
		return listxml_bad(e, "an object without a key");
	if (l->entry.size < 0)
		return listxml_bad(e, "an object without a size");
	if (l->encoding == KEYS_UNSAID && (l->held.len > 0 || strpbrk(l->key.p, "%+")))
		return listxml_hold(l, e);
	return listxml_give(l, &l->entry, l->key.p, e);
}

static int
page_field(struct s3xml_list *l, const char *name, const char *text, size_t len, struct err *e)
{
	if (is(name, "IsTruncated")) {
		l->page.truncated = is(text, "true");
		if (!l->page.truncated && !is(text, "false"))
			return listxml_bad(e, "IsTruncated is neither true nor false");
		l->said_truncated = true;
	} else if (is(name, "NextContinuationToken")) {
		if (len > S3_TOKEN_MAX)
			return listxml_bad(e, "a token that is too long");
		memcpy(l->page.next_token, text, len + 1);
	} else if (is(name, "EncodingType") && len > 0) {
		if (!is(text, "url"))
			return listxml_bad(e, "an unknown encoding of keys");
		return listxml_settle(l, KEYS_URL, e);
	}
	return 0;
}

static int
listxml_on_start(void *arg, const char *name, struct err *e)
{
	struct s3xml_list *l = arg;

	if (++l->depth == 1) {
		l->root = is(name, "ListBucketResult") ? ROOT_LIST
		    : is(name, "Error")                ? ROOT_ERROR
						       : ROOT_NONE;
		return l->root ? 0 : listxml_bad(e, "it is neither a listing nor an error");
	}
	if (l->root == ROOT_LIST && l->depth == 2) {
		l->in_contents = is(name, "Contents");
		if (l->in_contents)
			return object_begins(l);
	}
	return 0;
}

static int
listxml_on_end(void *arg, const char *name, const char *text, size_t len, struct err *e)
{
	struct s3xml_list *l = arg;
	int depth = l->depth--;

	if (l->root == ROOT_ERROR) {
		if (depth == 2)
			s3xml_error_field(&l->error, name, text, len);
		return 0;
	}
	if (depth == 3 && l->in_contents)
		return object_field(l, name, text, len, e);
	if (depth == 2)
		return l->in_contents ? object_ends(l, e) : page_field(l, name, text, len, e);
	return 0;
}

struct s3xml_list *
s3xml_list_new(s3_object_fn *object, void *arg)
{
	static const struct xml_ops ops = { listxml_on_start, listxml_on_end };
	struct s3xml_list *l = mem_new(1, sizeof(*l));

	l->xml = xml_new(&ops, l);
	l->object = object;
	l->arg = arg;
	buf_init(&l->key, XML_TEXT_MAX + 1);
	buf_init(&l->held, S3_HELD_MAX);
	return l;
}

int
s3xml_list_feed(struct s3xml_list *l, const void *data, size_t n, struct err *e)
{
	return xml_feed(l->xml, data, n, e);
}

int
s3xml_list_end(struct s3xml_list *l, struct s3_page *page, struct err *e)
{
	if (xml_end(l->xml, e) < 0)
		return -1;
	if (l->root == ROOT_ERROR)
		return err_set(e, ERR_TRANSIENT, CODE_S3_BAD_ANSWER,
		    "an error in a listing's place: %s",
		    l->error.code[0] ? l->error.code : "it has no code");
	if (!l->said_truncated)
		return listxml_bad(e, "it does not say whether there is more");
	if (!l->page.truncated)
		l->page.next_token[0] = '\0';
	if (l->encoding == KEYS_UNSAID && listxml_settle(l, KEYS_PLAIN, e) < 0)
		return -1;
	*page = l->page;
	return 0;
}

void
s3xml_list_free(struct s3xml_list *l)
{
	if (!l)
		return;
	xml_free(l->xml);
	buf_release(&l->key);
	buf_release(&l->held);
	free(l);
}

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "aws/sign.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "s3/client.h"
#include "s3/list.h"

enum { PAGE_BYTES = 16 << 20, QUERY_BYTES = 24 << 10, EMPTY_MAX = 1000 };

/* A page's objects, one behind the other: head, key, etag, time, each with a NUL behind it. */
struct head {
	size_t key_len, etag_len, time_len; /* etag, time: 0 for none, else with the NUL */
	int64_t size;
};

struct page {
	struct buf b;
	size_t at;  /* of the next object */
	bool whole; /* all of it is here */
};

struct s3_list {
	struct s3 *s3;
	struct s3_name name; /* key: the prefix that is asked for */
	size_t below;
	bool exact;          /* the name is perhaps an object's ... */
	bool probing;        /* which is looked for first */
	bool any;            /* something has come */
	struct page page[2]; /* the one that is read, and the one that comes */
	int now;
	struct s3_call *call;
	struct s3xml_list *xml;
	bool more; /* there are further pages */
	int empty; /* pages without an object in a row */
	bool failed, ended;
	char token[S3_TOKEN_MAX + 1];
	struct buf last;         /* the key that came last */
	struct buf draft;        /* the same of the page that comes */
	struct s3_object object; /* that was given last */
	struct err e;
};

static int
s3_list_take(void *arg, const struct s3_object *o, struct err *e)
{
	struct s3_list *l = arg;
	struct buf *b = &l->page[!l->now].b;
	struct head h = { o->key_len + 1, o->etag ? strlen(o->etag) + 1 : 0,
		o->last_modified ? strlen(o->last_modified) + 1 : 0, o->size };
	size_t n = o->key_len < l->draft.len ? o->key_len : l->draft.len;
	int order = n ? memcmp(o->key, l->draft.p, n) : 0;

	if (strncmp(o->key, l->name.key, strlen(l->name.key)) != 0)
		return err_set(e, ERR_FATAL, CODE_S3_BAD_LISTING,
		    "s3://%s/%.80s: the listing has keys that"
		    " do not begin so",
		    l->name.bucket, l->name.key);
	if (l->draft.len && (order < 0 || (order == 0 && o->key_len <= l->draft.len)))
		return err_set(e, ERR_FATAL, CODE_S3_BAD_LISTING,
		    "s3://%s/%.80s: the keys of the"
		    " listing go backwards",
		    l->name.bucket, l->name.key);
	buf_clear(&l->draft, 4096);
	if (buf_add(&l->draft, o->key, o->key_len) < 0 || buf_add(b, &h, sizeof(h)) < 0 ||
	    buf_add(b, o->key, h.key_len) < 0 || buf_add(b, o->etag, h.etag_len) < 0 ||
	    buf_add(b, o->last_modified, h.time_len) < 0)
		return err_set(e, ERR_FATAL, CODE_S3_BAD_LISTING,
		    "s3://%s/%.80s: a page of the listing"
		    " has more than %d bytes",
		    l->name.bucket, l->name.key, PAGE_BYTES);
	return 0;
}

static void
s3_list_again(void *arg)
{
	struct s3_list *l = arg;

	buf_clear(&l->page[!l->now].b, PAGE_BYTES);
	buf_clear(&l->draft, 4096);
	(void)buf_add(&l->draft, l->last.p, l->last.len);
	s3xml_list_free(l->xml);
	l->xml = s3xml_list_new(s3_list_take, l);
}

static int
s3_list_body(struct s3_call *c, void *arg, const void *p, size_t n, struct err *e)
{
	struct s3_list *l = arg;

	(void)c;
	return s3xml_list_feed(l->xml, p, n, e);
}

static int
s3_list_whole(struct s3_call *c, void *arg, struct err *e)
{
	struct s3_list *l = arg;
	struct s3_page page;

	(void)c;
	if (s3xml_list_end(l->xml, &page, e) < 0)
		return -1;
	if (page.truncated && !*page.next_token)
		return err_set(e, ERR_TRANSIENT, CODE_S3_BAD_ANSWER,
		    "the listing cannot be used: there is"
		    " more, but no token for it");
	if (page.truncated && strcmp(page.next_token, l->token) == 0)
		return err_set(e, ERR_FATAL, CODE_S3_BAD_LISTING,
		    "s3://%s/%.80s: the listing gives the"
		    " same token again",
		    l->name.bucket, l->name.key);
	l->empty = page.objects ? 0 : l->empty + 1;
	if (page.truncated && l->empty > EMPTY_MAX)
		return err_set(e, ERR_FATAL, CODE_S3_BAD_LISTING,
		    "s3://%s/%.80s: %d pages of the listing had"
		    " no object, and there is more",
		    l->name.bucket, l->name.key, l->empty);
	l->more = page.truncated;
	memcpy(l->token, page.next_token, sizeof(l->token));
	return 0;
}

static void
s3_list_done(void *arg, const struct err *e)
{
	struct s3_list *l = arg;

	l->call = NULL;
	if (e) {
		l->failed = l->ended = true;
		l->e = *e;
		/* Nothing further can be listed. */
		l->e.class = e->class == ERR_TRANSIENT ? ERR_BUSY : ERR_FATAL;
		return;
	}
	l->page[!l->now].at = 0;
	l->page[!l->now].whole = true;
	buf_clear(&l->last, 4096);
	(void)buf_add(&l->last, l->draft.p, l->draft.len);
}

static void
ask(struct s3_list *l)
{
	static const struct s3_ops ops = { s3_list_again, s3_list_body, s3_list_whole,
		s3_list_done };
	struct buf q = BUF_INIT(QUERY_BYTES);
	char none[] = "";
	struct s3_name bucket = { l->name.bucket, none };
	struct s3_request r = { .method = "GET", .name = &bucket, .fd = -1, .ops = &ops, .arg = l };

	(void)buf_printf(&q,
	    "list-type=2&encoding-type=url&max-keys=%d&prefix=", l->probing ? 1 : 1000);
	(void)sigv4_encode(&q, l->name.key, strlen(l->name.key), true);
	if (*l->token) {
		(void)buf_adds(&q, "&continuation-token=");
		(void)sigv4_encode(&q, l->token, strlen(l->token), true);
	}
	(void)buf_addc(&q, '\0');
	r.query = q.p;
	l->page[!l->now].whole = false;
	l->call = s3_start(l->s3, &r);
	buf_release(&q);
}

struct s3_list *
s3_list_new(struct s3 *s3, const struct s3_name *name)
{
	struct s3_list *l = mem_new(1, sizeof(*l));
	size_t n = strlen(name->key);

	l->s3 = s3;
	l->name = (struct s3_name){ mem_dup(name->bucket), mem_dup(name->key) };
	l->exact = l->probing = n > 0 && name->key[n - 1] != '/';
	if (l->exact)
		while (n > 0 && name->key[n - 1] != '/')
			n--;
	l->below = n;
	buf_init(&l->page[0].b, PAGE_BYTES);
	buf_init(&l->page[1].b, PAGE_BYTES);
	buf_init(&l->last, 1 << 20);
	buf_init(&l->draft, 1 << 20);
	ask(l);
	return l;
}

void
s3_list_free(struct s3_list *l)
{
	if (!l)
		return;
	s3_cancel(l->call);
	s3xml_list_free(l->xml);
	s3_name_release(&l->name);
	buf_release(&l->page[0].b);
	buf_release(&l->page[1].b);
	buf_release(&l->last);
	buf_release(&l->draft);
	free(l);
}

size_t
s3_list_below(const struct s3_list *l)
{
	return l->below;
}

/* The object of the very name has been looked for: now what lies below it. */
static void
end_probe(struct s3_list *l)
{
	l->probing = l->more = false;
	l->token[0] = '\0';
	s3_name_folder(&l->name);
	l->below = strlen(l->name.key);
	buf_clear(&l->last, 0);
	ask(l);
}

static bool
s3_list_next_object(struct page *p, struct s3_object *o)
{
	const char *s;
	struct head h;

	if (p->at == p->b.len)
		return false;
	s = p->b.p + p->at;
	memcpy(&h, s, sizeof(h));
	s += sizeof(h);
	*o = (struct s3_object){ .key = s,
		.key_len = h.key_len - 1,
		.size = h.size,
		.etag = h.etag_len ? s + h.key_len : NULL,
		.last_modified = h.time_len ? s + h.key_len + h.etag_len : NULL };
	p->at += sizeof(h) + h.key_len + h.etag_len + h.time_len;
	return true;
}

/* A key may have NULs in it, the name that was asked for has none. */
static bool
is_asked_for(const struct s3_list *l, const struct s3_object *o)
{
	return strlen(l->name.key) == o->key_len && strcmp(o->key, l->name.key) == 0;
}

/* The next of the page that is read. */
static const struct s3_object *
s3_list_on_page(struct s3_list *l)
{
	while (s3_list_next_object(&l->page[l->now], &l->object)) {
		if (l->probing && !is_asked_for(l, &l->object))
			continue;
		l->any = true;
		return &l->object;
	}
	return NULL;
}

/* Go on to the page that came, or to what is asked for next: false at the end. */
static bool
s3_list_turn(struct s3_list *l)
{
	if (l->page[!l->now].whole) {
		l->page[l->now].whole = false;
		l->now = !l->now;
		/* The first page with anything on it answers a probe. */
		if (l->more && (!l->probing || l->page[l->now].b.len == 0))
			ask(l);
		return true;
	}
	if (l->probing) {
		end_probe(l);
		return true;
	}
	return false;
}

static void
s3_list_finish(struct s3_list *l)
{
	l->ended = true;
	if (l->any || !l->exact)
		return;
	l->failed = true;
	err_set(&l->e, ERR_FATAL, CODE_S3_NO_SUCH_KEY,
	    "s3://%s/%.*s: no object has this name or lies below it", l->name.bucket,
	    (int)strlen(l->name.key) - 1, l->name.key);
}

const struct s3_object *
s3_list_next(struct s3_list *l, struct err *e)
{
	const struct s3_object *o;

	e->code = NULL;
	while (!(o = s3_list_on_page(l)) && !l->failed && !l->call && !l->ended)
		if (!s3_list_turn(l))
			s3_list_finish(l);
	if (!o && l->failed)
		*e = l->e;
	return o;
}

bool
s3_list_ended(const struct s3_list *l)
{
	return l->ended;
}

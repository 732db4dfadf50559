#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "rec/jx.h"
#include "rec/rec.h"
#include "s3/client.h"
#include "s3/listxml.h"
#include "s3/put.h"

enum {
	META_MAX = 16,
	VALUE_MAX = MARK_MAX, /* AWS takes 2 KB in all */
	REFUSALS = 3,         /* of the first results, then all would be */
	READ_BYTES = 64 << 10
};

static const char meta_uri[] = MARK_HEADER_URI, meta_etag[] = "x-amz-meta-source-etag",
		  meta_settings[] = "x-amz-meta-settings", meta_size[] = MARK_HEADER_SIZE;

struct s3_dest {
	struct s3 *s3;
	struct s3_name name; /* key: the prefix */
	bool some;           /* something has been put */
	const char *refused; /* until then: with what the last one was refused ... */
	int times;           /* ... and how many times so */
};

struct s3_put {
	struct s3_dest *dest;
	struct s3_call *call;
	struct s3_name name;
	struct s3_header meta[META_MAX]; /* values are ours */
	size_t nmeta;
	struct s3_put_conf conf; /* its rec and mark are gone */
	struct mark mark, found;
	bool there; /* there is such an object */
	long long length;
	char sha256[DIGEST_HEX + 1];
};

struct probe {
	struct s3xml_list *xml;
	bool over, bad;
	struct err e;
};

static int
pass_over(void *arg, const struct s3_object *o, struct err *e)
{
	(void)arg, (void)o, (void)e;
	return 0;
}

static void
probe_again(void *arg)
{
	struct probe *p = arg;

	s3xml_list_free(p->xml);
	p->xml = s3xml_list_new(pass_over, NULL);
}

static int
probe_body(struct s3_call *c, void *arg, const void *data, size_t n, struct err *e)
{
	struct probe *p = arg;

	(void)c;
	return s3xml_list_feed(p->xml, data, n, e);
}

/*
 * A page of HTML, or a list of buckets, is said with 200 by what is no bucket.
 * How the listing would go on is of no matter.
 */
static int
probe_whole(struct s3_call *c, void *arg, struct err *e)
{
	struct probe *p = arg;
	struct s3_page page;

	(void)c;
	return s3xml_list_end(p->xml, &page, e);
}

static void
probed(void *arg, const struct err *e)
{
	struct probe *p = arg;

	p->over = true;
	p->bad = e != NULL;
	if (e)
		p->e = *e;
}

int
s3_dest_check(struct s3_dest *d, struct loop *l, struct err *e)
{
	static const struct s3_ops ops = { probe_again, probe_body, probe_whole, probed };
	char none[] = "";
	struct s3_name bucket = { d->name.bucket, none };
	struct probe p = { .over = false };
	/* encoding-type: Swift answers 500 where the key is none of XML's. */
	struct s3_request r = { .method = "GET",
		.name = &bucket,
		.query = "list-type=2&encoding-type=url&max-keys=1",
		.fd = -1,
		.ops = &ops,
		.arg = &p };

	s3_start(d->s3, &r);
	while (!p.over)
		loop_turn(l, -1);
	s3xml_list_free(p.xml);
	/* One who may not list may yet be one who may put. */
	if (!p.bad || err_is(&p.e, CODE_S3_ACCESS_DENIED))
		return 0;
	*e = p.e;
	e->class = p.e.class == ERR_TRANSIENT ? ERR_BUSY : ERR_FATAL;
	return -1;
}

struct s3_dest *
s3_dest_open(struct s3 *s3, const char *operand, struct err *e)
{
	struct s3_dest *d = mem_new(1, sizeof(*d));

	d->s3 = s3;
	if (s3_name_operand(&d->name, operand, e) < 0) {
		e->class = ERR_FATAL;
		free(d);
		return NULL;
	}
	s3_name_folder(&d->name);
	return d;
}

void
s3_dest_close(struct s3_dest *d)
{
	if (!d)
		return;
	s3_name_release(&d->name);
	free(d);
}

/*
 * A header's value is printable ASCII: all else is percent-encoded as %XX.  What
 * is too long is left out: half a uri would be another's.
 */
static void
add_meta(struct s3_put *p, const char *name, const char *value)
{
	struct buf b = BUF_INIT(VALUE_MAX);
	const char *s;
	int r = 0;

	for (s = value; r == 0 && *s; s++) {
		unsigned char c = (unsigned char)*s;

		r = c > 0x20 && c < 0x7f ? buf_addc(&b, *s) : buf_printf(&b, "%%%02X", c);
	}
	if (r == 0 && b.len > 0 && p->nmeta < META_MAX)
		p->meta[p->nmeta++] = (struct s3_header){ name, mem_copy(b.p, b.len) };
	buf_release(&b);
}

static void
s3_put_add_meta(struct s3_put *p, const char *name, jv value)
{
	jv text = jv_get_kind(value) == JV_KIND_STRING ? jv_copy(value)
	    : jv_is_valid(value) && jv_get_kind(value) != JV_KIND_NULL
	    ? jv_dump_string(jv_copy(value), 0)
	    : jv_invalid();

	if (jv_is_valid(text))
		add_meta(p, name, jv_string_value(text));
	jv_free(text);
	jv_free(value);
}

/* The names of those that gave pages, as "tesseract,text". */
static void
add_engines(struct s3_put *p, jv engines)
{
	jv names = jv_get_kind(engines) == JV_KIND_OBJECT ? jv_keys(engines) : jv_array();
	jv text = jv_string("");

	if (jv_get_kind(engines) != JV_KIND_OBJECT)
		jv_free(engines);
	jv_array_foreach(names, i, name)
	{
		if (i > 0)
			text = jv_string_append_str(text, ",");
		text = jv_string_concat(text, name);
	}
	jv_free(names);
	add_meta(p, "x-amz-meta-engine", jv_string_value(text));
	jv_free(text);
}

static void
add_all_meta(struct s3_put *p, struct rec *rec)
{
	jv original = rec_get(rec, "original");

	p->meta[p->nmeta++] =
	    (struct s3_header){ "Content-Type", mem_dup("text/markdown; charset=utf-8") };
	add_meta(p, meta_uri, p->mark.uri);
	add_meta(p, meta_etag, p->mark.etag);
	add_meta(p, meta_settings, p->mark.settings);
	add_meta(p, meta_size, p->mark.size);
	if (jv_get_kind(original) == JV_KIND_OBJECT)
		s3_put_add_meta(p, "x-amz-meta-source-sha256", jx_get(&original, "sha256"));
	jv_free(original);
	s3_put_add_meta(p, "x-amz-meta-pages", rec_get(rec, "doc_pages"));
	s3_put_add_meta(p, "x-amz-meta-only-pages", rec_get(rec, "only_pages"));
	add_engines(p, rec_get(rec, "engines"));
}

static void
put_free(struct s3_put *p)
{
	size_t i;

	for (i = 0; i < p->nmeta; i++)
		free((char *)(size_t)p->meta[i].value);
	s3_name_release(&p->name);
	free(p);
}

/* However the source's uri is written. */
static bool
is_source(const struct s3_name *result, const char *uri)
{
	struct s3_name source;
	struct err ignored;
	bool same;

	if (!uri || s3_name_uri(&source, uri, &ignored) < 0)
		return false;
	same = !strcmp(source.bucket, result->bucket) && !strcmp(source.key, result->key);
	s3_name_release(&source);
	return same;
}

static int
name_result(struct s3_put *p, const char *rel, const char *uri, struct err *e)
{
	if (s3_name_result(&p->name, &p->dest->name, rel, e) < 0)
		return -1;
	return !is_source(&p->name, uri)
	    ? 0
	    : err_set(e, ERR_VALIDATION, CODE_DEST_SOURCE,
		  "%.200s: the result would replace its own source", uri);
}

static int
measure(struct s3_put *p, struct err *e)
{
	struct digest *d = digest_new();
	char *b = mem_new(READ_BYTES, 1);
	ssize_t n;
	int r = 0;

	while ((n = pread(p->conf.fd, b, READ_BYTES, (off_t)p->length)) > 0) {
		digest_add(d, b, (size_t)n);
		p->length += n;
	}
	if (n < 0)
		r = err_sys(e, err_class_of(errno), CODE_IO_READ, "the result");
	digest_end(d, p->sha256);
	digest_free(d);
	free(b);
	return r;
}

/* As a listing says it. */
static void
say_s3_etag(struct s3_call *c, char *out)
{
	const char *etag = s3_answer(c, "ETag");
	size_t n = etag ? s3_etag_bare(&etag) : 0;

	if (out && n > 0 && n <= RESULT_ETAG_MAX)
		snprintf(out, RESULT_ETAG_MAX + 1, "%.*s", (int)n, etag);
}

/* As every store answers; who does not is none, and has kept nothing. */
static int
s3_put_whole(struct s3_call *c, void *arg, struct err *e)
{
	const struct s3_put *p = arg;

	say_s3_etag(c, p->conf.etag);
	return s3_answer(c, "ETag")
	    ? 0
	    : err_set(e, ERR_TRANSIENT, CODE_S3_BAD_ANSWER,
		  "PUT s3://%s/%.200s: an answer without an ETag", p->name.bucket, p->name.key);
}

static void s3_put_send(struct s3_put *);

static bool
is_code_of(const char *const *codes, const char *code)
{
	while (*codes && strcmp(*codes, code) != 0)
		codes++;
	return *codes != NULL;
}

/* While nothing was put: whether the same was said of REFUSALS results. */
static bool
refuses_all(struct s3_dest *d, const struct err *e)
{
	static const char *const keys[] = { CODE_S3_KEY_TOO_LONG, CODE_S3_KEY_TOO_LONG_ERROR,
		CODE_S3_METADATA_TOO_LARGE, NULL };

	if (d->some || e->class != ERR_PERMANENT || is_code_of(keys, e->code))
		return false;
	d->times = d->refused && !strcmp(d->refused, e->code) ? d->times + 1 : 1;
	d->refused = e->code;
	return d->times >= REFUSALS || !strcmp(e->code, CODE_S3_ACCESS_DENIED);
}

/* Where what is said of the bucket, or of us, would be said of all. */
static bool
concerns_all(struct s3_dest *d, const struct err *e)
{
	static const char *const codes[] = { CODE_S3_NO_SUCH_BUCKET, CODE_S3_PERMANENT_REDIRECT,
		CODE_S3_TEMPORARY_REDIRECT, CODE_S3_REDIRECT, CODE_S3_INVALID_BUCKET_NAME, NULL };

	return is_code_of(codes, e->code) || refuses_all(d, e);
}

static void
s3_put_done(void *arg, const struct err *e)
{
	struct s3_put *p = arg;
	struct s3_put_conf conf = p->conf;
	struct err why;
	char *uri;

	p->call = NULL;
	if (e && err_is(e, CODE_S3_METADATA_TOO_LARGE) && p->nmeta > 1) {
		/* The longest, and no more than a help: the source's uri. */
		free((char *)(size_t)p->meta[1].value);
		memmove(&p->meta[1], &p->meta[2], (--p->nmeta - 1) * sizeof(*p->meta));
		s3_put_send(p);
		return;
	}
	if (e) {
		why = *e;
		if (concerns_all(p->dest, e))
			why.class = ERR_FATAL;
		put_free(p);
		conf.done(conf.arg, NULL, &why);
		return;
	}
	p->dest->some = true;
	uri = s3_uri(p->name.bucket, p->name.key);
	put_free(p);
	conf.done(conf.arg, uri, NULL);
	free(uri);
}

static void
s3_put_send(struct s3_put *p)
{
	static const struct s3_ops ops = { .whole = s3_put_whole, .done = s3_put_done };
	struct s3_request r = { .method = "PUT",
		.name = &p->name,
		.headers = p->meta,
		.nheaders = p->nmeta,
		.fd = p->conf.fd,
		.length = p->length,
		.sha256 = p->sha256,
		.ops = &ops,
		.arg = p };

	p->call = s3_start(p->dest->s3, &r);
}

static void
s3_put_answer(const struct s3_call *c, const char *name, char *word, size_t size)
{
	const char *value = s3_answer(c, name);

	snprintf(word, size, "%s", value && strlen(value) < size ? value : "");
}

static int
s3_look_whole(struct s3_call *c, void *arg, struct err *e)
{
	struct s3_put *p = arg;

	(void)e;
	p->there = true;
	s3_put_answer(c, meta_uri, p->found.uri, sizeof(p->found.uri));
	s3_put_answer(c, meta_etag, p->found.etag, sizeof(p->found.etag));
	s3_put_answer(c, meta_settings, p->found.settings, sizeof(p->found.settings));
	s3_put_answer(c, meta_size, p->found.size, sizeof(p->found.size));
	if (p->conf.looked)
		say_s3_etag(c, p->conf.etag);
	if (p->conf.looked && s3_length(c) >= 0)
		mark_set_size(&p->mark, s3_length(c));
	return 0;
}

static void
s3_put_tell(struct s3_put *p, enum mark_said said)
{
	struct s3_put_conf conf = p->conf;
	char *text = said == MARK_OWN ? s3_uri(p->name.bucket, p->name.key)
	    : said == MARK_OTHER      ? mem_dup(p->found.uri)
				      : NULL;

	put_free(p);
	conf.looked(conf.arg, said, text);
	free(text);
}

/* Who may put need not be one who may look: what is so refused is put unseen. */
static void
s3_look_done(void *arg, const struct err *e)
{
	struct s3_put *p = arg;
	struct s3_put_conf conf = p->conf;
	enum mark_said said = p->there ? mark_says(&p->found, &p->mark) : MARK_NOTHING;
	struct err why;

	p->call = NULL;
	if (conf.looked) {
		s3_put_tell(p, said);
		return;
	}
	if (e && e->class == ERR_TRANSIENT)
		why = *e;
	else if (said == MARK_OTHER)
		mark_clash(p->found.uri, p->mark.uri, &why);
	else if (said < MARK_OTHER && conf.written)
		mark_clash("a document put before it", p->mark.uri, &why);
	else {
		s3_put_send(p);
		return;
	}
	put_free(p);
	conf.done(conf.arg, NULL, &why);
}

static void
s3_put_look(struct s3_put *p)
{
	static const struct s3_ops ops = { .whole = s3_look_whole, .done = s3_look_done };
	struct s3_request r = { .method = "HEAD",
		.name = &p->name,
		.fd = -1,
		.ops = &ops,
		.arg = p };

	p->call = s3_start(p->dest->s3, &r);
}

struct s3_put *
s3_put_start(struct s3_dest *d, const struct s3_put_conf *conf, struct err *e)
{
	const char *rel = conf->rel ? conf->rel : rec_need(conf->rec, "rel", e);
	struct s3_put *p;

	if (!rel)
		return NULL;
	p = mem_new(1, sizeof(*p));
	p->dest = d;
	p->conf = *conf;
	if (name_result(p, rel, rec_str(conf->rec, "uri"), e) < 0 ||
	    (!conf->looked && measure(p, e) < 0)) {
		put_free(p);
		return NULL;
	}
	if (conf->mark)
		p->mark = *conf->mark;
	else
		mark_of(&p->mark, conf->rec, NULL);
	add_all_meta(p, conf->rec);
	if (conf->looked || (conf->mark && *p->mark.uri && !conf->replace))
		s3_put_look(p);
	else
		s3_put_send(p);
	return p;
}

void
s3_put_cancel(struct s3_put *p)
{
	if (!p)
		return;
	s3_cancel(p->call);
	put_free(p);
}

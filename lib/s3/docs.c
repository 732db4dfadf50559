#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rec/rec.h"
#include "s3/docs.h"
#include "s3/list.h"
#include "s3/name.h"

struct s3_docs {
	struct s3_docs_conf conf;
	struct s3_list *list;
	struct s3_name name; /* what is listed */
	struct s3_name skip; /* objects below it are not; no bucket: none */
	struct name_passed passed;
	const char *twin; /* the rel of the object of that very name, when listed */
};

struct s3_docs *
s3_docs_new(struct s3 *s3, const char *operand, const struct s3_docs_conf *conf, struct err *e)
{
	struct s3_docs *d = mem_new(1, sizeof(*d));

	d->conf = *conf;
	if (s3_name_operand(&d->name, operand, e) < 0 ||
	    (conf->skip && s3_name_operand(&d->skip, conf->skip, e) < 0)) {
		s3_docs_free(d);
		return NULL;
	}
	if (conf->skip)
		s3_name_folder(&d->skip);
	d->list = s3_list_new(s3, &d->name);
	return d;
}

void
s3_docs_free(struct s3_docs *d)
{
	if (!d)
		return;
	s3_list_free(d->list);
	s3_name_release(&d->name);
	s3_name_release(&d->skip);
	free(d);
}

static bool
is_below(const char *key, const char *prefix)
{
	return strncmp(key, prefix, strlen(prefix)) == 0;
}

/* What lies below skip is meant, not where the operand lies itself. */
static bool
is_skipped(const struct s3_docs *d, const char *key)
{
	const char *skip = d->skip.key, *at = d->name.key;
	size_t n = strlen(at);

	return d->skip.bucket && !strcmp(d->skip.bucket, d->name.bucket) && is_below(key, skip) &&
	    !is_below(at, skip) && !(is_below(skip, at) && !strcmp(skip + n, "/"));
}

/* "x/" of nothing stands for a folder, in a console of the store's. */
static bool
is_document(const struct s3_docs *d, const struct s3_object *o)
{
	return (o->size > 0 || o->key[o->key_len - 1] != '/') && !is_skipped(d, o->key);
}

static struct rec *
new_document(const struct s3_object *o, const char *uri, const char *rel)
{
	struct rec *r = rec_new();

	rec_set_str(r, "kind", "document");
	rec_set_str(r, "uri", uri);
	rec_set_str(r, "rel", rel);
	rec_set(r, "size", jv_number((double)o->size));
	if (o->etag)
		rec_set_str(r, "etag", o->etag);
	if (o->last_modified)
		rec_set_str(r, "mtime", o->last_modified);
	return r;
}

/* The object's record, or NULL where it is not asked for. */
static struct rec *
record_of(const struct s3_docs *d, const struct s3_object *o)
{
	size_t below = s3_list_below(d->list);
	char *key = name_encode_bytes(o->key, o->key_len),
	     *uri = mem_printf("s3://%s/%s", d->name.bucket, key);
	char *rel = d->conf.several ? mem_dup(uri + strlen("s3://"))
				    : name_encode_bytes(o->key + below, o->key_len - below);
	struct rec *r = name_is_wanted(&d->conf.globs, rel) ? new_document(o, uri, rel) : NULL;

	free(key);
	free(uri);
	free(rel);
	return r;
}

/* "a" and "a/a", asked for as "a", have one rel: one result would be lost. */
static int
check_twin(struct s3_docs *d, const struct s3_object *o, struct err *e)
{
	const char *rel = o->key + s3_list_below(d->list);

	if (d->conf.several)
		return 0;
	if (strcmp(o->key, d->name.key) == 0)
		d->twin = d->name.key + s3_list_below(d->list);
	else if (d->twin && strcmp(rel, d->twin) == 0)
		return err_set(e, ERR_PERMANENT, CODE_STORE_TWIN,
		    "s3://%s/%.200s has the same rel;"
		    " list what is below with a slash behind it",
		    d->name.bucket, d->name.key);
	return 0;
}

static int
check_object(struct s3_docs *d, const struct s3_object *o, struct err *e)
{
	if (strlen(o->key) < o->key_len)
		return err_set(e, ERR_VALIDATION, CODE_STORE_URI, "a key with a NUL byte in it");
	return check_twin(d, o, e);
}

struct rec *
s3_docs_next(struct s3_docs *d, struct err *e)
{
	const struct s3_object *o;
	struct rec *r;

	while ((o = s3_list_next(d->list, e))) {
		if (!is_document(d, o)) {
			d->passed.folders++;
			continue;
		}
		r = record_of(d, o);
		if (!r) {
			d->passed.unmatched++;
			continue;
		}
		if (check_object(d, o, e) < 0)
			rec_set_str(r, "kind", "error");
		return r;
	}
	return NULL;
}

const struct name_passed *
s3_docs_passed(const struct s3_docs *d)
{
	return &d->passed;
}

bool
s3_docs_ended(const struct s3_docs *d)
{
	return s3_list_ended(d->list);
}

/* s3ls - list documents as records */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/opt.h"
#include "dir/list.h"
#include "flow/filter.h"
#include "rec/name.h"
#include "rec/rec.h"
#include "s3/client.h"
#include "s3/list.h"

enum { BURST = 64 }; /* records between two looks at signals and stdout */

enum next { NEXT_RECORD, NEXT_WAIT, NEXT_END };

struct s3ls {
	struct store_list_conf conf;
	struct loop *loop;
	int style;
	char **paths; /* still to be listed */
	bool several; /* then a rel begins with its bucket */
	struct store_list *list;
	struct s3 *s3;
	struct s3_list *s3_list;
	struct s3_name name; /* what s3_list lists */
	const char *twin;    /* the rel of the object of that very name, when listed */
	struct s3_name skip; /* objects below it are not listed */
	long skipped;        /* of the list, as counted so far */
	struct rec *rec;     /* to be written: the output was full */
	bool failed;
	struct err e; /* when it failed */
};

static void
end_list(struct s3ls *s)
{
	store_list_free(s->list);
	s->list = NULL;
	s3_list_free(s->s3_list);
	s->s3_list = NULL;
	s3_name_release(&s->name);
	s->twin = NULL;
	s->skipped = 0;
}

static int
open_list(struct s3ls *s, const char *path, struct err *e)
{
	if (!s3_is_uri(path)) {
		s->list = store_list_new(path, &s->conf, e);
		return s->list ? 0 : -1;
	}
	if (!s->s3)
		s->s3 = s3_new(s->loop, (enum s3_style)s->style, e);
	if (!s->s3 || s3_name_operand(&s->name, path, e) < 0) {
		e->class = ERR_FATAL;
		return -1;
	}
	s->s3_list = s3_list_new(s->s3, &s->name);
	return 0;
}

static bool
is_below(const char *key, const char *prefix)
{
	return strncmp(key, prefix, strlen(prefix)) == 0;
}

/* --skip-dir means what lies below the operand, not where that lies itself. */
static bool
is_skipped(const struct s3ls *s, const char *key)
{
	const char *skip = s->skip.key, *at = s->name.key;
	size_t n = strlen(at);

	return s->skip.bucket && !strcmp(s->skip.bucket, s->name.bucket) && is_below(key, skip) &&
	    !is_below(at, skip) && !(is_below(skip, at) && !strcmp(skip + n, "/"));
}

/* "x/" of nothing stands for a folder, in a console of the store's. */
static bool
is_document(const struct s3ls *s, const struct s3_object *o)
{
	return (o->size > 0 || o->key[o->key_len - 1] != '/') && !is_skipped(s, o->key);
}

static bool
has_nul(const struct s3_object *o)
{
	return strlen(o->key) < o->key_len;
}

static struct rec *
record_of(struct s3ls *s, const struct s3_object *o)
{
	size_t below = s3_list_below(s->s3_list);
	char *key = name_encode_bytes(o->key, o->key_len),
	     *uri = mem_printf("s3://%s/%s", s->name.bucket, key);
	char *rel = s->several ? mem_dup(uri + strlen("s3://"))
			       : name_encode_bytes(o->key + below, o->key_len - below);
	struct rec *r = NULL;

	if (name_is_wanted(&s->conf.globs, rel)) {
		r = rec_new();
		rec_set_str(r, "kind", "document");
		rec_set_str(r, "uri", uri);
		rec_set_str(r, "rel", rel);
		rec_set(r, "size", jv_number((double)o->size));
		if (o->etag)
			rec_set_str(r, "etag", o->etag);
		if (o->last_modified)
			rec_set_str(r, "mtime", o->last_modified);
	}
	free(key);
	free(uri);
	free(rel);
	return r;
}

static void
make_error(struct s3ls *s)
{
	s->failed = true;
	rec_set_str(s->rec, "kind", "error");
}

/* "a" and "a/a", asked for as "a", have one rel: one result would be lost. */
static void
check_twin(struct s3ls *s, const struct s3_object *o)
{
	const char *rel = o->key + s3_list_below(s->s3_list);

	if (s->several)
		return;
	if (strcmp(o->key, s->name.key) == 0) {
		s->twin = s->name.key + s3_list_below(s->s3_list);
	} else if (s->twin && strcmp(rel, s->twin) == 0) {
		make_error(s);
		err_set(&s->e, ERR_PERMANENT, "store.twin",
		    "s3://%s/%.200s has the same rel;"
		    " list what is below with a slash behind it",
		    s->name.bucket, s->name.key);
	}
}

static void
check_object(struct s3ls *s, const struct s3_object *o)
{
	s->failed = false;
	if (!has_nul(o)) {
		check_twin(s, o);
		return;
	}
	make_error(s);
	err_set(&s->e, ERR_VALIDATION, "store.uri", "a key with a NUL byte in it");
}

static enum next
s3ls_object(struct s3ls *s, struct filter *f)
{
	const struct s3_object *o;
	struct err e;

	while ((o = s3_list_next(s->s3_list, &e))) {
		s->rec = is_document(s, o) ? record_of(s, o) : NULL;
		if (s->rec) {
			check_object(s, o);
			return NEXT_RECORD;
		}
	}
	if (!e.code)
		return s3_list_ended(s->s3_list) ? NEXT_END : NEXT_WAIT;
	filter_fatal(f, &e);
	while (*s->paths)
		s->paths++;
	return NEXT_END;
}

static enum next
next_file(struct s3ls *s, struct filter *f)
{
	s->rec = store_list_next(s->list, &s->e);
	s->failed = s->e.code != NULL;
	filter_count(f, COUNT_SKIPPED, store_list_skipped(s->list) - s->skipped);
	s->skipped = store_list_skipped(s->list);
	return s->rec ? NEXT_RECORD : NEXT_END;
}

/* The next record of any list into s->rec. */
static enum next
next(struct s3ls *s, struct filter *f)
{
	enum next n;
	struct err e;

	for (;;) {
		if (!s->list && !s->s3_list) {
			if (!*s->paths)
				return NEXT_END;
			if (open_list(s, *s->paths, &e) < 0) {
				filter_fatal(f, &e);
				return NEXT_END;
			}
			s->paths++;
		}
		n = s->s3_list ? s3ls_object(s, f) : next_file(s, f);
		if (n != NEXT_END)
			return n;
		end_list(s);
	}
}

static bool
s3ls_produce(struct filter *f, void *arg)
{
	struct s3ls *s = arg;
	enum next n;
	int i;

	for (i = 0; i < BURST; i++) {
		n = s->rec ? NEXT_RECORD : next(s, f);
		if (n == NEXT_END)
			source_end(f);
		if (n != NEXT_RECORD)
			return false;
		if (s->failed ? !filter_emit_error(f, s->rec, &s->e) : !filter_emit(f, s->rec))
			return false;
		rec_free(s->rec);
		s->rec = NULL;
	}
	return true;
}

/* What does not go together, and what --skip-dir means. */
static void
check_operands(struct s3ls *s, const struct opt_spec *spec)
{
	struct err e;
	size_t n;

	s->several = s->paths[0] && s->paths[1];
	for (n = 0; s->paths[n]; n++)
		if (s->conf.newer_in && (s3_is_uri(s->paths[n]) || s3_is_uri(s->conf.newer_in)))
			opt_usage(spec,
			    "--update: is for documents and results in folders, not in a bucket");
	if (!s->conf.skip_dir || !s3_is_uri(s->conf.skip_dir))
		return;
	if (s3_name_operand(&s->skip, s->conf.skip_dir, &e) < 0)
		opt_usage(spec, "--skip-dir: %s", e.msg);
	s->conf.skip_dir = NULL;
	s3_name_folder(&s->skip);
}

int
main(int argc, char *argv[])
{
	struct opt_list match = { 0 }, exclude = { 0 };
	struct s3ls s = { 0 };
	const struct opt opts[] = { OPT_GROUP("Which documents"),
		OPT_LIST(0, "match", "GLOB", &match,
		    "only those whose rel fits GLOB, or another one given"),
		OPT_LIST(0, "exclude", "GLOB", &exclude,
		    "none whose rel fits GLOB, or another one given"),
		OPT_STR(0, "skip-dir", "DIR", &s.conf.skip_dir,
		    "none in this folder, or bucket and prefix"),
		OPT_STR(0, "update", "DEST", &s.conf.newer_in,
		    "none whose result in this folder is as new"),
		OPT_GROUP("Stores"),
		OPT_WORD(0, "addressing", "auto|path|virtual", &s.style, s3_style_names,
		    "where requests name the bucket (default auto)"),
		OPT_END };
	const struct opt_spec spec = { opts, "PATH...", 1, -1,
		"list the documents in folders and buckets as records" };
	const struct filter_ops ops = { .room = s3ls_produce };
	int status;

	s.paths = opt_parse(argc, argv, &spec);
	s.conf.globs.match = match.v;
	s.conf.globs.nmatch = match.n;
	s.conf.globs.exclude = exclude.v;
	s.conf.globs.nexclude = exclude.n;
	check_operands(&s, &spec);
	s.loop = loop_new();
	status = source_run(s.loop, &ops, &s);
	rec_free(s.rec);
	end_list(&s);
	s3_name_release(&s.skip);
	s3_free(s.s3);
	free(match.v);
	free(exclude.v);
	loop_free(s.loop);
	return status;
}

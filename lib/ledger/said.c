#include "base/mem.h"
#include "ledger/priv.h"
#include "rec/jx.h"
#include "rec/rec.h"

/* A record that is listed has little room beside what was added. */
enum { SAID_PAGES_MAX = 64, SAID_WORD_MAX = 32, SAID_TEXT_MAX = 256, SAID_ENGINES_MAX = 16 };

static const char *const numbers[] = { "doc_pages", "pages", "confidence", NULL };
static const char *const lists[] = { "doubtful_pages", "doubt", "blank_pages", "picture_pages",
	"failed_pages", NULL };

static const char *const texts[] = { "dest_etag", "only_pages", NULL };

static void
said_text(const struct rec *r, const char *name, jv *said)
{
	jv v = rec_get(r, name);

	if (jv_get_kind(v) == JV_KIND_STRING && jv_string_length_bytes(jv_copy(v)) <= SAID_TEXT_MAX)
		jx_set(said, name, jv_copy(v));
	jv_free(v);
}

static void
said_number(const struct rec *r, const char *name, jv *said)
{
	jv v = rec_get(r, name);

	if (jv_get_kind(v) == JV_KIND_NUMBER)
		jx_set(said, name, jv_copy(v));
	jv_free(v);
}

/* A page, or a word that says why. */
static bool
is_sayable(const jv *v)
{
	if (jv_get_kind(*v) == JV_KIND_STRING)
		return jv_string_length_bytes(jv_copy(*v)) <= SAID_WORD_MAX;
	return jv_get_kind(*v) == JV_KIND_NUMBER;
}

/* How many there were of those that are kept in part: "all" is in no record. */
static void
said_all(jv *said, const char *name, int n)
{
	jv all = jx_get(said, "all");

	if (jv_get_kind(all) != JV_KIND_OBJECT) {
		jv_free(all);
		all = jv_object();
	}
	jx_set(&all, name, jv_number(n));
	jx_set(said, "all", jv_copy(all));
	jv_free(all);
}

/* The first of them. */
static void
said_list(const struct rec *r, const char *name, jv *said)
{
	jv v = rec_get(r, name), kept = jv_array();
	const int n = jv_get_kind(v) == JV_KIND_ARRAY ? jv_array_length(jv_copy(v)) : 0;

	for (int i = 0; i < n && i < SAID_PAGES_MAX; i++) {
		jv page = jv_array_get(jv_copy(v), i);

		if (is_sayable(&page))
			kept = jv_array_append(kept, jv_copy(page));
		jv_free(page);
	}
	if (n > 0)
		jx_set(said, name, jv_copy(kept));
	if (n > SAID_PAGES_MAX)
		said_all(said, name, n);
	jv_free(kept);
	jv_free(v);
}

static long
number_or_length(jv v)
{
	double n = jv_get_kind(v) == JV_KIND_NUMBER ? jv_number_value(v)
	    : jv_get_kind(v) == JV_KIND_ARRAY       ? jv_array_length(jv_copy(v))
						    : 0;

	jv_free(v);
	return n > 0 && n < 1e9 ? (long)n : 0;
}

/* Who read how many of its pages: to be counted, and in no record that is listed. */
static void
said_engines(const struct rec *r, jv *said)
{
	jv all = rec_get(r, "engines"), kept = jv_object();
	bool is_object = jv_get_kind(all) == JV_KIND_OBJECT;
	int n = 0;

	for (int i = is_object ? jv_object_iter(all) : -1;
	     i >= 0 && jv_object_iter_valid(all, i) && n < SAID_ENGINES_MAX;
	     i = jv_object_iter_next(all, i)) {
		jv name = jv_object_iter_key(all, i), pages = jv_object_iter_value(all, i);

		if (jv_get_kind(pages) == JV_KIND_NUMBER &&
		    jv_string_length_bytes(jv_copy(name)) <= SAID_TEXT_MAX) {
			kept = jv_object_set(kept, jv_copy(name), jv_copy(pages));
			n++;
		}
		jv_free(name);
		jv_free(pages);
	}
	if (n > 0)
		jx_set(said, "engines", jv_copy(kept));
	jv_free(kept);
	jv_free(all);
}

void
job_said_engines(const jv *said, job_engine_fn *fn, void *arg)
{
	jv all = jx_get(said, "engines");

	for (int i = jv_get_kind(all) == JV_KIND_OBJECT ? jv_object_iter(all) : -1;
	     i >= 0 && jv_object_iter_valid(all, i); i = jv_object_iter_next(all, i)) {
		jv name = jv_object_iter_key(all, i);

		fn(arg, jv_string_value(name), number_or_length(jv_object_iter_value(all, i)));
		jv_free(name);
	}
	jv_free(all);
}

char *
job_said(const struct rec *r)
{
	jv said = jv_object(), text;
	char *kept = NULL;

	for (const char *const *name = numbers; *name; name++)
		said_number(r, *name, &said);
	for (const char *const *name = lists; *name; name++)
		said_list(r, *name, &said);
	for (const char *const *name = texts; *name; name++)
		said_text(r, *name, &said);
	said_engines(r, &said);
	if (jv_object_length(jv_copy(said)) > 0) {
		text = jv_dump_string(jv_copy(said), 0);
		kept = mem_dup(jv_string_value(text));
		jv_free(text);
	}
	jv_free(said);
	return kept;
}

static void
said_member(struct rec *r, const char *name, const jv *said)
{
	jv v = jx_get(said, name);

	if (jv_is_valid(v))
		rec_set(r, name, jv_copy(v));
	jv_free(v);
}

void
job_say(struct rec *r, const char *text)
{
	jv said = jv_parse(text);

	if (jv_get_kind(said) == JV_KIND_OBJECT) {
		for (const char *const *name = numbers; *name; name++)
			said_member(r, *name, &said);
		for (const char *const *name = lists; *name; name++)
			said_member(r, *name, &said);
		for (const char *const *name = texts; *name; name++)
			said_member(r, *name, &said);
	}
	jv_free(said);
}

long
job_said_number(const jv *said, const char *name)
{
	jv all = jx_get(said, "all");
	long n = jv_get_kind(all) == JV_KIND_OBJECT ? number_or_length(jx_get(&all, name)) : 0;

	jv_free(all);
	return n > 0 ? n : number_or_length(jx_get(said, name));
}

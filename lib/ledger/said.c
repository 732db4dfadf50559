#include "base/mem.h"
#include "ledger/priv.h"
#include "rec/jx.h"
#include "rec/rec.h"

/* A record that is listed has little room beside what was added. */
enum { SAID_PAGES_MAX = 64, SAID_WORD_MAX = 32, SAID_TEXT_MAX = 256 };

static const char *const numbers[] = { "doc_pages", "confidence", NULL };
static const char *const lists[] = { "doubtful_pages", "doubt", "blank_pages", "picture_pages",
	"failed_pages", NULL };

static const char *const texts[] = { "dest_etag", NULL };

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

static long
number_or_length(jv v)
{
	double n = jv_get_kind(v) == JV_KIND_NUMBER ? jv_number_value(v)
	    : jv_get_kind(v) == JV_KIND_ARRAY       ? jv_array_length(jv_copy(v))
						    : 0;

	jv_free(v);
	return n > 0 && n < 1e9 ? (long)n : 0;
}

long
job_said_number(const jv *said, const char *name)
{
	jv all = jx_get(said, "all");
	long n = jv_get_kind(all) == JV_KIND_OBJECT ? number_or_length(jx_get(&all, name)) : 0;

	jv_free(all);
	return n > 0 ? n : number_or_length(jx_get(said, name));
}

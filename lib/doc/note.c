#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "doc/note.h"
#include "rec/jx.h"

enum { WORD_MAX = 32, WORDS_MAX = 16 };

/* Of a-z, 0-9, - and _. */
static bool
is_word(jv v)
{
	const char *s = jx_cstr(&v);
	const size_t n = s ? strlen(s) : 0;
	const bool is =
	    n > 0 && n <= WORD_MAX && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == n;

	jv_free(v);
	return is;
}

static bool
is_words(jv v)
{
	bool is = jv_get_kind(v) == JV_KIND_ARRAY;
	const int n = is ? jv_array_length(jv_copy(v)) : 0;

	is = n > 0 && n <= WORDS_MAX;
	for (int i = 0; is && i < n; i++)
		is = is_word(jv_array_get(jv_copy(v), i));
	jv_free(v);
	return is;
}

static bool
is_between(jv v, double least, double most)
{
	const double d = jv_get_kind(v) == JV_KIND_NUMBER ? jv_number_value(v) : NAN;

	jv_free(v);
	return d >= least && d <= most;
}

static bool
is_share(jv v)
{
	return is_between(v, 0, 1);
}

static bool
is_count(jv v)
{
	const bool is = is_between(jv_copy(v), 0, 1e9) && jv_is_integer(jv_copy(v));

	jv_free(v);
	return is;
}

static bool
is_flag(jv v)
{
	const bool is = jv_get_kind(v) == JV_KIND_TRUE;

	jv_free(v);
	return is;
}

static const struct {
	const char *name;
	bool (*is)(jv);
} list[] = {
	{ "blank", is_flag },
	{ "damaged", is_flag },
	{ "doubt", is_words },
	{ "font_checks", is_count },
	{ "frames", is_count },
	{ "ink_unread", is_share },
	{ "repaired", is_word },
	{ "rows_missing", is_count },
	{ "text_chars", is_count },
	{ "why", is_word },
	{ "words_hidden", is_count },
};

jv
note_merged(jv of_all, jv of_page)
{
	jv words = jx_get(&of_all, "doubt");
	const int n = jv_get_kind(words) == JV_KIND_ARRAY ? jv_array_length(jv_copy(words)) : 0;
	jv doubt = jx_get(&of_page, "doubt");

	for (int i = 0; i < n; i++) {
		jv word = jv_array_get(jv_copy(words), i);

		doubt = jx_add_word(doubt, jv_string_value(word));
		jv_free(word);
	}
	jv_free(words);
	of_page = jv_object_merge(of_all, of_page);
	if (n > 0)
		jx_set(&of_page, "doubt", doubt);
	else
		jv_free(doubt);
	return of_page;
}

jv
note_checked(jv said)
{
	jv notes = jv_object();

	if (jv_get_kind(said) == JV_KIND_OBJECT)
		for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
			jv v = jx_get(&said, list[i].name);

			if (list[i].is(jv_copy(v)))
				jx_set(&notes, list[i].name, jv_copy(v));
			jv_free(v);
		}
	jv_free(said);
	return notes;
}

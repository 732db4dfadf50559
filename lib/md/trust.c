#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "md/trust.h"
#include "rec/jx.h"
#include "rec/rec.h"

enum { DOUBT_WORD_MAX = 32 };

void
trust_init(struct trust *t)
{
	*t = (struct trust){ .doubtful = jv_array(),
		.blank = jv_array(),
		.picture = jv_array(),
		.words = jv_object() };
}

void
trust_release(struct trust *t)
{
	jv_free(t->doubtful);
	jv_free(t->blank);
	jv_free(t->picture);
	jv_free(t->words);
}

static bool
is_said(const jv *doubt)
{
	switch (jv_get_kind(*doubt)) {
	case JV_KIND_INVALID:
	case JV_KIND_NULL:
	case JV_KIND_FALSE:
		return false;
	case JV_KIND_ARRAY:
		return jv_array_length(jv_copy(*doubt)) > 0;
	default:
		return true;
	}
}

/* Another's record may have anything for a word, and this goes into Markdown. */
static bool
is_plain_word(const char *s)
{
	const size_t n = s ? strlen(s) : 0;

	return n > 0 && n <= DOUBT_WORD_MAX &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == n;
}

static void
list_words(struct trust *t, const jv *doubt, char why[TRUST_WHY_MAX])
{
	const int n = jv_get_kind(*doubt) == JV_KIND_ARRAY ? jv_array_length(jv_copy(*doubt)) : 0;
	size_t len = 0;

	for (int i = 0; i < n && len + DOUBT_WORD_MAX + 3 < TRUST_WHY_MAX; i++) {
		jv word = jv_array_get(jv_copy(*doubt), i);
		const char *s = jx_cstr(&word);

		if (is_plain_word(s)) {
			len += (size_t)snprintf(why + len, TRUST_WHY_MAX - len, "%s%s",
			    len ? ", " : "", s);
			if (jv_object_length(jv_copy(t->words)) < TRUST_WORDS)
				t->words = jv_object_set(t->words, jv_copy(word), jv_true());
		}
		jv_free(word);
	}
	if (len == 0)
		snprintf(why, TRUST_WHY_MAX, "unknown");
}

/* Keep the lowest: the order they came in says nothing. */
static void
name_page(struct trust *t, long page, const char *why)
{
	size_t i = t->named;

	while (i > 0 && t->first[i - 1].page > page)
		i--;
	if (i == TRUST_NAMED)
		return;
	if (t->named < TRUST_NAMED)
		t->named++;
	memmove(&t->first[i + 1], &t->first[i], (t->named - i - 1) * sizeof(*t->first));
	t->first[i].page = page;
	snprintf(t->first[i].why, TRUST_WHY_MAX, "%s", why);
}

static double
between_0_and_1(double d)
{
	return d > 0 ? d < 1 ? d : 1 : 0;
}

static void
add_confidence(struct trust *t, const struct rec *page, const char *text)
{
	jv confidence = rec_get(page, "confidence");
	size_t chars = 0;

	if (jv_get_kind(confidence) == JV_KIND_NUMBER) {
		for (; *text; text++)
			chars += ((unsigned char)*text & 0xc0) != 0x80;
		t->sure += between_0_and_1(jv_number_value(confidence)) * (double)chars;
		t->chars += (double)chars;
	}
	jv_free(confidence);
}

/* Add the page's number where that is true of it. */
static void
add_page(jv *pages, struct rec *page, const char *member)
{
	jv v = rec_get(page, member);

	if (jv_get_kind(v) == JV_KIND_TRUE)
		*pages = jv_array_append(*pages, jv_number((double)rec_int(page, "page", 0)));
	jv_free(v);
}

bool
trust_page(struct trust *t, struct rec *page, const char *text, char why[TRUST_WHY_MAX])
{
	const long no = rec_int(page, "page", 0);
	jv doubt = rec_get(page, "doubt");
	const bool said = is_said(&doubt);

	add_confidence(t, page, text);
	add_page(&t->blank, page, "blank");
	add_page(&t->picture, page, "picture");
	why[0] = '\0';
	if (said) {
		list_words(t, &doubt, why);
		name_page(t, no, why);
		t->doubtful = jv_array_append(t->doubtful, jv_number((double)no));
	}
	jv_free(doubt);
	return said;
}

static jv
key_of_page(const jv *pages, int i)
{
	return jv_dump_string(jv_array_get(jv_copy(*pages), i), 0);
}

void
trust_doubt(struct trust *t, const jv *pages, const char *word)
{
	const int n = jv_array_length(jv_copy(*pages));
	jv already = jv_object();

	for (int i = 0; n > 0 && i < jv_array_length(jv_copy(t->doubtful)); i++)
		already = jv_object_set(already, key_of_page(&t->doubtful, i), jv_true());
	for (int i = 0; i < n; i++) {
		jv page = jv_array_get(jv_copy(*pages), i);

		if (!jv_object_has(jv_copy(already), key_of_page(pages, i))) {
			name_page(t, (long)jv_number_value(page), word);
			t->doubtful = jv_array_append(t->doubtful, jv_copy(page));
		}
		jv_free(page);
	}
	if (n > 0)
		t->words = jv_object_set(t->words, jv_string(word), jv_true());
	jv_free(already);
}

static void
set_list(struct rec *doc, const char *name, jv list)
{
	if (jv_array_length(jv_copy(list)) > 0)
		rec_set(doc, name, jv_sort(jv_copy(list), list));
	else
		jv_free(list);
}

void
trust_describe(const struct trust *t, struct rec *doc)
{
	if (t->chars > 0)
		rec_set(doc, "confidence",
		    jv_number((double)(long)(t->sure / t->chars * 1000 + 0.5) / 1000));
	set_list(doc, "doubtful_pages", jv_copy(t->doubtful));
	set_list(doc, "doubt", jv_keys(jv_copy(t->words)));
	set_list(doc, "blank_pages", jv_copy(t->blank));
	set_list(doc, "picture_pages", jv_copy(t->picture));
}

int
trust_error(const struct trust *t, struct err *e)
{
	const int all = jv_array_length(jv_copy(t->doubtful));
	char list[TRUST_NAMED * (TRUST_WHY_MAX + 32)] = "";
	size_t len = 0;

	if (all == 0)
		return 0;
	for (size_t i = 0; i < t->named; i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%ld (%s)", i ? ", " : "",
		    t->first[i].page, t->first[i].why);
	if ((size_t)all > t->named)
		return err_set(e, ERR_PERMANENT, CODE_PAGE_DOUBT, "pages %s and %zu more", list,
		    (size_t)all - t->named);
	return err_set(e, ERR_PERMANENT, CODE_PAGE_DOUBT, "page%s %s", all > 1 ? "s" : "", list);
}

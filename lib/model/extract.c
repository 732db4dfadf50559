#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/extract.h"
#include "model/scrub.h"
#include "rec/jx.h"
#include "rec/schema.h"

#define TELL_SCHEMA "\n\nAnswer with JSON alone, which fits this JSON Schema:\n"
#define ONE_PAGE \
	"[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"," \
	"\"image_url\":{\"url\":\"$IMAGE\"}}]}]"

static jv
text_part(jv text)
{
	jv part = jv_object_set(jv_object(), jv_string("type"), jv_string("text"));

	return jv_object_set(part, jv_string("text"), text);
}

/* The content with the text for its last one; invalid: it has none. All are given away. */
static jv
with_text(jv content, jv text)
{
	int i = jv_get_kind(content) == JV_KIND_ARRAY ? jv_array_length(jv_copy(content)) : 0;

	while (i-- > 0) {
		jv part = jv_array_get(jv_copy(content), i);
		const bool is_text = jv_get_kind(part) == JV_KIND_OBJECT &&
		    jv_object_has(jv_copy(part), jv_string("text"));

		jv_free(part);
		if (is_text)
			return jv_array_set(content, i, text_part(text));
	}
	jv_free(content);
	jv_free(text);
	return jv_invalid();
}

/* The messages, given away, with the text for the last one in them, or behind the image. */
static jv
say(jv messages, const jv *text)
{
	const int n = jv_array_length(jv_copy(messages));
	jv last, content;

	for (int i = n; i-- > 0;) {
		jv one = jv_array_get(jv_copy(messages), i);
		jv said =
		    jv_get_kind(one) == JV_KIND_OBJECT ? jx_get(&one, "content") : jv_invalid();

		said = jv_is_valid(said) ? with_text(said, jv_copy(*text)) : said;
		if (jv_is_valid(said)) {
			jx_set(&one, "content", said);
			return jv_array_set(messages, i, one);
		}
		jv_free(said);
		jv_free(one);
	}
	last = jv_array_get(jv_copy(messages), n - 1);
	content = jv_get_kind(last) == JV_KIND_OBJECT ? jx_get(&last, "content") : jv_invalid();
	if (jv_get_kind(content) != JV_KIND_ARRAY) {
		jv_free(content);
		jv_free(last);
		return messages; /* profile.c sees that there is no image in it */
	}
	jx_set(&last, "content", jv_array_append(content, text_part(jv_copy(*text))));
	return jv_array_set(messages, n - 1, last);
}

/* What the server is to hold the model to; what the profile says itself stays. */
static void
ask_for_schema(jv *profile, const jv *schema)
{
	jv request = jx_get(profile, "request"), named = jv_object(), format = jv_object();

	jx_set(&named, "name", jv_string("fields"));
	jx_set(&named, "schema", jv_copy(*schema));
	jx_set(&format, "type", jv_string("json_schema"));
	jx_set(&format, "json_schema", named);
	if (jv_get_kind(request) == JV_KIND_OBJECT &&
	    !jv_object_has(jv_copy(request), jv_string("response_format"))) {
		jx_set(&request, "response_format", jv_copy(format));
		jx_set(profile, "request", jv_copy(request));
	}
	jv_free(request);
	jv_free(format);
}

static bool
extract_is_ok(const jv *extract, char *why, size_t size)
{
	jv prompt, schema, type;
	bool ok;

	if (jv_get_kind(*extract) != JV_KIND_OBJECT || jv_object_length(jv_copy(*extract)) != 2) {
		snprintf(why, size, "has a prompt and a schema, and nothing else");
		return false;
	}
	prompt = jx_get(extract, "prompt");
	schema = jx_get(extract, "schema");
	type = jv_get_kind(schema) == JV_KIND_OBJECT ? jx_get(&schema, "type") : jv_invalid();
	ok = schema_ok(&schema, why, size);
	if (!jx_cstr(&prompt) || !jx_cstr(&type) || strcmp(jx_cstr(&type), "object") != 0) {
		snprintf(why, size, "has a prompt, a text, and a schema of type object");
		ok = false;
	}
	jv_free(type);
	jv_free(schema);
	jv_free(prompt);
	return ok;
}

bool
extract_ready(jv *profile, char *why, size_t size)
{
	jv extract = jx_get(profile, "extract"), messages, schema, text;
	const bool ok = extract_is_ok(&extract, why, size);

	if (!ok) {
		jv_free(extract);
		return false;
	}
	schema = jx_get(&extract, "schema");
	text = jv_string_concat(jx_get(&extract, "prompt"), jv_string(TELL_SCHEMA));
	text = jv_string_concat(text, jv_dump_string(jv_copy(schema), 0));
	messages = jx_get(profile, "messages");
	if (jv_get_kind(messages) != JV_KIND_ARRAY || jv_array_length(jv_copy(messages)) == 0) {
		jv_free(messages);
		messages = jv_parse(ONE_PAGE);
	}
	jx_set(profile, "messages", say(messages, &text));
	ask_for_schema(profile, &schema);
	jv_free(text);
	jv_free(schema);
	jv_free(extract);
	return true;
}

/* Whether a double keeps the number at s, whose digits and exponent end at end. */
static bool
is_kept(const char *s, const char *end)
{
	char number[48];
	int digits = 0;
	double v;

	if (end - s >= (long)sizeof(number))
		return false;
	snprintf(number, sizeof(number), "%.*s", (int)(end - s), s);
	for (const char *p = s; p < end && *p != 'e' && *p != 'E'; p++)
		digits += isdigit((unsigned char)*p) && (digits > 0 || *p != '0');
	v = fabs(strtod(number, NULL));
	return digits <= EXTRACT_DIGITS && (digits == 0 || isnormal(v));
}

/* Whether a number in the JSON text is not kept as it is. */
static bool
has_odd_number(const char *s, const char *end)
{
	const char *from;

	while (s < end) {
		from = s;
		if (*s == '"') {
			for (s++; s < end && *s != '"'; s++)
				s += *s == '\\';
			s++;
		} else if (isdigit((unsigned char)*s)) {
			while (s < end && (isdigit((unsigned char)*s) || strchr(".eE+-", *s)))
				s++;
			if (!is_kept(from, s))
				return true;
		} else {
			s++;
		}
	}
	return false;
}

/* The members of all objects in it. */
static long
count_members(jv v)
{
	const jv_kind kind = jv_get_kind(v);
	long n = 0;

	if (kind == JV_KIND_OBJECT) {
		jv_object_foreach(v, key, value)
		{
			jv_free(key);
			n += 1 + count_members(value);
		}
	} else if (kind == JV_KIND_ARRAY) {
		jv_array_foreach(v, i, value) n += count_members(value);
	}
	jv_free(v);
	return n;
}

/* Whether the text of v, which is JSON, says a member of an object twice: the last would count. */
static bool
says_twice(const jv *v, const char *s, const char *end)
{
	long n = 0;

	for (; s < end; s++) {
		n += *s == ':';
		if (*s != '"')
			continue;
		for (s++; s < end && *s != '"'; s++)
			s += *s == '\\';
	}
	return n != count_members(jv_copy(*v));
}

jv
extract_read(const jv *schema, const char *s, size_t n, char *why, size_t size)
{
	struct jx_members m = { NULL, 0, 0 };
	const char *end = s + n;
	struct err e;
	jv v = jv_invalid();
	bool twice;

	scrub_unwrap(&s, &end);
	if (jx_scan(s, (size_t)(end - s), &m, &e) < 0) {
		snprintf(why, size, "it is no JSON object");
	} else if (has_odd_number(s, end)) {
		snprintf(why, size,
		    "a number has more than %d digits, or is too large or small: ask for a string",
		    EXTRACT_DIGITS);
	} else {
		v = jv_parse_sized(s, (int)(end - s));
		twice = says_twice(&v, s, end);
		if (twice)
			snprintf(why, size, "a member stands there twice");
		if (twice || !schema_fits(schema, &v, why, size)) {
			jv_free(v);
			v = jv_invalid();
		}
	}
	free(m.v);
	return v;
}

jv
extract_markdown(const jv *fields)
{
	jv text = jv_dump_string(jv_copy(*fields), JV_PRINT_PRETTY | JV_PRINT_INDENT_FLAGS(2));
	const char *s = jv_string_value(text);
	jv md = jv_string("```json\n");
	size_t n;

	/* No mark of a page, nor HTML; a "<" is in a string always. */
	while (*s) {
		n = strcspn(s, "<");
		md = jv_string_append_buf(md, s, (int)n);
		s += n;
		if (*s == '<') {
			md = jv_string_append_str(md, "\\u003c");
			s++;
		}
	}
	jv_free(text);
	return jv_string_append_str(md, "\n```");
}

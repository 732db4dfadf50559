#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "model/answer.h"
#include "rec/jx.h"

enum { NAMED = 5 }; /* models that a message names */

static int
no_completion(struct err *e, const char *why)
{
	return err_set(e, ERR_TRANSIENT, CODE_OCR_ANSWER,
	    "the server's answer is no completion: %s", why);
}

jv
answer_json(const char *json, size_t len)
{
	struct jx_members m = { 0 };
	struct err e;
	jv v = jv_invalid();

	/* libjq aborts on some of what is no JSON. */
	if (len <= ANSWER_JSON_MAX && jx_scan(json, len, &m, &e) == 0)
		v = jv_parse_sized(json, (int)len);
	free(m.v);
	return v;
}

/* The first element of an array, or invalid. */
static jv
answer_first(jv array)
{
	if (jv_get_kind(array) != JV_KIND_ARRAY) {
		jv_free(array);
		return jv_invalid();
	}
	return jv_array_get(array, 0);
}

static long
count_in(const jv *object, const char *name)
{
	jv v = jv_get_kind(*object) == JV_KIND_OBJECT ? jx_get(object, name) : jv_invalid();
	double n = jv_get_kind(v) == JV_KIND_NUMBER ? jv_number_value(v) : 0;

	jv_free(v);
	return n > 0 && n < 1e9 ? (long)n : 0;
}

static jv
member_of(const jv *object, const char *name)
{
	return jv_get_kind(*object) == JV_KIND_OBJECT ? jx_get(object, name) : jv_invalid();
}

/* Content as one text: of a list of parts that of all of them. */
static jv
content_joined(jv content)
{
	jv all = jv_string("");

	if (jv_get_kind(content) != JV_KIND_ARRAY) {
		jv_free(all);
		return content;
	}
	for (int i = 0; i < jv_array_length(jv_copy(content)); i++) {
		jv part = jv_array_get(jv_copy(content), i), text = member_of(&part, "text");

		if (jv_get_kind(text) == JV_KIND_STRING)
			all = jv_string_append_buf(all, jv_string_value(text),
			    jv_string_length_bytes(jv_copy(text)));
		jv_free(text);
		jv_free(part);
	}
	jv_free(content);
	return all;
}

/* null: nothing. */
static bool
answer_text(struct answered *a, jv content)
{
	bool is = true;

	content = content_joined(content);
	a->joined = jv_copy(content);
	if (jv_get_kind(content) == JV_KIND_STRING) {
		a->text = jv_string_value(content); /* joined has it still */
		a->len = (size_t)jv_string_length_bytes(jv_copy(content));
	} else {
		is = jv_get_kind(content) == JV_KIND_NULL;
	}
	jv_free(content);
	return is;
}

int
answer_read(struct answered *a, const char *json, size_t len, struct err *e)
{
	jv choice, message, usage, finish, error;
	int r = 0;

	*a = (struct answered){ .all = answer_json(json, len), .joined = jv_invalid(), .text = "" };
	choice = answer_first(member_of(&a->all, "choices"));
	message = member_of(&choice, "message");
	finish = member_of(&choice, "finish_reason");
	usage = member_of(&a->all, "usage");
	error = member_of(&a->all, "error");
	if (!jv_is_valid(a->all))
		r = no_completion(e, "it is no JSON object");
	else if (jv_is_valid(error) && jv_get_kind(error) != JV_KIND_NULL)
		r = no_completion(e, "it says an error");
	else if (jv_get_kind(message) != JV_KIND_OBJECT)
		r = no_completion(e, "it has no choices[0].message");
	else if (!answer_text(a, member_of(&message, "content")))
		r = no_completion(e, "content is no text");
	a->finish = jx_cstr(&finish);
	a->prompt_tokens = count_in(&usage, "prompt_tokens");
	a->tokens = count_in(&usage, "completion_tokens");
	jv_free(choice);
	jv_free(message);
	jv_free(finish);
	jv_free(usage);
	jv_free(error);
	if (r < 0)
		answer_release(a);
	return r;
}

void
answer_release(struct answered *a)
{
	jv_free(a->all);
	jv_free(a->joined);
	*a = (struct answered){ .all = jv_invalid(), .joined = jv_invalid() };
}

bool
answer_broke_off(const struct answered *a)
{
	return a->finish && (strcmp(a->finish, "abort") == 0 || strcmp(a->finish, "error") == 0);
}

/* An event that says what went wrong; its message. */
static int
chunk_says_error(const char *json, size_t len, struct err *e)
{
	char words[300];

	answer_message(json, len, words, sizeof(words));
	return err_set(e, ERR_TRANSIENT, CODE_OCR_ANSWER, "the server broke off: %s", words);
}

int
answer_chunk(struct answer_chunk *c, const char *json, size_t len, struct err *e)
{
	jv delta, content, finish, usage;
	bool is_error;

	*c = (struct answer_chunk){ .all = answer_json(json, len),
		.joined = jv_invalid(),
		.text = "" };
	c->choice = answer_first(member_of(&c->all, "choices"));
	if (!jv_is_valid(c->all))
		return no_completion(e, "an event is no JSON object");
	is_error = jv_object_has(jv_copy(c->all), jv_string("error"));
	if (is_error)
		return chunk_says_error(json, len, e);
	delta = member_of(&c->choice, "delta");
	content = c->joined = content_joined(member_of(&delta, "content"));
	finish = member_of(&c->choice, "finish_reason");
	usage = member_of(&c->all, "usage");
	if (jv_get_kind(content) == JV_KIND_STRING) {
		c->text = jv_string_value(content);
		c->len = (size_t)jv_string_length_bytes(jv_copy(content));
	}
	c->finish = jx_cstr(&finish);
	c->prompt_tokens = count_in(&usage, "prompt_tokens");
	c->tokens = count_in(&usage, "completion_tokens");
	jv_free(delta);
	jv_free(finish);
	jv_free(usage);
	if (c->text[0] == '\0' && jv_get_kind(content) != JV_KIND_STRING &&
	    jv_get_kind(content) != JV_KIND_NULL && jv_is_valid(content))
		return no_completion(e, "an event's content is no text");
	return 0;
}

void
answer_chunk_release(struct answer_chunk *c)
{
	jv_free(c->choice);
	jv_free(c->joined);
	jv_free(c->all);
}

/* One of /v1/models' models. */
static char *
take_model(const jv *model, long *context)
{
	jv id = member_of(model, "id");
	char *name = jx_cstr(&id) ? mem_dup(jx_cstr(&id)) : NULL;

	*context = count_in(model, "max_model_len");
	jv_free(id);
	return name;
}

static char *
only_or_wanted(const jv *data, const char *wanted, struct buf *names, long *context)
{
	const int n = jv_array_length(jv_copy(*data));
	char *found = NULL;

	for (int i = 0; i < n && !found; i++) {
		jv model = jv_array_get(jv_copy(*data), i);
		char *name = take_model(&model, context);

		jv_free(model);
		if (name && (n == 1 || strcmp(name, wanted) == 0))
			found = name;
		else if (name && i < NAMED)
			(void)buf_printf(names, "%s%s", names->len ? ", " : "", name);
		if (name != found)
			free(name);
	}
	return found;
}

char *
answer_model(const char *json, size_t len, const char *wanted, long *context, struct err *e)
{
	jv all = answer_json(json, len), data = member_of(&all, "data");
	struct buf names = BUF_INIT(200);
	char *found = NULL;

	*context = 0;
	if (jv_get_kind(data) != JV_KIND_ARRAY)
		err_set(e, ERR_TRANSIENT, CODE_OCR_ANSWER, "/v1/models says no models");
	else if (!(found = only_or_wanted(&data, wanted, &names, context)))
		err_set(e, ERR_FATAL, CODE_OCR_MODEL,
		    "it has no model %s, but %.*s (--set model=NAME chooses)", wanted,
		    (int)names.len, names.len ? names.p : "none");
	buf_release(&names);
	jv_free(data);
	jv_free(all);
	return found;
}

void
answer_message(const char *text, size_t len, char *to, size_t size)
{
	jv all = answer_json(text, len), error = member_of(&all, "error"), message;
	const char *s;
	struct buf shown = BUF_INIT(size - 1);

	message = member_of(jv_get_kind(error) == JV_KIND_OBJECT ? &error : &all, "message");
	s = jx_cstr(&message);
	if (!s && jx_cstr(&error))
		s = jx_cstr(&error);
	buf_shown(&shown, s ? s : text, s ? strlen(s) : len);
	memcpy(to, shown.len ? shown.p : "", shown.len);
	to[shown.len] = '\0';
	for (char *p = to; *p; p++)
		*p = *p == '\n' ? ' ' : *p;
	buf_release(&shown);
	jv_free(all);
	jv_free(error);
	jv_free(message);
}

static bool
says(const char *message, const char *words)
{
	return strcasestr(message, words) != NULL;
}

/* The request's member that a message names. */
static char *
named_key(const char *message, const jv *request)
{
	char *found = NULL;
	int i;

	for (i = jv_object_iter(*request); !found && jv_object_iter_valid(*request, i);
	     i = jv_object_iter_next(*request, i)) {
		jv key = jv_object_iter_key(*request, i);

		if (says(message, jv_string_value(key)))
			found = mem_dup(jv_string_value(key));
		jv_free(key);
	}
	return found;
}

enum refusal
answer_refusal(const char *text, size_t len, const jv *request, char **key)
{
	char message[1000];

	answer_message(text, len, message, sizeof(message));
	*key = NULL;
	if (says(message, "context length") || says(message, "maximum context") ||
	    says(message, "max_model_len"))
		return REFUSAL_CONTEXT;
	if (says(message, "image") &&
	    (says(message, "too large") || says(message, "exceed") || says(message, "maximum")))
		return REFUSAL_IMAGE;
	if (says(message, "encoder cache"))
		return REFUSAL_IMAGE;
	*key = named_key(message, request);
	return *key ? REFUSAL_KEY : REFUSAL_OTHER;
}

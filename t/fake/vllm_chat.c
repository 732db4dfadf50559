/*
 * vllm_chat.c - whether a request is one that vLLM takes
 *
 * With the messages of vLLM, as far as clients look at them.  A field of which
 * vLLM does not know is refused, which later versions only warn of.
 */
#include "fake/vllm.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* What is said is of the first that is wrong in this order. */
enum { RANK_JSON = 1, RANK_FIELD, RANK_MODEL, RANK_MESSAGES, RANK_PAGE, RANK_LENGTH };

enum { PART_NONE, PART_TEXT, PART_IMAGE };

/* The fields, and which JSON they may be: i is a number without a fraction. */
static const struct field {
	const char *name, *kinds;
} fields[] = {
	{ "add_generation_prompt", "b" },
	{ "add_special_tokens", "b" },
	{ "allowed_token_ids", "a" },
	{ "bad_words", "a" },
	{ "best_of", "i" },
	{ "cache_salt", "s" },
	{ "chat_template", "s" },
	{ "chat_template_kwargs", "o" },
	{ "continue_final_message", "b" },
	{ "documents", "a" },
	{ "echo", "b" },
	{ "frequency_penalty", "n" },
	{ "guided_choice", "a" },
	{ "guided_grammar", "s" },
	{ "guided_json", "so" },
	{ "guided_regex", "s" },
	{ "ignore_eos", "b" },
	{ "include_stop_str_in_output", "b" },
	{ "kv_transfer_params", "o" },
	{ "length_penalty", "n" },
	{ "logit_bias", "o" },
	{ "logits_processors", "a" },
	{ "logprobs", "b" },
	{ "max_completion_tokens", "i" },
	{ "max_tokens", "i" },
	{ "messages", "a" },
	{ "min_p", "n" },
	{ "min_tokens", "i" },
	{ "mm_processor_kwargs", "o" },
	{ "model", "s" },
	{ "n", "i" },
	{ "parallel_tool_calls", "b" },
	{ "presence_penalty", "n" },
	{ "priority", "i" },
	{ "prompt_logprobs", "i" },
	{ "reasoning_effort", "s" },
	{ "repetition_penalty", "n" },
	{ "request_id", "s" },
	{ "response_format", "o" },
	{ "return_token_ids", "b" },
	{ "return_tokens_as_token_ids", "b" },
	{ "seed", "i" },
	{ "skip_special_tokens", "b" },
	{ "spaces_between_special_tokens", "b" },
	{ "stop", "sa" },
	{ "stop_token_ids", "a" },
	{ "stream", "b" },
	{ "stream_options", "o" },
	{ "structured_outputs", "o" },
	{ "temperature", "n" },
	{ "tool_choice", "so" },
	{ "tools", "a" },
	{ "top_k", "i" },
	{ "top_logprobs", "i" },
	{ "top_p", "n" },
	{ "truncate_prompt_tokens", "i" },
	{ "use_beam_search", "b" },
	{ "user", "s" },
	{ "vllm_xargs", "o" },
};

void
chat_wrong(struct chat *c, int rank, int status, const char *fmt, ...)
{
	va_list ap;

	if (c->status && c->rank <= rank)
		return;
	c->rank = rank;
	c->status = status;
	c->error_type = status == 404 ? "NotFoundError"
	    : status == 429           ? "TooManyRequestsError"
	    : status == 503           ? "ServiceUnavailableError"
	    : status >= 500           ? "InternalServerError"
				      : "BadRequestError";
	c->param[0] = '\0';
	va_start(ap, fmt);
	vsnprintf(c->message, sizeof c->message, fmt, ap);
	va_end(ap);
}

static const struct field *
chat_field(const struct chat *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->o->n_no; i++)
		if (!strcmp(c->o->no[i], name))
			return NULL;
	for (i = 0; i < sizeof fields / sizeof *fields; i++)
		if (!strcmp(fields[i].name, name))
			return &fields[i];
	return NULL;
}

/* What pydantic says, as vLLM passes it on. */
static void
chat_refuse(struct chat *c, const char *type, const char *where, const char *text)
{
	chat_wrong(c, RANK_FIELD, 400, "[{'type': '%s', 'loc': ('body', '%.60s'), 'msg': '%s'}]",
	    type, where, text);
}

static char
kind_letter(enum json_kind kind, const struct json *j)
{
	switch (kind) {
	case JSON_FALSE:
	case JSON_TRUE:
		return 'b';
	case JSON_NUMBER:
		return strpbrk(j->text.p, ".eE") ? 'n' : 'i';
	case JSON_STRING:
		return 's';
	case JSON_ARRAY:
		return 'a';
	default:
		return 'o';
	}
}

static void
chat_number(struct chat *c, const struct json *j)
{
	double v = strtod(j->text.p, NULL);

	if (!strcmp(j->path, "temperature")) {
		c->temperature = v;
		if (v < 0 || v > 2)
			chat_wrong(c, RANK_FIELD, 400,
			    v < 0 ? "temperature must be non-negative, got %g."
				  : "temperature must be in [0, 2], got %g.",
			    v);
	} else if (!strcmp(j->path, "top_p") && (v <= 0 || v > 1)) {
		chat_wrong(c, RANK_FIELD, 400, "top_p must be in (0, 1], got %g.", v);
	} else if (!strcmp(j->path, "max_tokens") || !strcmp(j->path, "max_completion_tokens")) {
		if (v < 1)
			chat_wrong(c, RANK_FIELD, 400, "max_tokens must be at least 1, got %g.", v);
		c->max_tokens = v < 1 ? 1 : v > 1e9 ? 1000000000 : (long)v;
	}
}

static void
chat_top(struct chat *c, enum json_kind kind, const struct json *j)
{
	const struct field *f = chat_field(c, j->path);
	char letter;

	if (kind == JSON_KEY) {
		if (!f)
			chat_refuse(c, "extra_forbidden", j->path,
			    "Extra inputs are not permitted");
		c->has_xargs |= !strcmp(j->path, "vllm_xargs");
		return;
	}
	if (!f || kind == JSON_END)
		return;
	letter = kind_letter(kind, j);
	if (kind == JSON_NULL && strcmp(f->name, "model") != 0 && strcmp(f->name, "messages") != 0)
		return;
	if (kind == JSON_NULL ||
	    (!strchr(f->kinds, letter) && !(letter == 'i' && *f->kinds == 'n')))
		chat_refuse(c, "type", f->name, "Input should be of another type");
	else if (kind == JSON_NUMBER)
		chat_number(c, j);
	else if (!strcmp(f->name, "stream"))
		c->stream = kind == JSON_TRUE;
	else if (!strcmp(f->name, "messages"))
		c->has_messages = 1;
	else if (!strcmp(f->name, "model")) {
		c->has_model = 1;
		if (strcmp(j->text.p ? j->text.p : "", c->o->model) != 0)
			chat_wrong(c, RANK_MODEL, 404, "The model `%.200s` does not exist.",
			    j->text.len ? j->text.p : "");
	}
}

static void
chat_text(struct chat *c, const struct json *j)
{
	buf_add(&c->prompt, j->text.p ? j->text.p : "", j->text.len);
	c->text_chars += j->text_len;
}

static void
chat_page(struct chat *c)
{
	const char *wrong = image_end(&c->image);
	const struct image *im = &c->image;

	c->n_images++;
	c->key = (c->key << 7 | c->key >> 57) ^ im->key;
	c->width = im->width;
	c->height = im->height;
	c->colour = im->colour;
	c->image_tokens += image_tokens(im->width, im->height);
	if (wrong)
		chat_wrong(c, RANK_PAGE, 400, "%s", wrong);
	else if (c->o->max_pixels && (double)im->width * im->height > (double)c->o->max_pixels)
		chat_wrong(c, RANK_PAGE, 400,
		    "The image is too large: %u x %u pixels; at most %ld are allowed "
		    "(exceeds encoder cache)",
		    im->width, im->height, c->o->max_pixels);
	else if (c->o->max_images && c->n_images > c->o->max_images)
		chat_wrong(c, RANK_PAGE, 400, "At most %ld image(s) may be provided in one prompt.",
		    c->o->max_images);
}

static void
chat_part(struct chat *c, enum json_kind kind)
{
	if (kind == JSON_OBJECT) {
		c->part = PART_NONE;
		c->has_text = c->has_url = 0;
	} else if (kind != JSON_END) {
		chat_refuse(c, "type", "messages", "A part should be an object");
	} else if (c->part == PART_NONE || (c->part == PART_TEXT && !c->has_text) ||
	    (c->part == PART_IMAGE && !c->has_url)) {
		chat_refuse(c, "missing", "messages",
		    c->part == PART_NONE       ? "A part without type"
			: c->part == PART_TEXT ? "A text part without text"
					       : "An image_url part without image_url.url");
	}
}

static void
chat_part_type(struct chat *c, const struct json *j)
{
	const char *s = j->text.len ? j->text.p : "";

	if (!strcmp(s, "text"))
		c->part = PART_TEXT;
	else if (!strcmp(s, "image_url"))
		c->part = PART_IMAGE;
	else
		chat_wrong(c, RANK_MESSAGES, 400, "Unknown part type: %.60s", s);
}

/* What stands in a part of a message's content. */
static void
chat_in_part(struct chat *c, const char *name, enum json_kind kind, const struct json *j)
{
	int string = kind == JSON_STRING;

	if (!strcmp(name, ".type")) {
		if (string)
			chat_part_type(c, j);
	} else if (!strcmp(name, ".text")) {
		c->has_text |= string;
		if (string)
			chat_text(c, j);
	} else if (!strcmp(name, ".image_url.url")) {
		c->has_url |= string;
		if (string)
			chat_page(c);
	}
}

static void
chat_message(struct chat *c, const char *name, enum json_kind kind, const struct json *j)
{
	static const char roles[] = " system user assistant tool developer ";
	const char *s = kind == JSON_STRING && j->text.len ? j->text.p : "";

	if (!*name && kind == JSON_OBJECT) {
		c->n_messages++;
		c->has_role = c->has_content = 0;
	} else if (!*name && kind == JSON_END) {
		if (!c->has_role || !c->has_content)
			chat_refuse(c, "missing", "messages",
			    c->has_role ? "content: Field required" : "role: Field required");
	} else if (!*name) {
		chat_refuse(c, "type", "messages", "A message should be an object");
	} else if (!strcmp(name, ".role")) {
		const char *at = *s ? strstr(roles, s) : NULL;

		c->has_role = 1;
		if (!at || at[-1] != ' ' || at[strlen(s)] != ' ')
			chat_refuse(c, "literal_error", "messages", "Unknown role");
	} else if (!strcmp(name, ".content")) {
		c->has_content = 1;
		if (kind == JSON_STRING)
			chat_text(c, j);
		else if (kind != JSON_ARRAY && kind != JSON_END)
			chat_refuse(c, "type", "messages", "content should be a string or a list");
	}
}

static void
chat_on(void *of, enum json_kind kind, const struct json *j)
{
	static const char in[] = "messages[]", part[] = "messages[].content[]";
	struct chat *c = of;
	const char *p = j->path;

	if (!j->path_len) {
		if (kind != JSON_OBJECT && kind != JSON_END)
			chat_refuse(c, "type", "", "Input should be a valid dictionary");
	} else if (!strpbrk(p, ".[")) {
		chat_top(c, kind, j);
	} else if (kind == JSON_KEY) {
		return;
	} else if (!strncmp(p, part, sizeof part - 1)) {
		if (p[sizeof part - 1])
			chat_in_part(c, p + sizeof part - 1, kind, j);
		else
			chat_part(c, kind);
	} else if (!strncmp(p, in, sizeof in - 1)) {
		chat_message(c, p + sizeof in - 1, kind, j);
	} else if (!strcmp(p, "stream_options.include_usage")) {
		c->include_usage = kind == JSON_TRUE;
	} else if (!strncmp(p, "vllm_xargs.", 11)) {
		if (kind == JSON_OBJECT || kind == JSON_NULL ||
		    (kind == JSON_ARRAY && c->o->scalar_xargs))
			chat_refuse(c, "type", "vllm_xargs", "Input should be a string or number");
	}
}

static struct image *
chat_sink(void *of, const struct json *j)
{
	struct chat *c = of;

	if (strcmp(j->path, "messages[].content[].image_url.url") != 0)
		return NULL;
	image_init(&c->image);
	return &c->image;
}

void
chat_init(struct chat *c, const struct options *o)
{
	memset(c, 0, sizeof *c);
	c->o = o;
	json_init(&c->json, 4096);
	c->json.of = c;
	c->json.on = chat_on;
	c->json.page = chat_sink;
	c->prompt.most = 4096;
	c->temperature = -1;
	c->max_tokens = -1;
}

void
chat_end(struct chat *c)
{
	long room;

	if (json_end(&c->json) < 0)
		chat_wrong(c, RANK_JSON, 400,
		    "[{'type': 'json_invalid', 'loc': ('body', 0), 'msg': 'JSON decode error', "
		    "'input': {}, 'ctx': {'error': 'Expecting value'}}]");
	if (!c->has_messages)
		chat_refuse(c, "missing", "messages", "Field required");
	if (!c->has_model)
		chat_refuse(c, "missing", "model", "Field required");
	if (c->has_messages && !c->n_messages)
		chat_wrong(c, RANK_MESSAGES, 400, "list index out of range");
	c->prompt_tokens = (long)c->image_tokens + 1 + (long)((c->text_chars + 3) / 4);
	room = c->o->max_model_len - c->prompt_tokens;
	if (room < 1)
		chat_wrong(c, RANK_LENGTH, 400,
		    "This model's maximum context length is %ld tokens. However, your request has "
		    "%ld input tokens. Please reduce the length of the input messages.",
		    c->o->max_model_len, c->prompt_tokens);
	else if (c->max_tokens > room && c->o->flat)
		chat_wrong(c, RANK_LENGTH, 400,
		    "This model's maximum context length is %ld tokens. However, you requested "
		    "%ld tokens (%ld in the messages, %ld in the completion). Please reduce the "
		    "length of the messages or completion.",
		    c->o->max_model_len, c->prompt_tokens + c->max_tokens, c->prompt_tokens,
		    c->max_tokens);
	else if (c->max_tokens > room)
		chat_wrong(c, RANK_LENGTH, 400,
		    "'max_tokens' or 'max_completion_tokens' is too large: %ld. This model's "
		    "maximum context length is %ld tokens and your request has %ld input tokens "
		    "(%ld > %ld - %ld).",
		    c->max_tokens, c->o->max_model_len, c->prompt_tokens, c->max_tokens,
		    c->o->max_model_len, c->prompt_tokens);
	if (c->max_tokens < 0 || c->max_tokens > room)
		c->max_tokens = room > 0 ? room : 1;
}

void
chat_release(struct chat *c)
{
	json_release(&c->json);
	buf_release(&c->prompt);
}

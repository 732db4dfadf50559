/*
 * answer: completions, lists of models and refusals, as servers have them and as
 * nobody should.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "model/answer.h"
#include "unit/check.h"

static void
reads(const char *json, const char *text, const char *finish)
{
	struct answered a;
	struct err e;

	CHECK(answer_read(&a, json, strlen(json), &e) == 0);
	CHECK(a.len == strlen(text) && memcmp(a.text, text, a.len) == 0);
	if (finish)
		CHECK_STR(a.finish, finish);
	else
		CHECK(!a.finish);
	answer_release(&a);
}

static void
is_none(const char *json)
{
	struct answered a;
	struct err e;

	CHECK(answer_read(&a, json, strlen(json), &e) < 0);
	CHECK(err_is(&e, "ocr.answer") && e.class == ERR_TRANSIENT);
}

static void
completions(void)
{
	struct answered a;
	struct err e;
	const char *json =
	    "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}],"
	    "\"usage\":{\"prompt_tokens\":910,\"completion_tokens\":12}}";

	CHECK(answer_read(&a, json, strlen(json), &e) == 0);
	CHECK(a.prompt_tokens == 910 && a.tokens == 12);
	answer_release(&a);
	reads("{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"length\"}]}", "",
	    "length");
	reads("{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"y\"}]}}]}",
	    "y", NULL);
	reads("{\"choices\":[{\"message\":{\"content\":[{\"type\":\"thinking\"},"
	      "{\"type\":\"text\",\"text\":\"y\"},{\"type\":\"text\",\"text\":\" z\"}]}}]}",
	    "y z", NULL);
	is_none("");
	is_none("[]");
	is_none("{");
	is_none("{\"choices\":[]}");
	is_none("{\"error\":{\"message\":\"x\"},\"choices\":[{\"message\":{\"content\":\"y\"}}]}");
	is_none("{\"choices\":[{}]}");
	is_none("{\"choices\":[{\"message\":\"x\"}]}");
	is_none("{\"choices\":[{\"message\":{\"content\":7}}]}");
	is_none("{\"choices\":{\"message\":{\"content\":\"x\"}}}");
	is_none("{\"error\":{\"message\":\"no\"}}");
}

static void
models(void)
{
	const char *two = "{\"data\":[{\"id\":\"a/b\",\"max_model_len\":8192},{\"id\":\"c/d\"}]}";
	const char *one = "{\"data\":[{\"id\":\"served\",\"max_model_len\":4096}]}";
	long context;
	struct err e;
	char *m;

	m = answer_model(two, strlen(two), "a/b", &context, &e);
	CHECK_STR(m, "a/b");
	CHECK(context == 8192);
	free(m);
	m = answer_model(one, strlen(one), "a/b", &context, &e);
	CHECK_STR(m, "served");
	CHECK(context == 4096);
	free(m);
	CHECK(!answer_model(two, strlen(two), "e/f", &context, &e));
	CHECK(err_is(&e, "ocr.model") && e.class == ERR_FATAL && strstr(e.msg, "a/b, c/d"));
	CHECK(!answer_model("{}", 2, "a/b", &context, &e) && e.class == ERR_TRANSIENT);
}

static void
refuses(const char *message, enum refusal what, const char *key)
{
	jv request = jv_parse("{\"vllm_xargs\":{},\"temperature\":0,\"top_k\":1}");
	char text[400], *named;

	snprintf(text, sizeof(text), "{\"object\":\"error\",\"message\":\"%s\",\"code\":400}",
	    message);
	CHECK(answer_refusal(text, strlen(text), &request, &named) == what);
	if (key)
		CHECK_STR(named, key);
	else
		CHECK(!named);
	free(named);
	snprintf(text, sizeof(text), "{\"error\":{\"message\":\"%s\",\"code\":400}}", message);
	CHECK(answer_refusal(text, strlen(text), &request, &named) == what);
	free(named);
	jv_free(request);
}

int
main(void)
{
	char words[20];

	completions();
	models();
	refuses("Extra inputs are not permitted: vllm_xargs", REFUSAL_KEY, "vllm_xargs");
	refuses("top_k is not known", REFUSAL_KEY, "top_k");
	refuses("This model's maximum context length is 8192 tokens. However, you requested 9000",
	    REFUSAL_CONTEXT, NULL);
	refuses("the image is too large: 9000 pixels", REFUSAL_IMAGE, NULL);
	refuses("the item exceeds encoder cache size", REFUSAL_IMAGE, NULL);
	refuses("no", REFUSAL_OTHER, NULL);
	answer_message("<html>\n  gone \x1b[2J", 18, words, sizeof(words));
	CHECK(!strchr(words, '\x1b') && !strchr(words, '\n') && strlen(words) < sizeof(words));
	answer_message("", 0, words, sizeof(words));
	CHECK_STR(words, "");
	return 0;
}

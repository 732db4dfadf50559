/*
 * profile: what is sent of each profile is what its model's makers have written down,
 * and leaves room for the page.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/profile.h"
#include "unit/check.h"

/* Pieces that stand in a request, in that order; what is after "@" is its second half. */
static const struct {
	const char *name, *piece[10];
} requests[] = {
	{ "deepseek-ocr",
	    { "\"max_tokens\":7152", "{\"image_url\":{\"url\":\"data:image/png;base64,@\"},",
		"\"<|grounding|>Convert the document to markdown.\"",
		"\"model\":\"deepseek-ai/DeepSeek-OCR\"", "\"skip_special_tokens\":false",
		"\"temperature\":0,",
		"\"vllm_xargs\":{\"ngram_size\":30,\"whitelist_token_ids\":[128821,128822],",
		"\"window_size\":90}" } },
	{ "deepseek-ocr-free",
	    { "base64,@", "\"Free OCR.\"", "\"model\":\"deepseek-ai/DeepSeek-OCR\"",
		"\"skip_special_tokens\":false", "128821" } },
	{ "deepseek-ocr-2",
	    { "base64,@", "\"<|grounding|>Convert the document to markdown.\"",
		"\"model\":\"deepseek-ai/DeepSeek-OCR-2\"", "\"skip_special_tokens\":false" } },
	{ "unlimited-ocr",
	    { "\"max_tokens\":8192", "\"<image>document parsing.\"", "base64,@",
		"\"model\":\"baidu/Unlimited-OCR\"", "\"skip_special_tokens\":false",
		"\"temperature\":0,", "{\"ngram_size\":35,\"window_size\":128}" } },
	{ "olmocr-2",
	    { "\"Attached is one page of a document that you must process. ",
		"is_rotation_valid, rotation_correction, is_table, and is_diagram parameters.\"",
		"base64,@", "\"model\":\"allenai/olmOCR-2-7B-1025-FP8\"", "\"temperature\":0.1" } },
	{ "paddleocr-vl",
	    { "base64,@", "\"OCR:\"", "\"model\":\"PaddlePaddle/PaddleOCR-VL\"",
		"\"temperature\":0" } },
	{ "glm-ocr",
	    { "\"max_tokens\":8192", "base64,@", "\"Text Recognition:\"",
		"\"model\":\"zai-org/GLM-OCR\"", "\"temperature\":0" } },
	{ "dots-ocr",
	    { "\"max_completion_tokens\":16384", "base64,@",
		"\"<|img|><|imgpad|><|endofimg|>Extract the text content from this image.\"",
		"\"model\":\"rednote-hilab/dots.ocr\"", "\"temperature\":0.1", "\"top_p\":0.9" } },
	{ "nanonets-ocr2",
	    { "{\"content\":\"You are a helpful assistant.\",\"role\":\"system\"}", "base64,@",
		"\"Extract the text from the above document as if you were reading it ",
		"naturally. Return the tables in html format. ",
		"\"model\":\"nanonets/Nanonets-OCR2-3B\"" } },
	{ "hunyuan-ocr",
	    { "{\"content\":\"\",\"role\":\"system\"}", "base64,@",
		"ignoring headers and footers.Tables should be expressed in HTML format, ",
		"\"model\":\"tencent/HunyuanOCR\"", "\"repetition_penalty\":1,",
		"\"temperature\":0,", "\"top_k\":1" } },
	{ "qwen-vl",
	    { "base64,@", "\"qwenvl markdown\"", "\"model\":\"Qwen/", "\"temperature\":0" } },
	{ "lightonocr",
	    { "\"content\":[{\"image_url\":{\"url\":\"data:image/png;base64,@\"},\"type\":\"image_url\"}]",
		"\"model\":\"lightonai/LightOnOCR-2-1B\"", "\"temperature\":0.2" } },
	{ "generic", { "base64,@", "Convert this page to Markdown.", "\"temperature\":0" } },
};

/* The request for a page of A4, with "@" for the image. */
static char *
request_of(const struct profile *p, long context, double temperature)
{
	const struct profile_page page = { .model = p->model,
		.context = context,
		.width = 1357,
		.height = 1920,
		.temperature = temperature,
		.without = jv_array() };
	char *head, *tail, *all;

	profile_request(p, &page, &head, &tail);
	jv_free(page.without);
	all = mem_printf("%s@%s", head, tail);
	free(head);
	free(tail);
	return all;
}

static void
asks_as_its_makers_do(size_t i)
{
	struct profile p;
	struct err e = { 0 };
	char *all;
	const char *at;

	CHECK(profile_is(requests[i].name));
	CHECK(profile_load(&p, requests[i].name, NULL, 0, &e) == 0);
	at = all = request_of(&p, 0, p.temperature[0]);
	for (size_t k = 0; requests[i].piece[k]; k++) {
		const char *found = strstr(at, requests[i].piece[k]);

		if (!found)
			fprintf(stderr, "%s: no %s in %s\n", requests[i].name, requests[i].piece[k],
			    at);
		CHECK(found);
		at = found + 1;
	}
	CHECK(p.side > 0 && p.dpi > 0 && p.timeout_ms > 0 && p.jobs > 0 && p.temperatures > 1);
	free(all);
	profile_release(&p);
}

static long
tokens_of(const struct profile *p, long context)
{
	char *all = request_of(p, context, 0);
	const long n = strtol(strstr(all, "\"max_tokens\":") + 13, NULL, 10);

	free(all);
	return n;
}

static void
there_is_room_for_the_image(void)
{
	struct profile p;
	struct err e = { 0 };

	CHECK(profile_load(&p, "deepseek-ocr", NULL, 0, &e) == 0);
	CHECK(tokens_of(&p, 0) + p.tokens < 8192 && tokens_of(&p, 0) > 7000);
	CHECK(tokens_of(&p, 32768) == 7168);
	CHECK(tokens_of(&p, 4096) + p.tokens < 4096);
	CHECK(tokens_of(&p, 100) == 256);
	profile_release(&p);
	/* 28 pixels a side are a token: 49 x 69 of them. */
	CHECK(profile_load(&p, "generic", NULL, 0, &e) == 0);
	CHECK(tokens_of(&p, 4096) < 4096 - 49 * 69 && tokens_of(&p, 4096) >= 256);
	profile_release(&p);
}

static void
what_a_server_does_not_know_is_left_out(void)
{
	struct profile_page page = { .model = "m" };
	struct profile p;
	struct err e = { 0 };
	char *head, *tail;

	CHECK(profile_load(&p, "deepseek-ocr", NULL, 0, &e) == 0);
	page.without = jv_array_append(jv_array(), jv_string("vllm_xargs"));
	profile_request(&p, &page, &head, &tail);
	CHECK(!strstr(tail, "vllm_xargs") && strstr(tail, "skip_special_tokens"));
	jv_free(page.without);
	free(head);
	free(tail);
	profile_release(&p);
}

int
main(void)
{
	unsetenv("QUIRE_PROFILES");
	for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++)
		asks_as_its_makers_do(i);
	there_is_room_for_the_image();
	what_a_server_does_not_know_is_left_out();
	CHECK(!profile_is("nobody") && !profile_is("") && !profile_is("../generic"));
	return 0;
}

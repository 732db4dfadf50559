/* model: a completion that comes in events is put together, however they are cut. */
#include "base/err.h"
#include "model/answer.h"
#include "model/gate.h"
#include "model/stream.h"
#include "unit/check.h"

/* What a stream comes to that comes in pieces of so many bytes: its text, or the error's code. */
static const char *
streamed(const char *events, size_t piece, struct answered *a)
{
	static char said[4096];
	struct buf out = BUF_INIT(1 << 20);
	const size_t n = strlen(events);
	struct stream s;
	struct err e;
	int r = 0;

	*a = (struct answered){ .text = "", .finish = "" };
	err_set(&e, ERR_FATAL, CODE_OCR_ANSWER, "none");
	stream_init(&s, &gate_conf_default.loops, 1 << 16);
	for (size_t at = 0; r == 0 && at < n; at += piece)
		r = stream_more(&s, events + at, n - at < piece ? n - at : piece, &e);
	if (r == 0 || s.looped)
		r = stream_completion(&s, &out, &e);
	if (r == 0)
		r = answer_read(a, out.p, out.len, &e);
	snprintf(said, sizeof(said), "%s", r < 0 ? e.code : a->text);
	buf_release(&out);
	stream_release(&s);
	return said;
}

static const char plain[] =
    ": a comment\r\n"
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\r\n\r\n"
    "event: message\n"
    "data:{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Caf\\u00e9 \\\"5\"},"
    "\"finish_reason\":null}]}\n\n"
    "data: {\"choices\":[{\"delta\":{\"content\":\" o'clock\"},\"finish_reason\":\"stop\"}]}\n\n"
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":4}}\n\n"
    "data: [DONE]\n\n";

static void
it_is_what_would_have_come_at_once(void)
{
	struct answered a;

	for (size_t piece = 1; piece < sizeof(plain); piece++) {
		CHECK_STR(streamed(plain, piece, &a), "Caf\xc3\xa9 \"5 o'clock");
		CHECK_STR(a.finish, "stop");
		CHECK(a.tokens == 4 && a.prompt_tokens == 9);
		answer_release(&a);
	}
}

static void
what_is_no_stream_is_said(void)
{
	struct answered a;

	CHECK_STR(streamed("\xef\xbb\xbf"
			   "data: {\"choices\":[{\"delta\":{\"content\":[{\"text\":\"in \"},"
			   "{\"text\":\"parts\"}]},\"finish_reason\":\"stop\"}]}\n",
		      99, &a),
	    "in parts");
	answer_release(&a);

	CHECK_STR(streamed("", 1, &a), "ocr.answer");
	CHECK_STR(streamed("data: [DONE]\n", 99, &a), "ocr.answer");
	CHECK_STR(streamed("data: {\"choices\":[{\"delta\":{\"content\":\"half\"}}]}\n\n", 99, &a),
	    "ocr.answer");
	CHECK_STR(streamed("data: {\"choices\":\n", 99, &a), "ocr.answer");
	CHECK_STR(streamed("data: {\"error\":{\"message\":\"no room\"}}\n", 99, &a), "ocr.answer");
	CHECK_STR(streamed("data: [1]\n", 99, &a), "ocr.answer");
	CHECK_STR(streamed("<html>no events</html>\n", 99, &a), "ocr.answer");
}

/* What comes behind is not waited for. */
static void
a_loop_ends_it(void)
{
	static const char word[] =
	    "data: {\"choices\":[{\"delta\":{\"content\":\"and so the same once more, and \"}}]}\n";
	struct stream s;
	struct err e;
	long n = 0;

	stream_init(&s, &gate_conf_default.loops, 1 << 20);
	while (stream_more(&s, word, sizeof(word) - 1, &e) == 0)
		CHECK(n++ < 500);
	CHECK(err_is(&e, CODE_OCR_LOOPS) && s.looped && s.text.len < 5000);
	CHECK_STR(s.finish, "abort");
	stream_release(&s);
	stream_init(&s, &gate_conf_default.loops, 100);
	while (stream_more(&s, word, sizeof(word) - 1, &e) == 0)
		;
	CHECK(err_is(&e, CODE_OCR_LARGE));
	stream_release(&s);
}

int
main(void)
{
	it_is_what_would_have_come_at_once();
	what_is_no_stream_is_said();
	a_loop_ends_it();
	return 0;
}

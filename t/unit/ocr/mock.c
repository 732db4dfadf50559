/* mock: pages answer as the script says, in its order, and need no image. */
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "ocr/mock.h"
#include "ocr/result.h"
#include "unit/check.h"
#include "unit/scratch.h"

enum { TURNS = 2000, TURN_MS = 50 };

struct page {
	struct ocr_task task; /* first */
	int calls;
	char *text; /* NULL: an error */
	enum ocr_kind kind;
	double confidence;
	struct err e;
	char code[32];
};

static struct loop *loop;

static void
done(struct ocr_task *task, const struct ocr_raw *raw, const struct err *e)
{
	struct page *p = (struct page *)task;

	p->calls++;
	if (e) {
		p->e = *e;
		snprintf(p->code, sizeof(p->code), "%s", e->code);
		return;
	}
	p->text = mem_copy(raw->text, raw->len);
	p->kind = raw->kind;
	p->confidence = raw->confidence;
}

/* The file that QUIRE_MOCK names. */
static void *
mock_of(const char *script, struct err *e)
{
	static struct engine_conf conf = { .lang = "none of them", .jobs = 1 };
	char path[64];
	void *self;
	int fd = scratch_with(script, strlen(script));

	conf.loop = loop;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	setenv("QUIRE_MOCK", path, 1);
	self = engine_mock.open(&conf, e);
	close(fd);
	return self;
}

static void
give(void *self, struct page *p, long page)
{
	struct err e;

	*p = (struct page){ .task = { .ask = { .fd = -1, .page = page }, .done = done } };
	CHECK(engine_mock.read(self, &p->task, &e) == 0);
	CHECK(p->calls == 0); /* not from within */
}

static void
read_page(void *self, struct page *p, long page)
{
	give(self, p, page);
	for (int turn = 0; turn < TURNS && !p->calls; turn++)
		loop_turn(loop, TURN_MS);
	CHECK(p->calls == 1);
}

static void
reads(void *self, long page, const char *want)
{
	struct page p;

	read_page(self, &p, page);
	CHECK(p.text);
	CHECK_STR(p.text, want);
	free(p.text);
}

static void
says_what_the_page_is(void)
{
	const struct engine_conf conf = { .loop = loop, .lang = "eng", .jobs = 1 };
	struct page p = { .task = { .ask = { .page = 3, .width = 1700, .height = 2200, .dpi = 200 },
			      .done = done } };
	struct err e;
	void *self;

	unsetenv("QUIRE_MOCK");
	self = engine_mock.open(&conf, &e);
	CHECK(self);
	reads(self, 2, "Page 2");
	CHECK(engine_mock.read(self, &p.task, &e) == 0);
	while (!p.calls)
		loop_turn(loop, TURN_MS);
	CHECK_STR(p.text, "Page 3, 1700 x 2200 pixels, 200 dpi");
	CHECK(p.kind == OCR_TEXT && p.confidence == 1);
	free(p.text);
	engine_mock.close(self);
}

static void
takes_lines_in_order(void)
{
	struct err e;
	void *self = mock_of("{\"text\":\"first\"}\n\n{\"page\":2,\"markdown\":\"two\"}\n"
			     "{\"page\":2,\"markdown\":\"two again\"}\n{\"text\":\"last\"}",
	    &e);

	CHECK(self);
	reads(self, 1, "first");
	reads(self, 2, "two");
	reads(self, 2, "two again");
	reads(self, 2, "two again");
	reads(self, 9, "last");
	reads(self, 1, "last");
	reads(self, 0, "last");
	engine_mock.close(self);
	self = mock_of("{\"page\":2,\"text\":\"two\"}\n", &e);
	CHECK(self);
	reads(self, 1, "Page 1");
	reads(self, 2, "two");
	engine_mock.close(self);
}

static void
says_kind_confidence_and_errors(void)
{
	struct page p;
	struct err e;
	void *self =
	    mock_of("{\"page\":1,\"markdown\":\"# x\",\"confidence\":0.25}\n"
		    "{\"page\":2,\"text\":\"\"}\n"
		    "{\"page\":3,\"error\":{\"class\":\"transient\",\"code\":\"ocr.quota\","
		    "\"message\":\"too much\"}}\n",
		&e);

	CHECK(self);
	read_page(self, &p, 1);
	CHECK(p.kind == OCR_MARKDOWN && p.confidence == 0.25);
	free(p.text);
	read_page(self, &p, 2);
	CHECK(p.kind == OCR_TEXT && p.confidence < 0 && p.text && !*p.text);
	free(p.text);
	read_page(self, &p, 3);
	CHECK(!p.text && p.e.class == ERR_TRANSIENT);
	CHECK_STR(p.code, "ocr.quota");
	CHECK_STR(p.e.msg, "too much");
	engine_mock.close(self);
}

/* The later comes first, and what is cancelled not at all. */
static void
waits_as_long_as_told(void)
{
	struct page slow, quick, never;
	struct err e;
	void *self = mock_of("{\"page\":1,\"text\":\"slow\",\"delay_ms\":80}\n"
			     "{\"page\":2,\"text\":\"quick\"}\n"
			     "{\"page\":3,\"text\":\"never\",\"delay_ms\":600000}\n",
	    &e);
	int64_t since = loop_now_ms();

	CHECK(self);
	give(self, &slow, 1);
	give(self, &never, 3);
	read_page(self, &quick, 2);
	free(quick.text);
	while (!slow.calls)
		loop_turn(loop, TURN_MS);
	CHECK(loop_now_ms() - since >= 80);
	free(slow.text);
	give(self, &quick, 2);
	engine_mock.cancel(self, &quick.task);
	loop_turn(loop, 0);
	CHECK(quick.calls == 0);
	/* never is still with it. */
	engine_mock.close(self);
	loop_turn(loop, 0);
	CHECK(never.calls == 0 && quick.calls == 0);
}

static void
refuses_what_it_does_not_understand(void)
{
	static const struct {
		const char *script, *why;
	} bad[] = {
		{ "{\"text\":\"a\"}\nnone", "line 2: it is no JSON object" },
		{ "[]", "line 1: it is no JSON object" },
		{ "{}", "line 1: one of text" },
		{ "{\"text\":\"a\",\"markdown\":\"b\"}", "line 1: one of text" },
		{ "{\"text\":7}", "line 1: one of text" },
		{ "{\"text\":\"a\",\"page\":0}", "page is a number" },
		{ "{\"text\":\"a\",\"page\":\"1\"}", "page is a number" },
		{ "{\"text\":\"a\",\"confidence\":1.1}", "confidence is 0 to 1" },
		{ "{\"text\":\"a\",\"delay_ms\":-1}", "delay_ms is" },
		{ "{\"text\":\"a\",\"delay_ms\":600001}", "delay_ms is" },
		{ "{\"error\":\"a\"}", "error is an object" },
		{ "{\"error\":{\"class\":\"odd\",\"code\":\"x.y\"}}", "error needs a class" },
		{ "{\"error\":{\"class\":\"transient\"}}", "error needs a class" },
		{ "{\"crash\":false}", "crash is true" },
	};
	const struct engine_conf conf = { .loop = loop };
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!mock_of(bad[i].script, &e) && e.class == ERR_FATAL);
		CHECK_STR(e.code, "ocr.mock");
		if (!strstr(e.msg, bad[i].why)) {
			fprintf(stderr, "%s: <%s>\n", bad[i].script, e.msg);
			exit(1);
		}
	}
	setenv("QUIRE_MOCK", "/nowhere/script", 1);
	CHECK(!engine_mock.open(&conf, &e) && strstr(e.msg, "/nowhere/script"));
}

int
main(void)
{
	loop = loop_new();
	says_what_the_page_is();
	takes_lines_in_order();
	says_kind_confidence_and_errors();
	waits_as_long_as_told();
	refuses_what_it_does_not_understand();
	loop_free(loop);
	return 0;
}

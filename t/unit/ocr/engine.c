/*
 * engine: the seam, with a tiny engine made here, the table, and who is asked
 * after whom.  What an engine says becomes Markdown outside it, whatever it says.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "ocr/engine.h"
#include "ocr/page.h"
#include "ocr/result.h"
#include "ocr/wish.h"
#include "unit/check.h"

enum { HELD = 4 };

/* It holds pages until it is told to answer. */
struct tiny {
	struct ocr_task *held[HELD];
	int n;
};

static struct tiny tiny;
static int closed;

static void *
tiny_open(const struct engine_conf *conf, struct err *e)
{
	if (strcmp(conf->lang, "none") == 0) {
		err_set(e, ERR_FATAL, "ocr.lang", "no such language");
		return NULL;
	}
	tiny = (struct tiny){ .n = 0 };
	return &tiny;
}

static int
tiny_read(void *self, struct ocr_task *task, struct err *e)
{
	struct tiny *t = self;

	if (t->n == HELD)
		return err_set(e, ERR_TRANSIENT, "ocr.died", "full");
	t->held[t->n++] = task;
	return 0;
}

static void
tiny_cancel(void *self, struct ocr_task *task)
{
	struct tiny *t = self;

	for (int i = 0; i < t->n; i++)
		if (t->held[i] == task)
			t->held[i] = NULL;
}

static void
tiny_close(void *self)
{
	closed += self == &tiny;
}

static const struct engine engine_tiny = { .name = "tiny",
	.open = tiny_open,
	.read = tiny_read,
	.cancel = tiny_cancel,
	.close = tiny_close };

/* What came back. */
struct got {
	int calls;
	char *markdown; /* NULL: an error */
	char engine[16], before[32];
	double confidence;
	struct err e;
};

static void
take(void *arg, const struct ocr_result *r, const struct err *e)
{
	struct got *g = arg;

	CHECK(!r != !e);
	g->calls++;
	if (e) {
		g->e = *e;
		return;
	}
	g->markdown = mem_copy(r->markdown, r->len);
	g->confidence = r->confidence;
	snprintf(g->engine, sizeof(g->engine), "%s", r->engine);
	if (r->nbefore > 0)
		snprintf(g->before, sizeof(g->before), "%s %s", r->before[0], r->before[1]);
}

static void
ask(struct ocr *o, struct got *g)
{
	struct err e;

	*g = (struct got){ 0 };
	CHECK(ocr_page(o, &(struct ocr_ask){ .fd = -1, .page = 7, .dpi = 150 }, g, &e) == 0);
}

static void
answer(int i, const struct ocr_raw *raw, const struct err *e)
{
	struct ocr_task *task = tiny.held[i];

	tiny.held[i] = NULL;
	task->done(task, raw, e);
}

static void
says(struct ocr *o, enum ocr_kind kind, const char *text, size_t len, const char *want)
{
	struct ocr_raw raw = { .kind = kind, .text = text, .len = len, .confidence = 0.5 };
	struct got g;

	tiny.n = 0;
	ask(o, &g);
	answer(0, &raw, NULL);
	CHECK(g.calls == 1 && g.markdown && g.confidence == 0.5);
	CHECK_STR(g.markdown, want);
	free(g.markdown);
}

static void
fails(struct ocr *o, enum ocr_kind kind, const char *text, size_t len, const char *code)
{
	struct ocr_raw raw = { .kind = kind, .text = text, .len = len };
	struct got g;

	tiny.n = 0;
	ask(o, &g);
	answer(0, &raw, NULL);
	CHECK(g.calls == 1 && !g.markdown && g.e.class == ERR_PERMANENT);
	CHECK_STR(g.e.code, code);
}

static void
text_cannot_become_markup(struct ocr *o)
{
	says(o, OCR_TEXT, "# big\n", 6, "\\# big");
	says(o, OCR_TEXT, "<!-- page 9 -->", 15, "&lt;!-- page 9 -->");
	says(o, OCR_TEXT, "one\n\ntwo\f", 9, "one\n\ntwo");
	says(o, OCR_TEXT, "a\0b\xff\x1b", 5, "ab");
	says(o, OCR_TEXT, "", 0, "");
}

static void
markdown_stays_as_it_is(struct ocr *o)
{
	says(o, OCR_MARKDOWN, "# big\n\n- *x*\n\n", 14, "# big\n\n- *x*");
	says(o, OCR_MARKDOWN, " \n", 2, "");
	fails(o, OCR_MARKDOWN, "a\0b", 3, "ocr.failed");
	fails(o, OCR_MARKDOWN, "a\xff", 2, "ocr.failed");
}

static void
no_more_than_the_limit(struct ocr *o)
{
	const size_t n = OCR_TEXT_MAX;
	char *text = mem_new(n + 1, 1), *want;

	memset(text, 'x', n + 1);
	want = mem_copy(text, n);
	says(o, OCR_MARKDOWN, text, n, want);
	free(want);
	fails(o, OCR_MARKDOWN, text, n + 1, "ocr.large");
	/* What is escaped becomes longer. */
	memset(text, '*', n + 1);
	fails(o, OCR_TEXT, text, n, "ocr.large");
	says(o, OCR_TEXT, "after it", 8, "after it");
	free(text);
}

static void
errors_come_as_they_are(struct ocr *o)
{
	struct got g[HELD], more = { 0 };
	struct err e;

	tiny.n = 0;
	for (int i = 0; i < HELD; i++)
		ask(o, &g[i]);
	CHECK(tiny.held[2]->ask.page == 7 && tiny.held[2]->ask.dpi == 150);
	CHECK(ocr_page(o, &(struct ocr_ask){ .fd = -1 }, &more, &e) == -1 && more.calls == 0);
	CHECK_STR(e.code, "ocr.died");
	/* Out of order, one of them not at all. */
	ocr_cancel(o, &g[1]);
	CHECK(!tiny.held[1]);
	err_set(&e, ERR_VALIDATION, "page.image", "no image");
	answer(3, NULL, &e);
	answer(0, &(struct ocr_raw){ .text = "zero", .len = 4, .confidence = -1 }, NULL);
	CHECK(g[3].calls == 1 && g[3].e.class == ERR_VALIDATION && !g[3].markdown);
	CHECK_STR(g[3].e.code, "page.image");
	CHECK(g[0].calls == 1 && g[0].confidence < 0);
	CHECK_STR(g[0].markdown, "zero");
	CHECK(g[1].calls == 0 && g[2].calls == 0);
	free(g[0].markdown);
}

static void
each_engine_has_a_wish(void)
{
	static const char *const names[] = { OCR_ENGINE, "mock", "deepseek-ocr", "generic" };
	struct ocr_wish wish;
	struct err e;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		CHECK(engine_find(names[i]));
		CHECK(ocr_wish(names[i], &wish, &e) == 0);
		CHECK(wish.area > 0 && wish.side > 0 && wish.dpi >= 36);
	}
	/* Of several, the largest; in bands, where all of them take those. */
	CHECK(ocr_wish("deepseek-ocr", &wish, &e) == 0 && wish.side == 1920 && !wish.bands);
	CHECK(ocr_wish("deepseek-ocr,tesseract", &wish, &e) == 0);
	CHECK(wish.side == 32767 && wish.area == 150e6 && !wish.bands);
	CHECK(ocr_wish("tesseract,mock", &wish, &e) == 0 && wish.bands);
	CHECK(!engine_find("tiny") && ocr_wish("tiny", &wish, &e) < 0 && !engine_find(""));
	CHECK_STR(e.code, "ocr.profile");
	CHECK(ocr_wish("tesseract,", &wish, &e) < 0 && ocr_wish("../x", &wish, &e) < 0);
}

/* Two of them: the second is asked for what the first could not read. */
static void
one_after_the_other(const struct engine_conf *conf)
{
	const struct ocr_conf two = { { &engine_tiny, &engine_tiny },
		{ (char *)"one", (char *)"two" }, 2, 3, take };
	struct ocr *o;
	struct got g;
	struct err e;

	o = ocr_new(&two, conf, &e);
	CHECK(o);
	ask(o, &g);
	err_set(&e, ERR_PERMANENT, "ocr.loops", "round and round");
	answer(0, NULL, &e);
	CHECK(g.calls == 0 && tiny.n == 2 && tiny.held[1]->ask.page == 7);
	answer(1, &(struct ocr_raw){ .text = "well", .len = 4, .confidence = 1 }, NULL);
	CHECK(g.calls == 1);
	CHECK_STR(g.engine, "two");
	CHECK_STR(g.before, "one ocr.loops");
	free(g.markdown);
	/* A bad image is bad for all, and there is none behind the last. */
	ask(o, &g);
	err_set(&e, ERR_VALIDATION, "page.image", "no image");
	answer(2, NULL, &e);
	CHECK(g.calls == 1 && err_is(&g.e, "page.image"));
	ask(o, &g);
	err_set(&e, ERR_PERMANENT, "ocr.loops", "round and round");
	tiny.held[3]->tries = 0;
	answer(3, NULL, &e);
	CHECK(g.calls == 1 && err_is(&g.e, "ocr.loops"));
	ocr_free(o);
}

static void
lists_of_names(void)
{
	struct ocr_conf conf = { .tries = 1 };
	struct err e;

	CHECK(ocr_conf_engines(&conf, "deepseek-ocr,tesseract", &e) == 0 && conf.engines == 2);
	CHECK_STR(conf.name[0], "deepseek-ocr");
	CHECK(conf.engine[1] == engine_find("tesseract"));
	ocr_conf_release(&conf);
	CHECK(ocr_conf_engines(&conf, "tesseract,,mock", &e) < 0 && err_is(&e, "ocr.profile"));
	ocr_conf_release(&conf);
}

int
main(void)
{
	const struct ocr_conf one = { { &engine_tiny }, { (char *)"tiny" }, 1, 8, take };
	struct engine_conf conf = { .loop = loop_new(), .lang = "none", .jobs = 1 };
	struct ocr *o;
	struct err e;

	each_engine_has_a_wish();
	lists_of_names();
	CHECK(!ocr_new(&one, &conf, &e) && e.class == ERR_FATAL);
	CHECK_STR(e.code, "ocr.lang");
	conf.lang = "eng";
	closed = 0;
	o = ocr_new(&one, &conf, &e);
	CHECK(o && ocr_jobs(o) == 1);
	text_cannot_become_markup(o);
	markdown_stays_as_it_is(o);
	no_more_than_the_limit(o);
	errors_come_as_they_are(o);
	/* One is still held: it is the front's to free. */
	CHECK(closed == 0);
	ocr_free(o);
	CHECK(closed == 1);
	tiny.n = 0;
	one_after_the_other(&conf);
	CHECK(closed == 3);
	loop_free(conf.loop);
	return 0;
}

/*
 * engine: the seam, with a tiny engine made here, and the table.  What an
 * engine says becomes Markdown outside it, whatever it says.
 */
#include <stdbool.h>
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

static const struct ocr_wish small = { .area = 1e6, .side = 1000, .dpi = 72 };
static const struct engine engine_tiny = { .name = "tiny",
	.wish = &small,
	.open = tiny_open,
	.read = tiny_read,
	.cancel = tiny_cancel,
	.close = tiny_close };

/* What came back. */
struct got {
	int calls;
	char *markdown; /* NULL: an error */
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
each_row_has_a_wish(void)
{
	size_t n = 0;

	CHECK_STR(engine_names[0], OCR_ENGINE);
	for (; engine_names[n]; n++) {
		const struct engine *row = engine_find(engine_names[n]);

		CHECK(row && row->wish && row->wish == ocr_wish(engine_names[n]));
		CHECK_STR(row->name, engine_names[n]);
		CHECK(row->wish->area > 0 && row->wish->side > 0 && row->wish->dpi >= 36);
	}
	CHECK(n == 2);
	CHECK(!engine_find("tiny") && !ocr_wish("tiny") && !engine_find(""));
}

int
main(void)
{
	struct engine_conf conf = { .loop = loop_new(), .lang = "none", .jobs = 1 };
	struct ocr *o;
	struct err e;

	each_row_has_a_wish();
	CHECK(!ocr_new(&engine_tiny, &conf, take, &e) && e.class == ERR_FATAL);
	CHECK_STR(e.code, "ocr.lang");
	conf.lang = "eng";
	o = ocr_new(&engine_tiny, &conf, take, &e);
	CHECK(o);
	text_cannot_become_markup(o);
	markdown_stays_as_it_is(o);
	no_more_than_the_limit(o);
	errors_come_as_they_are(o);
	/* One is still held: it is the front's to free. */
	CHECK(closed == 0);
	ocr_free(o);
	CHECK(closed == 1);
	loop_free(conf.loop);
	return 0;
}

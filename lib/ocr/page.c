#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "ocr/doubt.h"
#include "ocr/engine.h"
#include "ocr/page.h"
#include "ocr/result.h"

enum { KEPT = 64 << 10 }; /* bytes of memory, from one page to the next */

struct asked {
	struct ocr_task task; /* first: the engine gives it back */
	struct asked *next;
	struct ocr *ocr;
	void *arg;
};

struct ocr {
	const struct engine *engine;
	void *self; /* the engine's own */
	ocr_done_fn *done;
	struct asked *asked;
	struct buf markdown;
};

static void
drop_asked(struct asked *a)
{
	struct asked **p = &a->ocr->asked;

	while (*p != a)
		p = &(*p)->next;
	*p = a->next;
	free(a);
}

/* The caller may do anything in its callback but free us. */
static void
engine_answered(struct ocr_task *task, const struct ocr_raw *raw, const struct err *why)
{
	struct asked *a = (struct asked *)task;
	struct ocr *o = a->ocr;
	void *arg = a->arg;
	struct ocr_result r;
	struct err e;

	drop_asked(a);
	if (why) {
		o->done(arg, NULL, why);
		return;
	}
	buf_clear(&o->markdown, KEPT);
	if (result_markdown(raw, &o->markdown, &e) < 0) {
		o->done(arg, NULL, &e);
		return;
	}
	r = (struct ocr_result){ o->markdown.len ? o->markdown.p : "", o->markdown.len,
		raw->confidence, raw->notes, doubt_of(raw), raw->regions, raw->nregions };
	o->done(arg, &r, NULL);
}

struct ocr *
ocr_new(const struct engine *engine, const struct engine_conf *conf, ocr_done_fn *done,
    struct err *e)
{
	void *self = (*engine->open)(conf, e);
	struct ocr *o;

	if (!self)
		return NULL;
	o = mem_new(1, sizeof(*o));
	o->engine = engine;
	o->self = self;
	o->done = done;
	buf_init(&o->markdown, OCR_TEXT_MAX);
	return o;
}

int
ocr_page(struct ocr *o, const struct ocr_ask *ask, void *arg, struct err *e)
{
	struct asked *a = mem_new(1, sizeof(*a));

	*a = (struct asked){ { *ask, engine_answered }, o->asked, o, arg };
	o->asked = a;
	if (o->engine->read(o->self, &a->task, e) < 0) {
		drop_asked(a);
		return -1;
	}
	return 0;
}

void
ocr_cancel(struct ocr *o, const void *arg)
{
	struct asked *a, *next;

	for (a = o->asked; a; a = next) {
		next = a->next;
		if (a->arg == arg) {
			o->engine->cancel(o->self, &a->task);
			drop_asked(a);
		}
	}
}

void
ocr_free(struct ocr *o)
{
	struct asked *a, *next;

	if (!o)
		return;
	o->engine->close(o->self);
	for (a = o->asked; a; a = next) {
		next = a->next;
		free(a);
	}
	buf_release(&o->markdown);
	free(o);
}

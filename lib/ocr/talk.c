#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "model/answer.h"
#include "model/ask.h"
#include "model/boxes.h"
#include "model/fleet.h"
#include "model/gate.h"
#include "ocr/doubt.h"
#include "ocr/engine.h"
#include "ocr/talk.h"
#include "ocr/weigh.h"

enum {
	LITTLE = 200,  /* characters: an answer with fewer is held against the page always */
	SMALLEST = 256 /* pixels: no side is made smaller for a server */
};

static int talk_begin(struct talk *, struct err *);

void
talk_free(struct talk *t)
{
	if (t->prev)
		t->prev->next = t->next;
	else
		t->chat->talks = t->next;
	if (t->next)
		t->next->prev = t->prev;
	if (t->page.fd >= 0)
		close(t->page.fd);
	watch_free(t->kept);
	buf_release(&t->answer);
	clean_release(&t->said);
	jv_free(t->fields);
	free(t);
}

static void
talk_fail(struct talk *t, const struct err *why)
{
	struct ocr_task *task = t->task;
	const struct err e = *why;

	talk_free(t);
	task->done(task, NULL, &e);
}

/* In pixels of the page's image, which may have been made smaller; free(3) them. */
static struct ocr_box *
talk_boxes(struct talk *t)
{
	struct boxes *said = &t->said.boxes;
	struct ocr_box *boxes = mem_new(said->n + 1, sizeof(*boxes));

	boxes_scale(said, t->size[0], t->size[1]);
	for (size_t i = 0; i < said->n; i++) {
		const struct box *b = &said->v[i];

		boxes[i] = (struct ocr_box){ b->label, b->x0, b->y0, b->x1, b->y1 };
	}
	return boxes;
}

static void
talk_send(struct talk *t)
{
	struct err e;

	if (talk_begin(t, &e) < 0)
		talk_fail(t, &e);
}

/* What was said is taken. */
static void
talk_done(struct talk *t, const struct ocr_notes *notes, unsigned doubt)
{
	struct ocr_task *task = t->task;
	struct ocr_box *boxes = talk_boxes(t);
	const struct ocr_raw raw = { .kind = OCR_MARKDOWN,
		.text = t->said.md.len ? t->said.md.p : "",
		.len = t->said.md.len,
		.confidence = -1,
		.notes = notes,
		.gate = &t->gate,
		.boxes = boxes,
		.nboxes = t->said.boxes.n,
		.fields = jv_is_valid(t->fields) ? &t->fields : NULL,
		/* It says itself that the page is not upright, or not that it came to its end. */
		.doubt = doubt | (t->said.upright == 0 || !*t->finish ? DOUBT_CONFIDENCE : 0) };

	task->done(task, &raw, NULL);
	free(boxes);
	talk_free(t);
}

/* It is not taken: at the next temperature, or not by this model. */
static void
talk_again(struct talk *t, enum gate_verdict verdict)
{
	const struct profile *p = &t->chat->profile;
	const struct weigh_fault *fault = weigh_fault(verdict);
	struct err e, next;

	err_set(&e, ERR_PERMANENT, fault->code, "%s: %s%s%s (temperature %g, asked %ld times)",
	    p->name, fault->what, verdict == GATE_FIELDS ? ": " : "",
	    verdict == GATE_FIELDS ? t->why : "", t->gate.temperature, t->gate.asked);
	log_event(LOG_LEVEL_DEBUG, t->task->ask.document, &e, "page %ld: %s", t->task->ask.page,
	    e.msg);
	t->task->tries--;
	if (++t->step >= p->temperatures || t->task->tries <= 0)
		talk_fail(t, &e);
	else if (talk_begin(t, &next) < 0)
		talk_fail(t, err_is(&next, CODE_OCR_BATCH) ? &e : &next);
}

/* It is answered by done, which is not called from within; -1 with *e: it is not. */
static int
talk_begin_look(struct talk *t, long side, smaller_done_fn *done, struct err *e)
{
	t->look = (struct look_ask){ .area = t->chat->profile.area,
		.side = side,
		.colour = t->chat->profile.colour,
		.done = done,
		.arg = t };
	t->looking = smaller_look(t->chat->smaller, t->page.fd, &t->look, e) == 0;
	return t->looking ? 0 : -1;
}

static void
talk_look(struct talk *t, long side, smaller_done_fn *done)
{
	struct err e;

	if (talk_begin_look(t, side, done, &e) < 0)
		talk_fail(t, &e);
}

/* What was said is held against what was seen of the page. */
static void
talk_weigh(struct talk *t)
{
	const struct ocr_notes *notes = &t->seen.notes;
	unsigned doubt = 0;

	if (weigh_look(&t->chat->profile.gate, &t->seen, &t->gate, &doubt) == GATE_EMPTY)
		talk_again(t, GATE_EMPTY);
	else if (t->gate.chars > 0)
		talk_done(t, NULL, doubt);
	else
		talk_done(t,
		    &(struct ocr_notes){ .unread = -1,
			.blank = notes->blank,
			.picture = weigh_picture(&t->seen) },
		    0);
}

static void
talk_looked(void *arg, const struct look *l, const struct err *why)
{
	struct talk *t = arg;

	t->looking = false;
	if (!l) {
		talk_fail(t, why);
		return;
	}
	t->seen = *l;
	talk_weigh(t);
}

static void
talk_smaller(void *arg, const struct look *l, const struct err *why)
{
	struct talk *t = arg;

	t->looking = false;
	if (why) {
		talk_fail(t, why);
		return;
	}
	close(t->page.fd);
	t->page.image.name[0] = '\0';
	t->page.fd = l->fd;
	t->seen = t->seen.letters < 0 ? *l : t->seen;
	t->page.width = l->width;
	t->page.height = l->height;
	talk_send(t);
}

/* An image that the server finds too large: half of it. */
static bool
talk_shrinks(struct talk *t, const struct err *why)
{
	const long side = (t->page.width > t->page.height ? t->page.width : t->page.height) / 2;

	if (!err_is(why, CODE_OCR_IMAGE) || t->whole || side < SMALLEST || --t->task->tries <= 0)
		return false;
	talk_look(t, side, talk_smaller);
	return true;
}

/* What is known of any answer. */
static void
talk_note(struct talk *t, const struct answered *a)
{
	snprintf(t->finish, sizeof(t->finish), "%s", a->finish ? a->finish : "");
	t->gate = (struct ocr_gate){ .finish = t->finish,
		.temperature = t->chat->profile.temperature[t->step],
		.letters = -1,
		.tokens = a->tokens,
		.asked = t->gate.asked,
		.cached = t->gate.cached };
}

static enum gate_verdict
talk_judge(struct talk *t, const struct answered *a)
{
	const struct chat *c = t->chat;
	const struct gate_ask ask = { .raw = a->text,
		.raw_len = a->len,
		.text = t->said.md.len ? t->said.md.p : "",
		.text_len = t->said.md.len,
		.finish = a->finish,
		.prompt = c->prompt };
	struct gate_numbers n;
	const enum gate_verdict verdict = gate_judge(&c->profile.gate, &ask, &n);

	talk_note(t, a);
	t->gate.repeat = n.repeat;
	t->gate.chars = n.chars;
	return verdict;
}

/* A document cannot be looked at; one that says nothing at all is not read. */
static void
talk_take_whole(struct talk *t)
{
	if (t->gate.chars > 0)
		talk_done(t, NULL, 0);
	else
		talk_again(t, GATE_EMPTY);
}

/* What a page's fields are says nothing of how much is on it. */
static void
talk_take_fields(struct talk *t, const struct answered *a)
{
	enum gate_verdict verdict = GATE_FINE;
	jv text;

	talk_note(t, a);
	jv_free(t->fields);
	t->fields = extract_read(&t->chat->profile.schema, a->text, a->len, t->why, sizeof(t->why));
	if (strcmp(t->finish, "length") == 0)
		verdict = GATE_TRUNCATED;
	else if (strcmp(t->finish, "content_filter") == 0)
		verdict = GATE_REFUSED;
	else if (!jv_is_valid(t->fields))
		verdict = GATE_FIELDS;
	if (verdict != GATE_FINE) {
		talk_again(t, verdict);
		return;
	}
	text = extract_markdown(&t->fields);
	t->said.md.len = 0;
	t->gate.chars = jv_string_length_codepoints(jv_copy(text));
	if (buf_adds(&t->said.md, jv_string_value(text)) < 0) {
		snprintf(t->why, sizeof(t->why), "as Markdown they exceed %d bytes", OCR_TEXT_MAX);
		talk_again(t, GATE_FIELDS);
	} else {
		talk_done(t, NULL, 0);
	}
	jv_free(text);
}

static void
talk_answered(void *arg, const struct answered *a, const struct err *why)
{
	struct talk *t = arg;
	enum gate_verdict verdict;
	struct err e;

	if (why) {
		if (!talk_shrinks(t, why))
			talk_fail(t, why);
		return;
	}
	if (t->found != KEPT_CACHED)
		kept_put(&t->chat->kept, &t->page, a);
	t->gate.cached = t->found == KEPT_CACHED;
	if (jv_is_valid(t->chat->profile.schema)) {
		talk_take_fields(t, a);
		return;
	}
	clean_release(&t->said);
	clean_init(&t->said, t->chat->kind, (const long[]){ t->page.width, t->page.height },
	    OCR_TEXT_MAX);
	t->said.html_tables = t->chat->html_tables;
	if (clean_text(&t->said, a->text, a->len) < 0) {
		err_set(&e, ERR_PERMANENT, CODE_OCR_LARGE, "the answer exceeds %d bytes",
		    OCR_TEXT_MAX);
		talk_fail(t, &e);
		return;
	}
	verdict = talk_judge(t, a);
	if (verdict != GATE_FINE)
		talk_again(t, verdict);
	else if (t->seen.letters >= 0)
		talk_weigh(t);
	else if (t->whole)
		talk_take_whole(t);
	else if (t->gate.chars < LITTLE || t->chat->profile.gate.partly > 0)
		talk_look(t, 0, talk_looked);
	else
		talk_done(t, NULL, 0);
}

/* By a server, or a file of requests; -1: why there is no answer. */
static int
talk_pay(struct talk *t, struct err *e)
{
	struct chat *c = t->chat;
	const struct fleet_page page = { .fd = t->page.fd,
		.width = t->page.width,
		.height = t->page.height,
		.temperature = t->page.temperature,
		.document = t->document,
		.name = t->whole ? t->task->ask.name : NULL,
		.mime = t->task->ask.whole,
		.tries = &t->task->tries,
		.done = talk_answered,
		.arg = t };

	if (c->fleet)
		return fleet_send(c->fleet, &page, e);
	if (c->kept.out)
		return kept_write(&c->kept, &t->page, e);
	*e = t->refused;
	return -1;
}

/* The answer was there: it is judged anew, as the judge may have learnt. */
static void
talk_kept(void *arg, short revents)
{
	struct talk *t = arg;
	const struct chat *c = t->chat;
	struct answered a;
	struct err e;

	(void)revents;
	watch_free(t->kept);
	t->kept = NULL;
	if (t->found == KEPT_REFUSED) {
		e = t->refused;
		talk_answered(t, NULL, &e);
	} else if (ask_answer(&c->profile, &a, t->answer.p, t->answer.len, &e) < 0) {
		/* It is as good as none. */
		t->found = KEPT_NONE;
		t->refused = e;
		if (talk_pay(t, &e) < 0)
			talk_fail(t, &e);
	} else {
		talk_answered(t, &a, NULL);
		answer_release(&a);
	}
}

static int
talk_begin(struct talk *t, struct err *e)
{
	struct chat *c = t->chat;

	t->gate.asked++;
	t->page.temperature = c->profile.temperature[t->step];
	buf_clear(&t->answer, 0);
	t->found = kept_find(&c->kept, &t->page, &t->answer, &t->refused);
	if (t->found == KEPT_NONE)
		return talk_pay(t, e);
	t->kept = loop_timer(c->loop, 0, talk_kept, t);
	return 0;
}

static bool
is_too_large(const struct talk *t)
{
	const struct profile *p = &t->chat->profile;

	return t->page.width > p->side || t->page.height > p->side ||
	    (double)t->page.width * (double)t->page.height > p->area;
}

int
talk_start(struct talk *t, struct err *e)
{
	return is_too_large(t) ? talk_begin_look(t, t->chat->profile.side, talk_smaller, e)
			       : talk_begin(t, e);
}

/* A page of which it is not known is a document of its own. */
static uint64_t
whose(struct chat *c, const struct ocr_ask *ask)
{
	return ask->document ? hash_text(ask->document) : ++c->unknown;
}

struct talk *
talk_new(struct chat *c, struct ocr_task *task, const long size[2], struct err *e)
{
	struct talk *t = mem_new(1, sizeof(*t));

	*t = (struct talk){ .next = c->talks,
		.chat = c,
		.task = task,
		.page = { .width = size[0], .height = size[1] },
		.size = { size[0], size[1] },
		.document = whose(c, &task->ask),
		.whole = task->ask.whole != NULL,
		.seen = { .letters = -1 },
		.fields = jv_invalid() };
	t->page.fd = fcntl(task->ask.fd, F_DUPFD_CLOEXEC, 3);
	if (c->talks)
		c->talks->prev = t;
	c->talks = t;
	clean_init(&t->said, c->kind, (const long[]){ 0, 0 }, OCR_TEXT_MAX);
	buf_init(&t->answer, CACHE_VALUE_MAX);
	if (t->page.fd >= 0)
		return t;
	talk_free(t);
	err_sys(e, err_class_of(errno), CODE_IO_READ, "the page's image");
	return NULL;
}

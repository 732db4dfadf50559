#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/gate.h"
#include "ocr/engine.h"
#include "ocr/held.h"
#include "ocr/result.h"
#include "ocr/smaller.h"
#include "ocr/spoken.h"
#include "ocr/weigh.h"

struct said {
	struct said *next;
	struct held *held;
	struct ocr_task *task;
	struct spoken spoken;
	struct ocr_gate gate;
	struct look_ask look;
};

struct held {
	struct smaller *smaller;
	const char *name;
	struct said *said;
};

static void
said_free(struct said *said)
{
	struct said **at = &said->held->said;

	while (*at != said)
		at = &(*at)->next;
	*at = said->next;
	spoken_release(&said->spoken);
	free(said);
}

static void
said_fails(struct said *said, const struct err *why)
{
	struct ocr_task *task = said->task;
	const struct err e = *why;

	said_free(said);
	task->tries--;
	task->done(task, NULL, &e);
}

/* It is none that can be taken. */
static void
said_is_bad(struct said *said, enum gate_verdict verdict)
{
	const struct weigh_fault *fault = weigh_fault(verdict);
	struct err e;

	err_set(&e, ERR_PERMANENT, fault->code, "%s: %s", said->held->name, fault->what);
	said_fails(said, &e);
}

/* What is on its page is known. */
static void
said_looked(void *arg, const struct look *l, const struct err *why)
{
	struct said *said = arg;
	struct ocr_task *task = said->task;
	struct ocr_raw *raw = &said->spoken.raw;
	struct ocr_notes notes = { .unread = -1 };

	if (!l) {
		said_fails(said, why);
		return;
	}
	if (weigh_look(&gate_conf_default, l, &said->gate, &raw->doubt) == GATE_EMPTY) {
		said_is_bad(said, GATE_EMPTY);
		return;
	}
	notes.blank = l->notes.blank;
	notes.picture = weigh_picture(l);
	raw->gate = &said->gate;
	if (said->gate.chars == 0)
		raw->notes = &notes;
	task->done(task, raw, NULL);
	said_free(said);
}

/* Judged as what a model says: a program may have one. */
static void
said_judge(struct said *said)
{
	const struct ocr_raw *raw = &said->spoken.raw;
	const struct gate_ask ask = { .raw = raw->text,
		.raw_len = raw->len,
		.text = raw->text,
		.text_len = raw->len };
	struct gate_numbers n;
	const enum gate_verdict verdict = gate_judge(&gate_conf_default, &ask, &n);
	struct err e;

	said->gate = (struct ocr_gate){ .finish = "",
		.repeat = n.repeat,
		.chars = n.chars,
		.letters = -1,
		.asked = 1 };
	said->look = (struct look_ask){ .done = said_looked, .arg = said };
	if (weigh_fault(verdict))
		said_is_bad(said, verdict);
	else if (smaller_look(said->held->smaller, said->task->ask.fd, &said->look, &e) < 0)
		said_fails(said, &e);
}

void
held_take(struct held *h, struct ocr_task *task, const struct spoken *spoken)
{
	struct said *said = mem_new(1, sizeof(*said));

	*said = (struct said){ .next = h->said, .held = h, .task = task, .spoken = *spoken };
	h->said = said;
	said_judge(said);
}

void
held_cancel(struct held *h, const struct ocr_task *task)
{
	struct said *said = h->said;

	while (said && said->task != task)
		said = said->next;
	if (!said)
		return;
	smaller_cancel(h->smaller, &said->look);
	said_free(said);
}

struct held *
held_new(struct loop *loop, long jobs, const char *name)
{
	struct held *h = mem_new(1, sizeof(*h));

	h->smaller = smaller_new(loop, jobs);
	h->name = name;
	return h;
}

void
held_free(struct held *h)
{
	struct said *said, *next;

	if (!h)
		return;
	smaller_free(h->smaller);
	for (said = h->said; said; said = next) {
		next = said->next;
		spoken_release(&said->spoken);
		free(said);
	}
	free(h);
}

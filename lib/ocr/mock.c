#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/lines.h"
#include "base/loop.h"
#include "base/mem.h"
#include "ocr/mock.h"
#include "ocr/result.h"
#include "rec/jx.h"
#include "rec/rec.h"

enum { SCRIPT_LINE_MAX = 4 << 20, SCRIPT_CHUNK = 64 << 10, DELAY_MAX = 600 * 1000 };

struct line {
	struct line *next;
	struct rec *rec;
	long page; /* 0: any */
	bool taken;
	enum ocr_kind kind;
	const char *text; /* rec's; NULL: an error or a crash */
	double confidence;
	bool crash;
	long delay_ms;
	jv error, code;
	struct err e; /* its code is that of the member code */
};

struct mock {
	struct loop *loop;
	struct line *lines, **end;
	struct answer *answers;
};

/* One that is due. */
struct answer {
	struct answer *next;
	struct mock *mock;
	struct ocr_task *task;
	const struct line *line; /* NULL: the page says what it is */
	struct watch *timer;
};

static int
mock_bad(struct err *e, const char *path, long no, const char *why)
{
	return err_set(e, ERR_FATAL, CODE_OCR_MOCK, "%s: line %ld: %s", path, no, why);
}

static bool
mock_class(const jv *name, enum err_class *class)
{
	const char *word = jx_cstr(name);

	return word && err_class_read(word, strlen(word), class) && *class != ERR_CANCELLED;
}

static bool
is_true(const struct rec *r, const char *name)
{
	jv v = rec_get(r, name);
	bool is = jv_get_kind(v) == JV_KIND_TRUE;

	jv_free(v);
	return is;
}

/* NULL, or why it is none. */
static const char *
line_error(struct line *l)
{
	jv class = jx_get(&l->error, "class"), message = jx_get(&l->error, "message");
	bool known = mock_class(&class, &l->e.class);

	l->code = jx_get(&l->error, "code");
	if (known && jx_cstr(&l->code))
		err_set(&l->e, l->e.class, jx_cstr(&l->code), "%s",
		    jx_cstr(&message) ? jx_cstr(&message) : "as the script says");
	jv_free(class);
	jv_free(message);
	return known && jx_cstr(&l->code) ? NULL : "error needs a class that exists and a code";
}

static const char *
line_confidence(struct line *l)
{
	jv v = rec_get(l->rec, "confidence");
	bool is = jv_get_kind(v) == JV_KIND_NUMBER;

	l->confidence = is ? jv_number_value(v) : -1;
	jv_free(v);
	return !is || (l->confidence >= 0 && l->confidence <= 1) ? NULL : "confidence is 0 to 1";
}

/* The same. */
static const char *
line_understood(struct line *l)
{
	const char *text = rec_str(l->rec, "text"), *markdown = rec_str(l->rec, "markdown");
	int said = (text != NULL) + (markdown != NULL) + rec_has(l->rec, "error") +
	    rec_has(l->rec, "crash");

	if (said != 1)
		return "one of text, markdown, error and crash is needed";
	l->page = rec_int(l->rec, "page", 0);
	if (rec_has(l->rec, "page") && l->page < 1)
		return "page is a number from 1";
	l->delay_ms = rec_int(l->rec, "delay_ms", 0);
	if (l->delay_ms < 0 || l->delay_ms > DELAY_MAX)
		return "delay_ms is 0 to 600000";
	l->kind = text ? OCR_TEXT : OCR_MARKDOWN;
	l->text = text ? text : markdown;
	l->crash = is_true(l->rec, "crash");
	if (rec_has(l->rec, "crash") && !l->crash)
		return "crash is true or not there";
	l->error = rec_get(l->rec, "error");
	if (jv_get_kind(l->error) == JV_KIND_OBJECT)
		return line_error(l);
	return rec_has(l->rec, "error") ? "error is an object" : line_confidence(l);
}

static int
script_line(struct mock *m, const char *path, long no, struct rec *rec, struct err *e)
{
	struct line *l = mem_new(1, sizeof(*l));
	const char *why;

	l->rec = rec;
	l->error = jv_invalid();
	l->code = jv_invalid();
	*m->end = l;
	m->end = &l->next;
	why = line_understood(l);
	return why ? mock_bad(e, path, no, why) : 0;
}

static int
script_lines(struct mock *m, const char *path, struct lines *in, struct err *e)
{
	const char *line;
	size_t len;
	int got;

	while (!lines_ended(in)) {
		if (lines_fill(in, e) < 0)
			return -1;
		while ((got = lines_next(in, &line, &len)) != 0) {
			struct rec *rec = got > 0 ? rec_parse(line, len, e) : NULL;

			if (!rec)
				return mock_bad(e, path, in->no, "it is no JSON object");
			if (script_line(m, path, in->no, rec, e) < 0)
				return -1;
		}
	}
	return 0;
}

static int
read_script(struct mock *m, const char *path, struct err *e)
{
	struct lines in;
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return err_sys(e, ERR_FATAL, CODE_OCR_MOCK, "QUIRE_MOCK: %s", path);
	lines_init(&in, fd, SCRIPT_CHUNK, SCRIPT_LINE_MAX);
	r = script_lines(m, path, &in, e);
	lines_release(&in);
	close(fd);
	return r;
}

/* The line for a page, among those for this number or (0) for any. */
static struct line *
take_line(struct mock *m, long page)
{
	struct line *l, *last = NULL;

	for (l = m->lines; l; l = l->next) {
		if (l->page != page)
			continue;
		last = l;
		if (!l->taken)
			break;
	}
	if (last)
		last->taken = true;
	return last;
}

static void
drop_answer(struct answer *a)
{
	struct answer **p = &a->mock->answers;

	while (*p != a)
		p = &(*p)->next;
	*p = a->next;
	watch_free(a->timer);
	free(a);
}

static char *
geometry(const struct ocr_ask *ask)
{
	char *size = ask->width > 0 && ask->height > 0
	    ? mem_printf(", %ld x %ld pixels", ask->width, ask->height)
	    : mem_dup("");
	char *dpi = ask->dpi > 0 ? mem_printf(", %ld dpi", ask->dpi) : mem_dup("");
	char *text = mem_printf("Page %ld%s%s", ask->page, size, dpi);

	free(size);
	free(dpi);
	return text;
}

static void
say_geometry(struct ocr_task *task)
{
	char *text = geometry(&task->ask);
	const struct ocr_raw raw = { .text = text, .len = strlen(text), .confidence = 1 };

	task->done(task, &raw, NULL);
	free(text);
}

static void
mock_due(void *arg, short revents)
{
	struct answer a = *(struct answer *)arg;
	const struct line *l = a.line;

	(void)revents;
	drop_answer(arg);
	if (!l) {
		say_geometry(a.task);
	} else if (l->crash) {
		raise(SIGKILL);
	} else if (!l->text) {
		a.task->done(a.task, NULL, &l->e);
	} else {
		const struct ocr_raw raw = { .kind = l->kind,
			.text = l->text,
			.len = strlen(l->text),
			.confidence = l->confidence };

		a.task->done(a.task, &raw, NULL);
	}
}

static void
mock_close(void *self)
{
	struct mock *m = self;
	struct line *l, *next;

	if (!m)
		return;
	while (m->answers)
		drop_answer(m->answers);
	for (l = m->lines; l; l = next) {
		next = l->next;
		jv_free(l->error);
		jv_free(l->code);
		rec_free(l->rec);
		free(l);
	}
	free(m);
}

static void *
mock_open(const struct engine_conf *conf, struct err *e)
{
	const char *path = getenv("QUIRE_MOCK");
	struct mock *m = mem_new(1, sizeof(*m));

	m->loop = conf->loop;
	m->end = &m->lines;
	if (!path || !*path || read_script(m, path, e) == 0)
		return m;
	mock_close(m);
	return NULL;
}

static int
mock_read(void *self, struct ocr_task *task, struct err *e)
{
	struct mock *m = self;
	struct answer *a = mem_new(1, sizeof(*a));
	struct line *l = task->ask.page > 0 ? take_line(m, task->ask.page) : NULL;

	(void)e;
	if (!l)
		l = take_line(m, 0);
	*a = (struct answer){ .next = m->answers, .mock = m, .task = task, .line = l };
	a->timer = loop_timer(m->loop, l ? l->delay_ms : 0, mock_due, a);
	m->answers = a;
	return 0;
}

static void
mock_cancel(void *self, struct ocr_task *task)
{
	struct mock *m = self;
	struct answer *a, *next;

	for (a = m->answers; a; a = next) {
		next = a->next;
		if (a->task == task)
			drop_answer(a);
	}
}

static long
mock_jobs(const void *self)
{
	(void)self;
	return 2;
}

const struct engine engine_mock = { .name = "mock",
	.tied = true,
	.open = mock_open,
	.read = mock_read,
	.cancel = mock_cancel,
	.close = mock_close,
	.jobs = mock_jobs };

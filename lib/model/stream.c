#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/answer.h"
#include "model/stream.h"

enum {
	EVENT_MAX = 1 << 20, /* bytes of an event */
	LOOK_BYTES = 2048    /* of new text are looked at together, or an eighth of all */
};

void
stream_init(struct stream *s, const struct loops_conf *loops, size_t max)
{
	*s = (struct stream){ .loops = loops };
	buf_init(&s->line, EVENT_MAX);
	buf_init(&s->text, max);
}

void
stream_release(struct stream *s)
{
	buf_release(&s->line);
	buf_release(&s->text);
}

static bool
text_loops(struct stream *s)
{
	const size_t news = s->text.len - s->judged;
	struct loops l;

	if (news < LOOK_BYTES || news < s->text.len / 8)
		return false;
	s->judged = s->text.len;
	loops_find(&l, s->loops, s->text.p, s->text.len, false);
	return l.period > 0;
}

static int
stream_take(struct stream *s, const struct answer_chunk *c, struct err *e)
{
	if (buf_add(&s->text, c->text, c->len) < 0)
		return err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the answer exceeds %zu bytes",
		    s->text.max);
	if (c->finish)
		snprintf(s->finish, sizeof(s->finish), "%s", c->finish);
	s->tokens = c->tokens ? c->tokens : s->tokens;
	s->prompt_tokens = c->prompt_tokens ? c->prompt_tokens : s->prompt_tokens;
	if (*s->finish || !text_loops(s))
		return 0;
	s->looped = true;
	snprintf(s->finish, sizeof(s->finish), "abort");
	return err_set(e, ERR_TRANSIENT, CODE_OCR_LOOPS, "the answer goes round in circles");
}

/* A line: data alone says something, and each event has one of it. */
static int
stream_line(struct stream *s, struct err *e)
{
	const char *p = s->line.p;
	size_t n = s->line.len;
	struct answer_chunk c;
	int r;

	if (n > 0 && p[n - 1] == '\r')
		n--;
	/* It may begin with U+FEFF. */
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (n < 5 || memcmp(p, "data:", 5) != 0)
		return 0;
	p += 5;
	n -= 5;
	if (n > 0 && *p == ' ')
		p++, n--;
	if (n == 6 && memcmp(p, "[DONE]", 6) == 0) {
		s->ended = true;
		return 0;
	}
	r = answer_chunk(&c, p, n, e);
	if (r == 0)
		r = stream_take(s, &c, e);
	answer_chunk_release(&c);
	return r;
}

int
stream_more(struct stream *s, const void *bytes, size_t n, struct err *e)
{
	const char *p = bytes, *end = p + n, *q;

	for (; p < end && !s->ended; p = q + 1) {
		q = memchr(p, '\n', (size_t)(end - p));
		if (buf_add(&s->line, p, (size_t)((q ? q : end) - p)) < 0)
			return err_set(e, ERR_TRANSIENT, CODE_OCR_ANSWER,
			    "an event of the answer exceeds %d bytes", EVENT_MAX);
		if (!q)
			return 0;
		if (stream_line(s, e) < 0)
			return -1;
		buf_clear(&s->line, s->line.cap);
	}
	return 0;
}

int
stream_completion(const struct stream *s, struct buf *out, struct err *e)
{
	if (!s->looped && !*s->finish)
		return err_set(e, ERR_TRANSIENT, CODE_OCR_ANSWER,
		    "the server's answer ends before its end");
	if (buf_adds(out,
		"{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
		"\"content\":") < 0 ||
	    buf_json(out, s->text.len ? s->text.p : "", s->text.len) < 0 ||
	    buf_adds(out, "},\"finish_reason\":") < 0 ||
	    buf_json(out, s->finish, strlen(s->finish)) < 0 ||
	    buf_printf(out, "}],\"usage\":{\"prompt_tokens\":%ld,\"completion_tokens\":%ld}}",
		s->prompt_tokens, s->tokens) < 0)
		return err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "the answer exceeds %zu bytes",
		    out->max);
	return 0;
}

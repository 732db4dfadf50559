/*
 * vllm_answer.c - what is answered and counted
 *
 * A token is four bytes, of the prompt as of the answer.
 */
#include "fake/vllm.h"

#include <sys/resource.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TEXT_MOST ((size_t)4 << 20)

/* What stands between braces in a text. */
static void
text_fill(struct buf *out, const char *s, const struct chat *c, long n)
{
	while (*s) {
		size_t plain = strcspn(s, "{");

		buf_add(out, s, plain);
		s += plain;
		if (!strncmp(s, "{key}", 5)) {
			buf_fmt(out, "%016llx", (unsigned long long)c->key);
			s += 5;
		} else if (!strncmp(s, "{width}", 7)) {
			buf_fmt(out, "%u", c->width);
			s += 7;
		} else if (!strncmp(s, "{height}", 8)) {
			buf_fmt(out, "%u", c->height);
			s += 8;
		} else if (!strncmp(s, "{n}", 3)) {
			buf_fmt(out, "%ld", n);
			s += 3;
		} else if (*s) {
			buf_add(out, s++, 1);
		}
	}
}

/* Where a token that begins at pos ends: no character is in two. */
static size_t
token_end(const struct buf *text, size_t pos)
{
	pos = text->len - pos > 4 ? pos + 4 : text->len;
	while (pos < text->len && ((unsigned char)text->p[pos] & 0xc0) == 0x80)
		pos++;
	return pos;
}

static void
text_loop(struct buf *out, long tokens)
{
	static const char again[] = "<td></td>___ de ";

	while (out->len < (size_t)tokens * 4 && out->len + sizeof again < out->most)
		buf_add(out, again, sizeof again - 1);
}

void
answer_make(struct answer *a, const struct chat *c, const struct rule *r)
{
	long most = c->max_tokens;

	a->text.most = TEXT_MOST;
	a->text.len = 0;
	a->finish = "stop";
	a->is_null = r->null > 0;
	a->garbage = r->garbage > 0;
	buf_add(&a->text, "", 0);
	if (r->loop >= 0) {
		a->finish = "length";
		text_loop(&a->text, r->loop && r->loop < most ? r->loop : most);
	} else if (r->refuse > 0) {
		buf_fmt(&a->text, "I'm sorry, but I can't assist with that request.");
	} else if (r->empty <= 0 && r->null <= 0) {
		text_fill(&a->text, r->text ? r->text : c->o->text, c, a->id);
	}
	a->tokens = (long)((a->text.len + 3) / 4);
	if (a->tokens > most) {
		a->finish = "length";
		a->tokens = most;
		a->text.len = (size_t)most * 4;
		while (a->text.len && ((unsigned char)a->text.p[a->text.len] & 0xc0) == 0x80)
			a->text.len--;
		a->text.p[a->text.len] = '\0';
	}
	if (r->finish)
		a->finish = !strcmp(r->finish, "stop") ? "stop" : "length";
}

static void
usage_json(const struct answer *a, const struct chat *c, struct buf *out)
{
	buf_fmt(out,
	    "\"usage\":{\"prompt_tokens\":%ld,\"total_tokens\":%ld,"
	    "\"completion_tokens\":%ld,\"prompt_tokens_details\":null}",
	    c->prompt_tokens, c->prompt_tokens + a->tokens, a->tokens);
}

static void
answer_head(const struct answer *a, const struct chat *c, const char *object, struct buf *out)
{
	buf_fmt(out,
	    "{\"id\":\"chatcmpl-%016lx\",\"object\":\"%s\",\"created\":%lld,\"model\":", a->id,
	    object, (long long)time(NULL));
	buf_str(out, c->o->model, strlen(c->o->model));
}

void
answer_json(const struct answer *a, const struct chat *c, struct buf *out)
{
	if (a->garbage) {
		buf_fmt(out, "{\"id\":\"chatcmpl-, choices: [<html>");
		return;
	}
	answer_head(a, c, "chat.completion", out);
	buf_fmt(out,
	    ",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
	    "\"reasoning_content\":null,\"content\":");
	if (a->is_null)
		buf_add(out, "null", 4);
	else
		buf_str(out, a->text.p, a->text.len);
	buf_fmt(out,
	    ",\"tool_calls\":[]},\"logprobs\":null,\"finish_reason\":\"%s\","
	    "\"stop_reason\":null}],",
	    a->finish);
	usage_json(a, c, out);
	buf_fmt(out, ",\"prompt_logprobs\":null}");
}

static void
stream_event(struct buf *out, const struct buf *event)
{
	buf_fmt(out, "%zx\r\ndata: ", event->len + 8);
	buf_add(out, event->p, event->len);
	buf_add(out, "\n\n\r\n", 4);
}

static void
stream_chunk(const struct answer *a, const struct chat *c, const char *rest, struct buf *out)
{
	struct buf event = { .most = 65536 };

	answer_head(a, c, "chat.completion.chunk", &event);
	buf_add(&event, rest, strlen(rest));
	buf_add(&event, "}", 1);
	stream_event(out, &event);
	buf_release(&event);
}

void
stream_begin(const struct answer *a, const struct chat *c, struct buf *out)
{
	stream_chunk(a, c,
	    ",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
	    "\"logprobs\":null,\"finish_reason\":null}]",
	    out);
}

size_t
stream_token(const struct answer *a, const struct chat *c, size_t pos, struct buf *out)
{
	size_t end = token_end(&a->text, pos);
	struct buf rest = { .most = 1024 };

	buf_fmt(&rest, ",\"choices\":[{\"index\":0,\"delta\":{\"content\":");
	buf_str(&rest, a->text.p + pos, end - pos);
	buf_fmt(&rest, "},\"logprobs\":null,\"finish_reason\":null}]");
	stream_chunk(a, c, rest.p, out);
	buf_release(&rest);
	return end;
}

void
stream_finish(const struct answer *a, const struct chat *c, struct buf *out)
{
	struct buf rest = { .most = 1024 };

	buf_fmt(&rest,
	    ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"logprobs\":null,"
	    "\"finish_reason\":\"%s\",\"stop_reason\":null}]",
	    a->finish);
	stream_chunk(a, c, rest.p, out);
	rest.len = 0;
	if (c->include_usage) {
		buf_fmt(&rest, ",\"choices\":[],");
		usage_json(a, c, &rest);
		stream_chunk(a, c, rest.p, out);
	}
	rest.len = 0;
	buf_fmt(&rest, "[DONE]");
	stream_event(out, &rest);
	buf_add(out, "0\r\n\r\n", 5);
	buf_release(&rest);
}

void
error_json(const struct options *o, const struct chat *c, struct buf *out)
{
	buf_fmt(out, o->flat ? "{\"object\":\"error\",\"message\":" : "{\"error\":{\"message\":");
	buf_str(out, c->message, strlen(c->message));
	buf_fmt(out, ",\"type\":\"%s\",\"param\":null,\"code\":%d%s",
	    c->error_type ? c->error_type : "BadRequestError", c->status, o->flat ? "}" : "}}");
}

void
models_json(const struct options *o, struct buf *out)
{
	struct buf id = { .most = 1024 };

	buf_str(&id, o->model, strlen(o->model));
	buf_fmt(out,
	    "{\"object\":\"list\",\"data\":[{\"id\":%s,\"object\":\"model\",\"created\":%lld,"
	    "\"owned_by\":\"vllm\",\"root\":%s,\"parent\":null,\"max_model_len\":%ld,"
	    "\"permission\":[]}]}",
	    id.p, (long long)time(NULL), id.p, o->max_model_len);
	buf_release(&id);
}

void
metrics_text(const struct stats *s, const struct options *o, struct buf *out)
{
	static const char *const what[] = { "running", "waiting" };
	long value[] = { s->running, s->waiting };
	int i;

	for (i = 0; i < 2; i++)
		buf_fmt(out,
		    "# HELP vllm:num_requests_%s Number of requests %s.\n"
		    "# TYPE vllm:num_requests_%s gauge\n"
		    "vllm:num_requests_%s{engine=\"0\",model_name=\"%s\"} %ld.0\n",
		    what[i], what[i], what[i], what[i], o->model, value[i]);
}

struct page *
stats_page(struct stats *s, uint64_t key)
{
	size_t i = (size_t)(key * 0x9e3779b97f4a7c15 >> 47); /* of 2 * PAGES_MOST */

	if (!s->pages && !(s->pages = calloc((size_t)2 * PAGES_MOST, sizeof *s->pages)))
		abort();
	while (s->pages[i].asked && s->pages[i].key != key)
		i = (i + 1) % ((size_t)2 * PAGES_MOST);
	if (s->pages[i].asked)
		return &s->pages[i];
	if (s->n_pages == PAGES_MOST)
		return NULL;
	s->n_pages++;
	s->pages[i].key = key;
	return &s->pages[i];
}

static void
pages_json(const struct stats *s, struct buf *out)
{
	const char *comma = "";
	size_t i;

	for (i = 0; s->pages && i < (size_t)2 * PAGES_MOST; i++) {
		if (!s->pages[i].asked)
			continue;
		buf_fmt(out, "%s\"%016llx\":{\"asked\":%ld,\"answered\":%ld}", comma,
		    (unsigned long long)s->pages[i].key, s->pages[i].asked, s->pages[i].answered);
		comma = ",";
	}
}

void
stats_json(const struct stats *s, const struct options *o, struct buf *out)
{
	const char *comma = "";
	struct rusage u;
	int i;

	getrusage(RUSAGE_SELF, &u);
	buf_fmt(out, "{\"requests\":%ld,\"chats\":%ld,\"aborted\":%ld,\"status\":{", s->requests,
	    s->chats, s->aborted);
	for (i = 0; i < 600; i++)
		if (s->status[i]) {
			buf_fmt(out, "%s\"%d\":%ld", comma, i, s->status[i]);
			comma = ",";
		}
	buf_fmt(out,
	    "},\"in_flight\":%ld,\"max_in_flight\":%ld,\"running\":%ld,\"max_running\":%ld,"
	    "\"waiting\":%ld,\"max_waiting\":%ld,\"connections\":%ld,\"open\":%ld,\"max_open\":%ld,",
	    s->in_flight, s->max_in_flight, s->running, s->max_running, s->waiting, s->max_waiting,
	    s->connections, s->open, s->max_open);
	buf_fmt(out,
	    "\"bytes_in\":%llu,\"bytes_out\":%llu,\"seed\":%ld,\"cpu_ms\":%lld,\"rss_kib\":%ld,"
	    "\"pages\":%zu,\"keys\":{",
	    (unsigned long long)s->bytes_in, (unsigned long long)s->bytes_out, o->seed,
	    (long long)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
		(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000,
	    u.ru_maxrss, s->n_pages);
	pages_json(s, out);
	buf_fmt(out, "}}\n");
}

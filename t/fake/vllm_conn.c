/*
 * vllm_conn.c - what becomes of a request
 *
 * It is answered at once, or waits for a place in the batch, has it until it
 * is due, and is sent: whole, token by token, or as badly as the script says.
 * Nothing is freed here: an event of the same round may be of a dead connection.
 */
#include "fake/vllm_conn.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINGER_MS 2000
#define STREAM_AHEAD ((size_t)64 << 10)

struct server sv;

static void
conn_due(struct conn *c, int64_t at_ms)
{
	c->due_ms = at_ms;
	if (at_ms < sv.next_ms)
		sv.next_ms = at_ms;
}

/* What epoll is to tell of it. */
void
conn_watch(struct conn *c)
{
	struct epoll_event e = { .events = EPOLLRDHUP, .data.ptr = c };

	if (c->phase == DEAD)
		return;
	if (c->phase == HEAD || c->phase == BODY || c->phase == LINGER)
		e.events = EPOLLIN;
	if (c->blocked)
		e.events |= EPOLLOUT;
	if (e.events == c->events)
		return;
	epoll_ctl(sv.epoll, c->events ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, c->fd, &e);
	c->events = e.events;
}

static void
conn_log(const struct conn *c, int aborted)
{
	const struct chat *q = &c->chat;
	struct buf line = { .most = 65536 };
	int status = aborted && !c->sent ? 0 : c->status;

	if (!sv.log)
		return;
	buf_fmt(&line, "{\"t_ms\":%lld,\"ms\":%lld,\"key\":\"%016llx\",\"status\":%d,",
	    (long long)(sv.now_ms - sv.start_ms), (long long)(sv.now_ms - c->began_ms),
	    (unsigned long long)q->key, status);
	if (q->temperature < 0)
		buf_fmt(&line, "\"temperature\":null,");
	else
		buf_fmt(&line, "\"temperature\":%g,", q->temperature);
	buf_fmt(&line,
	    "\"aborted\":%s,\"cut\":%s,\"max_tokens\":%ld,\"xargs\":%s,\"stream\":%s,\"width\":%u,"
	    "\"height\":%u,\"colour\":%s,\"bytes\":%llu,\"finish\":",
	    aborted ? "true" : "false", c->is_cut ? "true" : "false", q->max_tokens,
	    q->has_xargs ? "true" : "false", q->stream ? "true" : "false", q->width, q->height,
	    q->colour ? "true" : "false", (unsigned long long)c->body_bytes);
	buf_fmt(&line, c->answer.finish ? "\"%s\"," : "null,", c->answer.finish);
	buf_fmt(&line, "\"prompt\":");
	buf_str(&line, q->prompt.p ? q->prompt.p : "", q->prompt.len);
	buf_fmt(&line, "}\n");
	fwrite(line.p, 1, line.len, sv.log);
	buf_release(&line);
}

static void
conn_give_slot(struct conn *c)
{
	sv.stats.running -= c->has_slot;
	c->has_slot = 0;
}

/* The request is no longer ours. */
static void
conn_let_go(struct conn *c, int aborted)
{
	struct conn **at;

	if (!c->in_flight)
		return;
	c->in_flight = 0;
	sv.stats.in_flight--;
	conn_give_slot(c);
	for (at = &sv.queue; *at && c->phase == WAITING; at = &(*at)->queued) {
		if (*at != c)
			continue;
		*at = c->queued;
		if (!*at)
			sv.queue_end = sv.queue ? at : NULL;
		sv.stats.waiting--;
		break;
	}
	sv.stats.aborted += aborted;
	if (c->phase == HEAD || c->phase == BODY)
		return;
	conn_log(c, aborted);
	if (!aborted)
		sv.n_answered++;
	if (sv.o.die_after && sv.n_answered >= sv.o.die_after)
		_exit(1);
}

void
conn_kill(struct conn *c, int aborted)
{
	if (c->phase == DEAD)
		return;
	conn_let_go(c, aborted);
	close(c->fd);
	c->phase = DEAD;
	c->due_ms = 0;
	*(c->prev ? &c->prev->next : &sv.conns) = c->next;
	if (c->next)
		c->next->prev = c->prev;
	c->next = sv.dead;
	sv.dead = c;
	sv.stats.open--;
}

static void
conn_reset(struct conn *c)
{
	struct linger none = { .l_onoff = 1 };

	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	c->phase = RUNNING;
	c->is_cut = 1;
	conn_kill(c, 0);
}

/* All of the answer is out. */
static void
conn_finish(struct conn *c)
{
	sv.stats.status[c->status]++;
	if (c->page && c->status == 200)
		c->page->answered++;
	conn_let_go(c, 0);
	c->page = NULL;
	c->out.len = c->out_pos = c->head.len = 0;
	c->due_ms = 0;
	c->sent = 0;
	c->phase = HEAD;
	c->route = NOWHERE;
	if (c->out.cap > STREAM_AHEAD)
		buf_release(&c->out);
	if (c->keep)
		return;
	shutdown(c->fd, SHUT_WR);
	c->phase = LINGER;
	conn_due(c, sv.now_ms + LINGER_MS);
}

/* Sends what may go out now. */
void
conn_flush(struct conn *c)
{
	const struct rule *r = &c->rule;
	int slow = c->in_flight && r->slow_ms > 0, cut = c->in_flight && r->cut >= 0;
	size_t want = c->out.len - c->out_pos;
	ssize_t n = 0;

	if (slow && want > (size_t)(r->slow_bytes > 0 ? r->slow_bytes : 1))
		want = (size_t)(r->slow_bytes > 0 ? r->slow_bytes : 1);
	if (cut && want > c->head_bytes + (uint64_t)r->cut - c->sent)
		want = (size_t)(c->head_bytes + (uint64_t)r->cut - c->sent);
	if (want > 0)
		n = send(c->fd, c->out.p + c->out_pos, want, MSG_NOSIGNAL);
	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		conn_kill(c, 1);
		return;
	}
	c->blocked = n < 0 || ((size_t)n < want);
	if (n > 0) {
		c->out_pos += (size_t)n;
		c->sent += (uint64_t)n;
		sv.stats.bytes_out += (uint64_t)n;
	}
	if (cut && c->sent == c->head_bytes + (uint64_t)r->cut) {
		c->is_cut = 1;
		conn_kill(c, 0);
	} else if (c->out_pos < c->out.len) {
		if (slow)
			conn_due(c, sv.now_ms + r->slow_ms);
	} else if (c->phase == SENDING) {
		conn_finish(c);
	} else {
		c->out.len = c->out_pos = 0;
	}
}

static const char *
reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} reasons[] = {
		{ 200, "OK" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 413, "Request Entity Too Large" },
		{ 429, "Too Many Requests" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
		{ 504, "Gateway Timeout" },
	};
	size_t i;

	for (i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "Of Its Own Kind";
}

/* The head of an answer whose body has n bytes; -1: comes in chunks. */
static void
conn_head(struct conn *c, int status, const char *type, int64_t n)
{
	char date[40];
	struct tm tm;
	time_t t = time(NULL);

	strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&t, &tm));
	c->status = status;
	c->out.len = c->out_pos = 0;
	c->sent = 0;
	buf_fmt(&c->out, "HTTP/1.1 %d %s\r\ndate: %s\r\nserver: uvicorn\r\n", status,
	    reason(status), date);
	if (n < 0)
		buf_fmt(&c->out, "transfer-encoding: chunked\r\n");
	else
		buf_fmt(&c->out, "content-length: %lld\r\n", (long long)n);
	if (n)
		buf_fmt(&c->out, "content-type: %.200s\r\n", type);
	if (c->route == CHAT && c->rule.retry_after >= 0)
		buf_fmt(&c->out, "retry-after: %ld\r\n", c->rule.retry_after);
	if (c->rule.location)
		buf_fmt(&c->out, "location: %.500s\r\n", c->rule.location);
	if (!c->keep)
		buf_fmt(&c->out, "connection: close\r\n");
	buf_add(&c->out, "\r\n", 2);
	c->head_bytes = c->out.len;
}

void
conn_reply(struct conn *c, int status, const char *type, const char *body, size_t n)
{
	conn_head(c, status, type, (int64_t)n);
	buf_add(&c->out, body, n);
	c->phase = SENDING;
	conn_flush(c);
}

void
conn_begin(struct conn *c)
{
	sv.stats.requests++;
	c->began_ms = sv.now_ms;
	c->script.len = 0;
	rule_init(&c->rule);
	c->answer.finish = NULL;
	c->is_cut = c->status = 0;
	if (c->route != CHAT)
		return;
	chat_release(&c->chat);
	chat_init(&c->chat, c->o);
	if (!c->is_json)
		chat_wrong(&c->chat, 0, 400,
		    "[\"Unsupported Media Type: Only 'application/json' is allowed\"]");
	c->in_flight = 1;
	if (++sv.stats.in_flight > sv.stats.max_in_flight)
		sv.stats.max_in_flight = sv.stats.in_flight;
}

/* An error of chat's, after so long. */
static void
chat_error(struct conn *c, const char *type, int64_t delay_ms)
{
	struct buf body = { .most = 4096 };

	error_json(c->o, &c->chat, &body);
	conn_head(c, c->chat.status, type, (int64_t)body.len);
	buf_add(&c->out, body.p, body.len);
	buf_release(&body);
	c->phase = RUNNING;
	conn_due(c, sv.now_ms + delay_ms);
}

static void
chat_enqueue(struct conn *c)
{
	c->phase = WAITING;
	c->queued = NULL;
	*(sv.queue_end ? sv.queue_end : &sv.queue) = c;
	sv.queue_end = &c->queued;
	sv.stats.waiting++;
}

/* The answer as it will be, before the script may be another. */
static void
chat_answer(struct conn *c)
{
	const char *type = c->rule.type ? c->rule.type : "application/json";
	struct buf body = { .most = (size_t)32 << 20 };

	c->answer.id = ++sv.n_ids;
	answer_make(&c->answer, &c->chat, &c->rule);
	if (c->chat.stream) {
		conn_head(c, 200, c->rule.type ? type : "text/event-stream; charset=utf-8", -1);
		stream_begin(&c->answer, &c->chat, &c->out);
		c->text_pos = 0;
	} else {
		answer_json(&c->answer, &c->chat, &body);
		conn_head(c, 200, type, (int64_t)body.len);
		buf_add(&c->out, body.p, body.len);
		buf_release(&body);
	}
	chat_enqueue(c);
}

static void
chat_scripted(struct conn *c)
{
	struct rule *r = &c->rule;
	struct asked a = { .on = "chat", .n = ++sv.n_asked, .chat = &c->chat };

	c->page = stats_page(&sv.stats, c->chat.key);
	a.attempt = c->page ? ++c->page->asked : 1;
	script_ask(&sv.script, &a, r);
	if (r->reset > 0) {
		conn_reset(c);
		return;
	}
	if (r->status >= 0 && r->status != 200) {
		chat_wrong(&c->chat, 0, (int)r->status, "%.400s",
		    r->message ? r->message : "The script says so.");
		chat_error(c, r->type ? r->type : "application/json",
		    r->delay_ms > 0 ? r->delay_ms : 0);
	} else if (sv.o.queue_max >= 0 && sv.o.batch &&
	    sv.stats.running + sv.stats.waiting >= sv.o.batch + sv.o.queue_max) {
		chat_wrong(&c->chat, 0, (int)sv.o.queue_status, "Too many requests are waiting.");
		chat_error(c, "application/json", 0);
	} else {
		chat_answer(c);
	}
	r->type = r->message = r->text = r->finish = r->location = NULL;
}

/* Models and health, which a rule may make fail. */
static void
plain_scripted(struct conn *c, const char *on, const struct buf *body)
{
	struct asked a = { .on = on, .n = sv.n_asked + 1 };
	struct rule r;

	script_ask(&sv.script, &a, &r);
	c->rule.location = r.location;
	conn_reply(c, r.status >= 0 ? (int)r.status : 200, "application/json", body->p, body->len);
	c->rule.location = NULL;
}

static void
script_posted(struct conn *c, struct buf *body)
{
	int bad;

	buf_add(&c->script, "", 0);
	bad = script_set(&sv.script, c->script.p, c->script.len, body) < 0;
	if (!bad)
		sv.n_asked = 0;
	buf_release(&c->script);
	conn_reply(c, bad ? 400 : 200, "text/plain; charset=utf-8", body->p, body->len);
}

static void
plain_asked(struct conn *c, struct buf *body)
{
	static const char json[] = "application/json";

	switch (c->route) {
	case MODELS:
		models_json(&sv.o, body);
		plain_scripted(c, "models", body);
		break;
	case HEALTH:
		plain_scripted(c, "health", body);
		break;
	case METRICS:
		metrics_text(&sv.stats, &sv.o, body);
		conn_reply(c, 200, "text/plain; version=0.0.4; charset=utf-8", body->p, body->len);
		break;
	case STATS:
		stats_json(&sv.stats, &sv.o, body);
		conn_reply(c, 200, json, body->p, body->len);
		break;
	case SCRIPT:
		script_posted(c, body);
		break;
	case UNAUTHORIZED:
		conn_reply(c, 401, json, "{\"error\":\"Unauthorized\"}", 24);
		break;
	case NOT_SO:
		conn_reply(c, 405, json, "{\"detail\":\"Method Not Allowed\"}", 31);
		break;
	default:
		conn_reply(c, 404, json, "{\"detail\":\"Not Found\"}", 22);
	}
}

void
conn_asked(struct conn *c)
{
	struct buf body = { .most = (size_t)16 << 20 };

	if (c->route != CHAT) {
		plain_asked(c, &body);
		buf_release(&body);
		return;
	}
	sv.stats.chats++;
	chat_end(&c->chat);
	if (c->chat.status)
		chat_error(c, "application/json", 0);
	else
		chat_scripted(c);
}

static void
conn_stream(struct conn *c)
{
	long token_ms = c->rule.token_ms >= 0 ? c->rule.token_ms : sv.o.token_ms;

	while (c->text_pos < c->answer.text.len && c->due_ms <= sv.now_ms &&
	    c->out.len - c->out_pos < STREAM_AHEAD) {
		c->text_pos = stream_token(&c->answer, &c->chat, c->text_pos, &c->out);
		conn_due(c, c->due_ms + token_ms);
	}
	if (c->text_pos == c->answer.text.len) {
		stream_finish(&c->answer, &c->chat, &c->out);
		conn_give_slot(c);
		c->due_ms = 0;
		c->phase = SENDING;
	}
	conn_flush(c);
	if (c->phase == STREAMING && c->blocked)
		c->due_ms = 0;
}

/* Those that have waited for longest come into the batch. */
void
conn_serve(void)
{
	struct conn *c;

	while ((c = sv.queue) && (!sv.o.batch || sv.stats.running < sv.o.batch)) {
		sv.queue = c->queued;
		if (!sv.queue)
			sv.queue_end = NULL;
		sv.stats.waiting--;
		if (++sv.stats.running > sv.stats.max_running)
			sv.stats.max_running = sv.stats.running;
		c->has_slot = 1;
		c->phase = RUNNING;
		conn_due(c,
		    sv.now_ms + (c->rule.delay_ms >= 0 ? c->rule.delay_ms : sv.o.latency_ms));
	}
	if (sv.stats.waiting > sv.stats.max_waiting)
		sv.stats.max_waiting = sv.stats.waiting;
}

void
conn_on_due(struct conn *c)
{
	if (c->phase == LINGER) {
		conn_kill(c, 0);
		return;
	}
	if (c->phase == STREAMING) {
		conn_stream(c);
		return;
	}
	if (c->phase == RUNNING) {
		if (c->rule.hang > 0) {
			c->due_ms = 0;
			return;
		}
		if (c->chat.stream && c->has_slot) {
			c->phase = STREAMING;
			conn_stream(c);
			return;
		}
		conn_give_slot(c);
		c->phase = SENDING;
	}
	c->due_ms = 0;
	conn_flush(c);
}

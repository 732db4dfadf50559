#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/loop.h"
#include "base/mem.h"
#include "model/answer.h"
#include "model/profile.h"
#include "model/queue.h"
#include "model/server.h"
#include "net/transfer.h"

enum { ASK_MS = 20000, BUSY_MS = 500, METRICS_MAX = 8 << 20, LOOK_LEAST = 4, WHERE_MAX = 160 };

static void server_probe(void *, short);

/* A host, and if ":" follows, a port: libcurl takes an empty one for 80. */
static bool
is_host(const char *s)
{
	const size_t n = strcspn(s, "/?#");
	const char *port = memrchr(s, ':', n);

	if (n == 0 || *s == ':' || (port && memchr(port, ']', n - (size_t)(port - s))))
		return n > 0 && *s != ':';
	return !port ||
	    (port + 1 < s + n && strspn(port + 1, "0123456789") == n - (size_t)(port + 1 - s));
}

int
server_init(struct server *s, const char *url, struct err *e)
{
	size_t n = strlen(url);

	if ((strncmp(url, "http://", 7) != 0 && strncmp(url, "https://", 8) != 0) ||
	    !strstr(url, "://")[3])
		return err_set(e, ERR_FATAL, CODE_OCR_SERVER,
		    "%s: a server's address begins with http:// or https://", url);
	/* It stands in arguments and in logs. */
	if (memchr(strstr(url, "://") + 3, '@', strcspn(strstr(url, "://") + 3, "/?#")))
		return err_set(e, ERR_FATAL, CODE_OCR_SERVER,
		    "a server's address holds no user: its key is for VLLM_API_KEY or --key-file");
	if (!is_host(strstr(url, "://") + 3))
		return err_set(e, ERR_FATAL, CODE_OCR_SERVER,
		    "%s: a server's address is http://HOST or http://HOST:PORT", url);
	while (!s->profile->converts && n > 0 && url[n - 1] == '/')
		n--;
	if (!s->profile->converts && n > 3 && strncmp(url + n - 3, "/v1", 3) == 0)
		n -= 3;
	s->url = mem_printf("%.*s", (int)n, url);
	s->without = jv_array();
	buf_init(&s->said, ANSWER_JSON_MAX);
	buf_init(&s->metrics, METRICS_MAX);
	return 0;
}

void
server_release(struct server *s)
{
	transfer_free(s->asking);
	transfer_free(s->looking);
	watch_free(s->timer);
	watch_free(s->look);
	buf_release(&s->said);
	buf_release(&s->metrics);
	jv_free(s->without);
	free(s->model);
	free(s->url);
}

bool
server_takes(const struct server *s, int64_t now_ms)
{
	return s->model && s->probe_ms == 0 && now_ms >= s->not_before_ms &&
	    s->in_hand < (s->refusals.whose == REFUSALS_ALL ? 1 : (long)s->limit);
}

struct transfer *
server_transfer(struct server *s, const char *path, struct transfer_conf *conf)
{
	char *url = mem_printf("%s%s", s->url, path);
	struct transfer *t;

	conf->url = url;
	t = transfer_new(s->transfers, conf);
	free(url); /* libcurl has a copy */
	if (s->auth)
		transfer_header(t, "Authorization", s->auth);
	return t;
}

/* Ask again, later each time. */
static void
server_is_down(struct server *s, const struct err *e)
{
	log_event(s->probe_ms ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARN, NULL, e,
	    "%s takes no pages: %s; it is asked again", s->url, e->msg);
	s->why = *e;
	s->shaky = true;
	s->probe_ms = s->probed_ms ? 2 * s->probed_ms : SERVER_PROBE_MS;
	if (s->probe_ms > SERVER_PROBE_MAX_MS)
		s->probe_ms = SERVER_PROBE_MAX_MS;
	s->probed_ms = s->probe_ms;
	watch_free(s->timer);
	s->timer = loop_timer(s->loop, s->probe_ms, server_probe, s);
}

static int
said_more(void *arg, const void *p, size_t n, struct err *e)
{
	struct server *s = arg;

	return buf_add(&s->said, p, n) == 0
	    ? 0
	    : err_set(e, ERR_TRANSIENT, CODE_OCR_ANSWER, "/v1/models has no end");
}

int
server_strange(const struct transfer *t, struct err *e)
{
	const long status = transfer_status(t);
	const char *location = status / 100 == 3 ? transfer_answer(t, "Location") : NULL;
	struct buf shown = BUF_INIT(WHERE_MAX);

	if (!location)
		return err_set(e, ERR_TRANSIENT, CODE_OCR_SERVER, "HTTP %ld", status);
	buf_shown(&shown, location, strlen(location));
	err_set(e, ERR_TRANSIENT, CODE_OCR_SERVER,
	    "HTTP %ld sends us to %.*s: no redirect is followed, so say the right address", status,
	    (int)shown.len, shown.p ? shown.p : "");
	buf_release(&shown);
	return -1;
}

/* What it says of itself in vain. -1: as e says. */
static int
understand_status(struct server *s, long status, struct err *e)
{
	struct err why;

	if (status == 401 || status == 403)
		return err_set(e, ERR_FATAL, CODE_OCR_KEY,
		    "%s refuses the key (HTTP %ld): see VLLM_API_KEY and --key-file", s->url,
		    status);
	/* Not everybody has models; a converter seldom answers what is no file. */
	if (s->profile->converts ? status / 100 == 2 || status / 100 == 4
				 : status == 404 || status == 405 || status == 501) {
		s->model = s->model ? s->model : mem_dup(s->profile->model);
		return 0;
	}
	server_strange(s->asking, &why);
	return err_set(e, ERR_TRANSIENT, CODE_OCR_SERVER, "%s: %s",
	    s->profile->converts ? "GET" : "/v1/models", why.msg);
}

/* What /v1/models came to. -1: as e says. */
static int
understand_models(struct server *s, struct err *e)
{
	const long status = transfer_status(s->asking);
	char *model;

	if (status != 200 || s->profile->converts)
		return understand_status(s, status, e);
	model = answer_model(s->said.p ? s->said.p : "", s->said.len, s->profile->model,
	    &s->context, e);
	if (!model)
		return -1;
	if (!s->model && strcmp(model, s->profile->model) != 0)
		log_event(LOG_LEVEL_INFO, NULL, NULL,
		    "%s has %s alone: its answers are not kept, but with --set model=%s", s->url,
		    model, model);
	free(s->model);
	s->model = model;
	return 0;
}

/* What waits there it need not have yet: of that our share, as others may ask it, too. */
static void
server_told(struct server *s, const struct queue *q)
{
	const double ours = (double)s->in_hand;
	const double bears = ours * q->running / fmax(1, q->running + q->waiting) + ours / 8;
	const bool queued = s->queues;

	s->queues = q->waiting > 0;
	if (queued && !s->queues)
		log_debug("%s is given more again: none wait there", s->url);
	if (!s->queues || bears >= s->limit)
		return;
	s->limit = fmax(1, bears);
	log_debug("%s is given %ld pages at once: %.0f wait there", s->url, (long)s->limit,
	    q->waiting);
}

static int
metrics_more(void *arg, const void *p, size_t n, struct err *e)
{
	struct server *s = arg;

	return buf_add(&s->metrics, p, n) == 0
	    ? 0
	    : err_set(e, ERR_PERMANENT, CODE_OCR_LARGE, "/metrics has no end");
}

/* Whether there is an answer, or may be one the next time. */
static bool
server_tells(struct server *s, const struct err *why)
{
	struct queue q;

	if (why)
		return !err_is(why, CODE_OCR_LARGE);
	if (transfer_status(s->looking) != 200 ||
	    !queue_read(&q, s->metrics.p ? s->metrics.p : "", s->metrics.len))
		return false;
	server_told(s, &q);
	return true;
}

static void
metrics_came(void *arg, const struct err *why)
{
	struct server *s = arg;
	const bool again = server_tells(s, why);

	transfer_free(s->looking);
	s->looking = NULL;
	if (again) {
		watch_again(s->look, SERVER_LOOK_MS);
		return;
	}
	watch_free(s->look);
	s->look = NULL;
	s->queues = false;
}

/* A request without a body; NULL with *e, fatal. */
static struct transfer *
server_get(struct server *s, const char *path, const struct transfer_ops *ops, struct err *e)
{
	struct transfer_conf conf = { .method = "GET",
		.fd = -1,
		.total_ms = ASK_MS,
		.ops = ops,
		.arg = s };
	struct transfer *t = server_transfer(s, path, &conf);

	if (transfer_go(t, e) == 0)
		return t;
	transfer_free(t);
	return NULL;
}

/* One of which some waited is looked at until they do not, however few it has now. */
static void
server_looks(void *arg, short revents)
{
	static const struct transfer_ops ops = { .body = metrics_more, .done = metrics_came };
	struct server *s = arg;
	struct err e;

	(void)revents;
	buf_clear(&s->metrics, 0);
	if ((s->queues || s->in_hand >= LOOK_LEAST) && !s->probe_ms)
		s->looking = server_get(s, "/metrics", &ops, &e);
	if (!s->looking)
		watch_again(s->look, SERVER_LOOK_MS);
}

static void server_waited(void *, short);

/* Pages are given to it when it has had its rest: who gives them is woken then. */
static void
server_wait(struct server *s)
{
	const int64_t left = s->not_before_ms - loop_now_ms();

	watch_free(s->timer);
	s->timer = left > 0 ? loop_timer(s->loop, (long)left, server_waited, s) : NULL;
}

/* It may have been told to wait longer meanwhile. */
static void
server_waited(void *arg, short revents)
{
	struct server *s = arg;

	(void)revents;
	server_wait(s);
	if (!s->timer)
		s->changed(s->arg, s, NULL);
}

static void
models_came(void *arg, const struct err *why)
{
	struct server *s = arg;
	struct err e;
	int r = -1;

	if (why)
		e = *why;
	else
		r = understand_models(s, &e);
	transfer_free(s->asking);
	s->asking = NULL;
	if (r == 0) {
		if (!s->look && !s->profile->converts)
			s->look = loop_timer(s->loop, SERVER_LOOK_MS, server_looks, s);
		if (s->probe_ms)
			log_event(LOG_LEVEL_INFO, NULL, NULL, "%s takes pages again", s->url);
		s->probe_ms = 0;
		s->fails = 0;
		server_wait(s);
		s->changed(s->arg, s, NULL);
	} else if (e.class == ERR_FATAL) {
		s->changed(s->arg, s, &e);
	} else {
		server_is_down(s, &e);
	}
}

static void
server_probe(void *arg, short revents)
{
	static const struct transfer_ops ops = { .body = said_more, .done = models_came };
	struct server *s = arg;
	struct err e;

	(void)revents;
	watch_free(s->timer);
	s->timer = NULL;
	buf_clear(&s->said, 0);
	s->asking = server_get(s, s->profile->converts ? "" : "/v1/models", &ops, &e);
	if (s->asking)
		return;
	s->changed(s->arg, s, &e);
}

void
server_ask(struct server *s)
{
	if (s->asked)
		return;
	s->asked = true;
	if (s->profile->converts) {
		s->model = mem_dup(s->profile->model);
		return;
	}
	s->timer = loop_timer(s->loop, 0, server_probe, s);
}

void
server_did_well(struct server *s)
{
	s->fails = 0;
	s->busy_ms = 0;
	s->shaky = false;
	s->why.code = NULL;
	s->probed_ms = 0;
	refusals_taken(&s->refusals);
	if (s->limit < s->most && !s->queues)
		s->limit += 1 / s->limit;
}

static void
server_halve(struct server *s, int64_t began_ms)
{
	/* What was sent before the last time says nothing new. */
	if (began_ms < s->halved_ms)
		return;
	s->halved_ms = loop_now_ms();
	s->limit = s->limit / 2 < 1 ? 1 : s->limit / 2;
	log_debug("%s is given %ld pages at once", s->url, (long)s->limit);
}

void
server_is_busy(struct server *s, int64_t began_ms, long retry_after_ms)
{
	const int64_t until = loop_now_ms() + (retry_after_ms ? retry_after_ms : BUSY_MS);

	s->busy_ms = loop_now_ms();
	server_halve(s, began_ms);
	if (until > s->not_before_ms)
		s->not_before_ms = until;
	if (!s->timer && !s->probe_ms)
		server_wait(s);
}

void
server_failed(struct server *s, int64_t began_ms, const struct err *gone)
{
	struct err e;

	s->fails++;
	s->busy_ms = 0;
	server_halve(s, began_ms);
	if ((!gone && s->fails < SERVER_FAILS) || s->probe_ms || s->asking)
		return;
	err_set(&e, ERR_TRANSIENT, CODE_OCR_SERVER, "it failed %d times in a row", s->fails);
	server_is_down(s, gone ? gone : &e);
}

/* Others that were on their way with it may have said so before. */
void
server_does_not_know(struct server *s, const char *key)
{
	const jv known =
	    jv_array_indexes(jv_copy(s->without), jv_array_append(jv_array(), jv_string(key)));

	if (jv_array_length(known) > 0)
		return;
	log_event(LOG_LEVEL_WARN, NULL, NULL, "%s does not know %s: it is not sent there", s->url,
	    key);
	s->without = jv_array_append(s->without, jv_string(key));
}

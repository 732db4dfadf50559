#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/err.h"
#include "base/loop.h"
#include "base/mem.h"
#include "net/curlcalls.h"
#include "net/transfer.h"

enum {
	CONNECT_MS = 10000,
	WAIT_S = 30,
	SLOW_BYTES = 1000, /* a second; less is as good as nothing */
	LOOK_MS = 1000,    /* how often it is looked at how fast a transfer is */
	READ_BYTES = 64 << 10,
	GIVE_BYTES = 512 << 10 /* at once, of a body that is made as it is sent */
};

/* libcurl, once it is loaded */
static struct {
#define X(name) __typeof__ (&(curl_##name))(name);
	CURLCALLS(X)
#undef X
} lib;

struct transfers {
	struct loop *loop;
	CURLM *multi;
	struct watch *timer;
	const char *ca_bundle;
	long wait_s;
};

struct transfer {
	struct transfers *all;
	struct transfer_conf conf; /* but for its strings */
	CURL *easy;
	struct curl_slist *headers;
	long long sent; /* bytes of the body */
	bool running;   /* the multi handle has it */
	bool headed;    /* the answer's headers are whole */
	bool bad;       /* a callback has failed: e says why */
	/* How long it may take, by the loop's clock: libcurl has its own. */
	struct watch *look;
	int64_t began_ms, looked_ms, fast_ms; /* fast: when it last was */
	long long moved;                      /* bytes, when it was looked at */
	struct err e;
	char why[CURL_ERROR_SIZE];
};

/* A socket that libcurl wants to be told about. */
struct sock {
	struct transfers *all;
	struct watch *watch;
	curl_socket_t fd;
};

static void transfer_reap(struct transfers *);

static void
on_socket(void *arg, short revents)
{
	struct sock *s = arg;
	struct transfers *h = s->all;
	int running,
	    what = (revents & POLLIN ? CURL_CSELECT_IN : 0) |
	    (revents & POLLOUT ? CURL_CSELECT_OUT : 0) |
	    (revents & ~(POLLIN | POLLOUT) ? CURL_CSELECT_ERR : 0);

	lib.multi_socket_action(h->multi, s->fd, what, &running);
	transfer_reap(h);
}

static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *sockp)
{
	struct transfers *h = arg;
	struct sock *s = sockp;
	short events =
	    (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0));

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s)
			watch_free(s->watch);
		free(s);
		lib.multi_assign(h->multi, fd, NULL);
		return 0;
	}
	if (!s) {
		s = mem_new(1, sizeof(*s));
		*s = (struct sock){ h, NULL, fd };
		s->watch = loop_fd(h->loop, fd, events, on_socket, s);
		lib.multi_assign(h->multi, fd, s);
	}
	watch_events(s->watch, events);
	return 0;
}

static void
on_timer(void *arg, short revents)
{
	struct transfers *h = arg;
	int running;

	(void)revents;
	watch_free(h->timer);
	h->timer = NULL;
	lib.multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	transfer_reap(h);
}

static int
set_timer(CURLM *multi, long ms, void *arg)
{
	struct transfers *h = arg;

	(void)multi;
	watch_free(h->timer);
	h->timer = ms < 0 ? NULL : loop_timer(h->loop, ms, on_timer, h);
	return 0;
}

/* libcurl takes an answer that ends within its headers for one without a body. */
static size_t
take_header(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *c = arg;

	/* A line, its end included. */
	c->headed = n * size <= 2 || (c->headed && strncmp(p, "HTTP/", 5) != 0);
	return n * size;
}

static size_t
take_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *c = arg;

	n *= size;
	if (!c->conf.ops->body || c->conf.ops->body(c->conf.arg, p, n, &c->e) == 0)
		return n;
	c->bad = true;
	return 0;
}

static bool
has_body(const struct transfer *c)
{
	return c->conf.fd >= 0 || c->conf.ops->give;
}

static long
give_file(struct transfer *c, char *p, size_t n)
{
	ssize_t got;

	do
		got = pread(c->conf.fd, p, n, (off_t)(c->conf.offset + c->sent));
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_sys(&c->e, ERR_TRANSIENT, CODE_IO_READ, "the file to be sent");
	if (got == 0)
		return err_set(&c->e, ERR_PERMANENT, CODE_IO_READ,
		    "the file to be sent has become shorter");
	return got;
}

static size_t
give_body(char *p, size_t size, size_t n, void *arg)
{
	struct transfer *c = arg;
	long long left = c->conf.length - c->sent;
	long got;

	n *= size;
	if ((long long)n > left)
		n = (size_t)left;
	if (n == 0)
		return 0;
	got = c->conf.ops->give ? c->conf.ops->give(c->conf.arg, c->sent, p, n, &c->e)
				: give_file(c, p, n);
	if (got > 0) {
		c->sent += got;
		return (size_t)got;
	}
	c->bad = true;
	return CURL_READFUNC_ABORT;
}

static int
seek_body(void *arg, curl_off_t offset, int whence)
{
	struct transfer *c = arg;

	if (whence != SEEK_SET)
		return CURL_SEEKFUNC_CANTSEEK;
	c->sent = offset;
	return CURL_SEEKFUNC_OK;
}

static int
close_on_exec(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	(void)arg, (void)purpose;
	return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? CURL_SOCKOPT_ERROR : CURL_SOCKOPT_OK;
}

static void
set_transport(struct transfer *c)
{
	CURL *x = c->easy;

	lib.easy_setopt(x, CURLOPT_URL, c->conf.url);
	lib.easy_setopt(x, CURLOPT_PRIVATE, c);
	lib.easy_setopt(x, CURLOPT_NOSIGNAL, 1L);
	lib.easy_setopt(x, CURLOPT_PATH_AS_IS, 1L);
	lib.easy_setopt(x, CURLOPT_PROTOCOLS_STR, "http,https");
	lib.easy_setopt(x, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	lib.easy_setopt(x, CURLOPT_FOLLOWLOCATION, 0L);
	lib.easy_setopt(x, CURLOPT_USERAGENT, "quire/" QUIRE_VERSION);
	lib.easy_setopt(x, CURLOPT_ERRORBUFFER, c->why);
	lib.easy_setopt(x, CURLOPT_BUFFERSIZE, (long)READ_BYTES);
	lib.easy_setopt(x, CURLOPT_SOCKOPTFUNCTION, close_on_exec);
	lib.easy_setopt(x, CURLOPT_WRITEFUNCTION, take_body);
	lib.easy_setopt(x, CURLOPT_WRITEDATA, c);
	lib.easy_setopt(x, CURLOPT_HEADERFUNCTION, take_header);
	lib.easy_setopt(x, CURLOPT_HEADERDATA, c);
	if (c->all->ca_bundle) {
		/* Alone: libcurl's own directory would go on being trusted. */
		lib.easy_setopt(x, CURLOPT_CAINFO, c->all->ca_bundle);
		lib.easy_setopt(x, CURLOPT_CAPATH, NULL);
	}
	/* Or the end of a transfer would wait for a resolver that hangs. */
	lib.easy_setopt(x, CURLOPT_QUICK_EXIT, 1L);
}

static void
set_method(struct transfer *c)
{
	const char *method = c->conf.method;
	CURL *x = c->easy;

	if (!strcmp(method, "HEAD"))
		lib.easy_setopt(x, CURLOPT_NOBODY, 1L);
	else if (has_body(c))
		lib.easy_setopt(x, CURLOPT_UPLOAD, 1L);
	lib.easy_setopt(x, CURLOPT_CUSTOMREQUEST, method);
	if (!has_body(c))
		return;
	lib.easy_setopt(x, CURLOPT_INFILESIZE_LARGE, (curl_off_t)c->conf.length);
	lib.easy_setopt(x, CURLOPT_READFUNCTION, give_body);
	lib.easy_setopt(x, CURLOPT_READDATA, c);
	if (c->conf.ops->give)
		lib.easy_setopt(x, CURLOPT_UPLOAD_BUFFERSIZE, (long)GIVE_BYTES);
	lib.easy_setopt(x, CURLOPT_SEEKFUNCTION, seek_body);
	lib.easy_setopt(x, CURLOPT_SEEKDATA, c);
}

struct transfer *
transfer_new(struct transfers *all, const struct transfer_conf *conf)
{
	struct transfer *c = mem_new(1, sizeof(*c));

	c->all = all;
	c->conf = *conf;
	c->easy = lib.easy_init();
	if (!c->easy)
		mem_gone();
	set_transport(c);
	set_method(c);
	/* Nothing that libcurl would add by itself and wait for. */
	transfer_header(c, "Expect", NULL);
	return c;
}

static void
transfer_stop(struct transfer *c)
{
	watch_free(c->look);
	c->look = NULL;
	if (c->running)
		lib.multi_remove_handle(c->all->multi, c->easy);
	c->running = false;
}

void
transfer_free(struct transfer *c)
{
	if (!c)
		return;
	transfer_stop(c);
	lib.easy_cleanup(c->easy);
	lib.slist_free_all(c->headers);
	free(c);
}

void
transfer_header(struct transfer *c, const char *name, const char *value)
{
	char *line = !value ? mem_printf("%s:", name)
	    : *value        ? mem_printf("%s: %s", name, value)
			    : mem_printf("%s;", name);
	struct curl_slist *more = lib.slist_append(c->headers, line);

	free(line);
	if (!more)
		mem_gone();
	c->headers = more;
}

long long
transfer_bytes(const struct transfer *c)
{
	curl_off_t down = 0, up = 0;

	lib.easy_getinfo(c->easy, CURLINFO_SIZE_DOWNLOAD_T, &down);
	lib.easy_getinfo(c->easy, CURLINFO_SIZE_UPLOAD_T, &up);
	return (long long)down + up;
}

long
transfer_ms(const struct transfer *c)
{
	return (long)(loop_now_ms() - c->began_ms);
}

/* 0 while it may go on. */
static int
takes_too_long(struct transfer *c, int64_t now, struct err *e)
{
	long long moved = transfer_bytes(c);
	curl_off_t connected = 0;

	if (c->conf.total_ms > 0 && now - c->began_ms >= c->conf.total_ms)
		return err_set(e, ERR_TRANSIENT, CODE_HTTP_TIMEOUT, "not done within %ld ms",
		    c->conf.total_ms);
	lib.easy_getinfo(c->easy, CURLINFO_PRETRANSFER_TIME_T, &connected);
	if (!connected && now - c->began_ms >= CONNECT_MS)
		return err_set(e, ERR_TRANSIENT, CODE_HTTP_TIMEOUT, "no connection within %d s",
		    CONNECT_MS / 1000);
	if (c->conf.patient || !connected ||
	    (moved - c->moved) * 1000 >= SLOW_BYTES * (now - c->looked_ms))
		c->fast_ms = now;
	c->moved = moved;
	c->looked_ms = now;
	if (now - c->fast_ms >= c->all->wait_s * 1000)
		return err_set(e, ERR_TRANSIENT, CODE_HTTP_TIMEOUT,
		    "less than %d bytes a second for %ld s", SLOW_BYTES, c->all->wait_s);
	return 0;
}

/* The next look: in time for the end of the total. */
static long
look_ms(const struct transfer *c, int64_t now)
{
	int64_t left = c->conf.total_ms > 0 ? c->began_ms + c->conf.total_ms - now : LOOK_MS;

	return left < LOOK_MS ? (long)left : LOOK_MS;
}

static void
on_look(void *arg, short revents)
{
	struct transfer *c = arg;
	int64_t now = loop_now_ms();

	(void)revents;
	if (takes_too_long(c, now, &c->e) == 0) {
		watch_again(c->look, look_ms(c, now));
		return;
	}
	transfer_stop(c);
	c->conf.ops->done(c->conf.arg, &c->e);
}

int
transfer_go(struct transfer *c, struct err *e)
{
	CURLMcode r;

	lib.easy_setopt(c->easy, CURLOPT_HTTPHEADER, c->headers);
	r = lib.multi_add_handle(c->all->multi, c->easy);
	if (r != CURLM_OK)
		return err_set(e, ERR_FATAL, CODE_HTTP_SETUP, "%s", lib.multi_strerror(r));
	c->running = true;
	c->began_ms = c->looked_ms = c->fast_ms = loop_now_ms();
	c->look = loop_timer(c->all->loop, look_ms(c, c->began_ms), on_look, c);
	return 0;
}

/* What libcurl says; but of a proxy that may be a piece of its variable, password and all. */
static int
transport_error(struct transfer *c, CURLcode code, struct err *e)
{
	const char *why =
	    *c->why && code != CURLE_COULDNT_RESOLVE_PROXY ? c->why : lib.easy_strerror(code);
	long sent = 0, tunnel = 0;

	if (strncmp(c->why, "Unsupported proxy", 17) == 0)
		return err_set(e, ERR_FATAL, CODE_HTTP_SETUP,
		    "the proxy that is set in the environment cannot be used");
	lib.easy_getinfo(c->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
	if (tunnel / 100 == 4 && tunnel != 408 && tunnel != 429)
		return err_set(e, ERR_FATAL, CODE_HTTP_SETUP,
		    "the proxy refuses to lead there (HTTP %ld)", tunnel);
	/* It also says of what is no HTTP that the protocol is unsupported. */
	lib.easy_getinfo(c->easy, CURLINFO_REQUEST_SIZE, &sent);
	if (code == CURLE_URL_MALFORMAT || (code == CURLE_UNSUPPORTED_PROTOCOL && sent == 0))
		return err_set(e, ERR_FATAL, CODE_HTTP_SETUP, "%s", why);
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		return err_set(e, ERR_FATAL, CODE_HTTP_TLS, "%s", why);
	return err_set(e, ERR_TRANSIENT,
	    code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY
		? CODE_HTTP_RESOLVE
		: code == CURLE_COULDNT_CONNECT    ? CODE_HTTP_CONNECT
		: code == CURLE_OPERATION_TIMEDOUT ? CODE_HTTP_TIMEOUT
						   : CODE_HTTP_TRANSFER,
	    "%s", why);
}

/* Ends of transfers may begin and end others: one message at a time. */
static void
transfer_reap(struct transfers *all)
{
	struct transfer *c;
	CURLMsg *m;
	CURLcode code;
	int left;

	while ((m = lib.multi_info_read(all->multi, &left)) != NULL) {
		if (m->msg != CURLMSG_DONE)
			continue;
		lib.easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		code =
		    m->data.result == CURLE_OK && !c->headed ? CURLE_PARTIAL_FILE : m->data.result;
		transfer_stop(c);
		if (!c->bad && code != CURLE_OK) {
			c->bad = true;
			transport_error(c, code, &c->e);
		}
		c->conf.ops->done(c->conf.arg, c->bad ? &c->e : NULL);
	}
}

struct transfers *
transfers_new(struct loop *l, const char *ca_bundle, struct err *e)
{
	const char *wait = getenv("QUIRE_HTTP_WAIT");
	struct transfers *all;

	if (curlcalls_load(&lib, e) < 0)
		return NULL;
	all = mem_new(1, sizeof(*all));
	all->loop = l;
	all->ca_bundle = ca_bundle;
	all->wait_s = wait ? strtol(wait, NULL, 10) : 0;
	if (all->wait_s < 1 || all->wait_s > 86400)
		all->wait_s = WAIT_S;
	if (lib.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(all->multi = lib.multi_init())) {
		free(all);
		err_set(e, ERR_FATAL, CODE_HTTP_SETUP, "libcurl cannot be used");
		return NULL;
	}
	lib.multi_setopt(all->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	lib.multi_setopt(all->multi, CURLMOPT_SOCKETDATA, all);
	lib.multi_setopt(all->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	lib.multi_setopt(all->multi, CURLMOPT_TIMERDATA, all);
	return all;
}

void
transfers_free(struct transfers *all)
{
	if (!all)
		return;
	lib.multi_cleanup(all->multi);
	watch_free(all->timer);
	free(all);
	lib.global_cleanup();
}

long
transfer_status(const struct transfer *c)
{
	long status = 0;

	lib.easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

const char *
transfer_answer(const struct transfer *c, const char *name)
{
	struct curl_header *h;

	return lib.easy_header(c->easy, name, 0, CURLH_HEADER, -1, &h) == CURLHE_OK ? h->value
										    : NULL;
}

long long
transfer_length(const struct transfer *c)
{
	curl_off_t n = -1;

	lib.easy_getinfo(c->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n);
	return n;
}

#include <sys/stat.h>

#include "unit/net/exchange.h"
#include "unit/scratch.h"

/* One GET of what the server says so. */
static void
bad_get(const char *text, enum web_then then, long status)
{
	struct one o = { .over = 0 };

	begin(NULL);
	web_raw(web, text, then);
	go(&o, (struct transfer_conf){ .method = "GET", .url = url("http", web->port), .fd = -1 });
	is_bad(&o, ERR_TRANSIENT, "http.transfer");
	CHECK(transfer_status(o.t) == status);
	forget(&o);
	end();
}

static void
tells_bad_answers(void)
{
	char *huge = mem_new(200001, 1);

	bad_get("", WEB_CLOSE, 0);
	bad_get("", WEB_RESET, 0);
	bad_get("SSH-2.0-OpenSSH_9.2\r\n", WEB_CLOSE, 0);
	bad_get("HTTP/7.3 200 OK\r\n\r\n", WEB_CLOSE, 0);
	bad_get("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", WEB_CLOSE, 200);
	bad_get("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", WEB_RESET, 200);
	bad_get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", WEB_CLOSE,
	    200);
	bad_get("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n", WEB_KEEP, 200);
	bad_get("HTTP/1.1 200 OK\r\nContent-Le", WEB_CLOSE, 200);
	/* A header above any bound. */
	memset(huge, 'x', 200000);
	memcpy(huge, "HTTP/1.1 200 OK\r\nX: ", 20);
	bad_get(huge, WEB_CLOSE, 200);
	free(huge);
}

/* Two statuses: the second is no header. */
static void
takes_one_status(void)
{
	bad_get("HTTP/1.1 200 OK\r\nHTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", WEB_KEEP,
	    200);
}

static void
does_head(void)
{
	struct one o = { .over = 0 };

	begin(NULL);
	web_raw(web, "HTTP/1.1 404 Not Found\r\nX: y\r\nContent-Length: 123\r\n\r\n", WEB_KEEP);
	for (int i = 0; i < 2; i++) {
		go(&o,
		    (struct transfer_conf){ .method = "HEAD",
			.url = url("http", web->port),
			.fd = -1 });
		CHECK(!o.failed && o.bodies == 0 && transfer_status(o.t) == 404);
		CHECK(transfer_length(o.t) == 123);
		CHECK_STR(transfer_answer(o.t, "x"), "y");
		CHECK(!transfer_answer(o.t, "z"));
		forget(&o);
	}
	CHECK(web->nconns == 1 && strncmp(web->asked[0].head, "HEAD / ", 7) == 0);
	end();
}

static void
tells_who_is_not_there(void)
{
	struct one o = { .over = 0 };

	begin(NULL);
	go(&o,
	    (struct transfer_conf){ .method = "GET", .url = url("http", web_no_port()), .fd = -1 });
	is_bad(&o, ERR_TRANSIENT, "http.connect");
	forget(&o);
	go(&o, (struct transfer_conf){ .method = "GET", .url = "http://quire.invalid/", .fd = -1 });
	/* Where the resolver itself is gone, nobody says that there is no such host. */
	is_bad(&o, ERR_TRANSIENT,
	    strcmp(o.e.code, "http.timeout") ? "http.resolve" : "http.timeout");
	CHECK(strstr(o.e.msg, "invalid") || o.ms >= 9000);
	forget(&o);
	go(&o, (struct transfer_conf){ .method = "GET", .url = "http://[::1/", .fd = -1 });
	is_bad(&o, ERR_FATAL, "http.setup");
	forget(&o);
	go(&o, (struct transfer_conf){ .method = "GET", .url = "file:///etc/passwd", .fd = -1 });
	is_bad(&o, ERR_FATAL, "http.setup");
	CHECK(o.bodies == 0);
	forget(&o);
	end();
}

/* TLS to a port that answers as servers do whom one speaks so to. */
static void
tells_plain_from_tls(void)
{
	struct one o = { .over = 0 };

	begin(NULL);
	web->greeting = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
	go(&o, (struct transfer_conf){ .method = "GET", .url = url("https", web->port), .fd = -1 });
	is_bad(&o, ERR_TRANSIENT, "http.transfer");
	CHECK(web->nasked == 0 && o.ms < 9000);
	forget(&o);
	end();
	begin("/nonexistent/bundle.pem");
	go(&o, (struct transfer_conf){ .method = "GET", .url = url("https", web->port), .fd = -1 });
	is_bad(&o, ERR_FATAL, "http.tls");
	forget(&o);
	end();
}

/* One GET through the proxy so named; the error says none of it. */
static void
bad_proxy(const char *variable, const char *proxy, enum err_class class, const char *code)
{
	struct one o = { .over = 0 };

	setenv(variable, proxy, 1);
	go(&o,
	    (struct transfer_conf){ .method = "GET",
		.url = strcmp(variable, "http_proxy") ? "https://quire.invalid/"
						      : "http://quire.invalid/",
		.fd = -1 });
	unsetenv(variable);
	/* As of a host that is not known. */
	is_bad(&o, class,
	    !strcmp(code, "http.resolve") && !strcmp(o.e.code, "http.timeout") ? o.e.code : code);
	CHECK(!strstr(o.e.msg, "CANARY"));
	forget(&o);
}

static void
tells_bad_proxies(void)
{
	static const char *const answers[] = { "407 Proxy Authentication Required", "403 Forbidden",
		"429 Too Many Requests", "502 Bad Gateway" };
	char proxy[80];

	begin(NULL);
	bad_proxy("http_proxy", "http://user:CANARY/SECRET@proxy:8080", ERR_FATAL, "http.setup");
	bad_proxy("https_proxy", "http://user:CANARY/SECRET@proxy:8080", ERR_FATAL, "http.setup");
	bad_proxy("http_proxy", "odd://user:CANARY@proxy:8080", ERR_FATAL, "http.setup");
	bad_proxy("http_proxy", "http://CANARY.invalid/SECRET@proxy:8080", ERR_TRANSIENT,
	    "http.resolve");
	snprintf(proxy, sizeof(proxy), "http://user:CANARY@127.0.0.1:%d", web_no_port());
	bad_proxy("http_proxy", proxy, ERR_TRANSIENT, "http.connect");
	/* What it says of a tunnel. */
	snprintf(proxy, sizeof(proxy), "http://user:CANARY@127.0.0.1:%d", web->port);
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		web_forget(web);
		web_say(web, answers[i], "", "")->then = WEB_CLOSE;
		bad_proxy("https_proxy", proxy, i < 2 ? ERR_FATAL : ERR_TRANSIENT,
		    i < 2 ? "http.setup" : "http.transfer");
		CHECK(web->nasked == 1);
	}
	end();
}

/* A socket or pipe of libcurl's must not go to a child; and none is left open. */
static int
count_fds(void)
{
	int n = 0;

	for (int fd = 3; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
leaves_no_descriptor(void)
{
	struct stat st;
	struct one o = { .over = 0 };
	int was = count_fds(), sockets = 0;

	begin(NULL);
	web_say(web, "200 OK", "", "");
	go(&o, (struct transfer_conf){ .method = "GET", .url = url("http", web->port), .fd = -1 });
	CHECK(!o.failed && count_fds() > was);
	for (int fd = 3; fd < 256; fd++) {
		struct sockaddr_in at = { .sin_family = AF_UNSPEC };
		socklen_t len = sizeof(at);

		if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode) ||
		    getpeername(fd, (struct sockaddr *)&at, &len) < 0 || at.sin_family != AF_INET)
			continue;
		sockets++;
		CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	}
	CHECK(sockets == 2);
	forget(&o);
	end();
	CHECK(count_fds() == was);
}

static void
waits_no_longer_than_told(void)
{
	static const char part[] = "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nhalf";
	struct one o = { .over = 0 };

	setenv("QUIRE_HTTP_WAIT", "1", 1);
	loop_leap(true);
	begin(NULL);
	/* No answer at all, half of one, and one that does not take the body. */
	for (int i = 0; i < 3; i++) {
		int fd = scratch();

		web_raw(web, i == 1 ? part : "", WEB_STALL)->early = i == 2;
		CHECK(ftruncate(fd, 32 << 20) == 0);
		go(&o,
		    (struct transfer_conf){ .method = i == 2 ? "PUT" : "GET",
			.url = url("http", web->port),
			.fd = i == 2 ? fd : -1,
			.length = i == 2 ? 32 << 20 : 0 });
		is_bad(&o, ERR_TRANSIENT, "http.timeout");
		/* Debian 13's libcurl pushes a little a second on, until the buffers are full. */
		CHECK(o.ms >= 1000 && o.ms < (i == 2 ? 60000 : 15000));
		forget(&o);
		close(fd);
	}
	end();
	/* What is no such number counts as not there: only the total ends it. */
	setenv("QUIRE_HTTP_WAIT", "-1", 1);
	begin(NULL);
	web_raw(web, "", WEB_STALL);
	go(&o,
	    (struct transfer_conf){ .method = "GET",
		.url = url("http", web->port),
		.fd = -1,
		.total_ms = 1500 });
	is_bad(&o, ERR_TRANSIENT, "http.timeout");
	CHECK(o.ms >= 1400);
	forget(&o);
	end();
	loop_leap(false);
	unsetenv("QUIRE_HTTP_WAIT");
}

static void
ends_when_freed(void)
{
	struct one o = { .bad_body = true };
	struct transfer_conf conf = { .method = "GET", .fd = -1, .ops = &ops, .arg = &o };
	struct err e;

	begin(NULL);
	transfer_free(NULL);
	conf.url = url("http", web->port);
	web_raw(web, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", WEB_STALL);
	transfer_free(transfer_new(all, &conf));
	CHECK(transfer_go(o.t = transfer_new(all, &conf), &e) == 0);
	web_until(loop, &web->nasked, 1);
	forget(&o);
	web_linger(loop, 50);
	CHECK(o.over == 0);
	o.bad_body = true;
	web_say(web, "500 Oops", "", "text");
	go(&o, conf);
	is_bad(&o, ERR_PERMANENT, "test.body");
	CHECK(o.bodies == 1);
	forget(&o);
	end();
	transfers_free(NULL);
}

int
main(void)
{
	web_clean();
	tells_bad_answers();
	takes_one_status();
	does_head();
	tells_who_is_not_there();
	tells_plain_from_tls();
	tells_bad_proxies();
	leaves_no_descriptor();
	waits_no_longer_than_told();
	ends_when_freed();
	return 0;
}

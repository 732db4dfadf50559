#include <time.h>

#include "unit/net/httpcall.h"
#include "unit/scratch.h"

static struct loop *loop;
static struct http *http;
static struct web *web;

/* What a test begins and ends with. */
static void
begin(void)
{
	struct err e;

	loop = loop_new();
	http = http_new(loop, NULL, &e);
	CHECK(http);
	web = web_new(loop);
}

static void
end(struct call *c, int n)
{
	for (int i = 0; i < n; i++)
		buf_release(&c[i].got);
	http_free(http);
	web_free(web);
	loop_free(loop);
}

static void
gets_one(void)
{
	struct call c = { 0 };

	begin();
	web_say(web, "200 OK", "X: one\r\n", "hello");
	call_get(&c, http, web);
	CHECK(c.attempts == 0);
	web_until(loop, &c.over, 1);
	call_well(&c, "hello");
	CHECK(c.attempts == 1 && c.judged == 1 && c.status == 200 && c.length == 5);
	CHECK_STR(c.x, "one");
	CHECK_STR(c.x_early, "one");
	CHECK_STR(c.text, "");
	CHECK(strncmp(web->asked[0].head, "GET /path?query HTTP/1.1\r\n", 26) == 0);
	CHECK_STR(web_header(&web->asked[0], "X-Attempt"), "1");
	CHECK_STR(web_header(&web->asked[0], "X-Empty"), "");
	CHECK(
	    !web_header(&web->asked[0], "Expect") && !web_header(&web->asked[0], "Content-Length"));
	CHECK(!web_header(&web->asked[0], "Accept-Encoding"));
	CHECK(strncmp(web_header(&web->asked[0], "User-Agent"), "quire/", 6) == 0);
	end(&c, 1);
}

static void
keeps_connections(void)
{
	struct call c[5] = { 0 };

	begin();
	web_say(web, "200 OK", "", "x");
	for (int i = 0; i < 5; i++) {
		call_get(&c[i], http, web);
		web_until(loop, &c[i].over, 1);
		call_well(&c[i], "x");
	}
	CHECK(web->nasked == 5 && web->nconns == 1);
	end(c, 5);
}

static void
does_many_at_once(void)
{
	static struct call c[100];
	char text[16];

	begin();
	for (int i = 0; i < 100; i++) {
		snprintf(text, sizeof(text), "%d", i);
		web_say(web, i % 2 ? "404 Not Found" : "200 OK", "", text);
		call_get(&c[i], http, web);
	}
	for (int i = 0; i < 100; i++)
		web_until(loop, &c[i].over, 1);
	for (int i = 0; i < 100; i++)
		if (c[i].status == 200)
			CHECK(!c[i].failed && c[i].got.len > 0 &&
			    (c[i].got.p[c[i].got.len - 1] - '0') % 2 == 0);
		else
			CHECK(c[i].failed && c[i].bodies == 0 && atol(c[i].text) % 2 == 1);
	CHECK(web->nasked == 100 && web->nconns > 1);
	end(c, 100);
}

/* One that gets better, one that never does, and two that are given up at once. */
static void
tries_again(void)
{
	struct call c[4] = { 0 };
	struct web *bad;

	begin();
	bad = web_new(loop);
	web_say(web, "500 Oops", "", "one");
	web_say(web, "503 Slow Down", "X: gone\r\n", "two");
	web_say(web, "200 OK", "", "three");
	call_get(&c[0], http, web);
	web_say(bad, "500 Oops", "", "never");
	call_get(&c[1], http, bad);
	web_until(loop, &c[0].over, 1);
	call_well(&c[0], "three");
	CHECK(c[0].attempts == 3 && c[0].judged == 3 && web->nasked == 3);
	CHECK_STR(c[0].x, "");
	CHECK_STR(c[0].text, "");
	CHECK_STR(web_header(&web->asked[2], "X-Attempt"), "3");
	web_say(web, "404 Not Found", "", "");
	call_get(&c[2], http, web);
	c[3].bad_attempts = 1;
	c[3].class = ERR_TRANSIENT;
	call_get(&c[3], http, web);
	for (int i = 1; i < 4; i++)
		web_until(loop, &c[i].over, 1);
	call_failed(&c[1], ERR_TRANSIENT, "test.status");
	CHECK_STR(c[1].text, "never");
	CHECK(c[1].attempts == HTTP_ATTEMPTS && bad->nasked == HTTP_ATTEMPTS);
	call_failed(&c[2], ERR_PERMANENT, "test.status");
	call_failed(&c[3], ERR_TRANSIENT, "test.attempt");
	CHECK(c[2].attempts == 1 && c[3].attempts == 1 && web->nasked == 4);
	web_free(bad);
	end(c, 4);
}

/* What body() and judge() find wrong with an answer that is all right. */
static void
heeds_callbacks(void)
{
	struct call c[4] = { { .bad_bodies = 1, .class = ERR_PERMANENT },
		{ .bad_bodies = 2, .class = ERR_TRANSIENT },
		{ .bad_judges = 1, .class = ERR_FATAL },
		{ .bad_judges = 2, .class = ERR_TRANSIENT } };

	begin();
	web_say(web, "200 OK", "", "fine");
	for (int i = 0; i < 4; i++)
		call_get(&c[i], http, web);
	for (int i = 0; i < 4; i++)
		web_until(loop, &c[i].over, 1);
	call_failed(&c[0], ERR_PERMANENT, "test.body");
	CHECK(c[0].judged == 0 && c[0].attempts == 1 && c[0].bodies == 1);
	call_well(&c[1], "fine");
	CHECK(c[1].attempts == 3 && c[1].judged == 1);
	call_failed(&c[2], ERR_FATAL, "test.judge");
	CHECK(c[2].judged == 1 && c[2].attempts == 1);
	call_well(&c[3], "fine");
	CHECK(c[3].attempts == 3 && c[3].judged == 3);
	end(c, 4);
}

/* How long a call takes that is told to come again, then. */
static int64_t
told(const char *header, struct call *c)
{
	int64_t from = loop_now_ms();

	begin();
	web_say(web, "503 Slow Down", header, "");
	web_say(web, "200 OK", "", "");
	call_get(c, http, web);
	web_until(loop, &c->over, 1);
	end(c, 1);
	return loop_now_ms() - from;
}

static void
heeds_retry_after(void)
{
	static const struct {
		const char *text;
		long ms;
	} far[] = { { "61", 61000 }, { "86400", 86400000 }, { "99999999999999999999", 86400000 },
		{ "Fri, 31 Dec 9999 23:59:59 GMT", 86400000 } };
	static const char *const none[] = { "0", "-5", "", "soon", "1.5", "61 s",
		"Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 2094" };
	char header[128], date[64];
	time_t now, t;

	for (size_t i = 0; i < sizeof(far) / sizeof(*far); i++) {
		struct call c = { 0 };

		snprintf(header, sizeof(header), "Retry-After: %s\r\n", far[i].text);
		told(header, &c);
		call_failed(&c, ERR_TRANSIENT, "test.status");
		CHECK(c.attempts == 1 && c.e.retry_after_ms == far[i].ms);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		struct call c = { 0 };

		snprintf(header, sizeof(header), "Retry-After: %s\r\n", none[i]);
		told(header, &c);
		CHECK(!c.failed && c.attempts == 2);
	}
	CHECK(told("Retry-After: 1\r\n", &(struct call){ 0 }) >= 1000);
	now = time(NULL);
	t = now + 3;
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&t));
	snprintf(header, sizeof(header), "Retry-After: %s\r\n", date);
	/* Not before; by a clock that may be a tick behind. */
	CHECK(now + told(header, &(struct call){ 0 }) / 1000 >= t - 1);
}

/* 500, of which each takes 5; and one comes back with a success. */
static void
has_a_budget(void)
{
	static struct call c[60];
	struct call one = { 0 };
	int n = 0;

	begin();
	web_say(web, "500 Oops", "", "");
	for (int i = 0; i < 60; i++)
		call_get(&c[i], http, web);
	for (int i = 0; i < 60; i++) {
		web_until(loop, &c[i].over, 1);
		n += c[i].attempts - 1;
	}
	CHECK(n == 100);
	call_get(&one, http, web);
	web_until(loop, &one.over, 1);
	CHECK(one.failed && one.attempts == 1);
	web_say(web, "200 OK", "", "");
	for (int i = 0; i < 5; i++) {
		struct call ok = { 0 };

		call_get(&ok, http, web);
		web_until(loop, &ok.over, 1);
		CHECK(!ok.failed);
	}
	web_say(web, "500 Oops", "", "");
	one = (struct call){ 0 };
	call_get(&one, http, web);
	web_until(loop, &one.over, 1);
	CHECK(one.failed && one.attempts == 2);
	end(c, 60);
}

static void
cancels_early(void)
{
	struct call c = { 0 };

	begin();
	web_say(web, "503 Slow Down", "Retry-After: 1\r\n", "");
	http_cancel(NULL);
	call_get(&c, http, web);
	http_cancel(c.call);
	web_linger(loop, 50);
	CHECK(c.attempts == 0 && web->nasked == 0);
	/* While it waits for another attempt. */
	call_get(&c, http, web);
	web_until(loop, &c.judged, 1);
	http_cancel(c.call);
	web_linger(loop, 1200);
	CHECK(c.attempts == 1 && c.over == 0 && web->nasked == 1);
	end(&c, 1);
}

static void
cancels_in_flight(void)
{
	static const char part[] = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf";
	struct call c[3] = { 0 };

	begin();
	web_raw(web, part, WEB_STALL);
	call_get(&c[0], http, web);
	web_until(loop, &c[0].bodies, 1);
	http_cancel(c[0].call);
	CHECK(c[0].over == 0 && c[0].judged == 0);
	/* By another that ends, while the server says nothing at all. */
	web_raw(web, "", WEB_STALL);
	call_get(&c[1], http, web);
	web_until(loop, &web->nasked, 2);
	c[2].cancels = &c[1].call;
	web_say(web, "200 OK", "", "");
	call_get(&c[2], http, web);
	web_until(loop, &c[2].over, 1);
	web_linger(loop, 50);
	CHECK(c[1].over == 0 && c[1].attempts == 1);
	end(c, 3);
}

/* Ends that come in one turn: the first done() ends the other. */
static void
cancels_one_another(void)
{
	struct call c[2];

	begin();
	web_say(web, "200 OK", "", "x");
	for (int i = 0; i < 50; i++) {
		memset(c, 0, sizeof(c));
		for (int j = 0; j < 2; j++) {
			c[j].cancels = &c[!j].call;
			call_get(&c[j], http, web);
		}
		while (c[0].over + c[1].over == 0)
			loop_turn(loop, 1000);
		loop_turn(loop, 0);
		CHECK(c[0].over + c[1].over == 1);
		buf_release(&c[0].got);
		buf_release(&c[1].got);
	}
	end(c, 0);
}

static void
keeps_of_an_error_what_it_may(void)
{
	struct call c = { 0 };
	char *text = mem_new(HTTP_TEXT_MAX + 10000, 1);

	begin();
	memset(text, 'x', HTTP_TEXT_MAX + 9999);
	web_say(web, "400 Bad", "", text);
	call_get(&c, http, web);
	web_until(loop, &c.over, 1);
	call_failed(&c, ERR_PERMANENT, "test.status");
	CHECK(c.text_len == HTTP_TEXT_MAX && c.bodies == 0 && c.length == HTTP_TEXT_MAX + 9999);
	free(text);
	end(&c, 1);
}

static void
knows_statuses(void)
{
	static const struct {
		const char *text;
		long status;
		const char *x, *body;
	} all[] = {
		{ "HTTP/1.1 100 Continue\r\nX: a\r\n\r\nHTTP/1.1 103 Early Hints\r\nX: b\r\n\r\n"
		  "HTTP/1.1 200 OK\r\nX: c\r\nContent-Length: 1\r\n\r\nz",
		    200, "c", "z" },
		{ "HTTP/1.1 204 No Content\r\nX: d\r\n\r\n", 204, "d", "" },
		{ "HTTP/1.1 206 Partial\r\nx: e\r\nContent-Length: 2\r\n\r\nzz", 206, "e", "zz" },
		{ "HTTP/1.1 304 Not Modified\r\nX: f\r\nContent-Length: 9\r\n\r\n", 304, "f", "" },
		{ "HTTP/1.1 301 Moved\r\nX: g\r\nLocation: /path?query\r\nContent-Length: 0\r\n\r\n",
		    301, "g", "" },
		{ "HTTP/1.1 200 OK\r\nX: h\r\nX: i\r\nTransfer-Encoding: chunked\r\n\r\n"
		  "1\r\ny\r\n2\r\nes\r\n0\r\n\r\n",
		    200, "h", "yes" },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct call c = { 0 };

		begin();
		web_raw(web, all[i].text, WEB_KEEP);
		call_get(&c, http, web);
		web_until(loop, &c.over, 1);
		CHECK(c.failed == (all[i].status >= 300) && c.status == all[i].status);
		CHECK_STR(c.x, all[i].x);
		CHECK(c.got.len == strlen(all[i].body) && web->nasked == 1);
		end(&c, 1);
	}
}

int
main(void)
{
	web_clean();
	loop_leap(true);
	gets_one();
	keeps_connections();
	does_many_at_once();
	tries_again();
	heeds_callbacks();
	heeds_retry_after();
	has_a_budget();
	cancels_early();
	cancels_in_flight();
	cancels_one_another();
	keeps_of_an_error_what_it_may();
	knows_statuses();
	return 0;
}

#include "unit/s3/s3web.h"
#include "unit/scratch.h"

struct call {
	struct s3_call *call;
	int begun, over, wholes, bad_wholes;
	bool failed;
	struct err e;
	struct buf got;
	long long length;
	char etag[64];
};

static void
again(void *arg)
{
	struct call *c = arg;

	c->begun++;
	c->got.len = 0;
}

static int
body(struct s3_call *s, void *arg, const void *p, size_t n, struct err *e)
{
	struct call *c = arg;

	(void)e;
	c->length = s3_length(s);
	return buf_add(&c->got, p, n);
}

static int
whole(struct s3_call *s, void *arg, struct err *e)
{
	struct call *c = arg;

	c->wholes++;
	snprintf(c->etag, sizeof(c->etag), "%s", s3_answer(s, "etag") ? s3_answer(s, "etag") : "");
	return c->bad_wholes-- > 0 ? err_set(e, ERR_TRANSIENT, "test.whole", "as told") : 0;
}

static void
done(void *arg, const struct err *e)
{
	struct call *c = arg;

	c->over++;
	c->failed = e != NULL;
	if (e)
		c->e = *e;
}

static const struct s3_ops all_ops = { again, body, whole, done }, few_ops = { .done = done };

/* A call of that method, to its end. */
static struct call
ask(const char *method, const char *bucket, const char *key, const struct s3_ops *ops)
{
	struct s3_name name = { (char *)(size_t)bucket, (char *)(size_t)key };
	struct call c = { 0 };
	struct s3_request r = { .method = method, .name = &name, .fd = -1, .ops = ops, .arg = &c };

	buf_init(&c.got, 1 << 20);
	c.call = s3_start(s3, &r);
	web_until(loop, &c.over, 1);
	buf_release(&c.got);
	return c;
}

/* Where a bucket's key is asked for, by request line and Host. */
static void
is_at(enum s3_style style, const char *before, const char *after, const char *bucket,
    const char *key, const char *target, const char *host)
{
	char want[300];
	struct call c;

	s3web_begin(before, after, style);
	web_say(web, "200 OK", "", "x");
	c = ask("GET", bucket, key, &all_ops);
	if (c.failed)
		fprintf(stderr, "%s: %s\n", c.e.code, c.e.msg);
	CHECK(!c.failed);
	s3web_asked(0, "GET", target);
	snprintf(want, sizeof(want), "%s:%d", host, web->port);
	CHECK_STR(web_header(&web->asked[0], "Host"), want);
	s3web_end();
}

static void
finds_buckets(void)
{
	static const char ip[] = "http://127.0.0.1", name[] = "http://localhost";

	is_at(S3_STYLE_AUTO, ip, "", "bucket", "key", "/bucket/key", "127.0.0.1");
	is_at(S3_STYLE_AUTO, name, "/", "bucket", "", "/bucket", "localhost");
	is_at(S3_STYLE_PATH, name, "/a/b~c/", "bucket", "key", "/a/b~c/bucket/key", "localhost");
	is_at(S3_STYLE_VIRTUAL, name, "", "bucket", "key", "/key", "bucket.localhost");
	is_at(S3_STYLE_VIRTUAL, name, "", "bucket", "", "/", "bucket.localhost");
	is_at(S3_STYLE_VIRTUAL, name, "/a", "bucket", "k/", "/a/k/", "bucket.localhost");
	is_at(S3_STYLE_VIRTUAL, name, "", "b.with.dots", "k", "/b.with.dots/k", "localhost");
	is_at(S3_STYLE_VIRTUAL, name, "", "Capital", "k", "/Capital/k", "localhost");
	is_at(S3_STYLE_AUTO, name, "", "tenant:b", "k", "/tenant%3Ab/k", "localhost");
	/* An address has no subdomains. */
	is_at(S3_STYLE_VIRTUAL, ip, "", "bucket", "key", "/bucket/key", "127.0.0.1");
}

/* Through a proxy, which is this server: any host can be asked for so. */
static void
is_proxied(const char *endpoint, enum s3_style style, const char *target, const char *host)
{
	char proxy[64];
	struct err e;
	struct call c;

	s3web_local();
	s3_free(s3);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", web->port);
	setenv("http_proxy", proxy, 1);
	setenv("AWS_ENDPOINT_URL", endpoint, 1);
	s3 = s3_new(loop, style, &e);
	CHECK(s3);
	web_say(web, "200 OK", "", "x");
	c = ask("GET", "bucket", "k/../ey", &all_ops);
	CHECK(!c.failed);
	s3web_asked(0, "GET", target);
	CHECK_STR(web_header(&web->asked[0], "Host"), host);
	s3web_end();
	unsetenv("http_proxy");
}

/* Of AWS itself, by the tunnel that is asked for. */
static void
is_aws(const char *region, const char *host)
{
	char proxy[64], want[200];
	struct err e;
	struct call c;

	s3web_local();
	s3_free(s3);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%d", web->port);
	setenv("https_proxy", proxy, 1);
	unsetenv("AWS_ENDPOINT_URL");
	setenv("AWS_REGION", region, 1);
	s3 = s3_new(loop, S3_STYLE_AUTO, &e);
	CHECK(s3);
	web_say(web, "403 Forbidden", "", "")->then = WEB_CLOSE;
	c = ask("GET", "bucket", "key", &all_ops);
	CHECK(c.failed && c.e.class == ERR_FATAL);
	CHECK_STR(c.e.code, "http.setup");
	snprintf(want, sizeof(want), "CONNECT %s:443 HTTP/1.1\r\n", host);
	CHECK(web->nasked == 1 && strncmp(web->asked[0].head, want, strlen(want)) == 0);
	s3web_end();
	unsetenv("https_proxy");
}

static void
names_hosts(void)
{
	is_aws("eu-west-1", "bucket.s3.eu-west-1.amazonaws.com");
	is_aws("cn-north-1", "bucket.s3.cn-north-1.amazonaws.com.cn");
	is_aws("eusc-de-east-1", "bucket.s3.eusc-de-east-1.amazonaws.eu");
	is_proxied("http://s3.test:80", S3_STYLE_AUTO, "http://s3.test/bucket/k/../ey", "s3.test");
	is_proxied("http://s3.test:8080", S3_STYLE_VIRTUAL, "http://bucket.s3.test:8080/k/../ey",
	    "bucket.s3.test:8080");
	is_proxied("http://[2001:db8::1]:80", S3_STYLE_VIRTUAL,
	    "http://[2001:db8::1]/bucket/k/../ey", "[2001:db8::1]");
	is_proxied("http://[2001:db8::1]:8080", S3_STYLE_AUTO,
	    "http://[2001:db8::1]:8080/bucket/k/../ey", "[2001:db8::1]:8080");
	is_proxied("http://s3.test:443/", S3_STYLE_AUTO, "http://s3.test:443/bucket/k/../ey",
	    "s3.test:443");
}

/* Amazon S3 User Guide, "Naming objects": any UTF-8; and stores take any byte. */
static void
sends_keys_as_they_are(void)
{
	char key[256], want[800] = "/bucket/";
	size_t n = strlen(want);

	for (int c = 1; c < 256; c++) {
		key[c - 1] = (char)c;
		if (c == '/' ||
		    (c < 0x80 &&
			(strchr("-._~", c) || (c >= '0' && c <= '9') ||
			    ((c | 32) >= 'a' && (c | 32) <= 'z'))))
			n += (size_t)snprintf(want + n, sizeof(want) - n, "%c", c);
		else
			n += (size_t)snprintf(want + n, sizeof(want) - n, "%%%02X", (unsigned)c);
	}
	key[255] = '\0';
	s3web_local();
	web_say(web, "200 OK", "", "");
	CHECK(!ask("GET", "bucket", key, &all_ops).failed);
	s3web_asked(0, "GET", want);
	CHECK(!ask("GET", "bucket", "/lead//and/./../../trail/", &all_ops).failed);
	s3web_asked(1, "GET", "/bucket//lead//and/./../../trail/");
	CHECK(!ask("GET", "bucket", "..", &all_ops).failed);
	s3web_asked(2, "GET", "/bucket/..");
	CHECK(!ask("GET", "bucket", "a?b#c%2F", &all_ops).failed);
	s3web_asked(3, "GET", "/bucket/a%3Fb%23c%252F");
	s3web_end();
}

static void
signs(void)
{
	static const char empty[] =
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	static const char begins[] = "AWS4-HMAC-SHA256 Credential=KEYID/";
	const struct s3_header headers[] = { { "x-amz-meta-b", "v" }, { "If-Match", "\"e\"" } };
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t) "key" };
	int fd = scratch_with("content", 7);
	struct call c = { 0 };
	struct s3_request r = { .method = "PUT",
		.name = &name,
		.query = "a=b",
		.headers = headers,
		.nheaders = 2,
		.fd = fd,
		.length = 7,
		.ops = &few_ops,
		.arg = &c };
	const char *text;

	setenv("AWS_SESSION_TOKEN", "to/ken+", 1);
	s3web_local();
	s3_free(s3);
	setenv("AWS_SESSION_TOKEN", "to/ken+", 1);
	s3 = s3_new(loop, S3_STYLE_AUTO, &c.e);
	CHECK(s3);
	web_say(web, "503 Slow Down", "", "");
	web_say(web, "201 Created", "", "");
	s3_start(s3, &r);
	web_until(loop, &c.over, 1);
	CHECK(!c.failed && web->nasked == 2);
	s3web_asked(1, "PUT", "/bucket/key?a=b");
	CHECK_STR(web->asked[1].body, "content");
	for (int i = 0; i < 2; i++) {
		text = web_header(&web->asked[i], "Authorization");
		CHECK(text && strncmp(text, begins, strlen(begins)) == 0);
		CHECK(strstr(text,
		    "/eu-test-1/s3/aws4_request, SignedHeaders=host;if-match;x-amz-content-sha256;"
		    "x-amz-date;x-amz-meta-b;x-amz-security-token, Signature="));
	}
	CHECK_STR(web_header(&web->asked[0], "x-amz-security-token"), "to/ken+");
	CHECK_STR(web_header(&web->asked[0], "x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
	CHECK(strlen(web_header(&web->asked[0], "x-amz-date")) == 16);
	CHECK(!strstr(web->asked[0].head, "CANARY"));
	CHECK(!ask("DELETE", "bucket", "key", &few_ops).failed);
	s3web_asked(2, "DELETE", "/bucket/key");
	CHECK_STR(web_header(&web->asked[2], "x-amz-content-sha256"), empty);
	close(fd);
	s3web_end();
}

/* A line's end in a header is refused before anything is sent. */
static void
sends_no_second_header(void)
{
	static const char *const bad[] = { "a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1" };
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t) "key" };

	s3web_local();
	web_say(web, "200 OK", "", "");
	for (int i = 0; i < 3; i++) {
		const struct s3_header h = { "If-Match", bad[i] };
		struct call c = { 0 };
		struct s3_request r = { .method = "GET",
			.name = &name,
			.headers = &h,
			.nheaders = 1,
			.fd = -1,
			.ops = &few_ops,
			.arg = &c };

		s3_start(s3, &r);
		web_until(loop, &c.over, 1);
		CHECK(c.failed && c.e.class == ERR_VALIDATION && !strstr(c.e.msg, "Evil"));
		CHECK_STR(c.e.code, "sign.request");
	}
	CHECK(web->nasked == 0);
	s3web_end();
}

static void
is_refused(struct call c, enum err_class class, const char *code)
{
	CHECK(c.over == 1 && c.failed && c.e.class == class);
	CHECK_STR(c.e.code, code);
	CHECK(!strstr(c.e.msg, "CANARY"));
}

static void
judges(void)
{
	static const char denied[] =
	    "<Error><Code>AccessDenied</Code><Message>No</Message></Error>";
	struct call c;

	s3web_local();
	web_say(web, "403 Forbidden", "x-amz-request-id: R\r\n", denied);
	c = ask("GET", "bucket", "key", &all_ops);
	is_refused(c, ERR_PERMANENT, "s3.AccessDenied");
	CHECK_STR(c.e.msg, "GET s3://bucket/key: No (HTTP 403, request R)");
	CHECK(c.begun == 1 && c.wholes == 0);
	web_say(web, "301 Moved",
	    "x-amz-bucket-region: us-west-2\r\nLocation: http://127.0.0.1:1/\r\n", "");
	c = ask("HEAD", "bucket", "", &all_ops);
	is_refused(c, ERR_PERMANENT, "s3.PermanentRedirect");
	CHECK(strstr(c.e.msg, "its region is us-west-2"));
	/* A refusal behind a status that was sent before. */
	web_say(web, "200 OK", "", denied);
	is_refused(ask("PUT", "bucket", "key", &few_ops), ERR_PERMANENT, "s3.AccessDenied");
	is_refused(ask("GET", "bucket", "key", &all_ops), ERR_PERMANENT, "s3.AccessDenied");
	/* An object that looks like one has an ETag. */
	web_say(web, "200 OK", "ETag: \"e\"\r\n", denied);
	c = ask("GET", "bucket", "key", &all_ops);
	CHECK(!c.failed && c.length == (long long)strlen(denied));
	web_say(web, "500 Oops", "", "");
	web_say(web, "200 OK", "ETag: \"e\"\r\n", "x");
	c = ask("GET", "bucket", "key", &all_ops);
	CHECK(!c.failed && c.begun == 2 && c.wholes == 1 && c.length == 1);
	CHECK_STR(c.etag, "\"e\"");
	s3web_end();
}

/* Good statuses that are no good answer to a GET of the whole. */
static void
takes_no_part(void)
{
	static const char *const statuses[] = { "206 Partial Content", "203 Non-Authoritative",
		"204 No Content" };

	for (int i = 0; i < 3; i++) {
		struct call c;

		s3web_local();
		web_say(web, statuses[i], "Content-Range: bytes 0-0/9\r\n", i == 2 ? "" : "x");
		web_say(web, "200 OK", "", "whole");
		c = ask("GET", "bucket", "key", &all_ops);
		CHECK(!c.failed && c.begun == 2 && c.wholes == 1 && web->nasked == 2);
		web_say(web, "204 No Content", "", "");
		CHECK(!ask("DELETE", "bucket", "key", &all_ops).failed);
		s3web_end();
	}
}

static void
cancels(void)
{
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t) "key" };
	struct call c = { 0 };
	struct s3_request r = { .method = "GET",
		.name = &name,
		.fd = -1,
		.ops = &all_ops,
		.arg = &c };

	s3web_local();
	buf_init(&c.got, 100);
	web_raw(web, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", WEB_STALL);
	s3_cancel(NULL);
	s3_cancel(s3_start(s3, &r));
	web_linger(loop, 20);
	CHECK(web->nasked == 0 && c.begun == 0);
	c.call = s3_start(s3, &r);
	while (c.got.len == 0)
		loop_turn(loop, 1000);
	s3_cancel(c.call);
	web_linger(loop, 20);
	CHECK(c.over == 0 && c.begun == 1);
	buf_release(&c.got);
	s3web_end();
}

int
main(void)
{
	finds_buckets();
	names_hosts();
	sends_keys_as_they_are();
	signs();
	sends_no_second_header();
	judges();
	takes_no_part();
	cancels();
	return 0;
}

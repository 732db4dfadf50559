/* What cannot be signed is refused, and said without what is secret. */
#include <stdint.h>

#include "unit/aws/signexample.h"

static void
refused(const struct sigv4_key *key, const struct sigv4_req *r, const char *code, const char *says)
{
	struct buf b = BUF_INIT(4096);
	struct err e = { .code = "" };

	CHECK(buf_adds(&b, "as it was") == 0);
	CHECK(sigv4_authorization(key, r, &b, &e) == -1);
	CHECK_STR(e.code, code);
	CHECK(e.class == (strcmp(code, "sign.key") ? ERR_VALIDATION : ERR_FATAL));
	CHECK(strstr(e.msg, says));
	CHECK_STR(text(&b), "as it was");
	CHECK(!strstr(e.msg, key->secret) && !strstr(e.msg, "TOKEN"));
	buf_release(&b);
}

static void
bad_request(struct sigv4_req r, const char *says)
{
	refused(&s3, &r, "sign.request", says);
}

static void
bad_paths(void)
{
	static const char *const bad[] = {
		"",
		"a",
		"/a b",
		"/\xc3\xbc",
		"/%c3%bc",
		"/%C3%bC",
		"/a+b",
		"/a?b",
		"/%",
		"/%4",
		"/%4G",
		"/%41",
		"/%2F",
		"/%7E",
		"/$",
		"/a\n",
		"/#",
	};
	static const char *const good[] = {
		"/",
		"//",
		"/a/../b/./c",
		"/%2B%20%25%00%0A",
		"/~-._",
		"/a//",
		"/%C3%BC",
	};
	struct sigv4_req r = plain;
	struct buf b = BUF_INIT(4096);
	struct err e;

	for (size_t i = 0; i < LEN(bad); i++) {
		r.path = bad[i];
		bad_request(r, "path");
	}
	for (size_t i = 0; i < LEN(good); i++) {
		char want[64];

		r.path = good[i];
		buf_clear(&b, 4096);
		CHECK(sigv4_canonical(&r, &b, &e) == 0);
		snprintf(want, sizeof(want), "GET\n%s\n\nhost:", good[i]);
		CHECK(!strncmp(text(&b), want, strlen(want)));
	}
	buf_release(&b);
}

static void
bad_queries(void)
{
	static const char *const bad[] = {
		"%",
		"a=%",
		"a=%2",
		"a=%2&b",
		"%=1",
		"%4=1",
		"a=%zz",
		"a=%2g",
		"a&%",
	};
	static char longest[SIGV4_QUERY_MAX + 2];
	struct sigv4_req r = plain;
	struct buf b = BUF_INIT(4096);
	struct err e;

	for (size_t i = 0; i < LEN(bad); i++) {
		r.query = bad[i];
		bad_request(r, "hex digits");
	}
	memset(longest, '&', SIGV4_QUERY_MAX);
	r.query = longest;
	CHECK(sigv4_canonical(&r, &b, &e) == 0);
	CHECK(!strncmp(text(&b), "GET\n/\n\nhost:", 12));
	buf_release(&b);
	memset(longest, 'a', SIGV4_QUERY_MAX + 1);
	bad_request(r, "too long");
	/* the most that encoding adds */
	memset(longest, '/', SIGV4_QUERY_MAX);
	longest[SIGV4_QUERY_MAX] = '\0';
	authorized(&s3, &r,
	    "AWS4-HMAC-SHA256 "
	    "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
	    "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
	    "1828bf89ebfce322fe1119d15c3621a63ce4eb0e9e0614d13637a0a87c652244");
}

static void
bad_headers(void)
{
	static const char *const bad_names[] = { "", "a b", "a:", "\xc3\xbc", "a\r\nb", "(a)" };
	static const char *const bad_values[] = { "a\nb", "a\r", "\n", "\x01", "\x7f", "a\v" };
	struct sigv4_header v[5] = { plain_headers[0], plain_headers[1], plain_headers[2],
		{ "x-amz-meta-a", "1" }, { "x-amz-meta-b", "2" } };
	struct sigv4_req r = plain;

	r.headers = v, r.nheaders = 4;
	for (size_t i = 0; i < LEN(bad_names); i++) {
		v[3].name = bad_names[i];
		bad_request(r, "header's name");
	}
	v[3].name = "x-amz-meta-a";
	for (size_t i = 0; i < LEN(bad_values); i++) {
		v[3].value = bad_values[i];
		bad_request(r, "x-amz-meta-a");
	}
	v[3].value = "1";
	v[0].name = "hos";
	bad_request(r, "no host");
	v[0].name = "host", v[2].name = "date";
	bad_request(r, "no x-amz-date");
	v[2] = (struct sigv4_header){ "x-amz-date", "20130524T000001Z" };
	bad_request(r, "x-amz-date is not");
	v[2] = plain_headers[2], v[4] = plain_headers[2], r.nheaders = 5;
	bad_request(r, "x-amz-date is not");
	r.nheaders = 4, v[1].value = "UNSIGNED-PAYLOAD";
	bad_request(r, "x-amz-content-sha256 is not");
	v[1].name = "y";
	bad_request(r, "no x-amz-content-sha256");
	r.headers = NULL, r.nheaders = 0;
	bad_request(r, "no x-amz-date");
}

static void
bad_rest(void)
{
	static char large[300 * 1024];
	struct sigv4_header v[4] = { plain_headers[0], plain_headers[1], plain_headers[2],
		{ "x-amz-security-token", "TOKEN" } };
	struct sigv4_key key = s3;
	struct sigv4_req r = plain;
	struct buf small = BUF_INIT(20);
	struct err e;

	r.method = "";
	bad_request(r, "method");
	r.method = "GET /";
	bad_request(r, "method");
	r = plain, r.payload = "";
	bad_request(r, "x-amz-content-sha256");
	r = plain, r.when = -1;
	bad_request(r, "time");
	r.when = INT64_MAX;
	bad_request(r, "time");
	/* a session's token is signed, or the request is not */
	r = plain, key.token = "TOKEN";
	refused(&key, &r, "sign.request", "no x-amz-security-token");
	r.headers = v, r.nheaders = 4, key.token = "TOKEN2";
	refused(&key, &r, "sign.request", "x-amz-security-token is not");
	memset(large, 'a', sizeof(large) - 1);
	v[3] = (struct sigv4_header){ "x-amz-meta-a", large };
	bad_request(r, "too long");
	v[3].name = large, v[3].value = "";
	bad_request(r, "too long");
	/* no room for the answer */
	CHECK(buf_adds(&small, "x") == 0);
	CHECK(sigv4_authorization(&s3, &plain, &small, &e) < 0 && small.len == 1);
	CHECK(sigv4_presign(&s3, &plain, 60, &small, &e) < 0 && small.len == 1);
	CHECK(sigv4_canonical(&plain, &small, &e) < 0 && small.len == 1);
	CHECK(sigv4_signed_headers(&plain, &small, &e) < 0 && small.len == 1);
	CHECK_STR(e.code, "sign.request");
	buf_release(&small);
}

static void
bad_keys(void)
{
	static const char *const bad[] = { "", "a b", "a,b", "a\nb", "a\x7f" };
	static char longest[SIGV4_SECRET_MAX + 2];
	struct sigv4_key key = s3;
	struct sigv4_day day = { .credential = "" };

	for (size_t i = 0; i < LEN(bad); i++) {
		key = s3, key.id = bad[i];
		refused(&key, &plain, "sign.key", "id");
		key = s3, key.region = bad[i];
		refused(&key, &plain, "sign.key", "region");
		key = s3, key.service = bad[i];
		refused(&key, &plain, "sign.key", "service");
	}
	key = s3, key.region = "a/b";
	refused(&key, &plain, "sign.key", "region");
	memset(longest, 'a', SIGV4_SECRET_MAX + 1);
	key = s3, key.secret = longest;
	refused(&key, &plain, "sign.key", "secret");
	key = s3, key.id = longest;
	refused(&key, &plain, "sign.key", "id");
	/* the longest that there may be */
	longest[SIGV4_SECRET_MAX] = '\0';
	key = (struct sigv4_key){ .day = &day, .secret = longest };
	key.service = key.region = key.id = longest + SIGV4_SECRET_MAX - SIGV4_NAME_MAX;
	for (int i = 0; i < 2; i++) {
		struct buf b = BUF_INIT(4096);
		struct err e;

		CHECK(sigv4_authorization(&key, &plain, &b, &e) == 0);
		CHECK(strlen(day.credential) == 3 * SIGV4_NAME_MAX + 24);
		CHECK(strstr(text(&b), day.credential));
		CHECK(strstr(b.p,
		    "cc62be74c98ae5767f7d788d1e7509ee6dbfd7c90e5af376aacb46e1f5088128"));
		buf_release(&b);
	}
}

int
main(void)
{
	bad_paths();
	bad_queries();
	bad_headers();
	bad_rest();
	bad_keys();
	return 0;
}

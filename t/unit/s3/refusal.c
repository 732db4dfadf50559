#include <time.h>

#include "base/err.h"
#include "s3/refusal.h"
#include "unit/check.h"

static struct err
refused_at(const char *uri, long status, const char *text)
{
	struct s3_refusal r = { .method = "GET",
		.uri = uri,
		.status = status,
		.text = text,
		.len = strlen(text) };
	struct err e;

	memset(&e, 'x', sizeof(e));
	CHECK(s3_refused(&r, &e) == -1);
	CHECK(e.retry_after_ms == 0);
	return e;
}

static struct err
refused(long status, const char *text)
{
	return refused_at("s3://bucket/key", status, text);
}

static void
is(struct err e, enum err_class class, const char *code)
{
	CHECK_STR(e.code, code);
	CHECK(e.class == class);
}

/* What a HEAD is told, or what comes from a proxy. */
static void
reads_statuses(void)
{
	is(refused(301, ""), ERR_PERMANENT, "s3.PermanentRedirect");
	is(refused(302, ""), ERR_PERMANENT, "s3.Redirect");
	is(refused(307, ""), ERR_PERMANENT, "s3.TemporaryRedirect");
	is(refused(400, ""), ERR_PERMANENT, "s3.BadRequest");
	is(refused(401, ""), ERR_FATAL, "s3.Unauthorized");
	is(refused(403, ""), ERR_PERMANENT, "s3.AccessDenied");
	is(refused(404, "<html>not found</html>"), ERR_PERMANENT, "s3.NoSuchKey");
	is(refused_at("s3://bucket/key/", 404, ""), ERR_PERMANENT, "s3.NoSuchKey");
	is(refused_at("s3://bucket//", 404, ""), ERR_PERMANENT, "s3.NoSuchKey");
	is(refused_at("s3://bucket/", 404, ""), ERR_FATAL, "s3.NoSuchBucket");
	is(refused_at("s3://bucket/", 404, "<html>not found</html>"), ERR_FATAL, "s3.NoSuchBucket");
	is(refused_at("s3://bucket/", 404, "<Error><Code>NoSuchKey</Code></Error>"), ERR_PERMANENT,
	    "s3.NoSuchKey");
	is(refused_at("s3://bucket/", 403, ""), ERR_PERMANENT, "s3.AccessDenied");
	is(refused(405, ""), ERR_PERMANENT, "s3.Error");
	is(refused(407, "<html>Who are you?</html>"), ERR_FATAL, "s3.ProxyAuthenticationRequired");
	is(refused(408, ""), ERR_TRANSIENT, "s3.RequestTimeout");
	is(refused(412, ""), ERR_PERMANENT, "s3.PreconditionFailed");
	is(refused(429, ""), ERR_TRANSIENT, "s3.TooManyRequests");
	is(refused(500, ""), ERR_TRANSIENT, "s3.InternalError");
	is(refused(501, ""), ERR_PERMANENT, "s3.NotImplemented");
	is(refused(502, "Bad Gateway"), ERR_TRANSIENT, "s3.InternalError");
	is(refused(503, ""), ERR_TRANSIENT, "s3.ServiceUnavailable");
	is(refused(599, ""), ERR_TRANSIENT, "s3.InternalError");
	is(refused(0, ""), ERR_PERMANENT, "s3.Error");
	is(refused(999, ""), ERR_PERMANENT, "s3.Error");
}

/* Amazon S3 API Reference, "List of error codes", with their statuses. */
static void
reads_codes(void)
{
	static const struct {
		long status;
		const char *code;
		enum err_class class;
	} all[] = { { 403, "AccessDenied", ERR_PERMANENT },
		{ 403, "SignatureDoesNotMatch", ERR_FATAL },
		{ 403, "InvalidAccessKeyId", ERR_FATAL },
		{ 403, "RequestTimeTooSkewed", ERR_FATAL }, { 403, "AccountProblem", ERR_FATAL },
		{ 403, "AllAccessDisabled", ERR_FATAL }, { 400, "ExpiredToken", ERR_FATAL },
		{ 400, "InvalidToken", ERR_FATAL },
		{ 400, "AuthorizationHeaderMalformed", ERR_FATAL },
		{ 400, "BadDigest", ERR_TRANSIENT }, { 400, "IncompleteBody", ERR_TRANSIENT },
		{ 400, "RequestTimeout", ERR_TRANSIENT },
		{ 400, "XAmzContentSHA256Mismatch", ERR_TRANSIENT },
		{ 409, "OperationAborted", ERR_TRANSIENT }, { 500, "InternalError", ERR_TRANSIENT },
		{ 503, "SlowDown", ERR_TRANSIENT }, { 503, "ServiceUnavailable", ERR_TRANSIENT },
		{ 404, "NoSuchKey", ERR_PERMANENT }, { 404, "NoSuchBucket", ERR_FATAL },
		{ 400, "InvalidTokenId", ERR_FATAL }, { 400, "TokenRefreshRequired", ERR_FATAL },
		{ 400, "ExpiredTokenException", ERR_FATAL }, { 403, "RequestExpired", ERR_FATAL },
		{ 403, "UserSuspended", ERR_FATAL }, { 412, "PreconditionFailed", ERR_PERMANENT },
		{ 400, "KeyTooLongError", ERR_PERMANENT },
		{ 400, "MetadataTooLarge", ERR_PERMANENT },
		{ 501, "NotImplemented", ERR_PERMANENT },
		{ 301, "PermanentRedirect", ERR_PERMANENT },
		/* An answer that had begun as a good one. */
		{ 200, "InternalError", ERR_TRANSIENT }, { 200, "AccessDenied", ERR_PERMANENT },
		{ 401, "AccessDenied", ERR_PERMANENT },
		/* Not in any table: by the status. */
		{ 401, "Unauthenticated", ERR_FATAL }, { 407, "WhoAreYou", ERR_FATAL },
		{ 503, "SlowDownRead", ERR_TRANSIENT }, { 400, "InvalidArgument", ERR_PERMANENT },
		{ 509, "BandwidthLimitExceeded", ERR_TRANSIENT }, { 429, "Busy", ERR_TRANSIENT } };
	char body[200], code[80];

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		snprintf(body, sizeof(body),
		    "<Error><Code>%s</Code><Message>So it is</Message></Error>", all[i].code);
		snprintf(code, sizeof(code), "s3.%s", all[i].code);
		is(refused(all[i].status, body), all[i].class, code);
		CHECK(strstr(refused(all[i].status, body).msg,
		    "GET s3://bucket/key: So it is (HTTP "));
	}
}

static void
says_where_and_which(void)
{
	struct s3_refusal r = { .method = "PUT",
		.uri = "s3://b/k",
		.status = 301,
		.text = "",
		.region = "eu-west-1",
		.request_id = "ABC",
		.date = "Fri, 20 Nov 2026 12:00:00 GMT" };
	struct err e;
	const char *by;
	char date[64];
	time_t t;

	s3_refused(&r, &e);
	CHECK_STR(e.msg, "PUT s3://b/k: refused; its region is eu-west-1 (HTTP 301, request ABC)");
	r.status = 404;
	s3_refused(&r, &e);
	CHECK_STR(e.msg, "PUT s3://b/k: refused (HTTP 404, request ABC)");
	r = (struct s3_refusal){ .method = "GET",
		.uri = "s3://b/k",
		.status = 400,
		.region = "",
		.request_id = "",
		.text = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message>"
			"<Region>us-west-2</Region><RequestId>R1</RequestId></Error>" };
	r.len = strlen(r.text);
	s3_refused(&r, &e);
	CHECK_STR(e.msg, "GET s3://b/k: m; its region is us-west-2 (HTTP 400, request R1)");
	/* Our clock is an hour behind the server's. */
	t = time(NULL) + 3600;
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", gmtime(&t));
	r = (struct s3_refusal){ .method = "GET",
		.uri = "s3://b/k",
		.status = 403,
		.date = date,
		.text = "<Error><Code>RequestTimeTooSkewed</Code></Error>" };
	r.len = strlen(r.text);
	s3_refused(&r, &e);
	by = strstr(e.msg, "the clock here is -");
	CHECK(by && labs(strtol(by + 18, NULL, 10) + 3600) <= 5);
	r.date = "yesterday";
	s3_refused(&r, &e);
	CHECK(!strstr(e.msg, "clock"));
}

/* The status and the request are said however long the rest is. */
static void
cuts_what_is_long(void)
{
	char uri[4000], id[500], region[500], message[5000], body[8000];
	struct s3_refusal r = { .method = "DELETE",
		.uri = uri,
		.text = body,
		.region = region,
		.request_id = id };
	struct err e;

	memset(uri, 'u', sizeof(uri) - 1);
	memset(id, 'i', sizeof(id) - 1);
	memset(region, 'r', sizeof(region) - 1);
	memset(message, 'm', sizeof(message) - 1);
	uri[3999] = id[499] = region[499] = message[4999] = '\0';
	snprintf(body, sizeof(body), "<Error><Code>Whatever</Code><Message>%s</Message></Error>",
	    message);
	r.len = strlen(body);
	for (int i = 0; i < 3; i++) {
		r.status = i == 0 ? 301 : 403;
		id[i == 2 ? 10 : 499] = '\0';
		s3_refused(&r, &e);
		CHECK(strlen(e.msg) < ERR_MSG_MAX && strlen(e.msg) > 300);
		CHECK(strstr(e.msg,
		    r.status == 301 ? " (HTTP 301, request iiiiiiiiii"
				    : " (HTTP 403, request iiiiiiiiii"));
		CHECK(e.msg[strlen(e.msg) - 1] == ')' && strstr(e.msg, ": mmmmmmmmmm"));
		CHECK((strstr(e.msg, "; its region is rrr") != NULL) == (r.status == 301));
	}
}

/* Codes last as long as the process, so there is an end to the new ones. */
static void
keeps_unknown_codes(void)
{
	const char *kept[200];
	char body[100], code[40];
	int n = 0, same = 0;

	for (int i = 0; i < 200; i++) {
		snprintf(body, sizeof(body), "<Error><Code>Odd%d</Code></Error>", i);
		snprintf(code, sizeof(code), "s3.Odd%d", i);
		kept[i] = refused(503, body).code;
		CHECK(refused(503, body).class == ERR_TRANSIENT &&
		    refused(400, body).class == ERR_PERMANENT);
		if (strcmp(kept[i], code) == 0)
			n++;
		else
			CHECK_STR(kept[i], "s3.Error");
	}
	/* Some are of the tests before. */
	CHECK(n > 32 && n <= 64);
	for (int i = 0; i < 200; i++) {
		snprintf(body, sizeof(body), "<Error><Code>Odd%d</Code></Error>", i);
		same += refused(503, body).code == kept[i];
	}
	CHECK(same == 200);
	is(refused(403,
	       "<Error><Code>AccessDenied</Code><Message>Cannot download file, download "
	       "bandwidth or transaction (Class B) cap exceeded.</Message></Error>"),
	    ERR_BUSY, "s3.CapExceeded");
	is(refused(404, "<Error><Code>NoSuchBucket</Code></Error>"), ERR_FATAL, "s3.NoSuchBucket");
}

static void
is_not_moved_by_nonsense(void)
{
	static const char *const bodies[] = { "<Error>", "<Error><Code></Code></Error>",
		"<Error><Code> ? </Code></Error>", "\xff\xfe", "{\"Code\":\"SlowDown\"}",
		"<Code>SlowDown</Code>" };

	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
		is(refused(403, bodies[i]), ERR_PERMANENT, "s3.AccessDenied");
	CHECK(!strchr(refused(403, "<Error><Code>X</Code><Message>a\nb\x1b[31m</Message></Error>")
			  .msg,
	    '\n'));
}

int
main(void)
{
	reads_statuses();
	reads_codes();
	says_where_and_which();
	cuts_what_is_long();
	is_not_moved_by_nonsense();
	keeps_unknown_codes();
	return 0;
}

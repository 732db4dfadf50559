#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/err.h"
#include "base/mem.h"
#include "net/call.h"
#include "s3/listxml.h"
#include "s3/refusal.h"

enum { OTHERS = 64 };

static const struct known {
	const char *code;
	enum err_class class;
} known[] = {
	{ "s3.AccessDenied", ERR_PERMANENT },
	{ "s3.AccountProblem", ERR_FATAL },
	{ "s3.AllAccessDisabled", ERR_FATAL },
	{ "s3.AuthorizationHeaderMalformed", ERR_FATAL },
	{ "s3.BadDigest", ERR_TRANSIENT },
	{ "s3.ExpiredToken", ERR_FATAL },
	{ "s3.IncompleteBody", ERR_TRANSIENT },
	{ "s3.InternalError", ERR_TRANSIENT },
	{ "s3.InvalidAccessKeyId", ERR_FATAL },
	{ "s3.InvalidBucketName", ERR_PERMANENT },
	{ "s3.InvalidToken", ERR_FATAL },
	{ "s3.KeyTooLong", ERR_PERMANENT },
	{ "s3.KeyTooLongError", ERR_PERMANENT },
	{ "s3.MetadataTooLarge", ERR_PERMANENT },
	{ "s3.NoSuchBucket", ERR_PERMANENT },
	{ "s3.NoSuchKey", ERR_PERMANENT },
	{ "s3.NotImplemented", ERR_PERMANENT },
	{ "s3.NotSignedUp", ERR_FATAL },
	{ "s3.OperationAborted", ERR_TRANSIENT },
	{ "s3.PermanentRedirect", ERR_PERMANENT },
	{ "s3.PreconditionFailed", ERR_PERMANENT },
	{ "s3.ProxyAuthenticationRequired", ERR_FATAL },
	{ "s3.QuotaExceeded", ERR_TRANSIENT },
	{ "s3.Redirect", ERR_PERMANENT },
	{ "s3.RequestTimeTooSkewed", ERR_FATAL },
	{ "s3.RequestTimeout", ERR_TRANSIENT },
	{ "s3.ServiceUnavailable", ERR_TRANSIENT },
	{ "s3.SignatureDoesNotMatch", ERR_FATAL },
	{ "s3.SlowDown", ERR_TRANSIENT },
	{ "s3.TemporaryRedirect", ERR_PERMANENT },
	{ "s3.Throttling", ERR_TRANSIENT },
	{ "s3.TooManyRequests", ERR_TRANSIENT },
	{ "s3.Unauthorized", ERR_FATAL },
	{ "s3.XAmzContentSHA256Mismatch", ERR_TRANSIENT },
};

/* What a status stands for where the answer says no code, as to a HEAD. */
static const struct {
	long status;
	const char *code;
} meanings[] = {
	{ 301, "s3.PermanentRedirect" },
	{ 307, "s3.TemporaryRedirect" },
	{ 400, "s3.BadRequest" },
	{ 401, "s3.Unauthorized" },
	{ 403, "s3.AccessDenied" },
	{ 404, "s3.NoSuchKey" },
	{ 407, "s3.ProxyAuthenticationRequired" },
	{ 408, "s3.RequestTimeout" },
	{ 412, "s3.PreconditionFailed" },
	{ 429, "s3.TooManyRequests" },
	{ 500, "s3.InternalError" },
	{ 501, "s3.NotImplemented" },
	{ 503, "s3.ServiceUnavailable" },
};

/* s3://BUCKET/ */
static bool
refusal_is_bucket(const char *uri)
{
	const char *key = strchr(uri + strlen("s3://"), '/');

	return key && !key[1];
}

static const char *
by_status(const char *uri, long status)
{
	size_t i;

	if (status == 404 && refusal_is_bucket(uri))
		return "s3.NoSuchBucket";
	for (i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].status == status)
			return meanings[i].code;
	return status / 100 == 3 ? "s3.Redirect"
	    : status / 100 == 5  ? "s3.InternalError"
				 : "s3.Error";
}

static enum err_class
by_class(const char *code, long status)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i].code, code))
			return known[i].class;
	if (status == 401 || status == 407)
		return ERR_FATAL;
	return status == 501                                      ? ERR_PERMANENT
	    : status / 100 == 5 || status == 408 || status == 429 ? ERR_TRANSIENT
								  : ERR_PERMANENT;
}

/* A code's text for the process's life: an err owns none. */
static const char *
lasting(const char *word)
{
	static char *others[OTHERS];
	char *code = mem_printf("s3.%s", word);
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(known[i].code, code)) {
			free(code);
			return known[i].code;
		}
	for (i = 0; i < OTHERS && others[i]; i++)
		if (!strcmp(others[i], code)) {
			free(code);
			return others[i];
		}
	if (i < OTHERS)
		return others[i] = code;
	free(code);
	return "s3.Error";
}

/* How far the clocks are apart, where that is what is wrong. */
static void
add_skew(char *out, size_t size, const char *code, const char *date)
{
	long long theirs = date ? http_date(date) : -1;
	size_t n = strlen(out);

	if (strcmp(code, "s3.RequestTimeTooSkewed") != 0 || theirs < 0)
		return;
	snprintf(out + n, size - n, "; the clock here is %+lld s from the server's",
	    (long long)time(NULL) - theirs);
}

int
s3_refused(const struct s3_refusal *r, struct err *e)
{
	struct s3_error x;
	const char *code, *region, *id;
	char where[96] = "", skew[96] = "", end[288];
	int room;

	s3xml_error(&x, r->text, r->len);
	code = *x.code ? lasting(x.code) : by_status(r->uri, r->status);
	region = r->region && *r->region ? r->region : x.region;
	id = r->request_id && *r->request_id ? r->request_id : x.request_id;
	if (*region && (r->status / 100 == 3 || r->status == 400))
		snprintf(where, sizeof(where), "; its region is %.64s", region);
	add_skew(skew, sizeof(skew), code, r->date);
	/* What one asks the store's people with is not cut. */
	snprintf(end, sizeof(end), "%s%s (HTTP %ld%s%.64s)", where, skew, r->status,
	    *id ? ", request " : "", id);
	room = ERR_MSG_MAX - 1 - (int)strlen(end) - (int)strlen(r->method) - 120 - 3;
	return err_set(e, by_class(code, r->status), code, "%s %.120s: %.*s%s", r->method, r->uri,
	    room > 0 ? room : 0, *x.message ? x.message : "refused", end);
}

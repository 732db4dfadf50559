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

/* What a status stands for where the answer says no code, as to a HEAD. */
static const struct {
	long status;
	const char *code;
} meanings[] = {
	{ 301, CODE_S3_PERMANENT_REDIRECT },
	{ 307, CODE_S3_TEMPORARY_REDIRECT },
	{ 400, CODE_S3_BAD_REQUEST },
	{ 401, CODE_S3_UNAUTHORIZED },
	{ 403, CODE_S3_ACCESS_DENIED },
	{ 404, CODE_S3_NO_SUCH_KEY },
	{ 407, CODE_S3_PROXY_AUTHENTICATION_REQUIRED },
	{ 408, CODE_S3_REQUEST_TIMEOUT },
	{ 412, CODE_S3_PRECONDITION_FAILED },
	{ 429, CODE_S3_TOO_MANY_REQUESTS },
	{ 500, CODE_S3_INTERNAL_ERROR },
	{ 501, CODE_S3_NOT_IMPLEMENTED },
	{ 503, CODE_S3_SERVICE_UNAVAILABLE },
	{ 507, CODE_S3_INSUFFICIENT_STORAGE },
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
		return CODE_S3_NO_SUCH_BUCKET;
	for (i = 0; i < sizeof(meanings) / sizeof(*meanings); i++)
		if (meanings[i].status == status)
			return meanings[i].code;
	return status / 100 == 3 ? CODE_S3_REDIRECT
	    : status / 100 == 5  ? CODE_S3_INTERNAL_ERROR
				 : CODE_S3_ERROR;
}

static enum err_class
by_class(const char *code, long status)
{
	const struct code *known = code_find(code);

	/* s3.Error says no more than the status. */
	if (known && known->word != CODE_S3_ERROR)
		return known->rule == CODE_STOP_LATER ? ERR_BUSY
		    : known->rule == CODE_STOP        ? ERR_FATAL
		    : known->rule == CODE_TRANSIENT   ? ERR_TRANSIENT
						      : ERR_PERMANENT;
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
	const struct code *known = code_find(code);
	size_t i;

	if (known) {
		free(code);
		return known->word;
	}
	for (i = 0; i < OTHERS && others[i]; i++)
		if (!strcmp(others[i], code)) {
			free(code);
			return others[i];
		}
	if (i < OTHERS)
		return others[i] = code;
	free(code);
	return CODE_S3_ERROR;
}

/* Backblaze says it in words alone: a limit that the account's owner has set. */
static bool
is_capped(const struct s3_error *x)
{
	return strstr(x->message, "cap exceeded") || strstr(x->message, "Cap exceeded") ||
	    strstr(x->code, "cap_exceeded");
}

/* How far the clocks are apart, where that is what is wrong. */
static void
add_skew(char *out, size_t size, const char *code, const char *date)
{
	long long theirs = date ? http_date(date) : -1;
	size_t n = strlen(out);

	if (strcmp(code, CODE_S3_REQUEST_TIME_TOO_SKEWED) != 0 || theirs < 0)
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
	code = is_capped(&x) ? CODE_S3_CAP_EXCEEDED
	    : *x.code        ? lasting(x.code)
			     : by_status(r->uri, r->status);
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

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <nettle/hmac.h>

#include "aws/sign.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"

enum {
	REQUEST_MAX = 256 * 1024, /* far above what servers take */
	CREDENTIAL_MAX = sizeof(((struct sigv4_day *)NULL)->credential),
	KEY_BYTES = sizeof(((struct sigv4_day *)NULL)->key)
};

static const char algorithm[] = "AWS4-HMAC-SHA256";
static const char too_long[] = "the request is too long to sign";

/* One request while it is signed. */
struct signing {
	const struct sigv4_key *key;
	char time[SIGV4_TIME + 1];
	char credential[CREDENTIAL_MAX]; /* ID/DATE/REGION/SERVICE/aws4_request */
	const char *scope;               /* the same from DATE on */
};

static int
sign_refuse(struct err *e, const char *why)
{
	return err_set(e, ERR_VALIDATION, CODE_SIGN_REQUEST, "%s", why);
}

void
sigv4_time(char out[SIGV4_TIME + 1], time_t t)
{
	struct tm tm;

	out[0] = '\0';
	if (t < 0 || !gmtime_r(&t, &tm) || tm.tm_year > 9999 - 1900)
		return;
	if (strftime(out, SIGV4_TIME + 1, "%Y%m%dT%H%M%SZ", &tm) != SIGV4_TIME)
		out[0] = '\0';
}

/* One word that can stand in a header, between commas. */
static bool
sign_is_name(const char *s)
{
	size_t n = 0;

	while ((unsigned char)s[n] > ' ' && s[n] != 0x7f && s[n] != ',')
		n++;
	return n > 0 && n <= SIGV4_NAME_MAX && !s[n];
}

static int
signing_begin(struct signing *s, const struct sigv4_key *key, time_t when, struct err *e)
{
	s->key = key;
	if (!sign_is_name(key->id) || !sign_is_name(key->region) || !sign_is_name(key->service) ||
	    strchr(key->region, '/') || strchr(key->service, '/'))
		return err_set(e, ERR_FATAL, CODE_SIGN_KEY,
		    "the access key's id, the region or the service is not possible");
	if (!*key->secret || strlen(key->secret) > SIGV4_SECRET_MAX)
		return err_set(e, ERR_FATAL, CODE_SIGN_KEY,
		    "the secret key is empty or longer than %d bytes", SIGV4_SECRET_MAX);
	sigv4_time(s->time, when);
	if (!s->time[0])
		return sign_refuse(e, "the time is not possible");
	snprintf(s->credential, sizeof(s->credential), "%s/%.8s/%s/%s/aws4_request", key->id,
	    s->time, key->region, key->service);
	s->scope = s->credential + strlen(key->id) + 1;
	return 0;
}

/* mac may be key. */
static void
hmac(const void *key, size_t key_len, const char *text, size_t len, unsigned char mac[KEY_BYTES])
{
	struct hmac_sha256_ctx ctx;

	hmac_sha256_set_key(&ctx, key_len, key);
	hmac_sha256_update(&ctx, len, (const uint8_t *)text);
	hmac_sha256_digest(&ctx, KEY_BYTES, mac);
	explicit_bzero(&ctx, sizeof(ctx));
}

static void
derive(const struct signing *s, unsigned char key[KEY_BYTES])
{
	size_t n = strlen(s->key->secret) + 4;
	char *secret = mem_new(n + 1, 1);
	const char *region = s->key->region, *service = s->key->service;

	memcpy(secret, "AWS4", 4);
	memcpy(secret + 4, s->key->secret, n - 4);
	hmac(secret, n, s->time, 8, key);
	hmac(key, KEY_BYTES, region, strlen(region), key);
	hmac(key, KEY_BYTES, service, strlen(service), key);
	hmac(key, KEY_BYTES, "aws4_request", 12, key);
	explicit_bzero(secret, n);
	free(secret);
}

/* HMAC of text by the day's key, derived where it is not at hand. */
static void
sign_text(const struct signing *s, const char *text, unsigned char mac[KEY_BYTES])
{
	struct sigv4_day once = { .credential = "" };
	struct sigv4_day *day = s->key->day ? s->key->day : &once;

	if (strcmp(day->credential, s->credential) != 0) {
		sigv4_forget(day);
		derive(s, day->key);
		memcpy(day->credential, s->credential, strlen(s->credential) + 1);
	}
	hmac(day->key, KEY_BYTES, text, strlen(text), mac);
	sigv4_forget(&once);
}

void
sigv4_forget(struct sigv4_day *day)
{
	explicit_bzero(day, sizeof(*day));
}

/* The signature of a canonical request. */
static void
sign(const struct signing *s, const struct buf *request, char hex[DIGEST_HEX + 1])
{
	unsigned char mac[KEY_BYTES];
	char text[CREDENTIAL_MAX + 128];

	digest_of(hex, request->p, request->len);
	snprintf(text, sizeof(text), "%s\n%s\n%s\n%s", algorithm, s->time, s->scope, hex);
	sign_text(s, text, mac);
	digest_hex(hex, mac, KEY_BYTES);
}

/* Servers compare these headers with what was signed, and so do we. */
static int
agree(const struct sigv4_req *r, const char *name, const char *want, struct err *e)
{
	bool found = false;

	for (size_t i = 0; i < r->nheaders; i++) {
		if (strcasecmp(r->headers[i].name, name) != 0)
			continue;
		if (found || strcmp(r->headers[i].value, want) != 0)
			return err_set(e, ERR_VALIDATION, CODE_SIGN_REQUEST,
			    "header %s is not what is signed", name);
		found = true;
	}
	return found
	    ? 0
	    : err_set(e, ERR_VALIDATION, CODE_SIGN_REQUEST, "the request has no %s header", name);
}

/* Of the others only how long they are: a token, a customer's key, an author. */
static bool
is_shown(const char *name)
{
	static const char *const names[] = { "host", "range", "content-type",
		"x-amz-content-sha256", "x-amz-date" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcasecmp(name, names[i]))
			return true;
	return false;
}

static void
say_request(const struct signing *s, const struct sigv4_req *r)
{
	struct sigv4_header *shown;
	char(*lens)[32];
	struct sigv4_req safe = *r;
	struct buf text = BUF_INIT(REQUEST_MAX);
	struct err ignored;

	if (!log_says(LOG_LEVEL_DEBUG))
		return;
	shown = mem_new(r->nheaders, sizeof(*shown));
	lens = mem_new(r->nheaders, sizeof(*lens));
	for (size_t i = 0; i < r->nheaders; i++) {
		snprintf(lens[i], sizeof(*lens), "(%zu bytes)", strlen(r->headers[i].value));
		shown[i].name = r->headers[i].name;
		shown[i].value = is_shown(shown[i].name) ? r->headers[i].value : lens[i];
	}
	safe.headers = shown;
	if (r->query && strcasestr(r->query, "x-amz-"))
		safe.query = NULL;
	if (sigv4_canonical(&safe, &text, &ignored) == 0)
		log_debug("signing for %s: %.*s", s->scope, (int)text.len, text.p);
	buf_release(&text);
	free(lens);
	free(shown);
}

int
sigv4_authorization(const struct sigv4_key *key, const struct sigv4_req *r, struct buf *out,
    struct err *e)
{
	struct signing s = { .scope = "" };
	struct buf text = BUF_INIT(REQUEST_MAX), names = BUF_INIT(REQUEST_MAX);
	char hex[DIGEST_HEX + 1];
	int rc = -1;

	if (signing_begin(&s, key, r->when, e) < 0 || agree(r, "x-amz-date", s.time, e) < 0 ||
	    (key->token && agree(r, "x-amz-security-token", key->token, e) < 0) ||
	    (!strcmp(key->service, "s3") && agree(r, "x-amz-content-sha256", r->payload, e) < 0))
		return -1;
	say_request(&s, r);
	if (sigv4_canonical(r, &text, e) == 0 && sigv4_signed_headers(r, &names, e) == 0) {
		sign(&s, &text, hex);
		rc = buf_printf(out, "%s Credential=%s, SignedHeaders=%.*s, Signature=%s",
		    algorithm, s.credential, (int)names.len, names.p, hex);
		if (rc < 0)
			sign_refuse(e, too_long);
	}
	buf_release(&names);
	buf_release(&text);
	return rc;
}

/* The query that is signed, with a NUL: the request's own, and what is ours. */
static int
sign_add_query(struct buf *q, const struct signing *s, const struct sigv4_req *r, long expires_s,
    struct err *e)
{
	const char *own = r->query ? r->query : "", *token = s->key->token;
	struct buf names = BUF_INIT(REQUEST_MAX);
	int rc;

	if (sigv4_signed_headers(r, &names, e) < 0)
		return -1;
	rc = buf_printf(q, "%s%sX-Amz-Algorithm=%s&X-Amz-Credential=", own, *own ? "&" : "",
		 algorithm) < 0 ||
	    sigv4_encode(q, s->credential, strlen(s->credential), true) < 0 ||
	    buf_printf(q, "&X-Amz-Date=%s&X-Amz-Expires=%ld", s->time, expires_s) < 0 ||
	    (token &&
		(buf_adds(q, "&X-Amz-Security-Token=") < 0 ||
		    sigv4_encode(q, token, strlen(token), true) < 0)) ||
	    buf_adds(q, "&X-Amz-SignedHeaders=") < 0 ||
	    sigv4_encode(q, names.p, names.len, true) < 0 || buf_addc(q, '\0') < 0;
	buf_release(&names);
	return rc ? sign_refuse(e, too_long) : 0;
}

int
sigv4_presign(const struct sigv4_key *key, const struct sigv4_req *r, long expires_s,
    struct buf *out, struct err *e)
{
	struct sigv4_req whole = *r;
	struct signing s = { .scope = "" };
	struct buf text = BUF_INIT(REQUEST_MAX), query = BUF_INIT(REQUEST_MAX);
	char hex[DIGEST_HEX + 1];
	int rc = -1;

	if (expires_s < 1 || expires_s > SIGV4_EXPIRES_MAX)
		return sign_refuse(e, "a URL is good for 1 second to 7 days");
	if (signing_begin(&s, key, r->when, e) == 0 &&
	    sign_add_query(&query, &s, r, expires_s, e) == 0) {
		whole.query = query.p;
		if (sigv4_canonical(&whole, &text, e) == 0) {
			sign(&s, &text, hex);
			rc = buf_printf(out, "%s&X-Amz-Signature=%s", query.p, hex);
			if (rc < 0)
				sign_refuse(e, too_long);
		}
	}
	buf_release(&query);
	buf_release(&text);
	return rc;
}

/*
 * The cases of awslabs/aws-c-auth, tests/aws-signing-test-suite, each as a
 * header and as a URL, out of the folder that QUIRE_SIGV4_SUITE names.
 *
 * They are for services that normalise a path and encode it once more, which
 * S3 does not and the library leaves to its caller: that is done here.
 */
#include <glob.h>
#include <time.h>

#include <jv.h>

#include "aws/sign.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "rec/jx.h"

#include "unit/check.h"

enum { HEADERS_MAX = 16, TEXT_MAX = 16384 };

struct vector {
	jv context;
	struct sigv4_key key;
	struct sigv4_req req;
	struct sigv4_header headers[HEADERS_MAX];
	char request[TEXT_MAX], time[SIGV4_TIME + 1], sum[DIGEST_HEX + 1];
	struct buf path;
};

static char *
read_text(const char *folder, const char *name, char text[TEXT_MAX])
{
	char path[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "re");
	if (!f)
		fprintf(stderr, "%s: cannot be read\n", path);
	CHECK(f);
	n = fread(text, 1, TEXT_MAX - 1, f);
	CHECK(!ferror(f) && n < TEXT_MAX - 1);
	text[n] = '\0';
	fclose(f);
	return text;
}

/* The string of a member, until the context is freed; NULL: none. */
static const char *
member(const jv *obj, const char *name)
{
	jv v = jx_get(obj, name);
	const char *s = jv_get_kind(v) == JV_KIND_STRING ? jv_string_value(v) : NULL;

	jv_free(v); /* obj holds another reference */
	return s;
}

static bool
is_true(const jv *obj, const char *name)
{
	jv v = jx_get(obj, name);
	bool yes = jv_get_kind(v) == JV_KIND_TRUE;

	jv_free(v);
	return yes;
}

static void
read_context(struct vector *c, const char *folder)
{
	char text[TEXT_MAX];
	struct tm tm = { .tm_isdst = 0 };
	jv credentials;
	const char *end;

	c->context = jv_parse(read_text(folder, "context.json", text));
	CHECK(jv_get_kind(c->context) == JV_KIND_OBJECT);
	credentials = jx_get(&c->context, "credentials");
	c->key.id = member(&credentials, "access_key_id");
	c->key.secret = member(&credentials, "secret_access_key");
	c->key.token = member(&credentials, "token");
	jv_free(credentials);
	c->key.region = member(&c->context, "region");
	c->key.service = member(&c->context, "service");
	if (is_true(&c->context, "omit_session_token"))
		c->key.token = NULL;
	CHECK(member(&c->context, "timestamp"));
	end = strptime(member(&c->context, "timestamp"), "%Y-%m-%dT%H:%M:%SZ", &tm);
	CHECK(end && !*end);
	c->req.when = timegm(&tm);
	sigv4_time(c->time, c->req.when);
}

/* RFC 3986, 5.2.4, and runs of "/" as one. */
static void
normalise(char *path)
{
	char *to = path, *s = path, *end;

	for (; *s; s = end) {
		size_t n;

		while (*s == '/')
			s++;
		end = strchrnul(s, '/');
		n = (size_t)(end - s);
		if (n == 2 && !strncmp(s, "..", 2)) {
			while (to > path && *--to != '/')
				;
			continue;
		}
		if ((n == 1 && *s == '.') || n == 0)
			continue;
		*to++ = '/';
		memmove(to, s, n);
		to += n;
	}
	if (to == path || (s > path && s[-1] == '/'))
		*to++ = '/';
	*to = '\0';
}

/* "POST /path?query HTTP/1.1"; there may be spaces in the middle. */
static void
read_target(struct vector *c, char *line)
{
	char *path = strchr(line, ' '), *end = strrchr(line, ' '), *query;

	CHECK(path && end > path);
	*path++ = *end = '\0';
	query = strchr(path, '?');
	if (query)
		*query++ = '\0';
	if (is_true(&c->context, "normalize"))
		normalise(path);
	CHECK(sigv4_encode(&c->path, path, strlen(path), false) == 0);
	CHECK(buf_addc(&c->path, '\0') == 0);
	c->req.method = line;
	c->req.path = c->path.p;
	c->req.query = query;
}

static void
add_header(struct vector *c, const char *name, const char *value)
{
	CHECK(c->req.nheaders < HEADERS_MAX);
	c->headers[c->req.nheaders++] = (struct sigv4_header){ name, value };
}

static void
read_request(struct vector *c, const char *folder)
{
	char *s = read_text(folder, "request.txt", c->request), *end, *value;
	char *body = strstr(s, "\n\n"), *fold;
	struct digest *d = digest_new();

	CHECK(d);
	if (body) {
		body[1] = '\0';
		body += 2;
		digest_add(d, body, strlen(body));
	}
	digest_end(d, c->sum);
	digest_free(d);
	c->req.payload = c->sum;
	c->req.headers = c->headers;
	/* a line that begins with a space goes on with the one before */
	while ((fold = strstr(s, "\n ")))
		*fold = ' ';
	end = strchrnul(s, '\n');
	for (char *next = *end ? end + 1 : end; *next;) {
		char *line = next;

		next = strchrnul(line, '\n');
		if (*next)
			*next++ = '\0';
		value = strchr(line, ':');
		CHECK(value);
		*value++ = '\0';
		add_header(c, line, value);
	}
	*end = '\0';
	read_target(c, s);
}

static void
same(const char *folder, const char *name, const struct buf *got)
{
	char want[TEXT_MAX];

	read_text(folder, name, want);
	if (strlen(want) == got->len && !memcmp(want, got->p, got->len))
		return;
	fprintf(stderr, "%s/%s\n%.*s\n-- is not\n%s\n", folder, name, (int)got->len, got->p, want);
	exit(1);
}

/* What follows the last "=" is the signature. */
static void
same_signature(const char *folder, const char *name, const struct buf *sent)
{
	const char *eq = memrchr(sent->p, '=', sent->len);
	struct buf hex = BUF_INIT(TEXT_MAX);

	CHECK(eq);
	CHECK(buf_add(&hex, eq + 1, sent->len - (size_t)(eq + 1 - sent->p)) == 0);
	same(folder, name, &hex);
	buf_release(&hex);
}

/* The header must be that of the signed request, too. */
static void
as_header(struct vector *c, const char *folder)
{
	struct buf b = BUF_INIT(TEXT_MAX), line = BUF_INIT(TEXT_MAX);
	size_t given = c->req.nheaders;
	char want[TEXT_MAX];
	struct err e;

	add_header(c, "X-Amz-Date", c->time);
	if (c->key.token)
		add_header(c, "X-Amz-Security-Token", c->key.token);
	if (is_true(&c->context, "sign_body"))
		add_header(c, "x-amz-content-sha256", c->sum);
	CHECK(sigv4_canonical(&c->req, &b, &e) == 0);
	same(folder, "header-canonical-request.txt", &b);
	buf_clear(&b, 0);
	CHECK(sigv4_authorization(&c->key, &c->req, &b, &e) == 0);
	same_signature(folder, "header-signature.txt", &b);
	CHECK(buf_printf(&line, "\nAuthorization:%.*s\n", (int)b.len, b.p) == 0);
	CHECK(buf_addc(&line, '\0') == 0);
	CHECK(strstr(read_text(folder, "header-signed-request.txt", want), line.p));
	buf_release(&line);
	buf_release(&b);
	c->req.nheaders = given;
}

static void
as_url(struct vector *c, const char *folder)
{
	struct sigv4_req whole = c->req;
	struct buf b = BUF_INIT(TEXT_MAX), url = BUF_INIT(TEXT_MAX);
	jv expires = jx_get(&c->context, "expiration_in_seconds");
	struct err e;

	CHECK(jv_get_kind(expires) == JV_KIND_NUMBER);
	CHECK(sigv4_presign(&c->key, &c->req, (long)jv_number_value(expires), &url, &e) == 0);
	jv_free(expires);
	same_signature(folder, "query-signature.txt", &url);
	CHECK(buf_addc(&url, '\0') == 0);
	*strstr(url.p, "&X-Amz-Signature=") = '\0';
	whole.query = url.p;
	CHECK(sigv4_canonical(&whole, &b, &e) == 0);
	same(folder, "query-canonical-request.txt", &b);
	buf_release(&url);
	buf_release(&b);
}

static void
try(const char *folder)
{
	struct vector c = { .path = BUF_INIT(TEXT_MAX) };

	read_context(&c, folder);
	read_request(&c, folder);
	as_header(&c, folder);
	as_url(&c, folder);
	buf_release(&c.path);
	jv_free(c.context);
}

int
main(void)
{
	const char *suite = getenv("QUIRE_SIGV4_SUITE");
	char pattern[4096];
	glob_t found;

	CHECK(suite);
	snprintf(pattern, sizeof(pattern), "%s/v4/*/context.json", suite);
	CHECK(glob(pattern, 0, NULL, &found) == 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		*strrchr(found.gl_pathv[i], '/') = '\0';
		try(found.gl_pathv[i]);
	}
	printf("%zu cases, each as a header and as a URL\n", found.gl_pathc);
	globfree(&found);
	return 0;
}

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/err.h"
#include "base/log.h"
#include "base/mem.h"
#include "rec/mark.h"
#include "s3/client.h"
#include "s3/get.h"

enum { MD5_HEX = 32, DENIED_MANY = 3 };

struct s3_fetch {
	struct s3_fetch_conf conf;
	struct s3_call *call;
	char *etag; /* as listed; NULL: any */
	char *temp; /* the file's name until it is whole */
	int fd;
	struct digest *sha256, *md5;
	struct s3_fetched got;
	char odd[DIGEST_HEX + 1]; /* what came before with a wrong MD5 */
};

static void
fetch_free(struct s3_fetch *f)
{
	if (f->fd >= 0) {
		close(f->fd);
		unlinkat(f->conf.dir, f->temp, 0);
	}
	digest_free(f->sha256);
	digest_free(f->md5);
	free(f->etag);
	free(f->temp);
	free(f);
}

static void
fetch_again(void *arg)
{
	struct s3_fetch *f = arg;
	char hex[DIGEST_HEX + 1];

	f->got = (struct s3_fetched){ .size = 0 };
	digest_end(f->sha256, hex);
	digest_end(f->md5, hex);
}

static int
fetch_fail_write(struct err *e)
{
	return err_write(e, "the fetched document");
}

/* To fetch it again at once makes no room for it. */
static int
give_up(struct s3_call *c, struct err *e)
{
	s3_last(c);
	return fetch_fail_write(e);
}

static int
fetch_too_large(const struct s3_fetch *f, long long size, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DOCUMENT_LARGE, "%lld bytes, at most %lld are taken",
	    size, f->conf.max_size);
}

static int
fetch_body(struct s3_call *c, void *arg, const void *p, size_t n, struct err *e)
{
	struct s3_fetch *f = arg;
	const char *s = p;
	size_t left = n;
	ssize_t put;

	if (f->got.size == 0 && s3_length(c) > f->conf.max_size)
		return fetch_too_large(f, s3_length(c), e);
	if (f->got.size + (long long)n > f->conf.max_size)
		return fetch_too_large(f, f->got.size + (long long)n, e);
	while (left > 0) {
		put = pwrite(f->fd, s, left, (off_t)(f->got.size + (s - (const char *)p)));
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return give_up(c, e);
		s += put;
		left -= (size_t)put;
	}
	digest_add(f->sha256, p, n);
	digest_add(f->md5, p, n);
	f->got.size += (long long)n;
	return 0;
}

/*
 * The MD5 that the answer's ETag is, or NULL: one of a multipart upload has
 * more behind it, and one under a customer's or KMS's key is something else.
 */
static const char *
expected_md5(const struct s3_call *c)
{
	static const char hex[] = "0123456789abcdef";
	const char *etag = s3_answer(c, "ETag"),
		   *sse = s3_answer(c, "x-amz-server-side-encryption");

	if (!etag || (sse && strcmp(sse, "AES256") != 0) ||
	    s3_answer(c, "x-amz-server-side-encryption-customer-algorithm"))
		return NULL;
	etag += *etag == '"';
	return strspn(etag, hex) == MD5_HEX && (!etag[MD5_HEX] || !strcmp(etag + MD5_HEX, "\""))
	    ? etag
	    : NULL;
}

static int
check_md5(struct s3_fetch *f, const struct s3_call *c, struct err *e)
{
	static bool said, proven; /* proven: this store's ETags are MD5s */
	const char *want = expected_md5(c);
	char hex[DIGEST_HEX + 1];

	if (!want)
		return 0;
	digest_end(f->md5, hex);
	if (memcmp(hex, want, MD5_HEX) == 0) {
		proven = true;
		return 0;
	}
	if (!proven && strcmp(f->odd, f->got.sha256) == 0) {
		if (!said)
			log_warn("%s: its ETag is not its MD5; not said again", s3_call_uri(c));
		said = true;
		return 0;
	}
	memcpy(f->odd, f->got.sha256, sizeof(f->odd));
	return err_set(e, ERR_TRANSIENT, CODE_S3_CHECKSUM,
	    "GET %.200s: the bytes that came are not those"
	    " of its ETag",
	    s3_call_uri(c));
}

static bool
same_etag(const char *a, const char *b)
{
	size_t n = s3_etag_bare(&a);

	return n == s3_etag_bare(&b) && memcmp(a, b, n) == 0;
}

static int
check_etag(const struct s3_fetch *f, struct s3_call *c, struct err *e)
{
	const char *now = s3_answer(c, "ETag");

	if (!f->etag)
		return 0;
	if (!now)
		return err_set(e, ERR_TRANSIENT, CODE_S3_BAD_ANSWER,
		    "GET %.200s: an answer without an ETag"
		    " is not the object",
		    s3_call_uri(c));
	if (same_etag(now, f->etag))
		return 0;
	s3_last(c);
	return err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_CHANGED,
	    "it has changed since it was listed:"
	    " its ETag is another");
}

static int
fetch_whole(struct s3_call *c, void *arg, struct err *e)
{
	struct s3_fetch *f = arg;
	const char *type = s3_answer(c, "Content-Type");

	if (s3_length(c) >= 0 && f->got.size != s3_length(c))
		return err_set(e, ERR_TRANSIENT, CODE_HTTP_TRANSFER,
		    "GET %.200s: %lld of %lld bytes came", s3_call_uri(c), f->got.size,
		    s3_length(c));
	if (check_etag(f, c, e) < 0)
		return -1;
	if (f->conf.size >= 0 && f->got.size != f->conf.size) {
		/* A body that said no length may as well have broken off. */
		if (s3_length(c) >= 0 || f->got.size > f->conf.size)
			s3_last(c);
		return err_set(e, ERR_TRANSIENT, CODE_DOCUMENT_CHANGED,
		    "it has changed since it was listed:"
		    " %lld bytes, not %lld",
		    f->got.size, f->conf.size);
	}
	digest_end(f->sha256, f->got.sha256);
	snprintf(f->got.content_type, sizeof(f->got.content_type), "%s", type ? type : "");
	mark_whose(f->got.result_of, s3_answer(c, MARK_HEADER_URI), s3_answer(c, MARK_HEADER_SIZE),
	    f->got.size);
	if (check_md5(f, c, e) < 0)
		return -1;
	if (ftruncate(f->fd, (off_t)f->got.size) < 0)
		return give_up(c, e);
	return 0;
}

/* Who may list need not be one who may read, and then it is so for all. */
static void
count_denied(const struct err *e)
{
	static bool some;
	static int n;

	some |= !e;
	if (e && !some && ++n == DENIED_MANY)
		log_warn("the first %d objects were all denied; of the last: %s", n, e->msg);
}

static void
fetch_done(void *arg, const struct err *e)
{
	struct s3_fetch *f = arg;
	struct s3_fetch_conf conf = f->conf;
	struct s3_fetched got = f->got;
	struct err why;

	if (e) {
		why = *e;
		if (err_is(e, CODE_S3_PRECONDITION_FAILED))
			err_set(&why, ERR_TRANSIENT, CODE_DOCUMENT_CHANGED,
			    "it has changed since it was listed");
		if (err_is(e, CODE_S3_ACCESS_DENIED))
			count_denied(e);
	} else if (renameat(conf.dir, f->temp, conf.dir, conf.file) < 0) {
		fetch_fail_write(&why);
		e = &why;
	} else {
		close(f->fd);
		f->fd = -1;
		count_denied(NULL);
	}
	fetch_free(f);
	conf.done(conf.arg, e ? NULL : &got, e ? &why : NULL);
}

struct s3_fetch *
s3_fetch_start(struct s3 *s3, const struct s3_fetch_conf *conf, struct err *e)
{
	static const struct s3_ops ops = { fetch_again, fetch_body, fetch_whole, fetch_done };
	struct s3_fetch *f = mem_new(1, sizeof(*f));
	char *match = conf->etag ? mem_printf("\"%s\"", conf->etag) : NULL;
	struct s3_header headers[] = { { "If-Match", match } };
	struct s3_request r = { .method = "GET",
		.name = conf->name,
		.headers = headers,
		.nheaders = match ? 1 : 0,
		.fd = -1,
		.ops = &ops,
		.arg = f,
		.length = conf->size < 0 ? conf->max_size : conf->size };

	f->conf = *conf;
	f->etag = conf->etag ? mem_dup(conf->etag) : NULL;
	f->temp = mem_printf("%s.part", conf->file);
	f->md5 = digest_md5();
	f->sha256 = digest_new();
	f->fd =
	    openat(conf->dir, f->temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (f->fd >= 0) {
		f->call = s3_start(s3, &r);
	} else {
		fetch_fail_write(e);
		fetch_free(f);
		f = NULL;
	}
	free(match);
	return f;
}

void
s3_fetch_cancel(struct s3_fetch *f)
{
	if (!f)
		return;
	s3_cancel(f->call);
	fetch_free(f);
}

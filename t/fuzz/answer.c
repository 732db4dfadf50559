/*
 * answer: what a store answers, cut up anyhow, is a listing, or an error, or
 * neither; and it does not matter where it was cut.
 *
 * The first byte says in which parts it comes.
 */
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "fuzz/fuzz.h"
#include "s3/listxml.h"

struct listing {
	struct buf text; /* all that came out */
	size_t objects;
};

static int
object(void *arg, const struct s3_object *o, struct err *e)
{
	struct listing *l = arg;

	(void)e;
	HOLDS(o->key_len > 0 && o->key[o->key_len] == '\0' && o->size >= 0);
	HOLDS(!o->etag || (*o->etag && strlen(o->etag) <= S3_ETAG_MAX));
	HOLDS(!o->last_modified || strlen(o->last_modified) == sizeof("2026-01-01T00:00:00Z") - 1);
	HOLDS(buf_add(&l->text, o->key, o->key_len) == 0);
	HOLDS(buf_printf(&l->text, "|%lld|%s|%s\n", (long long)o->size, o->etag ? o->etag : "-",
		  o->last_modified ? o->last_modified : "-") == 0);
	l->objects++;
	return 0;
}

/* 0, or the error's class and one. */
static int
read_listing(struct listing *l, const uint8_t *data, size_t size, size_t part)
{
	struct s3xml_list *x = s3xml_list_new(object, l);
	struct s3_page page;
	struct err e;
	int r = 0;

	while (r == 0 && size > 0) {
		size_t n = part < size ? part : size;
		char *copy = fuzz_string(data, n);

		r = s3xml_list_feed(x, copy, n, &e);
		free(copy);
		data += n;
		size -= n;
	}
	if (r == 0)
		r = s3xml_list_end(x, &page, &e);
	if (r == 0) {
		HOLDS(page.objects == l->objects);
		HOLDS(strlen(page.next_token) <= S3_TOKEN_MAX);
		HOLDS(page.truncated || !*page.next_token);
		HOLDS(buf_printf(&l->text, "%d %s", page.truncated, page.next_token) == 0);
	} else {
		HOLDS(e.class == ERR_TRANSIENT && !strncmp(e.code, "s3.", 3));
	}
	s3xml_list_free(x);
	return r;
}

static void
only_has(const char *text, const char *more)
{
	for (; *text; text++)
		HOLDS((*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') ||
		    (*text >= 'a' && *text <= 'z') || strchr(more, *text));
}

static void
read_error(const uint8_t *data, size_t size)
{
	char *body = fuzz_string(data, size);
	struct s3_error se;

	s3xml_error(&se, body, size);
	only_has(se.code, "");
	only_has(se.region, "-_");
	only_has(se.endpoint, ".-_:");
	for (const char *s = se.message; *s; s++)
		HOLDS((unsigned char)*s >= ' ' && *s != 0x7f);
	for (const char *s = se.request_id; *s; s++)
		HOLDS(*s > ' ' && *s < 0x7f);
	free(body);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t part = 1 + fuzz_choice(&data, &size) % 61;
	struct listing whole = { BUF_INIT(64 << 20), 0 }, parts = { BUF_INIT(64 << 20), 0 };
	int r = read_listing(&whole, data, size, size);

	HOLDS(read_listing(&parts, data, size, part) == r);
	HOLDS(whole.text.len == parts.text.len && whole.objects == parts.objects);
	HOLDS(whole.text.len == 0 || !memcmp(whole.text.p, parts.text.p, parts.text.len));
	read_error(data, size);
	buf_release(&whole.text);
	buf_release(&parts.text);
	return 0;
}

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "rec/mark.h"
#include "rec/rec.h"

const char *const clash_words[] = { "refuse", "replace", "suffix", NULL };

/* The first n digits. */
static void
mark_digest(char *out, int n, const char *text)
{
	char hex[DIGEST_HEX + 1];

	digest_of(hex, text, strlen(text));
	snprintf(out, (size_t)n + 1, "%.*s", n, hex);
}

void
mark_encode(char out[MARK_MAX + 1], const char *value)
{
	static const char digest[] = "sha256:";
	struct buf b = BUF_INIT(MARK_MAX);
	int r = 0;

	for (const char *s = value ? value : ""; r == 0 && *s; s++) {
		unsigned char c = (unsigned char)*s;

		r = c > 0x20 && c < 0x7f ? buf_addc(&b, *s) : buf_printf(&b, "%%%02X", c);
	}
	if (r == 0) {
		snprintf(out, MARK_MAX + 1, "%.*s", (int)b.len, b.len ? b.p : "");
	} else {
		memcpy(out, digest, sizeof(digest));
		mark_digest(out + sizeof(digest) - 1, DIGEST_HEX, value);
	}
	buf_release(&b);
}

/* A mark has no room for what a result lacks, or is in doubt about. */
static bool
is_sure(const struct rec *r)
{
	return !rec_has(r, "failed_pages") && !rec_has(r, "doubtful_pages") && !rec_has(r, "doubt");
}

void
mark_of(struct mark *m, struct rec *r, const char *settings)
{
	mark_encode(m->uri, rec_str(r, "uri"));
	mark_encode(m->etag, rec_str(r, "etag"));
	*m->settings = *m->size = '\0';
	if (settings && is_sure(r))
		mark_digest(m->settings, MARK_SETTINGS, settings);
}

void
mark_set_size(struct mark *m, long long size)
{
	snprintf(m->size, sizeof(m->size), "%lld", size);
}

static bool
is_whole(const struct mark *found, const struct mark *own)
{
	return *found->size ? !strcmp(found->size, own->size) : strcmp(own->size, "0") != 0;
}

enum mark_said
mark_says(const struct mark *found, const struct mark *own)
{
	if (!*found->uri || !*own->uri)
		return MARK_UNKNOWN;
	if (strcmp(found->uri, own->uri) != 0)
		return MARK_OTHER;
	if (strcmp(found->etag, own->etag) != 0 || strcmp(found->settings, own->settings) != 0)
		return MARK_OLD;
	return *own->etag && *own->settings && is_whole(found, own) ? MARK_OWN : MARK_LIKE;
}

int
mark_clash(const char *other, const char *uri, struct err *e)
{
	return err_set(e, ERR_PERMANENT, CODE_JOB_CLASH,
	    "%.150s has the result that %.150s would have"
	    " (--on-clash=suffix: both; --on-clash=replace: this one)",
	    other, uri ? uri : "this");
}

void
mark_whose(char out[MARK_MAX + 1], const char *uri, const char *size, long long bytes)
{
	const bool as_put = uri && size && *size && strtoll(size, NULL, 10) == bytes;

	snprintf(out, MARK_MAX + 1, "%s", as_put && strlen(uri) <= MARK_MAX ? uri : "");
}

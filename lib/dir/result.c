#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "dir/open.h"
#include "dir/result.h"
#include "rec/name.h"

enum {
	COMPONENT_MAX = 255,
	/* "%#", these, "-", the digest and ".md" stay below it */
	HEAD_MAX = 180
};

static const char ext[] = ".md";
static const char temp[] = ".quire-";

/* What stands in front of a component so that no other comes to equal it. */
static const char *
guard(const char *name, size_t n, bool folder)
{
	if (folder && n >= sizeof(ext) - 1 &&
	    memcmp(name + n - (sizeof(ext) - 1), ext, sizeof(ext) - 1) == 0)
		return "%=";
	if (n == 0 || (n <= 2 && memcmp(name, "..", n) == 0))
		return "%~";
	if (n >= 2 && name[0] == '%' && strchr("~#=", name[1]))
		return "%~";
	if (n >= sizeof(temp) - 1 && memcmp(name, temp, sizeof(temp) - 1) == 0)
		return "%~";
	return "";
}

/* The length of the whole characters in name[0..max). */
static size_t
head_len(const char *name, size_t n, size_t max)
{
	size_t at = 0, len;

	while (at < n) {
		len = utf8_len(name + at, n - at);
		if (at + (len ? len : 1) > max)
			break;
		at += len ? len : 1;
	}
	return at;
}

static int
too_long(struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_DEST_NAME,
	    "the result's name is too long for a path");
}

static int
add_digest(struct buf *out, const char *name, size_t n, struct err *e)
{
	char hex[DIGEST_HEX + 1];

	digest_of(hex, name, n);
	if (buf_adds(out, "%#") < 0 || buf_add(out, name, head_len(name, n, HEAD_MAX)) < 0 ||
	    buf_addc(out, '-') < 0 || buf_adds(out, hex) < 0)
		return too_long(e);
	return 0;
}

static int
add_component(struct buf *out, const char *name, size_t n, bool folder, struct err *e)
{
	const char *front = guard(name, n, folder);
	size_t whole = strlen(front) + n + (folder ? 0 : sizeof(ext) - 1);

	if (whole > COMPONENT_MAX) {
		if (add_digest(out, name, n, e) < 0)
			return -1;
	} else if (buf_adds(out, front) < 0 || buf_add(out, name, n) < 0) {
		return too_long(e);
	}
	return buf_adds(out, folder ? "/" : ext) < 0 ? too_long(e) : 0;
}

static int
result_add_path(struct buf *out, const char *path, struct err *e)
{
	size_t n;

	for (;; path += n + 1) {
		n = strcspn(path, "/");
		if (add_component(out, path, n, path[n] == '/', e) < 0)
			return -1;
		if (!path[n])
			return 0;
	}
}

char *
store_dest_name(const char *rel, struct err *e)
{
	struct buf out = BUF_INIT(PATH_MAX - 1);
	char *path = name_decode_rel(rel, e), *name = NULL;

	if (!path)
		return NULL;
	if (result_add_path(&out, path, e) == 0)
		name = mem_copy(out.p, out.len);
	free(path);
	buf_release(&out);
	return name;
}

char *
store_dest_uri(const char *path, const char *rel, struct err *e)
{
	char *name = store_dest_name(rel, e), *base = name ? store_base(path, e) : NULL;
	char *text = base ? name_encode(name) : NULL;
	char *uri = text ? mem_printf("%s/%s", base, text) : NULL;

	free(text);
	free(base);
	free(name);
	return uri;
}

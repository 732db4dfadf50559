/*
 * name: names are injective, and stay inside DEST.
 *
 * The input is two paths, a NUL between them.  From a path come others that
 * are most like to collide with it: its result's own name, with ".md" and
 * without, and the same below a folder.
 */
#include <limits.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"
#include "dir/open.h"
#include "dir/result.h"
#include "fuzz/fuzz.h"
#include "rec/name.h"
#include "s3/name.h"

/* The result of a rel: inside DEST, whatever it was. NULL: it has none. */
static char *
result_of_rel(const char *rel)
{
	struct err e;
	char *name = store_dest_name(rel, &e);
	size_t n;

	if (!name) {
		HOLDS(e.class == ERR_VALIDATION);
		return NULL;
	}
	HOLDS(strlen(name) < PATH_MAX && name[0] != '/');
	for (const char *s = name;; s += n + 1) {
		n = strcspn(s, "/");
		HOLDS(n > 0 && n <= NAME_MAX && strncmp(s, ".quire-", 7) != 0);
		HOLDS(!(n == 1 && s[0] == '.') && !(n == 2 && s[0] == '.' && s[1] == '.'));
		if (!s[n])
			break;
	}
	n = strlen(name);
	HOLDS(n > 3 && !strcmp(name + n - 3, ".md"));
	return name;
}

static char *
result_of(const char *path)
{
	char *rel = name_encode(path), *name = result_of_rel(rel);

	free(rel);
	return name;
}

static bool
is_below(const char *name, const char *folder)
{
	size_t n = strlen(folder);

	return !strncmp(name, folder, n) && name[n] == '/';
}

static void
differ(const char *a, const char *b)
{
	char *one = result_of(a), *two = result_of(b);

	if (one && two && strcmp(a, b) != 0)
		HOLDS(strcmp(one, two) != 0 && !is_below(one, two) && !is_below(two, one));
	free(one);
	free(two);
}

/* Paths that look like what another becomes. */
static void
differ_from_its_like(const char *path)
{
	char *name = result_of(path), *other;

	if (!name)
		return;
	differ(path, name);
	other = mem_printf("%s/x", name);
	differ(path, other);
	free(other);
	name[strlen(name) - 3] = '\0';
	differ(path, name);
	other = mem_printf("%s/x", name);
	differ(path, other);
	free(other);
	free(name);
}

static void
round_trip(const char *path)
{
	char *text = name_encode(path), *back, *twice;
	struct err e;

	back = name_decode(text, &e);
	HOLDS(back && !strcmp(back, path));
	free(back);
	back = name_decode_rel(text, &e);
	HOLDS(back && !strcmp(back, path));
	free(back);
	twice = name_encode_bytes(path, strlen(path));
	HOLDS(!strcmp(twice, text));
	free(twice);
	free(text);
}

/* Any text: it is a rel only as its path is written. */
static void
as_rel(const char *text)
{
	struct err e;
	char *path = name_decode_rel(text, &e), *again;

	if (path) {
		again = name_encode(path);
		HOLDS(!strcmp(again, text));
		free(again);
	} else {
		HOLDS(e.class == ERR_VALIDATION);
	}
	free(path);
	free(result_of_rel(text));
}

static void
as_key(const char *key)
{
	char *uri = s3_uri("bucket", key), *operand = mem_printf("s3://bucket/%s", key);
	struct s3_name name;
	struct err e;
	int r = s3_name_uri(&name, uri, &e);

	HOLDS((r == 0) == (strlen(key) <= 1024));
	if (r == 0)
		HOLDS(!strcmp(name.bucket, "bucket") && !strcmp(name.key, key));
	s3_name_release(&name);
	HOLDS(s3_name_operand(&name, operand, &e) == r);
	if (r == 0) {
		HOLDS(!strcmp(name.key, key));
		s3_name_folder(&name);
		HOLDS(!*name.key || name.key[strlen(name.key) - 1] == '/');
	}
	s3_name_release(&name);
	free(operand);
	free(uri);
}

/* Any text as a uri of either kind. */
static void
as_uri(const char *text)
{
	struct s3_name name;
	struct err e;
	char *path = store_path(text, &e), *uri;

	HOLDS(!path || path[0] == '/');
	free(path);
	if (s3_name_uri(&name, text, &e) == 0) {
		uri = s3_uri(name.bucket, name.key);
		HOLDS(!strchr(name.bucket, '/') && !strncmp(uri, "s3://", 5));
		free(uri);
	}
	s3_name_release(&name);
	uri = mem_printf("/%s", text);
	path = store_base(uri, &e);
	HOLDS(path && !strncmp(path, "file://", 7));
	free(path);
	free(uri);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *a = fuzz_string(data, size), *b = a + strlen(a);

	if (b < a + size)
		b++;
	round_trip(a);
	differ(a, b);
	differ_from_its_like(a);
	as_rel(a);
	as_key(a);
	as_uri(a);
	free(a);
	return 0;
}

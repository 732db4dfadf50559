#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rec/name.h"
#include "s3/name.h"

enum { KEY_MAX = 1024 };

static const char scheme[] = "s3://";

bool
s3_is_uri(const char *text)
{
	return strncmp(text, scheme, sizeof(scheme) - 1) == 0;
}

static int
no_name(const char *text, struct err *e)
{
	return err_set(e, ERR_VALIDATION, CODE_STORE_URI, "%.200s: not s3://BUCKET/KEY", text);
}

/* What is no word of a bucket's name in any store could be read as a path. */
static bool
s3_name_is_bucket(const char *name, size_t n)
{
	static const char may[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789.-_ABCDEFGHIJKLMNOPQRSTUVWXYZ:";

	return n > 0 && n <= 255 && strspn(name, may) >= n && name[0] != '.';
}

int
s3_name_operand(struct s3_name *name, const char *text, struct err *e)
{
	const char *bucket = text + sizeof(scheme) - 1, *key;
	size_t n;

	*name = (struct s3_name){ NULL, NULL };
	if (!s3_is_uri(text))
		return no_name(text, e);
	n = strcspn(bucket, "/");
	if (!s3_name_is_bucket(bucket, n))
		return no_name(text, e);
	key = bucket + n + (bucket[n] == '/');
	if (strlen(key) > KEY_MAX)
		return err_set(e, ERR_PERMANENT, CODE_S3_KEY_TOO_LONG,
		    "the key would have %zu bytes, stores take %d", strlen(key), KEY_MAX);
	name->bucket = mem_copy(bucket, n);
	name->key = mem_dup(key);
	return 0;
}

int
s3_name_uri(struct s3_name *name, const char *uri, struct err *e)
{
	char *text = name_decode(uri, e);
	int r;

	*name = (struct s3_name){ NULL, NULL };
	if (!text)
		return -1;
	r = s3_name_operand(name, text, e);
	free(text);
	return r;
}

int
s3_name_result(struct s3_name *name, const struct s3_name *dest, const char *rel, struct err *e)
{
	char *key = name_decode_rel(rel, e), *operand;
	int r;

	*name = (struct s3_name){ NULL, NULL };
	if (!key)
		return -1;
	operand = mem_printf("%s%s/%s%s.md", scheme, dest->bucket, dest->key, key);
	free(key);
	r = s3_name_operand(name, operand, e);
	free(operand);
	return r;
}

void
s3_name_folder(struct s3_name *name)
{
	size_t n = strlen(name->key);

	if (n == 0 || name->key[n - 1] == '/')
		return;
	name->key = mem_resize(name->key, n + 2, 1);
	memcpy(name->key + n, "/", 2);
}

void
s3_name_release(struct s3_name *name)
{
	free(name->bucket);
	free(name->key);
	*name = (struct s3_name){ NULL, NULL };
}

char *
s3_uri(const char *bucket, const char *key)
{
	char *text = name_encode(key), *uri = mem_printf("%s%s/%s", scheme, bucket, text);

	free(text);
	return uri;
}

size_t
s3_etag_bare(const char **etag)
{
	*etag += strncmp(*etag, "W/\"", 3) == 0 ? 2 : 0;
	*etag += **etag == '"';
	return strcspn(*etag, "\"");
}

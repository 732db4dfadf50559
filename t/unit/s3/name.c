#include <stdbool.h>

#include "base/err.h"
#include "base/mem.h"
#include "s3/name.h"
#include "unit/check.h"

static void
reads_names(void)
{
	static const char *const bad[] = { "", "s3", "s3:/b/k", "S3://b/k", "s3://", "s3:///k",
		"s3://.b/k", "s3://../k", "s3://a b/k", "s3://a%2fb/k", "s3://b?x/k",
		"s3://\xc3\xa9/k", "file:///x" };
	char *text = mem_new(2000, 1), *uri;
	struct s3_name n;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(s3_name_operand(&n, bad[i], &e) < 0 && e.class == ERR_VALIDATION &&
		    !n.bucket && !n.key);
		CHECK_STR(e.code, "store.uri");
	}
	memset(text, 'k', 1024 + 7);
	memcpy(text, "s3://b/", 7);
	CHECK(s3_name_operand(&n, text, &e) == 0 && strlen(n.key) == 1024);
	s3_name_release(&n);
	text[1024 + 7] = 'k';
	CHECK(s3_name_operand(&n, text, &e) < 0 && e.class == ERR_PERMANENT);
	CHECK_STR(e.code, "s3.KeyTooLong");
	free(text);
	CHECK(s3_name_operand(&n, "s3://bucket", &e) == 0);
	CHECK_STR(n.bucket, "bucket");
	CHECK_STR(n.key, "");
	s3_name_release(&n);
	CHECK(s3_name_operand(&n, "s3://b//a%25/", &e) == 0);
	CHECK_STR(n.key, "/a%25/");
	uri = s3_uri(n.bucket, n.key);
	s3_name_release(&n);
	CHECK_STR(uri, "s3://b//a%2525/");
	CHECK(s3_name_uri(&n, uri, &e) == 0);
	CHECK_STR(n.key, "/a%25/");
	s3_name_release(&n);
	free(uri);
	CHECK(s3_name_uri(&n, "s3://b/%zz", &e) < 0 && s3_name_uri(&n, "s3://b/%00", &e) < 0);
	CHECK_STR(e.code, "record.member");
	CHECK(s3_is_uri("s3://") && !s3_is_uri("s3:/x"));
}

/* Of a folder what lies below it is meant. */
static void
makes_folders(void)
{
	static const char *const keys[][2] = { { "", "" }, { "a", "a/" }, { "a/", "a/" } };
	struct s3_name n;
	struct err e;
	char text[64];

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		snprintf(text, sizeof(text), "s3://b/%s", keys[i][0]);
		CHECK(s3_name_operand(&n, text, &e) == 0);
		s3_name_folder(&n);
		CHECK_STR(n.key, keys[i][1]);
		s3_name_release(&n);
	}
}

int
main(void)
{
	reads_names();
	makes_folders();
	return 0;
}

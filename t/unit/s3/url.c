#include <stdbool.h>

#include "aws/conf.h"
#include "s3/name.h"
#include "s3/url.h"
#include "unit/check.h"

static void
is_at(const struct awsconf *conf, enum s3_style style, const char *bucket, const char *url)
{
	const struct s3_name name = { (char *)(size_t)bucket, (char *)(size_t) "a b/\xc3\xa9" };
	struct s3_url u;

	s3_url_init(&u, conf, style, &name, "q=1");
	CHECK_STR(u.url, url);
	CHECK(strncmp(strstr(u.url, "://") + 3, u.host, strlen(u.host)) == 0);
	CHECK(strncmp(strstr(u.url, "://") + 3 + strlen(u.host), u.path, strlen(u.path)) == 0);
	CHECK_STR(u.url + strlen(u.url) - strlen("?q=1"), "?q=1");
	s3_url_release(&u);
}

#define KEY "/a%20b/%C3%A9?q=1"

static void
finds_a_bucket_at_amazon(void)
{
	const struct awsconf conf = { .region = (char *)(size_t) "eu-west-1" };

	is_at(&conf, S3_STYLE_AUTO, "bucket", "https://bucket.s3.eu-west-1.amazonaws.com" KEY);
	is_at(&conf, S3_STYLE_PATH, "bucket", "https://s3.eu-west-1.amazonaws.com/bucket" KEY);
	/* No certificate has a name with so many dots. */
	is_at(&conf, S3_STYLE_VIRTUAL, "a.b", "https://s3.eu-west-1.amazonaws.com/a.b" KEY);
}

static void
finds_a_bucket_at_an_endpoint(void)
{
	struct awsconf conf = { .region = (char *)(size_t) "r", .path_style = true };

	conf.endpoint = (char *)(size_t) "https://store:443/base";
	is_at(&conf, S3_STYLE_AUTO, "bucket", "https://store/base/bucket" KEY);
	is_at(&conf, S3_STYLE_VIRTUAL, "bucket", "https://bucket.store/base" KEY);
	conf.endpoint = (char *)(size_t) "http://store:443";
	is_at(&conf, S3_STYLE_AUTO, "bucket", "http://store:443/bucket" KEY);
	/* An address has no subdomains. */
	conf.endpoint = (char *)(size_t) "http://127.0.0.1:80";
	is_at(&conf, S3_STYLE_VIRTUAL, "bucket", "http://127.0.0.1/bucket" KEY);
	conf.endpoint = (char *)(size_t) "http://[::1]:8080";
	is_at(&conf, S3_STYLE_VIRTUAL, "bucket", "http://[::1]:8080/bucket" KEY);
}

int
main(void)
{
	finds_a_bucket_at_amazon();
	finds_a_bucket_at_an_endpoint();
	return 0;
}

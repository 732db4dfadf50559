#include "base/err.h"
#include "s3/listxml.h"

#include "unit/check.h"

static struct s3_error
read_error(const char *body)
{
	struct s3_error got;
	size_t len = strlen(body);

	/* In memory of its own, so that ASan sees a look past the end. */
	char *copy = malloc(len ? len : 1);

	CHECK(copy);
	memcpy(copy, body, len);
	memset(&got, 'x', sizeof(got));
	s3xml_error(&got, copy, len);
	free(copy);
	return got;
}

static void
is_none(const char *body)
{
	struct s3_error got = read_error(body), none;

	memset(&none, 0, sizeof(none));
	CHECK(memcmp(&got, &none, sizeof(got)) == 0);
}

/* Amazon S3 API Reference, "Error responses". */
static const char no_such_key[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
				  "<Error>\n"
				  "  <Code>NoSuchKey</Code>\n"
				  "  <Message>The resource you requested does not exist</Message>\n"
				  "  <Resource>/mybucket/myfoto.jpg</Resource> \n"
				  "  <RequestId>4442587FB7D0A2F9</RequestId>\n"
				  "</Error>\n";

static void
reads_amazons_sample(void)
{
	struct s3_error got = read_error(no_such_key);

	CHECK_STR(got.code, "NoSuchKey");
	CHECK_STR(got.message, "The resource you requested does not exist");
	CHECK_STR(got.request_id, "4442587FB7D0A2F9");
	CHECK_STR(got.region, "");
	CHECK_STR(got.endpoint, "");
}

/* The same reference, "Request routing"; and what S3 sent to a client. */
static void
reads_redirects(void)
{
	struct s3_error got = read_error(
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>\n"
	    "  <Code>TemporaryRedirect</Code>\n"
	    "  <Message>Please re-send this request to the specified temporary endpoint.\n"
	    "  Continue to use the original request endpoint for future requests.</Message>\n"
	    "  <Endpoint>awsexamplebucket1.s3-gztb4pa9sq.amazonaws.com</Endpoint>\n"
	    "</Error>");

	CHECK_STR(got.code, "TemporaryRedirect");
	CHECK_STR(got.message,
	    "Please re-send this request to the specified temporary endpoint. "
	    "Continue to use the original request endpoint for future requests.");
	CHECK_STR(got.endpoint, "awsexamplebucket1.s3-gztb4pa9sq.amazonaws.com");
	got = read_error("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			 "<Error><Code>PermanentRedirect</Code><Message>The bucket you are "
			 "attempting to access must be addressed using the specified endpoint. "
			 "Please send all future requests to this endpoint.</Message><Endpoint>"
			 "hello.s3-eu-west-1.amazonaws.com</Endpoint><Bucket>hello</Bucket>"
			 "<RequestId>G9R9SVHB8AHCFCNA</RequestId><HostId>crAFDbCnW3jz+1HYCpt/"
			 "JGwozviz1CUUSMGqMVUWr+ANUEeYiBFrfWMqWNlec6VfmJ21tRzgbZM=</HostId>"
			 "</Error>");
	CHECK_STR(got.code, "PermanentRedirect");
	CHECK_STR(got.endpoint, "hello.s3-eu-west-1.amazonaws.com");
	CHECK_STR(got.request_id, "G9R9SVHB8AHCFCNA");
	got = read_error("<Error><Code>AuthorizationHeaderMalformed</Code>"
			 "<Region>eu-west-1</Region></Error>");
	CHECK_STR(got.region, "eu-west-1");
}

static void
is_empty_for_other_bodies(void)
{
	is_none("");
	is_none(" ");
	is_none("Service Unavailable");
	is_none("<html><body><Code>NoSuchKey</Code></body></html>");
	is_none("<!DOCTYPE html><html></html>");
	is_none("<!DOCTYPE Error [<!ENTITY x 'NoSuchKey'>]>"
		"<Error><Code>&x;</Code></Error>");
	is_none("{\"Code\":\"NoSuchKey\"}");
	is_none("<Error/>");
	is_none("<Error><Detail><Code>NoSuchKey</Code></Detail></Error>");
	is_none("<Error><Code></Code><Message> \n </Message></Error>");
	is_none("<ListBucketResult><Code>NoSuchKey</Code></ListBucketResult>");
}

/* However it is cut, a member is there whole or not at all. */
static void
keeps_what_came_whole(void)
{
	struct s3_error all = read_error(no_such_key);
	char cut[sizeof(no_such_key)];
	int codes = 0;

	for (size_t n = 0; n < sizeof(no_such_key); n++) {
		struct s3_error got;

		memcpy(cut, no_such_key, n);
		cut[n] = '\0';
		got = read_error(cut);
		CHECK(!got.code[0] || strcmp(got.code, all.code) == 0);
		CHECK(!got.message[0] || strcmp(got.message, all.message) == 0);
		CHECK(!got.request_id[0] || strcmp(got.request_id, all.request_id) == 0);
		codes += got.code[0] != '\0';
	}
	CHECK(codes > 100);
}

static void
lets_nothing_strange_through(void)
{
	struct s3_error got =
	    read_error("<Error>"
		       "<Code>301 Moved-Permanently.\xc3\xa9&#10;x</Code>"
		       "<Message>&#9;a&#10;&#13; b\x7f\xc2\x9b&#x202e; c &#x2028;&#x61c;"
		       "\xf0\x9f\x98\x80&lt;&#32;</Message>"
		       "<RequestId>a b</RequestId>"
		       "<Region>eu-west-1/../x</Region>"
		       "<Endpoint>evil.example/path?</Endpoint></Error>");

	CHECK_STR(got.code, "301MovedPermanentlyx");
	CHECK_STR(got.message, "a b c \xf0\x9f\x98\x80<");
	CHECK_STR(got.request_id, "");
	CHECK_STR(got.region, "");
	CHECK_STR(got.endpoint, "");
	got = read_error("<Error><Endpoint>user:pw@host</Endpoint>"
			 "<RequestId>a&#10;b</RequestId></Error>");
	CHECK_STR(got.endpoint, "");
	CHECK_STR(got.request_id, "");
	got = read_error("<Error><Endpoint>127.0.0.1:8080</Endpoint>"
			 "<RequestId>tx0-a_b=/+:z</RequestId></Error>");
	CHECK_STR(got.endpoint, "127.0.0.1:8080");
	CHECK_STR(got.request_id, "tx0-a_b=/+:z");
}

static void
cuts_what_is_too_long(void)
{
	static char body[100 * 1024];
	size_t n = 0;
	struct s3_error got;

	n += (size_t)snprintf(body, sizeof(body), "<Error><Code>");
	memset(body + n, 'C', 300);
	n += 300;
	n += (size_t)snprintf(body + n, sizeof(body) - n, "</Code><Message>.");
	/* 2 bytes each: one would end in the middle */
	for (int i = 0; i < 300; i++)
		n += (size_t)snprintf(body + n, sizeof(body) - n, "\xc3\xa9");
	n += (size_t)snprintf(body + n, sizeof(body) - n, "</Message><Region>");
	memset(body + n, 'r', 64);
	n += 64;
	snprintf(body + n, sizeof(body) - n, "</Region>");
	got = read_error(body);
	CHECK(strlen(got.code) == sizeof(got.code) - 1);
	CHECK(strlen(got.message) == 255);
	CHECK(memcmp(got.message + 253, "\xc3\xa9", 3) == 0);
	CHECK_STR(got.region, "");
	/* a space that fits, with a letter behind it that does not */
	n = (size_t)snprintf(body, sizeof(body), "<Error><Message>");
	memset(body + n, 'm', 254);
	snprintf(body + n + 254, sizeof(body) - n - 254, " b</Message></Error>");
	got = read_error(body);
	CHECK(strlen(got.message) == 254);
	/* a body's first 64 KiB */
	n = (size_t)snprintf(body, sizeof(body), "<Error><Code>C</Code>");
	memset(body + n, ' ', sizeof(body) - n);
	snprintf(body + S3_ERROR_MAX, 64, "<Code>late</Code></Error>");
	got = read_error(body);
	CHECK_STR(got.code, "C");
}

int
main(void)
{
	reads_amazons_sample();
	reads_redirects();
	is_empty_for_other_bodies();
	keeps_what_came_whole();
	lets_nothing_strange_through();
	cuts_what_is_too_long();
	return 0;
}

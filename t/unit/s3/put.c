#include "rec/rec.h"
#include "s3/put.h"
#include "unit/s3/s3web.h"
#include "unit/scratch.h"

struct put {
	struct s3_put *put;
	int over;
	char *uri;
	struct err e;
};

static void
put_over(void *arg, const char *uri, const struct err *e)
{
	struct put *p = arg;

	p->over++;
	CHECK(!uri == !!e);
	p->uri = uri ? mem_dup(uri) : NULL;
	if (e)
		p->e = *e;
}

static struct s3_dest *
dest_of(const char *operand)
{
	struct err e;
	struct s3_dest *d = s3_dest_open(s3, operand, &e);

	CHECK(d);
	return d;
}

/* The record's result "# x", or that file, put to its end. */
static struct put
put_file(struct s3_dest *d, const char *record, int file)
{
	struct put p = { .over = 0 };
	struct rec *r = rec_parse(record, strlen(record), &p.e);
	int fd = file < 0 ? scratch_with("# x", 3) : file;

	CHECK(r);
	p.put = s3_put_start(d,
	    &(struct s3_put_conf){ .rec = r, .fd = fd, .done = put_over, .arg = &p }, &p.e);
	rec_free(r);
	if (p.put)
		web_until(loop, &p.over, 1);
	if (file < 0)
		close(fd);
	return p;
}

static void
is_bad(struct put p, int over, enum err_class class, const char *code)
{
	CHECK(p.over == over && !p.uri && p.e.class == class && p.e.msg[0]);
	CHECK_STR(p.e.code, code);
}

static void
puts_well(struct s3_dest *d, const char *record, const char *uri)
{
	struct put p = put_file(d, record, -1);

	CHECK(p.over == 1);
	CHECK_STR(p.uri, uri);
	free(p.uri);
}

static void
says_where_it_is_from(void)
{
	/* By sha256sum (coreutils). */
	static const char sha256[] =
	    "44647510631c98185d84603cb34a79e028914924a4a03db8ce04f7b49504486f";
	static const char all[] =
	    "{\"v\":1,\"kind\":\"document\",\"rel\":\"a/b.pdf\",\"etag\":\"e-2\","
	    "\"uri\":\"s3://in/a/b\\u00e9 %25.pdf\",\"doc_pages\":3,\"engines\":{\"tesseract\":2,\"text\":1},"
	    "\"original\":{\"sha256\":\"abc\"}}";
	struct s3_dest *d;
	const struct web_asked *a = NULL;

	s3web_local();
	a = &web->asked[0];
	d = dest_of("s3://out/pre");
	web_say(web, "200 OK", "ETag: \"x\"\r\n", "");
	puts_well(d, all, "s3://out/pre/a/b.pdf.md");
	s3web_asked(0, "PUT", "/out/pre/a/b.pdf.md");
	CHECK_STR(a->body, "# x");
	CHECK_STR(web_header(a, "Content-Length"), "3");
	CHECK_STR(web_header(a, "Content-Type"), "text/markdown; charset=utf-8");
	CHECK_STR(web_header(a, "x-amz-meta-source-uri"), "s3://in/a/b%C3%A9%20%25.pdf");
	CHECK_STR(web_header(a, "x-amz-meta-source-etag"), "e-2");
	CHECK_STR(web_header(a, "x-amz-meta-source-sha256"), "abc");
	CHECK_STR(web_header(a, "x-amz-meta-pages"), "3");
	CHECK_STR(web_header(a, "x-amz-meta-engine"), "tesseract,text");
	CHECK_STR(web_header(a, "x-amz-content-sha256"), sha256);
	/* With nothing to say. */
	puts_well(d, "{\"rel\":\"x\",\"engines\":{},\"original\":1,\"uri\":null,\"etag\":\"\"}",
	    "s3://out/pre/x.md");
	CHECK(!strstr(web->asked[1].head, "x-amz-meta"));
	/* And what would be a header of its own. */
	puts_well(d, "{\"rel\":\"x\",\"etag\":\"a\\r\\nX-Evil: \\u007f\",\"uri\":[1,\"\\n\"]}",
	    "s3://out/pre/x.md");
	CHECK_STR(web_header(&web->asked[2], "x-amz-meta-source-etag"), "a%0D%0AX-Evil:%20%7F");
	CHECK(!web_header(&web->asked[2], "x-amz-meta-source-uri"));
	CHECK(!web_header(&web->asked[2], "X-Evil"));
	s3_dest_close(d);
	s3web_end();
}

static void
names_results(void)
{
	static const char *const bad[] = { "a%2Fb", "%41", "%e9", "a%c3%a9" };
	char *text = mem_new(1200, 1), *record;
	struct s3_dest *d;
	struct err e;

	CHECK(!s3_dest_open(NULL, "s3://", &e));
	s3web_local();
	web_say(web, "200 OK", "ETag: \"x\"\r\n", "");
	d = dest_of("s3://out");
	puts_well(d, "{\"rel\":\"a/../b//\\u00e9 %25%E9\"}", "s3://out/a/../b//\xc3\xa9 %25%E9.md");
	s3web_asked(0, "PUT", "/out/a/../b//%C3%A9%20%25%E9.md");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		record = mem_printf("{\"rel\":\"%s\"}", bad[i]);
		is_bad(put_file(d, record, -1), 0, ERR_VALIDATION, "dest.name");
		free(record);
	}
	is_bad(put_file(d, "{\"rel\":\"%zz\"}", -1), 0, ERR_VALIDATION, "record.member");
	is_bad(put_file(d, "{\"rel\":1}", -1), 0, ERR_VALIDATION, "record.member");
	is_bad(put_file(d, "{}", -1), 0, ERR_VALIDATION, "record.member");
	memset(text, 'k', 1022);
	record = mem_printf("{\"rel\":\"%s\"}", text);
	is_bad(put_file(d, record, -1), 0, ERR_PERMANENT, "s3.KeyTooLong");
	free(record);
	CHECK(web->nasked == 1);
	s3_dest_close(d);
	s3_dest_close(NULL);
	free(text);
	s3web_end();
}

/* However the record writes the uri of what it is from. */
static void
replaces_no_source(void)
{
	static const char *const bad[] = { "s3://b/p/a.md", "s3://b/p/%61.md", "s3://b/p/a%2Emd" };
	static const char *const good[] = { "s3://c/p/a.md", "s3://b/p/a", "s3://b/P/a.md",
		"s3://b/p/a.md/", "file:///p/a.md", "s3://b/p/a%zz.md" };
	struct s3_dest *d;
	char *record;

	s3web_local();
	web_say(web, "200 OK", "ETag: \"x\"\r\n", "");
	d = dest_of("s3://b/p/");
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		record = mem_printf("{\"rel\":\"a\",\"uri\":\"%s\"}", bad[i]);
		is_bad(put_file(d, record, -1), 0, ERR_VALIDATION, "dest.source");
		free(record);
	}
	CHECK(web->nasked == 0);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		record = mem_printf("{\"rel\":\"a\",\"uri\":\"%s\"}", good[i]);
		puts_well(d, record, "s3://b/p/a.md");
		free(record);
	}
	s3_dest_close(d);
	s3web_end();
}

/* 256 bytes as they are sent, and one more, which would be half of another. */
static void
says_the_digest_of_what_is_long(void)
{
	char *text = mem_new(300, 1), *record;
	struct s3_dest *d;

	s3web_local();
	web_say(web, "200 OK", "ETag: \"x\"\r\n", "");
	d = dest_of("s3://b");
	memset(text, 'x', 253);
	for (int i = 0; i < 2; i++) {
		record = mem_printf("{\"rel\":\"a\",\"uri\":\"%s \",\"etag\":\"e\"}", text + !i);
		puts_well(d, record, "s3://b/a.md");
		free(record);
	}
	CHECK(strlen(web_header(&web->asked[0], "x-amz-meta-source-uri")) == 255);
	CHECK(strlen(web_header(&web->asked[1], "x-amz-meta-source-uri")) == 256);
	text[253] = 'x';
	record = mem_printf("{\"rel\":\"a\",\"uri\":\"%s \",\"etag\":\"e\"}", text);
	puts_well(d, record, "s3://b/a.md");
	free(record);
	/* By sha256sum. */
	CHECK_STR(web_header(&web->asked[2], "x-amz-meta-source-uri"),
	    "sha256:514dec3d6f33b85c623fdca6586f90cfcec6a2472329cd2c04c62940db5c8bf7");
	CHECK_STR(web_header(&web->asked[2], "x-amz-meta-source-etag"), "e");
	s3_dest_close(d);
	free(text);
	s3web_end();
}

static void
drops_metadata(void)
{
	static const char large[] = "<Error><Code>MetadataTooLarge</Code></Error>";
	static const char record[] = "{\"rel\":\"a\",\"uri\":\"s3://in/a\",\"etag\":\"e\"}";
	struct s3_dest *d;

	s3web_local();
	d = dest_of("s3://b");
	web_say(web, "400 Bad Request", "", large);
	web_say(web, "200 OK", "ETag: \"x\"\r\n", "");
	puts_well(d, record, "s3://b/a.md");
	CHECK(web->nasked == 2);
	CHECK_STR(web_header(&web->asked[0], "x-amz-meta-source-uri"), "s3://in/a");
	CHECK(!web_header(&web->asked[1], "x-amz-meta-source-uri"));
	CHECK_STR(web_header(&web->asked[1], "x-amz-meta-source-etag"), "e");
	CHECK_STR(web_header(&web->asked[1], "Content-Type"), "text/markdown; charset=utf-8");
	CHECK_STR(web->asked[1].body, "# x");
	/* There is an end to it. */
	web_say(web, "400 Bad Request", "", large);
	is_bad(put_file(d, record, -1), 1, ERR_PERMANENT, "s3.MetadataTooLarge");
	CHECK(web->nasked > 3 && web->nasked <= 2 + 3);
	s3_dest_close(d);
	s3web_end();
}

static void
one_refusal(struct s3_dest *d, const char *status, const char *code, enum err_class class)
{
	char body[100], want[64];

	snprintf(body, sizeof(body), "<Error><Code>%s</Code></Error>", code);
	snprintf(want, sizeof(want), "s3.%s", code);
	web_say(web, status, "Retry-After: 100\r\n", body);
	is_bad(put_file(d, "{\"rel\":\"a\"}", -1), 1, class, want);
}

static void
tells_whom_it_concerns(void)
{
	struct s3_dest *d;

	s3web_local();
	d = dest_of("s3://b");
	one_refusal(d, "403 Forbidden", "AccessDenied", ERR_FATAL);
	one_refusal(d, "404 Not Found", "NoSuchBucket", ERR_FATAL);
	one_refusal(d, "301 Moved", "PermanentRedirect", ERR_FATAL);
	one_refusal(d, "503 Slow Down", "SlowDown", ERR_TRANSIENT);
	one_refusal(d, "400 Bad Request", "InvalidArgument", ERR_PERMANENT);
	one_refusal(d, "400 Bad Request", "InvalidArgument", ERR_PERMANENT);
	one_refusal(d, "400 Bad Request", "KeyTooLongError", ERR_PERMANENT);
	one_refusal(d, "400 Bad Request", "InvalidArgument", ERR_FATAL);
	one_refusal(d, "403 Forbidden", "SignatureDoesNotMatch", ERR_FATAL);
	one_refusal(d, "403 Forbidden", "UserSuspended", ERR_FATAL);
	web_say(web, "200 OK", "ETag: \"x\"\r\n", "");
	puts_well(d, "{\"rel\":\"a\"}", "s3://b/a.md");
	one_refusal(d, "403 Forbidden", "AccessDenied", ERR_PERMANENT);
	/* Keys that were good enough are none to be doubted. */
	one_refusal(d, "403 Forbidden", "SignatureDoesNotMatch", ERR_PERMANENT);
	one_refusal(d, "400 Bad Request", "InvalidArgument", ERR_PERMANENT);
	one_refusal(d, "400 Bad Request", "InvalidArgument", ERR_PERMANENT);
	one_refusal(d, "400 Bad Request", "InvalidArgument", ERR_PERMANENT);
	/* A good status before a refusal. */
	one_refusal(d, "200 OK", "InternalFailure", ERR_PERMANENT);
	/* Of something that is no store. */
	web_say(web, "200 OK", "Retry-After: 100\r\n", "<html></html>");
	is_bad(put_file(d, "{\"rel\":\"a\"}", -1), 1, ERR_TRANSIENT, "s3.BadAnswer");
	s3_dest_close(d);
	s3web_end();
}

static void
needs_a_file(void)
{
	int dir = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC), none = scratch();
	struct s3_dest *d;
	struct put p;

	s3web_local();
	d = dest_of("s3://b");
	web_say(web, "200 OK", "ETag: \"x\"\r\n", "");
	is_bad(put_file(d, "{\"rel\":\"a\"}", dir), 0, ERR_PERMANENT, "io.read");
	CHECK(web->nasked == 0);
	/* An empty one is a result. */
	p = put_file(d, "{\"rel\":\"a\"}", none);
	CHECK_STR(p.uri, "s3://b/a.md");
	free(p.uri);
	CHECK_STR(web_header(&web->asked[0], "Content-Length"), "0");
	CHECK_STR(web_header(&web->asked[0], "x-amz-content-sha256"),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	close(dir);
	close(none);
	s3_dest_close(d);
	s3web_end();
}

static void
cancels(void)
{
	struct err e;
	struct rec *r = rec_parse("{\"rel\":\"a\"}", 11, &e);
	struct put p = { .over = 0 };
	int fd = scratch_with("# x", 3);
	const struct s3_put_conf conf = { .rec = r, .fd = fd, .done = put_over, .arg = &p };
	struct s3_dest *d;

	s3web_local();
	d = dest_of("s3://b");
	web_raw(web, "", WEB_STALL);
	s3_put_cancel(NULL);
	s3_put_cancel(s3_put_start(d, &conf, &e));
	p.put = s3_put_start(d, &conf, &e);
	web_until(loop, &web->nasked, 1);
	s3_put_cancel(p.put);
	web_linger(loop, 20);
	CHECK(p.over == 0 && web->nasked == 1);
	rec_free(r);
	close(fd);
	s3_dest_close(d);
	s3web_end();
}

static void
checks_the_bucket(void)
{
#define REFUSED(code) "<Error><Code>" code "</Code></Error>"
	static const struct {
		const char *status, *body;
		int r;
		enum err_class class;
		const char *code;
	} all[] = { { "200 OK",
			"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>", 0,
			ERR_FATAL, "" },
		{ "200 OK",
		    "<ListBucketResult><Contents><Key>a</Key><Size>1</Size></Contents><IsTruncated>true"
		    "</IsTruncated><NextContinuationToken>t</NextContinuationToken></ListBucketResult>",
		    0, ERR_FATAL, "" },
		{ "403 Forbidden", REFUSED("AccessDenied"), 0, ERR_FATAL, "" },
		{ "200 OK", REFUSED("AccessDenied"), 0, ERR_FATAL, "" },
		{ "404 Not Found", REFUSED("NoSuchBucket"), -1, ERR_FATAL, "s3.NoSuchBucket" },
		{ "403 Forbidden", REFUSED("InvalidAccessKeyId"), -1, ERR_FATAL,
		    "s3.InvalidAccessKeyId" },
		{ "503 Slow Down", REFUSED("SlowDown"), -1, ERR_BUSY, "s3.SlowDown" },
		/* What is no bucket. */
		{ "200 OK", "", -1, ERR_BUSY, "s3.BadAnswer" },
		{ "200 OK", "<!DOCTYPE html><html><body>Sign in<br></body></html>", -1, ERR_BUSY,
		    "s3.BadAnswer" },
		{ "200 OK", "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>", -1,
		    ERR_BUSY, "s3.BadAnswer" },
		{ "200 OK", "<ListBucketResult><IsTruncated>false</IsTruncated>", -1, ERR_BUSY,
		    "s3.BadAnswer" } };
#undef REFUSED
	struct s3_dest *d;
	struct err e;

	s3web_local();
	d = dest_of("s3://b/pre");
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		web_say(web, all[i].status, "Retry-After: 100\r\n", all[i].body);
		e.code = "";
		CHECK(s3_dest_check(d, loop, &e) == all[i].r);
		CHECK(
		    all[i].r == 0 || (e.class == all[i].class && strcmp(e.code, all[i].code) == 0));
	}
	s3web_asked(0, "GET", "/b?list-type=2&encoding-type=url&max-keys=1");
	s3_dest_close(d);
	s3web_end();
}

int
main(void)
{
	says_where_it_is_from();
	names_results();
	replaces_no_source();
	says_the_digest_of_what_is_long();
	drops_metadata();
	tells_whom_it_concerns();
	needs_a_file();
	cancels();
	checks_the_bucket();
	return 0;
}

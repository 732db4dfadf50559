#include "rec/rec.h"
#include "s3/docs.h"
#include "unit/s3/s3web.h"

/* A page of those keys, as XML has them, "KEY SIZE ...", the last of the listing. */
static void
page(const char *objects)
{
	struct buf b = BUF_INIT(1 << 20);
	const char *s = objects;
	int n, m;

	CHECK(buf_adds(&b,
		  "<ListBucketResult><EncodingType>url</EncodingType>"
		  "<IsTruncated>false</IsTruncated>") == 0);
	for (; *s; s += m + (s[m] == ' ')) {
		n = (int)strcspn(s, " ");
		m = n + 1 + (int)strcspn(s + n + 1, " ");
		CHECK(buf_printf(&b,
			  "<Contents><Key>%.*s</Key><Size>%.*s</Size><ETag>\"e\"</ETag>"
			  "<LastModified>2026-11-20T10:00:00.000Z</LastModified></Contents>",
			  n, s, m - n - 1, s + n + 1) == 0);
	}
	CHECK(buf_add(&b, "</ListBucketResult>", 20) == 0);
	web_say(web, "200 OK", "", b.p);
	buf_release(&b);
}

/* The next record, when it comes, or NULL. */
static struct rec *
next(struct s3_docs *d, struct err *e)
{
	const int64_t end = loop_now_ms() + 30000;
	struct rec *r;

	while (!(r = s3_docs_next(d, e)) && !e->code && !s3_docs_ended(d)) {
		CHECK(loop_now_ms() < end);
		loop_turn(loop, 1000);
	}
	return r;
}

/* The rels in a row, what failed with its code behind it, then "." or the code. */
static const char *
list(const char *operand, const struct s3_docs_conf *conf)
{
	static const struct s3_docs_conf all;
	static char text[2048];
	struct err e;
	struct s3_docs *d = s3_docs_new(s3, operand, conf ? conf : &all, &e);
	struct rec *r;
	size_t n = 0;

	CHECK(d);
	while ((r = next(d, &e))) {
		CHECK_STR(rec_str(r, "kind"), e.code ? "error" : "document");
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s%s ", rec_str(r, "rel"),
		    e.code ? "=" : "", e.code ? e.code : "");
		rec_free(r);
	}
	snprintf(text + n, sizeof(text) - n, "%s", e.code ? e.code : ".");
	s3_docs_free(d);
	return text;
}

static void
makes_records_of_objects(void)
{
	static const struct s3_docs_conf all;
	struct s3_docs *d;
	struct rec *r;
	struct err e;

	s3web_local();
	page("a/b%25%C3%A9%E9+c.pdf 7");
	d = s3_docs_new(s3, "s3://bucket/a/", &all, &e);
	r = next(d, &e);
	CHECK(r && !e.code && rec_int(r, "v", 0) == 1 && rec_int(r, "size", 0) == 7);
	CHECK_STR(rec_str(r, "kind"), "document");
	CHECK_STR(rec_str(r, "uri"), "s3://bucket/a/b%25\xc3\xa9%E9 c.pdf");
	CHECK_STR(rec_str(r, "rel"), "b%25\xc3\xa9%E9 c.pdf");
	CHECK_STR(rec_str(r, "etag"), "e");
	CHECK_STR(rec_str(r, "mtime"), "2026-11-20T10:00:00Z");
	rec_free(r);
	CHECK(!next(d, &e) && !e.code && s3_docs_ended(d));
	s3_docs_free(d);
	s3_docs_free(NULL);
	s3web_end();
}

static void
begins_a_rel_with_its_bucket_among_several(void)
{
	const struct s3_docs_conf conf = { .several = true };

	s3web_local();
	page("a/b 1");
	CHECK_STR(list("s3://bucket/a/", &conf), "bucket/a/b .");
	s3web_end();
}

static void
takes_no_folder_for_a_document(void)
{
	s3web_local();
	page("a/ 0 b 0 c/ 1");
	CHECK_STR(list("s3://bucket", NULL), "b c/ .");
	s3web_end();
}

static void
chooses_by_globs_and_skips_a_folder(void)
{
	static const char *const md[] = { "*.md" };
	struct s3_docs_conf conf = { .globs = { .exclude = md, .nexclude = 1 },
		.skip = "s3://bucket/out" };

	s3web_local();
	page("a.md 1 out 1 out/x 1 outer 1");
	CHECK_STR(list("s3://bucket", &conf), "out outer .");
	conf.skip = "s3://other/out";
	CHECK_STR(list("s3://bucket", &conf), "out out/x outer .");
	/* What lies in it is asked for itself. */
	conf.skip = "s3://bucket/out";
	page("out/x 1");
	CHECK_STR(list("s3://bucket/out/", &conf), "x .");
	s3web_end();
}

static void
fails_what_can_be_no_document_and_goes_on(void)
{
	const struct s3_docs_conf several = { .several = true };

	s3web_local();
	page("x%00y 1 z 1");
	CHECK_STR(list("s3://bucket", NULL), "x%00y=store.uri z .");
	/* One rel for two. */
	page("a 1");
	page("a/a 1 a/b 1");
	CHECK_STR(list("s3://bucket/a", NULL), "a a=store.twin b .");
	page("a 1");
	page("a/a 1");
	CHECK_STR(list("s3://bucket/a", &several), "bucket/a bucket/a/a .");
	s3web_end();
}

static void
fails_as_its_listing_does(void)
{
	s3web_local();
	web_say(web, "403 Forbidden", "", "<Error><Code>AccessDenied</Code></Error>");
	CHECK_STR(list("s3://bucket", NULL), "s3.AccessDenied");
	s3web_end();
}

static void
wants_names_of_buckets(void)
{
	struct s3_docs_conf conf = { .skip = NULL };
	struct err e;

	s3web_local();
	CHECK(!s3_docs_new(s3, "s3://", &conf, &e));
	CHECK_STR(e.code, "store.uri");
	conf.skip = "out";
	CHECK(!s3_docs_new(s3, "s3://bucket", &conf, &e));
	CHECK_STR(e.code, "store.uri");
	s3web_end();
}

int
main(void)
{
	makes_records_of_objects();
	begins_a_rel_with_its_bucket_among_several();
	takes_no_folder_for_a_document();
	chooses_by_globs_and_skips_a_folder();
	fails_what_can_be_no_document_and_goes_on();
	fails_as_its_listing_does();
	wants_names_of_buckets();
	return 0;
}

#include "unit/folder.h"

#include "place/dest.h"
#include "place/origin.h"
#include "place/place.h"
#include "place/source.h"
#include "rec/rec.h"
#include "s3/url.h"
#include "unit/s3/s3web.h"
#include "work/doc.h"

/* Of "hello", by sha256sum (coreutils). */
#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static struct places *places;

static void
begin(void)
{
	struct place_conf conf = { 0 };

	s3web_local();
	conf.loop = loop;
	places = places_new(place_schemes, &conf);
}

static void
end(void)
{
	places_free(places);
	s3web_end();
}

struct over {
	int n;
	char text[256]; /* a uri, or a code */
};

static void
is_over(struct over *o, const char *uri, const struct err *e)
{
	o->n++;
	snprintf(o->text, sizeof(o->text), "%s", e ? e->code : uri);
}

static void
is_got(void *arg, long long bytes, const struct err *e)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld", bytes);
	is_over(arg, text, e);
}

static void
is_put(void *arg, const char *uri, const struct err *e)
{
	is_over(arg, uri, e);
}

static void
lists(void)
{
	char *const operands[] = { (char *)(size_t) "s3://bucket", NULL };
	const struct source_conf conf = { .skip_dir = "s3://bucket/out" };
	struct source *s;
	struct rec *r;
	struct err e;

	begin();
	web_say(web, "200 OK", "",
	    "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
	    "<Contents><Key>a</Key><Size>1</Size></Contents>"
	    "<Contents><Key>out/b</Key><Size>1</Size></Contents></ListBucketResult>");
	s = source_new(places, &conf, operands, &e);
	CHECK(s);
	while (!(r = source_next(s, &e)) && !e.code && !source_ended(s))
		loop_turn(loop, 1000);
	CHECK(r && !e.code);
	CHECK_STR(rec_str(r, "uri"), "s3://bucket/a");
	rec_free(r);
	CHECK(!source_next(s, &e) && !e.code && source_ended(s) && source_skipped(s) == 0);
	source_free(s);
	end();
}

static void
refuses_what_is_for_folders(void)
{
	char *const operands[] = { (char *)(size_t) "s3://bucket", NULL };
	struct source_conf conf = { .newer_in = "out" };
	struct err e;

	begin();
	CHECK(!source_new(places, &conf, operands, &e));
	CHECK_STR(e.msg, "--update: is for documents and results in folders, not in a bucket");
	conf = (struct source_conf){ .skip_dir = "s3://" };
	CHECK(!source_new(places, &conf, operands, &e));
	CHECK(strncmp(e.msg, "--skip-dir: ", 12) == 0);
	CHECK(web->nasked == 0);
	end();
}

static struct over
get(struct rec *r, const char *uri)
{
	struct over o = { 0 };
	const struct origin_conf conf = { .rec = r, .max_size = 5, .done = is_got, .arg = &o };
	struct err e;

	rec_set_str(r, "uri", uri);
	if (origin_get(places, &conf, &e))
		web_until(loop, &o.n, 1);
	else
		is_over(&o, NULL, &e);
	return o;
}

static void
fetches(void)
{
	struct rec *r = rec_new();
	struct over o;

	begin();
	web_say(web, "200 OK", "ETag: \"e\"\r\nContent-Type: text/x\r\n", "hello");
	o = get(r, "s3://bucket/a");
	CHECK_STR(o.text, "5");
	CHECK_STR(folder_read(rec_str(r, "path")), "hello");
	CHECK_STR(rec_str(r, "sha256"), HELLO);
	CHECK_STR(rec_str(r, "content_type"), "text/x");
	doc_remove_work(r);
	rec_free(r);
	CHECK(folder_count("work") == 0);
	end();
}

static void
fetches_nothing_and_leaves_nothing(void)
{
	struct rec *r = rec_new();
	struct over o;

	begin();
	o = get(r, "s3://bucket/");
	CHECK_STR(o.text, "store.uri");
	rec_set_int(r, "size", 6);
	o = get(r, "s3://bucket/a");
	CHECK_STR(o.text, "document.large");
	rec_del(r, "size");
	CHECK(web->nasked == 0);
	web_say(web, "404 Not Found", "", "<Error><Code>NoSuchKey</Code></Error>");
	o = get(r, "s3://bucket/a");
	CHECK_STR(o.text, "s3.NoSuchKey");
	CHECK(!rec_has(r, "work") && folder_count("work") == 0);
	rec_free(r);
	end();
}

static void
sends(void)
{
	struct rec *r = rec_new();
	struct over o = { 0 };
	const struct dest_conf conf = { .rec = r, .done = is_put, .arg = &o };
	struct dest *d;
	struct err e;

	begin();
	web_say(web, "200 OK", "",
	    "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>");
	web_say(web, "200 OK", "ETag: \"e\"\r\n", "");
	d = dest_open(places, "s3://bucket/out", &e);
	CHECK(d);
	rec_set_str(r, "rel", "a");
	rec_set_str(r, "path", "result");
	CHECK(dest_put(d, &conf, &e));
	web_until(loop, &o.n, 1);
	CHECK_STR(o.text, "s3://bucket/out/a.md");
	s3web_asked(1, "PUT", "/bucket/out/a.md");
	CHECK(web->asked[1].len == 4);
	rec_free(r);
	dest_close(d);
	end();
}

static void
opens_no_bucket_that_is_not_there(void)
{
	struct err e;

	begin();
	web_say(web, "404 Not Found", "", "<Error><Code>NoSuchBucket</Code></Error>");
	CHECK(!dest_open(places, "s3://bucket/out", &e) && e.class == ERR_FATAL);
	CHECK_STR(e.code, "s3.NoSuchBucket");
	CHECK(!dest_open(places, "s3:///out", &e) && e.class == ERR_FATAL);
	CHECK_STR(e.code, "store.uri");
	end();
}

int
main(void)
{
	folder_begin();
	CHECK(mkdir("work", 0700) == 0);
	CHECK(setenv("QUIRE_WORK", "work", 1) == 0);
	folder_write("result", "text");
	lists();
	refuses_what_is_for_folders();
	fetches();
	fetches_nothing_and_leaves_nothing();
	sends();
	opens_no_bucket_that_is_not_there();
	folder_end();
	return 0;
}

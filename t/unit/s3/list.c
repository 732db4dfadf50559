#include "s3/list.h"
#include "unit/s3/s3web.h"

/* A page of those keys, "a b c"; next: the token of the one behind it, or NULL. */
static void
page(const char *keys, const char *next)
{
	struct buf b = BUF_INIT(1 << 20);
	const char *s;
	size_t n;

	CHECK(buf_printf(&b,
		  "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>%s</IsTruncated>",
		  next ? "true" : "false") == 0);
	if (next)
		CHECK(
		    buf_printf(&b, "<NextContinuationToken>%s</NextContinuationToken>", next) == 0);
	for (s = keys; *s; s += n + (s[n] == ' ')) {
		n = strcspn(s, " ");
		CHECK(buf_printf(&b,
			  "<Contents><Key>%.*s</Key><Size>%zu</Size><ETag>\"e%.*s\"</ETag>"
			  "<LastModified>2026-11-20T10:00:00.000Z</LastModified></Contents>",
			  (int)n, s, n, (int)n, s) == 0);
	}
	CHECK(buf_add(&b, "</ListBucketResult>", 20) == 0);
	web_say(web, "200 OK", "", b.p);
	buf_release(&b);
}

/* The next object, when it comes, or NULL. */
static const struct s3_object *
next(struct s3_list *l, struct err *e)
{
	const int64_t end = loop_now_ms() + 30000;
	const struct s3_object *o;

	while (!(o = s3_list_next(l, e)) && !e->code && !s3_list_ended(l)) {
		CHECK(loop_now_ms() < end);
		loop_turn(loop, 1000);
	}
	return o;
}

/* What a listing gives: its keys in a row, then "." for its end or why it failed. */
static const char *
list_on(struct s3_list *l, struct err *e)
{
	static char text[8192];
	const struct s3_object *o;
	const char *code;
	size_t n = 0;

	while ((o = next(l, e))) {
		CHECK(!e->code && o->key[o->key_len] == '\0' && o->key_len >= s3_list_below(l));
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s ", o->key,
		    o->key_len > strlen(o->key) ? "?" : "");
	}
	/* It stays so. */
	code = e->code;
	CHECK(s3_list_ended(l) && !s3_list_next(l, e) && e->code == code && s3_list_ended(l));
	snprintf(text + n, sizeof(text) - n, "%s", code ? code : ".");
	return text;
}

static const char *
list(const char *key, struct err *e)
{
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t)key };
	struct s3_list *l = s3_list_new(s3, &name);
	const char *text = list_on(l, e);

	s3_list_free(l);
	return text;
}

#define ASKS "/bucket?list-type=2&encoding-type=url&max-keys="

static void
lists_all_and_below(void)
{
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t) "" };
	struct s3_list *l;
	const struct s3_object *o;
	struct err e;

	s3web_local();
	page("", NULL);
	CHECK_STR(list("", &e), ".");
	s3web_asked(0, "GET", ASKS "1000&prefix=");
	page("a/ a/b a/b+c a/%C3%A9", NULL);
	CHECK_STR(list("a/", &e), "a/ a/b a/b c a/\xc3\xa9 .");
	s3web_asked(1, "GET", ASKS "1000&prefix=a%2F");
	page("one", NULL);
	l = s3_list_new(s3, &name);
	o = next(l, &e);
	CHECK(o);
	CHECK_STR(o->key, "one");
	CHECK_STR(o->etag, "eone");
	CHECK_STR(o->last_modified, "2026-11-20T10:00:00Z");
	CHECK(o->size == 3 && s3_list_below(l) == 0);
	s3_list_free(l);
	CHECK(web->nasked == 3);
	s3web_end();
}

static void
follows_pages(void)
{
	struct err e;

	s3web_local();
	page("a b", "t/1+&amp;");
	page("", "t2");
	page("", "t3");
	page("c", "t4");
	page("", NULL);
	CHECK_STR(list("", &e), "a b c .");
	CHECK(web->nasked == 5);
	s3web_asked(1, "GET", ASKS "1000&prefix=&continuation-token=t%2F1%2B%26");
	s3web_asked(2, "GET", ASKS "1000&prefix=&continuation-token=t2");
	s3web_asked(4, "GET", ASKS "1000&prefix=&continuation-token=t4");
	s3web_end();
}

/* The next page is asked for while one is read, but not the one behind it. */
static void
fetches_ahead(void)
{
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t) "" };
	struct s3_list *l;
	const struct s3_object *o;
	struct err e;

	s3web_local();
	page("a b", "t1");
	page("c d", "t2");
	page("e", NULL);
	l = s3_list_new(s3, &name);
	o = next(l, &e);
	CHECK(o);
	CHECK_STR(o->key, "a");
	web_until(loop, &web->nasked, 2);
	web_linger(loop, 50);
	CHECK(web->nasked == 2);
	CHECK((o = s3_list_next(l, &e)));
	CHECK_STR(o->key, "b");
	/* It is there: no waiting. */
	CHECK((o = s3_list_next(l, &e)));
	CHECK_STR(o->key, "c");
	web_until(loop, &web->nasked, 3);
	s3_list_free(l);
	/* Given up in the middle of a request. */
	l = s3_list_new(s3, &name);
	s3_list_free(l);
	s3_list_free(NULL);
	s3web_end();
}

/* A page that has to be asked for again gives no key twice. */
static void
repeats_pages(void)
{
	static const char part[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n<ListBucketResult>"
	    "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
	    "<Contents><Key>b</Key><Size>1</Size></Contents><Contents><Key>c</Key>";
	struct err e;

	s3web_local();
	page("a", "t");
	web_raw(web, part, WEB_CLOSE);
	web_say(web, "503 Slow Down", "", "");
	web_say(web, "200 OK", "", "<Error><Code>InternalError</Code></Error>");
	page("b c d", NULL);
	CHECK_STR(list("", &e), "a b c d .");
	CHECK(web->nasked == 5);
	s3web_end();
}

static void
is_bad(const char *key, const char *gives, enum err_class class)
{
	struct err e;

	CHECK_STR(list(key, &e), gives);
	CHECK(e.class == class && e.msg[0]);
	s3web_end();
	s3web_local();
}

static void
wants_order(void)
{
	s3web_local();
	page("b a", NULL);
	is_bad("", "s3.BadListing", ERR_FATAL);
	page("a a", NULL);
	is_bad("", "s3.BadListing", ERR_FATAL);
	page("ab a", NULL);
	is_bad("", "s3.BadListing", ERR_FATAL);
	/* Across pages: the first one has been given by then. */
	page("a c", "t");
	page("b", NULL);
	is_bad("", "a c s3.BadListing", ERR_FATAL);
	page("a b", "t");
	page("b", NULL);
	is_bad("", "a b s3.BadListing", ERR_FATAL);
	/* And across an empty one. */
	page("b", "t");
	page("", "u");
	page("a", NULL);
	is_bad("", "b s3.BadListing", ERR_FATAL);
	page("a", "t");
	page("b", "t");
	is_bad("", "a s3.BadListing", ERR_FATAL);
	/* Bytes, not letters. */
	page("Z a %C3%A9 %FF", NULL);
	is_bad("x/", "s3.BadListing", ERR_FATAL);
	page("Z a %C3%A9 %FF", NULL);
	CHECK_STR(list("", &(struct err){ 0 }), "Z a \xc3\xa9 \xff .");
	s3web_end();
}

/* A key that is shorter than what was asked for must not be read past its end. */
static void
wants_what_it_asked_for(void)
{
	s3web_local();
	page("a", NULL);
	is_bad("a/long/prefix/", "s3.BadListing", ERR_FATAL);
	page("a/long/prefiy/x", NULL);
	is_bad("a/long/prefix/", "s3.BadListing", ERR_FATAL);
	page("a", NULL);
	is_bad("a/name", "s3.BadListing", ERR_FATAL);
	s3web_end();
}

static void
fails(void)
{
	s3web_local();
	web_say(web, "404 Not Found", "", "<Error><Code>NoSuchBucket</Code></Error>");
	is_bad("", "s3.NoSuchBucket", ERR_FATAL);
	web_say(web, "403 Forbidden", "", "<Error><Code>AccessDenied</Code></Error>");
	is_bad("a", "s3.AccessDenied", ERR_FATAL);
	page("a b", "t");
	web_say(web, "404 Not Found", "", "<Error><Code>NoSuchBucket</Code></Error>");
	is_bad("", "a b s3.NoSuchBucket", ERR_FATAL);
	page("a", "t");
	web_say(web, "503 Slow Down", "Retry-After: 100\r\n",
	    "<Error><Code>SlowDown</Code></Error>");
	is_bad("", "a s3.SlowDown", ERR_BUSY);
	web_say(web, "200 OK", "", "<html>Log in</html>");
	is_bad("", "s3.BadAnswer", ERR_BUSY);
	s3web_end();
}

/* An end to pages with nothing on them: 1,000 are one listing's bad luck. */
static void
tires_of_empty_pages(void)
{
	char token[16];
	struct err e;

	s3web_local();
	for (int i = 0; i <= 1000; i++) {
		snprintf(token, sizeof(token), "t%d", i);
		if (i == 500)
			page("a", token);
		else
			page("", token);
	}
	page("z", NULL);
	CHECK_STR(list("", &e), "a z .");
	web_forget(web);
	for (int i = 0; i <= 1000; i++) {
		snprintf(token, sizeof(token), "t%d", i);
		page("", token);
	}
	page("z", NULL);
	CHECK_STR(list("", &e), "s3.BadListing");
	CHECK(e.class == ERR_FATAL && web->nasked == 1001);
	s3web_end();
}

/* A name without a slash: the object of it, then what lies below. */
static void
probes(void)
{
	struct err e;

	s3web_local();
	page("a/name", "t");
	page("a/name/x a/name/y", NULL);
	CHECK_STR(list("a/name", &e), "a/name a/name/x a/name/y .");
	s3web_asked(0, "GET", ASKS "1&prefix=a%2Fname");
	s3web_asked(1, "GET", ASKS "1000&prefix=a%2Fname%2F");
	CHECK(web->nasked == 2);
	web_forget(web);
	/* Another that begins so comes before what lies below. */
	page("a/name-2", "t");
	page("a/name/x", NULL);
	CHECK_STR(list("a/name", &e), "a/name/x .");
	page("a/name", NULL);
	page("", NULL);
	CHECK_STR(list("a/name", &e), "a/name .");
	page("a/names", "t");
	page("", NULL);
	CHECK_STR(list("a/name", &e), "s3.NoSuchKey");
	CHECK(e.class == ERR_FATAL);
	CHECK_STR(e.msg, "s3://bucket/a/name: no object has this name or lies below it");
	page("", NULL);
	CHECK_STR(list("x", &e), "s3.NoSuchKey");
	web_forget(web);
	/* What is there may lie behind pages with nothing on them. */
	page("", "t1");
	page("", "t2");
	page("name", "t3");
	page("", "t4");
	page("name/x", NULL);
	CHECK_STR(list("name", &e), "name name/x .");
	s3web_asked(2, "GET", ASKS "1&prefix=name&continuation-token=t2");
	s3web_asked(3, "GET", ASKS "1000&prefix=name%2F");
	s3web_asked(4, "GET", ASKS "1000&prefix=name%2F&continuation-token=t4");
	CHECK(web->nasked == 5);
	s3web_end();
}

/* No name, and no end of one. */
static void
gives_keys_with_nul(void)
{
	struct err e;

	s3web_local();
	page("a a%00 a%00b a%01 ab", NULL);
	CHECK_STR(list("", &e), "a a? a? a\001 ab .");
	page("a%00b a%00a", NULL);
	CHECK_STR(list("", &e), "s3.BadListing");
	web_forget(web);
	/* It is none of what was asked for. */
	page("a%00b", NULL);
	page("a/b%00", NULL);
	CHECK_STR(list("a", &e), "a/b? .");
	CHECK(web->nasked == 2);
	s3web_end();
}

/* How much of a key is what was asked for. */
static void
measures_what_is_below(void)
{
	struct s3_name name = { (char *)(size_t) "bucket", (char *)(size_t) "a/name" };
	struct s3_list *l;
	const struct s3_object *o;
	struct err e;

	s3web_local();
	page("a/name", NULL);
	page("a/name/x", NULL);
	l = s3_list_new(s3, &name);
	for (int i = 0; i < 2; i++) {
		o = next(l, &e);
		CHECK(o);
		CHECK_STR(o->key + s3_list_below(l), i == 0 ? "name" : "x");
	}
	s3_list_free(l);
	s3web_end();
}

int
main(void)
{
	lists_all_and_below();
	follows_pages();
	fetches_ahead();
	repeats_pages();
	wants_order();
	wants_what_it_asked_for();
	fails();
	tires_of_empty_pages();
	probes();
	gives_keys_with_nul();
	measures_what_is_below();
	return 0;
}

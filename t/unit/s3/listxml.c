#include <malloc.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "s3/listxml.h"

#define FEED s3xml_list_feed
#include "unit/xmlfeed.h"

/* What was listed, as lines of key|size|etag|time. */
struct listed {
	struct buf text;
	size_t objects;
	size_t refuse_at; /* the object at which to refuse; 0: none */
	bool quiet;
	struct s3_page page;
};

static int
on_object(void *arg, const struct s3_object *o, struct err *e)
{
	struct listed *l = arg;

	CHECK(o->key_len > 0 && o->key[o->key_len] == '\0' && o->size >= 0);
	if (++l->objects == l->refuse_at)
		return err_set(e, ERR_PERMANENT, "test.no", "no more");
	if (!l->quiet)
		CHECK(buf_add(&l->text, o->key, o->key_len) == 0 &&
		    buf_printf(&l->text, "|%lld|%s|%s\n", (long long)o->size,
			o->etag ? o->etag : "-", o->last_modified ? o->last_modified : "-") == 0);
	return 0;
}

/* l->text is to be released. */
static int
list(const char *doc, size_t len, size_t step, struct listed *l, struct err *e)
{
	struct s3xml_list *reader = s3xml_list_new(on_object, l);
	uint32_t state = 2463534242u;
	int r;

	buf_init(&l->text, 1 << 24);
	l->objects = 0;
	e->code = NULL;
	FEED_PARTS(reader, doc, len, step, state, e);
	r = s3xml_list_end(reader, &l->page, e);
	CHECK(r == 0 || e->code);
	s3xml_list_free(reader);
	CHECK(buf_addc(&l->text, '\0') == 0);
	return r;
}

static const size_t steps[] = { 1, 2, 5, 1000, 1u << 30, 0 };

static void
lists(const char *doc, const char *want, const char *token)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct listed l = { .quiet = false };
		struct err e;

		CHECK(list(doc, strlen(doc), steps[i], &l, &e) == 0);
		CHECK_STR(l.text.p, want);
		CHECK_STR(l.page.next_token, token);
		CHECK(l.page.truncated == (*token != '\0'));
		CHECK(l.page.objects == l.objects);
		buf_release(&l.text);
	}
}

static void
refuses(const char *doc, const char *why)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct listed l = { .quiet = true };
		struct err e;

		CHECK(list(doc, strlen(doc), steps[i], &l, &e) == -1);
		CHECK(e.class == ERR_TRANSIENT);
		CHECK_STR(e.code, "s3.BadAnswer");
		if (!strstr(e.msg, why))
			CHECK_STR(e.msg, why);
		buf_release(&l.text);
	}
}

/* Amazon S3 API Reference, "ListObjectsV2", the sample responses. */
static const char amazon_listing[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n"
    "    <Name>bucket</Name>\n"
    "    <Prefix/>\n"
    "    <KeyCount>205</KeyCount>\n"
    "    <MaxKeys>1000</MaxKeys>\n"
    "    <IsTruncated>false</IsTruncated>\n"
    "    <Contents>\n"
    "        <Key>my-image.jpg</Key>\n"
    "        <LastModified>2009-10-12T17:50:30.000Z</LastModified>\n"
    "        <ETag>\"fba9dede5f27731c9771645a39863328\"</ETag>\n"
    "        <Size>434234</Size>\n"
    "        <StorageClass>STANDARD</StorageClass>\n"
    "    </Contents>\n"
    "</ListBucketResult>\n";

static const char amazon_truncated[] =
    "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n"
    "  <Name>bucket</Name>\n"
    "  <Prefix></Prefix>\n"
    "  <NextContinuationToken>1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM="
    "</NextContinuationToken>\n"
    "  <KeyCount>1000</KeyCount>\n"
    "  <MaxKeys>1000</MaxKeys>\n"
    "  <IsTruncated>true</IsTruncated>\n"
    "  <Contents>\n"
    "    <Key>happyface.jpg</Key>\n"
    "    <LastModified>2014-11-21T19:40:05.000Z</LastModified>\n"
    "    <ETag>\"70ee1738b6b21e2c8a43f3a5ab0eee71\"</ETag>\n"
    "    <Size>11</Size>\n"
    "    <StorageClass>STANDARD</StorageClass>\n"
    "  </Contents>\n"
    "</ListBucketResult>\n";

static void
reads_amazons_samples(void)
{
	lists(amazon_listing,
	    "my-image.jpg|434234|fba9dede5f27731c9771645a39863328|2009-10-12T17:50:30Z\n", "");
	lists(amazon_truncated,
	    "happyface.jpg|11|70ee1738b6b21e2c8a43f3a5ab0eee71|2014-11-21T19:40:05Z\n",
	    "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=");
	lists("<?xml version='1.0' encoding='UTF-8'?>\n"
	      "<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'>"
	      "<Name>quotes</Name><Prefix>N</Prefix><MaxKeys>1000</MaxKeys>"
	      "<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
	      "<KeyCount>0</KeyCount></ListBucketResult>",
	    "", "");
}

#define LIST(inner) "<ListBucketResult><IsTruncated>false</IsTruncated>" inner "</ListBucketResult>"
#define OBJECT(key) "<Contents><Key>" key "</Key><Size>1</Size></Contents>"
#define URL "<EncodingType>url</EncodingType>"

/* Order and encoding as each server's source has them. */
static void
reads_what_servers_write(void)
{
	/* Swift: quote() of Python, so a space is %20 */
	lists(LIST(URL OBJECT("a%20b%2Bc%25/%C3%A9%0A%09%22%27%3C%26%3F%23~")),
	    "a b+c%/\xc3\xa9\n\t\"'<&?#~|1|-|-\n", "");
	/* RGW: EncodingType before all else, the token a key */
	lists("<ListBucketResult>" URL "<Name>b</Name><Prefix></Prefix>"
	      "<MaxKeys>1</MaxKeys><IsTruncated>true</IsTruncated>"
	      "<Contents><Key>a%20b</Key>"
	      "<LastModified>2024-02-03T04:05:06.789Z</LastModified>"
	      "<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e-2&quot;</ETag>"
	      "<Size>0</Size><Owner><ID>x</ID><DisplayName>y</DisplayName></Owner>"
	      "<Type>Normal</Type></Contents><NextContinuationToken>a b%&amp;+"
	      "</NextContinuationToken></ListBucketResult>",
	    "a b|0|d41d8cd98f00b204e9800998ecf8427e-2|2024-02-03T04:05:06Z\n", "a b%&+");
	/* MinIO and AWS: a space is '+'; MinIO's EncodingType is last */
	lists(LIST(OBJECT("plain") OBJECT("a+b%2Bc")
		      OBJECT("z") "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>" URL),
	    "plain|1|-|-\na b+c|1|-|-\nz|1|-|-\n", "");
	lists(LIST(OBJECT("a+b") OBJECT("z") URL), "a b|1|-|-\nz|1|-|-\n", "");
	/* servers that know no encoding-type */
	lists(LIST(OBJECT("plain") OBJECT("a+b%2Bc") OBJECT("100%")),
	    "plain|1|-|-\na+b%2Bc|1|-|-\n100%|1|-|-\n", "");
	lists(LIST("<EncodingType/>" OBJECT("a+b%zz&lt;")), "a+b%zz<|1|-|-\n", "");
	lists(LIST("<NextContinuationToken>t</NextContinuationToken>"), "", "");
	/* a prefix of its own for the namespace */
	lists("<s:ListBucketResult xmlns:s='urn:x'><s:IsTruncated>false"
	      "</s:IsTruncated><s:Contents><s:Key>k</s:Key><s:Size>7</s:Size>"
	      "</s:Contents></s:ListBucketResult>",
	    "k|7|-|-\n", "");
}

/* What is elsewhere has the same names. */
static void
looks_in_the_right_place(void)
{
	lists(LIST("<Key>no</Key><Size>no</Size>"
		   "<Contents><Owner><Key>no</Key><Size>9</Size></Owner>"
		   "<RestoreStatus><ETag>no</ETag></RestoreStatus>"
		   "<Key>yes</Key><Size>1</Size><IsTruncated>true</IsTruncated>"
		   "<EncodingType>no</EncodingType></Contents>"
		   "<CommonPrefixes><Prefix>p</Prefix><Key>no</Key>"
		   "<Contents/></CommonPrefixes>"
		   "<x><Contents><Key>no</Key></Contents></x>"),
	    "yes|1|-|-\n", "");
}

static void
decodes_every_byte(void)
{
	char doc[8192], want[1100];
	size_t n = 0, w = 0;
	struct listed l = { .quiet = false };
	struct err e;

	n += (size_t)snprintf(doc, sizeof(doc),
	    "<ListBucketResult>" URL "<IsTruncated>false</IsTruncated><Contents><Key>");
	/* 1,024 bytes, the most that S3 allows, in both cases of hex */
	while (w < 1024) {
		unsigned c = (unsigned)w % 256;

		want[w++] = (char)c;
		n += (size_t)snprintf(doc + n, sizeof(doc) - n, w % 2 ? "%%%02X" : "%%%02x", c);
	}
	want[w] = '\0';
	snprintf(doc + n, sizeof(doc) - n, "</Key><Size>5</Size></Contents></ListBucketResult>");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		CHECK(list(doc, strlen(doc), steps[i], &l, &e) == 0);
		CHECK(l.text.len == w + strlen("|5|-|-\n") + 1);
		CHECK(memcmp(l.text.p, want, w) == 0);
		buf_release(&l.text);
	}
}

static void
refuses_bad_keys(void)
{
	refuses(LIST("<Contents><Size>1</Size></Contents>"), "without a key");
	refuses(LIST(OBJECT("")), "without a key");
	refuses(LIST("<Contents/>"), "without a key");
	refuses(LIST("<Contents><Key>a<b/></Key><Size>1</Size></Contents>"), "without a key");
	refuses(LIST("<Contents><Key>a</Key><Key>b</Key><Size>1</Size></Contents>"), "two keys");
	refuses(LIST(URL OBJECT("a%")), "URL-encoding");
	refuses(LIST(URL OBJECT("a%4")), "URL-encoding");
	refuses(LIST(URL OBJECT("a%4g")), "URL-encoding");
	refuses(LIST(URL OBJECT("a%%41")), "URL-encoding");
	refuses(LIST(OBJECT("a%0") URL), "URL-encoding");
	refuses(LIST("<EncodingType>base64</EncodingType>" OBJECT("a")), "unknown encoding");
	/* a raw control character, as Swift 2.30 sends without encoding-type */
	refuses(LIST(OBJECT("a\x01")), "not XML");
	refuses(LIST(OBJECT("a\xff")), "not XML");
}

static void
size_is(const char *size, const char *want)
{
	char doc[512];

	snprintf(doc, sizeof(doc), LIST("<Contents><Key>k</Key>%s</Contents>"), size);
	if (want)
		lists(doc, want, "");
	else
		refuses(doc, "size");
}

static void
reads_sizes(void)
{
	size_is("<Size>0</Size>", "k|0|-|-\n");
	size_is("<Size>5497558138880</Size>", "k|5497558138880|-|-\n");
	size_is("<Size>9223372036854775807</Size>", "k|9223372036854775807|-|-\n");
	size_is("<Size>0000000000000000000000012</Size>", "k|12|-|-\n");
	size_is("<Size>9223372036854775808</Size>", NULL);
	size_is("<Size>18446744073709551617</Size>", NULL);
	size_is("<Size>-1</Size>", NULL);
	size_is("<Size>+1</Size>", NULL);
	size_is("<Size>1.5</Size>", NULL);
	size_is("<Size>1e3</Size>", NULL);
	size_is("<Size> 1</Size>", NULL);
	size_is("<Size>many</Size>", NULL);
	size_is("<Size></Size>", NULL);
	size_is("<Size>1</Size><Size>1</Size>", NULL);
	size_is("", NULL);
}

static void
etag_is(const char *etag, const char *want)
{
	char doc[1024], line[512];

	snprintf(doc, sizeof(doc),
	    LIST("<Contents><Key>k</Key><Size>1</Size><ETag>%s</ETag></Contents>"), etag);
	snprintf(line, sizeof(line), "k|1|%s|-\n", want);
	lists(doc, line, "");
}

static void
reads_etags_and_times(void)
{
	char longest[S3_ETAG_MAX + 2];

	etag_is("&quot;abc-12&quot;", "abc-12");
	etag_is("\"abc\"", "abc");
	etag_is("abc", "abc");
	etag_is("&#34;a!#~\xc3\xa9&#34;", "a!#~\xc3\xa9");
	etag_is("", "-");
	etag_is("\"\"", "-");
	etag_is("\"", "-");
	etag_is("\"abc", "-");
	etag_is("W/\"abc\"", "-");
	etag_is("\"a b\"", "-");
	etag_is("\"a&#13;&#10;Host: evil\"", "-");
	memset(longest, 'e', sizeof(longest));
	longest[S3_ETAG_MAX] = '\0';
	etag_is(longest, longest);
	longest[S3_ETAG_MAX] = 'e';
	longest[S3_ETAG_MAX + 1] = '\0';
	etag_is(longest, "-");
	/* one object's do not become the next one's */
	lists(LIST("<Contents><Key>a</Key><Size>1</Size><ETag>e</ETag>"
		   "<LastModified>2020-01-02T03:04:05+01:00</LastModified>"
		   "</Contents>" OBJECT(
		       "b") "<Contents><Key>c</Key><Size>1</Size>"
			    "<LastModified>Thu, 02 Jan 2020</LastModified></Contents>"),
	    "a|1|e|2020-01-02T02:04:05Z\nb|1|-|-\nc|1|-|-\n", "");
}

static void
refuses_an_answer_of_another_kind(void)
{
	char doc[S3_TOKEN_MAX + 256];
	size_t n;

	refuses("<html><body>Bad Gateway</body></html>", "neither a listing");
	refuses("<!DOCTYPE html><html/>", "document type");
	refuses("<ListAllMyBucketsResult/>", "neither a listing");
	refuses("<Contents><Key>a</Key></Contents>", "neither a listing");
	refuses("", "too early");
	refuses("<ListBucketResult/>", "whether there is more");
	refuses("<ListBucketResult><IsTruncated/></ListBucketResult>", "IsTruncated");
	refuses("<ListBucketResult><IsTruncated>maybe</IsTruncated>"
		"</ListBucketResult>",
	    "IsTruncated");
	n = (size_t)snprintf(doc, sizeof(doc),
	    "<ListBucketResult>"
	    "<IsTruncated>true</IsTruncated><NextContinuationToken>");
	memset(doc + n, 't', S3_TOKEN_MAX + 1);
	n += S3_TOKEN_MAX;
	snprintf(doc + n, sizeof(doc) - n, "</NextContinuationToken></ListBucketResult>");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct listed l = { .quiet = true };
		struct err e;

		CHECK(list(doc, strlen(doc), steps[i], &l, &e) == 0);
		CHECK(strlen(l.page.next_token) == S3_TOKEN_MAX);
		buf_release(&l.text);
	}
	snprintf(doc + n, sizeof(doc) - n, "t</NextContinuationToken></ListBucketResult>");
	refuses(doc, "token");
}

/* "A 200 OK response can contain valid or invalid XML." */
static void
knows_an_error_in_its_place(void)
{
	static const char doc[] = "<?xml version='1.0' encoding='UTF-8'?>\n"
				  "<Error><Code>SlowDown</Code><Message>Please reduce your request "
				  "rate.</Message><RequestId>7</RequestId><Contents><Key>k</Key>"
				  "</Contents></Error>";

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		struct listed l = { .quiet = true };
		struct err e;

		CHECK(list(doc, sizeof(doc) - 1, steps[i], &l, &e) == -1);
		CHECK_STR(e.code, "s3.BadAnswer");
		CHECK(strstr(e.msg, "SlowDown"));
		CHECK(l.objects == 0);
		buf_release(&l.text);
	}
	refuses("<Error/>", "no code");
}

/* A cut answer fails, and what it has given out by then is right. */
static void
refuses_a_cut_answer(const char *doc, const char *all)
{
	size_t len = strlen(doc), given = 0;

	while (doc[len - 1] == '\n')
		len--;
	for (size_t n = 0; n < len; n++)
		for (size_t step = 0; step < 4; step++) {
			struct listed l = { .quiet = false };
			struct err e;

			CHECK(list(doc, n, step, &l, &e) == -1);
			CHECK_STR(e.code, "s3.BadAnswer");
			CHECK(strncmp(all, l.text.p, strlen(l.text.p)) == 0);
			CHECK(l.objects >= given);
			if (step == 3)
				given = l.objects;
			buf_release(&l.text);
		}
}

static void
passes_on_the_callbacks_error(void)
{
	static const char *const docs[] = {
		LIST(URL OBJECT("a") OBJECT("b%20") OBJECT("c")),
		/* held, until the encoding is said or the answer ends */
		LIST(OBJECT("a+") OBJECT("b+") OBJECT("c+") URL),
		LIST(OBJECT("a+") OBJECT("b+") OBJECT("c+")),
	};

	for (size_t i = 0; i < sizeof(docs) / sizeof(*docs); i++)
		for (size_t step = 0; step < 100; step += 33) {
			struct listed l = { .quiet = true, .refuse_at = 2 };
			struct err e;

			CHECK(list(docs[i], strlen(docs[i]), step, &l, &e) == -1);
			CHECK_STR(e.code, "test.no");
			CHECK(l.objects == 2);
			buf_release(&l.text);
		}
}

/* Bytes in use, by glibc; under ASan always 0. */
static size_t
in_use(void)
{
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

static void
stays_flat_over_many_objects(const char *first, const char *key)
{
	struct listed l = { .quiet = true };
	struct s3xml_list *reader = s3xml_list_new(on_object, &l);
	struct err e;
	char part[512];
	size_t before = 0;

	CHECK(s3xml_list_feed(reader, first, strlen(first), &e) == 0);
	for (int i = 0; i < 100000; i++) {
		int n = snprintf(part, sizeof(part),
		    "\n  <Contents>"
		    "<Key>%s%06d</Key><Size>%d</Size><ETag>&quot;%032d&quot;</ETag>"
		    "<LastModified>2020-01-02T03:04:05.000Z</LastModified>"
		    "</Contents>",
		    key, i, i, i);

		if (i == 100)
			before = in_use();
		CHECK(s3xml_list_feed(reader, part, (size_t)n, &e) == 0);
		CHECK(l.objects == (size_t)i + 1);
	}
	CHECK(in_use() <= before + 64 * 1024);
	snprintf(part, sizeof(part), "<IsTruncated>false</IsTruncated></ListBucketResult>");
	CHECK(s3xml_list_feed(reader, part, strlen(part), &e) == 0);
	CHECK(s3xml_list_end(reader, &l.page, &e) == 0);
	CHECK(l.page.objects == 100000);
	s3xml_list_free(reader);
}

/* A thousand of the longest keys, encoding unsaid: held, in order. */
static void
holds_a_page_and_no_more(void)
{
	struct listed l = { .quiet = true };
	struct s3xml_list *reader = s3xml_list_new(on_object, &l);
	struct err e;
	char key[3 * 1024 + 1], doc[4096];
	int n, i;

	for (i = 0; i < 1024; i++)
		memcpy(key + 3 * i, "%C3", 4);
	CHECK(s3xml_list_feed(reader, "<ListBucketResult>", 18, &e) == 0);
	n = snprintf(doc, sizeof(doc), OBJECT("%s"), key);
	for (i = 0; i < 1000; i++)
		CHECK(s3xml_list_feed(reader, doc, (size_t)n, &e) == 0);
	CHECK(l.objects == 0);
	CHECK(s3xml_list_feed(reader, URL, strlen(URL), &e) == 0);
	CHECK(l.objects == 1000);
	s3xml_list_free(reader);

	reader = s3xml_list_new(on_object, &l);
	CHECK(s3xml_list_feed(reader, "<ListBucketResult>", 18, &e) == 0);
	for (i = 0; i < 10000; i++)
		if (s3xml_list_feed(reader, doc, (size_t)n, &e) < 0)
			break;
	CHECK(i < 10000);
	CHECK(strstr(e.msg, "too many keys"));
	CHECK(s3xml_list_end(reader, &l.page, &e) == -1);
	s3xml_list_free(reader);
	s3xml_list_free(NULL);
}

int
main(void)
{
	reads_amazons_samples();
	reads_what_servers_write();
	looks_in_the_right_place();
	decodes_every_byte();
	refuses_bad_keys();
	reads_sizes();
	reads_etags_and_times();
	refuses_an_answer_of_another_kind();
	knows_an_error_in_its_place();
	refuses_a_cut_answer(amazon_truncated,
	    "happyface.jpg|11|"
	    "70ee1738b6b21e2c8a43f3a5ab0eee71|2014-11-21T19:40:05Z\n");
	refuses_a_cut_answer(LIST(OBJECT("a") OBJECT("b+c%41") URL OBJECT("%64")),
	    "a|1|-|-\nb cA|1|-|-\nd|1|-|-\n");
	passes_on_the_callbacks_error();
	stays_flat_over_many_objects("<ListBucketResult>" URL, "a%20b+c/");
	stays_flat_over_many_objects("<ListBucketResult>", "plain/");
	holds_a_page_and_no_more();
	return 0;
}

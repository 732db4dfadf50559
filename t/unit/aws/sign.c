#include <stdint.h>

#include "unit/aws/signexample.h"

/*
 * "Examples: Signature Calculations" of the Amazon S3 API Reference,
 * sig-v4-header-based-auth.
 */
static void
examples_of_s3(void)
{
	static const char put_sha[] =
	    "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";
	static const struct sigv4_header range[] = {
		{ "Host", BUCKET },
		{ "Range", "bytes=0-9" },
		{ "x-amz-content-sha256", EMPTY },
		{ "x-amz-date", DAY },
	};
	static const struct sigv4_header put[] = {
		{ "Date", "Fri, 24 May 2013 00:00:00 GMT" },
		{ "Host", BUCKET },
		{ "x-amz-content-sha256", put_sha },
		{ "x-amz-date", DAY },
		{ "x-amz-storage-class", "REDUCED_REDUNDANCY" },
	};
	struct sigv4_req r = plain;

	r.path = "/test.txt", r.headers = range, r.nheaders = LEN(range);
	authorized(&s3, &r,
	    "AWS4-HMAC-SHA256 "
	    "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
	    "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature="
	    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
	r.method = "PUT", r.path = "/test%24file.text", r.payload = put_sha;
	r.headers = put, r.nheaders = LEN(put);
	authorized(&s3, &r,
	    "AWS4-HMAC-SHA256 "
	    "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
	    "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, Signature="
	    "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
	r = plain;
	r.query = "lifecycle";
	authorized(&s3, &r,
	    "AWS4-HMAC-SHA256 "
	    "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
	    "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
	    "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
	r.query = "prefix=J&max-keys=2";
	authorized(&s3, &r,
	    "AWS4-HMAC-SHA256 "
	    "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
	    "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
	    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

/* The example of sigv4-query-string-auth in the same reference. */
static void
example_of_a_url(void)
{
	static const struct sigv4_header host[] = { { "host", BUCKET } };
	struct buf b = BUF_INIT(4096);
	struct sigv4_req r = plain;
	struct err e;

	r.path = "/test.txt", r.headers = host, r.nheaders = LEN(host);
	r.payload = "UNSIGNED-PAYLOAD";
	CHECK(buf_adds(&b, "https://" BUCKET "/test.txt?") == 0);
	CHECK(sigv4_presign(&s3, &r, 86400, &b, &e) == 0);
	CHECK_STR(text(&b),
	    "https://" BUCKET "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256"
	    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
	    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
	    "&X-Amz-Signature="
	    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
	CHECK(sigv4_presign(&s3, &r, 0, &b, &e) < 0);
	CHECK(sigv4_presign(&s3, &r, -1, &b, &e) < 0);
	CHECK(sigv4_presign(&s3, &r, SIGV4_EXPIRES_MAX + 1L, &b, &e) < 0);
	CHECK_STR(e.code, "sign.request");
	buf_clear(&b, 0);
	CHECK(sigv4_presign(&s3, &r, SIGV4_EXPIRES_MAX, &b, &e) == 0);
	r.query = "versionId=1";
	buf_clear(&b, 0);
	CHECK(sigv4_presign(&s3, &r, 1, &b, &e) == 0);
	CHECK(!strncmp(text(&b), "versionId=1&X-Amz-Algorithm=", 28));
	buf_release(&b);
}

/*
 * "Deriving the signing key" and the ListUsers request of the AWS General
 * Reference, sigv4-calculate-signature; the day's key is kept, and goes.
 */
static void
example_of_a_key(void)
{
	static const unsigned char want[32] = { 0xc4, 0xaf, 0xb1, 0xcc, 0x57, 0x71, 0xd8, 0x71,
		0x76, 0x3a, 0x39, 0x3e, 0x44, 0xb7, 0x03, 0x57, 0x1b, 0x55, 0xcc, 0x28, 0x42, 0x4d,
		0x1a, 0x5e, 0x86, 0xda, 0x6e, 0xd3, 0xc1, 0x54, 0xa4, 0xb9 };
	static const char signature[] =
	    "AWS4-HMAC-SHA256 "
	    "Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
	    "SignedHeaders=content-type;host;x-amz-date, Signature="
	    "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
	static const struct sigv4_header headers[] = {
		{ "Content-Type", "application/x-www-form-urlencoded; charset=utf-8" },
		{ "Host", "iam.amazonaws.com" },
		{ "X-Amz-Date", "20150830T123600Z" },
	};
	static const struct sigv4_req r = {
		.method = "GET",
		.path = "/",
		.query = "Action=ListUsers&Version=2010-05-08",
		.headers = headers,
		.nheaders = LEN(headers),
		.payload = EMPTY,
		.when = 1440938160,
	};
	struct sigv4_day day = { .credential = "" }, zero = { .credential = "" };
	struct sigv4_key key = {
		.id = "AKIDEXAMPLE",
		.secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
		.region = "us-east-1",
		.service = "iam",
		.day = &day,
	};

	authorized(&key, &r, signature);
	CHECK(!memcmp(day.key, want, sizeof(want)));
	key.secret = "not looked at while the day's key is at hand";
	authorized(&key, &r, signature);
	sigv4_forget(&day);
	CHECK(!memcmp(&day, &zero, sizeof(day)));
	sigv4_forget(&day);
}

/* A kept key serves neither another day, region, service nor id. */
static void
kept_key(void)
{
	static const struct sigv4_header next_day[] = {
		{ "Host", BUCKET },
		{ "x-amz-content-sha256", EMPTY },
		{ "x-amz-date", "20130525T000000Z" },
	};
	struct sigv4_day day = { .credential = "" };
	struct sigv4_key keys[5] = { s3, s3, s3, s3, s3 };
	struct sigv4_req r = plain;
	struct buf b = BUF_INIT(4096);
	struct err e;

	keys[1].region = "us-east-2";
	keys[2].service = "sts";
	keys[3].id = "OTHER", keys[3].secret = "other";
	for (size_t i = 0; i < 2 * LEN(keys); i++) {
		struct sigv4_key kept = keys[i % LEN(keys)];

		if (i % LEN(keys) == 4) {
			r.headers = next_day;
			r.when = MAY_24 + 86400;
		} else {
			r.headers = plain_headers;
			r.when = MAY_24;
		}
		buf_clear(&b, 4096);
		CHECK(sigv4_authorization(&kept, &r, &b, &e) == 0);
		kept.day = &day;
		authorized(&kept, &r, text(&b));
		authorized(&kept, &r, b.p);
	}
	buf_release(&b);
}

/* The canonical query of a request: its third line. */
static void
query(const char *sent, const char *want)
{
	struct buf b = BUF_INIT(1024 * 1024), all = BUF_INIT(1024 * 1024);
	struct sigv4_req r = plain;
	struct err e;

	r.query = sent;
	CHECK(sigv4_canonical(&r, &b, &e) == 0);
	CHECK(buf_printf(&all,
		  "GET\n/\n%s\nhost:" BUCKET "\nx-amz-content-sha256:" EMPTY "\nx-amz-date:" DAY
		  "\n\nhost;x-amz-content-sha256;x-amz-date\n" EMPTY,
		  want) == 0);
	CHECK_STR(text(&b), text(&all));
	buf_release(&all);
	buf_release(&b);
}

static void
queries(void)
{
	query(NULL, "");
	query("", "");
	query("uploads", "uploads=");
	query("uploads=", "uploads=");
	query("versions&delete&prefix=", "delete=&prefix=&versions=");
	/* by name, not by the pair: "-" and "%" are less than "=" */
	query("max-keys=1&max=2", "max=2&max-keys=1");
	query("a%20=1&a=2", "a=2&a%20=1");
	/* by encoded bytes: "%E1" is less than "P" */
	query("P=1&p=2&\xe1\x88\xb4=3", "%E1%88%B4=3&P=1&p=2");
	query("a=2&a=10&a&a=1", "a=&a=1&a=10&a=2");
	query("a=b&&c=d&", "a=b&c=d");
	query("&", "");
	query("=x&a", "=x&a=");
	query("a=b=c==", "a=b%3Dc%3D%3D");
	query("prefix=a/b&delimiter=%2f", "delimiter=%2F&prefix=a%2Fb");
	query("prefix=a+b", "prefix=a%20b");
	query("prefix=a%2Bb", "prefix=a%2Bb");
	query("prefix=%c3%bc%7E%61", "prefix=%C3%BC~a");
	query("prefix=\xc3\xbc", "prefix=%C3%BC");
	query("k=%00%0a%25%26", "k=%00%0A%25%26");
	query("k=!*'(),:;@$ \"<>", "k=%21%2A%27%28%29%2C%3A%3B%40%24%20%22%3C%3E");
	query("-._~09AZaz=-._~09AZaz", "-._~09AZaz=-._~09AZaz");
}

/* Headers as they are hashed, and their names. */
static void
headers(const struct sigv4_header *v, size_t n, const char *want, const char *names)
{
	struct buf b = BUF_INIT(1024 * 1024), all = BUF_INIT(1024 * 1024);
	struct sigv4_req r = plain;
	struct err e;

	r.headers = v, r.nheaders = n;
	CHECK(sigv4_canonical(&r, &b, &e) == 0);
	CHECK(buf_printf(&all, "GET\n/\n\n%s\n%s\n" EMPTY, want, names) == 0);
	CHECK_STR(text(&b), text(&all));
	buf_clear(&b, 0);
	CHECK(sigv4_signed_headers(&r, &b, &e) == 0);
	CHECK_STR(text(&b), names);
	buf_release(&all);
	buf_release(&b);
}

static void
header_forms(void)
{
	static const struct sigv4_header prefix[] = {
		{ "X-Amz-Meta-A-B", "1" },
		{ "x-amz-meta-a", "2" },
		{ "HOST", "h:81" },
		{ "x-amz-meta-a0", "3" },
		{ "x-amz-meta-a_b", "4" },
	};
	static const struct sigv4_header twice[] = {
		{ "b", "z" },
		{ "Host", "h" },
		{ "B", "" },
		{ "a", "1" },
		{ "b", " a  b " },
		{ "bb", "" },
		{ "b", "z" },
	};
	static const struct sigv4_header space[] = {
		{ "host", " h\t" },
		{ "x-a", "" },
		{ "x-b", "  \t " },
		{ "x-c", "\t a \t b\tc" },
		{ "x-d", "\"a   b\"" },
		{ "x-e", "na\xc3\xafve \xe2\x82\xac" },
	};
	static struct sigv4_header many[1000];
	struct buf want = BUF_INIT(8192);

	headers(prefix, LEN(prefix),
	    "host:h:81\nx-amz-meta-a:2\nx-amz-meta-a-b:1\nx-amz-meta-a0:3\nx-amz-meta-a_b:4\n",
	    "host;x-amz-meta-a;x-amz-meta-a-b;x-amz-meta-a0;x-amz-meta-a_b");
	headers(twice, LEN(twice), "a:1\nb:z,,a b,z\nbb:\nhost:h\n", "a;b;bb;host");
	headers(space, LEN(space),
	    "host:h\nx-a:\nx-b:\nx-c:a b c\nx-d:\"a b\"\nx-e:na\xc3\xafve \xe2\x82\xac\n",
	    "host;x-a;x-b;x-c;x-d;x-e");
	/* a sort that is not stable shows with many */
	CHECK(buf_adds(&want, "host:h,0") == 0);
	for (size_t i = 0; i < LEN(many); i++) {
		static char digit[10][2];

		digit[i % 10][0] = (char)('0' + i % 10);
		many[i] = (struct sigv4_header){ i % 2 ? "host" : "HOST", i ? digit[i % 10] : "h" };
		CHECK(i < 2 || buf_printf(&want, ",%s", digit[i % 10]) == 0);
	}
	want.p[7] = '1';
	CHECK(buf_addc(&want, '\n') == 0);
	headers(many, LEN(many), text(&want), "host");
	buf_release(&want);
}

static void
times(void)
{
	char s[SIGV4_TIME + 1];

	sigv4_time(s, 0);
	CHECK_STR(s, "19700101T000000Z");
	sigv4_time(s, MAY_24);
	CHECK_STR(s, DAY);
	sigv4_time(s, 951827696);
	CHECK_STR(s, "20000229T123456Z");
	sigv4_time(s, 4102444799);
	CHECK_STR(s, "20991231T235959Z");
	sigv4_time(s, 253402300799);
	CHECK_STR(s, "99991231T235959Z");
	sigv4_time(s, 253402300800);
	CHECK_STR(s, "");
	sigv4_time(s, -1);
	CHECK_STR(s, "");
	sigv4_time(s, INT64_MAX);
	CHECK_STR(s, "");
}

static void
encoding(void)
{
	struct buf b = BUF_INIT(16);
	char all[256], *p;

	CHECK(sigv4_encode(&b, "", 0, true) == 0 && b.len == 0);
	CHECK(sigv4_encode(&b, "a/b c", 5, false) == 0);
	CHECK_STR(text(&b), "a/b%20c");
	b.len = 0;
	CHECK(sigv4_encode(&b, "a/\xc3\xbc\0", 5, true) == 0);
	CHECK_STR(text(&b), "a%2F%C3%BC%00");
	b.len = 0;
	/* 16 bytes may be had, not one more */
	CHECK(sigv4_encode(&b, "\xff\xff\xff\xff\xff.", 6, true) == 0 && b.len == 16);
	CHECK(sigv4_encode(&b, "a", 1, true) < 0 && b.len == 16);
	b.len = 14;
	CHECK(sigv4_encode(&b, "/", 1, true) < 0 && b.len == 14);
	CHECK(sigv4_encode(&b, "/", 1, false) == 0 && b.len == 15);
	buf_release(&b);

	buf_init(&b, 4096);
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	CHECK(sigv4_encode(&b, all, 256, true) == 0);
	p = b.p;
	CHECK(text(&b));
	for (int i = 0; i < 256; i++) {
		char want[4] = { (char)i };

		if (!i ||
		    !strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~",
			i))
			snprintf(want, sizeof(want), "%%%02X", (unsigned)i);
		CHECK(!strncmp(p, want, strlen(want)));
		p += strlen(want);
	}
	CHECK(*p == '\0');
	buf_release(&b);
}

int
main(void)
{
	examples_of_s3();
	example_of_a_url();
	example_of_a_key();
	kept_key();
	queries();
	header_forms();
	times();
	encoding();
	return 0;
}

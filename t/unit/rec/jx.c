#include <jv.h>

#include "base/err.h"
#include "base/mem.h"
#include "rec/jx.h"

#include "unit/rec/jsonmake.h"

enum { ROUNDS = 40000 };

static int
scan(const char *text, size_t len, struct jx_members *m)
{
	/* In memory that ends with the text, so that ASan sees a look beyond.
	 */
	char *copy = malloc(len ? len : 1);
	struct err e = { .code = "" };
	int r;

	CHECK(copy);
	memcpy(copy, text, len);
	r = jx_scan(copy, len, m, &e);
	CHECK(r == 0 || r == -1);
	if (r < 0) {
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "record.syntax");
		CHECK(*e.msg && strlen(e.msg) < 100);
	}
	free(copy);
	return r;
}

static int
scan_only(const char *text, size_t len)
{
	struct jx_members m = { NULL, 0, 0 };
	int r = scan(text, len, &m);

	free(m.v);
	return r;
}

/* The value alone in an object, and as an array's only element. */
static int
scan_value(const char *value, size_t len)
{
	struct buf b = BUF_INIT(100000);
	int r, in_array;

	CHECK(!buf_adds(&b, "{\"a\":") && !buf_add(&b, value, len) && !buf_addc(&b, '}'));
	r = scan_only(b.p, b.len);
	buf_clear(&b, b.cap);
	CHECK(!buf_adds(&b, "{\"a\":[") && !buf_add(&b, value, len) && !buf_adds(&b, "]}"));
	in_array = scan_only(b.p, b.len);
	buf_release(&b);
	CHECK(r == in_array || strspn(value, " ") == len);
	return r;
}

static void
takes(const char *value)
{
	CHECK_STR(scan_value(value, strlen(value)) == 0 ? value : "refused", value);
}

static void
refuses(const char *value)
{
	CHECK_STR(scan_value(value, strlen(value)) == 0 ? "taken" : value, value);
}

static void
takes_whole(const char *text)
{
	CHECK_STR(scan_only(text, strlen(text)) == 0 ? text : "refused", text);
}

static void
refuses_whole(const char *text)
{
	CHECK_STR(scan_only(text, strlen(text)) == 0 ? "taken" : text, text);
}

static void
numbers(void)
{
	static const char *const good[] = { "0", "-0", "1", "10", "-1", "123456789", "0.0", "-0.1",
		"1.25", "1e1", "1E1", "1e+1", "1e-1", "0e0", "0E+1", "1.5e10", "20e1", "1e400",
		"-1e-400", "18446744073709551616", "0.4e0066999999999999999999999" };
	static const char *const bad[] = { "+1", "-", "--1", "-a", "01", "-01", "00", "1.", "-2.",
		".5", "-.5", "1.e1", "1e", "1e+", "1E-", "1eE2", "1e1.5", "1.2.3", "0x1", "0x42",
		"1_000", "1 000", "NaN", "nan", "-NaN", "Infinity", "-Infinity", "inf", "1a", "1ea",
		"2.e+3", "0e", "0.3e+", "\xef\xbc\x91", "1\xe5", "++1", "-1x", "0.1.2", "1+2",
		"0e+-1" };

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		takes(good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuses(bad[i]);
}

static void
strings(void)
{
	static const char *const good[] = { "\"\"", "\"a\"", "\" \"",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\"", "\"\\uABCD\\uabcd\"",
		"\"\\u0000\"", "\"\\u001f\"", "\"\\\\u0000\"", "\"\\\\\"", "\"\\ud83d\\ude39\"",
		"\"\\uDBFF\\uDFFF\"", "\"\\uFFFF\"", "\"\xc3\xa9\"", "\"\xe2\x80\xa8\"",
		"\"\xf4\x8f\xbf\xbf\"", "\"\x7f\"", "\"\xef\xbb\xbf\"", "\"/\"", "\"'\"",
		"\"/*x*/\"", "\"\\u005C\"" };
	static const char *const bad[] = { "\"", "\"a", "'a'", "a", "\"\\\"", "\"\\", "\"\\x\"",
		"\"\\a\"", "\"\\0\"", "\"\\'\"", "\"\\ \"", "\"\\U0041\"", "\"\\u\"", "\"\\u0\"",
		"\"\\u00\"", "\"\\u004\"", "\"\\u00g0\"", "\"\\u00", "\"\\u 041\"", "\"\\u+041\"",
		"\"\\\xc3\xa9\"", "\"\n\"", "\"\t\"", "\"\r\"", "\"\x01\"", "\"\x1f\"", "\"a\"b\"",
		"\"\"x", "\xc3\xa9", "\xe2\x80\x9c\xe2\x80\x9d",
		/* half a surrogate pair, or one in the wrong order */
		"\"\\ud800\"", "\"\\uDBFFx\"", "\"\\udc00\"", "\"\\uDFFF\"", "\"\\ud800\\n\"",
		"\"\\ud800\\u0041\"", "\"\\ud800\\ud800\"", "\"\\udc00\\ud800\"",
		"\"\\udc00\\udc01\"", "\"\\ud800\\", "\"\\ud800\\u", "\"\\ud800\\udc0",
		"\"\\ud83d\\ude39\\ud83d\"", "\"\\ud800\\xdc00\"" };

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		takes(good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuses(bad[i]);
}

static void
strings_are_utf8(void)
{
	static const char *const bad[] = { "\x80", "\xff", "\xfe", "\xc0\x80", "\xc1\xbf",
		"\xe0\x80\xaf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xc3", "\xe2\x82",
		"\xf0\x9f\x98", "\xc3\x28", "\xe2\x28\xa1", "\xe9", "\xe5" };
	struct buf b = BUF_INIT(100);

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		buf_clear(&b, 100);
		CHECK(buf_printf(&b, "\"%s\"", bad[i]) == 0);
		CHECK(scan_value(b.p, b.len) < 0);
		buf_clear(&b, 100);
		CHECK(buf_printf(&b, "\"a%sb\"", bad[i]) == 0);
		CHECK(scan_value(b.p, b.len) < 0);
		/* in a name, and outside of strings */
		buf_clear(&b, 100);
		CHECK(buf_printf(&b, "{\"%s\":1}", bad[i]) == 0);
		CHECK(scan_only(b.p, b.len) < 0);
		buf_clear(&b, 100);
		CHECK(buf_printf(&b, "{\"a\":1}%s", bad[i]) == 0);
		CHECK(scan_only(b.p, b.len) < 0);
	}
	buf_release(&b);
}

static void
arrays_objects_and_words(void)
{
	static const char *const good[] = { "[]", "[ ]", "{}", "{ }", "[1]", "[1,2]", "[[]]",
		"[{}]", "[[],[[]]]", "[null, 1, \"1\", {}]", "{\"a\":[]}", "true", "false", "null",
		" 1 ", "\t1\r\n", "{\"\":0}", "{\"a\":1,\"a\":2}", "{\"a\" : 1 , \"b\" : 2 }" };
	static const char *const bad[] = { "", " ", "[", "]", "{", "}", "[1", "[1,", "[,", "[,1]",
		"[1,]", "[1,,2]", "[1 2]", "[1]]", "[[1]", "[1}", "{1}", "[1:2]", "[\"a\":1]",
		"{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a\":1,,\"b\":2}", "{,\"a\":1}",
		"{\"a\" 1}", "{\"a\"::1}", "{a:1}", "{'a':1}", "{1:1}", "{null:1}", "{[]:1}",
		"{\"a\":1 \"b\":2}", "{\"a\":1}}", "{\"a\":1]", "[\"a\"", "[\"a", "tru", "truee",
		"True", "TRUE", "fals", "nul", "nulll", "nil", "undefined", "[*]", "1,", "[1/*c*/]",
		"1//c", "1#c", "[\x0b]", "\f1", "[\xc2\xa0]", "[\xe2\x81\xa0]", "[\xef\xbb\xbf]",
		"1 1", "1]", "[]]", "\\u0031", "{\"x\", null}", "{\"a\":\"a\" 123}", "[3[4]]",
		"[1true]", "[nullx]" };

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		takes(good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuses(bad[i]);
}

static void
one_object_and_nothing_else(void)
{
	static const char *const good[] = { "{}", " {}", "{} ", "\t\r\n{\n}\r\n", "{\"v\":1}\r" };
	static const char *const bad[] = { "", " ", "[]", "1", "\"a\"", "null", "{}{}", "{} {}",
		"{}x", "{},", "{}}", "{}]", "x{}", "{}//", "{} #", "\xef\xbb\xbf{}", "{", "{\"a\"",
		"{\"a\":", "{\"a\":1", "{\"a\":1,", "\f{}", "\xc2\xa0{}" };

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		takes_whole(good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refuses_whole(bad[i]);
}

/* A NUL at any place is refused, also behind the end. */
static void
no_nul_anywhere(void)
{
	static const char text[] = " { \"ab\" : [ 1.5e1 , \"x\\u0041\\n\" , true ] } ";
	char copy[sizeof(text)];
	size_t n = sizeof(text) - 1;

	CHECK(scan_only(text, n) == 0);
	CHECK(scan_only(text, n + 1) < 0);
	for (size_t i = 0; i < n; i++) {
		memcpy(copy, text, n);
		copy[i] = '\0';
		CHECK(scan_only(copy, n) < 0);
		/* and a NUL more, between two bytes */
		memcpy(copy + i + 1, text + i, n - i);
		CHECK(scan_only(copy, n + 1) < 0);
	}
}

/* Every shorter part of an object is no object. */
static void
no_part_is_enough(void)
{
	static const char text[] = "{\"a\":[1,-2.5e+3,\"\\ud83d\\ude00\xf0\x9f\x98\x80\"],\"b\":{"
				   "\"c\":null}}";

	CHECK(scan_only(text, sizeof(text) - 1) == 0);
	for (size_t n = 0; n < sizeof(text) - 1; n++)
		CHECK(scan_only(text, n) < 0);
}

static int
scan_nested(const char *open, const char *inner, const char *close, int n)
{
	struct buf b = BUF_INIT(4 << 20);
	int r;
	jv v;

	CHECK(buf_adds(&b, "{\"a\":") == 0);
	for (int i = 0; i < n; i++)
		CHECK(buf_adds(&b, open) == 0);
	CHECK(buf_adds(&b, inner) == 0);
	for (int i = 0; i < n; i++)
		CHECK(buf_adds(&b, close) == 0);
	CHECK(buf_addc(&b, '}') == 0);
	r = scan_only(b.p, b.len);
	v = jv_parse_sized(b.p, (int)b.len);
	CHECK(jv_is_valid(v) == (r == 0));
	jv_free(v);
	buf_release(&b);
	return r;
}

/* Levels: the object and its member are two, each array one, an object two. */
static void
as_deep_as_256_levels(void)
{
	CHECK(scan_nested("[", "1", "]", 254) == 0);
	CHECK(scan_nested("[", "", "]", 254) == 0);
	CHECK(scan_nested("[", "1", "]", 255) < 0);
	CHECK(scan_nested("[", "", "]", 255) < 0);
	CHECK(scan_nested("[", "1", "]", 256) < 0);
	CHECK(scan_nested("[", "1", "]", 257) < 0);
	CHECK(scan_nested("{\"b\":", "1", "}", 127) == 0);
	CHECK(scan_nested("{\"b\":", "{}", "}", 126) == 0);
	CHECK(scan_nested("{\"b\":", "{}", "}", 127) < 0);
	CHECK(scan_nested("{\"b\":", "1", "}", 128) < 0);
	CHECK(scan_nested("[{\"b\":", "1", "}]", 84) == 0);
	CHECK(scan_nested("[{\"b\":", "[[]]", "}]", 84) == 0);
	CHECK(scan_nested("[{\"b\":", "[[[]]]", "}]", 84) < 0);
	/* Beside each other is not in each other. */
	CHECK(scan_nested("[[],{},{\"a\":[{}]},", "1", "]", 250) == 0);
	/* A stack of its own would be gone by then. */
	CHECK(scan_nested("[", "1", "]", 1000000) < 0);
	CHECK(scan_nested("{\"b\":", "1", "}", 500000) < 0);
}

static void
check_span(const char *text, const struct jx_span *s, const char *name, const char *value)
{
	CHECK(s->name_len == strlen(name));
	CHECK(!memcmp(text + s->name, name, s->name_len));
	CHECK(text[s->name - 1] == '"' && text[s->name + s->name_len] == '"');
	CHECK(s->value_len == strlen(value));
	CHECK(!memcmp(text + s->value, value, s->value_len));
	CHECK(s->escaped == (strchr(name, '\\') != NULL));
}

static void
lists_the_members_in_order(void)
{
	static const char text[] = " { \"a\":1,\t\"b\" :\r\"x\\\"}\" ,\"p\\u0061th\":"
				   "{\"a\":[ 2 ]} , \"\": [1, {\"q\":2} ] "
				   ",\"a\":\n12345678901234567890\n}\n";
	struct jx_members m = { NULL, 0, 0 };

	CHECK(scan(text, sizeof(text) - 1, &m) == 0);
	CHECK(m.n == 5);
	check_span(text, &m.v[0], "a", "1");
	check_span(text, &m.v[1], "b", "\"x\\\"}\"");
	check_span(text, &m.v[2], "p\\u0061th", "{\"a\":[ 2 ]}");
	check_span(text, &m.v[3], "", "[1, {\"q\":2} ]");
	check_span(text, &m.v[4], "a", "12345678901234567890");
	/* The memory is used again. */
	CHECK(scan("{}", 2, &m) == 0 && m.n == 0);
	CHECK(scan("{\"z\":[]}", 8, &m) == 0 && m.n == 1);
	check_span("{\"z\":[]}", &m.v[0], "z", "[]");
	free(m.v);
}

static void
lists_very_many_members(void)
{
	struct jx_members m = { NULL, 0, 0 };
	struct buf b = BUF_INIT(1 << 20);

	for (int i = 0; i < 20000; i++)
		CHECK(buf_printf(&b, "%c\"m%d\":%d", i ? ',' : '{', i, i) == 0);
	CHECK(buf_addc(&b, '}') == 0);
	CHECK(jx_scan(b.p, b.len, &m, &(struct err){ .code = "" }) == 0);
	CHECK(m.n == 20000);
	for (int i = 0; i < 20000; i += 777) {
		char name[16], value[16];

		snprintf(name, sizeof(name), "m%d", i);
		snprintf(value, sizeof(value), "%d", i);
		check_span(b.p, &m.v[i], name, value);
	}
	free(m.v);
	buf_release(&b);
}

static jv
name_of(const char *text, const struct jx_span *s)
{
	return jv_parse_sized(text + s->name - 1, (int)s->name_len + 2);
}

/* Of each member that is an object: what is found in it without parsing it. */
static int
check_plain(const char *text, const struct jx_span *span)
{
	static const char *const names[] = { "path", "a", "", "kind", "caf\xc3\xa9" };
	const char *s;
	size_t n;
	int found = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		jv object, v;

		if (!jx_plain(text + span->value, span->value_len, names[i], &s, &n))
			continue;
		object = jv_parse_sized(text + span->value, (int)span->value_len);
		v = jx_get(&object, names[i]);
		CHECK(jv_equal(v, jv_string_sized(s, (int)n)));
		jv_free(object);
		found++;
	}
	return found;
}

static void
finds_plain_strings(void)
{
	static const struct {
		const char *text, *want;
	} t[] = { { "{\"code\":\"a.b\"}", "a.b" }, { "{ \"code\" : \"a\" , \"x\":1 }", "a" },
		{ "{\"x\":{\"code\":\"y\"},\"code\":\"\"}", "" },
		{ "{\"x\":[\"}\",{\"code\":2}],\"code\":\"a\"}", "a" },
		{ "{\"x\":\"\\\"\\\\\",\"code\":\"a\"}", "a" },
		{ "{\"code\":\"a\",\"code\":\"b\"}", "b" }, { "{\"code\":\"a\",\"code\":1}", NULL },
		{ "{\"code\":\"a\",\"c\\u006fde\":\"b\"}", NULL }, { "{\"code\":\"a\\n\"}", NULL },
		{ "{\"codes\":\"a\"}", NULL }, { "{}", NULL }, { "[\"code\",\"a\"]", NULL },
		{ "\"code\"", NULL }, { "17", NULL } };
	const char *s;
	size_t n;

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		size_t len = strlen(t[i].text);
		char *copy = malloc(len);

		CHECK(copy);
		memcpy(copy, t[i].text, len);
		CHECK(jx_plain(copy, len, "code", &s, &n) == (t[i].want != NULL));
		if (t[i].want)
			CHECK(n == strlen(t[i].want) && !memcmp(s, t[i].want, n));
		free(copy);
	}
}

/* What is listed is what libjq finds. */
static void
check_as_libjq(const char *text, size_t len, const struct jx_members *m)
{
	jv whole = jv_parse_sized(text, (int)len), mine = jv_object();

	CHECK(jv_get_kind(whole) == JV_KIND_OBJECT);
	for (size_t i = 0; i < m->n; i++)
		mine = jv_object_set(mine, name_of(text, &m->v[i]),
		    jv_parse_sized(text + m->v[i].value, (int)m->v[i].value_len));
	CHECK(jv_equal(whole, mine));
}

static void
spoil(struct buf *b)
{
	static const char bytes[] = "{}[]\",:\\ue0123456789.-+tfn \x80\xc3\xa9\xed\x01\n";
	unsigned at = jsonmake_random((unsigned)b->len);
	char c = bytes[jsonmake_random(sizeof(bytes))];

	switch (jsonmake_random(4)) {
	case 0:
		b->p[at] = c;
		break;
	case 1:
		memmove(b->p + at, b->p + at + 1, b->len - at - 1);
		b->len--;
		break;
	case 2:
		CHECK(buf_room(b, 1) == 0);
		memmove(b->p + at + 1, b->p + at, b->len - at);
		b->p[at] = c;
		b->len++;
		break;
	default:
		b->len = at;
	}
}

/* What is taken libjq can parse, to the same; what was made right is taken. */
static void
agrees_with_libjq(void)
{
	struct jx_members m = { NULL, 0, 0 };
	struct buf b = BUF_INIT(1 << 20);
	int taken = 0, refused = 0, plain = 0;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned spoilt = jsonmake_random(3);

		buf_clear(&b, 1 << 20);
		jsonmake_space(&b);
		jsonmake_object(&b, 0);
		jsonmake_space(&b);
		for (unsigned k = 0; k < spoilt && b.len > 0; k++)
			spoil(&b);
		if (scan(b.p, b.len, &m) < 0) {
			CHECK(spoilt > 0);
			refused++;
			continue;
		}
		taken += spoilt > 0;
		check_as_libjq(b.p, b.len, &m);
		for (size_t k = 0; k < m.n; k++)
			plain += check_plain(b.p, &m.v[k]);
	}
	CHECK(taken > ROUNDS / 50 && refused > ROUNDS / 4 && plain > ROUNDS / 200);
	free(m.v);
	buf_release(&b);
}

static void
lends_strings_without_nul(void)
{
	jv s = jv_string("caf\xc3\xa9"), n = jv_number(1), nul = jv_string_sized("a\0b", 3);
	jv none = jv_invalid(), empty = jv_string("");

	CHECK_STR(jx_cstr(&s), "caf\xc3\xa9");
	CHECK_STR(jx_cstr(&empty), "");
	CHECK(!jx_cstr(&n) && !jx_cstr(&nul) && !jx_cstr(&none));
	jv_free(s);
	jv_free(nul);
	jv_free(empty);
}

static void
sets_and_gets_members(void)
{
	jv obj = jv_object(), shared, v;

	v = jx_get(&obj, "a");
	CHECK(!jv_is_valid(v));
	jv_free(v);
	jx_set(&obj, "a", jv_number(1));
	shared = jv_copy(obj);
	jx_set(&obj, "a", jv_string("two"));
	v = jx_get(&obj, "a");
	CHECK_STR(jx_cstr(&v), "two");
	jv_free(v);
	v = jx_get(&shared, "a");
	CHECK(jv_get_kind(v) == JV_KIND_NUMBER);
	jv_free(v);
	jv_free(shared);
	jv_free(obj);
}

/* Wherever a byte stands in a string, and whatever stands around it. */
static void
sees_each_byte_at_each_place(void)
{
	char value[32];
	int len, at, c;

	for (len = 1; len <= 20; len++)
		for (at = 0; at < len; at++)
			for (c = 1; c < 256; c++) {
				memset(value, c == '!' ? '#' : '!', sizeof(value));
				value[0] = value[len + 1] = '"';
				value[at + 1] = (char)c;
				value[len + 2] = '\0';
				/* A backslash is an escape of what is behind it: none. */
				if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
					refuses(value);
				else
					takes(value);
			}
}

int
main(void)
{
	sees_each_byte_at_each_place();
	numbers();
	strings();
	strings_are_utf8();
	arrays_objects_and_words();
	one_object_and_nothing_else();
	no_nul_anywhere();
	no_part_is_enough();
	as_deep_as_256_levels();
	lists_the_members_in_order();
	lists_very_many_members();
	agrees_with_libjq();
	finds_plain_strings();
	lends_strings_without_nul();
	sets_and_gets_members();
	return 0;
}

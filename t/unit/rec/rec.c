#include <math.h>

#include <jv.h>

#include "base/err.h"
#include "rec/jx.h"
#include "rec/rec.h"

#include "unit/rec/jsonmake.h"

enum { ROUNDS = 20000 };

static struct rec *
parse(const char *line)
{
	struct err e;
	struct rec *r = rec_parse(line, strlen(line), &e);

	CHECK(r);
	return r;
}

/* The record as it is written, until the next call. */
static const char *
written(const struct rec *r)
{
	static char text[4096];
	struct buf b = BUF_INIT(sizeof(text));
	struct err e;

	CHECK(rec_write(r, &b, sizeof(text) - 2, &e) == 0);
	CHECK(b.p[b.len - 1] == '\n');
	memcpy(text, b.p, b.len - 1);
	text[b.len - 1] = '\0';
	buf_release(&b);
	return text;
}

static void
an_unchanged_record_keeps_its_bytes(void)
{
	static const char line[] = " {\t\"a\" : 1.50 ,\"a\":12345678901234567890,"
				   "\"p\\u0061th\":\"\\u00e9\\/\" , \"m\":{ \"x\":[ 1,2 ] } }\r";
	struct rec *r = parse(line);

	CHECK_STR(written(r), line);
	/* Looking is no change, nor is deleting what is not there. */
	CHECK_STR(rec_str(r, "path"), "\xc3\xa9/");
	CHECK(rec_int(r, "a", 7) == 7 && rec_is(r, "path", "\xc3\xa9/"));
	CHECK(rec_has(r, "m") && !rec_has(r, "x") && !rec_failed(r));
	jv_free(rec_get(r, "m"));
	rec_del(r, "none");
	CHECK(!rec_changed(r));
	CHECK_STR(written(r), line);
	rec_set(r, "error", jv_null());
	CHECK(!rec_failed(r));
	rec_set(r, "error", jv_false());
	CHECK(rec_failed(r));
	rec_free(r);
}

static void
a_line_that_is_no_object_is_refused(void)
{
	static const char *const bad[] = { "", "[]", "1", "{", "{\"a\":01}", "{}x",
		"{\"a\":\"\xff\"}" };
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!rec_parse(bad[i], strlen(bad[i]), &e));
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "record.syntax");
	}
	CHECK(!rec_parse("{}\0", 3, &e));
	CHECK(!rec_parse("{\"a\0\":1}", 8, &e));
}

static void
the_line_is_copied(void)
{
	char line[] = "{\"a\":\"before\"}";
	struct rec *r = parse(line);

	memset(line, 'x', sizeof(line));
	CHECK_STR(rec_str(r, "a"), "before");
	CHECK_STR(written(r), "{\"a\":\"before\"}");
	rec_free(r);
}

static void
an_error_says_its_code(void)
{
	static const struct {
		const char *line, *code;
	} cases[] = { { "{\"error\":{\"stage\":\"x\",\"code\":\"io.read\"}}", "io.read" },
		{ "{\"error\":{\"code\":\"a\",\"code\":\"b.c\"}}", "b.c" },
		{ "{\"error\":{\"c\\u006fde\":\"a\",\"x\":{\"code\":\"y\"}}}", "a" },
		{ "{\"error\":{\"code\":\"\\u0061.b\"}}", "a.b" },
		{ "{\"error\":{\"code\":\"0123456789abcdef\"}}", "0123456789" },
		{ "{\"error\":{\"code\":7}}", "unknown" },
		{ "{\"error\":{\"codes\":\"a\"}}", "unknown" }, { "{\"error\":[]}", "unknown" },
		{ "{\"error\":\"code\"}", "unknown" }, { "{}", "unknown" } };
	const struct err e = { .class = ERR_PERMANENT, .code = "set.here" };
	char code[11];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct rec *r = parse(cases[i].line);

		rec_error_code(r, code, sizeof(code));
		CHECK_STR(code, cases[i].code);
		rec_set_error(r, "test", &e);
		rec_error_code(r, code, sizeof(code));
		CHECK_STR(code, "set.here");
		rec_free(r);
	}
}

static void
a_new_record_has_its_version(void)
{
	struct rec *r = rec_new();

	CHECK(!rec_changed(r) && rec_int(r, "v", 0) == 1);
	CHECK_STR(written(r), "{\"v\":1}");
	rec_set_str(r, "kind", "document");
	CHECK(rec_changed(r));
	CHECK_STR(written(r), "{\"v\":1,\"kind\":\"document\"}");
	rec_free(r);
	rec_free(NULL);
}

static void
foreign_members_keep_their_bytes(void)
{
	struct rec *r = parse("{ \"big\" : 12345678901234567890 , \"n\":1.500e+01,"
			      "\"s\" : \"\\u00e9\\/\",\"o\":{ \"k\" : [ ] } }");

	rec_set_int(r, "new", 1);
	CHECK_STR(written(r),
	    "{\"big\":12345678901234567890,\"n\":1.500e+01,"
	    "\"s\":\"\\u00e9\\/\",\"o\":{ \"k\" : [ ] },\"new\":1}");
	rec_free(r);
}

static void
one_deleted(const char *name, const char *want)
{
	struct rec *r = parse("{\"a\":1,\"b\":[2],\"c\":\"3\"}");

	rec_del(r, name);
	CHECK(!rec_has(r, name) && rec_changed(r));
	CHECK_STR(written(r), want);
	rec_free(r);
}

static void
deletes_first_middle_last_and_all(void)
{
	struct rec *r = parse("{ \"a\":1 , \"b\":2 }");

	one_deleted("a", "{\"b\":[2],\"c\":\"3\"}");
	one_deleted("b", "{\"a\":1,\"c\":\"3\"}");
	one_deleted("c", "{\"a\":1,\"b\":[2]}");
	rec_del(r, "b");
	rec_del(r, "a");
	CHECK_STR(written(r), "{}");
	rec_set_int(r, "b", 3);
	CHECK(rec_has(r, "b") && rec_int(r, "b", 0) == 3);
	CHECK_STR(written(r), "{\"b\":3}");
	rec_del(r, "b");
	CHECK(!rec_has(r, "b"));
	CHECK_STR(written(r), "{}");
	rec_free(r);
	r = parse("{}");
	rec_set_int(r, "a", 1);
	CHECK_STR(written(r), "{\"a\":1}");
	rec_del(r, "a");
	CHECK_STR(written(r), "{}");
	rec_free(r);
}

static void
of_two_with_one_name_the_last_counts(void)
{
	static const char line[] = "{\"path\":\"first\",\"x\":0,\"p\\u0061th\":"
				   "\"second\",\"path\":\"third\"}";
	struct rec *r = parse(line);

	CHECK_STR(rec_str(r, "path"), "third");
	CHECK(rec_is(r, "path", "third") && !rec_is(r, "path", "first"));
	CHECK_STR(written(r), line);
	rec_set_str(r, "path", "mine");
	CHECK_STR(written(r), "{\"x\":0,\"path\":\"mine\"}");
	rec_free(r);
	r = parse(line);
	rec_del(r, "path");
	CHECK(!rec_has(r, "path") && !rec_str(r, "path"));
	CHECK_STR(written(r), "{\"x\":0}");
	rec_free(r);
	r = parse("{\"path\":1,\"\\u0070\\u0061\\u0074\\u0068\":\"last\"}");
	CHECK_STR(rec_str(r, "path"), "last");
	rec_free(r);
}

static void
names_are_compared_whole(void)
{
	struct rec *r = parse("{\"pat\":1,\"paths\":2,\"\":3,\"p\\u0000\":4,\"path\\n\":5}");

	CHECK(!rec_has(r, "path") && !rec_has(r, "p") && !rec_has(r, "pa"));
	CHECK(rec_int(r, "", 0) == 3 && rec_int(r, "path\n", 0) == 5);
	rec_set_int(r, "path\n", 6);
	rec_set_int(r, "p", 7);
	CHECK_STR(written(r),
	    "{\"pat\":1,\"paths\":2,\"\":3,\"p\\u0000\":4,"
	    "\"path\\n\":6,\"p\":7}");
	rec_free(r);
}

static void
strings_are_lent(void)
{
	struct rec *r = parse("{\"a\":\"x\",\"n\":1,\"z\":\"a\\u0000b\",\"e\":\"\"}");
	const char *a = rec_str(r, "a");
	char name[16];
	struct err e;

	CHECK_STR(a, "x");
	CHECK_STR(rec_str(r, "e"), "");
	/* Good while only others change. */
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		rec_set_int(r, name, i);
	}
	CHECK_STR(a, "x");
	CHECK(!rec_str(r, "n") && !rec_str(r, "z") && !rec_str(r, "none"));
	CHECK_STR(rec_need(r, "a", &e), "x");
	CHECK(!rec_need(r, "z", &e) && e.class == ERR_VALIDATION);
	CHECK_STR(e.code, "record.member");
	CHECK(!rec_need(r, "none", &e));
	CHECK_STR(e.msg, "no \"none\"");
	CHECK(!rec_need(r, "n", &e));
	CHECK_STR(e.msg, "\"n\" is no string, or holds a NUL");
	rec_free(r);
}

static void
bytes_are_those_of_the_string(void)
{
	struct rec *r =
	    parse("{\"a\":\"x y\",\"b\":\"k\\u0069nd\",\"d\":5,\"e\":\"\",\"n\":\"\\u0000\"}");
	static const char *const names[] = { "a", "b", "d", "e", "n", "none", "a", "e" };
	size_t n;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *s = rec_bytes(r, names[i], &n), *want = rec_str(r, names[i]);

		CHECK(!s == !want && n == (want ? strlen(want) : 0));
		CHECK(!s || !memcmp(s, want, n));
	}
	rec_set_str(r, "a", "other");
	CHECK(!memcmp(rec_bytes(r, "a", &n), "other", 5) && n == 5);
	rec_del(r, "a");
	CHECK(!rec_bytes(r, "a", &n) && n == 0);
	CHECK_STR(written(r), "{\"b\":\"k\\u0069nd\",\"d\":5,\"e\":\"\",\"n\":\"\\u0000\"}");
	rec_free(r);
}

static void
compares_strings_as_they_read(void)
{
	struct rec *r = parse("{\"a\":\"x\\ny\",\"b\":\"k\\u0069nd\",\"c\":\"kind\","
			      "\"d\":5,\"e\":\"\",\"f\":\"a\\\\nb\"}");

	CHECK(!rec_is(r, "a", "x\\ny") && rec_is(r, "a", "x\ny"));
	CHECK(rec_is(r, "b", "kind") && !rec_is(r, "b", "k\\u0069nd"));
	CHECK(rec_is(r, "c", "kind") && !rec_is(r, "c", "kin") && !rec_is(r, "c", "kinds") &&
	    !rec_is(r, "c", ""));
	CHECK(!rec_is(r, "d", "5") && !rec_is(r, "none", "") && rec_is(r, "e", ""));
	CHECK(!rec_is(r, "f", "a\\\\nb") && rec_is(r, "f", "a\\nb"));
	rec_set_str(r, "c", "other");
	CHECK(rec_is(r, "c", "other") && !rec_is(r, "c", "kind"));
	rec_del(r, "c");
	CHECK(!rec_is(r, "c", "other"));
	rec_free(r);
}

static void
integers_are_exact_or_not_there(void)
{
	static const struct {
		const char *text;
		long want;
	} t[] = { { "0", 0 }, { "-0", 0 }, { "17", 17 }, { "-17", -17 }, { "1e3", 1000 },
		{ "2.0", 2 }, { "2.5", -99 }, { "\"2\"", -99 }, { "null", -99 },
		{ "9007199254740991", 9007199254740991 },
		{ "-9007199254740991", -9007199254740991 }, { "9007199254740993", -99 },
		{ "18446744073709551617", -99 }, { "1e400", -99 }, { "-1e400", -99 },
		{ "[1]", -99 } };
	struct rec *r;
	char line[64];

	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++) {
		snprintf(line, sizeof(line), "{\"n\":%s}", t[i].text);
		r = parse(line);
		CHECK(rec_int(r, "n", -99) == t[i].want);
		CHECK(rec_int(r, "none", -98) == -98);
		rec_free(r);
	}
	r = rec_new();
	rec_set(r, "nan", jv_number(NAN));
	CHECK(rec_int(r, "nan", -99) == -99);
	rec_set_int(r, "n", 1767323045000);
	rec_set_int(r, "m", -5);
	CHECK(rec_int(r, "n", 0) == 1767323045000);
	rec_del(r, "nan");
	CHECK_STR(written(r), "{\"v\":1,\"n\":1767323045000,\"m\":-5}");
	rec_free(r);
}

static void
a_look_does_not_hide_a_change(void)
{
	struct rec *r = parse("{\"a\":\"x\",\"b\":1}");
	jv v;

	CHECK_STR(rec_str(r, "a"), "x");
	CHECK(rec_int(r, "b", 0) == 1 && !rec_changed(r));
	rec_set_str(r, "a", "y");
	CHECK_STR(rec_str(r, "a"), "y");
	v = rec_get(r, "a");
	CHECK_STR(jx_cstr(&v), "y");
	jv_free(v);
	CHECK_STR(written(r), "{\"b\":1,\"a\":\"y\"}");
	rec_del(r, "b");
	CHECK(rec_int(r, "b", 5) == 5);
	v = rec_get(r, "b");
	CHECK(!jv_is_valid(v));
	jv_free(v);
	CHECK_STR(written(r), "{\"a\":\"y\"}");
	rec_free(r);
}

static void
names_and_strings_are_escaped(void)
{
	struct rec *r = parse("{}");

	rec_set_str(r, "q\"\\\n", "\"\\\n\x01\xc3\xa9");
	rec_set_str(r, "bad", "a\xff");
	CHECK_STR(written(r),
	    "{\"q\\\"\\\\\\n\":\"\\\"\\\\\\n\\u0001\xc3\xa9\","
	    "\"bad\":\"a\xef\xbf\xbd\"}");
	rec_free(r);
}

static void
an_error_is_an_object(void)
{
	struct rec *r = parse("{\"error\":{\"old\":1},\"a\":1}");
	struct err e;

	err_set(&e, ERR_TRANSIENT, "io.read", "%s", "it \"failed\"");
	rec_set_error(r, "s3get", &e);
	CHECK_STR(written(r),
	    "{\"a\":1,\"error\":{\"stage\":\"s3get\","
	    "\"class\":\"transient\",\"code\":\"io.read\","
	    "\"message\":\"it \\\"failed\\\"\"}}");
	e.retry_after_ms = 1500;
	e.class = ERR_FATAL;
	rec_set_error(r, "s3get", &e);
	CHECK_STR(written(r),
	    "{\"a\":1,\"error\":{\"stage\":\"s3get\","
	    "\"class\":\"transient\",\"code\":\"io.read\","
	    "\"message\":\"it \\\"failed\\\"\",\"retry_after_ms\":1500}}");
	rec_free(r);
}

static void
a_clone_goes_its_own_way(void)
{
	struct rec *r = parse("{\"big\":12345678901234567890,\"a\":\"x\",\"b\":2}"), *c;
	const char *mine;

	rec_set_str(r, "a", "y");
	CHECK(rec_int(r, "b", 0) == 2);
	mine = rec_str(r, "a");
	c = rec_clone(r);
	CHECK(rec_changed(c));
	rec_set_str(c, "a", "z");
	rec_del(c, "b");
	rec_set_int(c, "n", 1);
	CHECK_STR(mine, "y");
	CHECK_STR(written(r), "{\"big\":12345678901234567890,\"b\":2,\"a\":\"y\"}");
	rec_free(r);
	CHECK_STR(rec_str(c, "a"), "z");
	CHECK_STR(written(c), "{\"big\":12345678901234567890,\"a\":\"z\",\"n\":1}");
	rec_free(c);
	r = parse("{}");
	c = rec_clone(r);
	rec_free(r);
	CHECK(!rec_changed(c));
	CHECK_STR(written(c), "{}");
	rec_set_int(c, "n", 1);
	CHECK_STR(written(c), "{\"n\":1}");
	rec_free(c);
}

/* A record of exactly n bytes, changed (then rewritten) or not. */
static struct rec *
of_size(size_t n, int changed)
{
	char *line = malloc(n), *pad = malloc(n);
	struct rec *r;
	struct err e;

	CHECK(line && pad && n > 16);
	memset(line, 'x', n);
	memcpy(line, "{\"a\":\"", 6);
	memcpy(line + n - 2, "\"}", 2);
	memset(pad, 'x', n - 8);
	pad[n - 8] = '\0';
	if (changed) {
		r = parse("{\"a\":1}");
		rec_set_str(r, "a", pad);
	} else {
		r = rec_parse(line, n, &e);
		CHECK(r);
	}
	free(line);
	free(pad);
	return r;
}

static void
check_limit(size_t max, int changed)
{
	struct rec *fits = of_size(max, changed), *not = of_size(max + 1, changed);
	struct buf b = BUF_INIT(2 * max + 100);
	struct err e;

	CHECK(buf_adds(&b, "before\n") == 0);
	CHECK(rec_write(not, &b, max, &e) == -1);
	CHECK(e.class == ERR_VALIDATION);
	CHECK_STR(e.code, "record.large");
	CHECK(b.len == 7 && !memcmp(b.p, "before\n", 7));
	CHECK(rec_write(fits, &b, max, &e) == 0);
	CHECK(b.len == 7 + max + 1 && b.p[7] == '{' && b.p[b.len - 2] == '}');
	buf_release(&b);
	rec_free(fits);
	rec_free(not );
}

static void
a_record_too_large_is_not_written(void)
{
	check_limit(REC_DOC_MAX, 0);
	check_limit(REC_DOC_MAX, 1);
	check_limit(REC_LINE_MAX, 0);
	check_limit(REC_LINE_MAX, 1);
}

/* The buffer's own maximum, at every length that is too small. */
static void
nothing_is_appended_where_there_is_no_room(void)
{
	struct rec *r = parse("{\"a\":1,\"b\":2,\"c\":[3]}");
	size_t len = strlen(written(r)), max;
	struct err e;

	for (int changed = 0; changed < 2; changed++) {
		for (max = 0; max <= len; max++) {
			struct buf b = BUF_INIT(max + 2);

			CHECK(buf_adds(&b, ">>") == 0);
			CHECK(rec_write(r, &b, REC_DOC_MAX, &e) == -1);
			CHECK_STR(e.code, "record.large");
			CHECK(b.len == 2 && !memcmp(b.p, ">>", 2));
			buf_release(&b);
		}
		rec_del(r, "a");
		rec_set_int(r, "new", 12);
		len = strlen(written(r));
	}
	rec_free(r);
}

/* One random change, to the record and to libjq's object. */
static void
change(struct rec *r, jv *obj)
{
	static const char *const names[] = { "path", "a", "", "id", "caf\xc3\xa9", "kind", "x\"y",
		"meta", "new", "n\n" };
	const char *name = names[jsonmake_random(sizeof(names) / sizeof(*names))];
	struct buf b = BUF_INIT(1 << 16);
	jv v;

	jsonmake_value(&b, 3);
	v = jv_parse_sized(b.p, (int)b.len);
	CHECK(jv_is_valid(v));
	buf_release(&b);
	switch (jsonmake_random(4)) {
	case 0:
		rec_del(r, name);
		*obj = jv_object_delete(*obj, jv_string(name));
		jv_free(v);
		break;
	case 1:
		(void)rec_str(r, name);
		CHECK(rec_has(r, name) == jv_object_has(jv_copy(*obj), jv_string(name)));
		jv_free(v);
		break;
	default:
		rec_set(r, name, jv_copy(v));
		*obj = jv_object_set(*obj, jv_string(name), v);
	}
}

static void
check_written_as(const struct rec *r, const jv *obj)
{
	struct buf b = BUF_INIT(1 << 20);
	struct rec *again;
	struct err e;
	jv v;

	CHECK(rec_write(r, &b, 1 << 20, &e) == 0);
	v = jv_parse_sized(b.p, (int)b.len - 1);
	CHECK(jv_is_valid(v));
	CHECK(jv_equal(v, jv_copy(*obj)));
	again = rec_parse(b.p, b.len - 1, &e);
	CHECK(again);
	rec_free(again);
	buf_release(&b);
}

static void
changes_come_to_what_libjq_makes_of_them(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct rec *r;
	struct err e;
	jv obj;

	for (int i = 0; i < ROUNDS; i++) {
		buf_clear(&b, 1 << 20);
		jsonmake_object(&b, 2);
		r = rec_parse(b.p, b.len, &e);
		obj = jv_parse_sized(b.p, (int)b.len);
		CHECK(r && jv_is_valid(obj));
		for (unsigned k = jsonmake_random(6); k > 0; k--)
			change(r, &obj);
		if (jsonmake_random(4) == 0) {
			struct rec *c = rec_clone(r);

			rec_free(r);
			r = c;
		}
		check_written_as(r, &obj);
		rec_free(r);
		jv_free(obj);
	}
	buf_release(&b);
}

static void
an_empty_page_says_why(void)
{
	static const struct {
		const char *line;
		bool unread;
	} cases[] = {
		{ "{\"markdown\":\"\"}", true },
		{ "{\"markdown\":\"\",\"blank\":true}", false },
		{ "{\"markdown\":\"\",\"picture\":true}", false },
		{ "{\"markdown\":\"\",\"doubt\":[\"ink\"]}", false },
		{ "{\"markdown\":\"x\"}", false },
		{ "{}", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err e;
		struct rec *r = rec_parse(cases[i].line, strlen(cases[i].line), &e);
		jv doubt;

		CHECK(r);
		rec_doubt_empty(r);
		CHECK(rec_changed(r) == cases[i].unread);
		doubt = rec_get(r, "doubt");
		if (cases[i].unread)
			CHECK(jv_equal(jv_copy(doubt), jv_parse("[\"unread\"]")));
		jv_free(doubt);
		rec_free(r);
	}
}

int
main(void)
{
	an_empty_page_says_why();
	an_unchanged_record_keeps_its_bytes();
	a_line_that_is_no_object_is_refused();
	the_line_is_copied();
	an_error_says_its_code();
	a_new_record_has_its_version();
	foreign_members_keep_their_bytes();
	deletes_first_middle_last_and_all();
	of_two_with_one_name_the_last_counts();
	names_are_compared_whole();
	strings_are_lent();
	bytes_are_those_of_the_string();
	compares_strings_as_they_read();
	integers_are_exact_or_not_there();
	a_look_does_not_hide_a_change();
	names_and_strings_are_escaped();
	an_error_is_an_object();
	a_clone_goes_its_own_way();
	a_record_too_large_is_not_written();
	nothing_is_appended_where_there_is_no_room();
	changes_come_to_what_libjq_makes_of_them();
	return 0;
}

#include <jv.h>

#include "base/err.h"
#include "rec/match.h"

#include "unit/check.h"

static bool
match(struct select *s, const char *json)
{
	struct err e;

	return select_match(s, jv_parse(json), &e) > 0;
}

static void
compiles(void)
{
	struct err e;
	struct select *s = select_new(".a > 1 and .b", &e);

	CHECK(s);
	/* The same expression of many records. */
	for (int i = 0; i < 1000; i++) {
		CHECK(match(s, "{\"a\":2,\"b\":true}"));
		CHECK(!match(s, "{\"a\":2,\"b\":null}"));
		CHECK(!match(s, "{\"a\":1,\"b\":true}"));
	}
	select_free(s);
	select_free(NULL);
}

static void
results(void)
{
	static const struct {
		const char *expr;
		bool yes;
	} cases[] = {
		{ ".", true },
		{ "0", true },
		{ "\"\"", true },
		{ "true, false", true },
		{ "false, true", false },
		{ "null", false },
		{ "empty", false },
		{ "error(\"no\")", false },
		{ ".a.b.c", false },
		{ ".a[0]", false },
		{ "halt", false },
	};
	struct err e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct select *s = select_new(cases[i].expr, &e);

		CHECK(s);
		CHECK(match(s, "{\"a\":{}}") == cases[i].yes);
		/* What one record did to it is forgotten at the next. */
		CHECK(match(s, "{\"a\":{}}") == cases[i].yes);
		select_free(s);
	}
}

static void
refuses(void)
{
	static const char *const bad[] = { ".a =", "(", "nosuch", "}" };
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!select_new(bad[i], &e));
		CHECK(e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "select.syntax");
		CHECK(*e.msg);
	}
}

int
main(void)
{
	compiles();
	results();
	refuses();
	return 0;
}

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "md/trust.h"
#include "rec/rec.h"

#include "unit/check.h"

/* A page with those members, whose Markdown is text, is taken note of: why it is doubtful. */
static const char *
noted(struct trust *t, long no, const char *members, const char *text)
{
	static char why[TRUST_WHY_MAX];
	char line[1024];
	struct err e;
	struct rec *r;
	bool doubtful;

	snprintf(line, sizeof(line), "{\"page\":%ld%s%s}", no, *members ? "," : "", members);
	r = rec_parse(line, strlen(line), &e);
	CHECK(r);
	doubtful = trust_page(t, r, text, why);
	CHECK(doubtful == (*why != '\0'));
	rec_free(r);
	return why;
}

/* The member that a document's record gets of it, as JSON; NULL: none. */
static const char *
described(const struct trust *t, const char *member)
{
	static char text[256];
	struct rec *r = rec_new();
	jv v;

	trust_describe(t, r);
	v = rec_get(r, member);
	rec_free(r);
	if (!jv_is_valid(v)) {
		jv_free(v);
		return NULL;
	}
	v = jv_dump_string(v, 0);
	snprintf(text, sizeof(text), "%s", jv_string_value(v));
	jv_free(v);
	return text;
}

static void
a_page_is_doubtful_by_the_words_of_its_doubt(void)
{
	static const char *const cases[][2] = {
		{ "", "" },
		{ "\"doubt\":null", "" },
		{ "\"doubt\":[]", "" },
		{ "\"doubt\":[\"ink\"]", "ink" },
		{ "\"doubt\":[\"ink\",\"junk\"]", "ink, junk" },
		{ "\"doubt\":[\"<b>\",\"ink\",7,\"Ink\",\"\"]", "ink" },
		{ "\"doubt\":[\"a b\"]", "unknown" },
		{ "\"doubt\":7", "unknown" },
		{ "\"doubt\":[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"]", "unknown" },
	};
	struct trust t;

	trust_init(&t);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		CHECK_STR(noted(&t, (long)i + 1, cases[i][0], "x"), cases[i][1]);
	CHECK_STR(described(&t, "doubtful_pages"), "[4,5,6,7,8,9]");
	CHECK_STR(described(&t, "doubt"), "[\"ink\",\"junk\"]");
	CHECK(!described(&t, "confidence"));
	trust_release(&t);
}

static void
pages_without_text_are_listed_by_why(void)
{
	struct trust t;

	trust_init(&t);
	noted(&t, 9, "\"blank\":true", "");
	noted(&t, 3, "\"blank\":true,\"picture\":false", "");
	noted(&t, 4, "\"picture\":true,\"blank\":1", "");
	CHECK_STR(described(&t, "blank_pages"), "[3,9]");
	CHECK_STR(described(&t, "picture_pages"), "[4]");
	CHECK(!described(&t, "doubt") && !described(&t, "doubtful_pages"));
	trust_release(&t);
}

static void
more_words_than_there_is_room_for_are_cut(void)
{
	struct buf members = BUF_INIT(1000);
	struct trust t;

	trust_init(&t);
	CHECK(buf_adds(&members, "\"doubt\":[\"a\"") == 0);
	for (int i = 0; i < 10; i++)
		CHECK(buf_adds(&members, ",\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"") == 0);
	CHECK(buf_adds(&members, "]") == 0 && buf_addc(&members, '\0') == 0);
	CHECK(strlen(noted(&t, 1, members.p, "x")) < TRUST_WHY_MAX);
	buf_release(&members);
	trust_release(&t);
}

static void
confidence_is_that_of_a_character(void)
{
	struct trust t;

	trust_init(&t);
	CHECK_STR(noted(&t, 1, "\"confidence\":0", ""), "");
	CHECK_STR(noted(&t, 2, "\"confidence\":\"1\"", "xxxx"), "");
	CHECK(!described(&t, "confidence"));
	CHECK_STR(noted(&t, 3, "\"confidence\":0.9", "\xc3\xa9ine"), "");
	CHECK_STR(noted(&t, 4, "", "a text layer"), "");
	CHECK_STR(described(&t, "confidence"), "0.9");
	CHECK_STR(noted(&t, 5, "\"confidence\":0.3", "xx"), "");
	CHECK_STR(described(&t, "confidence"), "0.7");
	CHECK_STR(noted(&t, 6, "\"confidence\":1e9", "xxx"), "");
	CHECK_STR(described(&t, "confidence"), "0.8");
	CHECK_STR(noted(&t, 7, "\"confidence\":-5", "x"), "");
	CHECK_STR(described(&t, "confidence"), "0.72");
	CHECK(!described(&t, "doubtful_pages"));
	trust_release(&t);
}

static void
the_error_names_the_lowest_pages(void)
{
	struct trust t;
	struct err e;

	trust_init(&t);
	CHECK(trust_error(&t, &e) == 0);
	noted(&t, 9, "\"doubt\":[\"ink\",\"junk\"]", "x");
	CHECK(trust_error(&t, &e) < 0);
	CHECK(e.class == ERR_PERMANENT);
	CHECK_STR(e.code, CODE_PAGE_DOUBT);
	CHECK_STR(e.msg, "page 9 (ink, junk)");
	noted(&t, 3, "\"doubt\":[\"blank\"]", "x");
	CHECK(trust_error(&t, &e) < 0);
	CHECK_STR(e.msg, "pages 3 (blank), 9 (ink, junk)");
	for (long no = 8; no > 3; no--)
		noted(&t, no, "\"doubt\":[\"ink\"]", "x");
	noted(&t, 1000, "\"doubt\":[\"ink\"]", "x");
	CHECK(trust_error(&t, &e) < 0);
	CHECK_STR(e.msg, "pages 3 (blank), 4 (ink), 5 (ink), 6 (ink) and 4 more");
	CHECK_STR(described(&t, "doubtful_pages"), "[3,4,5,6,7,8,9,1000]");
	trust_release(&t);
}

int
main(void)
{
	a_page_is_doubtful_by_the_words_of_its_doubt();
	pages_without_text_are_listed_by_why();
	more_words_than_there_is_room_for_are_cut();
	confidence_is_that_of_a_character();
	the_error_names_the_lowest_pages();
	return 0;
}

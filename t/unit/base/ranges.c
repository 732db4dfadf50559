/* Lists of pages as people write them, and which pages of a document they are. */
#include "base/ranges.h"
#include "unit/check.h"

static struct ranges ranges;

static const char *
resolved(const char *list, long pages)
{
	static char text[RANGES_TEXT];

	CHECK(ranges_read(&ranges, list) == 0);
	ranges_resolve(&ranges, pages);
	ranges_text(&ranges, text);
	return text;
}

static void
refused(void)
{
	static const char *const bad[] = { "", ",", "1,", ",1", "1,,2", "0", "-0", "-", "1-0",
		"--1", "a", "1a", "1 ", " 1", "1.5", "+1", "3-1", "-1--3", "1-2-3", "1--", "-1---",
		"5-,x", "10000000", "99999999999", "1-10000000", NULL };
	char many[2 * RANGES_MAX + 2];

	for (size_t i = 0; bad[i]; i++)
		CHECK(ranges_read(&ranges, bad[i]) < 0);
	for (size_t i = 0; i <= 2 * RANGES_MAX; i++)
		many[i] = i % 2 ? ',' : '1';
	many[2 * RANGES_MAX + 1] = '\0';
	CHECK(ranges_read(&ranges, many) < 0);
	many[2 * RANGES_MAX - 1] = '\0';
	CHECK(ranges_read(&ranges, many) == 0);
}

static void
taken(void)
{
	CHECK_STR(resolved("1-10,15,-1", 20), "1-10,15,20");
	CHECK_STR(resolved("1-10,15,-1", 12), "1-10,12");
	CHECK_STR(resolved("1-10,15,-1", 3), "1-3");
	CHECK_STR(resolved("5-", 9), "5-9");
	CHECK_STR(resolved("5-", 4), "");
	CHECK_STR(resolved("-3", 9), "7");
	CHECK_STR(resolved("-3", 2), "");
	CHECK_STR(resolved("-3-", 9), "7-9");
	CHECK_STR(resolved("-3--1", 2), "1-2");
	CHECK_STR(resolved("2--2", 5), "2-4");
	CHECK_STR(resolved("2--2", 3), "2");
	CHECK_STR(resolved("2--2", 2), "");
	CHECK_STR(resolved("-2-4", 5), "4");
	CHECK_STR(resolved("-2-4", 9), "");
	/* In any order, more than once. */
	CHECK_STR(resolved("9,3-4,1-2,4,7-9,08", 10), "1-4,7-9");
	CHECK_STR(resolved("1-9,3", 10), "1-9");
	CHECK_STR(resolved("9999999", 9999999), "9999999");
	CHECK_STR(resolved("7", 6), "");
}

static void
walked(void)
{
	(void)resolved("3-4,9", 10);
	CHECK(ranges_next(&ranges, 1) == 3 && ranges_next(&ranges, 3) == 3);
	CHECK(ranges_next(&ranges, 4) == 4 && ranges_next(&ranges, 5) == 9);
	CHECK(ranges_next(&ranges, 10) == 0);
	CHECK(ranges_run(&ranges, 2) == 0 && ranges_run(&ranges, 3) == 2);
	CHECK(ranges_run(&ranges, 4) == 1 && ranges_run(&ranges, 5) == 0);
	CHECK(ranges_run(&ranges, 9) == 1 && ranges_count(&ranges) == 3);
	/* Once more, as one that is told to another does it. */
	ranges_resolve(&ranges, 10);
	CHECK(ranges_count(&ranges) == 3 && ranges_next(&ranges, 5) == 9);
	/* All are none that were named. */
	ranges.n = 0;
	ranges_resolve(&ranges, 4);
	CHECK(ranges_count(&ranges) == 4 && ranges_next(&ranges, 1) == 1);
}

static void
longest(void)
{
	char list[RANGES_TEXT], text[RANGES_TEXT];
	int at = 0;

	for (int i = 0; i < RANGES_MAX; i++)
		at += snprintf(list + at, sizeof(list) - (size_t)at, "%s%d-%d", i ? "," : "",
		    9000000 + 3 * i, 9000001 + 3 * i);
	CHECK(at == RANGES_TEXT - 1);
	CHECK(ranges_read(&ranges, list) == 0);
	ranges_resolve(&ranges, RANGES_PAGE);
	ranges_text(&ranges, text);
	CHECK_STR(text, list);
}

int
main(void)
{
	refused();
	taken();
	walked();
	longest();
	return 0;
}

/* take: numbers as they stand, and nothing for what is none. */
#include "pdf/take.h"

#include <limits.h>

#include "unit/check.h"

static void
check_long(const char *text, bool there, long want, const char *rest)
{
	const char *p = text;
	long v = -77;

	CHECK(pdf_take_long(&p, &v) == there);
	CHECK(v == (there ? want : -77));
	CHECK_STR(p, there ? rest : text);
}

static void
check_double(const char *text, bool there, double want, const char *rest)
{
	const char *p = text;
	double v = -77;

	CHECK(pdf_take_double(&p, &v) == there);
	CHECK(v == (there ? want : -77));
	CHECK_STR(p, there ? rest : text);
}

static void
takes_integers(void)
{
	check_long("12", true, 12, "");
	check_long(" \t-3x", true, -3, "x");
	check_long("12.5", true, 12, ".5");
	check_long("1e5", true, 1, "e5");
	check_long("0x10", true, 0, "x10");
	check_long("9223372036854775807", true, LONG_MAX, "");
	check_long("9223372036854775808", false, 0, NULL);
	check_long("-9223372036854775809", false, 0, NULL);
	check_long("99999999999999999999999999999999", false, 0, NULL);
	check_long("", false, 0, NULL);
	check_long(" ", false, 0, NULL);
	check_long("-", false, 0, NULL);
	check_long("nan", false, 0, NULL);
	check_long("\xc2\xb2", false, 0, NULL);
}

static void
takes_decimals(void)
{
	check_double("612 x", true, 612, " x");
	check_double(" 595.276\t", true, 595.276, "\t");
	check_double("1e5", true, 1e5, "");
	check_double("2e+06 x", true, 2e6, " x");
	check_double(".5", true, .5, "");
	check_double("-0.5", true, -.5, "");
	check_double("1e", true, 1, "e");
	check_double("1e-999", true, 0, "");
	check_double("1e999", false, 0, NULL);
	check_double("-1e999", false, 0, NULL);
	check_double("nan", false, 0, NULL);
	check_double("-nan", false, 0, NULL);
	check_double("inf", false, 0, NULL);
	check_double("-infinity", false, 0, NULL);
	check_double("0x10", false, 0, NULL);
	check_double("-0X1p4", false, 0, NULL);
	check_double(".", false, 0, NULL);
	check_double("- 1", false, 0, NULL);
	check_double("", false, 0, NULL);
}

static void
takes_words(void)
{
	char word[4] = "?";
	const char *p = " \timage gray";

	CHECK(pdf_take_word(&p, word, sizeof(word)));
	CHECK_STR(word, "ima");
	CHECK_STR(p, " gray");
	CHECK(!pdf_take(&p, "grey"));
	CHECK_STR(p, " gray");
	CHECK(pdf_take(&p, "gr"));
	CHECK(pdf_take_word(&p, NULL, 0));
	CHECK_STR(p, "");
	CHECK(!pdf_take_word(&p, word, sizeof(word)));
	CHECK(!pdf_take(&p, "x"));
	CHECK_STR(word, "ima");
}

int
main(void)
{
	takes_integers();
	takes_decimals();
	takes_words();
	return 0;
}

/* Kinds of documents as people name them, and what of them is opened. */
#include "base/err.h"
#include "doc/choice.h"
#include "doc/kind.h"
#include "unit/check.h"

static const struct kind table[] = { { .name = "PDF", .mime = "application/pdf" },
	{ .name = "JPEG 2000", .mime = "image/jp2" }, { .name = "Word", .mime = "application/x-a" },
	{ .name = "Word", .mime = "application/x-b" }, { .name = NULL } };

/* A letter for each of the table that the choice takes with that length, else "-". */
static const char *
takes(const struct choice *c, long long bytes)
{
	static char letters[5];
	struct err e;

	for (size_t i = 0; i < 4; i++)
		letters[i] = choice_allows(c, table, &table[i], bytes, &e) == 0 ? "pjww"[i] : '-';
	return letters;
}

static void
named(void)
{
	static const struct {
		const char *list, *takes;
	} right[] = { { "pdf", "p---" }, { "PDF,image/JP2", "pj--" }, { "jpeg2000", "-j--" },
		{ "jpeg 2000", "-j--" }, { "word", "--ww" }, { " Word , pdf", "p-ww" },
		{ "application/x-b", "---w" }, { NULL, NULL } };
	static const char *const wrong[] = { "", ",", "pdf,", "pd", "pdff", "jpeg", "application",
		"*", "pdf;word", NULL };
	struct err e;

	for (size_t i = 0; right[i].list; i++) {
		struct choice c = { 0 };

		CHECK(choice_take(&c, table, right[i].list, &e) == 0);
		CHECK_STR(takes(&c, 1), right[i].takes);
		CHECK(choice_allows(&c, table, NULL, 1, &e) < 0 && err_is(&e, CODE_DOCUMENT_TYPE));
	}
	for (size_t i = 0; wrong[i]; i++) {
		struct choice c = { 0 };

		CHECK(choice_take(&c, table, wrong[i], &e) < 0);
		CHECK(strstr(e.msg, ": no kind of document that is known: PDF, JPEG 2000, Word"));
	}
}

static void
limited(void)
{
	static const char *const wrong[] = { "", "pdf", "pdf=", "pdf=0", "pdf=-1", "pdf=1k",
		"pdf=1 ", "=1", "odf=1", "pdf=99999999999999999999", "pdf=4503599627370497", NULL };
	struct choice c = { 0 };
	struct err e;

	CHECK_STR(takes(&c, 1LL << 60), "pjww");
	CHECK(choice_allows(&c, table, NULL, 1LL << 60, &e) == 0);
	for (size_t i = 0; wrong[i]; i++)
		CHECK(choice_limit(&c, table, wrong[i], &e) < 0);
	CHECK(choice_limit(&c, table, "PDF=10", &e) == 0);
	CHECK(choice_limit(&c, table, "word=20", &e) == 0);
	CHECK(choice_limit(&c, table, "application/x-b=4503599627370496", &e) == 0);
	CHECK_STR(takes(&c, 10), "pjww");
	CHECK_STR(takes(&c, 11), "-jww");
	CHECK_STR(takes(&c, 21), "-j-w");
	CHECK(choice_allows(&c, table, &table[0], 11, &e) < 0 && err_is(&e, CODE_DOCUMENT_LARGE));
	CHECK_STR(e.msg, "11 bytes, and of PDF at most 10 are taken");
	CHECK(choice_limit(&c, table, "pdf=11", &e) == 0);
	CHECK_STR(takes(&c, 11), "pjww");
}

int
main(void)
{
	named();
	limited();
	return 0;
}

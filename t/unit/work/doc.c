#include "unit/folder.h"

#include "base/err.h"
#include "base/log.h"
#include "base/ulid.h"
#include "rec/rec.h"
#include "work/dir.h"
#include "work/doc.h"

static const char *
last_part(const char *path)
{
	return strrchr(path, '/') + 1;
}

static void
gives_a_record_an_id_and_a_directory(void)
{
	struct rec *r = rec_new();
	struct err e;
	char work[4096];

	CHECK(doc_work(r, &e) == 0);
	CHECK(rec_str(r, "id") && strlen(rec_str(r, "id")) == ULID_LEN);
	snprintf(work, sizeof(work), "%s", rec_str(r, "work"));
	CHECK(access(work, X_OK) == 0);
	CHECK(work_is_of(last_part(work), rec_str(r, "id")));
	/* What it has, it keeps. */
	CHECK(doc_work(r, &e) == 0);
	CHECK_STR(rec_str(r, "work"), work);
	CHECK(folder_count("root") == 1);
	doc_remove_work(r);
	CHECK(folder_count("root") == 0);
	CHECK_STR(rec_str(r, "work"), work);
	rec_free(r);
}

static void
replaces_what_is_no_string(void)
{
	struct rec *r = rec_new();
	struct err e;

	rec_set_int(r, "id", 7);
	rec_set_int(r, "work", 7);
	CHECK(doc_work(r, &e) == 0);
	CHECK(rec_str(r, "id") && rec_str(r, "work"));
	doc_remove_work(r);
	CHECK(folder_count("root") == 0);
	rec_free(r);
}

static void
has_no_directory_where_none_can_be_made(void)
{
	struct rec *r = rec_new();
	struct err e;

	CHECK(setenv("QUIRE_WORK", "/dev/null", 1) == 0);
	CHECK(doc_work(r, &e) < 0);
	CHECK_STR(e.code, "work.root");
	CHECK(rec_has(r, "id") && !rec_has(r, "work"));
	rec_free(r);
}

static void
removes_that_of_a_document_alone(void)
{
	struct rec *r = rec_new(), *none = rec_new();
	struct err e;

	rec_set_str(r, "id", "a");
	CHECK(doc_work(r, &e) == 0);
	rec_set_str(r, "kind", "page");
	doc_remove_work(r);
	CHECK(folder_count("root") == 1);
	rec_set_str(r, "kind", "document");
	doc_remove_work(r);
	CHECK(folder_count("root") == 0);
	/* Neither what is gone nor what never was is worth a word. */
	doc_remove_work(r);
	doc_remove_work(none);
	rec_free(r);
	rec_free(none);
}

static void
leaves_what_is_not_ours(void)
{
	struct rec *r = rec_new();

	CHECK(mkdir("theirs", 0700) == 0);
	folder_write("theirs/file", "x");
	rec_set_str(r, "work", "theirs");
	CHECK(freopen("said", "we", stderr));
	doc_remove_work(r);
	CHECK_STR(folder_read("theirs/file"), "x");
	CHECK(strstr(folder_read("said"), "not a document's directory"));
	rec_free(r);
}

#define TOKEN ".0123456789abcdef"
#define L64 "0123456789012345678901234567890123456789012345678901234567890123"

static void
knows_the_names_that_are_made(void)
{
	static const char *const others[] = { "", "a", TOKEN, "a" TOKEN "0", "a.0123456789abcde",
		"a.0123456789abcdeF", "a b" TOKEN, "a." TOKEN, "run.abcdef", L64 "x" TOKEN };

	CHECK(work_is_ours("a" TOKEN) && work_is_ours("_" TOKEN) && work_is_ours(L64 TOKEN));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK(!work_is_ours(others[i]) && !work_is_of(others[i], "a"));
	CHECK(work_is_of("a" TOKEN, "a") && !work_is_of("a" TOKEN, "b"));
	CHECK(!work_is_of("a" TOKEN, "aa") && !work_is_of("aa" TOKEN, "a"));
	CHECK(work_is_of("a_b" TOKEN, "a/b") && work_is_of("a_b" TOKEN, "a_b"));
	CHECK(!work_is_of("a_b" TOKEN, "axb"));
	CHECK(work_is_of("_" TOKEN, "") && !work_is_of("a" TOKEN, ""));
	CHECK(work_is_of(L64 TOKEN, L64 "more"));
}

int
main(int argc, char *argv[])
{
	static void (*const tests[])(void) = {
		gives_a_record_an_id_and_a_directory,
		replaces_what_is_no_string,
		has_no_directory_where_none_can_be_made,
		removes_that_of_a_document_alone,
		leaves_what_is_not_ours,
		knows_the_names_that_are_made,
	};

	(void)argc;
	log_init(argv[0]);
	folder_begin();
	CHECK(mkdir("root", 0700) == 0);
	CHECK(setenv("QUIRE_WORK", "root", 1) == 0);
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		folder_child(tests[i], 0); /* the root is for a process's life */
	folder_end();
	return 0;
}

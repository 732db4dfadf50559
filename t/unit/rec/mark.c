#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "rec/mark.h"
#include "rec/rec.h"

#include "unit/check.h"

static struct mark
of(const char *json, const char *settings)
{
	struct err e;
	struct rec *r = rec_parse(json, strlen(json), &e);
	struct mark m;

	CHECK(r);
	mark_of(&m, r, settings);
	rec_free(r);
	return m;
}

static void
says_what_a_record_has(void)
{
	struct mark m = of("{\"uri\":\"s3://b/a \\u00e9%25\",\"etag\":\"a\\r\\nb\"}", "s");

	CHECK_STR(m.uri, "s3://b/a%20%C3%A9%25");
	CHECK_STR(m.etag, "a%0D%0Ab");
	/* By sha256sum. */
	CHECK_STR(m.settings, "043a718774c572bd");
	m = of("{\"uri\":[1],\"etag\":null}", NULL);
	CHECK(!*m.uri && !*m.etag && !*m.settings);
}

static void
tells_whose_it_is(void)
{
	const struct mark own = of("{\"uri\":\"u\",\"etag\":\"e\"}", "s");
	const struct mark none = { .uri = "" };

	CHECK(mark_says(&none, &own) == MARK_UNKNOWN);
	CHECK(mark_says(&own, &none) == MARK_UNKNOWN);
	CHECK(mark_says(&own, &own) == MARK_OWN);
	CHECK(mark_says(&(struct mark){ .uri = "U", .etag = "e" }, &own) == MARK_OTHER);
	CHECK(mark_says(&(struct mark){ .uri = "u", .etag = "e" }, &own) == MARK_OLD);
	/* What neither says is not the same. */
	CHECK(mark_says(&(struct mark){ .uri = "u" }, &(struct mark){ .uri = "u" }) == MARK_LIKE);
}

static void
tells_whether_it_is_whole(void)
{
	struct mark found = of("{\"uri\":\"u\",\"etag\":\"e\"}", "s"), own = found;

	mark_set_size(&own, 12);
	CHECK(mark_says(&found, &own) == MARK_OWN);
	mark_set_size(&found, 12);
	CHECK(mark_says(&found, &own) == MARK_OWN);
	mark_set_size(&own, 0);
	CHECK(mark_says(&found, &own) == MARK_LIKE);
	/* An older mark, of what may have been emptied. */
	*found.size = '\0';
	CHECK(mark_says(&found, &own) == MARK_LIKE);
	mark_set_size(&found, 0);
	CHECK(mark_says(&found, &own) == MARK_OWN);
}

/* Who finds it could not say what is wrong with it. */
static void
says_no_settings_of_a_doubtful_one(void)
{
	static const char *const wrong[] = { "{\"uri\":\"u\",\"etag\":\"e\",\"failed_pages\":[2]}",
		"{\"uri\":\"u\",\"etag\":\"e\",\"doubtful_pages\":[1]}",
		"{\"uri\":\"u\",\"etag\":\"e\",\"doubt\":[\"xfa\"]}" };
	const struct mark own = of("{\"uri\":\"u\",\"etag\":\"e\"}", "s");

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const struct mark m = of(wrong[i], "s");

		CHECK_STR(m.settings, "");
		CHECK(mark_says(&m, &own) == MARK_OLD);
	}
}

static void
tells_long_ones_apart(void)
{
	char *text = mem_new(400, 1), word[MARK_MAX + 1], other[MARK_MAX + 1];

	memset(text, 'x', MARK_MAX);
	mark_encode(word, text);
	CHECK_STR(word, text);
	text[MARK_MAX] = 'x';
	mark_encode(word, text);
	CHECK(!strncmp(word, "sha256:", 7) && strlen(word) == 71);
	text[MARK_MAX] = 'y';
	mark_encode(other, text);
	CHECK(strlen(other) == 71 && strcmp(word, other) != 0);
	mark_encode(word, NULL);
	CHECK_STR(word, "");
	free(text);
}

static void
names_both(void)
{
	struct err e;

	CHECK(mark_clash("a", "b", &e) == -1);
	CHECK(e.class == ERR_PERMANENT);
	CHECK_STR(e.code, "job.clash");
	CHECK(strstr(e.msg, "a has the result that b would have"));
}

int
main(void)
{
	says_what_a_record_has();
	tells_whose_it_is();
	tells_whether_it_is_whole();
	says_no_settings_of_a_doubtful_one();
	tells_long_ones_apart();
	names_both();
	return 0;
}

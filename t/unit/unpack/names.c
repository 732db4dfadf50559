/*
 * What members are called: text, in which nothing climbs, and no two alike.
 */
#include "rec/rec.h"
#include "unpack/names.h"

#include "unit/check.h"

static struct rec *
archive(void)
{
	struct rec *r = rec_new();

	rec_set_str(r, "uri", "s3://b/a.zip");
	rec_set_str(r, "rel", "d/a.zip");
	return r;
}

/* The record of a member of that name. */
static struct rec *
member(struct names *s, const char *name, long n)
{
	struct rec *r = archive();

	names_give(s, r, name, n);
	return r;
}

static void
are_text(void)
{
	static const struct {
		const char *name, *uri, *rel;
	} cases[] = {
		{ "b.pdf", "b.pdf", "b.pdf" },
		{ "x/y", "x/y", "x/y" },
		{ "", "", "~" },
		{ "/etc/passwd", "/etc/passwd", "~/etc/passwd" },
		{ "../../x", "../../x", "~../~../x" },
		{ "x/./y/..", "x/./y/..", "x/~./y/~.." },
		{ "...", "...", "..." },
		{ "x//", "x//", "x/~/~" },
		{ "50%\xe9", "50%25%E9", "50%25%E9" },
	};
	char want[200];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct names *s = names_new();
		struct rec *r = member(s, cases[i].name, 1);

		snprintf(want, sizeof(want), "s3://b/a.zip!/%s", cases[i].uri);
		CHECK_STR(rec_str(r, "uri"), want);
		snprintf(want, sizeof(want), "d/a.zip!/%s", cases[i].rel);
		CHECK_STR(rec_str(r, "rel"), want);
		rec_free(r);
		names_free(s);
	}
	names_free(NULL);
}

static void
rel_need_not_be_there(void)
{
	struct names *s = names_new();
	struct rec *r = archive();

	rec_del(r, "rel");
	names_give(s, r, "x", 1);
	CHECK(!rec_has(r, "rel"));
	rec_free(r);
	names_free(s);
}

static void
differ(void)
{
	enum { N = 5000 };
	static const char *const names[] = { "x", "x~1", "../x", "~../x", "x~3", "x~3~7", "/x",
		"~/x" };
	static char *rel[N];
	struct names *s = names_new();

	for (long n = 0; n < N; n++) {
		struct rec *r = member(s, names[n % 8], n + 1);

		rel[n] = strdup(rec_str(r, "rel"));
		CHECK(rel[n]);
		rec_free(r);
	}
	names_free(s);
	for (int i = 0; i < N; i++)
		for (int j = i + 1; j < N && j < i + 200; j++)
			CHECK(strcmp(rel[i], rel[j]) != 0);
	CHECK_STR(rel[0], "d/a.zip!/x");
	CHECK_STR(rel[3], "d/a.zip!/~../x~4");
	CHECK_STR(rel[8], "d/a.zip!/x~9");
	for (int i = 0; i < N; i++)
		free(rel[i]);
}

static void
are_cut(void)
{
	char name[3001], other[3001];
	struct names *s = names_new();
	struct rec *r, *q;

	for (int i = 0; i < 1500; i++)
		memcpy(name + 2L * i, "\xc3\xa9", 3);
	memcpy(other, name, sizeof(name));
	other[2999] = '\xa8';
	r = member(s, name, 1);
	q = member(s, other, 2);
	CHECK(strlen(rec_str(r, "uri")) < 900 && strlen(rec_str(r, "rel")) < 900);
	CHECK(strcmp(rec_str(r, "uri"), rec_str(q, "uri")) != 0);
	CHECK(!strchr(rec_str(r, "uri"), '%'));
	rec_free(r);
	rec_free(q);
	names_free(s);
}

int
main(void)
{
	are_text();
	rel_need_not_be_there();
	differ();
	are_cut();
	return 0;
}

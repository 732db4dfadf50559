#include <stdio.h>

#include "base/code.h"
#include "base/err.h"

#include "unit/check.h"

/* As quire-records.7 says it behind a code. */
static const char *const rules[] = {
	[CODE_VALIDATION] = "validation",
	[CODE_TRANSIENT] = "transient",
	[CODE_PERMANENT] = "permanent",
	[CODE_ERRNO] = "transient or permanent",
	[CODE_STOP] = "3",
	[CODE_STOP_LATER] = "75",
	[CODE_USAGE] = "2",
};

static void
finds_each_by_its_word(void)
{
	const struct code *c;

	for (c = code_rows; c->word; c++) {
		CHECK(code_find(c->word) == c); /* hence none stands twice */
		CHECK(*c->meaning);
	}
	CHECK(!code_find("job"));
	CHECK(!code_find(""));
	CHECK(!code_find("job.stale "));
}

static void
is_compared_as_text(void)
{
	char word[] = "job.stale";
	struct err e = { .code = word };

	CHECK(err_is(&e, CODE_JOB_STALE));
	CHECK(!err_is(&e, CODE_JOB_LOST));
	e.code = NULL;
	CHECK(!err_is(&e, CODE_JOB_STALE));
}

/* With an argument: list them, for t/manual.bats. */
int
main(int argc, char *argv[])
{
	const struct code *c;

	(void)argv;
	for (c = code_rows; argc > 1 && c->word; c++)
		if (c->rule != CODE_INNER)
			printf("%s %s\n", c->word, rules[c->rule]);
	finds_each_by_its_word();
	is_compared_as_text();
	return 0;
}

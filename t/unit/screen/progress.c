#include "screen/progress.h"
#include "unit/check.h"

/* What is said of these counts at that second. */
static const char *
said(struct progress *p, int64_t s, long done, long failed, long pages)
{
	static char text[PROGRESS_MAX];
	const struct progress_counts c = { .listed = 120,
		.done = done,
		.failed = failed,
		.pages = pages,
		.working = 1 };

	progress_of(p, &c, s * 1000, text);
	return text;
}

static void
counts_alone(void)
{
	struct progress p;
	char text[PROGRESS_MAX];
	const struct progress_counts listing = { .listed = 7 },
				     some = { .listed = 9, .skipped = 9 };

	progress_init(&p, "none");
	progress_of(&p, &listing, 0, text);
	CHECK_STR(text, "7 documents listed");
	progress_of(&p, &some, 0, text);
	CHECK_STR(text, "9 documents listed, 9 up to date");
	progress_say(&p, 0, text);
	CHECK_STR(text, "0 documents listed");
}

static void
rate_and_time_left(void)
{
	struct progress p;

	progress_init(&p, "none");
	CHECK_STR(said(&p, 100, 0, 0, 0), "0 of 120 documents, 0 pages read");
	/* Of nine seconds nothing is concluded. */
	CHECK_STR(said(&p, 109, 5, 0, 9), "5 of 120 documents, 9 pages read");
	CHECK_STR(said(&p, 160, 10, 0, 30),
	    "10 of 120 documents, 30 pages read, about 11 min left, 30 pages/min");
	CHECK_STR(said(&p, 160, 20, 10, 30),
	    "20 of 120 documents, 30 pages read, 10 failed or unsupported,"
	    " about 3 min left, 30 pages/min");
	CHECK_STR(said(&p, 220, 115, 0, 30),
	    "115 of 120 documents, 30 pages read, about 5 s left, 15 pages/min");
	/* Nothing left, or nothing that has ended. */
	CHECK_STR(said(&p, 220, 120, 0, 60), "120 of 120 documents, 60 pages read, 30 pages/min");
}

/* Five minutes back, however long it has been fast before. */
static void
window(void)
{
	struct progress p;
	const char *text = "";
	int s;

	progress_init(&p, "none");
	for (s = 0; s <= 1000; s++)
		text = said(&p, s, 0, 0, 10L * s);
	CHECK(strstr(text, ", 600 pages/min"));
	for (; s <= 1310; s++)
		text = said(&p, s, 0, 0, 10000);
	CHECK_STR(text, "0 of 120 documents, 10000 pages read");
	for (; s <= 5000; s += 61)
		text = said(&p, s, s / 1000, 0, 10000 + s);
	CHECK(strstr(text, " h left"));
}

int
main(void)
{
	counts_alone();
	rate_and_time_left();
	window();
	return 0;
}

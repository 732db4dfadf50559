#include "base/hash.h"
#include "base/recent.h"

#include "unit/check.h"

/* The last RECENT_MAX that were added are known, and no others. */
static void
check_recent(void)
{
	static struct recent r;
	char name[32];
	int i, back;

	CHECK(!recent_has(&r, ""));
	recent_add(&r, "a");
	CHECK(recent_has(&r, "a") && !recent_has(&r, "b"));
	for (i = 1; i <= 5 * RECENT_MAX; i++) {
		/* Each seventh is one that is there already. */
		snprintf(name, sizeof(name), "%d", i % 7 ? i : i - 1);
		recent_add(&r, name);
		CHECK(recent_has(&r, name) && recent_has(&r, "a") == (i < RECENT_MAX));
		for (back = 1; back <= RECENT_MAX && back < i; back += 1237) {
			snprintf(name, sizeof(name), "%d", (i - back) / 7 * 7 + 1);
			CHECK(recent_has(&r, name) == (i - ((i - back) / 7 * 7 + 1) < RECENT_MAX));
		}
	}
}

int
main(void)
{
	/* The draft's own examples. */
	CHECK(hash_32("", 0) == 0x811c9dc5U);
	CHECK(hash_32("a", 1) == 0xe40c292cU);
	CHECK(hash_32("foobar", 6) == 0xbf9cf968U);
	CHECK(hash_32("foobar and more", 6) == 0xbf9cf968U);
	CHECK(hash_text("") == 0xcbf29ce484222325U);
	CHECK(hash_text("a") == 0xaf63dc4c8601ec8cU);
	CHECK(hash_text("foobar") == 0x85944171f73967e8U);
	/* Bytes, not signed characters. */
	CHECK(hash_32("\xff", 1) == (0x811c9dc5U ^ 0xff) * 16777619U);
	check_recent();
	return 0;
}

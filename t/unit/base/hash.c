#include "base/hash.h"
#include "base/recent.h"

#include "unit/check.h"

int
main(void)
{
	static struct recent r;

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

	CHECK(!recent_has(&r, ""));
	recent_add(&r, "a");
	CHECK(recent_has(&r, "a") && !recent_has(&r, "b"));
	return 0;
}

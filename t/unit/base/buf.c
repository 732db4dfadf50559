#include <stdint.h>

#include "base/buf.h"

#include "unit/asan.h"
#include "unit/check.h"

static void
check_content(const struct buf *b, const char *want)
{
	CHECK(b->len == strlen(want));
	CHECK(b->len <= b->max && b->len <= b->cap);
	CHECK(memcmp(b->p, want, b->len) == 0);
}

static void
grows_to_its_maximum_and_no_further(void)
{
	struct buf b = BUF_INIT(1000);

	CHECK(!b.p && b.len == 0 && b.cap == 0);
	for (int i = 0; i < 1000; i++)
		CHECK(buf_addc(&b, (char)('a' + i % 26)) == 0);
	CHECK(b.len == 1000);
	CHECK(buf_addc(&b, 'x') == -1);
	CHECK(buf_adds(&b, "x") == -1);
	CHECK(buf_printf(&b, "%d", 1) == -1);
	CHECK(buf_json(&b, "", 0) == -1);
	CHECK(buf_room(&b, 1) == -1);
	CHECK(buf_add(&b, "", 0) == 0 && buf_adds(&b, "") == 0);
	CHECK(b.len == 1000);
	for (int i = 0; i < 1000; i++)
		CHECK(b.p[i] == (char)('a' + i % 26));
	buf_release(&b);
	CHECK(!b.p && b.len == 0 && b.cap == 0 && b.max == 1000);
}

static void
adds_all_or_nothing(void)
{
	struct buf b;

	buf_init(&b, 8);
	CHECK(buf_adds(&b, "abcde") == 0);
	CHECK(buf_add(&b, "1234", 4) == -1);
	CHECK(buf_printf(&b, "%s", "1234") == -1);
	CHECK(buf_json(&b, "ab", 2) == -1);
	CHECK(buf_json(&b, "\n", 1) == -1);
	CHECK(buf_add(&b, "x", SIZE_MAX) == -1);
	CHECK(buf_room(&b, SIZE_MAX) == -1);
	CHECK(buf_room(&b, SIZE_MAX - 4) == -1);
	check_content(&b, "abcde");
	CHECK(buf_add(&b, "123", 3) == 0);
	check_content(&b, "abcde123");
	buf_release(&b);
	buf_init(&b, 0);
	CHECK(buf_add(&b, NULL, 0) == 0);
	CHECK(buf_addc(&b, 'x') == -1);
	buf_release(&b);
}

static void
keeps_its_content_when_memory_is_gone(void)
{
	struct buf b = BUF_INIT(SIZE_MAX);

	CHECK(buf_adds(&b, "abc") == 0);
	if (!ASAN) {
		CHECK(buf_room(&b, SIZE_MAX / 2 - 8) == -1);
		CHECK(buf_room(&b, SIZE_MAX - 8) == -1);
	}
	check_content(&b, "abc");
	buf_release(&b);
}

static void
prints_longer_than_any_first_guess(void)
{
	struct buf b = BUF_INIT(1 << 20);

	CHECK(buf_printf(&b, "%d-%s|", 42, "x") == 0);
	CHECK(buf_printf(&b, "%5000d", 7) == 0);
	CHECK(b.len == 5005);
	CHECK(memcmp(b.p, "42-x| ", 6) == 0 && b.p[5004] == '7');
	buf_release(&b);
}

static void
room_is_there_to_be_written_to(void)
{
	struct buf b = BUF_INIT(70000);

	CHECK(buf_adds(&b, "head") == 0);
	CHECK(buf_room(&b, 69996) == 0);
	CHECK(b.len == 4 && b.cap >= 70000);
	memset(b.p + b.len, 'z', 69996);
	b.len += 69996;
	CHECK(memcmp(b.p, "headz", 5) == 0);
	CHECK(buf_room(&b, 0) == 0 && buf_room(&b, 1) == -1);
	buf_release(&b);
}

static void
shifts_what_was_used(void)
{
	struct buf b = BUF_INIT(100);

	CHECK(buf_adds(&b, "abcdef") == 0);
	buf_shift(&b, 0);
	check_content(&b, "abcdef");
	buf_shift(&b, 2);
	check_content(&b, "cdef");
	buf_shift(&b, 4);
	CHECK(b.len == 0);
	CHECK(buf_adds(&b, "xy") == 0);
	buf_shift(&b, 99);
	CHECK(b.len == 0);
	buf_release(&b);
	buf_shift(&b, 1);
	CHECK(b.len == 0);
}

static void
clears_and_lets_large_memory_go(void)
{
	struct buf b = BUF_INIT(10000);

	CHECK(buf_printf(&b, "%3000d", 1) == 0);
	buf_clear(&b, 100000);
	CHECK(b.len == 0 && b.p && b.cap >= 3000);
	CHECK(buf_printf(&b, "%3000d", 1) == 0);
	buf_clear(&b, 1000);
	CHECK(b.len == 0 && !b.p && b.cap == 0);
	CHECK(buf_adds(&b, "again") == 0);
	check_content(&b, "again");
	buf_release(&b);
}

static void
check_json(const char *s, size_t n, const char *want)
{
	struct buf b = BUF_INIT(1000);

	CHECK(buf_adds(&b, "> ") == 0);
	CHECK(buf_json(&b, s, n) == 0);
	CHECK(buf_addc(&b, '\0') == 0);
	CHECK_STR(b.p + 2, want);
	buf_release(&b);
	/* One byte too few, for every length: nothing is added. */
	for (size_t max = 0; max < strlen(want); max++) {
		buf_init(&b, max + 1);
		CHECK(buf_addc(&b, '>') == 0);
		CHECK(buf_json(&b, s, n) == -1);
		check_content(&b, ">");
		buf_release(&b);
	}
}

static void
writes_json_strings(void)
{
	check_json("", 0, "\"\"");
	check_json("plain", 5, "\"plain\"");
	check_json("a\"b\\c/", 6, "\"a\\\"b\\\\c/\"");
	check_json("\n\r\t\b\x1f\x7f", 6, "\"\\n\\r\\t\\u0008\\u001f\\u007f\"");
	check_json("\0x", 2, "\"\\u0000x\"");
	check_json("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 9,
	    "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
	/* Each byte that is not UTF-8 is one replacement character. */
	check_json("a\xff"
		   "b",
	    3,
	    "\"a\xef\xbf\xbd"
	    "b\"");
	check_json("\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	check_json("\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
	check_json("\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

int
main(void)
{
	grows_to_its_maximum_and_no_further();
	adds_all_or_nothing();
	keeps_its_content_when_memory_is_gone();
	prints_longer_than_any_first_guess();
	room_is_there_to_be_written_to();
	shifts_what_was_used();
	clears_and_lets_large_memory_go();
	writes_json_strings();
	return 0;
}

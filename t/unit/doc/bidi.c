/* bidi: a line as it stands becomes the line as it is read. */
#include "base/buf.h"
#include "doc/bidi.h"
#include "unit/check.h"

/* Alef to gimel, and Arabic's beh, teh, theh. */
#define A "\xd7\x90"
#define B "\xd7\x91"
#define G "\xd7\x92"
#define BEH "\xd8\xa8"
#define TEH "\xd8\xaa"
#define QAMATS "\xd6\xb8"

static const struct {
	const char *drawn, *read;
} lines[] = {
	{ "", "" },
	{ "abc, (d)", "abc, (d)" },
	{ G B A, A B G },
	{ "." G " " B A, A B " " G "." },
	{ "2026 " G " " B A, A B " " G " 2026" },
	{ "10-12 " B " 3,5 " A, A " 3,5 " B " 10-12" },
	{ "20 15 " A, A " 15 20" },
	{ "50% " A, A " 50%" },
	{ "%50 " BEH, BEH " 50%" },
	{ "$50 " A, A " $50" },
	{ BEH " 12 " TEH, TEH " 12 " BEH },
	/* what is of the other side stands as it stood */
	{ B " Main Street 5 " A, A " Main Street 5 " B },
	{ B " x(1) " A, A " x(1) " B },
	{ B " Main (left) " A, A " Main (left) " B },
	{ "word " G B A " word", "word " A B G " word" },
	{ "word " B " 12 " A " words", "word " A " 12 " B " words" },
	{ "words: " B " " A ".", "words: " A " " B "." },
	/* brackets as they are drawn, and as they are read */
	{ "(" B A ") " G, G " (" A B ")" },
	{ ")" B A "( " G, G " (" A B ")" },
	{ ")4()" B "(15 " A, A " 15(" B ")(4)" },
	{ "a [" B A "] word", "a [" A B "] word" },
	/* a mark is read behind its letter */
	{ B QAMATS A, A QAMATS B },
	{ QAMATS A, A QAMATS },
	{ B A QAMATS, A QAMATS B },
	{ B "\xff" A, A B },
};

int
main(void)
{
	struct buf out = BUF_INIT(1000);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		out.len = 0;
		CHECK(bidi_logical(&out, lines[i].drawn, strlen(lines[i].drawn), false) == 0);
		CHECK(buf_addc(&out, '\0') == 0);
		CHECK_STR(out.p, lines[i].read);
	}
	/* a line that ends in both: as its page */
	out.len = 0;
	CHECK(bidi_logical(&out, "b " A, 4, true) == 0 && memcmp(out.p, A " b", 4) == 0);
	CHECK(bidi_logical(&out, "b " A, 4, false) == 0 && memcmp(out.p + 4, "b " A, 4) == 0);
	CHECK(bidi_concerns("a" A, 3) && !bidi_concerns("a\xd0\xb0", 3));
	CHECK(bidi_balance(A B "b", 5) == 1 && bidi_balance(A "bc", 4) == -1);
	out.max = out.len;
	CHECK(bidi_logical(&out, A, 2, true) == -1);
	buf_release(&out);
	return 0;
}

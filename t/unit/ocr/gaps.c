/* gaps: layers that lack underscores or letters, and readings that have other letters. */
#include "base/buf.h"
#include "ocr/gaps.h"
#include "unit/check.h"

static char filled[4000];

static enum gaps
fill(const char *text, const char *reading)
{
	struct buf out = BUF_INIT(4000);
	const enum gaps is = gaps_fill(&out, text, strlen(text), reading, strlen(reading));

	snprintf(filled, sizeof(filled), "%.*s", (int)out.len, out.len ? out.p : "");
	buf_release(&out);
	return is;
}

int
main(void)
{
	char many[2000];

	CHECK(fill("asn1 find node 10", "asni_find_node lO") == GAPS_NONE);
	CHECK_STR(filled, "asn1_find_node 10");
	CHECK(fill("see asn1 der decoding in future.\n", "see asnl _der_ decodlng in future") ==
	    GAPS_NONE);
	CHECK_STR(filled, "see asn1_der_decoding in future.\n");
	CHECK(fill("a line\nof lO words\n", "a line of l0 w0rds") == GAPS_NONE);
	CHECK_STR(filled, "a line\nof lO words\n");
	/* A dash is one, and a word that is misread no other. */
	CHECK(fill("well known harbour", "well-known harb0ux") == GAPS_NONE);
	CHECK_STR(filled, "well known harbour");
	/* Letters that no word has. */
	CHECK(fill("the ce keeps 10 books", "the office keeps lO books") == GAPS_SOME);
	CHECK_STR(filled, "the office keeps 10 books");
	CHECK(fill("", "x") == GAPS_UNKNOWN && fill("x", "") == GAPS_UNKNOWN);
	CHECK(fill("Gur uneobhe bssvpr", "The harbour office") == GAPS_UNKNOWN);
	CHECK(fill("\xff\xfe abc", "abc \xc3") == GAPS_NONE);
	memset(many, 'a', sizeof(many) - 1);
	many[sizeof(many) - 1] = '\0';
	CHECK(fill(many, "a") == GAPS_UNKNOWN && fill("a", many) == GAPS_UNKNOWN);
	return 0;
}

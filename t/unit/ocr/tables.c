/* tables: columns of numbers and labels join the lines beside them, and no others do. */
#include "ocr/tables.h"

#include "base/buf.h"
#include "base/mem.h"
#include "ocr/lines.h"
#include "ocr/tess.h"
#include "unit/check.h"

/* A word, in a line of its own, and where it stands. */
struct cell {
	const char *text;
	int x, y;
	bool gap;
};

/* What becomes of such a page, its words being as wide as their letters are many. */
static const char *
joined(const struct cell *cells, size_t n)
{
	static char text[4096];
	struct tess_page page = { .words = mem_new(n, sizeof(*page.words)), .n = n };
	struct buf b = BUF_INIT(4096);

	for (size_t i = 0; i < n; i++) {
		const struct cell *c = &cells[i];

		CHECK(buf_printf(&b, "%s%s\n", c->gap ? "\n" : "", c->text) == 0);
		page.words[i] = (struct tess_word){ c->x, c->y, c->x + 10 * (int)strlen(c->text),
			c->y + 20, 0.9, i, strlen(c->text) };
	}
	CHECK(buf_addc(&b, '\0') == 0);
	page.text = mem_dup(b.p);
	buf_release(&b);
	tables_join(&page);
	CHECK(page.n == n);
	for (size_t i = 1; i < n; i++)
		CHECK(page.words[i].line - page.words[i - 1].line <= 1);
	snprintf(text, sizeof(text), "%s", page.text);
	tess_page_release(&page);
	return text;
}

#define JOINED(...) \
	joined((const struct cell[]){ __VA_ARGS__ }, \
	    sizeof((const struct cell[]){ __VA_ARGS__ }) / sizeof(struct cell))

static void
numbers_join_names(void)
{
	CHECK_STR(JOINED({ "shears", 0, 0, false }, { "can", 0, 30, false },
		      { "tree", 0, 60, false }, { "1", 200, 0, true }, { "2", 200, 30, false },
		      { "5", 200, 60, false }, { "12.50", 300, 2, true },
		      { "8.00", 300, 31, false }, { "EUR 3.20", 300, 61, false }),
	    "shears 1 12.50\ncan 2 8.00\ntree 5 EUR 3.20\n");
}

static void
heads_join_heads(void)
{
	CHECK_STR(JOINED({ "Item", 0, 0, false }, { "shears", 0, 30, false },
		      { "can", 0, 60, false }, { "tree", 0, 90, false }, { "Price", 300, 0, true },
		      { "12.50", 300, 30, false }, { "8.00", 300, 60, false },
		      { "3.20", 300, 90, false }),
	    "Item Price\nshears 12.50\ncan 8.00\ntree 3.20\n");
}

static void
labels_join_their_lines(void)
{
	CHECK_STR(JOINED({ "1.", 0, 0, false }, { "2.", 0, 30, false }, { "(iii)", 0, 60, false },
		      { "the first", 60, 0, true }, { "the second", 60, 30, false },
		      { "the third", 60, 60, false }),
	    "1. the first\n2. the second\n(iii) the third\n");
	CHECK_STR(JOINED({ "11.", 0, 0, false }, { "the first", 60, 0, true }), "11. the first\n");
	/* Those of a right column are not of the left one's lines. */
	CHECK_STR(JOINED({ "left of it", 0, 0, false }, { "left again", 0, 30, false },
		      { "and again", 0, 60, false }, { "1.", 300, 0, true },
		      { "2.", 300, 30, false }, { "3.", 300, 60, false },
		      { "the first", 340, 0, true }, { "the second", 340, 30, false },
		      { "the third", 340, 60, false }),
	    "left of it\nleft again\nand again\n\n1. the first\n2. the second\n3. the third\n");
}

static void
others_stay(void)
{
	/* words; too few; without places of their own; beside lines of prose */
	CHECK_STR(JOINED({ "one", 0, 0, false }, { "two", 0, 30, false }, { "three", 0, 60, false },
		      { "four", 200, 0, true }, { "five", 200, 30, false },
		      { "seven", 200, 60, false }),
	    "one\ntwo\nthree\n\nfour\nfive\nseven\n");
	CHECK_STR(JOINED({ "one", 0, 0, false }, { "two", 0, 30, false }, { "1", 200, 0, true },
		      { "2", 200, 30, false }),
	    "one\ntwo\n\n1\n2\n");
	CHECK_STR(JOINED({ "one", 0, 0, false }, { "two", 0, 300, false }, { "1", 200, 0, true },
		      { "2", 200, 30, false }, { "3", 200, 60, false }),
	    "one\ntwo\n\n1\n2\n3\n");
	/* Characters of a script without blanks, which may be a line that runs down. */
	CHECK_STR(JOINED({ "one", 0, 0, false }, { "two", 0, 30, false }, { "three", 0, 60, false },
		      { "\xe4\xb8\x80", 200, 0, true }, { "\xe4\xba\x8c", 200, 30, false },
		      { "\xe4\xb8\x89", 200, 60, false }),
	    "one\ntwo\nthree\n\n\xe4\xb8\x80\n\xe4\xba\x8c\n\xe4\xb8\x89\n");
#define PROSE "a line of prose that is as long as those of books are"
	CHECK_STR(JOINED({ PROSE, 0, 0, false }, { PROSE, 0, 30, false }, { PROSE, 0, 60, false },
		      { "1901", 700, 0, true }, { "1902", 700, 30, false },
		      { "1903", 700, 60, false }),
	    PROSE "\n" PROSE "\n" PROSE "\n\n1901\n1902\n1903\n");
}

static void
a_blank_is_no_column(void)
{
	/* Letters 10 wide and 20 high: blanks of 10 and of 22 are, one of 30 is not. */
	CHECK_STR(JOINED({ "15.", 0, 0, false }, { "16.", 0, 30, false }, { "17.", 0, 60, false },
		      { "Reader", 40, 0, true }, { "Reader", 40, 30, false },
		      { "Reader", 40, 60, false }, { "likes", 122, 0, true },
		      { "likes", 122, 30, false }, { "reads", 122, 60, false }),
	    "15. Reader likes\n16. Reader likes\n17. Reader reads\n");
	CHECK_STR(JOINED({ "first", 0, 0, false }, { "third", 0, 30, false },
		      { "sixth", 0, 60, false }, { "four", 80, 0, true }, { "five", 80, 30, false },
		      { "seven", 80, 60, false }),
	    "first\nthird\nsixth\n\nfour\nfive\nseven\n");
	/* Where entries have more lines, labels go to their first ones. */
	CHECK_STR(JOINED({ "[1]", 0, 0, false }, { "[2]", 0, 60, false }, { "[3]", 0, 120, false },
		      { "an entry", 40, 0, true }, { "goes on", 40, 30, false },
		      { "another", 40, 60, false }, { "goes on", 40, 90, false },
		      { "a third", 40, 120, false }),
	    "[1] an entry\ngoes on\n[2] another\ngoes on\n[3] a third\n");
	/* A label of which the mark was read as another is one all the same. */
	CHECK_STR(JOINED({ "13.", 0, 0, false }, { "14,", 0, 30, false }, { "15.", 0, 60, false },
		      { "16.", 0, 90, false }, { "17.", 0, 120, false }, { "the a", 100, 0, true },
		      { "the b", 100, 30, false }, { "the c", 100, 60, false },
		      { "the d", 100, 90, false }, { "the e", 100, 120, false }),
	    "13. the a\n14. the b\n15. the c\n16. the d\n17. the e\n");
}

static void
what_does_not_agree_stays(void)
{
	struct tess_page page = { .text = mem_dup("1\n2\n3\n") };

	tables_join(&page);
	CHECK_STR(page.text, "1\n2\n3\n");
	tess_page_release(&page);
	tables_join(&page);
	CHECK(!page.text);
}

int
main(void)
{
	numbers_join_names();
	heads_join_heads();
	labels_join_their_lines();
	others_stay();
	a_blank_is_no_column();
	what_does_not_agree_stays();
	return 0;
}

/* lineend: which lines of a paragraph stay lines. */
#include <stdbool.h>

#include "base/buf.h"
#include "md/hyphen.h"
#include "md/text.h"
#include "unit/check.h"

struct pair {
	const char *text, *want;
};

#define LONG "A line that is much longer than all of the others here"
#define BR "  \n"

static const struct pair counted[] = {
	/* the next word would have fitted */
	{ "Rose Nurseries\nOrchard Road 3, Lower Greenfield\nPhone: 12 34",
	    "Rose Nurseries" BR "Orchard Road 3, Lower Greenfield" BR "Phone: 12 34" },
	{ LONG "\nthat ended because of an\nantidisestablishmentarian word",
	    LONG " that ended because of an antidisestablishmentarian word" },
	{ LONG "\nwhich goes on a little below the\nimpossibilities of what was above",
	    LONG " which goes on a little below the impossibilities of what was above" },
	/* items */
	{ "\xe2\x80\xa2 One of them\n\xe2\x80\xa2 Two and\nsome more\n\xe2\x96\xaa Three",
	    "\xe2\x80\xa2 One of them" BR "\xe2\x80\xa2 Two and some more" BR
	    "\xe2\x96\xaa Three" },
	{ "1. Pick the fruit\n2. Wash the fruit\n3) Store it, too",
	    "1\\. Pick the fruit" BR "2\\. Wash the fruit" BR "3\\) Store it, too" },
	{ "(a) first of it\n(b) second one", "(a) first of it" BR "(b) second one" },
	{ "as is said in table\n3. It was the one that",
	    "as is said in table 3. It was the one that" },
	{ "as is said \xe2\x80\x93 on\n\xe2\x80\x93 and so on",
	    "as is said \xe2\x80\x93 on \xe2\x80\x93 and so on" },
	{ "- first one\n- second one", "\\- first one" BR "\\- second one" },
	/* rows */
	{ "Introduction ..... 3\nMethods of it .... 12\nAnnex . . . . . . . iv",
	    "Introduction ..... 3" BR "Methods of it .... 12" BR "Annex . . . . . . . iv" },
	{ "2 x apples 49.00\n1 x pears 27,50\nin all EUR 76.50",
	    "2 x apples 49.00" BR "1 x pears 27,50" BR "in all EUR 76.50" },
	{ "Introduction 3\nThe methods 12", "Introduction 3" BR "The methods 12" },
	{ "it was in the year 1998\nand in the year 2004",
	    "it was in the year 1998 and in the year 2004" },
	{ "the price was said to be 49.00\nand nothing was added to that",
	    "the price was said to be 49.00 and nothing was added to that" },
	/* a hyphen says that the line was full */
	{ LONG "\nand soci-\nety", LONG " and society" },
};

static const struct pair marked[] = {
	{ "One of two\v\nTwo and\nmore", "One of two" BR "Two and more" },
	{ LONG "\nx\ny", LONG " x y" },
	{ "Rose Nurseries Ltd.\n14 Orchard Road\nGreenfield",
	    "Rose Nurseries Ltd." BR "14 Orchard Road" BR "Greenfield" },
	{ "\v\na \v\n\v\n\nb\v", "a\n\nb" },
	{ "One\v\nTwo\v\nThree\nFour\nand so", "One" BR "Two" BR "Three" BR "Four and so" },
};

static void
check_all(const struct pair *v, size_t n, bool marks)
{
	struct buf out = BUF_INIT(1000);
	size_t i;

	for (i = 0; i < n; i++) {
		out.len = 0;
		CHECK((marks ? md_text_marked(&out, v[i].text, strlen(v[i].text), NULL)
			     : md_text(&out, v[i].text, strlen(v[i].text))) == 0);
		CHECK(buf_addc(&out, '\0') == 0);
		CHECK_STR(out.p, v[i].want);
	}
	buf_release(&out);
}

/* Words of other pages tell of a hyphen. */
static void
learnt(void)
{
	static const char known[] = "a sky-\xef\xac\x81sh\v\n", text[] = "sky-\nfish old-\nfish";
	struct hyphen_words *words = hyphen_words_new();
	struct buf out = BUF_INIT(100);

	CHECK(md_text_learn(words, known, sizeof(known) - 1) == 0);
	CHECK(md_text_marked(&out, text, sizeof(text) - 1, words) == 0);
	CHECK(buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, "sky-fish oldfish");
	buf_release(&out);
	hyphen_words_free(words);
}

int
main(void)
{
	check_all(counted, sizeof(counted) / sizeof(counted[0]), false);
	check_all(marked, sizeof(marked) / sizeof(marked[0]), true);
	learnt();
	return 0;
}

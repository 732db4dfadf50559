/* lines: a page's lines apart and together again, with their words. */
#include "ocr/lines.h"

#include "base/mem.h"
#include "ocr/tess.h"
#include "unit/check.h"

/* A page of that text, its words in a row from x 0 on, each line 20 below the other. */
static struct tess_page
page_of(const char *text)
{
	struct tess_page page = { .text = mem_dup(text),
		.words = mem_new(64, sizeof(*page.words)) };
	size_t line = 0;
	bool any = false;
	int x = 0;

	for (const char *s = text; *s;) {
		const size_t n = strcspn(s, " \n");

		if (n > 0) {
			page.words[page.n++] = (struct tess_word){ x, 20 * (int)line, x + (int)n,
				20 * (int)line + 10, 0.5, line, n };
			any = true;
			x += (int)n + 1;
		}
		s += n;
		if (*s == '\n') {
			line += any;
			any = false;
			x = 0;
		}
		s += *s != '\0';
	}
	return page;
}

static void
are_the_same_again(void)
{
	static const char text[] = "one two\nthree\n\nfour five six\n";
	struct tess_page page = page_of(text);
	struct ocr_lines lines;

	CHECK(ocrlines_take(&lines, &page) && lines.n == 3);
	CHECK(lines.v[2].gap && !lines.v[1].gap && lines.v[2].n == 3);
	CHECK(lines.v[0].x0 == 0 && lines.v[0].x1 == 7 && lines.v[1].y0 == 20);
	ocrlines_give(&lines, &page);
	CHECK_STR(page.text, text);
	CHECK(page.n == 6 && page.words[5].line == 2 && page.confidence == 0.5);
	tess_page_release(&page);
}

static void
need_text_and_words_that_agree(void)
{
	struct tess_page page = page_of("one\ntwo\n");
	struct ocr_lines lines;

	page.n = 1;
	CHECK(!ocrlines_take(&lines, &page) && lines.n == 0);
	page.n = 2;
	page.words[1].line = 7;
	CHECK(!ocrlines_take(&lines, &page));
	tess_page_release(&page);
	CHECK(ocrlines_take(&lines, &page) && lines.n == 0);
	ocrlines_release(&lines);
}

static void
join_and_go(void)
{
	struct tess_page page = page_of("one\n\ntwo\nthree\nfour\n"), other = page_of("more\n");
	struct ocr_lines lines, others;

	CHECK(ocrlines_take(&lines, &page) && ocrlines_take(&others, &other));
	ocrlines_join(&lines.v[0], &lines.v[2], false);
	ocrlines_join(&lines.v[0], &lines.v[3], true);
	CHECK_STR(lines.v[0].text, "four one three");
	CHECK(lines.v[0].n == 3 && lines.v[0].y1 == 70 && !lines.v[2].text);
	ocrlines_append(&lines, &others.v[0]);
	CHECK(!others.v[0].text && lines.n == 5);
	ocrlines_release(&others);
	ocrlines_give(&lines, &page);
	CHECK_STR(page.text, "four one three\n\ntwo\nmore\n");
	CHECK(page.n == 5 && page.words[2].line == 0 && page.words[3].line == 1);
	tess_page_release(&page);
	tess_page_release(&other);
}

static void
lose_words(void)
{
	struct tess_page page = page_of("one two three\nfour\n");
	struct ocr_lines lines;

	CHECK(ocrlines_take(&lines, &page));
	ocrlines_drop_word(&lines.v[0], 1);
	CHECK_STR(lines.v[0].text, "one three");
	ocrlines_drop_word(&lines.v[0], 1);
	CHECK_STR(lines.v[0].text, "one");
	CHECK(lines.v[0].n == 1 && lines.v[0].x1 == 3);
	ocrlines_drop_word(&lines.v[1], 0);
	CHECK(!lines.v[1].text);
	/* Of a text that has more words than places nothing goes. */
	free(lines.v[0].text);
	lines.v[0].text = mem_dup("one more");
	ocrlines_drop_word(&lines.v[0], 0);
	CHECK_STR(lines.v[0].text, "one more");
	ocrlines_release(&lines);
	tess_page_release(&page);
}

int
main(void)
{
	are_the_same_again();
	need_text_and_words_that_agree();
	join_and_go();
	lose_words();
	return 0;
}

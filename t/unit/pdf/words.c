/* words: pdftotext's rows become words with their boxes, lines and blocks. */
#include "pdf/words.h"

#define TAKE(reader, line) pdf_words_line((reader), (line))
#include "unit/pdf/canned.h"

enum { PAGES = 3, ROOM = 100 };

/* Of poppler 22.12; 25.03 has the words of one line in another order. */
static const char real[] =
    "level\tpage_num\tpar_num\tblock_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    "1\t1\t0\t0\t0\t0\t0.000000\t0.000000\t612.000000\t792.000000\t-1\t###PAGE###\n"
    "3\t1\t0\t0\t0\t0\t36.000000\t83.384000\t66.684000\t11.100000\t-1\t###FLOW###\n"
    "4\t1\t0\t0\t0\t0\t36.000000\t83.384000\t66.684000\t11.100000\t-1\t###LINE###\n"
    "5\t1\t0\t0\t0\t0\t36.00\t83.38\t31.34\t11.10\t100\tSome\n"
    "5\t1\t0\t0\t0\t1\t70.68\t83.38\t32.00\t11.10\t100\twords\n"
    "1\t2\t0\t0\t0\t0\t70.680000\t83.384000\t612.000000\t792.000000\t-1\t###PAGE###\n"
    "3\t2\t0\t0\t0\t0\t697.516000\t36.000000\t11.100000\t112.392000\t-1\t###FLOW###\n"
    "4\t2\t0\t0\t0\t0\t697.516000\t36.000000\t11.100000\t112.392000\t-1\t###LINE###\n"
    "5\t2\t0\t0\t0\t4\t697.52\t121.37\t11.10\t6.67\t100\t1\n"
    "5\t2\t0\t0\t0\t5\t697.52\t131.38\t11.10\t7.01\t100\t<\n"
    "4\t2\t0\t0\t1\t0\t697.516000\t36.000000\t11.100000\t36.024000\t-1\t###LINE###\n"
    "5\t2\t0\t0\t1\t0\t697.52\t36.00\t11.10\t36.02\t100\thidden\n"
    "3\t2\t0\t1\t0\t0\t661.516000\t36.000000\t11.100000\t70.704000\t-1\t###FLOW###\n"
    "4\t2\t0\t1\t0\t0\t661.516000\t36.000000\t11.100000\t70.704000\t-1\t###LINE###\n"
    "5\t2\t0\t1\t0\t0\t661.52\t36.00\t11.10\t6.67\t100\ta\n"
    "1\t3\t0\t0\t0\t0\t661.516000\t88.032000\t2000000.000000\t3.000000\t-1\t###PAGE###\n"
    "1\t4\t0\t0\t0\t0\t661.516000\t88.032000\t300.000000\t200.000000\t-1\t###PAGE###\n";

static struct pdf_words pages[PAGES];

static struct pdf_words_reader
words_reader(void)
{
	for (int i = 0; i < PAGES; i++) {
		pdf_words_release(&pages[i]);
		pdf_words_init(&pages[i], ROOM);
	}
	return (struct pdf_words_reader){ .pages = pages, .first = 2, .last = 1 + PAGES };
}

/* The words of a page: "|" between lines, "||" between blocks. */
static bool
text_is(int i, const char *want)
{
	struct buf b = BUF_INIT(1 << 20);
	bool same;

	for (size_t k = 0; pages[i].v && k < pages[i].n; k++) {
		const struct pdf_word *w = &pages[i].v[k], *p = k ? w - 1 : NULL;

		if (p)
			buf_adds(&b,
			    p->flow != w->flow || p->block != w->block ? "||"
				: p->line != w->line                   ? "|"
								       : " ");
		buf_adds(&b, pages[i].bytes.p + w->at);
	}
	same = b.len == strlen(want) && !memcmp(b.p ? b.p : "", want, b.len);
	buf_release(&b);
	return same;
}

static bool
box_is(const struct pdf_word *w, double x, double y, double width, double height)
{
	return w->x == x && w->y == y && w->w == width && w->h == height && !w->hidden;
}

static void
reads_what_poppler_prints(void)
{
	struct pdf_words_reader r = words_reader();

	r.first = 1;
	r.last = PAGES;
	CANNED(&r, real);
	CHECK(text_is(0, "Some words") && text_is(1, "1 <|hidden||a") && text_is(2, ""));
	CHECK(box_is(&pages[0].v[1], 70.68, 83.38, 32, 11.1));
	CHECK(r.page == 3);
}

static void
passes_over_other_pages(void)
{
	struct pdf_words_reader r = words_reader();

	CANNED(&r, real);
	CHECK(text_is(0, "1 <|hidden||a") && text_is(1, "") && text_is(2, ""));
	CHECK(r.page == 4);
}

static void
passes_over_what_is_no_row(void)
{
	static const char *const bad[] = { "", "5", "5\t2", "5\t2\t0\t0\t0\t0\t0\t0\t0\t0\t100",
		"5\t\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx", "five\t2\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx",
		"5\tnan\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx", "5\t-2\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx",
		"5\t0\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx", "5\t5\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx",
		"5\t9223372036854775807\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx",
		"5\t18446744073709551618\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx",
		"5\t2\t0\t99999999999999999999\t0\t0\t0\t0\t0\t0\t100\tx",
		"4294967301\t2\t0\t0\t0\t0\t0\t0\t0\t0\t100\tx", "\xff\xfe\t\xff" };
	struct pdf_words_reader r = words_reader();

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CANNED(&r, bad[i]);
		for (int k = 0; k < PAGES; k++)
			CHECK(text_is(k, ""));
	}
	CANNED(&r, "5\t3\t0\t0\t0\t0\tnan\tinf\t1e5\t-1\t\ta\tb\xff\n");
	CHECK(text_is(1, "a\tb\xff") && r.page == 3);
	CHECK(box_is(&pages[1].v[0], 0, 0, 1e5, -1));
}

/* A page whose text does not fit is one without. */
static void
leaves_out_a_page_that_is_full(void)
{
	struct pdf_words_reader r = words_reader();
	char *line = canned_long("5\t3\t0\t0\t0\t0\t0\t0\t0\t0\t100\t", 'x');

	CANNED(&r, "5\t2\t0\t0\t0\t0\t0\t0\t0\t0\t100\ta\n5\t3\t0\t0\t0\t0\t0\t0\t0\t0\t100\tb\n");
	TAKE(&r, line);
	CANNED(&r, "5\t3\t0\t0\t0\t0\t0\t0\t0\t0\t100\tc\n5\t4\t0\t0\t0\t0\t0\t0\t0\t0\t100\td\n");
	CHECK(text_is(0, "a") && text_is(1, "") && text_is(2, "d"));
	free(line);
}

int
main(void)
{
	reads_what_poppler_prints();
	passes_over_other_pages();
	passes_over_what_is_no_row();
	leaves_out_a_page_that_is_full();
	for (int i = 0; i < PAGES; i++)
		pdf_words_release(&pages[i]);
	return 0;
}

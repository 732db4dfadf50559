/* visible: pdftohtml's text is counted, its tags are not. */
#include "pdf/visible.h"

#define TAKE(reader, line) pdf_visible_line((reader), (line))
#include "unit/pdf/canned.h"

enum { PAGES = 3 };

/* Of poppler 22.12; 25.03 says its version in line 4 and else the same. */
static const char real[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!DOCTYPE pdf2xml SYSTEM \"pdf2xml.dtd\">\n"
    "\n"
    "<pdf2xml producer=\"poppler\" version=\"22.12.0\">\n"
    "<page number=\"1\" position=\"absolute\" top=\"0\" left=\"0\" height=\"1188\" width=\"918\">\n"
    "\t<fontspec id=\"0\" size=\"18\" family=\"Helvetica\" color=\"#000000\"/>\n"
    "<text top=\"125\" left=\"54\" width=\"100\" height=\"17\" font=\"0\">Some words</text>\n"
    "</page>\n"
    "<page number=\"2\" position=\"absolute\" top=\"0\" left=\"0\" height=\"918\" width=\"1188\">\n"
    "<text top=\"41\" left=\"1050\" width=\"0\" height=\"17\" font=\"0\">of <b>them</b> all</text>\n"
    "<text top=\"41\" left=\"996\" width=\"0\" height=\"17\" font=\"0\">a second line</text>\n"
    "</page>\n"
    "<page number=\"3\" position=\"absolute\" top=\"0\" left=\"0\" height=\"4\" width=\"3000000\">\n"
    "<text top=\"-1057\" left=\"54\" width=\"9\" height=\"17\" font=\"0\">\xc3\xa9</text>\n"
    "</page>\n"
    "</pdf2xml>\n";

static long chars[PAGES];

static long
visible_page(const char *text)
{
	struct pdf_visible_reader r = { chars, 2, 1 + PAGES, 0 };

	memset(chars, 0, sizeof(chars));
	CANNED(&r, text);
	return r.page;
}

static void
reads_what_poppler_prints(void)
{
	struct pdf_visible_reader r = { chars, 1, PAGES, 0 };

	CANNED(&r, real);
	CHECK(chars[0] == 9 && chars[1] == 9 + 11 && chars[2] == 1 && r.page == 3);
	CHECK(visible_page(real) == 3);
	CHECK(chars[0] == 9 + 11 && chars[1] == 1 && chars[2] == 0);
}

/* Where a page links to others, that stands in front of the next page's tag. */
static void
sees_a_page_behind_links(void)
{
	CHECK(visible_page(" link to page 2  link to page 3 <page number=\"2\" top=\"0\">\n"
			   "<text top=\"1\">&lt;page number=\"4\"</text>\n") == 2);
	CHECK(chars[0] > 0 && chars[2] == 0);
}

static void
counts_nothing_outside_of_pages(void)
{
	static const char *const bad[] = { "<page number=\"0\">", "<page number=\"1\">",
		"<page number=\"5\">", "<page number=\"-2\">", "<page number=\"x\">",
		"<page number=\"", "<page number=\"18446744073709551618\">",
		"<page number=\"nan\">", "<page", "\xff" };
	char text[200];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), "%s\n<text>words</text>\n", bad[i]);
		visible_page(text);
		CHECK(chars[0] == 0 && chars[1] == 0 && chars[2] == 0);
	}
}

static void
counts_bytes_that_are_no_utf8_one_by_one(void)
{
	CHECK(visible_page("<page number=\"3\">\n<text>\xff\xc3 \xe2\x82</text>\n<text") == 3);
	CHECK(chars[0] == 0 && chars[1] == 4 && chars[2] == 0);
}

static void
bears_a_long_line(void)
{
	char *line = canned_long("<text>", 'x');
	struct pdf_visible_reader r = { chars, 2, 2, 2 };

	chars[0] = 0;
	TAKE(&r, line);
	CHECK(chars[0] == LONG_LINE - 6);
	free(line);
}

int
main(void)
{
	reads_what_poppler_prints();
	counts_nothing_outside_of_pages();
	sees_a_page_behind_links();
	counts_bytes_that_are_no_utf8_one_by_one();
	bears_a_long_line();
	return 0;
}

/* pgm: pdftoppm's head and none that is like it. */
#include "pdf/pgm.h"

#include "unit/check.h"

/* How many bytes of text were taken for a head; -1: it is none, 0: more is needed. */
static int
feed(struct pdf_pgm *g, const char *text, size_t n)
{
	memset(g, 0, sizeof(*g));
	for (size_t i = 0; i < n; i++) {
		int got = pdf_pgm_byte(g, text[i]);

		if (got)
			return got < 0 ? -1 : (int)i + 1;
	}
	return 0;
}

static void
reads_what_poppler_prints(void)
{
	struct pdf_pgm g;

	CHECK(feed(&g, "P5\n85 110\n255\nq\n\n", 17) == 14);
	CHECK(g.width == 85 && g.height == 110);
	CHECK(feed(&g, "P5\n4294967295 0\n255\n", 20) == 20);
	CHECK(g.width == 4294967295 && g.height == 0);
}

static void
reads_colors_where_they_are_wanted(void)
{
	struct pdf_pgm g = { .color = true }, gray = { .color = true };
	static const char head[] = "P6\n85 110\n255\n", p5[] = "P5\n1 1\n255\n";
	int got = 0;

	for (size_t i = 0; head[i]; i++)
		got = pdf_pgm_byte(&g, head[i]);
	CHECK(got == 1 && g.width == 85 && g.height == 110);
	for (size_t i = 0; p5[i]; i++)
		got = pdf_pgm_byte(&gray, p5[i]);
	CHECK(got == -1);
}

static void
waits_for_more(void)
{
	struct pdf_pgm g;

	for (size_t n = 0; n < 14; n++)
		CHECK(feed(&g, "P5\n85 110\n255\n", n) == 0);
}

static void
refuses_what_is_none(void)
{
	static const char *const bad[] = { "P6\n1 1\n255\n", "P5\n1 1\n65535\n", "P5\n1 1\n2\n",
		"P5\n1 1\n\n", "P5\n1 1 255\n\n\n", "P5\n1\n255\n", "P5\n-1 1\n255\n",
		"P5\n1 -1\n255\n", "P5\n4294967297 1\n255\n", "P5\n1 99999999999999999999\n255\n",
		"P5\nnan inf\n255\n", "P5\n1e3 1\n255\n", "P5\n1.5 1\n255\n", "P5\n0x5 5\n255\n",
		"\n\n\n", "P5\n#a\n1 1\n255\n", "<html><body>This is no image at all.\n",
		"P5\n 000000000000000000000000000000000001 1\n255\n" };
	struct pdf_pgm g;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK(feed(&g, bad[i], strlen(bad[i])) == -1);
	CHECK(feed(&g, "P5\n1 1\0\n255\n", 12) == -1);
}

int
main(void)
{
	reads_what_poppler_prints();
	reads_colors_where_they_are_wanted();
	waits_for_more();
	refuses_what_is_none();
	return 0;
}

/* painted: what the script says of pages, where it sees those that poppler sees. */
#include "pdf/painted.h"

#include <limits.h>

#include "pdf/pdf.h"

#define TAKE(reader, line) pdf_painted_line((reader), (line))
#include "unit/pdf/canned.h"

enum { PAGES = 4 };

static struct pdf_page page[PAGES] = { { 612, 792, false }, { 595.28, 841.89, false },
	{ 2e6, 3, false }, { 300, 200, false } };
static const struct pdf pdf = { .pages = PAGES + 1, .known = PAGES, .page = page };
static struct pdf_scan scan[PAGES + 1];

static long
painted_of(const char *text)
{
	struct pdf_painted_reader r = { &pdf, scan, 1, PAGES + 1, 0, 0, 0 };
	long n = 0;

	memset(scan, 0, sizeof(scan));
	CANNED(&r, text);
	for (int i = 0; i <= PAGES; i++)
		n += scan[i].known;
	return n;
}

static void
takes_what_is_painted(void)
{
	CHECK(painted_of(
		  "pages 5\npage 1 612 792 93.5 100.25 0 0\n"
		  "page 4 300.2 199.5 0 0 311 0\npage 2 595.2760009765625 841.89 1e-7 72 4 0\n") ==
	    3);
	CHECK(scan[0].area == 93.5 && scan[0].ppi == 100.25 && scan[0].unseen == 0);
	CHECK(scan[3].area == 0 && scan[3].ppi == 0 && scan[3].unseen == 311);
	CHECK(scan[1].area == 1e-7 && !scan[2].known);
	CHECK(painted_of("pages 5\npage 1 612 792 0 0 1e30 0\n") == 1 && scan[0].unseen == INT_MAX);
}

static void
takes_boxes_as_far_as_they_go(void)
{
	CHECK(painted_of("pages 5\npage 1 612 792 9 72 4 0 50.0 232.0 450.0 292.5 -3 0 9 9 7 7\n"
			 "page 4 300 200 9 72 4 0 NaN 1 2 3\n") == 2);
	CHECK(scan[0].covers == 2 && scan[0].cover[0].y1 == 292.5 && scan[0].cover[1].x0 == -3);
	CHECK(scan[3].covers == 0);
	CHECK(painted_of("pages 5\npage 1 612 792 9 72 4 0 1 1 2 2 1 1 2 2 1 1 2 2 1 1 2 2 1 1 2 2 "
			 "1 1 2 2 1 1 2 2 1 1 2 2 1 1 2 2\n") == 1);
	CHECK(scan[0].covers == PDF_COVERS);
}

static void
believes_nothing_of_other_pages(void)
{
	CHECK(painted_of("page 1 612 792 93.5 100 0 0\n") == 0);
	CHECK(painted_of("pages 4\npage 1 612 792 93.5 100 0 0\n") == 0);
	CHECK(painted_of("pages 5\npage 1 792 612 93.5 100 0 0\npage 4 303 200 0 0 0 0\n") == 0);
	CHECK(painted_of("pages 5\npage 5 612 792 1 1 0 0\npage 6 612 792 1 1 0 0\n"
			 "page 0 612 792 1 1 0 0\npage -1 612 792 1 1 0 0\n") == 0);
}

static void
takes_nothing_else_of_a_line(void)
{
	CHECK(
	    painted_of("pages 5\npage\npage 1\npage 1 612 792\npage 1 612 792 1 1\n"
		       "page 1 612 792 -1 1 0 0\npage 1 612 792 nan inf 0\npage 1 612 792 NaN 1 0\n"
		       "page 1 612 792 Infinity 1 0\nerror: no such thing\n\n") == 0);
}

int
main(void)
{
	takes_what_is_painted();
	takes_boxes_as_far_as_they_go();
	believes_nothing_of_other_pages();
	takes_nothing_else_of_a_line();
	return 0;
}

/* scans: pdfimages' rows become areas and resolutions. */
#include "pdf/scans.h"

#include <math.h>

#include "pdf/pdf.h"

#define TAKE(reader, line) pdf_scans_line((reader), (line))
#include "unit/pdf/canned.h"

enum { PAGES = 4 };

/* Of poppler 22.12 and 25.03, which say the same of it. */
static const char real[] =
    "page   num  type   width height color comp bpc  enc interp  object ID x-ppi y-ppi size ratio\n"
    "--------------------------------------------------------------------------------------------\n"
    "   1     0 image     850  1100  gray    1   1  image  no         4  0   100   100  115K 101%\n"
    "   4     1 image       8     8  gray    1   1  image  no   [inline]       8     8    0B 0.0%\n";

static struct pdf_page page[PAGES] = { { 612, 792, false }, { 612, 792, false }, { 2e6, 3, false },
	{ 300, 200, false } };
static const struct pdf pdf = { .pages = PAGES + 1, .known = PAGES, .page = page };
static struct pdf_scan scan[PAGES + 1];

static struct pdf_scans_reader
scans_of(const char *text)
{
	struct pdf_scans_reader r = { &pdf, scan, 1, PAGES + 1, 0 };

	memset(scan, 0, sizeof(scan));
	CANNED(&r, text);
	return r;
}

static bool
scan_is(int i, double area, double ppi)
{
	return fabs(scan[i].area - area) < 1e-9 && scan[i].ppi == ppi;
}

static void
reads_what_poppler_prints(void)
{
	struct pdf_scans_reader r = scans_of(real);

	CHECK(scan_is(0, 93.5, 100) && scan_is(1, 0, 0) && scan_is(2, 0, 0));
	/* An inch of 11.6 square inches is no scan, and covers that all the same. */
	CHECK(scan_is(3, 1, 0) && r.page == 4);
}

static void
adds_images_and_stencils_alone(void)
{
	scans_of("2 0 image 612 792 rgb 3 8 jpeg no 4 0 72 72 1K 1%\n"
		 "2 1 stencil 1224 1584 - 1 1 ccitt no 5 0 144 144 1K 1%\n"
		 "2 2 smask 612 792 gray 1 8 image no 6 0 720 720 1K 1%\n"
		 "2 3 mask 612 792 gray 1 8 image no 7 0 720 720 1K 1%\n");
	CHECK(scan_is(1, 187, 144));
}

static void
passes_over_what_is_no_size(void)
{
	static const char *const bad[] = { "2 0 image 850 1100 gray 1 1 image no 4 0 100",
		"2 0 image 850 1100 gray 1 1 image no [inline] 100",
		"2 0 image 850 1100 gray 1 1 image no 4 0", "2 0 image 850 1100 gray 1",
		"2 0 image 850", "2 0 image", "2 0 image -850 -1100 gray 1 1 image no 4 0 100 100",
		"2 0 image -850 1100 gray 1 1 image no 4 0 100 100",
		"2 0 image 0 1100 gray 1 1 image no 4 0 100 100",
		"2 0 image nan 1100 gray 1 1 image no 4 0 100 100",
		"2 0 image 850 inf gray 1 1 image no 4 0 100 100",
		"2 0 image 850 1100 gray 1 1 image no 4 0 inf 100",
		"2 0 image 850 1100 gray 1 1 image no 4 0 nan nan",
		"2 0 image 850 1100 gray 1 1 image no 4 0 0 100",
		"2 0 image 850 1100 gray 1 1 image no 4 0 -100 -100",
		"2 0 image 1e300 1e300 gray 1 1 image no 4 0 1e-300 1e-300",
		"2 0 imageandmuchmoreofit 850 1100 gray 1 1 image no 4 0 100 100", "2 0 \xff" };
	struct pdf_scans_reader r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		r = scans_of(bad[i]);
		CHECK(scan_is(1, 0, 0) && r.page == 2);
	}
	scans_of("2 0 image 1e3 1100 gray 1 1 image no 4 0 1e2 100\n");
	CHECK(scan_is(1, 110, 100));
}

static void
passes_over_other_pages(void)
{
	static const char *const bad[] = { "", "2", "2 0", "two 0 image 1 1", "2 x image 1 1",
		"-2 0 image 850 1100 gray 1 1 image no 4 0 100 100",
		"0 0 image 850 1100 gray 1 1 image no 4 0 100 100",
		"5 0 image 850 1100 gray 1 1 image no 4 0 100 100",
		"6 0 image 850 1100 gray 1 1 image no 4 0 100 100",
		"18446744073709551618 0 image 850 1100 gray 1 1 image no 4 0 100 100" };
	char *line = canned_long("2 0 ", 'i');
	struct pdf_scans_reader r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		r = scans_of(bad[i]);
		CHECK(r.page == 0);
		for (int k = 0; k <= PAGES; k++)
			CHECK(scan_is(k, 0, 0));
	}
	r = scans_of(line);
	CHECK(r.page == 2 && scan_is(1, 0, 0));
	free(line);
}

int
main(void)
{
	reads_what_poppler_prints();
	adds_images_and_stencils_alone();
	passes_over_what_is_no_size();
	passes_over_other_pages();
	return 0;
}

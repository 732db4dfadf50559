/* sketch: a picture in a file is taken once, where it is of the page, and what is left goes. */
#include "pdf/sketch.h"

#include "img/image.h"
#include "pdf/pdf.h"
#include "unit/folder.h"

enum { DPI = 72 };

static const char good[] = "P5\n4 3\n255\nabcdefghijkl";

static struct pdf_page page = { 4, 3, false };
static const struct pdf pdf = { .work = ".", .pages = 1, .known = 1, .page = &page };

static bool
is_there(const char *name)
{
	return faccessat(AT_FDCWD, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void
takes_it_once(void)
{
	struct image im;

	folder_write(".sketch7", good);
	CHECK(pdf_sketch_take(&pdf, 7, &page, DPI, &im) == 0);
	CHECK(im.width == 4 && im.height == 3 && im.dpi == DPI);
	CHECK(memcmp(im.px, "abcdefghijkl", 12) == 0);
	image_release(&im);
	CHECK(!is_there(".sketch7"));
	CHECK(pdf_sketch_take(&pdf, 7, &page, DPI, &im) < 0 && !im.px);
}

/* Whether that, in its place, is refused, and gone. */
static bool
refused(const char *text)
{
	struct image im;

	folder_write(".sketch1", text);
	return pdf_sketch_take(&pdf, 1, &page, DPI, &im) < 0 && !im.px && !is_there(".sketch1");
}

static void
takes_no_other(void)
{
	struct image im;

	CHECK(refused("") && refused("P5\n4 3\n") && refused("P6\n4 3\n255\nabcdefghijkl"));
	CHECK(refused("P5\n4 3\n255\nabcdefghijk"));
	CHECK(refused("P5\n9 3\n255\nabcdefghijklabcdefghijklabc"));
	CHECK(refused("P5\n4294967295 4294967295\n255\n"));
	folder_write("other", good);
	CHECK(symlink("other", ".sketch2") == 0);
	CHECK(pdf_sketch_take(&pdf, 2, &page, DPI, &im) < 0);
	CHECK(!is_there(".sketch2") && is_there("other"));
	CHECK(mkfifo(".sketch2", 0600) == 0);
	CHECK(pdf_sketch_take(&pdf, 2, &page, DPI, &im) < 0 && !is_there(".sketch2"));
}

static void
forgets_the_rest(void)
{
	folder_write(".sketch1", "x");
	folder_write(".sketch250", "x");
	folder_write("p0001.png", "x");
	pdf_sketches_forget(".");
	CHECK(!is_there(".sketch1") && !is_there(".sketch250") && is_there("p0001.png"));
	pdf_sketches_forget("nonexistent");
}

int
main(void)
{
	folder_begin();
	takes_it_once();
	takes_no_other();
	forgets_the_rest();
	folder_end();
	return 0;
}

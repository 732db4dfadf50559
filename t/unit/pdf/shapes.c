/* shapes: letters that look like others than they are said to be, and fonts of them. */
#include "pdf/shapes.h"

#include "base/err.h"
#include "img/image.h"
#include "unit/check.h"

enum { SIDE = 40 };

static struct pdf_lies lies;

/* A figure of 4 by 5 fields of 5 pixels, for each character; below 0: stripes. */
static void
draw(struct image *im, long figure)
{
	unsigned long bits = (unsigned long)figure * 0x9e3779b97f4a7c15UL;

	if (figure < 0) {
		for (int i = 0; i < SIDE * SIDE; i++)
			im->px[i] = i / SIDE % 2 ? 0 : 255;
		return;
	}
	bits = (bits ^ bits >> 29) * 0xbf58476d1ce4e5b9UL >> 40 | 1 | 1 << 19;

	memset(im->px, 255, SIDE * SIDE);
	for (int i = 0; i < 20; i++)
		for (int k = 0; k < 25 && bits >> i & 1; k++)
			im->px[(i / 4 * 5 + k / 5 + 4) * SIDE + i % 4 * 5 + k % 5 + 4] = 0;
}

/* A letter of a font that is said to be one character, and drawn as another. */
static void
add(struct pdf_shapes *s, long font, long gid, long said, long drawn)
{
	struct image im;
	struct err e;

	CHECK(image_init(&im, SIDE, SIDE, &e) == 0);
	draw(&im, drawn);
	pdf_shapes_add(s, &(struct pdf_glyph){ font, gid, said },
	    &(struct pdf_square){ &im, 0, 0, SIDE });
	image_release(&im);
}

static struct pdf_shapes *
with_refs(void)
{
	struct pdf_shapes *s = pdf_shapes_new();

	for (long c = '0'; c <= 'z'; c++)
		if (c <= '9' || c >= 'a')
			add(s, 0, c, c, c);
	return s;
}

static size_t
judge(struct pdf_shapes *s)
{
	lies.n = 0;
	pdf_shapes_judge(s, &lies);
	pdf_shapes_free(s);
	return lies.n;
}

static void
believes_what_looks_so(void)
{
	struct pdf_shapes *s = with_refs();

	for (long c = 'a'; c <= 'z'; c++)
		add(s, 7, c, c, c);
	/* One is a fancy; of a script that is not known nothing is known. */
	add(s, 8, 1, 'k', 'w');
	for (long c = 'm'; c <= 'z'; c++)
		add(s, 8, c, c, c);
	for (long c = 0; c < 20; c++)
		add(s, 9, c, 0x4e00 + c, -1);
	CHECK(judge(s) == 0);
	CHECK(judge(pdf_shapes_new()) == 0);
}

static void
finds_fonts_of_others(void)
{
	struct pdf_shapes *s = with_refs();

	for (long c = 0; c < 10; c++)
		add(s, 7, c, 0x3b1 + c, "adekmpswxy"[c]);
	CHECK(judge(s) == 1 && lies.v[0].font == 7 && lies.v[0].what == LIE_FONT);
	/* Two that stand for each other, among others. */
	s = with_refs();
	for (long c = 'f'; c <= 'z'; c++)
		add(s, 7, c, c, c);
	add(s, 7, 1, 'a', 'e');
	add(s, 7, 2, 'e', 'a');
	CHECK(judge(s) == 1 && lies.v[0].what == LIE_FONT);
	/* Letters without a character. */
	s = with_refs();
	for (long c = 0; c < 4; c++)
		add(s, 7, c, 0, "ksx4"[c]);
	CHECK(judge(s) == 1 && lies.v[0].what == LIE_UNNAMED);
}

static void
finds_digits_of_others(void)
{
	struct pdf_shapes *s = with_refs();

	for (long c = 'a'; c <= 'z'; c++)
		add(s, 7, c, c, c);
	for (long i = 0; i < 10; i++)
		add(s, 7, 200 + i, '0' + i, '0' + (i + 3) % 10);
	CHECK(judge(s) == 10);
	for (size_t i = 0; i < lies.n; i++)
		CHECK(lies.v[i].font == 7 && lies.v[i].what == LIE_GLYPH &&
		    lies.v[i].character >= '0' && lies.v[i].character <= '9');
}

/* Of two fonts of one name: the letters alone. */
static void
tells_fonts_of_one_name_apart(void)
{
	struct pdf_shapes *s = with_refs();

	for (long c = 'a'; c <= 'z'; c++)
		add(s, 7, c, c, c);
	for (long c = 0; c < 10; c++)
		add(s, 7, "adekmpswxy"[c], 0x3b1 + c, "adekmpswxy"[c]);
	CHECK(judge(s) == 10);
	for (size_t i = 0; i < lies.n; i++)
		CHECK(lies.v[i].what == LIE_GLYPH && lies.v[i].character >= 0x3b1);
}

int
main(void)
{
	believes_what_looks_so();
	finds_fonts_of_others();
	finds_digits_of_others();
	tells_fonts_of_one_name_apart();
	return 0;
}

#include "unit/img/bright.h"
#include "unit/img/tiffmake.h"

static void
reads(const struct kind *k, const char *mode)
{
	int fd = make(k, mode);
	int slack = k->compression == COMPRESSION_JPEG ? 60 : 1;
	struct image im;
	struct err e;

	if (read_page(fd, 1, &im, &e) < 0) {
		fprintf(stderr, "photometric %d, %d x %d bits, compression %d: %s\n",
		    k->photometric, k->samples, k->bits, k->compression, e.msg);
		exit(1);
	}
	CHECK(im.width == W && im.height == H && im.dpi == 0);
	for (uint32_t y = 0; y < H; y++)
		for (uint32_t x = 0; x < W; x++) {
			int off = im.px[y * W + x] - (int)want(k, x, y);

			CHECK(off >= -slack && off <= slack);
		}
	image_release(&im);
	close(fd);
}

static void
reads_every_kind(void)
{
	static const struct kind kinds[] = {
		{ PHOTOMETRIC_MINISWHITE, 1, 1, COMPRESSION_CCITTFAX4, 0, 0, 0 },
		{ PHOTOMETRIC_MINISWHITE, 1, 1, COMPRESSION_CCITTFAX3, 0, 0, 0 },
		{ PHOTOMETRIC_MINISWHITE, 1, 1, COMPRESSION_CCITTRLE, 0, 0, 0 },
		{ PHOTOMETRIC_MINISBLACK, 1, 1, COMPRESSION_CCITTFAX4, 0, 0, 0 },
		{ PHOTOMETRIC_MINISBLACK, 1, 1, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_MINISBLACK, 1, 1, COMPRESSION_NONE, 0, 0, 1 },
		{ PHOTOMETRIC_MINISWHITE, 1, 1, COMPRESSION_CCITTFAX4, 0, 0, 1 },
		{ PHOTOMETRIC_MINISBLACK, 1, 2, COMPRESSION_PACKBITS, 0, 0, 0 },
		{ PHOTOMETRIC_MINISWHITE, 1, 4, COMPRESSION_LZW, 0, 0, 0 },
		{ PHOTOMETRIC_MINISBLACK, 1, 8, COMPRESSION_LZW, 0, 0, 0 },
		{ PHOTOMETRIC_MINISWHITE, 1, 8, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_MINISBLACK, 1, 8, COMPRESSION_LZW, 0, 0, 1 },
		{ PHOTOMETRIC_MINISBLACK, 1, 8, COMPRESSION_JPEG, 0, 0, 0 },
		{ PHOTOMETRIC_MINISBLACK, 1, 16, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_MINISWHITE, 1, 16, COMPRESSION_LZW, 0, 0, 0 },
		{ PHOTOMETRIC_MINISBLACK, 2, 8, COMPRESSION_NONE, 0, EXTRASAMPLE_UNASSALPHA, 0 },
		{ PHOTOMETRIC_PALETTE, 1, 8, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_PALETTE, 1, 4, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_RGB, 3, 8, COMPRESSION_ADOBE_DEFLATE, 0, 0, 0 },
		{ PHOTOMETRIC_RGB, 3, 8, COMPRESSION_LZW, PLANARCONFIG_SEPARATE, 0, 0 },
		{ PHOTOMETRIC_RGB, 3, 8, COMPRESSION_LZW, 0, 0, 1 },
		{ PHOTOMETRIC_RGB, 3, 16, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_RGB, 4, 8, COMPRESSION_NONE, 0, EXTRASAMPLE_UNASSALPHA, 0 },
		{ PHOTOMETRIC_RGB, 4, 8, COMPRESSION_NONE, 0, EXTRASAMPLE_UNASSALPHA, 1 },
		{ PHOTOMETRIC_RGB, 4, 8, COMPRESSION_NONE, 0, EXTRASAMPLE_ASSOCALPHA, 0 },
		{ PHOTOMETRIC_RGB, 4, 8, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_YCBCR, 3, 8, COMPRESSION_JPEG, 0, 0, 0 },
		{ PHOTOMETRIC_YCBCR, 3, 8, COMPRESSION_JPEG, 0, 0, 1 },
		{ PHOTOMETRIC_SEPARATED, 4, 8, COMPRESSION_LZW, 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		reads(&kinds[i], "w");
		reads(&kinds[i], "wb8"); /* BigTIFF, the other byte order */
	}
}

static void
is_tinted(const struct image *im, const struct kind *k)
{
	const unsigned slack = k->compression == COMPRESSION_JPEG ? 160 : 1;

	for (uint32_t y = 0; y < H; y++)
		for (uint32_t x = 0; x < W; x++)
			for (unsigned i = 0; i < 3; i++) {
				unsigned v = tint(picture(x, y), i);

				if (k->extra == EXTRASAMPLE_UNASSALPHA)
					v = (v * 51 + 127) / 255 + 204;
				v -= colour_at(im, x, y, (int)i);
				CHECK(v <= slack || -v <= slack);
			}
}

/* Row by row and by bands, of 8 and 16 bits, whole and with the last rows gone. */
static void
reads_colours(void)
{
	static const struct kind kinds[] = {
		{ PHOTOMETRIC_PALETTE, 1, 8, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_RGB, 3, 8, COMPRESSION_ADOBE_DEFLATE, 0, 0, 0 },
		{ PHOTOMETRIC_RGB, 3, 8, COMPRESSION_LZW, PLANARCONFIG_SEPARATE, 0, 0 },
		{ PHOTOMETRIC_RGB, 3, 8, COMPRESSION_LZW, 0, 0, 1 },
		{ PHOTOMETRIC_RGB, 3, 16, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_RGB, 4, 8, COMPRESSION_NONE, 0, EXTRASAMPLE_UNASSALPHA, 0 },
		{ PHOTOMETRIC_RGB, 4, 8, COMPRESSION_NONE, 0, EXTRASAMPLE_UNASSALPHA, 1 },
		{ PHOTOMETRIC_RGB, 4, 8, COMPRESSION_NONE, 0, 0, 0 },
		{ PHOTOMETRIC_YCBCR, 3, 8, COMPRESSION_JPEG, 0, 0, 0 },
		{ PHOTOMETRIC_SEPARATED, 4, 8, COMPRESSION_LZW, 0, 0, 0 },
	};
	struct image im, gray;
	struct err e;

	tinted = true;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		for (int cut = 0; cut < 2; cut++) {
			int fd = make(&kinds[i], "w");
			off_t size = lseek(fd, 0, SEEK_END);

			if (cut && kinds[i].compression == COMPRESSION_NONE)
				CHECK(ftruncate(fd, size - size / 4) == 0);
			if (read_page(fd, 1, &gray, &e) < 0) {
				CHECK(cut); /* its directory stood at the end */
				close(fd);
				continue;
			}
			CHECK(read_page_colour(fd, &im, &e) == 0);
			is_as_bright(&im, &gray, 1);
			if (!im.damaged)
				is_tinted(&im, &kinds[i]);
			image_release(&im);
			image_release(&gray);
			close(fd);
		}
	tinted = false;
}

static void
what_is_gray_stays_gray(void)
{
	const struct kind *const kinds[] = { &gray8, &fax };
	struct image im;
	struct err e;

	for (int i = 0; i < 2; i++) {
		int fd = make(kinds[i], "w");

		CHECK(read_page_colour(fd, &im, &e) == 0 && !im.colour);
		image_release(&im);
		close(fd);
	}
}

static void
turns_upright(void)
{
	/* which of the stored corners is seen at TL TR: 0 1 / 2 3 */
	static const char seen[9][3] = { "01", "01", "10", "32", "23", "02", "20", "31", "13" };
	struct image im;
	struct err e;

	for (uint16_t o = 1; o <= 8; o++)
		for (int tiled = 0; tiled < 2; tiled++) {
			struct kind k = gray8;
			int fd = scratch();
			TIFF *t = begin(fd, "w");

			k.tiled = tiled;
			TIFFSetField(t, TIFFTAG_ORIENTATION, o);
			put_page(t, &k);
			TIFFClose(t);
			CHECK(read_page(fd, 1, &im, &e) == 0);
			CHECK(im.width == (o < 5 ? W : H));
			for (int i = 0; i < 2; i++) {
				int at = seen[o][i] - '0';

				CHECK(im.px[i ? im.width - 1 : 0] ==
				    picture(at & 1 ? W - 1 : 0, at & 2 ? H - 1 : 0));
			}
			image_release(&im);
			close(fd);
		}
}

static void
fax_has_square_pixels(void)
{
	const struct kind *const kinds[] = { &fax, &gray8 };
	struct image im;
	struct err e;

	for (int i = 0; i < 2; i++) {
		int fd = scratch();
		TIFF *t = begin(fd, "w");

		TIFFSetField(t, TIFFTAG_XRESOLUTION, 204.0);
		TIFFSetField(t, TIFFTAG_YRESOLUTION, 98.0);
		TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
		put_page(t, kinds[i]);
		TIFFClose(t);
		CHECK(read_page(fd, 1, &im, &e) == 0);
		CHECK(im.width == W && im.height == (i == 0 ? 2 * H : H));
		image_release(&im);
		close(fd);
	}
}

static void
resolutions(void)
{
	static const struct {
		uint16_t unit;
		float x;
		double dpi;
	} list[] = { { RESUNIT_INCH, 300, 300 }, { RESUNIT_CENTIMETER, 100, 254 },
		{ RESUNIT_NONE, 300, 0 }, { 0, 200, 200 }, { RESUNIT_INCH, 1, 0 } };
	struct image im;
	struct err e;

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		int fd = scratch();
		TIFF *t = begin(fd, "w");

		TIFFSetField(t, TIFFTAG_XRESOLUTION, (double)list[i].x);
		if (list[i].unit)
			TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, list[i].unit);
		put_page(t, &gray8);
		TIFFClose(t);
		CHECK(read_page(fd, 1, &im, &e) == 0);
		CHECK(im.dpi > list[i].dpi - .01 && im.dpi < list[i].dpi + .01);
		image_release(&im);
		close(fd);
	}
}

/* n directories of the given NewSubfileTypes, in turn. */
static int
make_pages(const uint32_t *types, int n_types, int n)
{
	int fd = scratch();
	TIFF *t = begin(fd, "w");

	for (int i = 0; i < n; i++) {
		TIFFSetField(t, TIFFTAG_SUBFILETYPE, types[i % n_types]);
		TIFFSetField(t, TIFFTAG_XRESOLUTION, 100.0 + i);
		put_page(t, i % 2 ? &fax : &gray8);
		CHECK(TIFFWriteDirectory(t));
	}
	TIFFClose(t);
	return fd;
}

static void
pages_in_any_order(void)
{
	static const uint32_t types[] = { FILETYPE_PAGE, 0, FILETYPE_REDUCEDIMAGE, FILETYPE_MASK,
		0 };
	static const double dpi[] = { 100, 101, 104, 105 };
	int fd = make_pages(types, 5, 6);
	struct err e;
	struct tiff_doc *t = tiff_open(fd, &e);
	struct image im;

	CHECK(t && tiff_pages(t) == 4);
	for (int i = 0; i < 8; i++) {
		CHECK(tiff_read(t, 4 - i % 4, &im, &e) == 0);
		CHECK(im.dpi == dpi[3 - i % 4] && im.width == W);
		image_release(&im);
	}
	CHECK(tiff_read(t, 0, &im, &e) == -1);
	CHECK(tiff_read(t, 5, &im, &e) == -1);
	CHECK_STR(e.code, "page.image");
	tiff_close(t);
	CHECK(fcntl(fd, F_GETFD) >= 0);
	close(fd);
	/* where all are thumbnails the first is the page */
	fd = make_pages(&types[2], 1, 2);
	t = tiff_open(fd, &e);
	CHECK(t && tiff_pages(t) == 1);
	tiff_close(t);
	tiff_close(NULL);
	close(fd);
}

int
main(void)
{
	reads_every_kind();
	reads_colours();
	what_is_gray_stays_gray();
	turns_upright();
	resolutions();
	fax_has_square_pixels();
	pages_in_any_order();
	return 0;
}

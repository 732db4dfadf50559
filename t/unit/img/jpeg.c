#include "unit/img/bright.h"
#include "unit/img/jpegmake.h"

static void
read_kind(const struct kind *k, struct image *im)
{
	unsigned long len = 0;
	unsigned char *bytes = make(k, &len);
	int fd = scratch_with(bytes, len);
	struct err e;

	CHECK(jpeg_read(fd, im, &e) == 0);
	close(fd);
	free(bytes);
}

static bool
near(int a, int b)
{
	return a - b <= 4 && b - a <= 4;
}

static void
reads(const struct kind *k)
{
	struct image im;

	read_kind(k, &im);
	CHECK(im.width == W && im.height == H);
	for (unsigned y = 0; y < H; y++)
		for (unsigned x = 0; x < W; x++)
			CHECK(near(im.px[y * W + x], value(x, y)));
	image_release(&im);
}

static void
reads_every_kind(void)
{
	static const J_COLOR_SPACE colors[][2] = { { JCS_GRAYSCALE, JCS_GRAYSCALE },
		{ JCS_RGB, JCS_YCbCr }, { JCS_RGB, JCS_RGB },
		/* in as Adobe does it: what is left of the light */
		{ JCS_CMYK, JCS_CMYK }, { JCS_CMYK, JCS_YCCK } };

	for (size_t i = 0; i < sizeof(colors) / sizeof(*colors); i++)
		for (int how = 0; how < 4; how++) {
			struct kind k = { .in = colors[i][0],
				.stored = colors[i][1],
				.progressive = how & 1,
				.arithmetic = how & 2 };

			reads(&k);
		}
}

/* Without Adobe's marker the samples are ink: the picture's negative. */
static void
reads_cmyk_that_is_ink(void)
{
	struct kind k = { .in = JCS_CMYK, .stored = JCS_CMYK };
	unsigned long len = 0;
	unsigned char *bytes = make(&k, &len);
	struct image im;
	struct err e;
	unsigned char *adobe = memmem(bytes, len, "\377\356\0\016Adobe", 9);
	int fd;

	CHECK(adobe);
	adobe[1] = 0xed; /* an APP13, which means nothing */
	fd = scratch_with(bytes, len);
	CHECK(jpeg_read(fd, &im, &e) == 0);
	/* black ink all over: nothing is left */
	CHECK(im.px[0] == 0 && im.px[W * H - 1] == 0);
	image_release(&im);
	close(fd);
	free(bytes);
}

static void
put32(uint8_t *to, unsigned v, bool big)
{
	put16(to + (big ? 0 : 2), v >> 16, big);
	put16(to + (big ? 2 : 0), v & 0xffff, big);
}

static void
put_entry(uint8_t *to, unsigned tag, unsigned type, bool big)
{
	put16(to, tag, big);
	put16(to + 2, type, big);
	put32(to + 4, 1, big);
}

enum { EXIF_LEN = 6 + 8 + 2 + 3 * 12 + 4 + 8 };

/* An EXIF block: an orientation, and dpi / 2 in a unit. */
static void
make_exif(uint8_t p[EXIF_LEN], unsigned orientation, unsigned dpi, bool big)
{
	uint8_t *tiff = p + 6, *entry = tiff + 10;

	memset(p, 0, EXIF_LEN);
	memcpy(p, "Exif", 4);
	memcpy(tiff, big ? "MM" : "II", 2);
	put16(tiff + 2, 42, big);
	put32(tiff + 4, 8, big);
	put16(tiff + 8, 3, big);
	put_entry(entry, 0x0112, 3, big);
	put16(entry + 8, orientation, big);
	put_entry(entry + 12, 0x011a, 5, big);
	put32(entry + 12 + 8, 10 + 36 + 4, big);
	put_entry(entry + 24, 0x0128, 3, big);
	put16(entry + 24 + 8, 2, big);
	put32(entry + 40, dpi, big);
	put32(entry + 44, 2, big);
}

/* Which quarter (see level) is seen at the corners: TL TR BL BR. */
static void
turns_upright(void)
{
	static const char seen[10][5] = { "0123", "0123", "1032", "3210", "2301", "0213", "2031",
		"3120", "1302", "0123" };
	uint8_t exif[EXIF_LEN];
	struct kind k = plain;
	struct image im;

	k.exif = exif;
	k.exif_len = sizeof(exif);
	for (unsigned o = 0; o < 10; o++) {
		make_exif(exif, o, 601, o & 1);
		read_kind(&k, &im);
		CHECK(im.width == (o >= 5 && o <= 8 ? H : W));
		CHECK(im.height == (o >= 5 && o <= 8 ? W : H));
		for (unsigned i = 0; i < 4; i++) {
			uint32_t x = i & 1 ? im.width - 3 : 2;
			uint32_t y = i & 2 ? im.height - 3 : 2;

			CHECK(near(im.px[y * im.width + x], level[seen[o][i] - '0']));
		}
		CHECK(im.dpi == 300.5);
		image_release(&im);
	}
}

static void
exif_may_be_anything(void)
{
	uint8_t good[EXIF_LEN], bad[EXIF_LEN];
	struct kind k = plain;
	struct image im;

	make_exif(good, 6, 600, true);
	k.exif = bad;
	for (unsigned n = 1; n < EXIF_LEN; n++) {
		memcpy(bad, good, sizeof(bad));
		k.exif_len = n;
		read_kind(&k, &im);
		CHECK(im.width == (n < 6 + 8 + 2 + 12 ? W : H));
		image_release(&im);
		/* each byte in turn is as wrong as it can be */
		bad[n] = 0xff;
		k.exif_len = EXIF_LEN;
		read_kind(&k, &im);
		image_release(&im);
	}
}

static double
density_of(int unit, int n)
{
	struct kind k = plain;
	struct image im;
	double dpi;

	k.density_unit = unit;
	k.density = n;
	read_kind(&k, &im);
	dpi = im.dpi;
	image_release(&im);
	return dpi;
}

static void
densities(void)
{
	CHECK(density_of(1, 300) == 300);
	CHECK(density_of(2, 100) == 254);
	CHECK(density_of(0, 1) == 0);
	CHECK(density_of(1, 1) == 0);
}

/* The largest of some eighths that fits, pixels and dpi alike. */
static void
is_read_smaller(void)
{
	static const struct {
		double area;
		long side;
		double dpi;
		uint32_t w, h;
		bool finer;
	} v[] = { { W * H, W, 0, W, H, false }, { W * H - 1, W, 0, W / 2, H / 2, false },
		{ W * H * .25 - 1, W, 0, 18, 12, false }, { 1e9, W - 1, 0, W / 2, H / 2, false },
		{ 100, W, 0, 12, 8, false }, { 24, W, 0, 6, 4, false }, { 1, 1, 0, 6, 4, false },
		{ 100, W, 500, W, H, false }, { 100, W, 400, W / 2, H / 2, false },
		{ 100, W, 201, 18, 12, false }, { W * H, W, 0, W, H, true },
		{ W * H - 1, W, 0, W, H, true }, { W * H * .25 - 1, W, 0, W / 2, H / 2, true },
		{ 24, W, 0, 12, 8, true } };
	struct kind k = plain;
	unsigned long len = 0;
	unsigned char *bytes;
	int fd;

	k.density_unit = 1;
	k.density = 800;
	bytes = make(&k, &len);
	fd = scratch_with(bytes, len);
	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		struct image im;
		const struct jpeg_wish wish = { v[i].area, v[i].side, v[i].dpi, i % 2, v[i].finer };
		struct err e;

		CHECK(jpeg_read_within(fd, &wish, &im, &e) == 0 && !im.damaged);
		CHECK(im.width == v[i].w && im.height == v[i].h);
		CHECK(im.dpi == image_dpi(800.0 * im.width / W));
		for (uint32_t n = 0; n < 4; n++) {
			uint32_t x = n & 1 ? im.width - 1 : 0, y = n & 2 ? im.height - 1 : 0;

			CHECK(near(im.px[y * im.width + x], level[n]));
		}
		image_release(&im);
	}
	close(fd);
	free(bytes);
}

static const struct jpeg_wish coloured = { 1e9, 100000, 0, true, false };

/* At the middle of each quarter, whatever the colours do at its edges. */
static void
quarters_are_tinted(const struct image *im)
{
	CHECK(im->width == W && im->height == H && im->colour);
	for (unsigned i = 0; i < 4; i++)
		for (int plane = 0; plane < IMAGE_PLANES; plane++)
			CHECK(near((int)colour_at(im, i & 1 ? 40 : 8, i & 2 ? 24 : 8, plane),
			    tint(level[i], plane)));
}

static void
reads_colours_of_every_kind(void)
{
	static const J_COLOR_SPACE colors[][2] = { { JCS_RGB, JCS_YCbCr }, { JCS_RGB, JCS_RGB },
		{ JCS_CMYK, JCS_CMYK }, { JCS_CMYK, JCS_YCCK } };

	for (size_t i = 0; i < sizeof(colors) / sizeof(*colors); i++)
		for (int how = 0; how < 4; how++) {
			struct kind k = { .in = colors[i][0],
				.stored = colors[i][1],
				.progressive = how & 1,
				.arithmetic = how & 2,
				.tinted = true };
			unsigned long len = 0;
			unsigned char *bytes = make(&k, &len);
			int fd = scratch_with(bytes, len);
			struct image im, gray;
			struct err e;

			CHECK(jpeg_read_within(fd, &coloured, &im, &e) == 0);
			quarters_are_tinted(&im);
			CHECK(jpeg_read(fd, &gray, &e) == 0);
			/* Where colours run into each other they are out of what there is. */
			is_as_bright(&im, &gray, 30);
			image_release(&im);
			image_release(&gray);
			close(fd);
			free(bytes);
		}
}

static void
what_is_gray_stays_gray(void)
{
	struct kind k = { .in = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE };
	unsigned long len = 0;
	unsigned char *bytes = make(&k, &len);
	int fd = scratch_with(bytes, len);
	struct image im;
	struct err e;

	CHECK(jpeg_read_within(fd, &coloured, &im, &e) == 0 && !im.colour && im.px[0] > 250);
	image_release(&im);
	close(fd);
	free(bytes);
}

int
main(void)
{
	reads_every_kind();
	reads_cmyk_that_is_ink();
	turns_upright();
	exif_may_be_anything();
	densities();
	is_read_smaller();
	reads_colours_of_every_kind();
	what_is_gray_stays_gray();
	return 0;
}

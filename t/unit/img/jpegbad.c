#include "unit/img/bright.h"
#include "unit/img/jpegmake.h"

static void
refuses(const void *bytes, size_t len, const char *code)
{
	int fd = scratch_with(bytes, len);
	struct image im;
	struct err e;

	CHECK(jpeg_read(fd, &im, &e) == -1);
	CHECK(e.class == ERR_VALIDATION);
	CHECK_STR(e.code, code);
	CHECK(!im.px && im.width == 0);
	close(fd);
}

static struct image
read_whole(const void *bytes, size_t len)
{
	int fd = scratch_with(bytes, len);
	struct image im;
	struct err e;

	CHECK(jpeg_read(fd, &im, &e) == 0 && !im.damaged && im.rows_missing == 0);
	close(fd);
	return im;
}

/* Of the rows that are not counted none is other than in the whole. */
static void
gives_what_is_there_when_cut_short_anywhere(void)
{
	for (int arithmetic = 0; arithmetic < 2; arithmetic++) {
		struct kind k = plain;
		uint32_t last = H;
		unsigned long len = 0;
		unsigned char *bytes;
		struct image whole, im;
		struct err e;

		k.arithmetic = arithmetic;
		bytes = make(&k, &len);
		whole = read_whole(bytes, len);
		for (size_t cut = 0; cut + 6 < len; cut++) {
			int fd = scratch_with(bytes, cut);

			if (jpeg_read(fd, &im, &e) == 0) {
				uint32_t there = H - im.rows_missing;

				CHECK(im.damaged && there > 0 && im.rows_missing <= last);
				CHECK(!memcmp(im.px, whole.px, (size_t)there * W));
				for (uint32_t i = (H - 1) * W; i < H * W && im.rows_missing > 16;
				     i++)
					CHECK(im.px[i] == 255);
				last = im.rows_missing;
				image_release(&im);
			} else {
				CHECK_STR(e.code, "page.image");
				CHECK(!im.px && last == H);
			}
			close(fd);
		}
		CHECK(last > 0 && last < H);
		image_release(&whole);
		free(bytes);
	}
}

/* What is missing is white in colour, too, and as much. */
static void
colours_end_where_gray_does(const struct kind *k)
{
	static const struct jpeg_wish coloured = { 1e9, 100000, 0, true, false };
	unsigned long len = 0;
	unsigned char *bytes = make(k, &len);
	int read = 0;

	for (size_t cut = 0; cut <= len; cut++) {
		int fd = scratch_with(bytes, cut), r;
		struct image im, gray;
		struct err e;

		r = jpeg_read(fd, &gray, &e);
		CHECK(jpeg_read_within(fd, &coloured, &im, &e) == r);
		if (r == 0) {
			/* A blur of colours is out of what there is. */
			is_as_bright(&im, &gray, k->progressive ? 255 : 30);
			read++;
		}
		image_release(&im);
		image_release(&gray);
		close(fd);
	}
	CHECK(read > 20);
	free(bytes);
}

static void
colours_too(void)
{
	static const J_COLOR_SPACE colors[][2] = { { JCS_RGB, JCS_YCbCr }, { JCS_RGB, JCS_RGB },
		{ JCS_CMYK, JCS_CMYK }, { JCS_CMYK, JCS_YCCK } };

	for (size_t i = 0; i < sizeof(colors) / sizeof(*colors); i++) {
		struct kind k = { .in = colors[i][0], .stored = colors[i][1], .tinted = true };

		colours_end_where_gray_does(&k);
		k.progressive = true;
		if (i == 0)
			colours_end_where_gray_does(&k);
	}
}

/* Rows are counted as the file has them, however small it is read. */
static void
smaller_ones_too(void)
{
	unsigned long len = 0;
	unsigned char *bytes = make(&plain, &len);
	struct image im;
	struct err e;
	int fd = scratch_with(bytes, len - 10);

	CHECK(jpeg_read_within(fd, &(struct jpeg_wish){ W * H * .25, W, 0, false, false }, &im,
		  &e) == 0);
	CHECK(im.width == W / 2 && im.damaged && im.rows_missing == 16);
	image_release(&im);
	close(fd);
	free(bytes);
}

/* What there is of a progressive one is a picture, or no more than a blur. */
static void
progressive_ones_too(void)
{
	struct kind k = plain;
	unsigned long len = 0;
	unsigned char *bytes;
	int blurred = 0, fine = 0;
	struct image im;
	struct err e;

	k.progressive = true;
	bytes = make(&k, &len);
	for (size_t cut = 0; cut + 6 < len; cut++) {
		int fd = scratch_with(bytes, cut);

		if (jpeg_read(fd, &im, &e) == 0) {
			CHECK(im.damaged && im.rows_missing < H);
			fine += im.rows_missing == 0;
			image_release(&im);
		} else {
			CHECK_STR(e.code, "page.image");
			blurred += strstr(e.msg, "a blur") != NULL;
		}
		close(fd);
	}
	CHECK(blurred > 0 && fine > 0);
	free(bytes);
}

/* With restarts, what is spoiled costs what is before the next one. */
static void
spoiled_between_restarts(void)
{
	struct kind k = plain;
	unsigned long len = 0;
	unsigned char *bytes, *restart;
	struct image whole, im;
	struct err e;
	int fd;

	k.restart_rows = 1;
	bytes = make(&k, &len);
	whole = read_whole(bytes, len);
	restart = memmem(bytes, len, "\377\320", 2);
	CHECK(restart);
	/* the data of the first rows end early */
	fd = scratch_with(bytes, (size_t)(restart - bytes) - 6);
	CHECK(lseek(fd, 0, SEEK_END) > 0);
	CHECK(write(fd, restart, len - (size_t)(restart - bytes)) > 0);
	CHECK(jpeg_read(fd, &im, &e) == 0);
	CHECK(im.damaged && im.rows_missing > 0 && im.rows_missing <= 16);
	CHECK(!memcmp(im.px + 16 * W, whole.px + 16 * W, (H - 16) * W));
	image_release(&im);
	image_release(&whole);
	close(fd);
	free(bytes);
}

static void
a_missing_end_marker_is_no_cut(void)
{
	for (int progressive = 0; progressive < 2; progressive++) {
		struct kind k = plain;
		unsigned long len = 0;
		unsigned char *bytes;
		struct image whole, im;

		k.progressive = progressive;
		bytes = make(&k, &len);
		whole = read_whole(bytes, len);
		im = read_whole(bytes, len - 2);
		CHECK(!memcmp(im.px, whole.px, (size_t)W * H));
		image_release(&im);
		image_release(&whole);
		free(bytes);
	}
}

/* More bytes than the picture is made of were damaged, unless they are zeros, or few. */
static void
bytes_too_many_are_damage(void)
{
	static const struct {
		char bytes[8];
		size_t n;
		bool damaged;
	} cases[] = {
		{ "ab", 2, false },
		{ "abcdefgh", 8, true },
		{ "\0\0\0\0\0\0\0", 8, false },
		{ "", 0, false },
	};
	unsigned long len = 0;
	unsigned char *bytes = make(&plain, &len), *more = malloc(len + 8);
	struct image whole = read_whole(bytes, len), im;
	struct err e;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const size_t n = cases[i].n;
		int fd;

		memcpy(more, bytes, len - 2);
		memcpy(more + len - 2, cases[i].bytes, n);
		memcpy(more + len - 2 + n, "\xff\xd9", 2);
		fd = scratch_with(more, len + n);
		CHECK(jpeg_read(fd, &im, &e) == 0);
		CHECK(im.damaged == cases[i].damaged && im.rows_missing == 0);
		CHECK(!memcmp(im.px, whole.px, (size_t)W * H));
		image_release(&im);
		close(fd);
	}
	image_release(&whole);
	free(more);
	free(bytes);
}

static void
something_in_front_does_not_matter(void)
{
	unsigned long len = 0;
	unsigned char *bytes = make(&plain, &len), *all = malloc(len + 1024);
	struct image im;

	CHECK(all);
	memset(all, '\n', 1024);
	memcpy(all + 1000, bytes, len);
	im = read_whole(all, len + 1000);
	CHECK(im.width == W);
	image_release(&im);
	free(all);
	free(bytes);
}

static unsigned char *
frame_of(unsigned char *bytes, size_t len)
{
	unsigned char *sof = memmem(bytes, len, "\377\300\0\021\010", 5);

	CHECK(sof);
	return sof;
}

static void
refuses_sizes(void)
{
	static const struct {
		unsigned w, h;
		const char *code;
	} bad[] = { { 0, 32, "page.size" }, { 48, 0, "page.size" }, { 40000, 40000, "page.large" },
		{ 65535, 1, "page.large" }, { 20000, 20000, "page.large" },
		{ 9999, 9999, "page.image" } };
	unsigned long len = 0;
	unsigned char *bytes = make(&plain, &len);
	unsigned char *sof = frame_of(bytes, len);

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		put16(sof + 5, bad[i].h, true);
		put16(sof + 7, bad[i].w, true);
		refuses(bytes, len, bad[i].code);
	}
	free(bytes);
}

static int
nothing(void *arg)
{
	(void)arg;
	return 0;
}

static int
fails(void *fd)
{
	struct image im;
	struct err e;

	return jpeg_read(*(int *)fd, &im, &e) == -1 ? 0 : 1;
}

static int
works(void *fd)
{
	struct image im;
	struct err e;

	return jpeg_read(*(int *)fd, &im, &e) == 0 ? 0 : 1;
}

/* 10,000 x 9,999 in a file of a kilobyte: what is not there costs nothing. */
static void
a_large_header_takes_no_memory(void)
{
	long base = scratch_peak(nothing, NULL);
	unsigned long len = 0;
	unsigned char *bytes = make(&plain, &len);
	unsigned char *sof = frame_of(bytes, len);
	int fd;

	put16(sof + 5, 9999, true);
	put16(sof + 7, 10000, true);
	fd = scratch_with(bytes, len);
	CHECK(scratch_peak(fails, &fd) < base + 16 * 1024);
	close(fd);
	free(bytes);
}

/* 30 MB of APP1 segments, which nobody asked for. */
static void
many_segments_take_no_memory(void)
{
	static uint8_t segment[65537] = { 0xff, 0xe1, 0xff, 0xff, 'h', 't' };
	long base = scratch_peak(nothing, NULL);
	unsigned long len = 0;
	unsigned char *bytes = make(&plain, &len);
	int fd = scratch_with(bytes, 2);

	for (int i = 0; i < 460; i++)
		CHECK(write(fd, segment, sizeof(segment)) == (ssize_t)sizeof(segment));
	CHECK(write(fd, bytes + 2, len - 2) == (ssize_t)len - 2);
	CHECK(scratch_peak(works, &fd) < base + 16 * 1024);
	close(fd);
	free(bytes);
}

/*
 * A progressive file whose last scan is repeated: 98 scans are read, 200 are
 * refused.
 */
static void
scans_are_limited(void)
{
	struct kind k = { .in = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE, .scans = 2 };
	unsigned long len = 0;
	unsigned char *bytes = make(&k, &len), *scan, *p;
	struct image im;
	struct err e;
	size_t n;
	int fd;

	scan = NULL;
	for (p = bytes; (p = memmem(p, len - (size_t)(p - bytes), "\377\332", 2)); p++)
		scan = p;
	CHECK(scan);
	n = (size_t)(bytes + len - 2 - scan);
	fd = scratch_with(bytes, len - 2);
	for (int i = 2; i < 98; i++)
		CHECK(write(fd, scan, n) == (ssize_t)n);
	CHECK(jpeg_read(fd, &im, &e) == 0 && !im.damaged); /* no end marker */
	image_release(&im);
	CHECK(write(fd, "\377\331", 2) == 2);
	CHECK(jpeg_read(fd, &im, &e) == 0);
	image_release(&im);
	CHECK(lseek(fd, -2, SEEK_END) > 0);
	for (int i = 98; i < 200; i++)
		CHECK(write(fd, scan, n) == (ssize_t)n);
	CHECK(write(fd, "\377\331", 2) == 2);
	CHECK(jpeg_read(fd, &im, &e) == -1);
	CHECK_STR(e.code, "page.image");
	CHECK(strstr(e.msg, "100 scans"));
	close(fd);
	free(bytes);
}

static bool
is_damaged(const void *bytes, size_t len)
{
	int fd = scratch_with(bytes, len);
	struct image im;
	struct err e;
	bool damaged = true;

	if (jpeg_read(fd, &im, &e) == 0) {
		damaged = im.damaged;
		image_release(&im);
	}
	close(fd);
	return damaged;
}

/* One bit more of a scan, and the zero behind a byte of ones. */
struct scan {
	unsigned char *p;
	unsigned n, byte;
};

static void
put_bits(struct scan *s, const char *bits)
{
	for (; *bits; bits++) {
		s->byte = s->byte << 1 | (*bits == '1');
		if (++s->n % 8)
			continue;
		*s->p++ = (unsigned char)s->byte;
		if ((s->byte & 0xff) == 0xff)
			*s->p++ = 0;
	}
}

/*
 * A scan of blocks that are all as the first one, but that the code of one is none:
 * taken for a zero it leaves the others as they are, and nothing over.
 */
static unsigned long
spoil_one_code(unsigned char *bytes, unsigned long len)
{
	unsigned char *sos = memmem(bytes, len, "\xff\xda", 2);
	struct scan s = { .p = sos + 2 + (sos[2] << 8 | sos[3]) };

	for (int block = 0; block < W / 8 * H / 8; block++) {
		put_bits(&s, block == 9 ? "11111111111111111" : "00");
		put_bits(&s, "1010");
	}
	put_bits(&s, "1111111");
	memcpy(s.p, "\xff\xd9", 2);
	return (unsigned long)(s.p + 2 - bytes);
}

/* A decoder that has much at hand does not warn by itself. */
static void
what_follows_hides_no_damage(void)
{
	enum { TAIL = 60000 };
	struct kind k = { .in = JCS_GRAYSCALE, .stored = JCS_GRAYSCALE };
	unsigned long len = 0;
	unsigned char *bytes = make(&k, &len), *longer = calloc(1, len + TAIL);

	CHECK(!is_damaged(bytes, len));
	memcpy(longer, bytes, len);
	len = spoil_one_code(longer, len);
	CHECK(is_damaged(longer, len));
	CHECK(is_damaged(longer, len + TAIL));
	free(longer);
	free(bytes);
}

int
main(void)
{
	struct image im;
	struct err e;

	gives_what_is_there_when_cut_short_anywhere();
	colours_too();
	smaller_ones_too();
	progressive_ones_too();
	spoiled_between_restarts();
	bytes_too_many_are_damage();
	what_follows_hides_no_damage();
	something_in_front_does_not_matter();
	a_missing_end_marker_is_no_cut();
	refuses_sizes();
	refuses("not a JPEG", 10, "page.image");
	a_large_header_takes_no_memory();
	many_segments_take_no_memory();
	scans_are_limited();
	CHECK(jpeg_read(-1, &im, &e) == -1 && e.class == ERR_TRANSIENT);
	CHECK_STR(e.code, "io.read");
	return 0;
}

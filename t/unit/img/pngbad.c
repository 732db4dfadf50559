#include "unit/img/bright.h"
#include "unit/img/pngmake.h"

static void
refuses(int fd, const char *code)
{
	struct image im;
	struct err e;

	CHECK(png_read(fd, &im, &e) == -1);
	CHECK(e.class == ERR_VALIDATION);
	CHECK_STR(e.code, code);
	CHECK(!im.px && im.width == 0);
	close(fd);
}

/* A file in memory, and as it is read whole. */
static uint8_t file_of[1 << 16];
static size_t file_len;
static struct image whole;

static void
keep_file(const struct kind *k)
{
	struct err e;
	int fd = make(k, W, H);
	ssize_t n = pread(fd, file_of, sizeof(file_of), 0);

	CHECK(n > 100 && n < (ssize_t)sizeof(file_of));
	file_len = (size_t)n;
	image_release(&whole);
	CHECK(png_read(fd, &whole, &e) == 0 && !whole.damaged && whole.rows_missing == 0);
	close(fd);
}

/* The rows that are there are as in the whole, those missing are white. */
static void
gives_rows(int fd, uint32_t *missing)
{
	struct image im;
	struct err e;

	*missing = H;
	if (png_read(fd, &im, &e) < 0) {
		CHECK_STR(e.code, "page.image");
		CHECK(!im.px && im.width == 0);
		close(fd);
		return;
	}
	CHECK(im.width == W && im.height == H && im.rows_missing < H);
	CHECK(im.damaged == (im.rows_missing > 0));
	for (uint32_t i = 0; i < W * H; i++)
		CHECK(im.px[i] == (i < W * (H - im.rows_missing) ? whole.px[i] : 255));
	*missing = im.rows_missing;
	image_release(&im);
	close(fd);
}

static void
gives_what_is_there_when_cut_short_anywhere(void)
{
	struct kind k = { PNG_COLOR_TYPE_RGB, 8, 0, false };
	uint32_t missing, last = H, kinds = 0;
	struct image im;
	struct err e;

	keep_file(&k);
	for (size_t cut = 0; cut < file_len; cut++) {
		gives_rows(scratch_with(file_of, cut), &missing);
		CHECK(missing <= last);
		kinds += missing < last;
		last = missing;
	}
	/* An end that is missing is no damage; nor is a wrong sum of all data. */
	CHECK(last == 0 && kinds > H / 2);
	gives_rows(scratch_with(file_of, file_len - 12), &missing);
	CHECK(missing == 0);
	CHECK(png_read(-1, &im, &e) == -1 && e.class == ERR_TRANSIENT);
	CHECK_STR(e.code, "io.read");
}

/* Each byte in turn: what is not as in the whole file is said. */
static void
no_damage_goes_unsaid(void)
{
	struct kind k = { PNG_COLOR_TYPE_PALETTE, 8, 0, true };
	struct image im;
	struct err e;

	const uint8_t *data;

	keep_file(&k);
	data = memmem(file_of, file_len, "IDAT", 4);
	CHECK(data);
	for (size_t i = (size_t)(data - file_of) - 4; i < file_len; i++) {
		int fd;

		file_of[i] ^= 0x10;
		fd = scratch_with(file_of, file_len);
		if (png_read(fd, &im, &e) == 0) {
			CHECK(im.width == W && im.height == H);
			CHECK(im.damaged || !memcmp(im.px, whole.px, W * H));
			image_release(&im);
		}
		close(fd);
		file_of[i] ^= 0x10;
	}
}

/* As much is there, and the rest is as white, or as coarse. */
static void
colours_end_where_gray_does(void)
{
	for (int lace = 0; lace < 2; lace++) {
		struct kind k = { PNG_COLOR_TYPE_RGB, 8, lace, false };
		size_t read = 0;
		struct image im, gray;
		struct err e;

		keep_file(&k);
		for (size_t cut = 0; cut < file_len; cut++) {
			int fd = scratch_with(file_of, cut), r = png_read(fd, &gray, &e);

			CHECK(png_read_colour(fd, &im, &e) == r);
			if (r == 0) {
				is_as_bright(&im, &gray, 0);
				read++;
			}
			image_release(&im);
			image_release(&gray);
			close(fd);
		}
		CHECK(read > file_len / 4);
	}
}

/* Coarser passes stand for what is missing. */
static void
interlaced_ones_too(void)
{
	struct kind k = { PNG_COLOR_TYPE_GRAY, 8, 1, false };
	uint32_t last = H;
	struct image im;
	struct err e;

	keep_file(&k);
	for (size_t cut = 100; cut < file_len; cut++) {
		int fd = scratch_with(file_of, cut);

		if (png_read(fd, &im, &e) == 0) {
			uint32_t right = 0;

			CHECK(im.rows_missing <= last && im.damaged == (im.rows_missing > 0));
			last = im.rows_missing;
			for (uint32_t y = 0; y < H; y++)
				right += !memcmp(im.px + y * W, whole.px + y * W, W);
			CHECK(right == H - im.rows_missing);
			for (uint32_t i = 0; i < W * H; i += 2 * W)
				for (uint32_t x = 0; x < W; x += 2)
					CHECK(im.px[i + x] == whole.px[i + x]);
			image_release(&im);
		} else {
			CHECK(last == H);
		}
		close(fd);
	}
	CHECK(last == 0);
}

static size_t
put_chunk(uint8_t *to, const char *name, uint32_t len, const void *data, uint32_t have)
{
	uint32_t crc = 0xffffffff;

	png_save_uint_32(to, len);
	memcpy(to + 4, name, 4);
	memcpy(to + 8, data, have);
	for (uint32_t i = 4; i < have + 8; i++) {
		crc ^= to[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	png_save_uint_32(to + 8 + have, ~crc);
	return 12 + (size_t)have;
}

static size_t
put_header(uint8_t *to, uint32_t w, uint32_t h)
{
	static const uint8_t signature[] = { 0x89, 'P', 'N', 'G', 13, 10, 26, 10 };
	uint8_t ihdr[13] = { [8] = 1 };

	png_save_uint_32(ihdr, w);
	png_save_uint_32(ihdr + 4, h);
	memcpy(to, signature, 8);
	return 8 + put_chunk(to + 8, "IHDR", 13, ihdr, 13);
}

static void
refuses_sizes(void)
{
	uint8_t file[64];
	size_t n = put_header(file, 40000, 40000);

	refuses(scratch_with(file, n), "page.large");
	n = put_header(file, IMAGE_SIDE_MAX + 1, 1);
	refuses(scratch_with(file, n), "page.large");
	n = put_header(file, 31000, 33000);
	refuses(scratch_with(file, n), "page.large");
	n = put_header(file, 20000, 20000);
	refuses(scratch_with(file, n), "page.image");
	n = put_header(file, 0, 10);
	refuses(scratch_with(file, n), "page.size");
	n = put_header(file, 10, 0);
	refuses(scratch_with(file, n), "page.size");
	n = put_header(file, 10, 10);
	refuses(scratch_with(file, n), "page.image");
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

	return png_read(*(int *)fd, &im, &e) == -1 ? 0 : 1;
}

static int
works(void *fd)
{
	struct image im;
	struct err e;

	return png_read(*(int *)fd, &im, &e) == 0 ? 0 : 1;
}

static void
a_huge_chunk_takes_no_memory(void)
{
	static const char *const names[] = { "iTXt", "tEXt", "zTXt", "pCAL", "sCAL", "sPLT", "iCCP",
		"eXIf", "hIST", "tRNS", "pHYs", "PLTE", "quIt" };
	long base = scratch_peak(nothing, NULL);
	static const char twelve[12] = "a\0b";
	uint8_t file[128];
	struct image im;
	struct err e;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t n = put_header(file, 32, 32);
		int fd;

		n += put_chunk(file + n, names[i], 0x7fffffff, twelve, 12);
		fd = scratch_with(file, n);
		CHECK(n == 57);
		CHECK(scratch_peak(fails, &fd) < base + 16 * 1024);
		CHECK(png_read(fd, &im, &e) == -1);
		CHECK(strstr(e.msg, "too large"));
		close(fd);
	}
}

/* Some text, a wrong profile: 200 chunks that have no bearing on the pixels. */
static void
other_chunks_are_passed_over(void)
{
	struct kind k = { PNG_COLOR_TYPE_RGB, 8, 0, false };
	int from = make(&k, W, H), fd;
	static uint8_t all[65536], out[1 << 20], data[4096] = "a";
	ssize_t n = pread(from, all, sizeof(all), 0);
	size_t at = 33;

	memcpy(out, all, 33);
	for (int i = 0; i < 200; i++)
		at += put_chunk(out + at, i % 2 ? "iCCP" : "tEXt", 4096, data, sizeof(data));
	memcpy(out + at, all + 33, (size_t)n - 33);
	fd = scratch_with(out, at + (size_t)n - 33);
	CHECK(scratch_peak(works, &fd) > 0);
	close(fd);
	close(from);
}

/* The file in hand with a chunk more behind its header, or in front of its end. */
static int
with_chunk(const char *name, uint32_t len, const void *data, bool at_end)
{
	static uint8_t out[1 << 17];
	size_t at = at_end ? file_len - 12 : 33, n = at;

	memcpy(out, file_of, at);
	n += put_chunk(out + n, name, len, data, len);
	memcpy(out + n, file_of + at, file_len - at);
	return scratch_with(out, n + file_len - at);
}

static void
reads_as_whole(int fd, double dpi)
{
	struct image im;
	struct err e;

	CHECK(png_read(fd, &im, &e) == 0);
	CHECK(!im.damaged && im.rows_missing == 0 && im.dpi > dpi - 1 && im.dpi < dpi + 1);
	CHECK(im.width == W && !memcmp(im.px, whole.px, W * H));
	image_release(&im);
	close(fd);
}

/* The sum of all data is wrong, that of the chunk is right. */
static int
with_bad_adler(void)
{
	static uint8_t out[1 << 16], data[1 << 16];
	uint8_t *p = memmem(file_of, file_len, "IDAT", 4);
	uint32_t len;
	size_t n;

	CHECK(p);
	len = png_get_uint_32(p - 4);
	memcpy(data, p + 4, len);
	data[len - 1] ^= 1;
	n = (size_t)(p - 4 - file_of);
	memcpy(out, file_of, n);
	n += put_chunk(out + n, "IDAT", len, data, len);
	n += put_chunk(out + n, "IEND", 0, "", 0);
	return scratch_with(out, n);
}

static void
benign_faults_are_read(void)
{
	static const struct kind k = { PNG_COLOR_TYPE_GRAY, 8, 0, false };
	static uint8_t junk[1 << 16] = "\r\n";
	uint8_t *sum;
	int fd;

	keep_file(&k);
	reads_as_whole(with_chunk("pHYs", 4, "\0\0\1\0", false), 300);
	reads_as_whole(with_chunk("tRNS", 3, "\0\5\0", false), 300);
	reads_as_whole(with_chunk("PLTE", 6, "\1\2\3\4\5\6", false), 300);
	reads_as_whole(with_chunk("tEXt", 5, "\0\0\0\0\0", true), 300);
	reads_as_whole(with_bad_adler(), 300);
	sum = memmem(file_of, file_len, "pHYs", 4);
	CHECK(sum);
	sum[4 + 9] ^= 1;
	fd = scratch_with(file_of, file_len);
	reads_as_whole(fd, 300);
	memcpy(junk + 2, file_of, file_len);
	reads_as_whole(scratch_with(junk, file_len + 2), 300);
	refuses(with_chunk("NEWc", 0, "", false), "page.image");
}

/* By eXIf, wherever it stands; what makes no sense is no orientation. */
static void
turns_upright(void)
{
	static const struct kind k = { PNG_COLOR_TYPE_GRAY, 8, 0, false };
	uint8_t exif[] = "MM\0\52\0\0\0\10\0\1\1\22\0\3\0\0\0\1\0\3\0\0\0\0\0";
	struct image im;
	struct err e;

	keep_file(&k);
	for (int at_end = 0; at_end < 2; at_end++) {
		int fd = with_chunk("eXIf", 26, exif, at_end);

		CHECK(png_read(fd, &im, &e) == 0 && im.width == W && !im.damaged);
		for (int i = 0; i < W * H; i++)
			CHECK(im.px[i] == whole.px[W * H - 1 - i]);
		image_release(&im);
		close(fd);
	}
	exif[19] = 9;
	reads_as_whole(with_chunk("eXIf", 26, exif, false), 300);
	reads_as_whole(with_chunk("eXIf", 3, exif, false), 300);
	exif[19] = 6;
	exif[20] = 0;
	CHECK(png_read(with_chunk("eXIf", 26, exif, false), &im, &e) == 0 && im.width == H);
	image_release(&im);
}

int
main(void)
{
	gives_what_is_there_when_cut_short_anywhere();
	no_damage_goes_unsaid();
	interlaced_ones_too();
	colours_end_where_gray_does();
	refuses_sizes();
	a_huge_chunk_takes_no_memory();
	other_chunks_are_passed_over();
	benign_faults_are_read();
	turns_upright();
	image_release(&whole);
	return 0;
}

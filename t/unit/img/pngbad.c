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

static void
refuses_what_is_cut_short_anywhere(void)
{
	struct kind k = { PNG_COLOR_TYPE_RGB, 8, 0, false };
	int fd = make(&k, W, H);
	static char all[65536];
	ssize_t n = pread(fd, all, sizeof(all), 0);
	struct image im;
	struct err e;

	/* the last chunk, and the checksum of the one before, are not missed */
	CHECK(n > 200 && n < (ssize_t)sizeof(all));
	for (ssize_t cut = 0; cut < n - 30; cut++)
		refuses(scratch_with(all, (size_t)cut), "page.image");
	all[n / 2] ^= 1;
	refuses(scratch_with(all, (size_t)n), "page.image");
	close(fd);
	CHECK(png_read(-1, &im, &e) == -1 && e.class == ERR_TRANSIENT);
	CHECK_STR(e.code, "io.read");
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
	n = put_header(file, 50000, 1);
	refuses(scratch_with(file, n), "page.large");
	n = put_header(file, 20000, 20000);
	refuses(scratch_with(file, n), "page.large");
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
		/* Debian 13's libpng passes it over, to where the file ends. */
		CHECK(strstr(e.msg, "too large") || strstr(e.msg, "cut short"));
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

int
main(void)
{
	refuses_what_is_cut_short_anywhere();
	refuses_sizes();
	a_huge_chunk_takes_no_memory();
	other_chunks_are_passed_over();
	return 0;
}

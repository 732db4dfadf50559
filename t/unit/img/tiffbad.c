#include "unit/img/tiffmake.h"

static void
refuses_document(int fd, const char *code)
{
	struct err e;

	CHECK(!tiff_open(fd, &e));
	CHECK(e.class == ERR_VALIDATION);
	CHECK_STR(e.code, code);
	close(fd);
}

static void
refuses_page(int fd, const char *code)
{
	struct image im = { 0 };
	struct err e;

	CHECK(read_page(fd, 1, &im, &e) == -1);
	CHECK(e.class == ERR_VALIDATION);
	CHECK_STR(e.code, code);
	CHECK(!im.px && im.width == 0);
	close(fd);
}

/* A little-endian file, made by hand. */
struct file {
	uint8_t p[65536 * 2];
	size_t n;
};

static void
put(struct file *f, size_t bytes, uint32_t v)
{
	for (; bytes > 0; bytes--, v >>= 8)
		f->p[f->n++] = (uint8_t)v;
}

static void
put_entry(struct file *f, uint32_t tag, uint32_t type, uint32_t n, uint32_t v)
{
	put(f, 2, tag);
	put(f, 2, type);
	put(f, 4, n);
	put(f, 4, v);
}

static void
put_start(struct file *f)
{
	memcpy(f->p, "II*\0\10\0\0\0", 8);
	f->n = 8;
}

enum { DIRECTORY_BYTES = 2 + 7 * 12 + 4 };

/* A directory of one strip of 8-bit gray, and where the next one is. */
static void
put_directory(struct file *f, uint32_t w, uint32_t h, uint32_t strip[2], uint32_t next)
{
	put(f, 2, 7);
	put_entry(f, 256, 4, 1, w);
	put_entry(f, 257, 4, 1, h);
	put_entry(f, 258, 3, 1, 8);
	put_entry(f, 259, 3, 1, 1);
	put_entry(f, 262, 3, 1, 1);
	put_entry(f, 273, 4, 1, strip[0]);
	put_entry(f, 279, 4, 1, strip[1]);
	put(f, 4, next);
}

static struct file file;

static int
small(uint32_t w, uint32_t h, uint32_t at, uint32_t len)
{
	put_start(&file);
	put_directory(&file, w, h, (uint32_t[]){ at, len }, 0);
	put(&file, 4, 0x40302010);
	return scratch_with(file.p, file.n);
}

static void
refuses_sizes_and_holes(void)
{
	enum { DATA = 8 + DIRECTORY_BYTES };
	struct image im;
	struct err e;
	int fd = small(2, 2, DATA, 4);

	CHECK(read_page(fd, 1, &im, &e) == 0);
	CHECK(memcmp(im.px, "\20\40\60\100", 4) == 0);
	image_release(&im);
	close(fd);
	refuses_page(small(40000, 40000, DATA, 4), "page.large");
	refuses_page(small(40000, 1, DATA, 4), "page.large");
	refuses_page(small(20000, 20000, DATA, 4), "page.large");
	refuses_page(small(10000, 10000, DATA, 4), "page.image");
	refuses_page(small(2, 3, DATA, 4), "page.image");
	refuses_page(small(2, 2, 0, 0), "page.image");
	refuses_page(small(2, 2, DATA + 1, 4), "page.image");
	refuses_page(small(2, 2, 0xfffffff0, 4), "page.image");
	CHECK(read_page(small(0, 2, DATA, 4), 1, &im, &e) == -1);
	CHECK(read_page(small(2, 0, DATA, 4), 1, &im, &e) == -1);
}

static void
refuses_loops(void)
{
	uint32_t strip[2] = { 8, 1 };

	put_start(&file); /* itself */
	put_directory(&file, 1, 1, strip, 8);
	refuses_document(scratch_with(file.p, file.n), "document.damaged");
	put_start(&file); /* three, and back to the second */
	put_directory(&file, 1, 1, strip, 8 + DIRECTORY_BYTES);
	put_directory(&file, 1, 1, strip, 8 + 2 * DIRECTORY_BYTES);
	put_directory(&file, 1, 1, strip, 8 + DIRECTORY_BYTES);
	refuses_document(scratch_with(file.p, file.n), "document.damaged");
	put_start(&file); /* beyond the end */
	put_directory(&file, 1, 1, strip, 4096);
	refuses_document(scratch_with(file.p, file.n), "document.damaged");
}

static int
chain(uint32_t n)
{
	static struct file long_file;
	int fd = scratch();

	put_start(&long_file);
	for (uint32_t i = 1; i <= n; i++) {
		uint32_t next = 8 + i * DIRECTORY_BYTES;

		put_directory(&long_file, 1, 1, (uint32_t[]){ 8, 1 }, i < n ? next : 0);
		if (long_file.n < 65536 && i < n)
			continue;
		CHECK(write(fd, long_file.p, long_file.n) == (ssize_t)long_file.n);
		long_file.n = 0;
	}
	return fd;
}

static void
pages_are_limited(void)
{
	int fd = chain(TIFF_PAGES_MAX);
	struct err e;
	struct tiff_doc *t = tiff_open(fd, &e);
	struct image im;

	CHECK(t && tiff_pages(t) == TIFF_PAGES_MAX);
	CHECK(tiff_read(t, TIFF_PAGES_MAX, &im, &e) == 0);
	image_release(&im);
	tiff_close(t);
	close(fd);
	refuses_document(chain(TIFF_PAGES_MAX + 1), "document.pages");
}

/* What may be done to the n bytes of a strip; how many are left of them. */
typedef tmsize_t harm(uint8_t *raw, tmsize_t n);

static tmsize_t
leave(uint8_t *raw, tmsize_t n)
{
	(void)raw;
	return n;
}

static tmsize_t
cut_some(uint8_t *raw, tmsize_t n)
{
	(void)raw;
	return n * 7 / 10;
}

static tmsize_t
cut_most(uint8_t *raw, tmsize_t n)
{
	(void)raw;
	return n / 5;
}

static tmsize_t
spoil(uint8_t *raw, tmsize_t n)
{
	memset(raw + n / 3, 3, (size_t)n / 3);
	return n;
}

static tmsize_t
garble_a_line(uint8_t *raw, tmsize_t n)
{
	raw[2] = 0;
	return n;
}

/* The page in from, but that something has been done to the second strip. */
static int
harmed(const struct kind *k, int from, harm *do_harm)
{
	static uint8_t raw[65536];
	int fd = scratch();
	TIFF *in = begin(from, "r"), *out = begin(fd, "w");
	uint32_t tables = 0;
	void *p = NULL;

	put_tags(out, k);
	if (k->compression == COMPRESSION_JPEG && TIFFGetField(in, TIFFTAG_JPEGTABLES, &tables, &p))
		TIFFSetField(out, TIFFTAG_JPEGTABLES, tables, p);
	TIFFSetField(out, TIFFTAG_ROWSPERSTRIP, 16);
	for (uint32_t i = 0; i < TIFFNumberOfStrips(in); i++) {
		tmsize_t n = TIFFReadRawStrip(in, i, raw, sizeof(raw));

		CHECK(n > 10);
		if (i == 1)
			n = do_harm(raw, n);
		CHECK(TIFFWriteRawStrip(out, i, raw, n) == n);
	}
	TIFFClose(in);
	TIFFClose(out);
	return fd;
}

static void
accepts_page(int fd)
{
	struct image im;
	struct err e;

	CHECK(read_page(fd, 1, &im, &e) == 0);
	image_release(&im);
	close(fd);
}

/* The decoders of fax and JPEG would go on without the rest. */
static void
refuses_strips_that_end_early(void)
{
	static const uint16_t list[] = { COMPRESSION_CCITTFAX4, COMPRESSION_CCITTFAX3,
		COMPRESSION_CCITTRLE, COMPRESSION_LZW, COMPRESSION_PACKBITS,
		COMPRESSION_ADOBE_DEFLATE, COMPRESSION_JPEG };

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		struct kind k = i < 3 ? fax : gray8;
		int from;

		k.compression = list[i];
		from = make(&k, "w");
		accepts_page(harmed(&k, from, leave));
		refuses_page(harmed(&k, from, cut_some), "page.image");
		refuses_page(harmed(&k, from, cut_most), "page.image");
		close(from);
	}
}

static void
refuses_bad_codes_but_in_a_line_of_fax(void)
{
	struct kind k = fax;
	int from = make(&k, "w");

	refuses_page(harmed(&k, from, spoil), "page.image");
	close(from);
	k.compression = COMPRESSION_CCITTFAX3;
	from = make(&k, "w");
	accepts_page(harmed(&k, from, garble_a_line));
	close(from);
}

static void
refuses_what_is_cut_short(void)
{
	static uint8_t all[65536];
	static const uint16_t list[] = { COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_JPEG,
		COMPRESSION_CCITTFAX4 };

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		struct kind k = list[i] == COMPRESSION_CCITTFAX4 ? fax : gray8;
		struct image im;
		struct err e;
		ssize_t n;
		int fd;

		k.compression = list[i];
		fd = make(&k, "w");
		n = pread(fd, all, sizeof(all), 0);
		close(fd);
		CHECK(n > 300 && n < (ssize_t)sizeof(all));
		for (ssize_t cut = 0; cut < n; cut += 11) {
			fd = scratch_with(all, (size_t)cut);
			CHECK(read_page(fd, 1, &im, &e) == -1);
			close(fd);
		}
	}
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

	return read_page(*(int *)fd, 1, &im, &e) == -1 ? 0 : 1;
}

static void
a_large_header_takes_no_memory(void)
{
	long base = scratch_peak(nothing, NULL);
	int fd = small(10000, 10000, 8 + DIRECTORY_BYTES, 4);

	CHECK(scratch_peak(fails, &fd) < base + 16 * 1024);
	close(fd);
	fd = small(10000, 10000, 8, 0x7fffffff);
	CHECK(scratch_peak(fails, &fd) < base + 16 * 1024);
	close(fd);
}

int
main(void)
{
	struct err e;

	refuses_sizes_and_holes();
	refuses_loops();
	pages_are_limited();
	refuses_strips_that_end_early();
	refuses_bad_codes_but_in_a_line_of_fax();
	refuses_what_is_cut_short();
	refuses_document(scratch_with("not a TIFF", 10), "document.damaged");
	refuses_document(scratch_with("", 0), "document.damaged");
	a_large_header_takes_no_memory();
	CHECK(!tiff_open(-1, &e) && e.class == ERR_TRANSIENT);
	CHECK_STR(e.code, "io.read");
	return 0;
}

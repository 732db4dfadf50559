#include "unit/asan.h"
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

static void
gives_rows(int fd, uint32_t missing, const char *px)
{
	struct image im;
	struct err e;

	CHECK(read_page(fd, 1, &im, &e) == 0);
	CHECK(im.damaged && im.rows_missing == missing);
	CHECK(memcmp(im.px, px, (size_t)im.width * im.height) == 0);
	image_release(&im);
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
	refuses_page(small(IMAGE_SIDE_MAX + 1, 1, DATA, 4), "page.large");
	refuses_page(small(31000, 33000, DATA, 4), "page.large");
	refuses_page(small(20000, 20000, DATA, 4), "page.image");
	refuses_page(small(10000, 10000, DATA, 4), "page.image");
	refuses_page(small(2, 2, 0, 0), "page.image");
	gives_rows(small(2, 3, DATA, 4), 1, "\20\40\60\100\377\377");
	gives_rows(small(2, 2, DATA + 1, 4), 1, "\40\60\377\377");
	refuses_page(small(2, 2, 0xfffffff0, 4), "page.image");
	CHECK(read_page(small(0, 2, DATA, 4), 1, &im, &e) == -1);
	CHECK(read_page(small(2, 0, DATA, 4), 1, &im, &e) == -1);
}

/* n pages are read, the last of them marked; then an error if it says so. */
static void
gives_pages(long n, bool marked, bool lost)
{
	int fd = scratch_with(file.p, file.n);
	struct err e;
	struct tiff_doc *t = tiff_open(fd, &e);
	struct image im;

	CHECK(t && tiff_pages(t) == n + lost);
	for (long i = 1; i <= n; i++) {
		CHECK(tiff_read(t, i, &im, &e) == 0);
		CHECK(im.damaged == (marked && i == n) && im.rows_missing == 0);
		image_release(&im);
	}
	if (lost) {
		CHECK(tiff_read(t, n + 1, &im, &e) == -1 && e.class == ERR_VALIDATION);
		CHECK_STR(e.code, "page.image");
		CHECK(!im.px && strstr(e.msg, "what is behind page"));
		/* and the good ones again */
		CHECK(tiff_read(t, 1, &im, &e) == 0);
		image_release(&im);
	}
	tiff_close(t);
	close(fd);
}

static void
a_bad_next_directory_costs_what_is_behind(void)
{
	uint32_t strip[2] = { 8, 1 };

	put_start(&file); /* itself */
	put_directory(&file, 1, 1, strip, 8);
	gives_pages(1, true, false);
	put_start(&file); /* three, and back to the second */
	put_directory(&file, 1, 1, strip, 8 + DIRECTORY_BYTES);
	put_directory(&file, 1, 1, strip, 8 + 2 * DIRECTORY_BYTES);
	put_directory(&file, 1, 1, strip, 8 + DIRECTORY_BYTES);
	gives_pages(3, true, false);
	put_start(&file); /* beyond the end */
	put_directory(&file, 1, 1, strip, 8 + DIRECTORY_BYTES);
	put_directory(&file, 1, 1, strip, 4096);
	gives_pages(2, false, true);
	file.n -= 20; /* cut in the second */
	gives_pages(1, false, true);
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

/* As where the decoder lost its way: it does not need what is before the end. */
static tmsize_t
leave_over(uint8_t *raw, tmsize_t n)
{
	memmove(raw + n + 30, raw + n - 2, 2);
	memset(raw + n - 2, 0, 32);
	return n + 32;
}

/* The first run of the strip is longer than a row. */
static tmsize_t
run_on(uint8_t *raw, tmsize_t n)
{
	raw[0] = 0x81;
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

/* Rows that are there are as in the whole, the others white; how many those are. */
static uint32_t
missing_of(int fd, const struct image *whole)
{
	struct image im = { 0 };
	struct err e;
	uint32_t missing = 0;

	if (read_page(fd, 1, &im, &e) < 0) {
		CHECK(e.class == ERR_VALIDATION && !im.px);
		CHECK(!strstr(e.msg, "18446744073"));
		close(fd);
		return H;
	}
	for (uint32_t y = 0; y < H; y++) {
		bool blank = true;

		for (uint32_t x = 0; x < W; x++)
			blank &= im.px[y * W + x] == 255;
		missing += blank;
		CHECK(blank || !memcmp(im.px + y * W, whole->px + y * W, W));
	}
	CHECK(missing == im.rows_missing && im.damaged == (missing > 0));
	image_release(&im);
	close(fd);
	return missing;
}

static struct kind
packed(uint16_t compression)
{
	struct kind k =
	    compression <= COMPRESSION_CCITTFAX4 && compression != COMPRESSION_NONE ? fax : gray8;

	k.compression = compression;
	return k;
}

static struct image
whole_of(const struct kind *k, int *fd)
{
	struct image im;
	struct err e;

	*fd = make(k, "w");
	CHECK(read_page(*fd, 1, &im, &e) == 0 && !im.damaged && im.rows_missing == 0);
	return im;
}

/* The decoders of fax and JPEG would go on without the rest. */
static void
a_strip_that_ends_early_costs_its_last_rows(void)
{
	static const uint16_t list[] = { COMPRESSION_CCITTFAX4, COMPRESSION_CCITTFAX3,
		COMPRESSION_CCITTRLE, COMPRESSION_LZW, COMPRESSION_PACKBITS,
		COMPRESSION_ADOBE_DEFLATE, COMPRESSION_JPEG };

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		struct kind k = packed(list[i]);
		int from;
		struct image whole = whole_of(&k, &from);
		uint32_t some, most;

		accepts_page(harmed(&k, from, leave));
		some = missing_of(harmed(&k, from, cut_some), &whole);
		most = missing_of(harmed(&k, from, cut_most), &whole);
		CHECK(some > 0 && some <= most && most <= 16);
		image_release(&whole);
		close(from);
	}
}

static void
a_bad_code_costs_the_rest_of_its_strip_but_in_a_line_of_fax(void)
{
	struct kind k = fax;
	struct image im;
	struct err e;
	int from = make(&k, "w"), fd;

	fd = harmed(&k, from, spoil);
	CHECK(read_page(fd, 1, &im, &e) == 0);
	CHECK(im.damaged && im.rows_missing > 0 && im.rows_missing <= 16);
	image_release(&im);
	close(fd);
	close(from);
	k.compression = COMPRESSION_CCITTFAX3;
	from = make(&k, "w");
	fd = harmed(&k, from, garble_a_line);
	CHECK(read_page(fd, 1, &im, &e) == 0);
	CHECK(im.damaged && im.rows_missing == 0);
	image_release(&im);
	close(fd);
	close(from);
}

static void
a_page_that_is_not_as_it_was_is_damaged(void)
{
	struct kind k = packed(COMPRESSION_JPEG);
	int from = make(&k, "w"), fd = harmed(&k, from, leave_over);
	struct image im;
	struct err e;

	CHECK(read_page(fd, 1, &im, &e) == 0 && im.damaged && im.rows_missing == 0);
	image_release(&im);
	close(fd);
	close(from);
	k.compression = COMPRESSION_PACKBITS;
	from = make(&k, "w");
	fd = harmed(&k, from, run_on);
	CHECK(read_page(fd, 1, &im, &e) == 0 && im.damaged && im.rows_missing == 0);
	image_release(&im);
	close(fd);
	close(from);
	/* The tag of the third entry, which says how many bits a sample has. */
	fd = small(2, 2, 8 + DIRECTORY_BYTES, 4);
	CHECK(pwrite(fd, "\0", 2, 8 + 2 + 2 * 12) == 2);
	CHECK(read_page(fd, 1, &im, &e) == 0 && im.damaged && im.rows_missing == 0);
	image_release(&im);
	close(fd);
}

/* The same page, its directory in front of the pixels. */
static int
head_first(const struct kind *k, int from)
{
	static uint8_t raw[65536];
	TIFF *in = begin(from, "r");
	const uint32_t n = TIFFNumberOfStrips(in);
	uint32_t tables = 0, at;
	void *p = NULL;

	(void)TIFFGetField(in, TIFFTAG_JPEGTABLES, &tables, &p);
	at = 8 + 2 + 9 * 12 + 4;
	put_start(&file);
	put(&file, 2, 9);
	put_entry(&file, 256, 4, 1, W);
	put_entry(&file, 257, 4, 1, H);
	put_entry(&file, 258, 3, 1, k->bits);
	put_entry(&file, 259, 3, 1, k->compression);
	put_entry(&file, 262, 3, 1, k->photometric);
	put_entry(&file, 273, 4, n, n > 1 ? at : at + tables);
	put_entry(&file, 278, 4, 1, strip_rows);
	put_entry(&file, 279, 4, n, n > 1 ? at + 4 * n : (uint32_t)TIFFGetStrileByteCount(in, 0));
	put_entry(&file, 347, 7, tables, n > 1 ? at + 8 * n : at);
	put(&file, 4, 0);
	at += tables + (n > 1 ? 8 * n : 0);
	for (uint32_t i = 0; n > 1 && i < n; i++) {
		put(&file, 4, at);
		at += (uint32_t)TIFFGetStrileByteCount(in, i);
	}
	for (uint32_t i = 0; n > 1 && i < n; i++)
		put(&file, 4, (uint32_t)TIFFGetStrileByteCount(in, i));
	if (tables)
		memcpy(file.p + file.n, p, tables);
	file.n += tables;
	for (uint32_t i = 0; i < n; i++) {
		tmsize_t len = TIFFReadRawStrip(in, i, raw, sizeof(raw));

		CHECK(len > 0);
		memcpy(file.p + file.n, raw, (size_t)len);
		file.n += (size_t)len;
	}
	TIFFClose(in);
	return scratch_with(file.p, file.n);
}

/* Each row that the decoder can still make is there, also of a page in one strip. */
static void
gives_rows_of_what_is_cut_short(void)
{
	static const uint16_t list[] = { COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS,
		COMPRESSION_ADOBE_DEFLATE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
		COMPRESSION_JPEG };
	for (size_t i = 0; i < 2 * sizeof(list) / sizeof(*list); i++) {
		struct kind k = packed(list[i / 2]);
		uint32_t missing, last = H, steps = 0;
		struct image whole;
		int fd;

		strip_rows = i % 2 ? H : 16;
		whole = whole_of(&k, &fd);
		CHECK(missing_of(head_first(&k, fd), &whole) == 0);
		close(fd);
		for (size_t cut = 0; cut < file.n; cut += 3) {
			missing = missing_of(scratch_with(file.p, cut), &whole);
			CHECK(missing <= last);
			steps += missing < last;
			last = missing;
		}
		CHECK(last < H && steps > (k.compression == COMPRESSION_JPEG ? 1 : 4));
		image_release(&whole);
	}
	strip_rows = 16;
}

static void
numbers_of_other_kinds_are_named(void)
{
	static const struct {
		uint16_t format, bits;
		const char *said;
	} list[] = { { SAMPLEFORMAT_IEEEFP, 32, "floating-point samples of 32 bits" },
		{ SAMPLEFORMAT_IEEEFP, 16, "floating-point samples of 16 bits" },
		{ SAMPLEFORMAT_INT, 16, "signed samples of 16 bits" },
		{ SAMPLEFORMAT_UINT, 32, "samples of 32 bits" } };

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		static uint8_t row[W * 4];
		int fd = scratch();
		TIFF *t = begin(fd, "w");
		struct kind k = gray8;
		struct image im;
		struct err e;

		k.bits = list[i].bits;
		put_tags(t, &k);
		TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, list[i].format);
		for (uint32_t y = 0; y < H; y++)
			CHECK(TIFFWriteScanline(t, row, y, 0) > 0);
		TIFFClose(t);
		CHECK(read_page(fd, 1, &im, &e) == -1);
		CHECK_STR(e.code, "page.image");
		CHECK(strstr(e.msg, list[i].said));
		close(fd);
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
	a_bad_next_directory_costs_what_is_behind();
	pages_are_limited();
	a_strip_that_ends_early_costs_its_last_rows();
	a_bad_code_costs_the_rest_of_its_strip_but_in_a_line_of_fax();
	a_page_that_is_not_as_it_was_is_damaged();
	gives_rows_of_what_is_cut_short();
	numbers_of_other_kinds_are_named();
	refuses_document(scratch_with("not a TIFF", 10), "document.damaged");
	refuses_document(scratch_with("", 0), "document.damaged");
	if (!ASAN) /* which has memory of its own for what is allocated */
		a_large_header_takes_no_memory();
	CHECK(!tiff_open(-1, &e) && e.class == ERR_TRANSIENT);
	CHECK_STR(e.code, "io.read");
	return 0;
}

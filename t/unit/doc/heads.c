/*
 * What files of images say of themselves: which kind they are of, how large they
 * are, how many images there are; and that anything else is borne.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doc/heads.h"
#include "unit/check.h"

#define TEXT(s) s, sizeof(s) - 1

/* A file that holds so much, with no name any more. */
static int
file_of(const void *data, size_t n)
{
	char path[] = "/tmp/quire-heads-XXXXXX";
	int fd = mkstemp(path);

	CHECK(fd >= 0 && unlink(path) == 0);
	CHECK(write(fd, data, n) == (ssize_t)n);
	return fd;
}

static const struct {
	const char *head;
	size_t n;
	bool (*is)(const char *, size_t);
} begins[] = {
	{ TEXT("RIFF\4\0\0\0WEBPVP8 "), heads_is_webp },
	{ TEXT("RIFF\4\0\0\0WEBPVP8L"), heads_is_webp },
	{ TEXT("RIFF\4\0\0\0WEBPVP8X"), heads_is_webp },
	{ TEXT("GIF87a"), heads_is_gif },
	{ TEXT("GIF89a"), heads_is_gif },
	{ TEXT("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0"), heads_is_bmp },
	{ TEXT("BM\0\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0\1\0\1\0\1\0\x18\0\0\0\0\0"), heads_is_bmp },
	{ TEXT("\0\0\0\x0cjP  \r\n\x87\n"), heads_is_jp2 },
	{ TEXT("\xff\x4f\xff\x51"), heads_is_jp2 },
	{ TEXT("\0\0\0\x18"
	       "ftypheic\0\0\0\0mif1heic"),
	    heads_is_heic },
	{ TEXT("\0\0\0\x14"
	       "ftypmif1\0\0\0\0mif1"),
	    heads_is_heic },
	{ TEXT("\0\0\0\x18"
	       "ftypavif\0\0\0\0mif1miaf"),
	    heads_is_avif },
	{ TEXT("\0\0\0\x18"
	       "ftypmif1\0\0\0\0miafavif"),
	    heads_is_avif },
	{ TEXT("AT&TFORM\0\0\0\4DJVU"), heads_is_djvu },
	{ TEXT("AT&TFORM\0\0\0\4DJVM"), heads_is_djvu },
	/* None of them: sounds, letters, films, a BMP with two planes, shared parts. */
	{ TEXT("RIFF\4\0\0\0WAVEfmt "), NULL },
	{ TEXT("RIFF\4\0\0\0WEBPVP8?"), NULL },
	{ TEXT("GIF88a"), NULL },
	{ TEXT("BM, dear reader, is the British Museum, where"), NULL },
	{ TEXT("BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\2\0\x18\0"), NULL },
	{ TEXT("BM\0\0\0\0\0\0\0\0\x10\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0"), NULL },
	{ TEXT("\0\0\0\x18"
	       "ftypmp42\0\0\0\0mif1heic"),
	    NULL },
	{ TEXT("AT&TFORM\0\0\0\4DJVI"), NULL },
	{ TEXT(""), NULL },
};

static void
kinds_are_told_apart(void)
{
	bool (*const all[])(const char *, size_t) = { heads_is_webp, heads_is_gif, heads_is_bmp,
		heads_is_jp2, heads_is_heic, heads_is_avif, heads_is_djvu };

	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++) {
			char *head = malloc(begins[i].n + 1);

			CHECK(head);
			memcpy(head, begins[i].head, begins[i].n);
			CHECK(all[k](head, begins[i].n) == (all[k] == begins[i].is));
			/* No byte behind its end is looked at, which a sanitizer sees. */
			for (size_t n = 0; n < begins[i].n; n++) {
				char *part = malloc(n ? n : 1);

				CHECK(part);
				memcpy(part, begins[i].head, n);
				(void)all[k](part, n);
				free(part);
			}
			free(head);
		}
}

static const char animation[] = "RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x09\0\0\x13\0\0"
				"ANMF\3\0\0\0abc\0ANMF\2\0\0\0abEXIF\x20\0\0\0"
				"Exif\0\0II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0";
static const char lossy[] = "RIFF\0\0\0\0WEBPVP8 \x0a\0\0\0\0\0\0\x9d\1*\x2c\1\xc8\0";
static const char lossless[] = "RIFF\0\0\0\0WEBPVP8L\x0a\0\0\0\x2f\x2b\xc1\x31\0\0\0\0\0\0";
/* A table of two colours, an extension, an image, one with a table of its own. */
static const char gif[] = "GIF89a\xe8\3\xe8\3\x80\0\0abcdef!\xf9\4wxyz\0,\0\0\0\0\3\0\2\0\0\2\1,\0"
			  ",\0\0\0\0\1\0\1\0\x80"
			  "abcdef\2\2,,\0;";
static const char bmp[] =
    "BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x64\0\0\0\x38\xff\xff\xff\1\0\x18\0"
    "\0\0\0\0\0\0\0\0\xc2\x1e\0\0\xc3\x1e\0\0\0\0\0\0\0\0\0\0";
static const char jp2[] =
    "\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x2djp2h\0\0\0\x16ihdr\0\0\0\7\0\0\0\5\0\3";
static const char j2k[] = "\xff\x4f\xff\x51\0\x2f\0\0\0\0\1\0\0\0\2\1\0\0\0\1\0\0\0\1\0\0\0";
static const char heic[] = "\0\0\0\x18"
			   "ftypheic\0\0\0\0mif1heic"
			   "\0\0\0\x14ispe\0\0\0\0\0\0\2\0\0\0\2\0"
			   "\0\0\0\x14ispe\0\0\0\0\0\0\x0f\xc0\0\0\x0b\xd0";
static const char djvm[] = "AT&TFORM\0\0\0\0DJVMDIRM\0\0\0\x25\x81\1\2\0";
static const char djvm_elsewhere[] = "AT&TFORM\0\0\0\0DJVMDIRM\0\0\0\x25\1\0\2\0";

#define OF(text, read, ...) \
	{ \
		(text), sizeof(text) - 1, (read), __VA_ARGS__ \
	}
static const struct {
	const char *data;
	size_t n;
	void (*read)(int, struct heads *);
	struct heads want;
} files[] = {
	OF(animation, heads_webp, { 10, 20, 2, 6, { 0, 0 }, 0, false }),
	OF(lossy, heads_webp, { 300, 200, 1, 1, { 0, 0 }, 0, false }),
	OF(lossless, heads_webp, { 300, 200, 1, 1, { 0, 0 }, 0, false }),
	OF(gif, heads_gif, { 3, 2, 2, 1, { 0, 0 }, 0, false }),
	OF(bmp, heads_bmp, { 100, 200, 1, 1, { 7874, 7875 }, 0, false }),
	OF(jp2, heads_jp2, { 5, 7, 1, 1, { 0, 0 }, 0, false }),
	OF(j2k, heads_jp2, { 255, 512, 1, 1, { 0, 0 }, 0, false }),
	OF(heic, heads_heif, { 4032, 3024, 1, 1, { 0, 0 }, 0, false }),
	OF(djvm, heads_djvu, { 0, 0, 1, 1, { 0, 0 }, 258, false }),
	OF(djvm_elsewhere, heads_djvu, { 0, 0, 1, 1, { 0, 0 }, 2, true }),
};

static void
says_what_it_says(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const struct heads *want = &files[i].want;
		int fd = file_of(files[i].data, files[i].n);
		struct heads h;

		files[i].read(fd, &h);
		CHECK(h.width == want->width && h.height == want->height);
		CHECK(h.frames == want->frames && h.orientation == want->orientation);
		CHECK(h.per_metre[0] == want->per_metre[0] && h.per_metre[1] == want->per_metre[1]);
		CHECK(h.files == want->files && h.elsewhere == want->elsewhere);
		close(fd);
	}
}

/* Cut anywhere, or with any byte changed, it says less or something else, within its bounds. */
static void
bears_anything(void)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		for (size_t at = 0; at < files[i].n; at++) {
			char data[200];
			struct heads h;
			int fd;

			CHECK(files[i].n <= sizeof(data));
			memcpy(data, files[i].data, files[i].n);
			data[at] = (char)~data[at];
			fd = file_of(data, files[i].n);
			files[i].read(fd, &h);
			CHECK(h.frames >= 1 && h.orientation >= 1 && h.orientation <= 8);
			CHECK(ftruncate(fd, (off_t)at) == 0);
			files[i].read(fd, &h);
			CHECK(h.frames >= 1 && h.width >= 0 && h.height >= 0);
			close(fd);
		}
}

int
main(void)
{
	kinds_are_told_apart();
	says_what_it_says();
	bears_anything();
	return 0;
}

/* tess: languages are checked by name, and drawn letters are read. */
#include <sys/mman.h>
#include <sys/stat.h>

#include <dirent.h>
#include <stdint.h>
#include <unistd.h>

#include "base/err.h"
#include "img/image.h"
#include "ocr/tess.h"
#include "unit/check.h"
#include "unit/ocr/letters.h"

static void
draw_noise(struct image *im)
{
	uint32_t state = 2463534242, i;

	draw(im, "");
	for (i = 0; i < WIDTH * HEIGHT; i++) {
		state ^= state << 13;
		state ^= state >> 17;
		state ^= state << 5;
		im->px[i] = state & 1 ? 255 : 0;
	}
}

static void
check_refused(const char *lang, const char *why)
{
	struct err e;

	CHECK(!tess_new(lang, &e));
	CHECK_STR(e.code, "ocr.lang");
	CHECK(e.class == ERR_FATAL);
	if (!strstr(e.msg, why)) {
		fprintf(stderr, "%s: <%s>\n", lang, e.msg);
		exit(1);
	}
}

static void
check_languages(void)
{
	check_refused("qqq", "package tesseract-ocr-qqq ");
	check_refused("qqq+eng", "package tesseract-ocr-qqq ");
	check_refused("eng+qqq_sim", "package tesseract-ocr-qqq-sim ");
	check_refused("script/Qqq", "script/Qqq.traineddata is not there");
	check_refused("../eng", "\"../eng\" is not the name");
	check_refused("eng+../x", "\"../x\" is not the name");
	check_refused("/eng", "\"/eng\" is not the name");
	check_refused("eng+", "\"\" is not the name");
	check_refused("", "\"\" is not the name");
	check_refused("~eng", "\"~eng\" is not the name");
}

static int
threads(void)
{
	DIR *d = opendir("/proc/self/task");
	struct dirent *ent;
	int n = 0;

	CHECK(d);
	while ((ent = readdir(d)))
		n += ent->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
check_read(struct tess *t, const struct image *im, const char *want)
{
	struct tess_page page;
	struct err e;

	CHECK(tess_read(t, im, 150, &page, &e) == 0);
	CHECK_STR(page.text, want);
	if (*want)
		CHECK(page.confidence > 0.5 && page.confidence <= 1);
	else
		CHECK(page.confidence == 0);
	tess_page_release(&page);
}

/* What was read before changes nothing. */
static void
check_pages(struct tess *t)
{
	struct image text, blank, noise;
	struct tess_page page;
	struct err e;

	draw(&text, "THE FILE TELL");
	draw(&blank, "");
	draw_noise(&noise);
	check_read(t, &text, "THE FILE TELL\n");
	check_read(t, &blank, "");
	CHECK(tess_read(t, &noise, 0, &page, &e) == 0);
	CHECK(page.confidence >= 0 && page.confidence <= 1);
	tess_page_release(&page);
	check_read(t, &text, "THE FILE TELL\n");
	image_release(&text);
	image_release(&blank);
	image_release(&noise);
}

static void
check_too_wide(struct tess *t)
{
	struct image im = { .width = IMAGE_SIDE_MAX + 1, .height = 1 };
	struct tess_page page;
	struct err e;

	CHECK(tess_read(t, &im, 0, &page, &e) == -1);
	CHECK_STR(e.code, "ocr.failed");
	CHECK(e.class == ERR_PERMANENT && !page.text);
}

int
main(void)
{
	int fd = memfd_create("stderr", 0), kept = dup(STDERR_FILENO);
	struct tess *t;
	struct stat st;
	struct err e;

	check_languages();
	t = tess_new("eng", &e);
	CHECK(t && fd >= 0 && kept >= 0);
	check_pages(t);
	CHECK(threads() == 1);
	/* Once more, to see that none of it is a line on stderr. */
	dup2(fd, STDERR_FILENO);
	check_pages(t);
	dup2(kept, STDERR_FILENO);
	CHECK(fstat(fd, &st) == 0 && st.st_size == 0);
	check_too_wide(t);
	tess_free(t);
	return 0;
}

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/mem.h"
#include "img/image.h"
#include "pdf/pdf.h"
#include "pdf/pgm.h"
#include "pdf/sketch.h"
#include "pdf/workfile.h"

enum { HEAD = 64 };

static bool
sketch_read_all(int fd, void *to, size_t n)
{
	char *p = to;
	ssize_t got;

	for (; n > 0; p += got, n -= (size_t)got) {
		got = read(fd, p, n);
		if (got <= 0)
			return false;
	}
	return true;
}

static int
sketch_read(int fd, const struct pdf_page *p, long dpi, struct image *im)
{
	struct pdf_pgm g = { 0 };
	struct err e;
	char head[HEAD];
	const ssize_t n = read(fd, head, sizeof(head));
	ssize_t i = 0;
	int got = 0;

	while (got == 0 && i < n)
		got = pdf_pgm_byte(&g, head[i++]);
	if (got <= 0 || !pdf_are_pixels(p, dpi, g.width, g.height) || lseek(fd, i, SEEK_SET) < 0 ||
	    image_init(im, g.width, g.height, &e) < 0)
		return -1;
	if (sketch_read_all(fd, im->px, (size_t)g.width * g.height))
		return 0;
	image_release(im);
	return -1;
}

int
pdf_sketch_take(const struct pdf *pdf, long no, const struct pdf_page *p, long dpi,
    struct image *im)
{
	char *path = mem_printf("%s/" PDF_SKETCH "%ld", pdf->work, no);
	const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int r = -1;

	memset(im, 0, sizeof(*im));
	if (fd >= 0) {
		r = sketch_read(fd, p, dpi, im);
		close(fd);
	}
	im->dpi = (double)dpi;
	(void)unlink(path);
	free(path);
	return r;
}

void
pdf_sketches_forget(const char *work)
{
	DIR *d = opendir(work);
	const struct dirent *entry;

	if (!d)
		return;
	while ((entry = readdir(d)))
		if (strncmp(entry->d_name, PDF_SKETCH, strlen(PDF_SKETCH)) == 0)
			(void)unlinkat(dirfd(d), entry->d_name, 0);
	closedir(d);
}

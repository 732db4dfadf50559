/*
 * picture.h - a file in memory, and what holds of a picture that came out of it.
 */
#ifndef PICTURE_H
#define PICTURE_H

#include <sys/mman.h>

#include <unistd.h>

#include "base/err.h"
#include "fuzz/fuzz.h"
#include "img/image.h"

static inline int
picture_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("picture", MFD_CLOEXEC);

	HOLDS(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	return fd;
}

/* r is what the reader said; every pixel is looked at, and the image released. */
static inline void
picture_check(int r, struct image *img, const struct err *e)
{
	unsigned long sum = 0;
	size_t n = image_bytes(img);

	if (r < 0) {
		HOLDS(!img->px && img->width == 0 && img->height == 0);
		HOLDS(e->class == ERR_VALIDATION || e->class == ERR_TRANSIENT);
		HOLDS(e->code && *e->msg);
		return;
	}
	HOLDS(r == 0 && img->px && n > 0 && n <= IMAGE_AREA_MAX);
	HOLDS(img->width <= IMAGE_SIDE_MAX && img->height <= IMAGE_SIDE_MAX);
	HOLDS(img->damaged || img->rows_missing == 0);
	HOLDS(img->dpi == 0 || (img->dpi >= 50 && img->dpi <= 2400));
	for (size_t i = 0; i < n; i++)
		sum += img->px[i];
	HOLDS(sum <= 255 * n);
	image_release(img);
}

#endif

/* png: any file is a picture within its limits, or an error. */
#include "fuzz/picture.h"
#include "img/png.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = picture_file(data, size);
	struct image img;
	struct err e;
	int r = png_read(fd, &img, &e);

	picture_check(r, &img, &e);
	r = png_read_colour(fd, &img, &e);
	picture_check(r, &img, &e);
	close(fd);
	return 0;
}

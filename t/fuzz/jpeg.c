/* jpeg: any file is a picture within its limits, or an error. */
#include "fuzz/picture.h"
#include "img/jpeg.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct jpeg_wish coloured = { IMAGE_COLOUR_MAX, IMAGE_SIDE_MAX, 0, true,
		false };
	int fd = picture_file(data, size);
	struct image img;
	struct err e;
	int r = jpeg_read(fd, &img, &e);

	picture_check(r, &img, &e);
	r = jpeg_read_within(fd, &coloured, &img, &e);
	picture_check(r, &img, &e);
	close(fd);
	return 0;
}

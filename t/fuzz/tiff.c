/* tiff: any file is pages within their limits, or an error. */
#include "fuzz/picture.h"
#include "img/tiff.h"

enum { PAGES = 4 }; /* looked at; the others are the same to it */

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = picture_file(data, size);
	struct err e;
	struct tiff_doc *doc = tiff_open(fd, &e);
	struct image img;
	long n;

	if (doc) {
		n = tiff_pages(doc);
		HOLDS(n >= 1 && n <= TIFF_PAGES_MAX);
		for (long i = 1; i <= n && i <= PAGES; i++) {
			int r = tiff_read(doc, i, &img, &e);

			picture_check(r, &img, &e);
			r = tiff_read_colour(doc, i, &img, &e);
			picture_check(r, &img, &e);
		}
	} else {
		HOLDS(e.class == ERR_VALIDATION || e.class == ERR_TRANSIENT);
	}
	tiff_close(doc);
	close(fd);
	return 0;
}

/*
 * img/jpeg.h - JPEG (ISO/IEC 10918-1) in, by libjpeg-turbo: baseline,
 * progressive (at most 100 scans), arithmetic; gray, YCbCr, RGB, CMYK, YCCK.
 *
 * The decoder is given at most 400 MiB besides the image.
 */
#ifndef IMG_JPEG_H
#define IMG_JPEG_H

#include <stdbool.h>

struct err;
struct image;

/*
 * The image in the file open at fd, gray, read from its start (the offset of fd is
 * neither used nor moved), upright by its EXIF orientation (CIPA DC-008, tag
 * 0x0112); dpi from JFIF, else EXIF.  Up to 1,024 bytes of something else may be
 * in front.  Where it is cut short or corrupt it is damaged, and what is there
 * is given; blocks that are not are white, and their rows counted as missing;
 * so are those of which a progressive file that ends early holds but a blur.
 * A missing end marker alone is no damage.
 * Fails with validation page.image (nothing of it is there), page.size,
 * page.large, or transient io.read, mem.limit; then the image is zeroed.
 */
int jpeg_read(int fd, struct image *, struct err *);
/* What is wanted of an image. */
struct jpeg_wish {
	double area; /* pixels at most, */
	long side;   /* and of a side */
	double dpi;  /* but no fewer than these, where it says that it is a scan; 0: any */
	bool colour; /* else it is gray */
	bool finer;  /* a step finer than fits, to be made smaller as exactly as is wished */
};
/*
 * The same, decoded smaller where it has more pixels than are wished for: the
 * largest of 4, 3, 2 and 1 eighths that has not (a side is rounded up), else the
 * last; its dpi are less by as much.  Of what is long, or wide as that, and of a
 * scan (150 dpi or more) that would be coarser than is wished for, all is decoded
 * that image_init bears.  Limits of the size hold for what it is made.
 */
int jpeg_read_within(int fd, const struct jpeg_wish *, struct image *, struct err *);

#endif

/*
 * img/jpeg.h - JPEG (ISO/IEC 10918-1) in, by libjpeg-turbo: baseline,
 * progressive (at most 100 scans), arithmetic; gray, YCbCr, RGB, CMYK, YCCK.
 *
 * The decoder is given at most 400 MiB besides the image.
 */
#ifndef IMG_JPEG_H
#define IMG_JPEG_H

struct err;
struct image;

/*
 * The image in the file open at fd, read from its start (the offset of fd is
 * neither used nor moved), upright by its EXIF orientation (CIPA DC-008, tag
 * 0x0112); dpi from JFIF, else EXIF.  A picture that is cut short, or whose
 * data is corrupt, is an error, not a picture that is gray below; a missing
 * end marker alone is not, where the picture is one Huffman-coded scan.  Fails
 * with validation page.image, page.size,
 * page.large, or transient io.read, mem.limit; then the image is zeroed.
 */
int jpeg_read(int fd, struct image *, struct err *);

#endif

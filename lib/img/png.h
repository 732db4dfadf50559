/*
 * img/png.h - PNG (ISO/IEC 15948) in and out, by libpng.
 *
 * Reading is for untrusted files, in a jailed child: libpng is given what
 * img/chunks.h leaves, where chunks are no longer than they may be and those
 * that say nothing about the pixels are not; all of it, a file of 57 bytes
 * costs libpng 1.6.39 a gigabyte.  A row at a time is decoded, interlaced or not.
 * (libpng owns the name png.h.)
 */
#ifndef IMG_PNG_H
#define IMG_PNG_H

struct err;
struct image;

/*
 * The image in the file open at fd, read from its start (the offset of fd is
 * neither used nor moved), upright by eXIf.  dpi is from pHYs; gamma is ignored.
 * Where the pixels end early or are damaged, the rows before that are there,
 * the others are counted as missing, and are white (of an interlaced image,
 * what its coarser passes say).
 * Fails with validation page.image (no row is there), page.size,
 * page.large, or transient io.read, mem.limit; then the image is zeroed.
 */
int png_read(int fd, struct image *, struct err *);
/*
 * The same in colour where the file is; but what is interlaced, and too large for
 * that, is gray.
 */
int png_read_colour(int fd, struct image *, struct err *);
/*
 * A PNG of 8 bits, gray or RGB as the image is, with pHYs where dpi is known:
 * filter none, zlib level 1, which costs 20 ms a gray page where level 9 costs 713; a
 * photo as it is.  The caller names, checks and renames the file.  Fails with
 * io.write by err_class_of.
 */
int png_write(int fd, const struct image *, struct err *);

#endif

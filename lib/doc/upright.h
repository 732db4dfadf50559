/*
 * doc/upright.h - what a file that a program has written says of which way up its
 * image is, changed where it lies.
 *
 * -1 with io.read or io.write.  A file that is not as those programs write it is
 * left as it is: who opens it says what is wrong.
 */
#ifndef DOC_UPRIGHT_H
#define DOC_UPRIGHT_H

struct err;

/* Put the EXIF block of a PNG out of use: its pixels are upright already. */
int upright_png(int fd, struct err *);
/* Set the orientation of a TIFF of dwebp's, and have it say no resolution, as none is known. */
int upright_tiff(int fd, int orientation, struct err *);

#endif

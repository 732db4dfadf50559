/*
 * doc/taken.h - the image of a page, taken over from the child that made it.
 *
 * The child may be in an attacker's hands.  It writes into a directory of its
 * own; what is taken is a copy, which it cannot change any more, and only of a
 * file that has the form that img/png.h writes: 8 bits, gray or RGB, not interlaced,
 * of the chunks IHDR, pHYs, IDAT and IEND, no larger than images may be.  What
 * is said of it (size, resolution, digest) is read off the copy here, by
 * comparing a few bytes: nothing is decoded.
 */
#ifndef DOC_TAKEN_H
#define DOC_TAKEN_H

#include "base/digest.h"

struct err;

struct taken {
	long width, height;          /* pixels */
	long dpi;                    /* 0: not known */
	char pixels[DIGEST_HEX + 1]; /* of size and pixels, as png_write packs them */
};

/*
 * Take the file name from the directory from to the directory work (both are
 * documents' directories: work/dir.h), where it appears by rename; from has it
 * no more.  Fails with transient page.crashed where it is no such file,
 * disk.full or io.write by err_class_of, and as work_open does.
 */
int taken_image(struct taken *, const char *from, const char *work, const char *name, struct err *);

#endif

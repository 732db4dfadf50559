/*
 * img/exif.h - the few facts of an EXIF block (CIPA DC-008) that a page needs.
 */
#ifndef IMG_EXIF_H
#define IMG_EXIF_H

#include <stddef.h>
#include <stdint.h>

struct exif {
	int orientation; /* 1..8; 1 where it is not said */
	double dpi;      /* as claimed; 0 where it is not said */
};

/*
 * Look through the first directory of the block p[0..n), which begins with
 * its byte order ("II" or "MM"), and nowhere else.  Any bytes will do: what
 * cannot be made out counts as not said.
 */
void exif_read(struct exif *, const uint8_t *p, size_t n);

#endif

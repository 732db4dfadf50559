/*
 * img/tiffaid.h - what libtiff does not tell, or not so that a person can read it.
 */
#ifndef IMG_TIFFAID_H
#define IMG_TIFFAID_H

#include <stdint.h>

/*
 * Where the directory is that follows the one at that offset of the file, a
 * TIFF or BigTIFF: its own word for it, true or not; 0: none, or not readable.
 */
uint64_t tiffaid_next(int fd, uint64_t at);
/* Sizes in a message that are less than nothing, as 18446744073709550836, are "no". */
void tiffaid_humanise(char *message);

#endif

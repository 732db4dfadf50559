/*
 * img/tiffaid.h - what libtiff does not tell, or not so that a person can read it.
 */
#ifndef IMG_TIFFAID_H
#define IMG_TIFFAID_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Where the directory is that follows the one at that offset of the file, a
 * TIFF or BigTIFF: its own word for it, true or not; 0: none, or not readable.
 */
uint64_t tiffaid_next(int fd, uint64_t at);
/* Sizes in a message that are less than nothing, as 18446744073709550836, are "no". */
void tiffaid_humanise(char *message);
bool tiffaid_is_among(uint64_t at, const uint64_t *list, long n);
/* The greatest number up to n that does, where those below one that does do too; 0: none. */
uint32_t tiffaid_most(uint32_t n, bool (*does)(void *arg, uint32_t n), void *arg);
/* What a warning of libtiff's means for the rows of the page. */
enum tiffaid_loss {
	TIFFAID_NOTHING,
	TIFFAID_ENDS,    /* some are not there */
	TIFFAID_GARBLED, /* or not as they were */
	TIFFAID_ODD      /* its directory has an entry that none may have, so others may be gone */
};
enum tiffaid_loss tiffaid_weigh(const char *warning);

#endif

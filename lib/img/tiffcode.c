#include <stddef.h>

#include <tiff.h>

#include "base/err.h"
#include "img/tiffcode.h"

bool
tiffcode_gives_rows(uint16_t compression)
{
	static const uint16_t list[] = { COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS,
		COMPRESSION_CCITTRLE, COMPRESSION_CCITTFAX3, COMPRESSION_CCITTFAX4,
		COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE, COMPRESSION_JPEG };

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
		if (list[i] == compression)
			return true;
	return false;
}

bool
tiffcode_is_fax(uint16_t compression)
{
	return compression == COMPRESSION_CCITTFAX3 || compression == COMPRESSION_CCITTRLE;
}

bool
tiffcode_is_bilevel(uint16_t compression)
{
	return tiffcode_is_fax(compression) || compression == COMPRESSION_CCITTFAX4;
}

bool
tiffcode_has_colour(uint16_t photometric)
{
	return photometric != PHOTOMETRIC_MINISWHITE && photometric != PHOTOMETRIC_MINISBLACK;
}

int
tiffcode_check(uint16_t format, uint16_t bits, struct err *e)
{
	static const char *const of[] = { "unusual ", "", "signed ", "floating-point " };

	if ((format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID) && bits <= 16)
		return 0;
	return err_set(e, ERR_VALIDATION, CODE_PAGE_IMAGE,
	    "TIFF: %ssamples of %d bits are not read", of[format <= 3 ? format : 0], bits);
}

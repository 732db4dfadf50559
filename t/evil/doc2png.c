/*
 * doc2png with a libtiff, libjpeg and libpng that documents have taken over: what
 * stands here is found before the libraries' own.
 */
#include <stdio.h>

#include <jpeglib.h>
#include <png.h>
#include <tiffio.h>

#include "evil/evil.h"

static void
attack(void)
{
	const char *name = program_invocation_short_name;

	if (!strcmp(name, "memory"))
		ended(found_in_memory());
	ended(true);
}

TIFFOpenOptions *
TIFFOpenOptionsAlloc(void)
{
	attack();
	return NULL;
}

void
jpeg_CreateDecompress(j_decompress_ptr cinfo, int version, size_t size)
{
	(void)cinfo;
	(void)version;
	(void)size;
	attack();
}

png_structp
png_create_read_struct(png_const_charp version, png_voidp arg, png_error_ptr error,
    png_error_ptr warn)
{
	(void)version;
	(void)arg;
	(void)error;
	(void)warn;
	attack();
	return NULL;
}

png_structp
png_create_write_struct(png_const_charp version, png_voidp arg, png_error_ptr error,
    png_error_ptr warn)
{
	(void)version;
	(void)arg;
	(void)error;
	(void)warn;
	attack();
	return NULL;
}

/*
 * ocrpage with a Tesseract that pages have taken over: the functions of the
 * library are as they are but for one.
 */
#include <dlfcn.h>

static void *evil_symbol(void *, const char *);
#define dlsym evil_symbol
#include "ocr/tess.c" // NOLINT(bugprone-suspicious-include)
#undef dlsym

#include "evil/evil.h"

static char *
take_over(TessBaseAPI *api)
{
	(void)api;
	ended(strcmp(program_invocation_short_name, "memory") != 0 || found_in_memory());
}

static void *
evil_symbol(void *lib, const char *name)
{
	char *(*evil)(TessBaseAPI *) = take_over;
	void *call;

	if (strcmp(name, "TessBaseAPIGetUTF8Text") != 0)
		return dlsym(lib, name);
	memcpy(&call, &evil, sizeof(call));
	return call;
}

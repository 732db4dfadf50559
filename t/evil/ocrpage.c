/*
 * ocrpage with a Tesseract that pages have taken over: the functions of the
 * library are as they are but for one.
 */
#include "base/dl.h"

static int evil_load(const struct dl *, void *, struct err *);
#define dl_load evil_load
#include "ocr/tess.c" // NOLINT(bugprone-suspicious-include)
#undef dl_load

#include "evil/evil.h"

static char *
take_over(TessBaseAPI *api)
{
	(void)api;
	ended(strcmp(program_invocation_short_name, "memory") != 0 || found_in_memory());
}

static int
evil_load(const struct dl *dl, void *calls, struct err *e)
{
	const int r = dl_load(dl, calls, e);

	((struct tess *)calls)->TessBaseAPIGetUTF8Text = take_over;
	return r;
}

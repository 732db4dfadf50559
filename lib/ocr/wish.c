#include <stddef.h>
#include <string.h>

#include "ocr/wish.h"

/*
 * It refuses longer sides than 32,767, and gains nothing from larger pages; of
 * long ones it is given bands (ocr/tiles.h), of large ones pieces (ocr/sheet.h).
 */
const struct ocr_wish wish_tesseract = { .area = 50e6, .side = 32767, .bands = true, .dpi = 200 };

static const struct {
	const char *engine;
	const struct ocr_wish *wish;
} wishes[] = {
	{ "tesseract", &wish_tesseract },
	{ "mock", &wish_tesseract },
};

const struct ocr_wish *
ocr_wish(const char *engine)
{
	for (size_t i = 0; i < sizeof(wishes) / sizeof(*wishes); i++)
		if (strcmp(wishes[i].engine, engine) == 0)
			return wishes[i].wish;
	return NULL;
}

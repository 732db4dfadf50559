#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "model/profile.h"
#include "ocr/converter.h"
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

/* A program of the operator's: as much, but none is known to read it in pieces. */
static const struct ocr_wish wish_program = { .area = 50e6, .side = 32767, .dpi = 200 };

static const struct ocr_wish *
wish_named(const char *engine)
{
	if (strncmp(engine, OCR_EXEC, sizeof(OCR_EXEC) - 1) == 0)
		return &wish_program;
	for (size_t i = 0; i < sizeof(wishes) / sizeof(*wishes); i++)
		if (strcmp(wishes[i].engine, engine) == 0)
			return wishes[i].wish;
	return NULL;
}

static int
wish_of(const char *engine, struct ocr_wish *wish, struct err *e)
{
	const struct ocr_wish *known = wish_named(engine);
	struct profile p;

	if (known) {
		*wish = *known;
		return 0;
	}
	if (profile_load(&p, converter_is(engine) ? OCR_CONVERTER : engine, NULL, 0, e) < 0)
		return -1;
	*wish = (struct ocr_wish){ .area = p.area,
		.side = p.side,
		.dpi = p.dpi,
		.colour = p.colour,
		.whole = p.converts,
		.fields = jv_is_valid(p.schema) };
	profile_release(&p);
	return 0;
}

int
ocr_wish(const char *engines, struct ocr_wish *wish, struct err *e)
{
	struct ocr_wish one;
	bool texts = false;

	for (*wish = (struct ocr_wish){ .bands = true };; engines++) {
		const size_t len = strcspn(engines, ",");
		char *name = mem_printf("%.*s", (int)len, engines);
		const int r = wish_of(name, &one, e);

		free(name);
		if (r < 0)
			return -1;
		wish->area = one.area > wish->area ? one.area : wish->area;
		wish->side = one.side > wish->side ? one.side : wish->side;
		wish->dpi = one.dpi > wish->dpi ? one.dpi : wish->dpi;
		wish->colour |= one.colour;
		wish->whole |= one.whole;
		wish->bands &= one.bands;
		wish->fields |= one.fields;
		texts |= !one.fields;
		engines += len;
		if (!*engines && wish->fields && texts)
			return err_set(e, ERR_FATAL, CODE_OCR_PROFILE,
			    "one profile is asked for fields and another for text: name one kind");
		if (!*engines)
			return 0;
	}
}

#include <stddef.h>
#include <string.h>

#include "ocr/engine.h"
#include "ocr/local.h"
#include "ocr/mock.h"

static const struct engine *const engines[] = { &engine_tesseract, &engine_mock };

const char *const engine_names[] = { "tesseract", "mock", NULL };

const struct engine *
engine_find(const char *name)
{
	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++)
		if (strcmp(engines[i]->name, name) == 0)
			return engines[i];
	return NULL;
}

void
engine_child(int argc, char *argv[])
{
	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++)
		if (engines[i]->child)
			engines[i]->child(argc, argv);
}

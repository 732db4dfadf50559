#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "model/profile.h"
#include "ocr/chat.h"
#include "ocr/converter.h"
#include "ocr/engine.h"
#include "ocr/local.h"
#include "ocr/mock.h"
#include "ocr/outside.h"

static const struct engine *const engines[] = { &engine_tesseract, &engine_mock, &engine_chat,
	&engine_outside };

const struct engine *
engine_find(const char *name)
{
	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++)
		if (engines[i]->name && strcmp(engines[i]->name, name) == 0)
			return engines[i];
	if (outside_is(name))
		return &engine_outside;
	return converter_is(name) || profile_is(name) ? &engine_chat : NULL;
}

void
engine_child(int argc, char *argv[])
{
	for (size_t i = 0; i < sizeof(engines) / sizeof(*engines); i++)
		if (engines[i]->child)
			engines[i]->child(argc, argv);
}

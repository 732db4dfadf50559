#include <stddef.h>
#include <string.h>

#include "base/code.h"

#define CODE_DEFINE(id, word, rule, meaning) const char CODE_##id[] = word;
CODE_ROWS(CODE_DEFINE)

#define CODE_ITEM(id, word, rule, meaning) { CODE_##id, CODE_##rule, meaning },
const struct code code_rows[] = { CODE_ROWS(CODE_ITEM){ NULL, CODE_VALIDATION, NULL } };

const struct code *
code_find(const char *word)
{
	const struct code *c;

	for (c = code_rows; c->word; c++)
		if (!strcmp(c->word, word))
			return c;
	return NULL;
}

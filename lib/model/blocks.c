#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "model/blocks.h"
#include "model/scrub.h"

static const struct blocks_label {
	const char *name, *before, *behind;
} blocks_labels[] = {
	{ "title", "# ", "" },
	{ "sub_title", "## ", "" },
	{ "section-header", "## ", "" },
	{ "formula", "$$\n", "\n$$" },
};

/* What is put around it, or NULL: nothing, or it has it already. */
static const struct blocks_label *
put_around(const char *name, const char *s)
{
	for (size_t i = 0; i < sizeof(blocks_labels) / sizeof(*blocks_labels); i++) {
		const struct blocks_label *l = &blocks_labels[i];

		if (strcasecmp(l->name, name) == 0)
			return *s == *l->before || (*l->behind && *s == '\\') ? NULL : l;
	}
	return NULL;
}

int
blocks_add(struct buf *out, const char *label, const char *s, const char *end)
{
	const struct blocks_label *l;
	int r = 0;

	scrub_trim(&s, &end);
	if (s == end)
		return 0;
	l = put_around(label, s);
	if (l)
		r = buf_adds(out, l->before);
	if (r == 0)
		r = buf_add(out, s, (size_t)(end - s));
	if (r == 0 && l)
		r = buf_adds(out, l->behind);
	return r < 0 ? -1 : buf_adds(out, "\n\n");
}

#include <string.h>

#include "base/buf.h"
#include "md/mark.h"

bool
mark_is_page(const char *s, const char *end)
{
	if (end - s < 4 || memcmp(s, "<!--", 4) != 0)
		return false;
	s += 4;
	while (s < end && (*s == ' ' || *s == '\t'))
		s++;
	return end - s >= 4 && strncasecmp(s, "page", 4) == 0;
}

int
mark_break(struct buf *out, const char *s, size_t n)
{
	const char *end = s + n, *p;
	int r = 0;

	for (p = s; r == 0 && (p = memchr(p, '<', (size_t)(end - p))) != NULL; p++) {
		if (!mark_is_page(p, end))
			continue;
		r = buf_add(out, s, (size_t)(p - s));
		if (r == 0)
			r = buf_adds(out, "<! ");
		s = p + 2;
	}
	return r < 0 ? -1 : buf_add(out, s, (size_t)(end - s));
}

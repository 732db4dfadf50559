#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "pdf/take.h"
#include "pdf/visible.h"

/* Characters that are neither space nor part of a tag. */
static long
count_visible(const char *s)
{
	long n = 0;
	bool tag = false;
	size_t left = strlen(s), len;

	for (; left > 0; s += len, left -= len) {
		len = utf8_len(s, left);
		len = len ? len : 1;
		if (*s == '<')
			tag = true;
		else if (*s == '>')
			tag = false;
		else if (!tag && !strchr(" \t\r", *s))
			n++;
	}
	return n;
}

void
pdf_visible_line(struct pdf_visible_reader *r, const char *line)
{
	/* Links to other pages come as words in front of it. */
	const char *p = strstr(line, "<page number=\"");

	if (p && pdf_take(&p, "<page number=\"")) {
		if (!pdf_take_long(&p, &r->page))
			r->page = 0;
		return;
	}
	if (r->page >= r->first && r->page <= r->last && !strncmp(line, "<text", 5))
		r->chars[r->page - r->first] += count_visible(line);
}

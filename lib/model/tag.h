/*
 * model/tag.h - an HTML tag as models write them, one at a time.
 */
#ifndef MODEL_TAG_H
#define MODEL_TAG_H

#include <stdbool.h>
#include <stddef.h>

/* Of one, in bytes: what is longer is none. */
enum { TAG_MAX = 256, TAG_NAME_MAX = 16 };
/* Columns or rows that a cell may span. */
enum { TAG_SPAN_MAX = 100 };

struct tag {
	char name[TAG_NAME_MAX]; /* in small letters */
	bool closes;
	int colspan, rowspan; /* 1 where it says none, or none that can be */
	const char *end;      /* behind its ">" */
};

/* Whether a tag starts at the "<" at s; comments, and addresses in brackets, are none. */
bool tag_read(struct tag *, const char *s, const char *end);
bool tag_is(const struct tag *, const char *name);
/*
 * The end of a "<sub>" or "<sup>" that starts at s and holds plain text only, up to 64
 * bytes of it; else NULL.
 */
const char *tag_script_end(const char *s, const char *end);

#endif

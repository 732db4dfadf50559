#include <ctype.h>
#include <stdlib.h>

#include "base/mem.h"
#include "model/boxes.h"

/* Larger numbers than any image has. */
enum { NUMBER_MAX = 1000000 };

void
boxes_release(struct boxes *b)
{
	free(b->v);
	b->v = NULL;
	b->n = 0;
}

static long
box_within(long v, long max)
{
	return v < 0 ? 0 : v > max ? max : v;
}

static void
box_label(char label[BOXES_LABEL_MAX], const char *s, size_t len)
{
	size_t n = 0;

	for (; len > 0 && n + 1 < BOXES_LABEL_MAX; s++, len--)
		if (isalnum((unsigned char)*s) || *s == '_' || *s == '-')
			label[n++] = (char)tolower((unsigned char)*s);
	label[n] = '\0';
}

void
boxes_add(struct boxes *b, const char *label, size_t len, const long corner[4])
{
	const long x = box_within(corner[0], b->width), y = box_within(corner[1], b->height);
	const long w = box_within(corner[2], b->width), h = box_within(corner[3], b->height);
	struct box *box;

	if (x == w || y == h)
		return;
	if (b->n == BOXES_MAX) {
		b->cut = true;
		return;
	}
	if ((b->n & (b->n - 1)) == 0)
		b->v = mem_resize(b->v, b->n ? 2 * b->n : 1, sizeof(*b->v));
	box = &b->v[b->n++];
	*box = (struct box){ .x0 = x < w ? x : w,
		.y0 = y < h ? y : h,
		.x1 = x < w ? w : x,
		.y1 = y < h ? h : y };
	box_label(box->label, label, len);
}

/* Of the image: v as it is, or of scale. */
static long
box_scaled(long v, long of, long scale)
{
	return scale > 0 ? box_within(v, scale) * of / scale : v;
}

void
boxes_scale(struct boxes *b, long width, long height)
{
	for (size_t i = 0; i < b->n; i++) {
		struct box *box = &b->v[i];

		box->x0 = box_scaled(box->x0, width, b->width);
		box->x1 = box_scaled(box->x1, width, b->width);
		box->y0 = box_scaled(box->y0, height, b->height);
		box->y1 = box_scaled(box->y1, height, b->height);
	}
	b->width = width;
	b->height = height;
}

/* The number at *p; false where there is none, or one that cannot be. */
static bool
box_number(const char **p, const char *end, long *v)
{
	const char *from;

	while (*p < end && (**p == ' ' || **p == ','))
		++*p;
	from = *p;
	for (*v = 0; *p < end && isdigit((unsigned char)**p); ++*p)
		if (*v < NUMBER_MAX)
			*v = *v * 10 + (**p - '0');
	return *p > from && *v < NUMBER_MAX;
}

void
boxes_read(struct boxes *b, const char *label, size_t len, const char *const list[2], long scale)
{
	const char *p = list[0], *end = list[1];
	long v[4];
	int i;

	while (p < end) {
		if (*p++ != '[' || p == end || *p == '[')
			continue;
		for (i = 0; i < 4 && box_number(&p, end, &v[i]); i++)
			v[i] = box_scaled(v[i], i % 2 ? b->height : b->width, scale);
		while (p < end && *p == ' ')
			p++;
		if (i == 4 && p < end && *p == ']')
			boxes_add(b, label, len, v);
	}
}

/*
 * md/layout.h - the lines of a page's text layer with their boxes, and the
 * regions of it that are to be read, as its record has them.
 *
 * layout is { "lines": [ { "box": [x0, y0, x1, y1], "text": string, "begins": "line",
 * "region": number, "check": string, "font": true } ] } in reading order; regions is
 * [ [x0, y0, x1, y1] ].  Boxes are pixels of the page's image, x1 and y1 behind
 * them.  begins, "line" or "paragraph", stands where the line before ends of itself
 * (md/lineend.h), or with its paragraph; region and check where
 * the line is to be compared: with what is read of that region, from 1 on,
 * and what of it; font where the words of that do not look like what they are.
 */
#ifndef MD_LAYOUT_H
#define MD_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

struct err;

enum { LAYOUT_REGIONS_MAX = 64, LAYOUT_LINES_MAX = 30000, LAYOUT_SIDE_MAX = 100000 };

struct layout_box {
	long x0, y0, x1, y1;
};

struct layout_line {
	struct layout_box box;
	enum { LAYOUT_GOES_ON, LAYOUT_BEGINS_LINE, LAYOUT_BEGINS_PARAGRAPH } begins;
	const char *text, *check; /* check: NULL where there is no region */
	long region;              /* 0: none */
	bool font;                /* each word of check is to be compared */
};

struct layout {
	struct layout_line *v;
	size_t n;
	struct layout_box region[LAYOUT_REGIONS_MAX];
	size_t regions;
	/* private */
	jv said;
};

/*
 * said is the member layout; both are given away.  Fails with validation
 * record.member for what is not as above; *layout is released then.
 */
int layout_read(struct layout *, jv said, jv regions, struct err *);
void layout_release(struct layout *);

#endif

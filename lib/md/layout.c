#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"
#include "md/layout.h"
#include "rec/jx.h"

/* A whole number in 0..most; -1: it is none. */
static long
whole(jv v, long most)
{
	double d = jv_get_kind(v) == JV_KIND_NUMBER ? jv_number_value(v) : -1;

	jv_free(v);
	return d >= 0 && d <= (double)most && d == floor(d) ? (long)d : -1;
}

static bool
layout_box(struct layout_box *box, jv v)
{
	long *const side[] = { &box->x0, &box->y0, &box->x1, &box->y1 };
	bool good = jv_get_kind(v) == JV_KIND_ARRAY && jv_array_length(jv_copy(v)) == 4;

	for (int i = 0; good && i < 4; i++) {
		*side[i] = whole(jv_array_get(jv_copy(v), i), LAYOUT_SIDE_MAX);
		good = *side[i] >= 0;
	}
	jv_free(v);
	return good && box->x0 <= box->x1 && box->y0 <= box->y1;
}

/* A member's string, lent by obj; NULL: there is none. */
static const char *
member_text(const jv *obj, const char *name)
{
	jv v = jx_get(obj, name);
	const char *s = jx_cstr(&v);

	jv_free(v);
	return s;
}

static bool
member_true(const jv *obj, const char *name)
{
	jv v = jx_get(obj, name);
	const bool is = jv_get_kind(v) == JV_KIND_TRUE;

	jv_free(v);
	return is;
}

static bool
layout_line(const struct layout *layout, struct layout_line *l, jv v)
{
	const char *begins;
	jv region;
	bool good = jv_get_kind(v) == JV_KIND_OBJECT && layout_box(&l->box, jx_get(&v, "box"));

	if (good) {
		region = jx_get(&v, "region");
		begins = member_text(&v, "begins");
		if (begins)
			l->begins = strcmp(begins, "line") == 0 ? LAYOUT_BEGINS_LINE
								: LAYOUT_BEGINS_PARAGRAPH;
		l->text = member_text(&v, "text");
		l->check = member_text(&v, "check");
		l->region = jv_is_valid(region) ? whole(jv_copy(region), (long)layout->regions) : 0;
		l->font = member_true(&v, "font");
		good = l->text && l->region >= 0 && !l->region == !l->check;
		jv_free(region);
	}
	jv_free(v);
	return good;
}

static bool
layout_regions(struct layout *layout, jv v)
{
	const int n = jv_get_kind(v) == JV_KIND_ARRAY ? jv_array_length(jv_copy(v)) : -1;
	bool good = n > 0 && n <= LAYOUT_REGIONS_MAX;

	for (int i = 0; good && i < n; i++) {
		struct layout_box *box = &layout->region[layout->regions++];

		good = layout_box(box, jv_array_get(jv_copy(v), i)) && box->x0 < box->x1 &&
		    box->y0 < box->y1;
	}
	jv_free(v);
	return good;
}

static bool
layout_lines(struct layout *layout, jv v)
{
	const int n = jv_get_kind(v) == JV_KIND_ARRAY ? jv_array_length(jv_copy(v)) : -1;
	bool good = n >= 0 && n <= LAYOUT_LINES_MAX;

	layout->v = mem_new(good ? (size_t)n + 1 : 1, sizeof(*layout->v));
	for (int i = 0; good && i < n; i++)
		good = layout_line(layout, &layout->v[layout->n++], jv_array_get(jv_copy(v), i));
	jv_free(v);
	return good;
}

int
layout_read(struct layout *layout, jv said, jv regions, struct err *e)
{
	*layout = (struct layout){ .said = said };
	if (!layout_regions(layout, regions)) {
		layout_release(layout);
		return err_set(e, ERR_VALIDATION, CODE_RECORD_MEMBER,
		    "regions must be a list of 1 to %d boxes [x0, y0, x1, y1]", LAYOUT_REGIONS_MAX);
	}
	if (jv_get_kind(said) == JV_KIND_OBJECT && layout_lines(layout, jx_get(&said, "lines")))
		return 0;
	layout_release(layout);
	return err_set(e, ERR_VALIDATION, CODE_RECORD_MEMBER,
	    "layout must be {\"lines\": [...]}, each with a box and a text");
}

void
layout_release(struct layout *layout)
{
	free(layout->v);
	jv_free(layout->said);
	*layout = (struct layout){ .said = jv_invalid() };
}

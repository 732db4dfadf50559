#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "md/fields.h"

enum { FIELDS_DEPTH = 64 }; /* below it, what stands there first counts */

void
fields_init(struct fields *f)
{
	*f = (struct fields){ .against = jv_array() };
}

void
fields_release(struct fields *f)
{
	for (size_t i = 0; i < f->n; i++)
		jv_free(f->v[i].v);
	free(f->v);
	jv_free(f->against);
	*f = (struct fields){ .against = jv_invalid() };
}

static void
is_against(struct fields *f, long page)
{
	f->against = jv_array_append(f->against, jv_number((double)page));
}

void
fields_add(struct fields *f, long page, jv v)
{
	jv text;

	if (jv_get_kind(v) != JV_KIND_OBJECT) {
		jv_free(v);
		return;
	}
	text = jv_dump_string(jv_copy(v), 0);
	f->bytes += (size_t)jv_string_length_bytes(text);
	if (f->bytes > FIELDS_MAX) {
		f->bytes = FIELDS_MAX;
		is_against(f, page);
		jv_free(v);
		return;
	}
	if (f->n == f->cap) {
		f->cap = f->cap ? 2 * f->cap : 8;
		f->v = mem_resize(f->v, f->cap, sizeof(*f->v));
	}
	f->v[f->n++] = (struct fields_page){ page, v };
}

static int
fields_order(const void *a, const void *b)
{
	const struct fields_page *p = a, *q = b;

	return (p->page > q->page) - (p->page < q->page);
}

static bool
says_nothing(const jv *v)
{
	return !jv_is_valid(*v) || jv_get_kind(*v) == JV_KIND_NULL ||
	    (jv_get_kind(*v) == JV_KIND_STRING && !*jv_string_value(*v));
}

static jv merge_objects(jv was, jv more, int depth, bool *differ);

/* Both are given away; the one is as good as none of the other's where they differ. */
static jv
merge_value(jv was, jv more, int depth, bool *differ)
{
	const jv_kind kind = jv_get_kind(was);

	if (says_nothing(&was) || says_nothing(&more)) {
		const bool keep = !says_nothing(&was) || (jv_is_valid(was) && says_nothing(&more));

		jv_free(keep ? more : was);
		return keep ? was : more;
	}
	if (kind == jv_get_kind(more) && depth < FIELDS_DEPTH) {
		if (kind == JV_KIND_ARRAY)
			return jv_array_concat(was, more);
		if (kind == JV_KIND_OBJECT)
			return merge_objects(was, more, depth + 1, differ);
	}
	*differ |= jv_equal(jv_copy(was), more) != 1;
	return was;
}

static jv
merge_objects(jv was, jv more, int depth, bool *differ)
{
	for (int i = jv_object_iter(more); jv_object_iter_valid(more, i);
	     i = jv_object_iter_next(more, i)) {
		jv key = jv_object_iter_key(more, i), v = jv_object_iter_value(more, i);
		jv old = jv_object_get(jv_copy(was), jv_copy(key));

		/* The object holds no second reference while its member grows. */
		was = jv_object_set(was, jv_copy(key), jv_null());
		was = jv_object_set(was, key, merge_value(old, v, depth, differ));
	}
	jv_free(more);
	return was;
}

jv
fields_merge(struct fields *f)
{
	jv all = jv_object();
	bool differ;

	if (f->n == 0) {
		jv_free(all);
		return jv_invalid();
	}
	qsort(f->v, f->n, sizeof(*f->v), fields_order);
	for (size_t i = 0; i < f->n; i++) {
		differ = false;
		all = merge_objects(all, f->v[i].v, 0, &differ);
		f->v[i].v = jv_invalid();
		if (differ)
			is_against(f, f->v[i].page);
	}
	return all;
}

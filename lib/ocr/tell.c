#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "ocr/merge.h"
#include "ocr/doubt.h"
#include "ocr/page.h"
#include "ocr/result.h"
#include "ocr/tell.h"
#include "rec/jx.h"
#include "rec/rec.h"

void
tell_doubt(struct rec *r, unsigned doubt)
{
	for (unsigned one = 1; one <= doubt; one <<= 1)
		if (doubt & one)
			rec_doubt(r, doubt_word(one));
}

void
tell_reading(struct rec *r, const struct ocr_notes *n)
{
	if (n->unread >= 0)
		rec_set(r, "ink_unread", jv_number(round(n->unread * 1000) / 1000));
	if (n->lean != 0)
		rec_set(r, "skew", jv_number(round(n->lean * 100) / 100));
	if (n->turned)
		rec_set_int(r, "turned", n->turned);
	if (n->blank)
		rec_set(r, "blank", jv_true());
	if (n->picture)
		rec_set(r, "picture", jv_true());
}

/* Which engines could not read it: {"engine", "code"} each. */
static jv
engines_before(const struct ocr_result *result)
{
	jv all = jv_array();

	for (size_t i = 0; i < result->nbefore; i++)
		all = jv_array_append(all,
		    jv_object_set(jv_object_set(jv_object(), jv_string("engine"),
				      jv_string(result->before[2 * i])),
			jv_string("code"), jv_string(result->before[2 * i + 1])));
	return all;
}

void
tell_gate(struct rec *r, const struct ocr_result *result)
{
	const struct ocr_gate *g = result->gate;
	jv gate;

	if (result->kept || (g && g->cached))
		rec_set(r, "cached", jv_true());
	if (!g && result->nbefore == 0)
		return;
	gate = jv_object();
	if (g) {
		jx_set(&gate, "finish", *g->finish ? jv_string(g->finish) : jv_null());
		jx_set(&gate, "repeat", jv_number(round(g->repeat * 1000) / 1000));
		jx_set(&gate, "chars", jv_number((double)g->chars));
		if (g->letters >= 0)
			jx_set(&gate, "letters", jv_number((double)g->letters));
		jx_set(&gate, "tokens", jv_number((double)g->tokens));
		jx_set(&gate, "temperature", jv_number(g->temperature));
		jx_set(&gate, "asked", jv_number((double)g->asked));
	}
	if (result->nbefore > 0)
		jx_set(&gate, "before", engines_before(result));
	rec_set(r, "gate", gate);
}

bool
tell_fields(struct rec *r, const struct ocr_result *result)
{
	if (!result->fields)
		return false;
	rec_set(r, "fields", jv_copy(*result->fields));
	rec_del(r, "layer");
	tell_doubt(r, result->doubt);
	if (rec_has(r, "markdown"))
		return true;
	rec_set(r, "markdown", jv_string_sized(result->markdown, (int)result->len));
	rec_set_str(r, "engine", result->engine);
	return true;
}

void
tell_boxes(struct rec *r, const struct ocr_result *result)
{
	jv all;

	if (result->nboxes == 0)
		return;
	all = jv_array();
	for (size_t i = 0; i < result->nboxes; i++) {
		const struct ocr_box *b = &result->boxes[i];
		const long corner[4] = { b->x0, b->y0, b->x1, b->y1 };
		jv one = jv_object(), at = jv_array();

		for (int k = 0; k < 4; k++)
			at = jv_array_append(at, jv_number((double)corner[k]));
		if (*b->label)
			jx_set(&one, "label", jv_string(b->label));
		jx_set(&one, "box", at);
		all = jv_array_append(all, one);
	}
	rec_set(r, "boxes", all);
}

/* The share of its ink that is not in a page's text, of which so much is left. */
static void
leave_unread(struct rec *r, double share)
{
	jv unread = rec_get(r, "ink_unread");

	if (jv_get_kind(unread) == JV_KIND_NUMBER)
		rec_set(r, "ink_unread",
		    jv_number(round(jv_number_value(unread) * share * 1000) / 1000));
	jv_free(unread);
}

void
tell_merged(struct rec *r, const char *engine, const struct merged *m)
{
	char *both = mem_printf("text+%s", engine);

	rec_set_str(r, "engine", m->taken > 0 ? both : "text");
	free(both);
	if (m->confidence >= 0)
		rec_set(r, "confidence", jv_number(m->confidence));
	leave_unread(r, m->unread);
	if (m->ink)
		rec_doubt(r, "ink");
	if (m->font)
		rec_doubt(r, "font");
	if (m->language)
		rec_doubt(r, "language");
}

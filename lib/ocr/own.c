#include <string.h>

#include "base/utf8.h"
#include "ocr/agree.h"
#include "ocr/doubt.h"
#include "ocr/own.h"
#include "ocr/page.h"
#include "ocr/result.h"
#include "rec/rec.h"

static bool
reads_poorly(const struct ocr_result *result)
{
	return (result->doubt & (DOUBT_CONFIDENCE | DOUBT_JUNK)) != 0;
}

/*
 * Whether the layer is better than what was read.  One that is drawn invisibly was
 * read off the same picture, perhaps in a script that was not asked for: it is taken
 * where we read poorly, and that does not speak against it.  Any other stays where a
 * reading says nothing against it, or too little where its letters are good.
 */
static bool
layer_serves(struct rec *r, enum agree a, const struct ocr_result *result)
{
	const char *why = rec_str(r, "why");

	if (why && !strcmp(why, "hidden"))
		return a != AGREE_NO && (reads_poorly(result) || result->len == 0) &&
		    !(result->notes && result->notes->blank);
	return a != AGREE_NO || result->len == 0 ||
	    (reads_poorly(result) && why && !strcmp(why, "scan"));
}

/* Whether letters that are said to be of another script read well as Latin ones. */
static bool
is_font_sure(struct rec *r, const struct ocr_result *result)
{
	const char *why = rec_str(r, "why");

	return why && !strcmp(why, "font") && result->confidence >= AGREE_SURE && !result->doubt;
}

/*
 * What stands in a picture that covers the page is in no layer over it: a letterhead, or
 * a form that was filled in.
 */
static bool
lacks_some(struct rec *r, const char *layer, const struct ocr_result *result)
{
	const char *why = rec_str(r, "why");

	return why && !strcmp(why, "scan") && !reads_poorly(result) &&
	    agree_says_more(layer, strlen(layer), result->markdown, result->len);
}

bool
own_layer(struct rec *r, const struct ocr_result *result)
{
	const char *layer = rec_str(r, "layer");
	enum agree a;
	bool broken, foreign, taken, lacks;

	if (!layer)
		return false;
	a = agree_texts(layer, strlen(layer), result->markdown, result->len);
	if (a == AGREE_UNKNOWN && is_font_sure(r, result))
		a = AGREE_NO;
	/* What is left of broken words is what is read; what is lost is not. */
	broken = utf8_is_broken(layer, strlen(layer));
	if (a == AGREE_YES && broken)
		a = AGREE_NO;
	foreign = !broken && agree_but_letters(layer, strlen(layer), result->markdown, result->len);
	lacks = a == AGREE_YES && lacks_some(r, layer, result);
	taken = foreign || layer_serves(r, a, result);
	if (lacks && !foreign &&
	    agree_says_all(layer, strlen(layer), result->markdown, result->len))
		taken = false;
	if (taken) {
		rec_set_str(r, "markdown", layer);
		rec_set_str(r, "engine", "text");
	}
	if (taken && a != AGREE_YES)
		rec_doubt(r, a == AGREE_UNKNOWN || foreign ? "language" : "font");
	if (taken && lacks)
		rec_doubt(r, "ink");
	rec_del(r, "layer");
	return taken;
}

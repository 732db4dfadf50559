/*
 * model/clean.h - what a vision model said of a page becomes Markdown that does no harm.
 *
 * A model reads what anybody has put on a page, and says what it likes: its output is
 * taken for hostile text.  It is made text (model/scrub.h), unpacked by its kind, and
 * made safe (model/safe.h); all of that takes time and memory by its length.  Kinds are
 * those of the models' own cards and programs:
 *
 *  plain        Markdown as it is (Qwen-VL, LightOnOCR, "Free OCR.")
 *  grounded     <|ref|>label<|/ref|><|det|>[[x,y,x,y]]<|/det|> before each block, in
 *               thousandths of the page (DeepSeek-OCR, Unlimited-OCR)
 *  frontmatter  lines of facts between "---" above it (olmOCR)
 *  dots         a JSON list of {bbox, category, text}, in pixels (dots.ocr)
 *  tags         <img>, <watermark>, <page_number> and the like around text (Nanonets)
 *
 * Titles become headings; all other text stays in the order it came in, that of
 * headers, footers and captions, too.  Of pictures what is said of them stays.
 */
#ifndef MODEL_CLEAN_H
#define MODEL_CLEAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "model/boxes.h"

enum clean_kind { CLEAN_PLAIN, CLEAN_GROUNDED, CLEAN_FRONT, CLEAN_DOTS, CLEAN_TAGS };

/* The kind of that name: false where none has it. */
bool clean_kind_named(const char *name, enum clean_kind *);

struct clean {
	enum clean_kind kind;
	bool html_tables; /* none becomes a table of Markdown */
	/* What came out; boxes' width and height are the caller's to set. */
	struct buf md;
	struct boxes boxes;
	int upright;  /* is_rotation_valid: 1 or 0; -1: not said */
	int rotation; /* rotation_correction: 0, 90, 180 or 270 degrees; -1: not said */
};

/* width and height: of the page's image, in pixels; max: bytes of md. */
void clean_init(struct clean *, enum clean_kind, const long size[2], size_t max);
void clean_release(struct clean *);
/*
 * Make of s[0..n) what is in it, in place of what came before: "" where nothing is.
 * -1 when md is full, or memory is gone; then some of it stands there.
 */
int clean_text(struct clean *, const char *s, size_t n);

#endif

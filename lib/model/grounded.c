#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "model/blocks.h"
#include "model/boxes.h"
#include "model/grounded.h"

/* Bytes of a label, or of a line of text that stands for one. */
enum { REF_MAX = 1024 };

/* What the page is wide and high in a tag's numbers. */
enum { GROUNDED_SCALE = 999 };

#define REF "<|ref|>"
#define REF_END "<|/ref|>"
#define DET "<|det|>"
#define DET_END "<|/det|>"

struct grounded {
	struct buf *out;
	struct boxes *boxes;
	const char *end;
	char label[BOXES_LABEL_MAX]; /* of the block that is read */
	const char *ref, *ref_end;   /* as it is written */
	struct buf text;             /* the block's */
};

static bool
at_text(const struct grounded *g, const char *s, const char *text)
{
	const size_t n = strlen(text);

	return (size_t)(g->end - s) >= n && memcmp(s, text, n) == 0;
}

static bool
is_known_label(const char *s, const char *end)
{
	static const char *const labels[] = { "title", "sub_title", "text", "table",
		"table_caption", "table_footnote", "image", "image_caption", "image_footnote",
		"figure", "figure_caption", "chart", "equation", "formula", "header", "footer",
		"page_number", "footnote", "list", "reference", "code", "seal", "aside_text" };

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (strlen(labels[i]) == (size_t)(end - s) &&
		    memcmp(s, labels[i], (size_t)(end - s)) == 0)
			return true;
	return false;
}

/* The block that was read goes out; text in place of its label goes before it. */
static int
end_block(struct grounded *g)
{
	int r = 0;

	if (g->ref < g->ref_end && !is_known_label(g->ref, g->ref_end))
		r = blocks_add(g->out, "", g->ref, g->ref_end);
	if (r == 0 && g->text.len > 0)
		r = blocks_add(g->out, g->label, g->text.p, g->text.p + g->text.len);
	g->ref = g->ref_end = g->end;
	g->label[0] = '\0';
	g->text.len = 0;
	return r;
}

static void
ground_label(struct grounded *g, const char *s, const char *end)
{
	size_t n = 0;

	for (; s < end && n + 1 < sizeof(g->label); s++)
		if (isalnum((unsigned char)*s) || *s == '_' || *s == '-')
			g->label[n++] = *s;
	g->label[n] = '\0';
}

/* Behind the ref at s; where it has no end it is dropped, and what is in it stays. */
static const char *
take_ref(struct grounded *g, const char *s)
{
	const char *from = s + strlen(REF), *p;
	const size_t n = (size_t)(g->end - from);

	p = memmem(from, n < REF_MAX ? n : REF_MAX, REF_END, strlen(REF_END));
	if (!p)
		return from;
	g->ref = from;
	g->ref_end = p;
	ground_label(g, from, p);
	return p + strlen(REF_END);
}

/* Behind the numbers at s, which the text's end may have cut. */
static const char *
take_det(struct grounded *g, const char *s)
{
	const char *from = s + strlen(DET), *p = from, *word;

	while (p < g->end && (isalpha((unsigned char)*p) || *p == '_'))
		p++;
	word = p;
	while (p < g->end && (isdigit((unsigned char)*p) || strchr("[], .\n", *p)))
		p++;
	if (word > from && is_known_label(from, word))
		ground_label(g, from, word);
	else if (word > from)
		p = from;
	boxes_read(g->boxes, g->label, strlen(g->label), (const char *[]){ word, p },
	    GROUNDED_SCALE);
	return at_text(g, p, DET_END) ? p + strlen(DET_END) : p;
}

/* Behind the tag at s, or NULL where there is none; *r is -1 where out is full. */
static const char *
take_tag(struct grounded *g, const char *s, int *r)
{
	if (at_text(g, s, REF)) {
		*r = end_block(g);
		return take_ref(g, s);
	}
	if (at_text(g, s, DET)) {
		if (g->text.len > 0)
			*r = end_block(g);
		return take_det(g, s);
	}
	return NULL;
}

/* Formulas have two signs that few readers know (run_dpsk_ocr_pdf.py has the same). */
static const char *
take_sign(struct grounded *g, const char *s, int *r)
{
	if (at_text(g, s, "\\coloneqq")) {
		*r = buf_adds(&g->text, ":=");
		return s + strlen("\\coloneqq");
	}
	if (at_text(g, s, "\\eqqcolon")) {
		*r = buf_adds(&g->text, "=:");
		return s + strlen("\\eqqcolon");
	}
	return NULL;
}

int
grounded_text(struct buf *out, struct boxes *boxes, const char *s, const char *end)
{
	struct grounded g = { .out = out, .boxes = boxes, .end = end, .ref = end, .ref_end = end };
	const char *p;
	int r = 0;

	buf_init(&g.text, (size_t)(end - s) + 1);
	while (s < end && r == 0) {
		p = *s == '<' ? take_tag(&g, s, &r) : *s == '\\' ? take_sign(&g, s, &r) : NULL;
		if (!p)
			r = buf_addc(&g.text, *s);
		s = p ? p : s + 1;
	}
	if (r == 0)
		r = end_block(&g);
	buf_release(&g.text);
	return r;
}

#include <string.h>

#include "model/clean.h"
#include "model/dots.h"
#include "model/front.h"
#include "model/grounded.h"
#include "model/safe.h"
#include "model/scrub.h"
#include "model/tag.h"

/* How much longer a step can make a text: none does by more, nor by this. */
enum { CLEAN_GROWS = 8, CLEAN_SLACK = 256 };

typedef int unpacker(struct clean *, struct buf *out, const char *s, const char *end);

static int
unpack_plain(struct clean *c, struct buf *out, const char *s, const char *end)
{
	(void)c;
	return buf_add(out, s, (size_t)(end - s));
}

static int
unpack_grounded(struct clean *c, struct buf *out, const char *s, const char *end)
{
	return grounded_text(out, &c->boxes, s, end);
}

static int
unpack_front(struct clean *c, struct buf *out, const char *s, const char *end)
{
	struct front f;

	s = front_read(&f, s, end);
	c->upright = f.upright;
	c->rotation = f.rotation;
	return buf_add(out, s, (size_t)(end - s));
}

static int
unpack_dots(struct clean *c, struct buf *out, const char *s, const char *end)
{
	return dots_text(out, &c->boxes, s, end);
}

/* Tags that say what the text in them is; it stays. */
static bool
is_said_tag(const struct tag *t)
{
	static const char *const names[] = { "img", "watermark", "page_number", "signature",
		"header", "footer" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (tag_is(t, names[i]))
			return true;
	return false;
}

static int
unpack_tags(struct clean *c, struct buf *out, const char *s, const char *end)
{
	struct tag t;
	int r = 0;

	(void)c;
	while (s < end && r == 0) {
		if (*s == '<' && tag_read(&t, s, end) && is_said_tag(&t)) {
			s = t.end;
			continue;
		}
		r = buf_addc(out, *s++);
	}
	return r;
}

static const struct clean_row {
	const char *name;
	unpacker *unpack;
} clean_kinds[] = {
	[CLEAN_PLAIN] = { "plain", unpack_plain },
	[CLEAN_GROUNDED] = { "grounded", unpack_grounded },
	[CLEAN_FRONT] = { "frontmatter", unpack_front },
	[CLEAN_DOTS] = { "dots", unpack_dots },
	[CLEAN_TAGS] = { "tags", unpack_tags },
};

bool
clean_kind_named(const char *name, enum clean_kind *kind)
{
	for (size_t i = 0; i < sizeof(clean_kinds) / sizeof(*clean_kinds); i++) {
		if (strcmp(clean_kinds[i].name, name) == 0) {
			*kind = (enum clean_kind)i;
			return true;
		}
	}
	return false;
}

void
clean_init(struct clean *c, enum clean_kind kind, const long size[2], size_t max)
{
	*c = (struct clean){ .kind = kind,
		.boxes = { .width = size[0], .height = size[1] },
		.upright = -1,
		.rotation = -1 };
	buf_init(&c->md, max);
}

void
clean_release(struct clean *c)
{
	buf_release(&c->md);
	boxes_release(&c->boxes);
}

/* From text to b, unpacked; and from there, without special tokens, to text again. */
static int
unpack_kind(struct clean *c, struct buf *text, struct buf *b)
{
	const char *s = text->p, *end = text->p + text->len;

	scrub_unwrap(&s, &end);
	if (clean_kinds[c->kind].unpack(c, b, s, end) < 0)
		return -1;
	text->len = 0;
	if (scrub_chars(text, b->p, b->len) < 0)
		return -1;
	b->len = 0;
	return scrub_tokens(b, text->p, text->p + text->len);
}

static int
clean_steps(struct clean *c, struct buf *text, struct buf *b)
{
	const char *s, *end;

	if (unpack_kind(c, text, b) < 0)
		return -1;
	s = b->p;
	end = b->p + b->len;
	scrub_trim(&s, &end);
	return safe_markdown(&c->md, s, end, !c->html_tables);
}

int
clean_text(struct clean *c, const char *s, size_t n)
{
	const size_t max = CLEAN_GROWS * n + CLEAN_SLACK;
	struct buf text = BUF_INIT(max), b = BUF_INIT(max);
	int r;

	c->md.len = 0;
	c->boxes.n = 0;
	c->boxes.cut = false;
	c->upright = c->rotation = -1;
	r = scrub_chars(&text, s, n);
	/* Neither is NULL then, however empty. */
	if (r == 0)
		r = buf_room(&text, 1) < 0 || buf_room(&b, 1) < 0 ? -1 : clean_steps(c, &text, &b);
	buf_release(&text);
	buf_release(&b);
	return r;
}

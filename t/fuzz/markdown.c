/*
 * markdown: what a page says is read as paragraphs of text, by CommonMark's rules
 * and by GitHub's, and says the same.
 *
 * The judge is cmark-gfm.  A web or mail address may become a link.
 */
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "md/forms.h"
#include "md/text.h"

static const char *const extensions[] = { "table", "strikethrough", "autolink", "tagfilter",
	"tasklist" };

static cmark_node *
parse(const struct buf *md, bool gfm)
{
	cmark_parser *p = cmark_parser_new(gfm ? CMARK_OPT_FOOTNOTES : CMARK_OPT_DEFAULT);
	cmark_node *doc;

	for (size_t i = 0; gfm && i < sizeof(extensions) / sizeof(*extensions); i++) {
		cmark_syntax_extension *x = cmark_find_syntax_extension(extensions[i]);

		HOLDS(x && cmark_parser_attach_syntax_extension(p, x));
	}
	cmark_parser_feed(p, md->p ? md->p : "", md->len);
	doc = cmark_parser_finish(p);
	cmark_parser_free(p);
	return doc;
}

static bool
may_stand(cmark_node_type t, bool gfm)
{
	return t == CMARK_NODE_DOCUMENT || t == CMARK_NODE_PARAGRAPH || t == CMARK_NODE_TEXT ||
	    t == CMARK_NODE_LINEBREAK || (gfm && t == CMARK_NODE_LINK);
}

/* Append the document's text; it holds nothing else. */
static void
read_text(cmark_node *doc, bool gfm, struct buf *out)
{
	cmark_iter *it = cmark_iter_new(doc);
	cmark_event_type event;

	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);
		cmark_node_type t = cmark_node_get_type(node);

		if (!may_stand(t, gfm))
			fprintf(stderr, "a %s\n", cmark_node_get_type_string(node));
		HOLDS(may_stand(t, gfm));
		if (event == CMARK_EVENT_ENTER && t == CMARK_NODE_TEXT)
			HOLDS(buf_adds(out, cmark_node_get_literal(node)) == 0);
	}
	cmark_iter_free(it);
}

/* What md_text may drop. Hyphens only where lines end. */
static bool
may_go(uint32_t c, bool hyphens)
{
	return c <= ' ' || (c >= 0x7f && c < 0xa0) || c == 0xfeff || c == 0x2028 || c == 0x2029 ||
	    c == 0xad || (hyphens && (c == '-' || c == 0x2010));
}

static void
bare(struct buf *out, const void *text, size_t size, bool hyphens)
{
	const char *s = text;
	char letters[FORMS_MAX];
	size_t n, more;
	uint32_t c;

	for (; size > 0; s += n, size -= n) {
		n = utf8_get(s, size, &c);
		if (n == 0) {
			n = 1;
			continue;
		}
		more = forms_expand(c, letters);
		if (!may_go(c, hyphens))
			HOLDS(buf_add(out, more ? letters : s, more ? more : n) == 0);
	}
}

static void
says_the_same(const struct buf *md, const uint8_t *data, size_t size, bool gfm)
{
	struct buf text = BUF_INIT(1 << 24), got = BUF_INIT(1 << 24), want = BUF_INIT(1 << 24);
	bool hyphens = memchr(data, '\n', size) != NULL;
	cmark_node *doc = parse(md, gfm);

	read_text(doc, gfm, &text);
	cmark_node_free(doc);
	bare(&got, text.p, text.len, hyphens);
	bare(&want, data, size, hyphens);
	if (got.len != want.len || (got.len > 0 && memcmp(got.p, want.p, got.len) != 0))
		fprintf(stderr, "<%.*s> is read as <%.*s>, not <%.*s>\n", (int)md->len,
		    md->p ? md->p : "", (int)got.len, got.p ? got.p : "", (int)want.len,
		    want.p ? want.p : "");
	HOLDS(got.len == want.len && (got.len == 0 || !memcmp(got.p, want.p, got.len)));
	buf_release(&text);
	buf_release(&got);
	buf_release(&want);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf md = BUF_INIT(1 << 24);
	char *copy;

	if (size == 0)
		return 0;
	copy = fuzz_string(data, size);
	cmark_gfm_core_extensions_ensure_registered();
	HOLDS(md_text(&md, copy, size) == 0);
	HOLDS(md.len == 0 || md.p[md.len - 1] != '\n');
	says_the_same(&md, data, size, false);
	says_the_same(&md, data, size, true);
	buf_release(&md);
	free(copy);
	return 0;
}

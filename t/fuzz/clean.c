/*
 * clean: whatever a model says becomes Markdown without HTML but tables, without links
 * and images, and without the marks of pages, by CommonMark's rules and by GitHub's.
 *
 * The judge is cmark-gfm.  A web or mail address may become a link.  The first byte
 * says of what kind the output is, and whether tables stay HTML.
 */
#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <stdbool.h>
#include <strings.h>

#include "base/utf8.h"
#include "fuzz/fuzz.h"
#include "model/clean.h"

enum { WIDTH = 800, HEIGHT = 1200, OPEN_MAX = 64 };

static const char *const extensions[] = { "table", "strikethrough", "autolink", "tasklist" };

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

/* Past the number of a span, or s where there is none. */
static const char *
past_span(const char *s, const char *name)
{
	const size_t n = strlen(name);

	if (strncmp(s, name, n) != 0)
		return s;
	s += n;
	HOLDS(*s >= '1' && *s <= '9');
	s += strspn(s, "0123456789");
	HOLDS(*s == '"');
	return s + 1;
}

/* Past the tag at s; open holds those that are. */
static const char *
past_tag(const char *s, const char **open, size_t *n)
{
	static const char *const names[] = { "table", "caption", "tr", "td", "th", "sub", "sup" };
	const bool closes = s[1] == '/';
	size_t i, len;

	if (strncmp(s, "<br>", 4) == 0)
		return s + 4;
	s += closes ? 2 : 1;
	len = strspn(s, "abcdefghijklmnopqrstuvwxyz");
	for (i = 0; i < 7; i++)
		if (strlen(names[i]) == len && strncmp(s, names[i], len) == 0)
			break;
	HOLDS(i < 7);
	s += len;
	if (closes) {
		HOLDS(*n > 0 && open[*n - 1] == names[i]);
		--*n;
	} else {
		HOLDS(*n < OPEN_MAX);
		open[(*n)++] = names[i];
		if (*names[i] == 't' && len == 2)
			s = past_span(past_span(s, " colspan=\""), " rowspan=\"");
	}
	HOLDS(*s == '>');
	return s + 1;
}

static void
html_block(const char *s)
{
	const char *open[OPEN_MAX];
	size_t n = 0;

	HOLDS(strncmp(s, "<table>", 7) == 0);
	while ((s = strchr(s, '<')) != NULL)
		s = past_tag(s, open, &n);
	HOLDS(n == 0);
}

static void
html_inline(const char *s)
{
	static const char *const may[] = { "<br>", "<sub>", "</sub>", "<sup>", "</sup>" };
	size_t i;

	for (i = 0; i < 5 && strcmp(may[i], s) != 0;)
		i++;
	HOLDS(i < 5);
}

static void
no_mark(const char *s)
{
	for (; (s = strstr(s, "<!--")) != NULL; s++)
		HOLDS(strncasecmp(s + 4 + strspn(s + 4, " \t"), "page", 4) != 0);
}

static void
link_of_text(const char *url, bool gfm)
{
	static const char *const may[] = { "http://", "https://", "ftp://", "mailto:", "xmpp:" };
	size_t i;

	for (i = 0; i < 5 && strncasecmp(url, may[i], strlen(may[i])) != 0;)
		i++;
	HOLDS(gfm && i < 5);
}

static void
check_nodes(cmark_node *doc, bool gfm)
{
	cmark_iter *it = cmark_iter_new(doc);
	cmark_event_type event;

	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);
		const cmark_node_type t = cmark_node_get_type(node);

		HOLDS(t != CMARK_NODE_IMAGE && t != CMARK_NODE_FOOTNOTE_DEFINITION);
		if (event != CMARK_EVENT_ENTER)
			continue;
		if (t == CMARK_NODE_HTML_BLOCK)
			html_block(cmark_node_get_literal(node));
		if (t == CMARK_NODE_HTML_INLINE)
			html_inline(cmark_node_get_literal(node));
		if (t == CMARK_NODE_LINK)
			link_of_text(cmark_node_get_url(node), gfm);
	}
	cmark_iter_free(it);
}

static void
check_boxes(const struct boxes *b)
{
	HOLDS(b->n <= BOXES_MAX);
	for (size_t i = 0; i < b->n; i++)
		HOLDS(b->v[i].x0 >= 0 && b->v[i].x0 < b->v[i].x1 && b->v[i].x1 <= WIDTH &&
		    b->v[i].y0 >= 0 && b->v[i].y0 < b->v[i].y1 && b->v[i].y1 <= HEIGHT);
}

/* What is clean already stays so, and as long. */
static void
check_markdown(struct buf *md)
{
	cmark_node *doc;

	HOLDS(utf8_valid(md->p, md->len) && !memchr(md->p, '\0', md->len));
	HOLDS(md->len == 0 || md->p[md->len - 1] != '\n');
	HOLDS(buf_addc(md, '\0') == 0);
	md->len--;
	no_mark(md->p);
	for (int gfm = 0; gfm < 2; gfm++) {
		doc = parse(md, gfm);
		check_nodes(doc, gfm);
		cmark_node_free(doc);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const unsigned choice = fuzz_choice(&data, &size);
	static const long page[2] = { WIDTH, HEIGHT };
	struct clean c;
	char *copy = fuzz_string(data, size);

	cmark_gfm_core_extensions_ensure_registered();
	clean_init(&c, (enum clean_kind)(choice / 2 % 5), page, 1 << 24);
	c.html_tables = choice % 2;
	HOLDS(clean_text(&c, copy, size) == 0);
	check_boxes(&c.boxes);
	if (c.md.len > 0)
		check_markdown(&c.md);
	clean_release(&c);
	free(copy);
	return 0;
}

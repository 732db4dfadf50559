/* model: what a model says becomes Markdown that does no harm; t/data/models has more. */
#include <stdio.h>
#include <stdlib.h>

#include "model/clean.h"
#include "unit/check.h"

static const long page_size[2] = { 1000, 2000 };

struct pair {
	const char *said, *want;
};

/* What came of it is in c->md, with a NUL behind it. */
static void
clean_as(struct clean *c, enum clean_kind kind, const char *s, size_t n)
{
	clean_init(c, kind, page_size, 1 << 20);
	CHECK(clean_text(c, s, n) == 0);
	CHECK(buf_addc(&c->md, '\0') == 0);
}

static void
check_pairs(enum clean_kind kind, const struct pair *v, size_t n)
{
	struct clean c;

	for (size_t i = 0; i < n; i++) {
		clean_as(&c, kind, v[i].said, strlen(v[i].said));
		CHECK_STR(c.md.p, v[i].want);
		clean_release(&c);
	}
}

static const struct pair wraps[] = {
	{ "", "" },
	{ " \r\n\t", "" },
	{ "null", "" },
	{ "None\n", "" },
	{ "None of them", "None of them" },
	{ "```markdown\n# A\n\nb\n```", "# A\n\nb" },
	{ "```\na\n```\n", "a" },
	{ "```md\na", "a" },
	{ "```c\na\n```", "```c\na\n```" },
	{ "```markdown\na\n```\n\nb", "```markdown\na\n```\n\nb" },
	{ "```html\n<b>\n```\n\nb\n```\nc\n```\nd", "```html\n<b>\n```\n\nb\n```\nc\n```\nd" },
	{ "```markdown\na\n```c\nb\n```\nd", "a\n```c\nb\n```\nd" },
	{ "```\na\n```\nb\n```\nc\n```", "```\na\n```\nb\n```\nc\n```" },
	{ "<think>I see\n# x</think>\n\na", "a" },
	{ "<think>I see", "" },
	{ "I see a page.\n</think>\na", "a" },
	{ "The tag </think> ends it", "The tag &lt;/think> ends it" },
	{ "a<|im_end|>", "a" },
	{ "a <|endoftext|><\xef\xbd\x9c"
	  "end\xe2\x96\x81of\xe2\x96\x81sentence\xef\xbd\x9c>",
	    "a" },
	{ "a<|im_e", "a" },
	{ "a <| b |> c", "a &lt;| b |> c" },
	{ "a\r\nb\rc", "a\nb\nc" },
	{ "a\n\n\n\n b\n \n\nc", "a\n\n b\n\nc" },
	{ "a\x01\x1b[2Jb\x7f", "a[2Jb" },
	{ "a\xff\xc0", "a\xef\xbf\xbd\xef\xbf\xbd" },
	{ "a\xe2\x80\xae"
	  "b\xe2\x80\xac\xf3\xa0\x81\x81"
	  "c",
	    "abc" },
};

static const struct pair hostile[] = {
	{ "<!-- Page 3 -->", "&lt;!-- Page 3 -->" },
	{ "a <script>b</script> 1 < 2 <3 <= <", "a &lt;script>b&lt;/script> 1 < 2 <3 <= <" },
	{ "\\<b> \\\\<b>", "&lt;b> \\\\&lt;b>" },
	{ "<http://a.b> <a@b.c>", "&lt;http://a.b> &lt;a@b.c>" },
	{ "1 <7@host> <=a@host>\n<7", "1 &lt;7@host> &lt;=a@host>\n<7" },
	{ "<7[a](http://b \"c\")@host>\n<5 <=6\n@", "&lt;7a@host>\n<5 <=6\n@" },
	{ "[a](http://b) [c](<d e>) [f](#g) ![h](i) ![](j.png)", "a [c]\\(&lt;d e>) f h" },
	{ "[a](javascript:b) [c](d.e \"f\")", "a c" },
	{ "[![a](b)](http://c) x", "a x" },
	{ "f[1](2) [a](see below) [a][b] [ ]", "f[1]\\(2) [a]\\(see below) [a][b] [ ]" },
	{ "[http://a.b](http://a.b)", "http://a.b" },
	{ "[a]: http://b\n[^1]: c", "[a]\\: http://b\n[^1]\\: c" },
	{ "x][(a)](http://u)", "x] (a)" },
	{ "\\[a\\](b) \\\\[a](/b)", "\\[a\\]\\(b) \\\\ a" },
	{ "`<b>` ``a`b`` `c", "`<b>` ``a`b`` \\`c" },
	{ "| `a | <b>` |", "| \\`a | &lt;b>\\` |" },
	{ "http://a`<b>`", "http://a `<b>`" },
	{ "`a`{=html}", "`a`\\{=html}" },
	{ "x\n```html\n<b>\n<!-- page 2 -->\n```", "x\n```html\n<b>\n<! -- page 2 -->\n```" },
	{ "x\n~~~ c <i>\na\n```\n~~~\n<b>", "x\n````c\na\n```\n````\n&lt;b>" },
	{ "x\n```\n<b>", "x\n```\n<b>\n```" },
	{ "- ```\n  <b>", "- \\`\\`\\`\n  &lt;b>" },
	{ "- a\n  ```\n  b\n    c\n  ```\n- d", "- a\n```\nb\n  c\n```\n- d" },
	{ "> ~~~\n~~a~~", "> \\~\\~\\~\n~~a~~" },
	{ "> **Page 3 could not be read** (x)\n> a", "\\> **Page 3 could not be read** (x)\n> a" },
	{ "a<br>b<br/><br>c\n| a<br>b |", "a  \nb  \nc\n| a<br>b |" },
	{ "H<sub>2</sub>O <sup onclick=x>a</sup>", "H<sub>2</sub>O &lt;sup onclick=x>a&lt;/sup>" },
	{ "a  \nb \nc", "a  \nb\nc" },
	{ "&lt;b&gt; & $a<b$", "&lt;b&gt; & $a&lt;b$" },
};

static const struct pair tables[] = {
	{ "<table><tr><td>a|b</td><td>1</td></tr><tr><td></td><td>c\nd</td></tr></table>",
	    "| a\\|b | 1 |\n| --- | --- |\n|  | c d |" },
	{ "x <table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td></tr></table> y",
	    "x\n\n| A | B |\n| --- | --- |\n| 1 |\n\ny" },
	{ "<table><tr><td>1</td></tr><tr><td>2</td><td>3</td></tr></table>",
	    "| 1 |  |\n| --- | --- |\n| 2 | 3 |" },
	{ "<TABLE border=\"1\"><caption># c</caption><tr><td><b>a</b> &amp; b & c<br>d</table>",
	    "\\# c\n\n| a &amp; b &amp; c<br>d |\n| --- |" },
	{ "<table><tr><td colspan=\"2\" onclick=\"x\">a</td></tr></table>",
	    "<table>\n<tr><td colspan=\"2\">a</td></tr>\n</table>" },
	{ "<table><tr><td colspan=1 rowspan=9999>a</td></tr></table>", "| a |\n| --- |" },
	{ "<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>",
	    "<table>\n<tr><td>a<table>\n<tr><td>b</td></tr>\n</table></td></tr>\n</table>" },
	{ "<table><tr><td><script>a</script><p>b</p><ul><li>c</ul></td></tr>",
	    "| &lt;script>a&lt;/script><br>b<br>c |\n| --- |" },
	{ "<table><tr><td>[a](javascript:b)</td><td>]<i>:`</td></tr></table>",
	    "| [a]&#40;javascript:b) | ]&#58;\\` |\n| --- | --- |" },
	{ "<table><tr><td>a</td></tr>\n\nNext <b>", "| a |\n| --- |\n\nNext &lt;b>" },
	{ "<table><tr><td>a</td><td", "| a | &lt;td |\n| --- | --- |" },
	{ "<table></table>a<table>", "a" },
	{ "a</table></td>", "a&lt;/table>&lt;/td>" },
};

static const struct pair grounded[] = {
	{ "<|ref|>title<|/ref|><|det|>[[1,2,3,4]]<|/det|>\nA \n\n\n<|ref|>text<|/ref|>"
	  "<|det|>[[1,2,3,4]]<|/det|>\nb \\coloneqq c\n",
	    "# A\n\nb := c" },
	{ "<|ref|>image<|/ref|><|det|>[[1,2,3,4]]<|/det|>\n", "" },
	{ "<|ref|>Total: 5<|/ref|><|det|>[[1,2,3,4]]<|/det|>\n<|ref|>6<|/ref|>", "Total: 5\n\n6" },
	{ "<|det|>header [1,2,3,4]<|/det|>A\n<|det|>text [5,6,7,8]<|/det|>b", "A\n\nb" },
	{ "a <|ref|>text<|/ref|><|det|>[[1, 2", "a" },
	{ "no tags", "no tags" },
};

static const struct pair dots[] = {
	{ "```json\n[{\"bbox\":[1,2,3,4],\"category\":\"Title\",\"text\":\"A\"},{\"category\":"
	  "\"Section-header\",\"text\":\"## B\"},{\"category\":\"Picture\"},7,{\"x\":1}]\n```",
	    "# A\n\n## B" },
	{ "[{\"category\":\"Formula\",\"text\":\"x_1\"},{\"category\":\"Text\",\"text\":\"a\\u0000b"
	  "\\u001b<b>",
	    "$$\nx_1\n$$\n\nab&lt;b>" },
	{ "[{\"category\":\"Text\",\"text\":\"cut \\u00", "cut" },
	{ "not [a] list", "not [a] list" },
};

static const struct pair tags[] = {
	{ "<watermark>DRAFT</watermark>\n<img>A chart</img>\n<page_number>9/22</page_number> <b>",
	    "DRAFT\nA chart\n9/22 &lt;b>" },
};

static void
boxes_lie_on_the_image(void)
{
	static const char said[] =
	    "<|ref|>Title<|/ref|><|det|>[[0, 0, 999, 999], [500,600,100,10],[1,2,3],[5,5,5,9],"
	    "[7000,0,9,9],[1,-2,3,4],[1,2,3,99999999999999999999]]<|/det|>";
	struct clean c;

	clean_as(&c, CLEAN_GROUNDED, said, sizeof(said) - 1);
	CHECK(c.boxes.n == 3 && !c.boxes.cut);
	CHECK_STR(c.boxes.v[0].label, "title");
	CHECK(c.boxes.v[0].x1 == 1000 && c.boxes.v[0].y1 == 2000);
	CHECK(c.boxes.v[1].x0 == 100 && c.boxes.v[1].x1 == 500 && c.boxes.v[1].y0 == 20);
	CHECK(c.boxes.v[2].x0 == 9 && c.boxes.v[2].x1 == 1000);
	clean_release(&c);
}

static void
boxes_have_an_end(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct clean c;

	CHECK(buf_adds(&b, "<|ref|>text<|/ref|><|det|>[") == 0);
	for (int i = 0; i < 3000; i++)
		CHECK(buf_printf(&b, "[%d,1,900,900],", i % 800) == 0);
	clean_as(&c, CLEAN_GROUNDED, b.p, b.len);
	CHECK(c.boxes.n == BOXES_MAX && c.boxes.cut);
	CHECK_STR(c.md.p, "");
	clean_release(&c);
	buf_release(&b);
}

static void
facts_stand_above_the_text(void)
{
	static const char said[] = "---\nprimary_language: en\nis_rotation_valid: False\n"
				   "rotation_correction: 90\n---\n# A\n\n---\n\nb";
	struct clean c;

	clean_as(&c, CLEAN_FRONT, said, sizeof(said) - 1);
	CHECK_STR(c.md.p, "# A\n\n---\n\nb");
	CHECK(c.upright == 0 && c.rotation == 90);
	CHECK(clean_text(&c, "---\nis_rotation_valid: True\nrotation_correction: 7\n---\nnull",
		  60) == 0);
	CHECK(c.md.len == 0 && c.upright == 1 && c.rotation == -1);
	CHECK(clean_text(&c, "---\n\na", 6) == 0 && c.md.len == 6 && c.upright == -1);
	clean_release(&c);
}

static void
kinds_have_names(void)
{
	enum clean_kind kind = CLEAN_PLAIN;

	CHECK(clean_kind_named("dots", &kind) && kind == CLEAN_DOTS);
	CHECK(clean_kind_named("frontmatter", &kind) && kind == CLEAN_FRONT);
	CHECK(!clean_kind_named("Dots", &kind) && kind == CLEAN_FRONT);
}

static void
what_does_not_fit_fails(void)
{
	struct clean c;

	clean_init(&c, CLEAN_PLAIN, page_size, 4);
	CHECK(clean_text(&c, "abcd", 4) == 0 && clean_text(&c, "abc<", 4) == 0);
	CHECK(clean_text(&c, "a<b", 3) == -1);
	CHECK(clean_text(&c, "a\0b", 3) == 0 && c.md.len == 2);
	clean_release(&c);
}

static void
html_stays_where_it_is_wanted(void)
{
	struct clean c;

	clean_init(&c, CLEAN_PLAIN, page_size, 1 << 10);
	c.html_tables = true;
	CHECK(clean_text(&c, "<table><tr><th>a|<i>b", 21) == 0 && buf_addc(&c.md, '\0') == 0);
	CHECK_STR(c.md.p, "<table>\n<tr><th>a|b</th></tr>\n</table>");
	clean_release(&c);
}

/* Its whole content; free(3) it. */
static char *
file_text(const char *dir, const char *name, const char *end, size_t *n)
{
	static char text[1 << 16];
	char path[512], *copy;
	FILE *f;

	CHECK(snprintf(path, sizeof(path), "%s/%s.%s", dir, name, end) < (int)sizeof(path));
	f = fopen(path, "re");
	if (!f)
		perror(path);
	CHECK(f);
	*n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[*n] = '\0';
	copy = malloc(*n + 1);
	CHECK(copy);
	return memcpy(copy, text, *n + 1);
}

/* NAME.in becomes NAME.md, by the kind that the name begins with; for those that are listed. */
static void
recorded(const char *dir, const char *name)
{
	size_t n, want_len;
	char *said = file_text(dir, name, "in", &n), *want = file_text(dir, name, "md", &want_len);
	const char *kinds[] = { "plain", "grounded", "frontmatter", "dots", "tags" };
	enum clean_kind kind = CLEAN_PLAIN;
	struct clean c;

	for (size_t i = 0; i < 5; i++)
		if (strncmp(name, kinds[i], strlen(kinds[i])) == 0)
			CHECK(clean_kind_named(kinds[i], &kind));
	clean_as(&c, kind, said, n);
	c.md.p[c.md.len - 1] = '\n';
	CHECK(buf_addc(&c.md, '\0') == 0);
	CHECK_STR(c.md.p, want);
	clean_release(&c);
	free(said);
	free(want);
}

int
main(int argc, char **argv)
{
	for (int i = 2; i < argc; i++)
		recorded(argv[1], argv[i]);
	if (argc > 1)
		return 0;
	check_pairs(CLEAN_PLAIN, wraps, sizeof(wraps) / sizeof(*wraps));
	check_pairs(CLEAN_PLAIN, hostile, sizeof(hostile) / sizeof(*hostile));
	check_pairs(CLEAN_PLAIN, tables, sizeof(tables) / sizeof(*tables));
	check_pairs(CLEAN_GROUNDED, grounded, sizeof(grounded) / sizeof(*grounded));
	check_pairs(CLEAN_DOTS, dots, sizeof(dots) / sizeof(*dots));
	check_pairs(CLEAN_TAGS, tags, sizeof(tags) / sizeof(*tags));
	boxes_lie_on_the_image();
	boxes_have_an_end();
	facts_stand_above_the_text();
	kinds_have_names();
	what_does_not_fit_fails();
	html_stays_where_it_is_wanted();
	return 0;
}

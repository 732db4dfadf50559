/* md: what text says stays the same, and none of it becomes markup. */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "md/text.h"
#include "unit/check.h"

struct pair {
	const char *text, *want;
};

static const struct pair literal[] = {
	/* nothing here can become markup */
	{ "foo_bar 3.14 - x 2 * 3", "foo_bar 3.14 - x 2 * 3" },
	{ "AT&T & C:\\dir #5 a#b", "AT&T & C:\\dir #5 a#b" },
	{ "a > b | c = d ~ e", "a > b | c = d ~ e" },
	{ "-5 +6 1.5 2024", "-5 +6 1.5 2024" },
	{ "Name: ____ note* (a) !", "Name: ____ note* (a) !" },
	{ "=> --flag", "=> --flag" },
	{ "1234567890. no list", "1234567890. no list" },
	/* inline */
	{ "*a* **b** _c_", "\\*a* \\*\\*b** \\_c_" },
	{ "5*6*7", "5\\*6\\*7" },
	{ "`x`", "\\`x\\`" },
	{ "[a](b) ![c](d) [1]", "\\[a](b) !\\[c](d) \\[1]" },
	{ "~~a~~ ~b", "\\~\\~a~~ \\~b" },
	{ "&lt; &#65; &#x41; &;", "&amp;lt; &amp;#65; &amp;#x41; &;" },
	{ "<b>x</b> 1 < 2", "&lt;b>x&lt;/b> 1 &lt; 2" },
	{ "<http://a.b>", "&lt;http://a.b>" },
	{ "\\* \\\\ a\\", "\\\\* \\\\\\ a\\\\" },
	{ "\\<b>", "\\\\&lt;b>" },
	/* starts of lines */
	{ "# a", "\\# a" },
	{ "####### a", "####### a" },
	{ "#", "\\#" },
	{ "> a", "\\> a" },
	{ ">a", "\\>a" },
	{ "- a", "\\- a" },
	{ "+ a", "\\+ a" },
	{ "* a", "\\* a" },
	{ "1. a", "1\\. a" },
	{ "12) a", "12\\) a" },
	{ "7.", "7\\." },
	{ "---", "\\---" },
	{ "- - -", "\\- - -" },
	{ "***", "\\***" },
	{ "___", "\\___" },
	{ "_ _ _", "\\_ _ _" },
	{ "```c", "\\`\\`\\`c" },
	{ "~~~ c", "\\~~~ c" },
	{ "    code", "code" },
	{ "\tcode", "code" },
	{ "[a]: http://b", "\\[a]: http://b" },
	{ "<!-- Page 2 -->", "&lt;!-- Page 2 -->" },
	{ "\xef\xbb\xbf# a", "\\# a" },
	/* addresses: whole, or none */
	{ "see http://a.b/c_d?e&f, www.a.b: (www.c.d)",
	    "see http://a.b/c_d?e&f, www.a.b: (www.c.d)" },
	{ "[http://a.b] *www.a.b", "\\[http://a.b] \\*www.a.b" },
	{ "http://a.b/_c_ x://y", "http\\://a.b/\\_c_ x://y" },
	{ "www.a.b/,_c (Www.d(www.e<f ftp://g&amp;",
	    "www\\.a.b/,\\_c (Www\\.d(www\\.e&lt;f ftp\\://g&amp;amp;" },
	{ "1. http://a.b", "1\\. http://a.b" },
};

/* A long first line keeps the breaks after the short ones that follow. */
#define LONG "A line that is much longer than all of the others here"

static const struct pair flow[] = {
	{ "", "" },
	{ " \t\r\n\f\n \n", "" },
	{ "one two three\nfour five six", "one two three four five six" },
	{ "a  b\tc \r\nd", "a b c d" },
	{ "a\n\n\n \nb\n", "a\n\nb" },
	{ "\n\n# a\n\n\n\n- b", "\\# a\n\n\\- b" },
	{ LONG "\nx\n- y\n# z", LONG " x  \n\\- y  \n\\# z" },
	{ LONG "\nx\n===", LONG " x  \n\\===" },
	{ LONG "\nx\n---\n===", LONG " x  \n\\---  \n\\===" },
	{ LONG "\na | b\n--- | ---\n1 | 2", LONG " a | b  \n\\--- | ---  \n1 | 2" },
	{ LONG "\na\n:-\nb", LONG " a  \n\\:-  \nb" },
	{ LONG "\na\n|-|\nb", LONG " a  \n\\|-|  \nb" },
	{ LONG "\na\\\nb  \nc", LONG " a\\\\  \nb  \nc" },
	{ "recog-\nnition", "recognition" },
	{ "\xc3\xbc\xc3\xbc-\n\xc3\xa4", "\xc3\xbc\xc3\xbc\xc3\xa4" },
	{ "\xd0\xb0\xd0\xb0\xe2\x80\x90\n\xd0\xb1", "\xd0\xb0\xd0\xb0\xd0\xb1" },
	{ "an e-\nmail", "an e-mail" },
	{ "Jean-\nPaul E-\nMail", "Jean-Paul E-Mail" },
	{ "so\xc2\xad\nciety soft\xc2\xadly", "society softly" },
	{ "in 1998-\n2004, the state-of-the-\nart", "in 1998-2004, the state-of-the-art" },
	{ "a well-\nknown plan of pre-\nand postwar", "a well-known plan of pre- and postwar" },
	{ "an old-\nfashioned tale", "an oldfashioned tale" },
	{ "an old-\nfashioned tale: old-fashioned", "an old-fashioned tale: old-fashioned" },
	{ "see http://a.b/c-\nd", "see http://a.b/c-d" },
	{ "co\xef\xac\x80"
	  "ee \xef\xac\x81rst \xef\xbb\xbb",
	    "coffee first \xd9\x84\xd8\xa7" },
	{ "\xe6\x97\xa5\xe3\x80\x82\n\xe6\x9c\xac", "\xe6\x97\xa5\xe3\x80\x82\xe6\x9c\xac" },
	{ "\xed\x95\x9c\n\xea\xb5\xad", "\xed\x95\x9c \xea\xb5\xad" },
	{ "\xe6\x97\xa5\na", "\xe6\x97\xa5 a" },
	{ "x -\ny", "x - y" },
	{ "a self-\nmade, cost-\neffective self-\nish twenty-\nfive",
	    "a self-made, cost-effective selfish twenty-five" },
	{ "mail anna-\nlena@ex.org", "mail anna-lena@ex.org" },
	{ "see www.red-\nroses.org/how-\nto/plant-\nroses.html",
	    "see www.red-roses.org/how-to/plant-roses.html" },
	{ "in the end.The ves-\nsel and in-\nput/output",
	    "in the end.The vessel and input/output" },
	{ "at red-\nroses.org, kernel.Com-\npiler.java", "at red-roses.org, kernel.Compiler.java" },
	{ "die Ver-\neins- und Jugendarbeit", "die Vereins- und Jugendarbeit" },
	{ "end-", "end-" },
	{ "end-\n\nnew", "end-\n\nnew" },
	{ "a\x01"
	  "b\x7f\xc2\x85"
	  "c",
	    "abc" },
	{ "a\xff\xc0\xaf\xed\xa0\x80"
	  "b\xc3",
	    "ab" },
};

static void
check_pairs(const struct pair *v, size_t n)
{
	struct buf out = BUF_INIT(1 << 16);
	size_t i;

	for (i = 0; i < n; i++) {
		out.len = 0;
		CHECK(md_text(&out, v[i].text, strlen(v[i].text)) == 0);
		CHECK(buf_addc(&out, '\0') == 0);
		CHECK_STR(out.p, v[i].want);
	}
	buf_release(&out);
}

static void
check_nul(void)
{
	struct buf out = BUF_INIT(100);

	CHECK(md_text(&out, "a\0b", 3) == 0);
	CHECK(out.len == 2 && memcmp(out.p, "ab", 2) == 0);
	CHECK(md_text(&out, "", 0) == 0 && out.len == 2);
	buf_release(&out);
}

/* What does not fit is left out by whole paragraphs. */
static void
check_full(void)
{
	static const char text[] = "one\n\n****x\n\nthree";
	struct buf out;
	size_t max;

	for (max = 0; max < 20; max++) {
		buf_init(&out, max);
		CHECK(md_text(&out, text, sizeof(text) - 1) == -1);
		CHECK(out.len == (max < 3 ? 0 : max < 14 ? 3 : 14));
		buf_release(&out);
	}
	buf_init(&out, 21);
	CHECK(md_text(&out, text, sizeof(text) - 1) == 0 && out.len == 21);
	buf_release(&out);
}

/* xorshift64, of a fixed seed: a failure comes again. */
static uint64_t
next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static const char *const tokens[] = {
	"*",
	"_",
	"`",
	"~",
	"[",
	"]",
	"(",
	")",
	"<",
	">",
	"&",
	"#",
	"+",
	"-",
	"=",
	"|",
	":",
	"!",
	"\\",
	".",
	"**",
	"***",
	"```",
	"~~",
	"~~~",
	"---",
	"===",
	"1.",
	"12)",
	"<!-- Page 2 -->",
	"<b>",
	"</b>",
	"&amp;",
	"&#65;",
	"[x](y)",
	"[x]: u",
	"|---|---|",
	"- [ ] T",
	"    ",
	"\t",
	"\xef\xbb\xbf",
	"\xc2\xa0",
	"\xc3\xa9",
	"\xe6\x97\xa5",
	"A",
	"B",
	"Q_R",
	"1",
	" ",
	" ",
	" ",
	" ",
	"\n",
	"\n",
	"\n",
	"\n\n",
	"\r\n",
	"\x01",
	"\f",
	"\xff",
	"\xe2",
	"An ordinary line of a length that makes the others short\n",
};

static void
make_text(struct buf *text, uint64_t *state)
{
	size_t n = 1 + next(state) % 24;

	text->len = 0;
	while (n-- > 0)
		CHECK(buf_adds(text, tokens[next(state) % (sizeof(tokens) / sizeof(tokens[0]))]) ==
		    0);
}

/* The text without what md_text may change: blanks, controls, bad bytes. */
static void
bare(struct buf *out, const char *s, size_t len)
{
	size_t i, n;
	uint32_t c;

	out->len = 0;
	for (i = 0; i < len; i += n) {
		n = utf8_get(s + i, len - i, &c);
		if (n == 0)
			n = 1;
		else if (c > ' ' && c != 0xfeff)
			CHECK(buf_add(out, s + i, n) == 0);
	}
}

/* What a reader of the Markdown sees. */
static void
render(struct buf *out, const struct buf *md)
{
	const char *p = md->p, *end = md->p + md->len;

	out->len = 0;
	while (p < end) {
		if (end - p >= 4 && memcmp(p, "&lt;", 4) == 0) {
			CHECK(buf_addc(out, '<') == 0);
			p += 4;
		} else if (end - p >= 5 && memcmp(p, "&amp;", 5) == 0) {
			CHECK(buf_addc(out, '&') == 0);
			p += 5;
		} else {
			p += *p == '\\' && p + 1 < end &&
			    strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", p[1]);
			CHECK(buf_addc(out, *p++) == 0);
		}
	}
}

static bool
starts_with(const char *s, const char *e, const char *what)
{
	size_t n = strlen(what);

	return (size_t)(e - s) >= n && memcmp(s, what, n) == 0;
}

/* Whether s[0..n) is a thematic break made of c. */
static bool
rules(const char *s, size_t n, char c)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++) {
		if (s[i] != c && s[i] != ' ')
			return false;
		count += s[i] == c;
	}
	return count >= 3;
}

static void
check_line(const char *s, const char *e)
{
	static const char *const starts[] = {
		" ",
		"\t",
		">",
		"- ",
		"+ ",
		"* ",
		"```",
		"~~~",
		"[",
		"<",
		"# ",
		"## ",
		"### ",
		"1. ",
		"12) ",
		"\xef\xbb\xbf",
	};
	size_t i, n = (size_t)(e - s);

	CHECK(n > 0);
	for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		CHECK(!starts_with(s, e, starts[i]));
	CHECK(!memchr("-+*#", *s, 4) || n != 1);
	CHECK(strspn(s, "=") < n && strspn(s, "- ") < n);
	CHECK(!rules(s, n, '*') && !rules(s, n, '_'));
	CHECK(strspn(s, "-|: ") < n || !memchr(s, '-', n));
	CHECK(e[-1] != ' ' || (*e == '\n' && n > 2 && e[-2] == ' ' && e[-3] != ' '));
	e -= e[-1] == ' ' ? 2 : 0;
	n = (size_t)(e - s);
	CHECK((e[-1] != '\\' || (n > 1 && e[-2] == '\\')));
}

/* An unescaped character at p opens no code, link or emphasis. */
static void
check_bare(const char *p, const char *end)
{
	CHECK(*p != '`' && *p != '[');
	if (*p == '*' || *p == '~')
		CHECK(p + 1 == end || strchr(" \n", p[1]) || p[1] == *p);
}

static void
check_markdown(struct buf *md)
{
	const char *s, *e, *end;
	size_t i, n;

	for (i = 0; i < md->len; i += n)
		CHECK((n = utf8_len(md->p + i, md->len - i)) > 0);
	CHECK(!memchr(md->p, '<', md->len));
	for (i = 0; i < md->len; i++) {
		if (md->p[i] == '\\' && i + 1 < md->len)
			i++;
		else
			check_bare(md->p + i, md->p + md->len);
	}
	CHECK(buf_addc(md, '\0') == 0);
	md->len--;
	CHECK(!strstr(md->p, "\n\n\n"));
	end = md->p + md->len;
	for (s = md->p; s < end; s = e + (e + 1 < end && e[1] == '\n' ? 2 : 1)) {
		e = memchr(s, '\n', (size_t)(end - s));
		e = e ? e : end;
		check_line(s, e);
	}
}

static void
check_random(void)
{
	struct buf text = BUF_INIT(1 << 16), md = BUF_INIT(1 << 16);
	struct buf want = BUF_INIT(1 << 16), got = BUF_INIT(1 << 16);
	uint64_t state = 0x2545f4914f6cdd1d;
	int i;

	for (i = 0; i < 20000; i++) {
		make_text(&text, &state);
		md.len = 0;
		CHECK(md_text(&md, text.p, text.len) == 0);
		if (md.len == 0)
			continue;
		check_markdown(&md);
		render(&got, &md);
		bare(&want, text.p, text.len);
		bare(&text, got.p, got.len);
		CHECK(text.len == want.len && memcmp(text.p, want.p, want.len) == 0);
	}
	buf_release(&text);
	buf_release(&md);
	buf_release(&want);
	buf_release(&got);
}

int
main(void)
{
	check_pairs(literal, sizeof(literal) / sizeof(literal[0]));
	check_pairs(flow, sizeof(flow) / sizeof(flow[0]));
	check_nul();
	check_full();
	check_random();
	return 0;
}
